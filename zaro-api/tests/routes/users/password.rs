//! `PATCH /api/users/me/password`

use chrono::TimeDelta;
use serde_json::json;
use zaro_core::testing::PASSWORD;
use zaro_core::types::{Status, UserId};

use crate::support::{Answer, TestApp, Tokens};

const NEW: &str = "Brand-new2";

async fn change(app: &TestApp, who: &Tokens, current: &str, new: &str) -> Answer {
    let body = json!({ "currentPassword": current, "newPassword": new });
    app.patch("/api/users/me/password").token(&who.access).json(body).send().await
}

#[tokio::test]
async fn s4_ends_the_other_sessions() {
    let app = TestApp::new();
    let (here, there) = (app.member("kim", Status::Active), app.sign_in("kim"));
    assert_eq!(change(&app, &here, PASSWORD, NEW).await.data(), json!(null));
    assert_eq!(app.get("/api/users/my").token(&here.access).send().await.status, 200);
    app.get("/api/users/my").token(&there.access).send().await.refused(401, "AUTH_REQUIRED");
}

#[tokio::test]
async fn s4_the_current_one_must_be_right_and_different() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    change(&app, &kim, "Wrong-pass1", NEW).await.refused(400, "CURRENT_PASSWORD_WRONG");
    change(&app, &kim, PASSWORD, PASSWORD).await.refused(400, "CURRENT_PASSWORD_EQUALS_NEW_PASSWORD");
}

#[tokio::test]
async fn rl_wrong_passwords_are_limited() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    for _ in 0..5 {
        change(&app, &kim, "Wrong-pass1", NEW).await.refused(400, "CURRENT_PASSWORD_WRONG");
    }
    assert_eq!(change(&app, &kim, PASSWORD, NEW).await.refused(429, "RATE_LIMITED").retry_after(), 900);
    app.world.advance(TimeDelta::minutes(15));
    assert_eq!(change(&app, &app.sign_in("kim"), PASSWORD, NEW).await.status, 200);
}

#[tokio::test]
async fn z2_a_suspension_does_not_matter_here() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    app.world.suspend(UserId(kim.id), app.world.now().plus(TimeDelta::days(1)));
    assert_eq!(change(&app, &kim, PASSWORD, NEW).await.status, 200);
}
