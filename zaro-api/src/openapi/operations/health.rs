//! Whether the process lives, and whether it can serve (O1, O2).

use serde_json::json;
use zaro_core::Code as C;

use crate::handlers::health::Readiness;
use crate::openapi::operation::{Operation, get};
use crate::openapi::payload::{nothing, one};
use crate::openapi::value::text;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        get("/health", "health", "The process serves", "O1").ok("Done", nothing()).header(
            "X-Zaro-Instance",
            "<instance> <build>",
            &text(),
        ),
        get("/health/db", "healthDb", "The database answers", "O1")
            .ok("Done", nothing())
            .refuses(&[C::DbConnectionFailed]),
        get("/livez", "livez", "The process is alive", "O2")
            .ok("Done", nothing())
            .extension("x-listener", json!("both")),
        get("/readyz", "readyz", "Ready for traffic", "O2, O3")
            .bare(200, "Ready, possibly degraded", one::<Readiness>())
            .header("X-Zaro-Instance", "<instance> <build>", &text())
            .bare(503, "Not ready or draining", one::<Readiness>())
            .extension("x-listener", json!("both")),
    ]
}
