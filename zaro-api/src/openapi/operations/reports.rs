//! Reports (RP1 to RP3).

use serde_json::{Value, json};
use zaro_core::Code as C;
use zaro_core::policy::account::WhileSuspended;
use zaro_core::types::ReportReason;

use crate::openapi::operation::{Operation, post};
use crate::openapi::parameter::id;
use crate::openapi::payload::one;
use crate::openapi::value::{fields, word};
use crate::views::ReportResult;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        post("/api/posts/{postId}/report", "reportPost", "Report a post", "RP1 to RP3")
            .with(id("postId", "post id"))
            .takes("ReportRequest", report())
            .writes(WhileSuspended::Refused)
            .ok("Taken", one::<ReportResult>())
            .refuses(&[
                C::ReasonTypeRequired,
                C::InvalidEnum,
                C::ReasonTextRequiredForEtc,
                C::ReasonTextTooLong,
                C::CannotReportOwnPost,
                C::PostNotFound,
                C::AlreadyReportedPost,
                C::RateLimited,
            ]),
        post("/api/comments/{commentId}/report", "reportComment", "Report a comment", "RP1 to RP3")
            .with(id("commentId", "comment id"))
            .takes("ReportRequest", report())
            .writes(WhileSuspended::Refused)
            .ok("Taken", one::<ReportResult>())
            .refuses(&[
                C::ReasonTypeRequired,
                C::InvalidEnum,
                C::ReasonTextRequiredForEtc,
                C::ReasonTextTooLong,
                C::CannotReportOwnComment,
                C::CommentNotFound,
                C::AlreadyReportedComment,
                C::RateLimited,
            ]),
    ]
}

fn report() -> Value {
    let reasons = ReportReason::ALL.iter().map(|reason| reason.as_str());
    let mut schema = fields(
        &["reasonType"],
        json!({
            "reasonType": word(reasons),
            "reasonText": { "type": ["string", "null"], "maxLength": 255, "description": "needed for ETC; blank = none" },
        }),
    );
    schema["if"] = json!({ "properties": { "reasonType": { "const": ReportReason::Etc.as_str() } } });
    schema["then"] =
        json!({ "required": ["reasonText"], "properties": { "reasonText": { "type": "string", "pattern": r"\S" } } });
    schema
}
