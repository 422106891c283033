//! The caller's data as a file (E1 to E3).

use zaro_core::Code as C;
use zaro_core::policy::account::WhileSuspended;

use crate::openapi::operation::{Operation, get, post};
use crate::openapi::payload::one;
use crate::openapi::value::{binary, text};
use crate::views::ExportJob;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        post("/api/users/me/export", "requestExport", "Ask for an export of all own data", "E1, E3")
            .writes(WhileSuspended::Allowed)
            .answers(202, "Queued, or the one already under way", one::<ExportJob>())
            .refuses(&[C::RateLimited]),
        get("/api/users/me/export", "getExport", "State of the latest export", "E2")
            .ok("Latest export", one::<ExportJob>())
            .refuses(&[C::ExportNotFound]),
        get("/api/users/me/export/download", "downloadExport", "Fetch the finished export", "E2, E3")
            .file("The file", "application/zip", binary())
            .header("Content-Disposition", "attachment; filename=\"zaro-export-<date>.zip\"", &text())
            .refuses(&[C::ExportNotFound, C::ExportNotReady]),
    ]
}
