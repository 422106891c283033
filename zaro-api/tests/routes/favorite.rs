//! `/api/favorite/…`

use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::{Value, json};
use zaro_core::policy::retention::{Limit, Policy};
use zaro_core::types::Status;

use super::posts::{blames, needs_an_active_member, reads_its_id};
use crate::support::{Answer, Setup, TestApp, Tokens};

/// The body of a save as the web frontend sends it: a result of Kakao's, all in strings (F10).
fn good() -> Value {
    json!({
        "kakaoPlaceId": "26338954",
        "memo": "조용함",
        "placeName": "카페",
        "address": "서울 관악구 봉천동",
        "lat": "37.4812",
        "lng": "126.9527",
        "category": "CE7",
    })
}

async fn add(app: &TestApp, who: &Tokens, group: i64, body: Value) -> Answer {
    app.post(&format!("/api/favorite/groups/{group}/favorites")).token(&who.access).json(body).send().await
}

async fn add_with(app: &TestApp, who: &Tokens, group: i64, field: &str, value: Value) -> Answer {
    let mut body = good();
    body[field] = value;
    add(app, who, group, body).await
}

#[tokio::test]
async fn fv7_fv12_the_members_of_a_saved_place() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let [group, ..] = app.saved_place(&kim);
    let path = format!("/api/favorite/{group}/items");
    app.world.advance(TimeDelta::minutes(1));
    let made = add(&app, &kim, group, good()).await.data();
    let expected = json!({
        "placeName": "카페",
        "placeId": made["placeId"],
        "memo": "조용함",
        "lat": 37.4812,
        "lng": 126.9527,
        "address": "서울 관악구 봉천동",
    });
    assert_eq!(made, expected);
    let items = app.get(&path).send().await.data();
    let expected = json!({
        "id": items[0]["id"],
        "userId": kim.id,
        "groupId": group,
        "placeId": made["placeId"],
        "placeName": "카페",
        "lat": 37.4812,
        "lng": 126.9527,
        "memo": "조용함",
        "createdAt": "2026-03-01T03:01:00.000Z",
        "updatedAt": "2026-03-01T03:01:00.000Z",
        "address": "서울 관악구 봉천동",
        "deleted": false,
    });
    assert_eq!(items[0], expected);
    assert_eq!((items.as_array().expect("a list").len(), &items[1]["memo"]), (2, &json!(null)));
    assert_eq!(app.get(&path).token(&lee.access).send().await.data(), items);
    add(&app, &kim, group, good()).await.refused(409, "FAVORITE_ALREADY_EXISTS");
    add(&app, &lee, group, good()).await.refused(403, "UNAUTHORIZED_GROUP_UPDATE");
    let counted = app.get("/api/group").token(&kim.access).send().await.data();
    assert_eq!(counted[0]["groupFavoriteCount"], 2);
}

#[tokio::test]
async fn fc_h9_the_numbers_of_a_place() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let [group, ..] = app.saved_place(&kim);
    let wrong =
        [json!(null), json!(""), json!(" "), json!("x"), json!("1e3"), json!("NaN"), json!(true), json!([]), json!({})];
    for (field, more) in [
        (
            "kakaoPlaceId",
            vec![json!(0), json!(-1), json!(1.5), json!("-1"), json!("1.5"), json!(9_007_199_254_740_992_i64)],
        ),
        ("lat", vec![json!(90.1), json!(-90.1), json!("90.0001"), json!("37.5 "), json!("37,5")]),
        ("lng", vec![json!(180.1), json!(-180.1), json!("-181"), json!("Infinity"), json!("0x1")]),
    ] {
        for value in wrong.iter().cloned().chain(more) {
            blames(&add_with(&app, &kim, group, field, value).await, field, "INVALID_REQUEST");
        }
    }
    let all = json!({ "memo": "x".repeat(256), "placeName": " ", "category": 7 });
    let answer = add(&app, &kim, group, all).await;
    answer.refused(400, "INVALID_REQUEST");
    let fields: Vec<_> =
        answer.body()["fields"].as_array().expect("fields").iter().map(|f| f["field"].clone()).collect();
    assert_eq!(
        fields,
        ["kakaoPlaceId", "memo", "placeName", "lat", "lng", "category"],
        "H7: in the order of the schema"
    );
    for (kakao, lat, lng) in [
        (json!(11), json!(90), json!(-180)),
        (json!("12"), json!("-90"), json!("+180.0")),
        (json!(13.0), json!(0), json!("0")),
        (json!(9_007_199_254_740_991_i64), json!(-0.0), json!("-0.5")),
    ] {
        let body = json!({ "kakaoPlaceId": kakao, "placeName": "곳", "lat": lat, "lng": lng, "category": "" });
        let made = add(&app, &kim, group, body).await.data();
        assert_eq!((&made["address"], &made["memo"]), (&json!(""), &json!(null)));
    }
}

#[tokio::test]
async fn fv10_fv11_memo_and_deletion() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let [group, favorite, place] = app.saved_place(&kim);
    let path = format!("/api/favorite/{favorite}");
    let note = async |who: &Tokens, body: Value| app.patch(&path).token(&who.access).json(body).send().await;
    for (body, memo) in [
        (json!({ "memo": "🏠".repeat(255) }), json!("🏠".repeat(255))),
        (json!({ "memo": "" }), json!(null)),
        (json!({ "memo": "둘" }), json!("둘")),
        (json!({}), json!(null)),
    ] {
        assert_eq!(note(&kim, body).await.data(), json!(null));
        let items = app.get(&format!("/api/favorite/{group}/items")).send().await.data();
        assert_eq!(items[0]["memo"], memo);
    }
    blames(&note(&kim, json!({ "memo": "x".repeat(256) })).await, "memo", "MEMO_TOO_LONG");
    note(&lee, json!({ "memo": "x" })).await.refused(403, "UNAUTHORIZED_FAVORITE_UPDATE");
    app.delete(&path).token(&lee.access).send().await.refused(403, "UNAUTHORIZED_FAVORITE_DELETE");
    let check =
        async || app.get(&format!("/api/favorite/check?placeId={place}")).token(&kim.access).send().await.data();
    assert_eq!(check().await, json!(true));
    assert_eq!(app.delete(&path).token(&kim.access).send().await.data(), json!(null));
    app.delete(&path).token(&kim.access).send().await.refused(404, "FAVORITE_NOT_FOUND");
    note(&kim, json!({ "memo": "x" })).await.refused(404, "FAVORITE_NOT_FOUND");
    assert_eq!(check().await, json!(false));
}

#[tokio::test]
async fn fv13_which_place_is_asked_for() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    for (query, status, code) in [
        ("", 400, "INVALID_REQUEST"),
        ("?placeId=", 400, "TYPE_MISMATCH"),
        ("?placeId=x", 400, "TYPE_MISMATCH"),
        ("?placeId=1.5", 400, "TYPE_MISMATCH"),
        ("?placeId=0", 404, "PLACE_NOT_FOUND"),
        ("?placeId=-1", 404, "PLACE_NOT_FOUND"),
    ] {
        let answer = app.get(&format!("/api/favorite/check{query}")).token(&kim.access).send().await;
        answer.refused(status, code);
    }
    app.get("/api/favorite/check?placeId=1").send().await.refused(401, "AUTH_REQUIRED");
}

#[tokio::test]
async fn h8_h12_who_may_change_what() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let add_path = |id: &str| format!("/api/favorite/groups/{id}/favorites");
    reads_its_id(|id| app.post(&add_path(id)), &kim, good(), "GROUP_NOT_FOUND").await;
    reads_its_id(|id| app.get(&format!("/api/favorite/{id}/items")), &kim, json!({}), "GROUP_NOT_FOUND").await;
    let path = |id: &str| format!("/api/favorite/{id}");
    reads_its_id(|id| app.patch(&path(id)), &kim, json!({}), "FAVORITE_NOT_FOUND").await;
    reads_its_id(|id| app.delete(&path(id)), &kim, json!({}), "FAVORITE_NOT_FOUND").await;
    needs_an_active_member(&app, || app.post(&add_path("1")), false).await;
    let app = TestApp::new();
    needs_an_active_member(&app, || app.patch(&path("1")), false).await;
    let app = TestApp::new();
    needs_an_active_member(&app, || app.delete(&path("1")), true).await;
}

#[tokio::test]
async fn rl_changes_are_limited_by_member_and_looks_by_address() {
    let mut policy = Policy::default();
    (policy.limits.favorites, policy.limits.item_reads) = (Limit::new(3, 600), Limit::new(1, 60));
    let mut setup = Setup::new();
    setup.world.ctx.policy = Arc::new(policy);
    let app = setup.build();
    let kim = app.member("kim", Status::Active);
    let [group, favorite, _] = app.saved_place(&kim);
    let path = format!("/api/favorite/{favorite}");
    add(&app, &kim, group, json!({})).await.refused(400, "INVALID_REQUEST");
    app.patch(&path).token(&kim.access).json(json!({})).send().await.data();
    app.delete(&path).token(&kim.access).send().await.data();
    let answer = add(&app, &kim, group, good()).await;
    assert_eq!(answer.refused(429, "RATE_LIMITED").retry_after(), 600);
    let items = format!("/api/favorite/{group}/items");
    let look = async |from: &str| app.get(&items).from(from).send().await.status.as_u16();
    assert_eq!([look("203.0.113.9").await, look("203.0.113.9").await, look("203.0.113.8").await], [200, 429, 200]);
}
