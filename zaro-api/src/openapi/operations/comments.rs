//! Comments (C1 to C8).

use serde_json::{Value, json};
use zaro_core::Code as C;
use zaro_core::policy::account::WhileSuspended;

use crate::openapi::operation::{Operation, delete, get, patch, post};
use crate::openapi::parameter::{id, page, query, size, sort};
use crate::openapi::payload::{nothing, one};
use crate::openapi::value::{fields, filled, optional_text, text};
use crate::views::{CommentPage, CommentView};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        post("/api/posts/{postId}/comments", "createComment", "Write a comment", "C1 to C4, N1")
            .with(id("postId", "post id"))
            .with(query("pageSize", text(), "page size for commentLocatedPage; default 10 (PG1)"))
            .takes("CommentRequest", comment())
            .writes(WhileSuspended::Refused)
            .answers(201, "Written; commentLocatedPage is present", one::<CommentView>())
            .refuses(&[C::CommentContentBlank, C::CommentTooLong, C::PostNotFound, C::RateLimited]),
        get(
            "/api/posts/{postId}/comments",
            "listComments",
            "Comments of a post, oldest first",
            "C5, C6, C8, PG1 to PG4",
        )
        .with(id("postId", "post id"))
        .with(page())
        .with(size())
        .with(sort("createdAt", "default createdAt,asc; PG4"))
        .ok("A page; empty for a post that is not visible", one::<CommentPage>())
        .refuses(&[C::InvalidRequest]),
        patch("/api/comments/{commentId}", "updateComment", "Edit one's own comment", "C2, C3, C6, C7")
            .with(id("commentId", "comment id"))
            .takes("CommentRequest", comment())
            .writes(WhileSuspended::Refused)
            .ok("Changed; commentLocatedPage is absent", one::<CommentView>())
            .refuses(&[
                C::CommentContentBlank,
                C::CommentTooLong,
                C::CommentReportedCannotEdit,
                C::NotCommentOwner,
                C::CommentNotFound,
            ]),
        delete("/api/comments/{commentId}", "deleteComment", "Delete one's own comment", "C7")
            .with(id("commentId", "comment id"))
            .writes(WhileSuspended::Allowed)
            .ok("Deleted", nothing())
            .refuses(&[C::NotCommentOwner, C::CommentNotFound]),
    ]
}

fn comment() -> Value {
    fields(&["content"], json!({ "content": filled(500), "mentionedNickname": optional_text() }))
}
