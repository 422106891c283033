//! `/api/group…`

use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::{Value, json};
use zaro_core::policy::retention::{Limit, Policy};
use zaro_core::types::Status;

use super::posts::{blames, needs_an_active_member, reads_its_id};
use crate::support::{Answer, Setup, TestApp, Tokens};

async fn create(app: &TestApp, who: &Tokens, body: Value) -> Answer {
    app.post("/api/group").token(&who.access).json(body).send().await
}

async fn change(app: &TestApp, who: &Tokens, id: &Value, body: Value) -> Answer {
    app.patch(&format!("/api/group/{id}")).token(&who.access).json(body).send().await
}

#[tokio::test]
async fn fv1_fv3_the_members_of_a_group() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let open = create(&app, &kim, json!({ "groupName": " 카페 ", "visibility": "" })).await.data();
    let expected = json!({
        "groupId": open["groupId"],
        "name": "카페",
        "createdAt": "2026-03-01T03:00:00.000Z",
        "updatedAt": "2026-03-01T03:00:00.000Z",
        "groupFavoriteCount": 0,
        "deleted": false,
        "visibility": "PUBLIC",
        "position": 0,
    });
    assert_eq!(open, expected);
    let closed = create(&app, &kim, json!({ "groupName": "비밀", "visibility": "PRIVATE" })).await.data();
    assert_eq!((&closed["visibility"], &closed["position"]), (&json!("PRIVATE"), &json!(1)));
    assert_eq!(app.get("/api/group").token(&kim.access).send().await.data(), json!([open, closed]));
    let of_kim = format!("/api/group/user/{}/group", kim.id);
    assert_eq!(app.get(&of_kim).token(&kim.access).send().await.data(), json!([open, closed]));
    for call in [app.get(&of_kim), app.get(&of_kim).token("x.y.z"), app.get(&of_kim).token(&lee.access)] {
        assert_eq!(call.send().await.data(), json!([open]));
    }
    assert_eq!(app.get("/api/group").token(&lee.access).send().await.data(), json!([]));
    app.get("/api/group").send().await.refused(401, "AUTH_REQUIRED");
}

#[tokio::test]
async fn fv1_whose_groups_are_listed() {
    let app = TestApp::new();
    let pending = app.member("pending", Status::Pending);
    let own = format!("/api/group/user/{}/group", pending.id);
    assert_eq!(app.get(&own).token(&pending.access).send().await.data(), json!([]));
    app.get(&own).send().await.refused(404, "USER_NOT_FOUND");
    let path = |id: &str| format!("/api/group/user/{id}/group");
    reads_its_id(|id| app.get(&path(id)), &pending, json!({}), "USER_NOT_FOUND").await;
}

#[tokio::test]
async fn fv4_changes_one_by_one_and_together() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let mut ids = Vec::new();
    for name in ["하나", "둘", "셋"] {
        ids.push(create(&app, &kim, json!({ "groupName": name })).await.data()["groupId"].clone());
    }
    app.world.advance(TimeDelta::minutes(1));
    assert_eq!(change(&app, &kim, &ids[2], json!({ "position": 0 })).await.data(), json!(null));
    change(&app, &kim, &ids[1], json!({ "visibility": "PRIVATE", "groupName": null })).await.data();
    change(&app, &kim, &ids[0], json!({ "groupName": "첫째", "position": 99.0 })).await.data();
    let groups = app.get("/api/group").token(&kim.access).send().await.data();
    let seen: Vec<_> =
        groups.as_array().expect("a list").iter().map(|group| (&group["name"], &group["position"])).collect();
    assert_eq!(seen, [(&json!("셋"), &json!(0)), (&json!("둘"), &json!(1)), (&json!("첫째"), &json!(2))]);
    assert_eq!(groups[1]["visibility"], "PRIVATE");
    assert_eq!(groups[2]["updatedAt"], "2026-03-01T03:01:00.000Z");
    for (body, field, code) in [
        (json!({}), "groupName", "GROUP_NAME_REQUIRED"),
        (json!({ "groupName": " ", "visibility": "", "position": null }), "groupName", "GROUP_NAME_REQUIRED"),
        (json!({ "position": -1 }), "position", "INVALID_REQUEST"),
        (json!({ "position": "0" }), "position", "INVALID_REQUEST"),
        (json!({ "position": 0.5 }), "position", "INVALID_REQUEST"),
        (json!({ "visibility": "secret" }), "visibility", "INVALID_ENUM"),
    ] {
        blames(&change(&app, &kim, &ids[0], body).await, field, code);
    }
    change(&app, &kim, &ids[0], json!({ "groupName": "셋" })).await.refused(409, "GROUP_ALREADY_EXIST");
    change(&app, &lee, &ids[0], json!({ "groupName": "x" })).await.refused(403, "UNAUTHORIZED_GROUP_UPDATE");
    change(&app, &lee, &ids[1], json!({ "groupName": "x" })).await.refused(404, "GROUP_NOT_FOUND");
}

#[tokio::test]
async fn fv5_deleted_once_by_its_owner() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let [group, _, place] = app.saved_place(&kim);
    let path = format!("/api/group/{group}");
    app.delete(&path).token(&lee.access).send().await.refused(403, "UNAUTHORIZED_GROUP_DELETE");
    assert_eq!(app.delete(&path).token(&kim.access).send().await.data(), json!(null));
    app.delete(&path).token(&kim.access).send().await.refused(404, "GROUP_ALREADY_DELETE");
    app.get(&format!("/api/favorite/{group}/items")).send().await.refused(404, "GROUP_NOT_FOUND");
    let detail = app.get(&format!("/api/map/place/{place}")).token(&kim.access).send().await.data();
    assert_eq!((&detail["favoriteCount"], &detail["usersInfo"]), (&json!(0), &json!([])));
}

#[tokio::test]
async fn h8_h12_who_may_change_what() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let path = |id: &str| format!("/api/group/{id}");
    reads_its_id(|id| app.patch(&path(id)), &kim, json!({ "groupName": "x" }), "GROUP_NOT_FOUND").await;
    reads_its_id(|id| app.delete(&path(id)), &kim, json!({}), "GROUP_NOT_FOUND").await;
    needs_an_active_member(&app, || app.post("/api/group"), false).await;
    let app = TestApp::new();
    needs_an_active_member(&app, || app.patch("/api/group/1"), false).await;
    let app = TestApp::new();
    needs_an_active_member(&app, || app.delete("/api/group/1"), true).await;
}

#[tokio::test]
async fn rl_h6_changes_are_limited_by_member_and_looks_by_address() {
    let mut policy = Policy::default();
    (policy.limits.groups, policy.limits.group_reads) = (Limit::new(2, 600), Limit::new(2, 60));
    let mut setup = Setup::new();
    setup.world.ctx.policy = Arc::new(policy);
    let app = setup.build();
    let kim = app.member("kim", Status::Active);
    create(&app, &kim, json!({ "groupName": "하나" })).await.data();
    create(&app, &kim, json!({})).await.refused(400, "GROUP_NAME_REQUIRED");
    let answer = app.post("/api/group").token(&kim.access).body("{broken").send().await;
    assert_eq!(answer.refused(429, "RATE_LIMITED").retry_after(), 600);
    app.delete("/api/group/0").token(&kim.access).send().await.refused(429, "RATE_LIMITED");

    let path = format!("/api/group/user/{}/group", kim.id);
    let look = async |connected: &str, forwarded: &str| {
        app.get(&path).from(connected).header("x-forwarded-for", forwarded).send().await.status.as_u16()
    };
    for _ in 0..2 {
        assert_eq!(look("203.0.113.9", "198.51.100.1").await, 200);
    }
    assert_eq!(look("203.0.113.9", "198.51.100.2").await, 429, "what a client says of itself counts for nothing");
    assert_eq!(look("127.0.0.1", "203.0.113.9").await, 429, "but what the proxy says of it does");
    assert_eq!(look("127.0.0.1", "203.0.113.8").await, 200);
    assert_eq!(app.get("/api/group").token(&kim.access).from("203.0.113.9").send().await.status, 200);
}
