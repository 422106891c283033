//! `/api/notifications/…`; the stream has a file of its own.

use serde_json::{Value, json};
use zaro_core::types::Status;

use super::posts::{comment, good, good_but, needs_an_active_member, reads_its_id, write};
use crate::support::{TestApp, Tokens};

const PATH: &str = "/api/notifications";

/// Kim with a post on which lee has commented.
async fn commented() -> (TestApp, Tokens, Tokens, i64) {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let post = write(&app, &kim, good()).await;
    comment(&app, &lee, post, "댓글").await;
    (app, kim, lee, post)
}

async fn list(app: &TestApp, who: &Tokens) -> Value {
    app.get(PATH).token(&who.access).send().await.data()
}

#[tokio::test]
async fn n4_a_plain_array_newest_first() {
    let (app, kim, lee, post) = commented().await;
    let second = write(&app, &kim, good_but(json!({ "category": "DAILY_LIFE", "tag": "TIPS" }))).await;
    let later = comment(&app, &lee, second, "둘").await;
    let told = list(&app, &kim).await;
    let expected = json!({
        "id": told[0]["id"],
        "type": "COMMENT",
        "targetId": later,
        "createdAt": "2026-03-01T03:00:00.000Z",
        "actorId": lee.id,
        "actorName": "lee",
        "actorProfileImage": null,
        "postId": second,
        "category": "DAILY_LIFE",
        "thumbnailImage": null,
        "comment": "둘",
        "read": false,
    });
    assert_eq!(told[0], expected);
    assert_eq!((told.as_array().map(Vec::len), &told[1]["postId"]), (Some(2), &json!(post)));
    assert_eq!(list(&app, &lee).await, json!([]));
    let pending = app.member("pending", Status::Pending);
    assert_eq!(list(&app, &pending).await, json!([]), "reading is allowed in every state");
}

#[tokio::test]
async fn n5_one_is_marked_by_its_receiver() {
    let (app, kim, lee, _) = commented().await;
    let path = format!("{PATH}/{}", list(&app, &kim).await[0]["id"]);
    app.patch(&path).token(&lee.access).send().await.refused(404, "NOTIFICATION_NOT_FOUND");
    for _ in 0..2 {
        assert_eq!(app.patch(&path).token(&kim.access).send().await.data(), json!(null));
        assert_eq!(list(&app, &kim).await[0]["read"], true);
    }
    reads_its_id(|id| app.patch(&format!("{PATH}/{id}")), &kim, json!({}), "NOTIFICATION_NOT_FOUND").await;
    needs_an_active_member(&app, || app.patch(&path), true).await;
}

#[tokio::test]
async fn n5_all_are_marked_at_once() {
    let (app, kim, lee, post) = commented().await;
    comment(&app, &lee, post, "둘").await;
    let path = format!("{PATH}/bulk");
    assert_eq!(app.patch(&path).token(&lee.access).send().await.data(), json!(null));
    assert_eq!(list(&app, &kim).await[0]["read"], false, "those of others stay");
    for _ in 0..2 {
        assert_eq!(app.patch(&path).token(&kim.access).body("{broken").send().await.data(), json!(null));
        let told = list(&app, &kim).await;
        assert!(told.as_array().expect("a list").iter().all(|told| told["read"] == true), "{told}");
    }
    needs_an_active_member(&app, || app.patch(&path), true).await;
}
