//! Reports.

use serde::Serialize;
use utoipa::ToSchema;
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
        Self { reason_type: reason, description: in_korean(reason), reason_text: text }
    }
}

const fn in_korean(reason: ReportReason) -> &'static str {
    match reason {
        ReportReason::Spam => "광고나 도배",
        ReportReason::Insult => "욕설이나 비방",
        ReportReason::Inappropriate => "부적절한 내용",
        ReportReason::Fraud => "사기나 허위 정보",
        ReportReason::Sexual => "음란하거나 선정적인 내용",
        ReportReason::Violence => "폭력적이거나 위협적인 내용",
        ReportReason::Illegal => "불법 정보",
        ReportReason::Etc => "기타",
    }
}
