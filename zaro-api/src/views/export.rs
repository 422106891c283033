//! Data exports.

use serde::Serialize;
use utoipa::ToSchema;
use zaro_core::models::export::Export;
use zaro_core::types::{ExportState, Time};

/// `ExportJob`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportJob {
    export_id: String,
    state: ExportState,
    requested_at: Time,
    finished_at: Option<Time>,
    expires_at: Option<Time>,
    bytes: Option<i64>,
}

impl From<Export> for ExportJob {
    fn from(export: Export) -> Self {
        Self {
            export_id: export.id,
            state: export.state,
            requested_at: export.requested_at,
            finished_at: export.finished_at,
            expires_at: export.expires_at,
            bytes: export.bytes,
        }
    }
}
