//! `/api/posts/{postId}/comments`

use serde_json::{Value, json};
use zaro_core::types::Status;

use super::{blames, comment, good, needs_an_active_member, reads_its_id, write, wrong_types};
use crate::support::{Answer, TestApp, Tokens};

async fn create(app: &TestApp, who: &Tokens, post: i64, body: Value) -> Answer {
    app.post(&format!("/api/posts/{post}/comments")).token(&who.access).json(body).send().await
}

async fn list(app: &TestApp, who: &Tokens, post: i64, query: &str) -> Answer {
    app.get(&format!("/api/posts/{post}/comments?{query}")).token(&who.access).send().await
}

#[tokio::test]
async fn c4_the_answer_is_the_comment_and_its_page() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let post = write(&app, &kim, good()).await;
    let answer = create(&app, &lee, post, json!({ "content": "@KIM 안녕", "mentionedNickname": "KIM" })).await;
    assert_eq!(answer.status, 201);
    let data = answer.body()["data"].clone();
    let mut expected = json!({
        "id": data["id"],
        "content": "@KIM 안녕",
        "userId": lee.id,
        "nickname": "lee",
        "profileImage": null,
        "liveAloneDate": null,
        "createdAt": "2026-03-01T03:00:00.000Z",
        "updatedAt": "2026-03-01T03:00:00.000Z",
        "isEdited": false,
        "isMine": true,
        "mentionedUser": { "id": kim.id, "nickname": "kim" },
        "commentLocatedPage": 1,
    });
    assert_eq!(data, expected);
    expected.as_object_mut().expect("an object").remove("commentLocatedPage");
    expected["isMine"] = json!(false);
    let page = json!({ "content": [expected], "totalPages": 1, "number": 0, "totalComments": 1 });
    assert_eq!(list(&app, &kim, post, "").await.data(), page);
    let detail = app.get(&format!("/api/posts/{post}")).token(&kim.access).send().await.data();
    assert_eq!(detail["commentCount"], 1);
}

#[tokio::test]
async fn c4_pg1_the_page_counts_by_the_size_asked_for() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let post = write(&app, &kim, good()).await;
    for nth in 1..=12 {
        comment(&app, &kim, post, &nth.to_string()).await;
    }
    for (query, page) in [("", 2), ("pageSize=3", 5), ("pageSize=x", 2), ("pageSize=0", 2), ("pageSize=1000", 1)] {
        let call = app.post(&format!("/api/posts/{post}/comments?postId={post}&{query}")).token(&kim.access);
        let answer = call.json(json!({ "content": "댓글" })).send().await;
        assert_eq!(answer.body()["data"]["commentLocatedPage"], page, "{query}");
    }
}

#[tokio::test]
async fn fc_c2_what_is_refused() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let post = write(&app, &kim, good()).await;
    blames(&create(&app, &kim, post, json!({})).await, "content", "COMMENT_CONTENT_BLANK");
    for value in [json!(null), json!(""), json!(" \n\u{3000}")] {
        blames(&create(&app, &kim, post, json!({ "content": value })).await, "content", "COMMENT_CONTENT_BLANK");
    }
    for text in ["가".repeat(501), "🏠".repeat(251)] {
        blames(&create(&app, &kim, post, json!({ "content": text })).await, "content", "COMMENT_TOO_LONG");
    }
    for value in wrong_types(|value| *value == json!("x")) {
        blames(&create(&app, &kim, post, json!({ "content": value })).await, "content", "INVALID_REQUEST");
        let body = json!({ "content": "댓글", "mentionedNickname": value });
        blames(&create(&app, &kim, post, body).await, "mentionedNickname", "INVALID_REQUEST");
    }
    for value in [json!(null), json!(""), json!(" "), json!("nobody"), json!("x".repeat(10_000))] {
        let answer = create(&app, &kim, post, json!({ "content": "댓글", "mentionedNickname": value })).await;
        assert_eq!(answer.body()["data"]["mentionedUser"], json!(null), "{}", answer.text());
    }
    assert_eq!(create(&app, &kim, post, json!({ "content": "🏠".repeat(250) })).await.status, 201);
}

#[tokio::test]
async fn h6_h12_who_may_comment_on_what() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let path = format!("/api/posts/{}/comments", write(&app, &kim, good()).await);
    needs_an_active_member(&app, || app.post(&path), false).await;
    let body = json!({ "content": "댓글" });
    reads_its_id(|id| app.post(&format!("/api/posts/{id}/comments")), &kim, body, "POST_NOT_FOUND").await;
    for body in ["", "{", "[]", "null"] {
        app.post(&path).token(&kim.access).body(body).send().await.refused(400, "INVALID_REQUEST");
    }
}

#[tokio::test]
async fn c5_a_list_of_nothing_is_empty() {
    let app = TestApp::new();
    let (kim, pending) = (app.member("kim", Status::Active), app.member("pending", Status::Pending));
    let empty = json!({ "content": [], "totalPages": 0, "number": 0, "totalComments": 0 });
    let post = write(&app, &kim, good()).await;
    for id in [post, 0, -1, 9_007_199_254_740_991] {
        assert_eq!(list(&app, &pending, id, "").await.data(), empty, "{id}");
    }
    for id in ["x", "1.5", "9223372036854775808"] {
        let call = app.get(&format!("/api/posts/{id}/comments")).token(&kim.access);
        call.send().await.refused(400, "TYPE_MISMATCH");
    }
    app.get(&format!("/api/posts/{post}/comments")).send().await.refused(401, "AUTH_REQUIRED");
}

#[tokio::test]
async fn pg2_pg4_pages_and_orders() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let post = write(&app, &kim, good()).await;
    for nth in 1..=5 {
        comment(&app, &kim, post, &nth.to_string()).await;
    }
    for (query, texts, pages, number) in [
        ("size=2", "1 2", 3, 0),
        ("size=2&page=2", "5", 3, 2),
        ("size=2&page=9", "", 3, 9),
        ("size=2&sort=createdAt,desc", "5 4", 3, 0),
        ("size=x&page=-1&sort=createdAt", "1 2 3 4 5", 1, 0),
    ] {
        let data = list(&app, &kim, post, query).await.data();
        let content = data["content"].as_array().expect("a list");
        let seen: Vec<_> = content.iter().map(|comment| comment["content"].as_str().expect("a text")).collect();
        assert_eq!((seen.join(" ").as_str(), &data["totalPages"]), (texts, &json!(pages)), "{query}");
        assert_eq!((&data["number"], &data["totalComments"]), (&json!(number), &json!(5)), "{query}");
    }
    for sort in ["", "likeCount", "createdAt,up", "createdAt&sort=createdAt"] {
        list(&app, &kim, post, &format!("sort={sort}")).await.refused(400, "INVALID_REQUEST");
    }
}
