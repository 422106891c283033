//! `GET /api/search/suggest`

use serde_json::json;

use super::{get, granting, with_posts, without_index};

#[tokio::test]
async fn q10_completions_of_titles() {
    let app = with_posts(&["서울 자취방", "자취방 구하기"]).await;
    let suggestions = get(&app, "/api/search/suggest?q=%E3%85%88%E3%85%8A%E3%85%82", None).await.data();
    let expected = json!([
        { "text": "자취방 구하기", "postId": 2, "category": "TOGETHER" },
        { "text": "서울 자취방", "postId": 1, "category": "TOGETHER" },
    ]);
    assert_eq!(suggestions, expected, "ㅈㅊㅂ");
    for query in ["", "?q=", "?q=%20", "?q=zzz", "?keyword=x"] {
        assert_eq!(get(&app, &format!("/api/search/suggest{query}"), None).await.data(), json!([]), "{query}");
    }
    get(&app, "/api/search/suggest?q=%00", None).await.refused(400, "INVALID_REQUEST");
}

#[tokio::test]
async fn q11_no_completions_without_the_index() {
    let app = without_index();
    let answer = get(&app, "/api/search/suggest?q=x", None).await;
    answer.refused(503, "SEARCH_UNAVAILABLE");
    assert!(!answer.text().contains("10.0.0.9"));
}

#[tokio::test]
async fn rl_completions_are_counted_by_client_address() {
    let app = granting(1);
    app.world.index();
    assert_eq!(get(&app, "/api/search/suggest?q=x", Some("192.0.2.1")).await.status, 200);
    get(&app, "/api/search/suggest?q=x", Some("192.0.2.1")).await.refused(429, "RATE_LIMITED");
    assert_eq!(get(&app, "/api/search/suggest?q=x", Some("192.0.2.2")).await.status, 200);
}
