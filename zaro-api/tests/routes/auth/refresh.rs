//! `POST /api/auth/refresh`

use chrono::TimeDelta;
use zaro_core::types::Status;

use crate::support::{Answer, TestApp, all};

async fn refresh(app: &TestApp, header: &str) -> Answer {
    app.post("/api/auth/refresh").header("authorization", header).send().await
}

#[tokio::test]
async fn t3_the_word_bearer_may_be_missing_or_written_anyhow() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    for scheme in ["", "Bearer ", "bearer ", "BEARER  "] {
        let answer = refresh(&app, &format!("{scheme}{}", kim.refresh)).await;
        let access = answer.data()["accessToken"].as_str().expect("a token").to_owned();
        assert_eq!(app.get("/api/users/my").token(&access).send().await.status, 200, "{scheme}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t3_parallel_refreshes_all_succeed_and_the_token_stays_good() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let answers = all((0..20).map(|_| refresh(&app, &kim.refresh))).await;
    let mut tokens: Vec<_> = answers.iter().map(|answer| answer.data()["accessToken"].to_string()).collect();
    tokens.sort_unstable();
    tokens.dedup();
    assert_eq!(tokens.len(), 20, "T1: no two tokens are ever equal");
    app.world.advance(TimeDelta::days(6));
    assert_eq!(refresh(&app, &kim.refresh).await.status, 200);
    app.world.advance(TimeDelta::days(1));
    refresh(&app, &kim.refresh).await.refused(401, "INVALID_REFRESH_TOKEN");
}

#[tokio::test]
async fn t4_everything_else_is_unusable() {
    let app = TestApp::new();
    let (kim, gone, away) =
        (app.member("kim", Status::Active), app.member("gone", Status::Active), app.member("away", Status::Active));
    assert_eq!(app.delete("/api/users/me").token(&gone.access).send().await.status, 200);
    assert_eq!(app.post("/api/auth/signout").token(&away.access).send().await.status, 200);
    let forged = format!("{}x", kim.refresh);
    for header in ["", "Bearer", "Bearer ", "Basic a2lt", "a.b.c", &forged, &kim.access, &gone.refresh, &away.refresh] {
        refresh(&app, header).await.refused(401, "INVALID_REFRESH_TOKEN");
    }
    app.post("/api/auth/refresh").send().await.refused(401, "INVALID_REFRESH_TOKEN");
}

#[tokio::test]
async fn rl_a_session_refreshes_a_hundred_times_in_ten_seconds() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    for _ in 0..100 {
        assert_eq!(refresh(&app, &kim.refresh).await.status, 200);
    }
    assert_eq!(refresh(&app, &kim.refresh).await.refused(429, "RATE_LIMITED").retry_after(), 10);
    let other = app.sign_in("kim");
    assert_eq!(refresh(&app, &other.refresh).await.status, 200);
}
