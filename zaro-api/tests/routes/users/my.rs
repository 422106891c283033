//! `GET /api/users/my`

use chrono::TimeDelta;
use serde_json::json;
use zaro_core::types::Status;

use crate::support::TestApp;

#[tokio::test]
async fn s1_tells_exactly_the_members_of_user_info() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    app.world.advance(TimeDelta::microseconds(1_999_999));
    let again = app.sign_in("kim");
    let expected = json!({
        "userId": kim.id,
        "email": "kim@zaro.test",
        "nickname": "kim",
        "profileImage": null,
        "birthday": null,
        "liveAloneDate": null,
        "gender": null,
        "mbti": null,
        "createdAt": "2026-03-01T03:00:00.000Z",
        "updatedAt": "2026-03-01T03:00:01.999Z",
        "lastLoginAt": "2026-03-01T03:00:01.999Z",
        "provider": "LOCAL",
        "isValidated": true,
        "status": "ACTIVE",
    });
    let answer = app.get("/api/users/my").token(&again.access).send().await;
    assert_eq!(answer.data(), expected);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn s1_is_validated_is_false_only_while_pending() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Pending);
    let data = app.get("/api/users/my").token(&kim.access).send().await.data();
    assert_eq!((&data["isValidated"], &data["status"]), (&json!(false), &json!("PENDING")));
}

#[tokio::test]
async fn h11_the_scheme_is_matched_without_regard_to_case_but_must_be_there() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    for scheme in ["bearer", "BEARER", "Bearer "] {
        let header = format!("{scheme} {}", kim.access);
        assert_eq!(app.get("/api/users/my").header("authorization", &header).send().await.status, 200);
    }
    let bare = app.get("/api/users/my").header("authorization", &kim.access).send().await;
    bare.refused(401, "AUTH_REQUIRED");
}
