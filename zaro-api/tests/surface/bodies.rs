//! H7 to H9 and section FC: every field of every operation with a body, and every way a body can be wrong.

use axum::http::Method;
use serde_json::{Value, json};
use zaro_core::service::comment::{self, CommentDraft};
use zaro_core::service::post::{self, PostDraft};
use zaro_core::testing::PASSWORD;
use zaro_core::types::Status;

use crate::support::{Answer, TestApp};

/// One field of one operation.
struct Field {
    name: &'static str,
    /// The code when it is missing, null or blank; none where that is fine.
    missing: Option<&'static str>,
    /// Values of the right type that are refused, and with which code.
    refused: &'static [(&'static str, &'static str)],
}

/// One operation with a body that it would take.
struct Operation {
    method: Method,
    path: &'static str,
    body: Value,
    fields: &'static [Field],
}

const LONG: &str = "long";

/// A value of the tables; `long` stands for one far too long.
fn value(text: &str) -> String {
    if text == LONG { "Aa1!".repeat(5000) } else { text.to_owned() }
}

const EMAIL: Field = Field {
    name: "email",
    missing: Some("EMAIL_REQUIRED"),
    refused: &[
        ("kim", "INVALID_EMAIL_FORMAT"),
        ("kim@zaro", "INVALID_EMAIL_FORMAT"),
        ("김@zaro.test", "INVALID_EMAIL_FORMAT"),
        ("kim@zaro.invalid", "INVALID_EMAIL_FORMAT"),
        ("a b@zaro.test", "INVALID_EMAIL_FORMAT"),
        (LONG, "INVALID_EMAIL_FORMAT"),
    ],
};
const PASSWORDS: &[(&str, &str)] = &[
    ("Aa1!", "INVALID_PASSWORD_FORMAT"),
    ("abcdefg1!", "INVALID_PASSWORD_FORMAT"),
    ("ABCDEFG1!", "INVALID_PASSWORD_FORMAT"),
    ("Abcdefgh!", "INVALID_PASSWORD_FORMAT"),
    ("Abcdefg12", "INVALID_PASSWORD_FORMAT"),
    ("Abcdef1!\u{7}", "INVALID_PASSWORD_FORMAT"),
    (LONG, "INVALID_PASSWORD_FORMAT"),
];
const NICKNAMES: &[(&str, &str)] = &[
    ("a", "INVALID_NICKNAME_FORMAT"),
    ("열세글자가되는긴닉네임입니다", "INVALID_NICKNAME_FORMAT"),
    ("두 말", "INVALID_NICKNAME_FORMAT"),
    ("ㅋㅋㅋ", "INVALID_NICKNAME_FORMAT"),
    ("a.b", "INVALID_NICKNAME_FORMAT"),
    ("<b>", "INVALID_NICKNAME_FORMAT"),
    (LONG, "INVALID_NICKNAME_FORMAT"),
];
const DATES: &[(&str, &str)] = &[
    ("2026-03-02", "INVALID_REQUEST"),
    ("1899-12-31", "INVALID_REQUEST"),
    ("2025-02-29", "INVALID_REQUEST"),
    ("2025-2-1", "INVALID_REQUEST"),
    ("어제", "INVALID_REQUEST"),
    (LONG, "INVALID_REQUEST"),
];
const PICTURES: &[(&str, &str)] = &[
    ("x", "INVALID_PROFILE_IMAGE"),
    ("https://evil.test/x.png", "INVALID_PROFILE_IMAGE"),
    ("http://k.kakaocdn.net/x.png", "INVALID_PROFILE_IMAGE"),
    ("images/profile/1-../../x.png", "INVALID_PROFILE_IMAGE"),
    ("images/profile/1-0b0e7a52-8b0f-4d8e-9d0c-0f4c6f1a2b3c.png", "INVALID_PROFILE_IMAGE"),
    (LONG, "INVALID_PROFILE_IMAGE"),
];
const GROUP_NAMES: &[(&str, &str)] = &[(LONG, "GROUP_NAME_TOO_LONG")];
const MEMOS: &[(&str, &str)] = &[(LONG, "MEMO_TOO_LONG")];
const PLACE_TEXTS: &[(&str, &str)] = &[(LONG, "INVALID_REQUEST")];
const WORDS: &[(&str, &str)] = &[("male", "INVALID_ENUM"), ("XXXX", "INVALID_ENUM"), (LONG, "INVALID_ENUM")];

/// The same for posts and for comments.
const REPORT: &[Field] = &[
    field("reasonType", Some("REASON_TYPE_REQUIRED"), WORDS),
    field("reasonText", None, &[(LONG, "REASON_TEXT_TOO_LONG")]),
];

const fn field(
    name: &'static str,
    missing: Option<&'static str>,
    refused: &'static [(&'static str, &'static str)],
) -> Field {
    Field { name, missing, refused }
}

/// Section FC, as far as these operations go.
fn operations() -> Vec<Operation> {
    let post = |path, body, fields| Operation { method: Method::POST, path, body, fields };
    let patch = |path, body, fields| Operation { method: Method::PATCH, path, body, fields };
    vec![
        post(
            "/api/auth/signup",
            json!({ "email": "new@zaro.test", "password": PASSWORD, "nickname": "newone" }),
            const {
                &[
                    EMAIL,
                    field("password", Some("PASSWORD_REQUIRED"), PASSWORDS),
                    field("nickname", Some("NICKNAME_REQUIRED"), NICKNAMES),
                ]
            },
        ),
        post(
            "/api/auth/signin",
            json!({ "email": "nobody@zaro.test", "password": PASSWORD }),
            const { &[field("email", Some("EMAIL_REQUIRED"), &[]), field("password", Some("PASSWORD_REQUIRED"), &[])] },
        ),
        post(
            "/api/auth/signin/kakao",
            json!({ "accessToken": "x" }),
            const { &[field("accessToken", Some("INVALID_REQUEST"), &[])] },
        ),
        post("/api/auth/email/resend", json!({ "email": "nobody@zaro.test" }), const { &[EMAIL] }),
        post("/api/auth/email/password", json!({ "email": "nobody@zaro.test" }), const { &[EMAIL] }),
        post(
            "/api/auth/password-reset",
            json!({ "token": "x", "newPassword": PASSWORD }),
            const {
                &[
                    field("token", Some("RESET_TOKEN_NOT_FOUND"), &[]),
                    field("newPassword", Some("PASSWORD_REQUIRED"), PASSWORDS),
                ]
            },
        ),
        patch(
            "/api/users/me/nickname",
            json!({ "newNickname": "newname" }),
            const { &[field("newNickname", Some("NEW_NICKNAME_REQUIRED"), NICKNAMES)] },
        ),
        patch(
            "/api/users/me/profile",
            json!({}),
            const {
                &[
                    field("birthday", None, DATES),
                    field("liveAloneDate", None, DATES),
                    field("gender", None, WORDS),
                    field("mbti", None, WORDS),
                ]
            },
        ),
        patch(
            "/api/users/me/password",
            json!({ "currentPassword": PASSWORD, "newPassword": "Brand-new2" }),
            const {
                &[
                    field("currentPassword", Some("CURRENT_PASSWORD_REQUIRED"), &[]),
                    field("newPassword", Some("PASSWORD_REQUIRED"), PASSWORDS),
                ]
            },
        ),
        post("/api/posts/1/report", json!({ "reasonType": "SPAM" }), REPORT),
        post("/api/comments/1/report", json!({ "reasonType": "SPAM" }), REPORT),
        patch("/api/users/me/profileImage", json!({}), const { &[field("profileImage", None, PICTURES)] }),
        post(
            "/api/users/me/appeals",
            json!({ "sanctionId": 1, "text": "이의" }),
            const { &[field("text", Some("APPEAL_TEXT_REQUIRED"), &[(LONG, "APPEAL_TEXT_TOO_LONG")])] },
        ),
        Operation {
            method: Method::DELETE,
            path: "/api/users/me",
            body: json!({}),
            fields: const { &[field("reason", None, &[])] },
        },
    ]
}

/// Groups and the places saved in them.
fn groups() -> Vec<Operation> {
    let post = |path, body, fields| Operation { method: Method::POST, path, body, fields };
    let patch = |path, body, fields| Operation { method: Method::PATCH, path, body, fields };
    vec![
        post(
            "/api/group",
            json!({ "groupName": "또 하나" }),
            const { &[field("groupName", Some("GROUP_NAME_REQUIRED"), GROUP_NAMES), field("visibility", None, WORDS)] },
        ),
        patch(
            "/api/group/1",
            json!({ "groupName": "다른 이름", "visibility": "PRIVATE" }),
            const { &[field("groupName", None, GROUP_NAMES), field("visibility", None, WORDS)] },
        ),
        // The numbers of a place have tables of their own (routes/favorite.rs): they are no texts.
        post(
            "/api/favorite/groups/1/favorites",
            json!({ "kakaoPlaceId": 2, "placeName": "카페", "lat": 37.5, "lng": 127 }),
            const {
                &[
                    field("memo", None, MEMOS),
                    field("placeName", Some("INVALID_REQUEST"), PLACE_TEXTS),
                    field("address", None, PLACE_TEXTS),
                    field("category", None, &[]),
                ]
            },
        ),
        patch("/api/favorite/1", json!({ "memo": "조용함" }), const { &[field("memo", None, MEMOS)] }),
    ]
}

/// An application with one ACTIVE member, whose token goes with every request, a saved place in a group, and a post with a
/// comment by somebody else, both of number 1.
struct Bench {
    app: TestApp,
    token: String,
}

impl Bench {
    fn new() -> Self {
        let app = TestApp::new();
        let kim = app.member("kim", Status::Active);
        app.saved_place(&kim);
        let lee = app.world.member("lee", Status::Active);
        let draft = PostDraft {
            title: "제목".into(),
            content: "글".into(),
            category: "TOGETHER".into(),
            tag: "SHARING".into(),
            ..PostDraft::default()
        };
        let post = post::create(&app.world.ctx, lee, &draft).expect("a post").post.id;
        let draft = CommentDraft { content: "댓글".into(), ..CommentDraft::default() };
        let (comment, _) = comment::create(&app.world.ctx, lee, post, &draft, 10).expect("a comment");
        assert_eq!((post.0, comment.id.0), (1, 1));
        Self { app, token: kim.access }
    }

    async fn send(&self, operation: &Operation, body: impl Into<axum::body::Bytes>) -> Answer {
        self.app.request(operation.method.clone(), operation.path).token(&self.token).body(body).send().await
    }

    /// Sends the body with one field replaced, or taken out.
    async fn with(&self, operation: &Operation, name: &str, value: Option<Value>) -> Answer {
        let mut body = operation.body.clone();
        let members = body.as_object_mut().expect("an object");
        match value {
            Some(value) => drop(members.insert(name.to_owned(), value)),
            None => drop(members.remove(name)),
        }
        self.send(operation, body.to_string()).await
    }
}

#[track_caller]
fn blames(answer: &Answer, operation: &Operation, name: &str, code: &str, what: &str) {
    let place = format!("{} {name} {what}: {}", operation.path, answer.text());
    let status = if code == "RESET_TOKEN_NOT_FOUND" { 404 } else { 400 };
    assert_eq!(answer.outcome(), (status, code.to_owned()), "{place}");
    assert_eq!(answer.body()["fields"], json!([{ "field": name, "code": code }]), "{place}");
}

#[tokio::test]
async fn fc_every_field_missing_null_or_blank() {
    for operation in operations().into_iter().chain(groups()) {
        for field in operation.fields {
            for value in [None, Some(json!(null)), Some(json!("")), Some(json!(" \t "))] {
                let bench = Bench::new();
                let what = format!("{value:?}");
                let answer = bench.with(&operation, field.name, value).await;
                match field.missing {
                    Some(code) => blames(&answer, &operation, field.name, code, &what),
                    None => assert_eq!(answer.status, 200, "{} {} {what}", operation.path, field.name),
                }
            }
        }
    }
}

#[tokio::test]
async fn fc_every_field_of_a_wrong_type_or_with_a_nul() {
    let bench = Bench::new();
    for operation in operations().into_iter().chain(groups()) {
        for field in operation.fields {
            for value in [json!(1), json!(1.5), json!(true), json!([]), json!(["a"]), json!({}), json!("a\u{0}b")] {
                let what = value.to_string();
                let answer = bench.with(&operation, field.name, Some(value)).await;
                blames(&answer, &operation, field.name, "INVALID_REQUEST", &what);
            }
        }
    }
}

#[tokio::test]
async fn fc_every_field_that_is_too_long_or_badly_formed() {
    let bench = Bench::new();
    for operation in operations().into_iter().chain(groups()) {
        for field in operation.fields {
            for (text, code) in field.refused {
                let answer = bench.with(&operation, field.name, Some(json!(value(text)))).await;
                blames(&answer, &operation, field.name, code, text);
            }
        }
    }
}

#[tokio::test]
async fn fc_what_cannot_fail_does_not_fail_on_form() {
    for (path, body, code) in [
        ("/api/auth/signin", json!({ "email": value(LONG), "password": value(LONG) }), "INCORRECT_PASSWORD"),
        ("/api/auth/signin", json!({ "email": "\u{1}", "password": "\u{1}" }), "INCORRECT_PASSWORD"),
        ("/api/auth/signin/kakao", json!({ "accessToken": value(LONG) }), "INVALID_OAUTH_TOKEN"),
        ("/api/auth/password-reset", json!({ "token": value(LONG), "newPassword": PASSWORD }), "RESET_TOKEN_NOT_FOUND"),
    ] {
        assert_eq!(TestApp::new().post(path).json(body).send().await.code(), code, "{path}");
    }
}

#[tokio::test]
async fn h7_all_faults_are_told_in_the_order_of_the_schema() {
    let app = TestApp::new();
    let answer = app.post("/api/auth/signup").json(json!({ "nickname": 5, "password": "x" })).send().await;
    answer.refused(400, "EMAIL_REQUIRED");
    let expected = json!([
        { "field": "email", "code": "EMAIL_REQUIRED" },
        { "field": "password", "code": "INVALID_PASSWORD_FORMAT" },
        { "field": "nickname", "code": "INVALID_REQUEST" },
    ]);
    assert_eq!(answer.body()["fields"], expected);
}

#[tokio::test]
async fn h8_bodies_that_cannot_be_read() {
    let bench = Bench::new();
    let deep = "[".repeat(100_000);
    let nested = format!("{{\"a\":{}", "{\"a\":".repeat(10_000));
    for operation in operations().into_iter().chain(groups()) {
        for body in [
            b"{".as_slice(),
            b"[]",
            b"null",
            b"1",
            b"\"x\"",
            b"{}{}",
            b"{'a':1}",
            b"{\"a\":\xff}",
            b"{\"\xff\":1}",
            br#"{"a":"\ud800"}"#,
            b"\xef\xbb\xbf{}",
            b"a=b&c=d",
            deep.as_bytes(),
            nested.as_bytes(),
        ] {
            let answer = bench.send(&operation, body.to_vec()).await;
            answer.refused(400, "INVALID_REQUEST");
            assert!(answer.body().get("fields").is_none());
        }
        if operation.path != "/api/users/me" {
            bench.send(&operation, "").await.refused(400, "INVALID_REQUEST");
        }
    }
}

#[tokio::test]
async fn h8_bodies_over_one_mebibyte() {
    let bench = Bench::new();
    for operation in operations().into_iter().chain(groups()) {
        let body = |length: usize| format!("{{\"x\":\"{}\"}}", "x".repeat(length - 8));
        bench.send(&operation, body(1024 * 1024 + 1)).await.refused(413, "PAYLOAD_TOO_LARGE");
        if operation.path != "/api/users/me" {
            assert_ne!(bench.send(&operation, body(1024 * 1024)).await.status, 413, "{}", operation.path);
        }
    }
}

#[tokio::test]
async fn h9_of_a_member_given_twice_the_last_counts() {
    let app = TestApp::new();
    let body = r#"{"email":1,"email":"kim@zaro.test"}"#;
    assert_eq!(app.post("/api/auth/email/resend").body(body).send().await.status, 200);
}
