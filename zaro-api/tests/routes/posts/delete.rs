//! `DELETE /api/posts/{postId}`

use serde_json::json;
use zaro_core::types::Status;

use super::{good, needs_an_active_member, reads_its_id, write};
use crate::support::TestApp;

#[tokio::test]
async fn p11_the_author_deletes_once() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let path = format!("/api/posts/{}", write(&app, &kim, good()).await);
    app.delete(&path).token(&lee.access).send().await.refused(403, "INVALID_POST_OWNER");
    assert_eq!(app.delete(&path).token(&kim.access).body("ignored").send().await.data(), json!(null));
    app.delete(&path).token(&kim.access).send().await.refused(404, "POST_NOT_FOUND");
    app.get(&path).token(&kim.access).send().await.refused(404, "POST_NOT_FOUND");
}

#[tokio::test]
async fn h12_h8_who_may_delete_what() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let path = format!("/api/posts/{}", write(&app, &kim, good()).await);
    needs_an_active_member(&app, || app.delete(&path), true).await;
    reads_its_id(|id| app.delete(&format!("/api/posts/{id}")), &kim, json!({}), "POST_NOT_FOUND").await;
}
