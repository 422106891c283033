//! H3 to H5, H16, H17, H19: what failures look like, whatever fails.

use std::sync::Mutex;
use std::sync::mpsc;
use std::time::Duration;

use axum::http::Method;
use serde_json::json;
use zaro_core::testing::{AwayTokenStore, PASSWORD};
use zaro_core::types::Status;
use zaro_core::{Code, Error};

use crate::support::{Answer, FakeKakao, Setup, TestApp};

const KAKAO: &str = "/api/auth/signin/kakao";

async fn kakao(app: &TestApp) -> Answer {
    app.post(KAKAO).json(json!({ "accessToken": "x" })).send().await
}

#[tokio::test]
async fn h4_problem_details_on_request() {
    let app = TestApp::new();
    let body = json!({ "email": "x", "password": PASSWORD, "nickname": "kim" });
    let answer = app.post("/api/auth/signup").header("accept", "application/problem+json").json(body).send().await;
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let trace_id = answer.header("x-trace-id").expect("a trace id");
    let text = "이메일 형식이 올바르지 않습니다.";
    let expected = json!({
        "type": "urn:zaro:error:INVALID_EMAIL_FORMAT",
        "title": text,
        "status": 400,
        "detail": text,
        "instance": format!("urn:zaro:trace:{trace_id}"),
        "code": "INVALID_EMAIL_FORMAT",
        "message": text,
        "traceId": trace_id,
        "fields": [{ "field": "email", "code": "INVALID_EMAIL_FORMAT" }],
    });
    assert_eq!(answer.body(), expected);
    let good = app.get("/health").header("accept", "application/problem+json").send().await;
    assert_eq!(good.header("content-type"), Some("application/json"), "a success is no problem");
}

#[tokio::test]
async fn h4_every_failure_has_both_forms() {
    let app = TestApp::new();
    for (method, path, status) in [
        (Method::GET, "/nothing", 404),
        (Method::PUT, "/health", 405),
        (Method::GET, "/api/users/my", 401),
        (Method::POST, "/api/auth/signin", 400),
    ] {
        for (accept, kind) in [
            ("*/*", "application/json"),
            ("application/problem+json;q=0.1, application/json", "application/json"),
            ("application/problem+json, application/json", "application/problem+json"),
        ] {
            let answer = app.request(method.clone(), path).header("accept", accept).send().await;
            assert_eq!((answer.status.as_u16(), answer.header("content-type")), (status, Some(kind)), "{path}");
        }
    }
}

#[tokio::test]
async fn h3_trace_ids_are_unique() {
    let app = TestApp::new();
    let id = async || app.get("/health").send().await.header("x-trace-id").expect("a trace id").to_owned();
    assert_ne!(id().await, id().await);
}

#[tokio::test]
async fn h16_nothing_internal_leaves() {
    let app = Setup::new().identity(FakeKakao(|_: &str| Err(Error::Internal("SELECT secret".to_owned())))).build();
    let answer = kakao(&app).await;
    answer.refused(500, "INTERNAL_SERVER_ERROR");
    assert!(!answer.text().contains("SELECT"));
}

#[tokio::test]
async fn h5_a_panic_is_an_answer() {
    let app = Setup::new().identity(FakeKakao(|_: &str| panic!("a bug on purpose"))).build();
    let answer =
        app.post(KAKAO).header("origin", crate::support::ORIGIN).json(json!({ "accessToken": "x" })).send().await;
    answer.refused(500, "INTERNAL_SERVER_ERROR");
    assert!(!answer.text().contains("bug"));
    assert!(answer.header("access-control-allow-origin").is_some(), "browsers can read it");
    assert_eq!(app.get("/health").send().await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn h19_a_request_that_takes_too_long_ends() {
    let (finish, finished) = mpsc::channel::<()>();
    let finished = Mutex::new(finished);
    let mut setup = Setup::new().identity(FakeKakao(move |_: &str| {
        // Until the test is over.
        let _ = finished.lock().expect("one caller").recv();
        Err(Code::InvalidOauthToken.into())
    }));
    setup.http.request_time = Duration::from_millis(50);
    let app = setup.build();
    kakao(&app).await.refused(503, "SERVICE_UNAVAILABLE");
    drop(finish);
}

#[tokio::test]
async fn h17_without_the_token_store_what_is_costly_waits() {
    let app = Setup::new().limits(AwayTokenStore).build();
    app.world.member("kim", Status::Active);
    let email = "kim@zaro.test";
    for (path, body) in [
        ("/api/auth/signin", json!({ "email": email, "password": PASSWORD })),
        ("/api/auth/signup", json!({ "email": email, "password": PASSWORD, "nickname": "kim" })),
        ("/api/auth/email/resend", json!({ "email": email })),
        ("/api/auth/email/password", json!({ "email": email })),
    ] {
        let answer = app.post(path).json(body).send().await;
        answer.refused(503, "SERVICE_UNAVAILABLE");
        assert!(!answer.text().contains("10.0.0.7"));
    }
    let ready = app.get("/readyz").send().await;
    assert_eq!((ready.status.as_u16(), &ready.body()["parts"]["tokenStore"]), (200, &json!("degraded")));
}
