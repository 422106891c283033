//! `/api/users/me/sessions`

use chrono::TimeDelta;
use serde_json::json;
use zaro_core::testing::PASSWORD;
use zaro_core::types::Status;

use crate::support::TestApp;

const PATH: &str = "/api/users/me/sessions";

#[tokio::test]
async fn t9_lists_live_sessions_most_recently_used_first() {
    let app = TestApp::new();
    app.world.member("kim", Status::Active);
    let sign_in = json!({ "email": "kim@zaro.test", "password": PASSWORD });
    let agent = "Zaro/1 (자취)";
    let first = app.post("/api/auth/signin").header("user-agent", agent).json(sign_in).send().await.data();
    app.world.advance(TimeDelta::minutes(1));
    let second = app.sign_in("kim");
    app.world.advance(TimeDelta::minutes(1));
    let refresh = first["refreshToken"].as_str().expect("a token");
    assert_eq!(app.post("/api/auth/refresh").token(refresh).send().await.status, 200);

    let list = app.get(PATH).token(&second.access).send().await.data();
    let expected = json!([
        {
            "sessionId": list[0]["sessionId"],
            "current": false,
            "userAgent": agent,
            "createdAt": "2026-03-01T03:00:00.000Z",
            "lastUsedAt": "2026-03-01T03:02:00.000Z",
            "expiresAt": "2026-03-08T03:00:00.000Z",
        },
        {
            "sessionId": list[1]["sessionId"],
            "current": true,
            "userAgent": "test",
            "createdAt": "2026-03-01T03:01:00.000Z",
            "lastUsedAt": "2026-03-01T03:01:00.000Z",
            "expiresAt": "2026-03-08T03:01:00.000Z",
        },
    ]);
    assert_eq!(list, expected);
}

#[tokio::test]
async fn t9_ends_one_own_live_session() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let id = app.get(PATH).token(&kim.access).send().await.data()[0]["sessionId"].as_str().expect("an id").to_owned();
    let path = format!("{PATH}/{id}");
    app.delete(&path).token(&lee.access).send().await.refused(404, "SESSION_NOT_FOUND");
    for odd in ["x", "%00", "%EA%B0%80", "0"] {
        let answer = app.delete(&format!("{PATH}/{odd}")).token(&kim.access).send().await;
        answer.refused(404, "SESSION_NOT_FOUND");
    }
    app.delete(&format!("{PATH}/%FF")).token(&kim.access).send().await.refused(400, "TYPE_MISMATCH");
    assert_eq!(app.delete(&path).token(&kim.access).send().await.data(), json!(null));
    app.delete(&path).token(&kim.access).send().await.refused(401, "AUTH_REQUIRED");
    app.delete(&path).token(&app.sign_in("kim").access).send().await.refused(404, "SESSION_NOT_FOUND");
}

#[tokio::test]
async fn t9_ends_all_others_and_tells_how_many() {
    let app = TestApp::new();
    let (kim, other) = (app.member("kim", Status::Active), app.sign_in("kim"));
    app.sign_in("kim");
    let lee = app.member("lee", Status::Active);
    assert_eq!(app.delete(PATH).token(&kim.access).send().await.data(), json!({ "revoked": 2 }));
    assert_eq!(app.delete(PATH).token(&kim.access).send().await.data(), json!({ "revoked": 0 }));
    app.get(PATH).token(&other.access).send().await.refused(401, "AUTH_REQUIRED");
    assert_eq!(app.get(PATH).token(&lee.access).send().await.status, 200);
}

#[tokio::test]
async fn t2_the_51st_sign_in_ends_the_session_unused_for_longest() {
    let app = TestApp::new();
    let oldest = app.member("kim", Status::Active);
    app.world.advance(TimeDelta::seconds(1));
    let kept = app.sign_in("kim");
    for _ in 0..48 {
        app.world.advance(TimeDelta::seconds(1));
        app.sign_in("kim");
    }
    assert_eq!(app.get(PATH).token(&oldest.access).send().await.data().as_array().expect("a list").len(), 50);
    app.sign_in("kim");
    app.get(PATH).token(&oldest.access).send().await.refused(401, "AUTH_REQUIRED");
    assert_eq!(app.get(PATH).token(&kept.access).send().await.status, 200);
}
