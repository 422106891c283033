//! `POST /api/auth/signin/kakao`, against an HTTP server that speaks as Kakao does.

use axum::Router;
use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::{Value, json};
use zaro_core::adapters::kakao::Kakao;
use zaro_core::config::KakaoConfig;
use zaro_core::testing::PASSWORD;
use zaro_core::types::{Status, UserId};

use crate::support::{Answer, Setup, TestApp, all};

const APP_ID: i64 = 4711;

/// What Kakao tells of the bearer of a token; some tokens make it misbehave.
async fn token_info(headers: HeaderMap) -> Response {
    let token = bearer(&headers);
    let answer = |body: &Value| body.to_string().into_response();
    match token.as_str() {
        "refused" => (StatusCode::UNAUTHORIZED, json!({ "code": -401 }).to_string()).into_response(),
        "broken" => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        "busy" => StatusCode::TOO_MANY_REQUESTS.into_response(),
        "garbage" => "<html>".into_response(),
        "elsewhere" => (StatusCode::FOUND, [("location", "/v2/user/me")]).into_response(),
        "foreign" => answer(&json!({ "id": 1, "app_id": APP_ID + 1 })),
        _ => answer(&json!({ "id": 1, "app_id": APP_ID })),
    }
}

async fn me(State(account): State<Value>, headers: HeaderMap) -> Response {
    match bearer(&headers).as_str() {
        "half" => StatusCode::BAD_GATEWAY.into_response(),
        _ => json!({ "id": 77, "kakao_account": account }).to_string().into_response(),
    }
}

fn bearer(headers: &HeaderMap) -> String {
    let text = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    text.strip_prefix("Bearer ").unwrap_or_default().to_owned()
}

/// The application, and a Kakao that tells this of every account.
async fn app(account: Value) -> TestApp {
    let kakao = Router::new()
        .route("/v1/user/access_token_info", get(token_info))
        .route("/v2/user/me", get(me))
        .with_state(account);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(axum::serve(listener, kakao).into_future());
    Setup::new().identity(Kakao::new(KakaoConfig { url, app_id: Some(APP_ID) })).build()
}

async fn sign_in(app: &TestApp, token: &str) -> Answer {
    app.post("/api/auth/signin/kakao").json(json!({ "accessToken": token })).send().await
}

fn full_account() -> Value {
    json!({
        "email": "kakao@zaro.test",
        "is_email_valid": true,
        "is_email_verified": true,
        "gender": "female",
        "profile": { "nickname": "카카오 친구!", "profile_image_url": "https://k.kakaocdn.net/dn/a.jpg" },
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k3_the_first_sign_in_makes_an_active_member() {
    let app = app(full_account()).await;
    let first = sign_in(&app, "good").await.data();
    assert_eq!(first["provider"], "KAKAO");
    assert_eq!(first["email"], "kakao@zaro.test");
    assert_eq!(first["nickname"], "카카오친구");
    assert_eq!(first["profileImage"], "http://k.kakaocdn.net/dn/a.jpg");
    let id = UserId(first["userId"].as_i64().expect("an id"));
    assert_eq!(app.world.user(id).status, Status::Active);
    let second = sign_in(&app, "good").await.data();
    assert_eq!(second["userId"], first["userId"]);
    assert_ne!(second["refreshToken"], first["refreshToken"]);
    let info = app.get("/api/users/my").token(second["accessToken"].as_str().expect("a token")).send().await.data();
    assert_eq!((&info["gender"], &info["isValidated"]), (&json!("FEMALE"), &json!(true)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k1_what_kakao_says_decides() {
    let app = app(full_account()).await;
    for (token, status, code) in [
        ("refused", 401, "INVALID_OAUTH_TOKEN"),
        ("foreign", 401, "INVALID_OAUTH_TOKEN"),
        ("two words", 401, "INVALID_OAUTH_TOKEN"),
        ("토큰", 401, "INVALID_OAUTH_TOKEN"),
        ("broken", 502, "OAUTH_UPSTREAM_ERROR"),
        ("busy", 502, "OAUTH_UPSTREAM_ERROR"),
        ("garbage", 502, "OAUTH_UPSTREAM_ERROR"),
        ("elsewhere", 502, "OAUTH_UPSTREAM_ERROR"),
        ("half", 502, "OAUTH_UPSTREAM_ERROR"),
        ("", 400, "INVALID_REQUEST"),
    ] {
        assert_eq!(sign_in(&app, token).await.outcome(), (status, code.to_owned()), "{token}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k1_a_kakao_that_is_away_is_an_upstream_error() {
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", nobody.local_addr().expect("an address"));
    drop(nobody);
    let app = Setup::new().identity(Kakao::new(KakaoConfig { url, app_id: Some(APP_ID) })).build();
    sign_in(&app, "good").await.refused(502, "OAUTH_UPSTREAM_ERROR");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k6_missing_consent_is_no_error() {
    for account in [json!(null), json!({}), json!({ "profile": null, "email": null, "gender": null })] {
        let app = app(account).await;
        let data = sign_in(&app, "good").await.data();
        assert_eq!(data["email"], "kakao_77@kakao.invalid");
        assert_eq!(data["profileImage"], json!(null));
        assert!(data["nickname"].as_str().expect("a name").chars().count() >= 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k3_an_unverified_address_is_not_taken_over_and_a_held_one_is_a_conflict() {
    let mut account = full_account();
    account["is_email_verified"] = json!(false);
    assert_eq!(sign_in(&app(account).await, "good").await.data()["email"], "kakao_77@kakao.invalid");

    let app = app(full_account()).await;
    let draft = json!({ "email": "KAKAO@zaro.test", "password": PASSWORD, "nickname": "kim" });
    assert_eq!(app.post("/api/auth/signup").json(draft).send().await.status, 201);
    sign_in(&app, "good").await.refused(409, "EMAIL_ALREADY_EXISTED");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k6_parallel_first_sign_ins_make_one_member() {
    let app = app(full_account()).await;
    let answers = all((0..8).map(|_| sign_in(&app, "good"))).await;
    let ids: Vec<_> = answers.iter().map(|answer| answer.data()["userId"].clone()).collect();
    assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "{ids:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k2_a_withdrawn_kakao_member_is_told_so() {
    let app = app(full_account()).await;
    let data = sign_in(&app, "good").await.data();
    let token = data["accessToken"].as_str().expect("a token");
    assert_eq!(app.delete("/api/users/me").token(token).send().await.status, 200);
    sign_in(&app, "good").await.refused(400, "USER_ALREADY_DELETED");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rl_sign_ins_of_one_kakao_account_are_limited() {
    let app = app(full_account()).await;
    for _ in 0..20 {
        assert_eq!(sign_in(&app, "good").await.status, 200);
    }
    assert_eq!(sign_in(&app, "good").await.refused(429, "RATE_LIMITED").retry_after(), 600);
}
