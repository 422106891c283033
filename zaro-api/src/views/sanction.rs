//! Measures against a member, and appeals.

use serde::Serialize;
use utoipa::ToSchema;
use zaro_core::models::appeal;
use zaro_core::service::sanction::SanctionView as Seen;
use zaro_core::types::{AppealId, AppealState, ReportReason, SanctionId, SanctionKind, SanctionState, Time};

/// `Sanction`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Sanction)]
pub struct SanctionView {
    sanction_id: SanctionId,
    kind: SanctionKind,
    reason: ReportReason,
    message: Option<String>,
    starts_at: Time,
    ends_at: Option<Time>,
    state: SanctionState,
    appeal: Option<AppealView>,
}

impl From<Seen> for SanctionView {
    fn from(Seen { sanction, state, appeal }: Seen) -> Self {
        Self {
            sanction_id: sanction.id,
            kind: sanction.kind,
            reason: sanction.reason,
            message: sanction.message,
            starts_at: sanction.starts_at,
            ends_at: sanction.ends_at,
            state,
            appeal: appeal.map(AppealView::from),
        }
    }
}

/// `Appeal`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Appeal)]
pub struct AppealView {
    appeal_id: AppealId,
    sanction_id: SanctionId,
    text: String,
    state: AppealState,
    answer: Option<String>,
    created_at: Time,
    answered_at: Option<Time>,
}

impl From<appeal::Appeal> for AppealView {
    fn from(appeal: appeal::Appeal) -> Self {
        Self {
            appeal_id: appeal.id,
            sanction_id: appeal.sanction_id,
            // Only anonymisation takes it away, and who is anonymised reads nothing here.
            text: appeal.text.unwrap_or_default(),
            state: appeal.state,
            answer: appeal.answer,
            created_at: appeal.created_at,
            answered_at: appeal.handled_at,
        }
    }
}
