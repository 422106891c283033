//! `GET /api/posts`

use serde_json::{Value, json};
use zaro_core::types::Status;

use super::{good, good_but, write};
use crate::support::{Answer, TestApp, Tokens};

async fn list(app: &TestApp, query: &str) -> Answer {
    app.get(&format!("/api/posts?{query}")).send().await
}

fn titles(data: &Value) -> Vec<&str> {
    let content = data["content"].as_array().expect("a list");
    content.iter().map(|post| post["title"].as_str().expect("a title")).collect()
}

async fn write_titled(app: &TestApp, who: &Tokens, titles: std::ops::RangeInclusive<u32>) {
    for title in titles {
        write(app, who, good_but(json!({ "title": title.to_string() }))).await;
    }
}

#[tokio::test]
async fn p8_everybody_sees_the_list_and_empty_members_are_left_out() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let id = write(&app, &kim, good()).await;
    let expected = json!({
        "content": [{
            "postId": id,
            "title": "제목",
            "content": "글 본문",
            "category": "TOGETHER",
            "tag": "SHARING",
            "likeCount": 0,
            "commentCount": 0,
            "writerNickname": "kim",
            "createdAt": "2026-03-01T03:00:00.000Z",
        }],
        "totalPages": 1,
        "number": 0,
        "nextCursor": null,
    });
    assert_eq!(list(&app, "").await.data(), expected);
    assert_eq!(list(&app, "category=&tag=&page=&size=&unknown=1").await.data(), expected);
    assert_eq!(list(&app, "category=TOGETHER&tag=SHARING&sort=createdAt,desc").await.data(), expected);
    let empty = json!({ "content": [], "totalPages": 0, "number": 3, "nextCursor": null });
    assert_eq!(list(&app, "category=DAILY_LIFE&page=3").await.data(), empty);
}

#[tokio::test]
async fn p8_pg4_pg5_what_is_refused() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    write_titled(&app, &kim, 1..=2).await;
    let cursor = list(&app, "size=1").await.data()["nextCursor"].as_str().expect("a cursor").to_owned();
    for (query, code) in [
        ("category=nothing", "INVALID_CATEGORY"),
        ("tag=SHARING", "INVALID_CATEGORY"),
        ("category=TOGETHER&tag=nothing", "INVALID_TAG"),
        ("category=TOGETHER&tag=TIPS", "INVALID_TAG_FOR_CATEGORY"),
        ("category=%00", "INVALID_REQUEST"),
        ("tag=%00", "INVALID_REQUEST"),
        ("sort=", "INVALID_REQUEST"),
        ("sort=title", "INVALID_REQUEST"),
        ("sort=createdAt,up", "INVALID_REQUEST"),
        ("sort=score&sort=score", "INVALID_REQUEST"),
        ("cursor=", "INVALID_REQUEST"),
        ("cursor=x", "INVALID_REQUEST"),
        (&format!("cursor={cursor}A"), "INVALID_REQUEST"),
        (&format!("cursor={cursor}&category=TOGETHER"), "INVALID_REQUEST"),
        (&format!("cursor={cursor}&sort=score"), "INVALID_REQUEST"),
    ] {
        list(&app, query).await.refused(400, code);
    }
}

#[tokio::test]
async fn pg1_pg2_pages_of_odd_numbers_and_sizes() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    write_titled(&app, &kim, 1..=11).await;
    for (query, entries, pages, number) in [
        ("", 10, 2, 0),
        ("page=1", 1, 2, 1),
        ("page=-1&size=-1", 10, 2, 0),
        ("page=x&size=x", 10, 2, 0),
        ("page=2147483648&size=0", 10, 2, 0),
        ("page=2147483647&size=100", 0, 1, 2_147_483_647_i64),
        ("size=1000", 11, 1, 0),
        ("page=3&size=3", 2, 4, 3),
    ] {
        let data = list(&app, query).await.data();
        assert_eq!((titles(&data).len(), &data["totalPages"]), (entries, &json!(pages)), "{query}");
        assert_eq!(data["number"], json!(number), "{query}");
    }
}

#[tokio::test]
async fn pg5_cursors_read_on_while_others_write() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    write_titled(&app, &kim, 1..=5).await;
    let mut data = list(&app, "category=TOGETHER&size=2").await.data();
    let mut seen: Vec<String> = titles(&data).into_iter().map(str::to_owned).collect();
    while let Some(cursor) = data["nextCursor"].as_str() {
        write_titled(&app, &kim, 100..=102).await;
        let query = format!("category=TOGETHER&size=2&page=7&cursor={cursor}");
        data = list(&app, &query).await.data();
        assert_eq!(data.as_object().expect("an object").len(), 2, "content and nextCursor only: {data}");
        seen.extend(titles(&data).into_iter().map(str::to_owned));
    }
    assert_eq!(seen, ["5", "4", "3", "2", "1"]);
}

#[tokio::test]
async fn h19_an_unchanged_list_is_told_by_its_tag() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    write(&app, &kim, good()).await;
    let tag = list(&app, "").await.header("etag").expect("a tag").to_owned();
    for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
        let answer = app.get("/api/posts").header("if-none-match", &known).send().await;
        assert_eq!((answer.status.as_u16(), answer.bytes.len(), answer.header("etag")), (304, 0, Some(tag.as_str())));
    }
    write(&app, &kim, good()).await;
    let answer = app.get("/api/posts").header("if-none-match", &tag).send().await;
    assert_eq!(answer.data()["content"].as_array().expect("a list").len(), 2);
    assert_ne!(answer.header("etag"), Some(tag.as_str()));
}
