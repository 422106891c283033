//! H6: one order of checks everywhere.

use chrono::TimeDelta;
use serde_json::json;
use zaro_core::types::{Status, UserId};

use crate::support::TestApp;

/// Operations that need an ACTIVE member, and whether a suspension stands in their way.
const WRITES: [(&str, bool); 4] = [
    ("/api/users/me/nickname", true),
    ("/api/users/me/profile", true),
    ("/api/users/me/profileImage", true),
    ("/api/users/me/password", false),
];

#[tokio::test]
async fn h6_route_and_method_come_before_everything() {
    let app = TestApp::new();
    app.get("/api/nothing").send().await.refused(404, "ROUTE_NOT_FOUND");
    app.get("/").send().await.refused(404, "ROUTE_NOT_FOUND");
    for (path, allowed) in [("/api/users/my", "GET"), ("/api/users/me/sessions", "GET"), ("/api/auth/signup", "POST")] {
        let answer = app.request(axum::http::Method::PUT, path).body("{broken").send().await;
        answer.refused(405, "METHOD_NOT_ALLOWED");
        assert!(answer.header("allow").expect("Allow").contains(allowed));
    }
    let answer = app.post("/api/users/me/sessions").send().await;
    let allow = answer.refused(405, "METHOD_NOT_ALLOWED").header("allow").expect("Allow");
    assert!(allow.contains("GET") && allow.contains("DELETE"), "{allow}");
}

#[tokio::test]
async fn h6_h12_the_account_state_comes_before_the_body() {
    let app = TestApp::new();
    let pending = app.member("kim", Status::Pending);
    let suspended = app.member("lee", Status::Active);
    app.world.suspend(UserId(suspended.id), app.world.now().plus(TimeDelta::days(1)));
    let huge = vec![b'x'; 2 * 1024 * 1024];
    for (path, stands_in_the_way) in WRITES {
        for body in [b"{broken".to_vec(), Vec::new(), huge.clone()] {
            let answer = app.patch(path).token(&pending.access).body(body.clone()).send().await;
            answer.refused(403, "MAIL_NOT_VERIFIED");
            let answer = app.patch(path).token(&suspended.access).body(body).send().await;
            assert_eq!(answer.code() == "USER_SUSPENDED", stands_in_the_way, "{path}");
        }
    }
    app.world.advance(TimeDelta::days(1));
    let again = app.sign_in("lee");
    let answer = app.patch("/api/users/me/nickname").token(&again.access).json(json!({ "newNickname": "lim" })).send();
    assert_eq!(answer.await.status, 200, "a suspension ends by itself");
}

#[tokio::test]
async fn h6_a_refused_request_changes_nothing() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Pending);
    let before = app.get("/api/users/my").token(&kim.access).send().await.data();
    for (path, _) in WRITES {
        let body = json!({ "newNickname": "lee", "gender": "MALE", "newPassword": "Brand-new2" });
        app.patch(path).token(&kim.access).json(body).send().await.refused(403, "MAIL_NOT_VERIFIED");
    }
    assert_eq!(app.get("/api/users/my").token(&kim.access).send().await.data(), before);
}
