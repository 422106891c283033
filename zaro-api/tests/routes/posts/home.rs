//! `GET /api/posts/home`, and what it has in common with the other hot pages

use std::sync::mpsc;
use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;
use zaro_core::db::Db;
use zaro_core::types::Status;

use super::{good, good_but, write};
use crate::support::{Setup, TestApp};

#[tokio::test]
async fn p12_f12_each_board_has_its_own_members() {
    let app = TestApp::with_images();
    let kim = app.member("kim", Status::Active);
    let empty = json!({ "together": [], "dailyLife": [], "randomBuy": [] });
    assert_eq!(app.get("/api/posts/home").send().await.data(), empty);
    let simple = write(&app, &kim, good()).await;
    // 15:00 in UTC: the next day in Seoul.
    app.world.advance(TimeDelta::hours(12));
    let kim = app.sign_in("kim");
    let daily = write(&app, &kim, good_but(json!({ "category": "DAILY_LIFE", "tag": "TIPS" }))).await;
    let key = app.uploaded(&kim, "post").await;
    let bought = json!({ "category": "RANDOM_BUY", "tag": "TREASURE", "postImageList": [key] });
    let random = write(&app, &kim, good_but(bought)).await;
    let expected = json!({
        "together": [{ "postId": simple, "title": "제목", "createdAt": "2026-03-01" }],
        "dailyLife": [{ "postId": daily, "title": "제목", "createdAt": "2026-03-02" }],
        "randomBuy": [{
            "postId": random,
            "title": "제목",
            "content": "글 본문",
            "thumbnailImage": key,
            "likeCount": 0,
            "commentCount": 0,
            "writerProfileImage": null,
            "writerNickname": "kim",
            "createdAt": "2026-03-02",
        }],
    });
    assert_eq!(app.get("/api/posts/home").token("x.y.z").send().await.data(), expected);
}

#[tokio::test]
async fn h19_hot_pages_have_a_tag_that_changes_with_them() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let id = write(&app, &kim, good()).await;
    let like = format!("/api/posts/{id}/like");
    app.post(&like).token(&kim.access).send().await.data();
    for path in ["/api/posts/rank", "/api/posts", "/api/posts?category=TOGETHER&tag=SHARING&size=10&page=0"] {
        let first = app.get(path).send().await;
        let tag = first.header("etag").expect("a tag").to_owned();
        assert_eq!((first.status.as_u16(), first.header("cache-control")), (200, Some("no-cache")));
        let again = app.get(path).header("if-none-match", &tag).send().await;
        assert_eq!((again.status.as_u16(), again.bytes.len(), again.header("etag")), (304, 0, Some(tag.as_str())));
        let weak = app.get(path).header("if-none-match", &format!("\"x\", W/{tag}")).send().await;
        assert_eq!(weak.status, 304);
        assert_eq!(app.get(path).header("if-none-match", "\"x\"").send().await.status, 200);
        // The counts are on each of these pages.
        app.delete(&like).token(&kim.access).send().await.data();
        assert_eq!(app.get(path).header("if-none-match", &tag).send().await.status, 200, "{path}");
        app.post(&like).token(&kim.access).send().await.data();
        let back = app.get(path).send().await;
        assert_eq!(back.header("etag"), Some(tag.as_str()), "the same content has the same tag");
    }
}

#[tokio::test]
async fn what_one_has_written_one_sees_and_others_see_it_within_a_quarter_of_a_second() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let pages = ["/api/posts/home", "/api/posts", "/api/posts?category=TOGETHER"];
    let seen = async |app: &TestApp, title: &str| {
        let mut all = Vec::new();
        for path in pages {
            all.push(app.get(path).send().await.text().contains(title));
        }
        all
    };
    // Another process over the same database, which this one tells nothing.
    let mut setup = Setup::new();
    setup.world.ctx.db = app.world.ctx.db.clone();
    let other = setup.build();
    assert_eq!(seen(&other, "하나").await, [false; 3]);
    write(&app, &kim, good_but(json!({ "title": "하나" }))).await;
    assert_eq!(seen(&app, "하나").await, [true; 3]);
    assert_eq!(seen(&other, "하나").await, [false; 3], "as it was a moment ago");
    other.world.advance(TimeDelta::milliseconds(251));
    assert_eq!(seen(&other, "하나").await, [true; 3]);
    // Names, too.
    let rename = app.patch("/api/users/me/nickname").token(&kim.access).json(json!({ "newNickname": "newkim" }));
    rename.send().await.data();
    assert!(app.get("/api/posts").send().await.text().contains("newkim"));
}

#[tokio::test]
async fn h17_home_and_ranking_are_shown_while_the_database_does_not_answer() {
    let mut setup = Setup::new();
    // One connection, so that whoever holds it keeps everybody from the database.
    setup.world.ctx.db = Db::open(setup.world.test_db.url(), 1).expect("a pool");
    setup.http.hot_patience = Duration::from_millis(1);
    let app = setup.build();
    let kim = app.member("kim", Status::Active);
    let id = write(&app, &kim, good()).await;
    app.post(&format!("/api/posts/{id}/like")).token(&kim.access).send().await.data();
    let pages = ["/api/posts/home", "/api/posts/rank"];
    let mut before = Vec::new();
    for path in pages {
        before.push(app.get(path).send().await.data());
    }
    app.world.advance(TimeDelta::minutes(9));
    let (held, is_held) = mpsc::channel();
    let (let_go, wait) = mpsc::channel::<()>();
    let db = app.world.ctx.db.clone();
    let holder = std::thread::spawn(move || {
        db.read(|_| {
            held.send(()).expect("somebody waits");
            // Ends when the other side is dropped.
            let _ = wait.recv();
            Ok(())
        })
    });
    is_held.recv().expect("the connection is held");
    for (path, before) in pages.iter().zip(&before) {
        for _ in 0..3 {
            assert_eq!(&app.get(path).send().await.data(), before, "{path}");
        }
    }
    drop(let_go);
    holder.join().expect("the holder ends").expect("a read");
}
