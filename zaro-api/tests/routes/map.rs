//! `/api/map/place…`

use std::sync::Arc;

use serde_json::json;
use zaro_core::policy::retention::{Limit, Policy};
use zaro_core::types::Status;

use super::posts::reads_its_id;
use crate::support::{Answer, Setup, TestApp};

const HERE: &str = "lat=37.5&lng=127&distanceKm=10";

async fn list(app: &TestApp, query: &str) -> Answer {
    app.get(&format!("/api/map/place?{query}")).send().await
}

#[tokio::test]
async fn fv14_the_members_of_the_list_for_everybody() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let empty = json!({ "totalCount": 0, "placeInfos": [] });
    assert_eq!(list(&app, HERE).await.data(), empty);
    let [_, _, place] = app.saved_place(&kim);
    let expected = json!({
        "totalCount": 1,
        "placeInfos": [{
            "placeId": place,
            "kakaoPlaceId": 1,
            "name": "장소",
            "address": "",
            "category": "ETC",
            "lat": 37.5,
            "lng": 127.0,
            "favoriteCount": 1,
        }],
    });
    let rectangle = "minLat=37&maxLat=38&minLng=126&maxLng=128";
    for query in [HERE, "lat=37.5&lng=127&distanceKm=1e3&limit=1", rectangle] {
        assert_eq!(list(&app, query).await.data(), expected, "{query}");
    }
    assert_eq!(list(&app, "lat=0&lng=0&distanceKm=5").await.data(), empty);
    app.delete("/api/users/me").token(&kim.access).send().await.data();
    assert_eq!(list(&app, HERE).await.data(), empty);
}

#[tokio::test]
async fn fv14_h8_what_is_refused() {
    let app = TestApp::new();
    for (query, code) in [
        ("", "INVALID_REQUEST"),
        ("lat=37.5&lng=127", "INVALID_REQUEST"),
        ("lat=37.5&distanceKm=1", "INVALID_REQUEST"),
        ("minLat=37&maxLat=38&minLng=126", "INVALID_REQUEST"),
        ("lat=91&lng=127&distanceKm=1", "INVALID_REQUEST"),
        ("lat=37.5&lng=-181&distanceKm=1", "INVALID_REQUEST"),
        ("lat=37.5&lng=127&distanceKm=0", "INVALID_REQUEST"),
        ("lat=37.5&lng=127&distanceKm=-1", "INVALID_REQUEST"),
        ("lat=NaN&lng=127&distanceKm=1", "INVALID_REQUEST"),
        ("lat=37.5&lng=127&distanceKm=inf", "INVALID_REQUEST"),
        ("minLat=38&maxLat=37&minLng=126&maxLng=127", "INVALID_REQUEST"),
        ("minLat=33&maxLat=38.1&minLng=126&maxLng=127", "INVALID_REQUEST"),
        (&format!("{HERE}&limit=0"), "INVALID_REQUEST"),
        (&format!("{HERE}&limit=501"), "INVALID_REQUEST"),
        (&format!("{HERE}&limit=x"), "TYPE_MISMATCH"),
        (&format!("{HERE}&limit=1.5"), "TYPE_MISMATCH"),
        ("lat=x&lng=127&distanceKm=1", "TYPE_MISMATCH"),
        ("lat=&lng=127&distanceKm=1", "TYPE_MISMATCH"),
        (&format!("{HERE}&minLat=x"), "TYPE_MISMATCH"),
    ] {
        list(&app, query).await.refused(400, code);
    }
}

#[tokio::test]
async fn h19_an_unchanged_map_is_told_by_its_tag() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    app.saved_place(&kim);
    let tag = list(&app, HERE).await.header("etag").expect("a tag").to_owned();
    let again = app.get(&format!("/api/map/place?{HERE}")).header("if-none-match", &tag).send().await;
    assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
}

#[tokio::test]
async fn fv15_the_members_of_a_place() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let [_, _, place] = app.saved_place(&kim);
    let expected = json!({
        "placeId": place,
        "placeName": "장소",
        "address": "",
        "lat": 37.5,
        "lng": 127.0,
        "category": "ETC",
        "favoriteCount": 1,
        "usersInfo": [{ "userId": kim.id, "profileImage": null, "nickname": "kim", "memo": null }],
    });
    let path = format!("/api/map/place/{place}");
    let answer = app.get(&path).token(&lee.access).send().await;
    assert_eq!((answer.data(), answer.header("cache-control")), (expected, Some("no-store")));
    app.get(&path).send().await.refused(401, "AUTH_REQUIRED");
    reads_its_id(|id| app.get(&format!("/api/map/place/{id}")), &lee, json!({}), "PLACE_NOT_FOUND").await;
}

#[tokio::test]
async fn rl_h6_looks_are_limited_by_address_after_the_query_is_read() {
    let mut policy = Policy::default();
    policy.limits.place_reads = Limit::new(1, 60);
    let mut setup = Setup::new();
    setup.world.ctx.policy = Arc::new(policy);
    let app = setup.build();
    let look = async |from: &str, query: &str| app.get(&format!("/api/map/place?{query}")).from(from).send().await;
    look("203.0.113.9", "").await.refused(400, "INVALID_REQUEST");
    assert_eq!(look("203.0.113.9", HERE).await.status, 200);
    assert_eq!(look("203.0.113.9", HERE).await.refused(429, "RATE_LIMITED").retry_after(), 60);
    assert_eq!(look("203.0.113.8", HERE).await.status, 200);
}
