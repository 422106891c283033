//! `GET /api/posts/{postId}`

use serde_json::json;
use zaro_core::types::Status;

use super::{good, reads_its_id, write};
use crate::support::TestApp;

#[tokio::test]
async fn p7_every_member_who_can_sign_in_reads_it() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let path = format!("/api/posts/{}", write(&app, &kim, good()).await);
    let pending = app.member("pending", Status::Pending);
    for who in [&kim, &pending] {
        let data = app.get(&path).token(&who.access).send().await.data();
        assert_eq!((&data["title"], &data["user"]["nickname"]), (&json!("제목"), &json!("kim")));
    }
    app.get(&path).send().await.refused(401, "AUTH_REQUIRED");
}

#[tokio::test]
async fn p7_a_withdrawn_author_is_unknown() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let path = format!("/api/posts/{}", write(&app, &kim, good()).await);
    assert_eq!(app.delete("/api/users/me").token(&kim.access).send().await.status, 200);
    let data = app.get(&path).token(&lee.access).send().await.data();
    let unknown = json!({
        "userId": kim.id, "nickname": "떠난이웃", "profileImage": null, "liveAloneDate": null, "following": false,
    });
    assert_eq!(data["user"], unknown);
}

#[tokio::test]
async fn h8_ids_of_no_number_and_of_nothing() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    reads_its_id(|id| app.get(&format!("/api/posts/{id}")), &kim, json!({}), "POST_NOT_FOUND").await;
}
