//! `POST /api/auth/signup`

use std::collections::BTreeMap;

use serde_json::{Value, json};
use zaro_core::testing::PASSWORD;
use zaro_core::types::{Status, UserId};

use crate::support::TestApp;

const PATH: &str = "/api/auth/signup";

fn draft(name: &str) -> Value {
    json!({ "email": format!("{name}@Zaro.test"), "password": PASSWORD, "nickname": name })
}

#[tokio::test]
async fn a1_makes_a_pending_member_and_mails_one_link() {
    let app = TestApp::new();
    let answer = app.post(PATH).json(draft("kim")).send().await;
    assert_eq!(answer.status, 201);
    let id = answer.body()["data"]["id"].as_i64().expect("an id");
    assert_eq!(answer.body()["data"], json!({ "id": id, "email": "kim@Zaro.test", "nickname": "kim" }));
    assert_eq!(app.world.user(UserId(id)).status, Status::Pending);
    app.world.deliver();
    let mail = app.world.mailer.taken().pop().expect("a mail");
    assert_eq!(mail.to, "kim@Zaro.test");
    assert_eq!(mail.text.matches("token=").count(), 1);
    assert!(mail.text.contains("https://api.zaro.test/api/auth/email/verify?token="));
}

#[tokio::test]
async fn h9_content_type_and_unknown_members_do_not_matter() {
    let app = TestApp::new();
    let mut body = draft("kim");
    body["rôle"] = json!("admin");
    for (kind, expected) in [("text/plain", 201), ("application/json", 409)] {
        assert_eq!(app.post(PATH).header("content-type", kind).json(body.clone()).send().await.status, expected);
    }
}

#[tokio::test]
async fn a5_what_is_held_is_told_in_order() {
    let app = TestApp::new();
    app.world.member("kim", Status::Active);
    app.post(PATH).json(draft("kim")).send().await.refused(409, "EMAIL_ALREADY_EXISTED");
    let other = json!({ "email": "lee@zaro.test", "password": PASSWORD, "nickname": "KIM" });
    app.post(PATH).json(other).send().await.refused(409, "NICKNAME_ALREADY_EXISTED");
    let reserved = json!({ "email": "lee@zaro.test", "password": PASSWORD, "nickname": "운영자" });
    app.post(PATH).json(reserved).send().await.refused(409, "NICKNAME_ALREADY_EXISTED");
    assert_eq!(app.mails(), 0);
}

#[tokio::test]
async fn a6_a_repetition_mails_a_new_link_and_says_so() {
    let app = TestApp::new();
    assert_eq!(app.post(PATH).json(draft("kim")).send().await.status, 201);
    let old = app.mailed_secret();
    let mut again = draft("kim");
    again["password"] = json!("Other-pass2");
    let answer = app.post(PATH).json(again).send().await;
    answer.refused(409, "ALREADY_SIGNED_UP_NOT_VERIFIED_YET");
    assert_eq!(answer.message(), "이미 가입된 계정입니다. 인증 메일을 다시 보냈습니다.");
    let new = app.mailed_secret();
    let verify = async |secret: &str| {
        let answer = app.get(&format!("/api/auth/email/verify?token={secret}")).send().await;
        answer.header("location").expect("a location").to_owned()
    };
    assert_eq!(verify(&old).await, "https://zaro.test/login?status=expired");
    assert_eq!(verify(&new).await, "https://zaro.test/login");
    let sign_in = json!({ "email": "kim@zaro.test", "password": "Other-pass2" });
    assert_eq!(app.post("/api/auth/signin").json(sign_in).send().await.status, 200);
}

#[tokio::test]
async fn v6_a_second_repetition_waits_and_changes_nothing() {
    let app = TestApp::new();
    for expected in [201, 409, 429] {
        let mut body = draft("kim");
        body["password"] = json!(format!("Zaro-test{expected}"));
        let answer = app.post(PATH).json(body).send().await;
        assert_eq!(answer.status.as_u16(), expected);
        if expected == 429 {
            answer.refused(429, "RATE_LIMITED");
            assert_eq!(answer.retry_after(), 60);
        }
    }
    let sign_in = json!({ "email": "kim@zaro.test", "password": "Zaro-test409" });
    assert_eq!(app.post("/api/auth/signin").json(sign_in).send().await.status, 200);
    assert_eq!(app.mails(), 1, "the first mail was not out yet when the second replaced it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a5_v6_of_parallel_sign_ups_one_makes_a_member_and_one_repeats() {
    let app = TestApp::new();
    let calls = (0..8).map(|_| app.post(PATH).json(draft("kim")).send());
    let mut outcomes = BTreeMap::new();
    for answer in crate::support::all(calls).await {
        *outcomes.entry(answer.code()).or_insert(0) += 1;
    }
    let expected = [("ALREADY_SIGNED_UP_NOT_VERIFIED_YET", 1), ("RATE_LIMITED", 6), ("SUCCESS", 1)];
    assert_eq!(outcomes, expected.map(|(code, n)| (code.to_owned(), n)).into());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a5_of_parallel_sign_ups_for_one_nickname_one_wins() {
    let app = TestApp::new();
    let calls = (0..6).map(|n| {
        let body = json!({ "email": format!("kim{n}@zaro.test"), "password": PASSWORD, "nickname": "kim" });
        app.post(PATH).json(body).send()
    });
    let mut outcomes: Vec<_> = crate::support::all(calls).await.iter().map(crate::support::Answer::code).collect();
    outcomes.sort_unstable();
    assert_eq!(outcomes.pop().as_deref(), Some("SUCCESS"));
    assert_eq!(outcomes, ["NICKNAME_ALREADY_EXISTED"; 5]);
}

#[tokio::test]
async fn rl_sign_ups_with_one_address_are_limited() {
    let app = TestApp::new();
    app.world.member("kim", Status::Active);
    for _ in 0..10 {
        app.post(PATH).json(draft("kim")).send().await.refused(409, "EMAIL_ALREADY_EXISTED");
    }
    let answer = app.post(PATH).json(draft("kim")).send().await;
    assert_eq!(answer.refused(429, "RATE_LIMITED").retry_after(), 3600);
}
