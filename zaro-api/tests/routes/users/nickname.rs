//! `PATCH /api/users/me/nickname`

use chrono::TimeDelta;
use serde_json::json;
use zaro_core::types::Status;

use crate::support::{Answer, TestApp, Tokens, all};

async fn rename(app: &TestApp, who: &Tokens, name: &str) -> Answer {
    app.patch("/api/users/me/nickname").token(&who.access).json(json!({ "newNickname": name })).send().await
}

#[tokio::test]
async fn s2_the_first_change_is_free_and_the_next_waits_14_days() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let data = rename(&app, &kim, "KIM").await.data();
    assert_eq!(data, json!({ "nickname": "KIM", "nextAvailableChangeDate": "2026-03-15" }));
    rename(&app, &kim, "KIM").await.refused(400, "NEW_NICKNAME_EQUALS_ORIGINAL_NICKNAME");
    let answer = rename(&app, &kim, "lee").await;
    answer.refused(409, "NICKNAME_UPDATE_COOLDOWN");
    assert_eq!(answer.message(), "닉네임은 2026-03-15부터 다시 바꿀 수 있습니다.");
    app.world.advance(TimeDelta::days(14));
    let kim = app.sign_in("kim");
    assert_eq!(rename(&app, &kim, "lee").await.data()["nickname"], "lee");
}

#[tokio::test]
async fn s2_a_name_that_is_held_or_reserved_is_refused() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    app.world.member("Lee", Status::Pending);
    for name in ["lee", "LEE", "관리자", "떠난이웃"] {
        rename(&app, &kim, name).await.refused(409, "NICKNAME_ALREADY_EXISTED");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s2_of_parallel_changes_to_one_name_one_wins() {
    let app = TestApp::new();
    let members: Vec<_> = (0..5).map(|n| app.member(&format!("kim{n}"), Status::Active)).collect();
    let mut codes: Vec<_> =
        all(members.iter().map(|who| rename(&app, who, "wanted"))).await.iter().map(Answer::code).collect();
    codes.sort_unstable();
    assert_eq!(codes.pop().as_deref(), Some("SUCCESS"));
    assert_eq!(codes, ["NICKNAME_ALREADY_EXISTED"; 4]);
}
