//! `/api/comments/{commentId}`

mod report;

use chrono::TimeDelta;
use serde_json::{Value, json};
use zaro_core::types::Status;

use super::posts::{blames, comment, good, needs_an_active_member, reads_its_id, write, wrong_types};
use crate::support::{TestApp, Tokens};

/// A community of two, a post of the first and a comment of the second.
async fn with_a_comment() -> (TestApp, Tokens, Tokens, i64, String) {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let post = write(&app, &kim, good()).await;
    let path = format!("/api/comments/{}", comment(&app, &lee, post, "댓글").await);
    (app, kim, lee, post, path)
}

#[tokio::test]
async fn c6_an_edit_answers_the_new_text_and_no_page() {
    let (app, kim, lee, post, path) = with_a_comment().await;
    app.world.advance(TimeDelta::minutes(5));
    let edit = json!({ "content": "고침", "mentionedNickname": "kim" });
    app.patch(&path).token(&kim.access).json(edit.clone()).send().await.refused(403, "NOT_COMMENT_OWNER");
    let data = app.patch(&path).token(&lee.access).json(edit).send().await.data();
    assert_eq!((&data["content"], &data["isEdited"], &data["isMine"]), (&json!("고침"), &json!(true), &json!(true)));
    assert_eq!(data["createdAt"], "2026-03-01T03:00:00.000Z");
    assert_eq!(data["updatedAt"], "2026-03-01T03:05:00.000Z");
    assert_eq!(data["mentionedUser"]["nickname"], "kim");
    assert!(data.get("commentLocatedPage").is_none());
    let listed = app.get(&format!("/api/posts/{post}/comments")).token(&lee.access).send().await.data();
    assert_eq!(listed["content"], json!([data]));
}

#[tokio::test]
async fn c7_the_author_deletes_once() {
    let (app, kim, lee, post, path) = with_a_comment().await;
    app.delete(&path).token(&kim.access).send().await.refused(403, "NOT_COMMENT_OWNER");
    assert_eq!(app.delete(&path).token(&lee.access).send().await.data(), json!(null));
    app.delete(&path).token(&lee.access).send().await.refused(404, "COMMENT_NOT_FOUND");
    let edit = app.patch(&path).token(&lee.access).json(json!({ "content": "고침" })).send().await;
    edit.refused(404, "COMMENT_NOT_FOUND");
    let detail = app.get(&format!("/api/posts/{post}")).token(&kim.access).send().await.data();
    assert_eq!(detail["commentCount"], 0);
}

#[tokio::test]
async fn c7_under_a_deleted_post_nothing_is_edited_but_deleted() {
    let (app, kim, lee, post, path) = with_a_comment().await;
    app.delete(&format!("/api/posts/{post}")).token(&kim.access).send().await.data();
    let edit = app.patch(&path).token(&lee.access).json(json!({ "content": "고침" })).send().await;
    edit.refused(404, "COMMENT_NOT_FOUND");
    app.delete(&path).token(&lee.access).send().await.data();
}

#[tokio::test]
async fn h12_h8_who_may_change_what() {
    let (app, _, lee, _, path) = with_a_comment().await;
    let at = |id: &str| format!("/api/comments/{id}");
    needs_an_active_member(&app, || app.patch(&path), false).await;
    reads_its_id(|id| app.patch(&at(id)), &lee, json!({ "content": "고침" }), "COMMENT_NOT_FOUND").await;
    reads_its_id(|id| app.delete(&at(id)), &lee, json!({}), "COMMENT_NOT_FOUND").await;
    let (app, _, _, _, path) = with_a_comment().await;
    needs_an_active_member(&app, || app.delete(&path), true).await;
}

#[tokio::test]
async fn fc_c2_what_is_refused() {
    let (app, _, lee, _, path) = with_a_comment().await;
    let edit = |body: Value| app.patch(&path).token(&lee.access).json(body).send();
    blames(&edit(json!({ "content": " " })).await, "content", "COMMENT_CONTENT_BLANK");
    blames(&edit(json!({ "content": "가".repeat(501) })).await, "content", "COMMENT_TOO_LONG");
    for value in wrong_types(Value::is_string).into_iter().chain([json!("\u{0}")]) {
        blames(&edit(json!({ "content": value })).await, "content", "INVALID_REQUEST");
        let body = json!({ "content": "고침", "mentionedNickname": value });
        blames(&edit(body).await, "mentionedNickname", "INVALID_REQUEST");
    }
    for body in ["", "{", "[]", "null"] {
        app.patch(&path).token(&lee.access).body(body).send().await.refused(400, "INVALID_REQUEST");
    }
}
