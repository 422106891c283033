//! `/api/profile/{userId}/{follow,followings,followers}`

use std::sync::Arc;

use serde_json::json;
use zaro_core::policy::retention::{Limit, Policy};
use zaro_core::types::Status;

use super::super::posts::{needs_an_active_member, reads_its_id};
use crate::support::{Setup, TestApp, all};

#[tokio::test]
async fn fo1_fo2_following_and_letting_go() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let path = format!("/api/profile/{}/follow", lee.id);
    let follow = || app.post(&path).token(&kim.access).send();
    let unfollow = || app.delete(&path).token(&kim.access).send();
    unfollow().await.refused(404, "FOLLOW_NOT_EXIST");
    assert_eq!(follow().await.data(), json!(null));
    follow().await.refused(409, "FOLLOW_ALREADY_EXISTS");
    assert_eq!(unfollow().await.data(), json!(null));
    let own = format!("/api/profile/{}/follow", kim.id);
    app.post(&own).token(&kim.access).send().await.refused(400, "FOLLOW_SELF_NOT_ALLOWED");
    app.delete(&own).token(&kim.access).send().await.refused(400, "FOLLOW_UNFOLLOW_SELF_NOT_ALLOWED");
}

#[tokio::test]
async fn fo3_the_members_of_the_lists() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    app.post(&format!("/api/profile/{}/follow", lee.id)).token(&kim.access).send().await.data();
    let list = async |who: &str, of: i64, side: &str| {
        app.get(&format!("/api/profile/{of}/{side}?page=x")).token(who).send().await.data()
    };
    let entry =
        |id, name, following| json!([{ "userId": id, "userName": name, "profileImage": null, "following": following }]);
    assert_eq!(list(&kim.access, kim.id, "followings").await, entry(lee.id, "lee", true));
    assert_eq!(list(&lee.access, kim.id, "followings").await, entry(lee.id, "lee", false));
    assert_eq!(list(&lee.access, lee.id, "followers").await, entry(kim.id, "kim", false));
    assert_eq!(list(&lee.access, lee.id, "followings").await, json!([]));
    let next = app.get(&format!("/api/profile/{}/followers?page=1", lee.id)).token(&kim.access).send().await;
    assert_eq!(next.data(), json!([]));
}

#[tokio::test]
async fn h8_h12_who_may_follow_whom() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let path = |id: &str, what: &str| format!("/api/profile/{id}/{what}");
    reads_its_id(|id| app.post(&path(id, "follow")), &kim, json!({}), "USER_NOT_FOUND").await;
    reads_its_id(|id| app.delete(&path(id, "follow")), &kim, json!({}), "USER_NOT_FOUND").await;
    for side in ["followings", "followers"] {
        app.get(&path("1", side)).send().await.refused(401, "AUTH_REQUIRED");
        reads_its_id(|id| app.get(&path(id, side)), &kim, json!({}), "USER_NOT_FOUND").await;
    }
    needs_an_active_member(&app, || app.post(&path(&kim.id.to_string(), "follow")), false).await;
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    needs_an_active_member(&app, || app.delete(&path(&kim.id.to_string(), "follow")), true).await;
}

#[tokio::test]
async fn fo1_of_parallel_follows_one_succeeds_and_none_fails() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let path = format!("/api/profile/{}/follow", lee.id);
    let answers = all((0..20).map(|_| app.post(&path).token(&kim.access).send())).await;
    let of = |status| answers.iter().filter(|answer| answer.status.as_u16() == status).count();
    assert_eq!((of(200), of(409)), (1, 19));
    let profile = app.get(&format!("/api/profile/{}", lee.id)).send().await.data();
    assert_eq!(profile["followerCount"], 1);
}

#[tokio::test]
async fn rl_h6_follows_are_limited_after_the_state_and_before_the_target() {
    let mut policy = Policy::default();
    policy.limits.follows = Limit::new(2, 600);
    let mut setup = Setup::new();
    setup.world.ctx.policy = Arc::new(policy);
    let app = setup.build();
    let (kim, pending) = (app.member("kim", Status::Active), app.member("pending", Status::Pending));
    app.post("/api/profile/0/follow").token(&kim.access).send().await.refused(404, "USER_NOT_FOUND");
    app.delete("/api/profile/0/follow").token(&kim.access).send().await.refused(404, "USER_NOT_FOUND");
    for _ in 0..3 {
        app.post("/api/profile/0/follow").token(&pending.access).send().await.refused(403, "MAIL_NOT_VERIFIED");
    }
    let answer = app.post("/api/profile/0/follow").token(&kim.access).send().await;
    assert_eq!(answer.refused(429, "RATE_LIMITED").retry_after(), 600);
    app.post("/api/profile/x/follow").token(&kim.access).send().await.refused(400, "TYPE_MISMATCH");
}
