//! What handlers are given, on routes of the test's own.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use axum::routing::get;
use chrono::TimeDelta;
use tower::ServiceExt as _;
use zaro_api::auth::{CurrentUser, MaybeUser};
use zaro_api::client::ClientAddress;
use zaro_api::extract::Path;
use zaro_core::types::Status;

use crate::support::TestApp;

/// Status and text of a GET with this `Authorization`.
async fn ask(app: &TestApp, path: &str, header: &str) -> (StatusCode, String) {
    let router = Router::new()
        .route("/who", get(async |user: MaybeUser| format!("{:?}", user.id().map(|id| id.0))))
        .route("/things/{id}", get(async |_: CurrentUser, Path(id): Path<i64>| id.to_string()))
        .with_state(app.app.clone());
    let request = Request::get(path).header("authorization", header).body(Body::empty()).expect("a request");
    let response = router.oneshot(request).await.expect("an answer");
    let status = response.status();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    (status, String::from_utf8(bytes.to_vec()).expect("UTF-8"))
}

#[tokio::test]
async fn h11_an_optional_caller_is_known_unknown_or_asked_to_refresh() {
    let app = TestApp::new();
    let (kim, ended) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let known = (StatusCode::OK, format!("Some({})", kim.id));
    let unknown = (StatusCode::OK, "None".to_owned());
    assert_eq!(ask(&app, "/who", &format!("bearer {}", kim.access)).await, known);
    assert_eq!(app.post("/api/auth/signout").token(&ended.access).send().await.status, 200);
    for header in ["", "Bearer x", &format!("Bearer {}", kim.refresh), &format!("Bearer {}", ended.access)] {
        assert_eq!(ask(&app, "/who", header).await, unknown, "{header}");
    }
    app.world.advance(TimeDelta::minutes(30));
    let header = format!("Bearer {}", kim.access);
    assert_eq!(ask(&app, "/who", &header).await.0, StatusCode::UNAUTHORIZED, "it could be refreshed");
    app.world.advance(TimeDelta::days(7));
    assert_eq!(ask(&app, "/who", &header).await, unknown, "it could not any more");
}

#[tokio::test]
async fn h6_h8_the_caller_comes_before_the_path() {
    let app = TestApp::new();
    let header = format!("Bearer {}", app.member("kim", Status::Active).access);
    for (value, expected) in [("7", "7"), ("0", "0"), ("-3", "-3"), ("9223372036854775807", "9223372036854775807")] {
        assert_eq!(ask(&app, &format!("/things/{value}"), &header).await, (StatusCode::OK, expected.to_owned()));
    }
    for odd in ["x", "1.0", "9223372036854775808", "%00", "%FF", "1%20"] {
        let path = format!("/things/{odd}");
        assert_eq!(ask(&app, &path, &header).await.0, StatusCode::BAD_REQUEST, "{odd}");
        assert_eq!(ask(&app, &path, "").await.0, StatusCode::UNAUTHORIZED, "{odd}");
    }
}

#[tokio::test]
async fn rl_where_a_request_comes_from() {
    let app = TestApp::new();
    let router = Router::new()
        .route("/from", get(async |ClientAddress(address): ClientAddress| address.to_string()))
        .with_state(app.app.clone());
    for (connected, forwarded, client) in [
        (Some("203.0.113.9:1"), &["198.51.100.1"][..], "203.0.113.9"),
        (Some("127.0.0.1:1"), &[], "127.0.0.1"),
        (Some("127.0.0.1:1"), &["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
        (Some("[::1]:1"), &["203.0.113.9, 127.0.0.1"], "203.0.113.9"),
        (Some("127.0.0.1:1"), &["203.0.113.9, \u{e9}"], "127.0.0.1"),
        (None, &["198.51.100.1"], "0.0.0.0"),
    ] {
        let mut request = Request::get("/from");
        if let Some(connected) = connected {
            request = request.extension(ConnectInfo::<SocketAddr>(connected.parse().expect("an address")));
        }
        for value in forwarded {
            request = request.header("x-forwarded-for", *value);
        }
        let request = request.body(Body::empty()).expect("a request");
        let response = router.clone().oneshot(request).await.expect("an answer");
        let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        assert_eq!(bytes, client.as_bytes(), "{connected:?} {forwarded:?}");
    }
}
