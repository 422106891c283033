//! `POST /api/comments/{commentId}/report`

use serde_json::json;
use zaro_core::policy::comment::HIDDEN_COMMENT;
use zaro_core::types::Status;

use super::super::posts::{needs_an_active_member, reads_its_id};
use super::with_a_comment;

#[tokio::test]
async fn rp1_a_comment_of_somebody_else_once() {
    let (app, kim, lee, _, path) = with_a_comment().await;
    let path = format!("{path}/report");
    let body = json!({ "reasonType": "ETC", "reasonText": " 이유 " });
    app.post(&path).token(&lee.access).json(body.clone()).send().await.refused(400, "CANNOT_REPORT_OWN_COMMENT");
    let data = app.post(&path).token(&kim.access).json(body.clone()).send().await.data();
    assert_eq!(data, json!({ "reasonType": "ETC", "description": "기타", "reasonText": " 이유 " }));
    app.post(&path).token(&kim.access).json(body).send().await.refused(409, "ALREADY_REPORTED_COMMENT");
}

#[tokio::test]
async fn h6_h8_h12_who_and_what() {
    let (app, kim, _, _, path) = with_a_comment().await;
    let call = |id: &str| app.post(&format!("/api/comments/{id}/report"));
    reads_its_id(call, &kim, json!({ "reasonType": "SPAM" }), "COMMENT_NOT_FOUND").await;
    needs_an_active_member(&app, || app.post(&format!("{path}/report")), false).await;
}

#[tokio::test]
async fn rp2_rp3_after_five_reports_a_placeholder_stands_in_its_place() {
    let (app, kim, lee, post, path) = with_a_comment().await;
    let content = async || {
        let list = app.get(&format!("/api/posts/{post}/comments")).token(&lee.access).send().await.data();
        assert_eq!(list["totalComments"], 1);
        list["content"][0]["content"].clone()
    };
    for nth in 0..5 {
        assert_eq!(content().await, "댓글");
        let reporter = app.member(&format!("rep{nth}"), Status::Active);
        let call = app.post(&format!("{path}/report")).token(&reporter.access);
        call.json(json!({ "reasonType": "INSULT" })).send().await.data();
    }
    assert_eq!(content().await, HIDDEN_COMMENT);
    let late = app.post(&format!("{path}/report")).token(&kim.access).json(json!({ "reasonType": "SPAM" }));
    late.send().await.refused(404, "COMMENT_NOT_FOUND");
    let edit = app.patch(&path).token(&lee.access).json(json!({ "content": "고침" })).send().await;
    edit.refused(400, "COMMENT_REPORTED_CANNOT_EDIT");
}
