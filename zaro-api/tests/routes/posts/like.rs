//! `/api/posts/{postId}/like`

use std::sync::Arc;

use axum::http::Method;
use serde_json::json;
use zaro_core::policy::retention::{Limit, Policy};
use zaro_core::types::Status;

use super::{good, needs_an_active_member, reads_its_id, write};
use crate::support::{Answer, Setup, TestApp, all};

#[tokio::test]
async fn lk1_lk2_like_status_unlike() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let path = format!("/api/posts/{}/like", write(&app, &kim, good()).await);
    let status = async || app.get(&path).token(&lee.access).send().await.data();
    assert_eq!(status().await, json!(false));
    app.delete(&path).token(&lee.access).send().await.refused(404, "LIKE_NOT_POST");
    assert_eq!(app.post(&path).token(&lee.access).send().await.data(), json!(null));
    assert_eq!(status().await, json!(true));
    app.post(&path).token(&lee.access).body("{broken").send().await.refused(400, "ALREADY_LIKED");
    assert_eq!(app.get(&path).token(&kim.access).send().await.data(), json!(false), "each for themselves");
    assert_eq!(app.delete(&path).token(&lee.access).send().await.data(), json!(null));
    assert_eq!(status().await, json!(false));
}

#[tokio::test]
async fn h6_h8_h12_who_and_what() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let path = format!("/api/posts/{}/like", write(&app, &kim, good()).await);
    let call = |method: Method| {
        let app = &app;
        move |id: &str| app.request(method.clone(), &format!("/api/posts/{id}/like"))
    };
    for method in [Method::POST, Method::DELETE, Method::GET] {
        reads_its_id(call(method), &kim, json!({}), "POST_NOT_FOUND").await;
    }
    needs_an_active_member(&app, || app.post(&path), false).await;
    let suspended = app.sign_in("suspended");
    app.delete(&path).token(&suspended.access).send().await.refused(404, "LIKE_NOT_POST");
    let pending = app.sign_in("pending");
    app.delete(&path).token(&pending.access).send().await.refused(403, "MAIL_NOT_VERIFIED");
    assert_eq!(app.get(&path).token(&pending.access).send().await.data(), json!(false), "reading is for all");
}

#[tokio::test]
async fn rl_likes_and_unlikes_count_together_whatever_becomes_of_them() {
    let mut policy = Policy::default();
    policy.limits.likes = Limit::new(3, 600);
    let mut setup = Setup::new();
    setup.world.ctx.policy = Arc::new(policy);
    let app = setup.build();
    let kim = app.member("kim", Status::Active);
    let path = format!("/api/posts/{}/like", write(&app, &kim, good()).await);
    app.post(&path).token(&kim.access).send().await.data();
    app.post(&path).token(&kim.access).send().await.refused(400, "ALREADY_LIKED");
    app.delete(&path).token(&kim.access).send().await.data();
    for method in [Method::POST, Method::DELETE] {
        let answer = app.request(method, &path).token(&kim.access).send().await;
        assert_eq!(answer.refused(429, "RATE_LIMITED").retry_after(), 600);
    }
    assert_eq!(app.get(&path).token(&kim.access).send().await.data(), json!(false), "looking is free");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lk2_of_forty_likes_at_once_one_counts() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let id = write(&app, &kim, good()).await;
    let path = format!("/api/posts/{id}/like");
    let outcomes = async |method: Method| {
        let calls = (0..40).map(|_| app.request(method.clone(), &path).token(&lee.access).send());
        let mut outcomes: Vec<_> = all(calls).await.iter().map(Answer::outcome).collect();
        outcomes.sort_unstable();
        outcomes
    };
    let one_of_forty =
        |status: u16, code: &str| [vec![(200, "SUCCESS".to_owned())], vec![(status, code.to_owned()); 39]].concat();
    let likes =
        async || app.get(&format!("/api/posts/{id}")).token(&lee.access).send().await.data()["likeCount"].clone();
    assert_eq!(outcomes(Method::POST).await, one_of_forty(400, "ALREADY_LIKED"));
    assert_eq!(likes().await, 1);
    assert_eq!(outcomes(Method::DELETE).await, one_of_forty(404, "LIKE_NOT_POST"));
    assert_eq!(likes().await, 0);
}
