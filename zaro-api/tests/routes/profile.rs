//! `/api/profile/{userId}/…`

mod follow;
mod lists;

use serde_json::json;
use zaro_core::types::Status;

use super::posts::{good, write};
use crate::support::TestApp;

#[tokio::test]
async fn pf1_pf2_the_members_of_a_profile_by_viewer() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let filled = json!({ "birthday": "1999-01-01", "liveAloneDate": "2024-03-01", "mbti": "INTJ" });
    app.patch("/api/users/me/profile").token(&kim.access).json(filled).send().await.data();
    write(&app, &kim, good()).await;
    let path = format!("/api/profile/{}", kim.id);
    app.post(&format!("{path}/follow")).token(&lee.access).send().await.data();
    let mut expected = json!({
        "userId": kim.id,
        "nickname": "kim",
        "profileImage": null,
        "liveAloneDate": "2024-03-01",
        "mbti": "INTJ",
        "postCount": 1,
        "followingCount": 0,
        "followerCount": 1,
        "isMine": false,
        "isFollowing": false,
    });
    let answer = app.get(&path).send().await;
    assert_eq!((answer.data(), answer.header("cache-control")), (expected.clone(), Some("no-store")));
    assert_eq!(app.get(&path).token("x.y.z").send().await.data(), expected, "a bad token is none");
    expected["isFollowing"] = json!(true);
    assert_eq!(app.get(&path).token(&lee.access).send().await.data(), expected);
    (expected["isFollowing"], expected["isMine"]) = (json!(false), json!(true));
    assert_eq!(app.get(&path).token(&kim.access).send().await.data(), expected);
}

#[tokio::test]
async fn pf1_h8_whose_profile_there_is() {
    let app = TestApp::new();
    let pending = app.member("pending", Status::Pending);
    let own = format!("/api/profile/{}", pending.id);
    app.get(&own).token(&pending.access).send().await.refused(404, "USER_NOT_FOUND");
    for (id, status, code) in [
        ("x", 400, "TYPE_MISMATCH"),
        ("1.0", 400, "TYPE_MISMATCH"),
        ("9223372036854775808", 400, "TYPE_MISMATCH"),
        ("0", 404, "USER_NOT_FOUND"),
        ("-1", 404, "USER_NOT_FOUND"),
        ("9007199254740991", 404, "USER_NOT_FOUND"),
    ] {
        app.get(&format!("/api/profile/{id}")).send().await.refused(status, code);
    }
    let kim = app.member("kim", Status::Active);
    app.delete("/api/users/me").token(&kim.access).send().await.data();
    app.get(&format!("/api/profile/{}", kim.id)).send().await.refused(404, "USER_NOT_FOUND");
}
