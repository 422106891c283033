//! Reports.

use serde::Serialize;
use utoipa::ToSchema;
use zaro_core::policy::sanction::reason_words;
use zaro_core::service::report::Reported;
use zaro_core::types::ReportReason;

/// `ReportResult`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportResult {
    reason_type: ReportReason,
    description: &'static str,
    reason_text: Option<String>,
}

impl From<Reported> for ReportResult {
    fn from(Reported { reason, text }: Reported) -> Self {
        Self { reason_type: reason, description: reason_words(reason), reason_text: text }
    }
}
