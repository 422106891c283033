//! `POST /api/auth/password-reset`

use chrono::TimeDelta;
use serde_json::json;
use zaro_core::testing::PASSWORD;
use zaro_core::types::{Status, UserId};

use crate::support::{Answer, TestApp, all};

const NEW: &str = "Brand-new2";

async fn reset(app: &TestApp, token: &str, password: &str) -> Answer {
    app.post("/api/auth/password-reset").json(json!({ "token": token, "newPassword": password })).send().await
}

async fn link(app: &TestApp) -> String {
    let answer = app.post("/api/auth/email/password").json(json!({ "email": "kim@zaro.test" })).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    app.mailed_secret()
}

#[tokio::test]
async fn r3_sets_the_password_and_ends_all_sessions() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Pending);
    let secret = link(&app).await;
    reset(&app, &secret, "too short").await.refused(400, "INVALID_PASSWORD_FORMAT");
    assert_eq!(reset(&app, &secret, NEW).await.data(), json!(null), "a bad password costs no link");
    app.get("/api/users/my").token(&kim.access).send().await.refused(401, "AUTH_REQUIRED");
    let sign_in = async |password: &str| {
        let body = json!({ "email": "kim@zaro.test", "password": password });
        app.post("/api/auth/signin").json(body).send().await.status.as_u16()
    };
    assert_eq!((sign_in(PASSWORD).await, sign_in(NEW).await), (400, 200));
    assert_eq!(app.world.user(UserId(kim.id)).status, Status::Pending, "the status does not change");
}

#[tokio::test]
async fn r3_what_is_wrong_with_a_link() {
    let app = TestApp::new();
    app.world.member("kim", Status::Active);
    let replaced = link(&app).await;
    app.world.advance(TimeDelta::minutes(2));
    let used = link(&app).await;
    reset(&app, &replaced, NEW).await.refused(400, "RESET_TOKEN_EXPIRED");
    assert_eq!(reset(&app, &used, NEW).await.status, 200);
    reset(&app, &used, NEW).await.refused(400, "RESET_TOKEN_ALREADY_USED");
    app.world.advance(TimeDelta::minutes(2));
    let old = link(&app).await;
    app.world.advance(TimeDelta::minutes(30));
    reset(&app, &old, NEW).await.refused(400, "RESET_TOKEN_EXPIRED");
    for unknown in ["x", "", "   "] {
        reset(&app, unknown, NEW).await.refused(404, "RESET_TOKEN_NOT_FOUND");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r3_of_two_parallel_confirmations_one_succeeds() {
    let app = TestApp::new();
    app.world.member("kim", Status::Active);
    let secret = link(&app).await;
    let answers = all(["First-pass1", "Second-pass2"].map(|password| reset(&app, &secret, password))).await;
    let mut codes: Vec<_> = answers.iter().map(Answer::code).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["RESET_TOKEN_ALREADY_USED", "SUCCESS"]);
}

#[tokio::test]
async fn r3_forgives_failed_sign_ins() {
    let app = TestApp::new();
    app.world.member("kim", Status::Active);
    let sign_in = async |password: &str| {
        let body = json!({ "email": "kim@zaro.test", "password": password });
        app.post("/api/auth/signin").json(body).send().await.status.as_u16()
    };
    for _ in 0..10 {
        assert_eq!(sign_in("Wrong-pass1").await, 400);
    }
    assert_eq!(sign_in(PASSWORD).await, 429);
    let secret = link(&app).await;
    assert_eq!(reset(&app, &secret, NEW).await.status, 200);
    assert_eq!(sign_in(NEW).await, 200);
}
