//! `POST /api/auth/signout`

use chrono::TimeDelta;
use serde_json::json;
use zaro_core::types::Status;

use crate::support::TestApp;

#[tokio::test]
async fn t8_ends_the_session_of_a_good_token_at_once() {
    let app = TestApp::new();
    let (here, there) = (app.member("kim", Status::Active), app.sign_in("kim"));
    assert_eq!(app.post("/api/auth/signout").token(&here.access).send().await.data(), json!(null));
    app.get("/api/users/my").token(&here.access).send().await.refused(401, "AUTH_REQUIRED");
    app.post("/api/auth/refresh").token(&here.refresh).send().await.refused(401, "INVALID_REFRESH_TOKEN");
    assert_eq!(app.get("/api/users/my").token(&there.access).send().await.status, 200);
    let back = app.sign_in("kim");
    assert_eq!(app.get("/api/users/my").token(&back.access).send().await.status, 200, "T7");
}

#[tokio::test]
async fn t8_an_expired_token_still_ends_its_session() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    app.world.advance(TimeDelta::hours(2));
    assert_eq!(app.post("/api/auth/signout").token(&kim.access).send().await.status, 200);
    app.post("/api/auth/refresh").token(&kim.refresh).send().await.refused(401, "INVALID_REFRESH_TOKEN");
}

#[tokio::test]
async fn t8_is_fine_with_whatever_comes() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    assert_eq!(app.delete("/api/users/me").token(&kim.access).send().await.status, 200);
    for header in ["", "Bearer", "Bearer x", "Basic a2lt", &kim.refresh, &kim.access, &format!("Bearer {}", kim.access)]
    {
        let answer = app.post("/api/auth/signout").header("authorization", header).body("{no json").send().await;
        assert_eq!(answer.data(), json!(null), "{header}");
        assert!(answer.header("set-cookie").is_none());
    }
    assert_eq!(app.post("/api/auth/signout").send().await.status, 200);
}
