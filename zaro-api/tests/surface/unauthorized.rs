//! H11 over the router's own list of routes.

use chrono::TimeDelta;
use zaro_api::router::{Auth, Route, routes};
use zaro_core::types::Status;

use crate::support::TestApp;

/// The path with its values filled in, deliberately of a wrong type where they are numbers.
fn path(route: &Route) -> String {
    let parts = route.path.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn h11_required_means_required() {
    let app = TestApp::new();
    let (expired, ended) = (app.member("old", Status::Active), app.member("ended", Status::Active));
    let (gone, dormant) = (app.member("gone", Status::Active), app.member("dormant", Status::Active));
    app.world.advance(TimeDelta::minutes(30));
    let fresh = app.sign_in("ended");
    app.post("/api/auth/signout").token(&fresh.access).send().await;
    app.post("/api/auth/signout").token(&ended.access).send().await;
    let leaving = app.sign_in("gone");
    assert_eq!(app.delete("/api/users/me").token(&leaving.access).send().await.status, 200);
    let none = ["", "Bearer", "Bearer ", "Basic a2ltOmtpbQ==", "Bearer x", "Bearer a.b.c"].map(str::to_owned);
    let bad = [&expired.access, &fresh.access, &gone.access, &leaving.access, &expired.refresh, &dormant.refresh]
        .map(|token| format!("Bearer {token}"));
    // "none" as algorithm, the oldest trick there is.
    let payload = fresh.access.split('.').nth(1).expect("three parts");
    let unsigned = format!("Bearer eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.");

    let required: Vec<_> = routes().into_iter().filter(|route| route.auth == Auth::Required).collect();
    assert!(required.len() >= 8);
    for route in required {
        let call = || app.request(route.method.clone(), &path(&route)).body("{broken");
        call().send().await.refused(401, "AUTH_REQUIRED");
        for header in none.iter().chain(&bad).chain([&unsigned]) {
            call().header("authorization", header).send().await.refused(401, "AUTH_REQUIRED");
        }
    }
}

#[tokio::test]
async fn h11_where_none_is_needed_a_bad_token_does_no_harm() {
    let app = TestApp::new();
    for route in routes().into_iter().filter(|route| matches!(route.auth, Auth::None | Auth::Lenient)) {
        let call = || app.request(route.method.clone(), &path(&route));
        let (without, with) = (call().send().await, call().token("x.y.z").send().await);
        assert_eq!(without.status, with.status, "{} {}", route.method, route.path);
        assert_ne!(with.status, 401, "{} {}", route.method, route.path);
    }
}
