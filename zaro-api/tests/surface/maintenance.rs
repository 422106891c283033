//! H18 over the router's own list of routes.

use axum::http::Method;
use serde_json::json;
use zaro_api::router::routes;
use zaro_core::service::maintenance;
use zaro_core::types::{Status, UserId};

use crate::support::TestApp;

/// Operations that change nothing although they are no GET, and those that do although they are one.
const READS: [&str; 1] = ["/api/auth/refresh"];
const WRITES: [&str; 2] = ["/api/auth/email/verify", "/api/presigned-url"];

#[tokio::test]
async fn h18_reads_work_and_every_write_waits() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    maintenance::begin(&app.world.ctx).expect("on");
    let before = app.world.user(UserId(kim.id));
    let (mut writes, mut reads) = (0, 0);
    for route in routes() {
        // One needs a store of its own, the other one never ends.
        if route.path.starts_with("/media/") || route.path.ends_with("/subscribe") {
            continue;
        }
        let is_write =
            if route.method == Method::GET { WRITES.contains(&route.path) } else { !READS.contains(&route.path) };
        let token = if route.path == READS[0] { &kim.refresh } else { &kim.access };
        let answer = app.request(route.method.clone(), route.path).token(token).json(json!({})).send().await;
        if is_write {
            answer.refused(503, "SERVICE_UNAVAILABLE");
            assert!(answer.retry_after() >= 1);
            writes += 1;
        } else {
            assert_ne!(answer.status, 503, "{} {}: {}", route.method, route.path, answer.text());
            reads += 1;
        }
    }
    assert!(writes > 20 && reads > 8, "{writes} writes, {reads} reads");
    assert_eq!(app.world.user(UserId(kim.id)).updated_at, before.updated_at);
    assert_eq!(app.get("/api/users/my").token(&kim.access).send().await.status, 200, "nobody was signed out");
    app.request(Method::PUT, "/api/users/my").send().await.refused(405, "METHOD_NOT_ALLOWED");

    maintenance::end(&app.world.ctx).expect("off");
    assert_eq!(app.post("/api/auth/signout").token(&kim.access).send().await.status, 200);
}
