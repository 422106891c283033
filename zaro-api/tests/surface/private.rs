//! H19: what depends on its caller is kept by nobody on the way.

use axum::http::Method;
use zaro_api::router::{Auth, routes};
use zaro_core::types::Status;

use crate::support::TestApp;

#[tokio::test]
async fn h19_answers_that_depend_on_the_caller_are_not_stored() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let mut looked_at = 0;
    for route in routes().into_iter().filter(|route| matches!(route.auth, Auth::Required | Auth::Optional)) {
        // The stream says `no-cache`, which the contract asks for by name; withdrawing would end the session.
        if route.path.ends_with("/subscribe") || (route.method == Method::DELETE && route.path == "/api/users/me") {
            continue;
        }
        let path = route.path.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
        let path = path.collect::<Vec<_>>().join("/");
        let answer = app.request(route.method.clone(), &path).token(&kim.access).send().await;
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{} {path}", route.method);
        looked_at += 1;
    }
    assert!(looked_at > 15, "{looked_at} routes");
}
