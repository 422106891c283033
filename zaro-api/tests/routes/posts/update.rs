//! `PATCH /api/posts/{postId}`

use serde_json::{Value, json};
use zaro_core::types::Status;

use super::{blames, good, needs_an_active_member, reads_its_id, write, wrong_types};
use crate::support::{Answer, TestApp, Tokens};

fn edit() -> Value {
    json!({ "title": "새 제목", "content": "새 글", "tag": "EXCHANGE", "category": "ignored" })
}

async fn update(app: &TestApp, who: &Tokens, id: i64, body: Value) -> Answer {
    app.patch(&format!("/api/posts/{id}")).token(&who.access).json(body).send().await
}

#[tokio::test]
async fn p10_the_author_edits_and_nobody_else() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let id = write(&app, &kim, good()).await;
    update(&app, &lee, id, edit()).await.refused(403, "INVALID_POST_OWNER");
    update(&app, &lee, id, json!({})).await.refused(400, "TITLE_REQUIRED");
    assert_eq!(update(&app, &kim, id, edit()).await.data(), json!(null));
    let data = app.get(&format!("/api/posts/{id}")).token(&lee.access).send().await.data();
    assert_eq!((&data["title"], &data["content"]), (&json!("새 제목"), &json!("새 글")));
    assert_eq!((&data["category"], &data["tag"]), (&json!("TOGETHER"), &json!("EXCHANGE")), "the board never changes");
}

#[tokio::test]
async fn h12_h8_who_may_edit_what() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let path = format!("/api/posts/{}", write(&app, &kim, good()).await);
    needs_an_active_member(&app, || app.patch(&path), false).await;
    reads_its_id(|id| app.patch(&format!("/api/posts/{id}")), &kim, edit(), "POST_NOT_FOUND").await;
}

#[tokio::test]
async fn fc_every_field_that_can_fail() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let id = write(&app, &kim, good()).await;
    let with = |field: &str, value: Value| {
        let mut body = edit();
        body[field] = value;
        update(&app, &kim, id, body)
    };
    for (field, code) in [("title", "TITLE_REQUIRED"), ("content", "CONTENT_REQUIRED"), ("tag", "INVALID_TAG")] {
        for value in [json!(null), json!(""), json!(" \n")] {
            blames(&with(field, value).await, field, code);
        }
        for value in wrong_types(Value::is_string).into_iter().chain([json!("\u{0}")]) {
            blames(&with(field, value).await, field, "INVALID_REQUEST");
        }
    }
    for (field, value, code) in [
        ("title", json!("가".repeat(256)), "TITLE_TOO_LONG"),
        ("content", json!("x".repeat(65_536)), "CONTENT_TOO_LONG"),
        ("tag", json!("NOTHING"), "INVALID_TAG"),
        ("postImageList", json!(vec!["x"; 51]), "INVALID_REQUEST"),
        ("postImageList", json!([7]), "INVALID_REQUEST"),
        ("thumbnailImage", json!("x"), "THUMBNAIL_NOT_IN_IMAGE_LIST"),
        ("thumbnailImage", json!(7), "INVALID_REQUEST"),
    ] {
        blames(&with(field, value).await, field, code);
    }
    with("tag", json!("TIPS")).await.refused(400, "INVALID_TAG_FOR_CATEGORY");
    let data = app.get(&format!("/api/posts/{id}")).token(&kim.access).send().await.data();
    assert_eq!(data["title"], "제목", "refused edits change nothing");
}
