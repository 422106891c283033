//! `PATCH /api/users/me/profile`

use serde_json::{Value, json};
use zaro_core::types::Status;

use crate::support::TestApp;

#[tokio::test]
async fn s3_replaces_as_a_whole() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let change =
        async |body: Value| app.patch("/api/users/me/profile").token(&kim.access).json(body).send().await.data();
    let full = json!({ "birthday": "2000-02-29", "liveAloneDate": "2026-03-01", "gender": "OTHER", "mbti": "INTP" });
    assert_eq!(change(full.clone()).await, full);
    let my = app.get("/api/users/my").token(&kim.access).send().await.data();
    for field in ["birthday", "liveAloneDate", "gender", "mbti"] {
        assert_eq!(my[field], full[field], "{field}");
    }
    let empty = json!({ "birthday": null, "liveAloneDate": null, "gender": null, "mbti": null });
    assert_eq!(change(json!({ "gender": "MALE", "mbti": "" })).await["gender"], "MALE");
    assert_eq!(change(json!({ "birthday": "", "liveAloneDate": "", "gender": "", "mbti": "" })).await, empty);
    change(full).await;
    assert_eq!(change(json!({})).await, empty);
}
