//! `GET /api/feed`

use serde_json::json;
use zaro_core::types::Status;

use super::posts::{good, good_but, write};
use crate::support::TestApp;

#[tokio::test]
async fn p13_pg5_the_members_of_the_feed_and_where_to_read_on() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    app.post(&format!("/api/profile/{}/follow", lee.id)).token(&kim.access).send().await.data();
    let first = write(&app, &lee, good()).await;
    write(&app, &lee, good_but(json!({ "title": "둘" }))).await;
    write(&app, &kim, good_but(json!({ "title": "내 글" }))).await;
    let feed = async |query: &str| app.get(&format!("/api/feed?{query}")).token(&kim.access).send().await;
    let data = feed("size=1").await.data();
    assert_eq!(data["content"][0]["title"], "둘");
    let cursor = data["nextCursor"].as_str().expect("a cursor").to_owned();
    let rest = json!({
        "content": [{
            "postId": first,
            "title": "제목",
            "content": "글 본문",
            "category": "TOGETHER",
            "tag": "SHARING",
            "likeCount": 0,
            "commentCount": 0,
            "writerNickname": "lee",
            "createdAt": "2026-03-01T03:00:00.000Z",
        }],
        "nextCursor": null,
    });
    assert_eq!(feed(&format!("size=x&cursor={cursor}")).await.data(), rest);
    for bad in ["cursor=", "cursor=x", &format!("cursor={cursor}A"), "cursor=%00"] {
        feed(bad).await.refused(400, "INVALID_REQUEST");
    }
    let foreign = app.get(&format!("/api/feed?cursor={cursor}")).token(&lee.access).send().await;
    foreign.refused(400, "INVALID_REQUEST");
    app.get("/api/feed").send().await.refused(401, "AUTH_REQUIRED");
    let empty = json!({ "content": [], "nextCursor": null });
    assert_eq!(app.get("/api/feed").token(&lee.access).send().await.data(), empty);
}
