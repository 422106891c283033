//! `GET /api/profile/{userId}/{posts,likes,comments}`

use serde_json::{Value, json};
use zaro_core::types::Status;

use super::super::posts::{comment, good, reads_its_id, write};
use crate::support::{Answer, TestApp, Tokens};

const LISTS: [&str; 3] = ["posts", "likes", "comments"];

async fn list(app: &TestApp, viewer: &Tokens, owner: &Tokens, list: &str) -> Answer {
    app.get(&format!("/api/profile/{}/{list}", owner.id)).token(&viewer.access).send().await
}

#[tokio::test]
async fn pf3_the_members_of_each_list() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let id = write(&app, &kim, good()).await;
    comment(&app, &lee, id, "댓글").await;
    let post = json!({
        "postId": id,
        "title": "제목",
        "content": "글 본문",
        "category": "TOGETHER",
        "tag": "SHARING",
        "thumbnailImage": null,
        "likeCount": 0,
        "commentCount": 1,
        "createdAt": "2026-03-01T03:00:00.000Z",
    });
    let page = |entries: Value| json!({ "content": entries, "totalPages": 1, "number": 0 });
    assert_eq!(list(&app, &lee, &kim, "posts").await.data(), page(json!([post])));
    let comment = json!({
        "postId": id,
        "title": "제목",
        "category": "TOGETHER",
        "tag": "SHARING",
        "likeCount": 0,
        "commentCount": 1,
        "commentContent": "댓글",
        "commentCreatedAt": "2026-03-01T03:00:00.000Z",
    });
    assert_eq!(list(&app, &kim, &lee, "comments").await.data(), page(json!([comment])));
    let empty = json!({ "content": [], "totalPages": 0, "number": 0 });
    assert_eq!(list(&app, &kim, &lee, "likes").await.data(), empty);
}

#[tokio::test]
async fn pg1_pg2_pg4_pages_and_orders() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    for _ in 0..11 {
        let id = write(&app, &kim, good()).await;
        comment(&app, &kim, id, "댓글").await;
    }
    for (query, entries, pages, number) in [
        ("", 10, 2, 0),
        ("page=1", 1, 2, 1),
        ("page=x&size=x", 10, 2, 0),
        ("page=5&size=3", 0, 4, 5),
        ("size=1000&sort=createdAt,asc", 11, 1, 0),
    ] {
        for name in ["posts", "comments"] {
            let data = list(&app, &kim, &kim, &format!("{name}?{query}")).await.data();
            let found = data["content"].as_array().expect("a list").len();
            assert_eq!(
                (found, &data["totalPages"], &data["number"]),
                (entries, &json!(pages), &json!(number)),
                "{query}"
            );
        }
    }
    for name in LISTS {
        for sort in ["likeCount", "createdAt,up", "", "createdAt&sort=createdAt"] {
            list(&app, &kim, &kim, &format!("{name}?sort={sort}")).await.refused(400, "INVALID_REQUEST");
        }
    }
}

#[tokio::test]
async fn pf1_h8_h11_whose_lists_there_are() {
    let app = TestApp::new();
    let (kim, pending) = (app.member("kim", Status::Active), app.member("pending", Status::Pending));
    for name in LISTS {
        list(&app, &pending, &pending, name).await.refused(404, "USER_NOT_FOUND");
        assert_eq!(list(&app, &pending, &kim, name).await.status, 200, "reading is for everybody who can sign in");
        let path = |id: &str| format!("/api/profile/{id}/{name}");
        app.get(&path("1")).send().await.refused(401, "AUTH_REQUIRED");
        reads_its_id(|id| app.get(&path(id)), &kim, json!({}), "USER_NOT_FOUND").await;
    }
}
