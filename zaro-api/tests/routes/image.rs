//! `DELETE /api/image`

use chrono::TimeDelta;
use serde_json::{Value, json};
use zaro_core::types::{Status, UserId};

use crate::support::{Answer, TestApp, Tokens};

async fn delete(app: &TestApp, who: &Tokens, query: &str) -> Answer {
    app.delete(&format!("/api/image{query}")).token(&who.access).send().await
}

#[tokio::test]
async fn i6_an_own_unused_upload_goes() {
    let app = TestApp::with_images();
    let kim = app.member("kim", Status::Active);
    for slash in ["", "/"] {
        let key = app.uploaded(&kim, "post").await;
        let query = format!("?key={slash}{key}");
        assert_eq!(delete(&app, &kim, &query).await.data(), Value::Null);
        app.picture(&key).await.refused(404, "IMAGE_NOT_FOUND");
        delete(&app, &kim, &query).await.refused(403, "UNAUTHORIZED_IMAGE_DELETE");
    }
}

#[tokio::test]
async fn i6_a_key_that_is_none_of_ours() {
    let app = TestApp::with_images();
    let kim = app.member("kim", Status::Active);
    for query in [
        "",
        "?key=",
        "?key=/",
        "?key=images/post/x.png",
        "?key=images/post/../../zaro.db",
        "?key=images%2Fpost%2F..%2F..%2Fzaro.db",
        "?key=https://img.zaro.test/images/post/0b0e7a52-8b0f-4d8e-9d0c-0f4c6f1a2b3c.png",
        "?key=images/post/0b0e7a52-8b0f-4d8e-9d0c-0f4c6f1a2b3c.gif",
        "?key=images/post/0b0e7a52-8b0f-4d8e-9d0c-0f4c6f1a2b3c.png%00",
    ] {
        delete(&app, &kim, query).await.refused(400, "INVALID_REQUEST");
    }
}

#[tokio::test]
async fn i6_neither_foreign_ones_nor_those_in_use() {
    let app = TestApp::with_images();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let key = app.uploaded(&kim, "profile").await;
    let query = format!("?key={key}");
    delete(&app, &lee, &query).await.refused(403, "UNAUTHORIZED_IMAGE_DELETE");
    let picture = json!({ "profileImage": key });
    app.patch("/api/users/me/profileImage").token(&kim.access).json(picture).send().await.data();
    delete(&app, &kim, &query).await.refused(409, "IMAGE_IN_USE");
    assert_eq!(app.picture(&key).await.status, 200);
}

#[tokio::test]
async fn h12_z2_not_while_pending_but_while_suspended() {
    let app = TestApp::with_images();
    let pending = app.member("lee", Status::Pending);
    delete(&app, &pending, "").await.refused(403, "MAIL_NOT_VERIFIED");
    let kim = app.member("kim", Status::Active);
    let key = app.uploaded(&kim, "post").await;
    app.world.suspend(UserId(kim.id), app.world.now().plus(TimeDelta::days(1)));
    delete(&app, &kim, &format!("?key={key}")).await.data();
}
