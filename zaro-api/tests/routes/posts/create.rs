//! `POST /api/posts`

use serde_json::{Value, json};
use zaro_core::types::Status;

use super::{blames, good, good_but, needs_an_active_member, wrong_types};
use crate::support::{Answer, TestApp};

async fn create(app: &TestApp, token: &str, body: Value) -> Answer {
    app.post("/api/posts").token(token).json(body).send().await
}

#[tokio::test]
async fn p2_the_answer_is_the_post() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let data = create(&app, &kim.access, good_but(json!({ "title": "  제목 ", "unknown": 1 }))).await.data();
    let expected = json!({
        "postId": data["postId"],
        "title": "제목",
        "content": "글 **본문**",
        "thumbnailImage": null,
        "category": "TOGETHER",
        "tag": "SHARING",
        "likeCount": 0,
        "commentCount": 0,
        "postImageList": [],
        "createdAt": "2026-03-01T03:00:00.000Z",
        "user": {
            "userId": kim.id,
            "nickname": "kim",
            "profileImage": null,
            "liveAloneDate": null,
            "following": false,
        },
    });
    assert_eq!(data, expected);
}

#[tokio::test]
async fn h6_h12_who_may_write() {
    let app = TestApp::new();
    needs_an_active_member(&app, || app.post("/api/posts"), false).await;
}

#[tokio::test]
async fn h6_rl_the_limit_comes_before_the_body() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    for _ in 0..60 {
        app.post("/api/posts").token(&kim.access).body("{broken").send().await.refused(400, "INVALID_REQUEST");
    }
    let answer = app.post("/api/posts").token(&kim.access).body("{broken").send().await;
    assert_eq!(answer.refused(429, "RATE_LIMITED").retry_after(), 600);
    let lee = app.member("lee", Status::Active);
    assert_eq!(create(&app, &lee.access, good()).await.status, 200);
}

#[tokio::test]
async fn fc_every_field_missing_null_or_blank() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    for (field, code) in [
        ("title", Some("TITLE_REQUIRED")),
        ("content", Some("CONTENT_REQUIRED")),
        ("category", Some("INVALID_CATEGORY")),
        ("tag", Some("INVALID_TAG")),
        ("thumbnailImage", None),
    ] {
        for value in [json!(null), json!(""), json!(" \t\n")] {
            let answer = create(&app, &kim.access, good_but(json!({ field: value }))).await;
            match code {
                Some(code) => blames(&answer, field, code),
                None => assert_eq!(answer.status, 200, "{field} {value}"),
            }
        }
        let mut body = good();
        body.as_object_mut().expect("an object").remove(field);
        let answer = create(&app, &kim.access, body).await;
        code.map_or_else(|| assert_eq!(answer.status, 200), |code| blames(&answer, field, code));
    }
    let none = create(&app, &kim.access, good_but(json!({ "postImageList": null }))).await.data();
    assert_eq!(none["postImageList"], json!([]));
}

#[tokio::test]
async fn fc_every_field_of_a_wrong_type_or_with_a_nul() {
    for field in ["title", "content", "category", "tag", "thumbnailImage"] {
        let app = TestApp::new();
        let kim = app.member("kim", Status::Active);
        for value in wrong_types(|value| *value == json!("x")) {
            blames(&create(&app, &kim.access, good_but(json!({ field: value }))).await, field, "INVALID_REQUEST");
        }
    }
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let lists = [json!([null]), json!([1]), json!([["x"]]), json!(["a\u{0}"]), json!(""), json!(vec!["x"; 51])];
    for list in wrong_types(Value::is_array).into_iter().chain(lists) {
        let answer = create(&app, &kim.access, good_but(json!({ "postImageList": list }))).await;
        blames(&answer, "postImageList", "INVALID_REQUEST");
    }
}

#[tokio::test]
async fn fc_p2_what_is_too_long_or_does_not_fit() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    for (changes, field, code) in [
        (json!({ "title": "가".repeat(256) }), "title", "TITLE_TOO_LONG"),
        (json!({ "content": "가".repeat(21_846) }), "content", "CONTENT_TOO_LONG"),
        (json!({ "category": "together" }), "category", "INVALID_CATEGORY"),
        (json!({ "tag": "NOTHING" }), "tag", "INVALID_TAG"),
        (json!({ "tag": "TIPS" }), "tag", "INVALID_TAG_FOR_CATEGORY"),
        (json!({ "thumbnailImage": "x" }), "thumbnailImage", "THUMBNAIL_NOT_IN_IMAGE_LIST"),
    ] {
        blames(&create(&app, &kim.access, good_but(changes)).await, field, code);
    }
    let bought =
        good_but(json!({ "category": "RANDOM_BUY", "tag": "REGRET", "postImageList": ["https://x.kr/a.png"] }));
    create(&app, &kim.access, bought).await.refused(400, "IMAGE_REQUIRED_FOR_RANDOM_BUY");
    let longest = json!({ "title": "가".repeat(255), "content": "가".repeat(21_845) });
    assert_eq!(create(&app, &kim.access, good_but(longest)).await.status, 200);
}

#[tokio::test]
async fn h7_all_faults_are_told_in_the_order_of_the_schema() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let body = json!({ "thumbnailImage": 1, "postImageList": 1, "tag": 1, "content": " " });
    let answer = create(&app, &kim.access, body).await;
    answer.refused(400, "TITLE_REQUIRED");
    let expected = json!([
        { "field": "title", "code": "TITLE_REQUIRED" },
        { "field": "content", "code": "CONTENT_REQUIRED" },
        { "field": "category", "code": "INVALID_CATEGORY" },
        { "field": "tag", "code": "INVALID_REQUEST" },
        { "field": "postImageList", "code": "INVALID_REQUEST" },
        { "field": "thumbnailImage", "code": "INVALID_REQUEST" },
    ]);
    assert_eq!(answer.body()["fields"], expected);
}

#[tokio::test]
async fn h8_bodies_that_cannot_be_read() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    for body in ["", "{", "[]", "null", "1", "\"x\"", "{}{}"] {
        app.post("/api/posts").token(&kim.access).body(body).send().await.refused(400, "INVALID_REQUEST");
    }
    let huge = vec![b' '; 1024 * 1024 + 1];
    app.post("/api/posts").token(&kim.access).body(huge).send().await.refused(413, "PAYLOAD_TOO_LARGE");
}
