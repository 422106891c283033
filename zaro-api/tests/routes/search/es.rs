//! `GET /api/search/es` and `GET /api/search`

use serde_json::json;
use zaro_core::types::Status;

use super::super::posts::{good_but, write};
use super::{get, granting, with_posts, without_index};
use crate::support::TestApp;

const PATHS: [&str; 2] = ["/api/search/es", "/api/search"];

/// `?keyword=` and this, encoded.
fn keyword(text: &str) -> String {
    text.bytes().fold("?keyword=".to_owned(), |query, byte| format!("{query}%{byte:02X}"))
}

#[tokio::test]
async fn q1_to_q7_a_page_of_hits() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let body = good_but(json!({ "title": "자취방 <구하기>", "content": "**자취방** & 월세" }));
    let id = write(&app, &kim, body).await;
    app.world.index();
    let expected = json!({
        "content": [{
            "postId": id,
            "title": "자취방 <구하기>",
            "contentPreview": "자취방 & 월세",
            "thumbnailImage": null,
            "category": "TOGETHER",
            "tag": "SHARING",
            "likeCount": 0,
            "commentCount": 0,
            "createdAt": "2026-03-01T03:00:00.000Z",
            "highlightTitle": "<mark>자취방</mark> &lt;구하기&gt;",
            "highlightPreview": "<mark>자취방</mark> &amp; 월세",
        }],
        "totalPages": 1,
        "number": 0,
        "total": 1,
        "degraded": false,
    });
    for path in PATHS {
        assert_eq!(get(&app, &format!("{path}{}", keyword("자취방을")), None).await.data(), expected, "{path}");
        let filtered = format!("{path}{}&category=TOGETHER&tag=SHARING&sort=x&page=x&size=0", keyword("자취방"));
        assert_eq!(get(&app, &filtered, None).await.data(), expected, "{path}");
    }
    // No token is looked at.
    let answer = app.get(&format!("/api/search/es{}", keyword("자취방"))).token("nonsense").send().await;
    assert_eq!(answer.data(), expected);
}

#[tokio::test]
async fn q1_a_keyword_is_required() {
    let app = with_posts(&["자취방"]).await;
    for path in PATHS {
        for query in ["", "?keyword=", "?keyword=%20%0A", "?q=x"] {
            get(&app, &format!("{path}{query}"), None).await.refused(400, "SEARCH_KEYWORD_REQUIRED");
        }
        for query in ["?keyword=%00", "?keyword=x&category=%00", "?keyword=x&tag=%00"] {
            get(&app, &format!("{path}{query}"), None).await.refused(400, "INVALID_REQUEST");
        }
    }
}

#[tokio::test]
async fn q3_q5_nothing_found_is_an_empty_page() {
    let app = with_posts(&["자취방 하나", "자취방 둘", "자취방 셋"]).await;
    let empty = json!({ "content": [], "totalPages": 0, "number": 0, "total": 0, "degraded": false });
    for query in ["없는말", "!!!"] {
        assert_eq!(get(&app, &format!("/api/search/es{}", keyword(query)), None).await.data(), empty, "{query}");
    }
    for filter in ["category=null", "tag=nothing", "category=TOGETHER&tag=TIPS"] {
        let path = format!("/api/search/es{}&{filter}", keyword("자취방"));
        assert_eq!(get(&app, &path, None).await.data(), empty, "{filter}");
    }
    let page = get(&app, &format!("/api/search/es{}&size=2&page=1", keyword("자취방")), None).await.data();
    let titles: Vec<_> = page["content"].as_array().expect("a list").iter().map(|hit| &hit["title"]).collect();
    assert_eq!((titles, &page["totalPages"], &page["total"]), (vec![&json!("자취방 하나")], &json!(2), &json!(3)));
    let past = get(&app, &format!("/api/search/es{}&page=2147483647&size=100", keyword("자취방")), None).await.data();
    let expected = json!({ "content": [], "totalPages": 1, "number": 2_147_483_647, "total": 3, "degraded": false });
    assert_eq!(past, expected);
}

#[tokio::test]
async fn q11_without_the_index_the_database_answers() {
    let app = without_index();
    let kim = app.member("kim", Status::Active);
    write(&app, &kim, good_but(json!({ "title": "자취방" }))).await;
    let page = get(&app, &format!("/api/search/es{}", keyword("취방")), None).await.data();
    assert_eq!(
        (&page["degraded"], &page["total"], &page["content"][0]["title"]),
        (&json!(true), &json!(1), &json!("자취방"))
    );
    assert_eq!(app.get("/readyz").send().await.body()["parts"]["search"], "degraded");
}

#[tokio::test]
async fn rl_searches_are_counted_by_client_address() {
    let app = granting(2);
    app.world.index();
    let path = format!("/api/search/es{}", keyword("자취방"));
    for _ in 0..2 {
        assert_eq!(get(&app, &path, Some("192.0.2.1")).await.status, 200);
    }
    for path in PATHS {
        let refused = get(&app, &format!("{path}{}", keyword("자취방")), Some("192.0.2.1")).await;
        assert!(refused.refused(429, "RATE_LIMITED").retry_after() <= 60);
    }
    assert_eq!(get(&app, &path, Some("192.0.2.2")).await.status, 200, "another client");
    assert_eq!(get(&app, "/api/search/suggest?q=x", Some("192.0.2.1")).await.status, 200, "counted apart");
}
