//! `GET /api/auth/email/verify`, `POST /api/auth/email/resend`, `POST /api/auth/email/password`

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use serde_json::json;
use zaro_core::testing::PASSWORD;
use zaro_core::types::{Status, UserId};

use crate::support::{Answer, Setup, TestApp};

const RESEND: &str = "/api/auth/email/resend";
const RESET: &str = "/api/auth/email/password";

async fn ask(app: &TestApp, path: &str, email: &str) -> Answer {
    app.post(path).json(json!({ "email": email })).send().await
}

/// Where a link leads.
async fn verify(app: &TestApp, query: &str) -> String {
    let answer = app.get(&format!("/api/auth/email/verify{query}")).send().await;
    assert_eq!(answer.status, 302);
    assert!(answer.header("x-trace-id").is_some());
    answer.header("location").expect("a location").to_owned()
}

/// A PENDING member who signed up over the wire, and the secret that was mailed.
async fn signed_up(app: &TestApp) -> (UserId, String) {
    let draft = json!({ "email": "kim@zaro.test", "password": PASSWORD, "nickname": "kim" });
    let answer = app.post("/api/auth/signup").json(draft).send().await;
    (UserId(answer.body()["data"]["id"].as_i64().expect("an id")), app.mailed_secret())
}

#[tokio::test]
async fn v3_where_a_link_leads() {
    let app = TestApp::new();
    let (id, secret) = signed_up(&app).await;
    let link = format!("?token={secret}");
    assert_eq!(verify(&app, &link).await, "https://zaro.test/login");
    assert_eq!(app.world.user(id).status, Status::Active);
    assert_eq!(verify(&app, &link).await, "https://zaro.test/login", "a mail scanner clicks, too");
    app.world.advance(TimeDelta::minutes(30));
    assert_eq!(verify(&app, &link).await, "https://zaro.test/login?status=already-verified");
    for odd in ["", "?token=", "?token=unknown", "?token=%00", "?token=%FF", "?other=1", "?token=%EA%B0%80"] {
        assert_eq!(verify(&app, odd).await, "https://zaro.test/login?status=error", "{odd}");
    }
}

#[tokio::test]
async fn v3_an_old_link_is_expired() {
    let app = TestApp::new();
    let (id, secret) = signed_up(&app).await;
    app.world.advance(TimeDelta::minutes(30));
    assert_eq!(verify(&app, &format!("?token={secret}")).await, "https://zaro.test/login?status=expired");
    assert_eq!(app.world.user(id).status, Status::Pending);
}

#[tokio::test]
async fn v5_resend_answers_alike_and_mails_only_those_who_wait() {
    let app = TestApp::new();
    for (name, status) in [
        ("pending", Status::Pending),
        ("active", Status::Active),
        ("dormant", Status::Dormant),
        ("deleted", Status::Deleted),
    ] {
        app.world.member(name, status);
    }
    let mut answers = Vec::new();
    for name in ["pending", "active", "dormant", "deleted", "unknown"] {
        let answer = ask(&app, RESEND, &format!("{name}@zaro.test")).await;
        assert_eq!(answer.data(), json!(null));
        answers.push(answer.message());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    assert_eq!(app.mails(), 1);
    let secret = app.mailed_secret();
    assert_eq!(verify(&app, &format!("?token={secret}")).await, "https://zaro.test/login");
}

#[tokio::test]
async fn r1_reset_answers_alike_and_echoes_the_address() {
    let app = TestApp::new();
    for (name, status) in [
        ("pending", Status::Pending),
        ("active", Status::Active),
        ("dormant", Status::Dormant),
        ("deleted", Status::Deleted),
    ] {
        app.world.member(name, status);
    }
    for name in ["pending", "active", "dormant", "deleted", "unknown"] {
        let email = format!(" {}@zaro.test", name.to_uppercase());
        assert_eq!(ask(&app, RESET, &email).await.data(), json!({ "email": email }));
    }
    assert_eq!(app.mails(), 3);
    let mail = app.world.mailer.taken().pop().expect("a mail");
    assert_eq!(mail.text.matches("https://zaro.test/password-reset?token=").count(), 1, "R2");
}

#[tokio::test]
async fn v6_r1_mails_are_spaced_and_counted_apart() {
    let app = TestApp::new();
    app.world.member("kim", Status::Pending);
    for email in ["kim@zaro.test", "unknown@zaro.test"] {
        for path in [RESEND, RESET] {
            assert_eq!(ask(&app, path, email).await.status, 200);
            app.world.advance(TimeDelta::seconds(20));
            assert_eq!(ask(&app, path, &email.to_uppercase()).await.refused(429, "RATE_LIMITED").retry_after(), 40);
        }
    }
    for _ in 0..4 {
        app.world.advance(TimeDelta::seconds(61));
        assert_eq!(ask(&app, RESEND, "kim@zaro.test").await.status, 200);
    }
    app.world.advance(TimeDelta::seconds(61));
    let wait = ask(&app, RESEND, "kim@zaro.test").await.refused(429, "RATE_LIMITED").retry_after();
    assert!((23 * 3600..24 * 3600).contains(&wait), "five in a day: {wait}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn v5_r1_the_time_tells_nothing() {
    const GRAIN: Duration = Duration::from_millis(120);
    let mut setup = Setup::new();
    setup.http.equal_time = GRAIN;
    let app = setup.build();
    app.world.member("kim", Status::Pending);
    for path in [RESEND, RESET] {
        for (email, expected) in
            [("kim@zaro.test", 200), ("unknown@zaro.test", 200), ("kim@zaro.test", 429), ("unknown@zaro.test", 429)]
        {
            let started = Instant::now();
            assert_eq!(ask(&app, path, email).await.status.as_u16(), expected);
            assert!(started.elapsed() >= GRAIN, "{path} {email}: {:?}", started.elapsed());
        }
    }
}
