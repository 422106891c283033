//! `/api/notifications/subscribe` over real sockets (N6 to N10).

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};
use zaro_core::adapters::in_process::InProcessBus;
use zaro_core::ports::Event as BusEvent;
use zaro_core::service::comment::{self, CommentDraft};
use zaro_core::service::post::{self, PostDraft};
use zaro_core::service::session;
use zaro_core::testing::PASSWORD;
use zaro_core::types::{NotificationId, PostId, Status, UserId};

use crate::support::stream::{End, Event, Server, Stream, eventually};
use crate::support::{ORIGIN, Setup, TestApp, Tokens};

const LIST: &str = "/api/notifications";

/// A community of kim, who has a post, and lee, who comments on it.
struct Scene {
    app: TestApp,
    server: Server,
    kim: Tokens,
    lee: Tokens,
    post: PostId,
}

impl Scene {
    fn new() -> Self {
        Self::of(Setup::new())
    }

    fn of(setup: Setup) -> Self {
        let app = setup.build();
        let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
        let draft = PostDraft {
            title: "제목".into(),
            content: "글".into(),
            category: "TOGETHER".into(),
            tag: "SHARING".into(),
            ..PostDraft::default()
        };
        let post = post::create(&app.world.ctx, UserId(kim.id), &draft).expect("a post").post.id;
        Self { server: Server::start(&app), app, kim, lee, post }
    }

    /// Lee comments on kim's post: kim is told.
    fn comment(&self, text: &str) {
        let draft = CommentDraft { content: text.into(), ..CommentDraft::default() };
        comment::create(&self.app.world.ctx, UserId(self.lee.id), self.post, &draft, 10).expect("a comment");
    }

    /// What kim's list shows.
    async fn list(&self) -> Vec<Value> {
        let fresh = self.app.sign_in("kim");
        let data = self.app.get(LIST).token(&fresh.access).send().await.data();
        data.as_array().expect("a list").clone()
    }

    async fn stream(&self) -> Stream {
        self.server.stream(&self.kim.access).await
    }

    fn open(&self) -> usize {
        self.app.app.streams().open_now()
    }
}

/// The comments that these notifications are about.
fn texts(events: &[Event]) -> Vec<String> {
    events.iter().map(|event| event.json()["comment"].as_str().expect("a text").to_owned()).collect()
}

#[tokio::test]
async fn n6_h5_h14_what_a_stream_looks_like() {
    let scene = Scene::new();
    let mut stream = scene.server.ask(&scene.kim.access, "", &format!("Origin: {ORIGIN}\r\n")).await;
    assert!(stream.head.starts_with("http/1.1 200 "), "{}", stream.head);
    for (name, value) in [
        ("content-type", "text/event-stream;charset=utf-8"),
        ("cache-control", "no-cache"),
        ("x-accel-buffering", "no"),
        ("access-control-allow-origin", ORIGIN),
        ("access-control-allow-credentials", "true"),
    ] {
        assert_eq!(stream.header(name), Some(value), "{name}");
    }
    assert!(stream.header("x-trace-id").is_some());
    let event = stream.next().await.expect("an event");
    assert_eq!((event.name.as_str(), event.id), ("connect", None));
    scene.comment("줄\n바꿈 \"따옴표\"");
    let event = stream.notification().await;
    assert_eq!(event.json(), scene.list().await[0], "the shape of the list");
    assert_eq!(event.id, event.json()["id"].as_i64());
    scene.app.get("/api/notifications/subscribe").send().await.refused(401, "AUTH_REQUIRED");
}

#[tokio::test]
async fn n6_a_ping_every_thirty_seconds() {
    let scene = Scene::new();
    let mut stream = scene.stream().await;
    let ping = Event { name: "ping".to_owned(), id: None, data: "keep-alive".to_owned() };
    for _ in 0..3 {
        scene.app.world.advance(TimeDelta::seconds(29));
        scene.comment("댓글");
        assert_eq!(stream.next().await.expect("an event").name, "notification", "none before its time");
        scene.app.world.advance(TimeDelta::seconds(1));
        assert_eq!(stream.next().await, Some(ping.clone()));
    }
}

#[tokio::test]
async fn n8_every_tab_is_told_once_and_nobody_else() {
    let scene = Scene::new();
    let phone = scene.app.sign_in("kim");
    let mut tabs = vec![scene.stream().await, scene.stream().await, scene.server.stream(&phone.access).await];
    let mut other = scene.server.stream(&scene.lee.access).await;
    scene.comment("하나");
    scene.comment("둘");
    for tab in &mut tabs {
        let told = [tab.notification().await, tab.notification().await];
        assert_eq!(texts(&told), ["하나", "둘"]);
    }
    scene.app.world.advance(TimeDelta::seconds(30));
    for stream in tabs.iter_mut().chain([&mut other]) {
        assert_eq!(stream.next().await.expect("an event").name, "ping", "nothing was told twice, or to others");
    }
}

#[tokio::test]
async fn n8_a_client_that_has_gone_is_forgotten() {
    let scene = Scene::new();
    let (first, mut second) = (scene.stream().await, scene.stream().await);
    assert_eq!(scene.open(), 2);
    drop(first);
    eventually("the stream is forgotten", || scene.open() == 1).await;
    scene.comment("댓글");
    assert_eq!(texts(&[second.notification().await]), ["댓글"]);
}

#[tokio::test]
async fn n7_a_stream_begins_with_what_was_missed() {
    let scene = Scene::new();
    for text in ["하나", "둘", "셋"] {
        scene.comment(text);
    }
    let ids: Vec<i64> = scene.list().await.iter().rev().map(|told| told["id"].as_i64().expect("an id")).collect();
    for (query, header, missed) in [
        (String::new(), format!("Last-Event-ID: {}\r\n", ids[0]), vec!["둘", "셋"]),
        (format!("?lastEventId={}", ids[1]), String::new(), vec!["셋"]),
        (format!("?lastEventId={}", ids[0]), format!("Last-Event-ID: {}\r\n", ids[1]), vec!["셋"]),
        (format!("?lastEventId={}", ids[1]), "Last-Event-ID: x\r\n".to_owned(), vec!["셋"]),
        ("?lastEventId=0".to_owned(), String::new(), vec!["하나", "둘", "셋"]),
        (format!("?lastEventId={}", ids[2]), String::new(), vec![]),
        ("?lastEventId=x".to_owned(), "Last-Event-ID: 9223372036854775808\r\n".to_owned(), vec![]),
        ("?lastEventId=".to_owned(), "Last-Event-ID: \r\n".to_owned(), vec![]),
    ] {
        let mut stream = scene.server.stream_with(&scene.kim.access, &query, &header).await;
        let mut told = Vec::new();
        for _ in &missed {
            told.push(stream.notification().await);
        }
        assert_eq!(texts(&told), missed, "{query} {header}");
        scene.app.world.advance(TimeDelta::seconds(30));
        assert_eq!(stream.next().await.expect("an event").name, "ping", "{query} {header}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn n7_nothing_is_lost_or_told_twice_while_a_stream_opens() {
    let scene = Arc::new(Scene::new());
    let count = 40;
    let commenting = Arc::clone(&scene);
    let acts = tokio::task::spawn_blocking(move || (0..count).for_each(|nth| commenting.comment(&nth.to_string())));
    let mut streams = Vec::new();
    while streams.len() < 9 {
        streams.push(scene.server.stream_with(&scene.kim.access, "?lastEventId=0", "").await);
    }
    acts.await.expect("all comments");
    let expected: Vec<String> = (0..count).map(|nth| nth.to_string()).collect();
    for mut stream in streams {
        let mut told = Vec::new();
        for _ in 0..count {
            told.push(stream.notification().await);
        }
        assert_eq!(texts(&told), expected);
    }
}

#[tokio::test]
async fn n9_a_stream_ends_with_its_token() {
    let scene = Scene::new();
    let mut stream = scene.stream().await;
    scene.app.world.advance(TimeDelta::minutes(29));
    scene.comment("댓글");
    assert_eq!(texts(&[stream.notification().await]), ["댓글"]);
    let later = scene.server.stream(&scene.app.sign_in("kim").access).await;
    scene.app.world.advance(TimeDelta::minutes(1));
    assert_eq!(stream.rest().await, (vec![], End::Whole));
    assert_eq!(scene.open(), 1, "the other one has a token of its own");
    drop(later);
}

#[tokio::test]
async fn n9_t6_a_stream_ends_with_its_session() {
    let scene = Scene::new();
    let app = &scene.app;
    let other = app.sign_in("kim");
    let mut kept = scene.server.stream(&other.access).await;
    let id = |tokens: &Tokens| app.world.ctx.tokens.read_access(&tokens.access).expect("claims").sid;
    for act in ["sign-out", "one", "others", "password", "elsewhere"] {
        let tokens = app.sign_in("kim");
        let stream = scene.server.stream(&tokens.access).await;
        match act {
            "sign-out" => app.post("/api/auth/signout").token(&tokens.access).send().await.data(),
            "one" => {
                let path = format!("/api/users/me/sessions/{}", id(&tokens));
                app.delete(&path).token(&other.access).send().await.data()
            }
            "others" => app.delete("/api/users/me/sessions").token(&other.access).send().await.data(),
            "password" => {
                let body = json!({ "currentPassword": PASSWORD, "newPassword": "Brand-new2" });
                app.patch("/api/users/me/password").token(&other.access).json(body).send().await.data();
                let body = json!({ "currentPassword": "Brand-new2", "newPassword": PASSWORD });
                app.patch("/api/users/me/password").token(&other.access).json(body).send().await.data()
            }
            // Another process, whose events do not reach us.
            _ => {
                let mut elsewhere = app.world.ctx.clone();
                elsewhere.events = Arc::new(InProcessBus::default());
                session::sign_out(&elsewhere, Some(&tokens.access)).expect("the end of the session");
                Value::Null
            }
        };
        assert_eq!(stream.rest().await, (vec![], End::Whole), "{act}");
        app.get(LIST).token(&tokens.access).send().await.refused(401, "AUTH_REQUIRED");
    }
    scene.comment("댓글");
    assert_eq!(texts(&[kept.notification().await]), ["댓글"], "the session that was kept");
    assert_eq!(app.delete("/api/users/me").token(&other.access).send().await.status, 200);
    assert_eq!(kept.rest().await, (vec![], End::Whole));
}

#[tokio::test]
async fn n8_the_eleventh_stream_ends_the_oldest() {
    let scene = Scene::new();
    let mut streams = Vec::new();
    for _ in 0..10 {
        streams.push(scene.stream().await);
    }
    assert_eq!(scene.open(), 10);
    let eleventh = scene.stream().await;
    assert_eq!(streams.remove(0).rest().await, (vec![], End::Whole));
    assert_eq!(scene.open(), 10);
    scene.comment("댓글");
    for mut stream in streams.into_iter().chain([eleventh]) {
        assert_eq!(texts(&[stream.notification().await]), ["댓글"]);
    }
    // The client is not to come back: it would end the next one, and that the next.
    assert_eq!(scene.app.get(LIST).token(&scene.kim.access).send().await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn n8_n10_a_stream_that_does_not_read_is_cut_and_its_client_comes_back() {
    let scene = Scene::new();
    let phone = scene.app.sign_in("kim");
    let (slow, mut quick) = (scene.stream().await, scene.server.stream(&phone.access).await);
    scene.comment("댓글");
    let id = quick.notification().await.id.expect("an id");
    // The same event again and again, until what the sockets and the queue hold between them is full.
    let again = BusEvent::Notified { receiver: UserId(scene.kim.id), id: NotificationId(id) };
    while scene.open() == 2 {
        scene.app.world.ctx.events.publish(again.clone()).expect("in memory");
        assert_eq!(quick.notification().await.id, Some(id));
    }
    scene.comment("또");
    while texts(&[quick.notification().await]) != ["또"] {}
    let (told, end) = slow.rest().await;
    assert_eq!(end, End::Torn, "its connection is gone, for it would never have made room for an end");
    assert!(told.len() > 1 && texts(&told).iter().all(|text| text == "댓글"), "it gets what was on its way");

    let list = |token: &str| scene.app.get(LIST).token(token).send();
    list(&scene.kim.access).await.refused(401, "AUTH_REQUIRED");
    assert_eq!(list(&phone.access).await.status, 200, "another token");
    assert_eq!(scene.app.get("/api/users/my").token(&scene.kim.access).send().await.status, 200, "another question");
    let refreshed = scene.app.post("/api/auth/refresh").token(&scene.kim.refresh).send().await.data();
    let fresh = refreshed["accessToken"].as_str().expect("a token");
    assert_eq!(list(fresh).await.data().as_array().map(Vec::len), Some(2));
    assert!(
        matches!(scene.server.ask(fresh, "", "").await.header("content-type"), Some(kind) if kind.starts_with("text/event-stream"))
    );
    scene.app.world.advance(TimeDelta::seconds(59));
    list(&scene.kim.access).await.refused(401, "AUTH_REQUIRED");
    scene.app.world.advance(TimeDelta::seconds(1));
    assert_eq!(list(&scene.kim.access).await.status, 200);
}

#[tokio::test]
async fn n10_o3_a_drain_ends_all_streams_once_they_have_what_is_theirs() {
    let scene = Scene::new();
    let mut streams = vec![scene.stream().await, scene.stream().await];
    scene.comment("하나");
    for stream in &mut streams {
        assert_eq!(texts(&[stream.notification().await]), ["하나"]);
    }
    scene.app.app.end_streams().await;
    for stream in streams {
        assert_eq!(stream.rest().await, (vec![], End::Whole));
    }
    scene.app.get(LIST).token(&scene.kim.access).send().await.refused(401, "AUTH_REQUIRED");
    let lee = scene.app.get("/api/notifications/subscribe").token(&scene.lee.access).send().await;
    lee.refused(503, "SERVICE_UNAVAILABLE");
    assert_eq!(scene.app.get(LIST).token(&scene.lee.access).send().await.status, 200, "who had no stream");
}

#[tokio::test]
async fn h19_a_stream_outlives_the_time_of_a_request() {
    let mut setup = Setup::new();
    setup.http.request_time = Duration::from_millis(100);
    let scene = Scene::of(setup);
    let mut stream = scene.stream().await;
    tokio::time::sleep(Duration::from_millis(150)).await;
    scene.comment("댓글");
    assert_eq!(texts(&[stream.notification().await]), ["댓글"]);
}
