//! `POST /api/auth/signin`

use chrono::TimeDelta;
use serde_json::json;
use zaro_core::testing::PASSWORD;
use zaro_core::types::{Status, UserId};

use crate::support::{Answer, TestApp};

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    app.post("/api/auth/signin").json(json!({ "email": email, "password": password })).send().await
}

#[tokio::test]
async fn a10_gives_tokens_of_a_new_session() {
    let app = TestApp::new();
    let id = app.world.member("kim", Status::Active);
    let data = sign_in(&app, " KIM@zaro.test ", PASSWORD).await.data();
    let expected = json!({
        "accessToken": data["accessToken"],
        "refreshToken": data["refreshToken"],
        "userId": id,
        "email": "kim@zaro.test",
        "nickname": "kim",
        "profileImage": null,
        "provider": "LOCAL",
    });
    assert_eq!(data, expected);
    let token = data["accessToken"].as_str().expect("a token");
    assert_eq!(app.get("/api/users/my").token(token).send().await.data()["userId"], json!(id));
    assert_eq!(app.world.user(id).last_login_at, Some(app.world.now()));
}

#[tokio::test]
async fn a8_everything_wrong_looks_alike() {
    let app = TestApp::new();
    app.world.member("kim", Status::Active);
    app.world.member("gone", Status::Deleted);
    let long = "x".repeat(2000);
    let mut texts = Vec::new();
    for (email, password) in [
        ("nobody@zaro.test", PASSWORD),
        ("no address", PASSWORD),
        ("kim@zaro.test", "Wrong-pass1"),
        ("kim@zaro.test", &long),
        ("gone@zaro.test", "Wrong-pass1"),
    ] {
        let answer = sign_in(&app, email, password).await;
        answer.refused(400, "INCORRECT_PASSWORD");
        texts.push(answer.message());
    }
    texts.dedup();
    assert_eq!(texts.len(), 1);
    sign_in(&app, "gone@zaro.test", PASSWORD).await.refused(400, "USER_ALREADY_DELETED");
}

#[tokio::test]
async fn a10_pending_members_stay_pending_and_dormant_ones_wake_up() {
    let app = TestApp::new();
    for (name, before, after) in [("kim", Status::Pending, Status::Pending), ("lee", Status::Dormant, Status::Active)] {
        let id = app.world.member(name, before);
        assert_eq!(sign_in(&app, &format!("{name}@zaro.test"), PASSWORD).await.status, 200);
        assert_eq!(app.world.user(id).status, after);
    }
}

#[tokio::test]
async fn a11_failures_are_limited_by_address_known_or_not() {
    let app = TestApp::new();
    app.world.member("kim", Status::Active);
    for email in ["kim@zaro.test", "nobody@zaro.test"] {
        for _ in 0..10 {
            sign_in(&app, email, "Wrong-pass1").await.refused(400, "INCORRECT_PASSWORD");
        }
        let answer = sign_in(&app, &email.to_uppercase(), PASSWORD).await;
        assert_eq!(answer.refused(429, "RATE_LIMITED").retry_after(), 15 * 60);
    }
    app.world.advance(TimeDelta::minutes(15));
    assert_eq!(sign_in(&app, "kim@zaro.test", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn a11_a_success_resets_the_count() {
    let app = TestApp::new();
    app.world.member("kim", Status::Active);
    for _ in 0..3 {
        for _ in 0..9 {
            sign_in(&app, "kim@zaro.test", "Wrong-pass1").await.refused(400, "INCORRECT_PASSWORD");
        }
        assert_eq!(sign_in(&app, "kim@zaro.test", PASSWORD).await.status, 200);
    }
}

#[tokio::test]
async fn s5_pictures_go_out_as_clients_expect_them() {
    let app = TestApp::new();
    let id = app.world.member("kim", Status::Active);
    for (stored, sent) in [
        ("images/profile/1-a.png", "/images/profile/1-a.png"),
        ("http://k.kakaocdn.net/a.jpg", "http://k.kakaocdn.net/a.jpg"),
    ] {
        let set = |connection: &mut _| {
            zaro_core::models::user::set_profile_image(connection, UserId(id.0), Some(stored), app.world.now())
        };
        app.world.ctx.db.write_tx(set).expect("a write");
        assert_eq!(sign_in(&app, "kim@zaro.test", PASSWORD).await.data()["profileImage"], sent);
    }
}
