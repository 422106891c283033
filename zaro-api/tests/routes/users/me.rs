//! `DELETE /api/users/me`

use serde_json::json;
use zaro_core::types::{Status, UserId};

use crate::support::{Answer, TestApp, all};

#[tokio::test]
async fn l8_withdraws_with_or_without_a_body() {
    let app = TestApp::new();
    let long = json!({ "reason": "너무 길어요 ".repeat(500) }).to_string();
    for (n, body) in ["", "  ", "{}", r#"{"reason":null}"#, r#"{"reason":"   "}"#, &long].into_iter().enumerate() {
        let name = format!("kim{n}");
        let kim = app.member(&name, Status::Active);
        let answer = app.delete("/api/users/me").token(&kim.access).body(body.to_owned()).send().await;
        assert_eq!(answer.data(), json!(null), "{body}");
        assert_eq!(app.world.user(UserId(kim.id)).status, Status::Deleted);
        app.delete("/api/users/me").token(&kim.access).send().await.refused(401, "AUTH_REQUIRED");
        assert_eq!(app.mails(), n + 1, "one confirmation each");
    }
}

#[tokio::test]
async fn l8_a_pending_member_is_removed_at_once_and_the_name_is_free() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Pending);
    assert_eq!(app.delete("/api/users/me").token(&kim.access).send().await.status, 200);
    let draft = json!({ "email": "kim@zaro.test", "password": "Zaro-test1", "nickname": "kim" });
    assert_eq!(app.post("/api/auth/signup").json(draft).send().await.status, 201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l8_of_parallel_withdrawals_one_counts() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let answers = all((0..5).map(|_| app.delete("/api/users/me").token(&kim.access).send())).await;
    let good = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(good, 1);
    for code in answers.iter().map(Answer::code).filter(|code| code != "SUCCESS") {
        assert!(["AUTH_REQUIRED", "USER_ALREADY_DELETED"].contains(&&*code), "{code}");
    }
    assert_eq!(app.mails(), 1);
}
