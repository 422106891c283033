//! Measures against the caller, and appeals (Z3 to Z5).

use serde_json::{Value, json};
use zaro_core::Code as C;
use zaro_core::policy::account::WhileSuspended;

use crate::openapi::operation::{Operation, get, post};
use crate::openapi::payload::{list, one};
use crate::openapi::value::{fields, filled};
use crate::views::{AppealView, SanctionView};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        get("/api/users/me/sanctions", "listMySanctions", "Sanctions of the caller", "Z3")
            .ok("Newest first", list::<SanctionView>()),
        post("/api/users/me/appeals", "fileAppeal", "Appeal a sanction", "Z4")
            .takes("AppealRequest", appeal())
            .writes(WhileSuspended::Allowed)
            .answers(201, "Filed", one::<AppealView>())
            .refuses(&[
                C::AppealTextRequired,
                C::AppealTextTooLong,
                C::SanctionNotFound,
                C::AppealAlreadyExists,
                C::AppealClosed,
            ]),
        get("/api/users/me/appeals", "listMyAppeals", "Appeals of the caller", "Z4, Z5")
            .ok("Newest first", list::<AppealView>()),
    ]
}

fn appeal() -> Value {
    let sanction = json!({ "type": "integer", "format": "int64" });
    fields(&["sanctionId", "text"], json!({ "sanctionId": sanction, "text": filled(1_000) }))
}
