//! `PATCH /api/users/me/profileImage`

use serde_json::{Value, json};
use zaro_core::types::Status;

use crate::support::{Answer, TestApp, Tokens};

async fn set(app: &TestApp, who: &Tokens, picture: Value) -> Answer {
    let body = json!({ "profileImage": picture });
    app.patch("/api/users/me/profileImage").token(&who.access).json(body).send().await
}

#[tokio::test]
async fn s5_a_picture_is_set_with_or_without_slash_and_shown_with_one() {
    let app = TestApp::with_images();
    let kim = app.member("kim", Status::Active);
    for slash in ["", "/"] {
        let key = app.uploaded(&kim, "profile").await;
        let stored = set(&app, &kim, json!(format!("{slash}{key}"))).await.data();
        assert_eq!(stored, json!({ "profileImage": format!("/{key}") }));
        let me = app.get("/api/users/my").token(&kim.access).send().await.data();
        assert_eq!(me["profileImage"], json!(format!("/{key}")));
        assert_eq!(app.picture(&key).await.status, 200);
    }
}

#[tokio::test]
async fn s5_null_and_blank_clear_and_the_picture_is_gone() {
    let app = TestApp::with_images();
    let kim = app.member("kim", Status::Active);
    for clear in [json!(null), json!(""), json!(" ")] {
        let key = app.uploaded(&kim, "profile").await;
        set(&app, &kim, json!(key)).await.data();
        assert_eq!(set(&app, &kim, clear).await.data(), json!({ "profileImage": null }));
        app.picture(&key).await.refused(404, "IMAGE_NOT_FOUND");
    }
}

#[tokio::test]
async fn s5_only_an_own_profile_upload_that_is_there_is_taken() {
    let app = TestApp::with_images();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let (foreign, post) = (app.uploaded(&lee, "profile").await, app.uploaded(&kim, "post").await);
    let (_, not_there) = app.grant(&kim, "profile", "png").await;
    for key in [foreign, post, not_there] {
        set(&app, &kim, json!(key)).await.refused(400, "INVALID_PROFILE_IMAGE");
    }
}
