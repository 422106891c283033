//! `/api/posts/…`

mod comments;
mod create;
mod delete;
mod detail;
mod home;
mod like;
mod list;
mod rank;
mod report;
mod update;

use chrono::TimeDelta;
use serde_json::{Value, json};
use zaro_core::types::{Status, UserId};

use crate::support::{Answer, Call, TestApp, Tokens};

/// The body of a post that is taken.
pub(crate) fn good() -> Value {
    json!({ "title": "제목", "content": "글 **본문**", "category": "TOGETHER", "tag": "SHARING" })
}

/// The same with some members replaced.
pub(super) fn good_but(changes: Value) -> Value {
    let (mut body, Value::Object(changes)) = (good(), changes) else { panic!("an object") };
    body.as_object_mut().expect("an object").extend(changes);
    body
}

/// Writes a post, which must succeed, and returns its id.
pub(crate) async fn write(app: &TestApp, who: &Tokens, body: Value) -> i64 {
    let data = app.post("/api/posts").token(&who.access).json(body).send().await.data();
    data["postId"].as_i64().expect("an id")
}

/// Writes a comment, which must succeed, and returns its id.
pub(super) async fn comment(app: &TestApp, who: &Tokens, post: i64, text: &str) -> i64 {
    let call = app.post(&format!("/api/posts/{post}/comments")).token(&who.access);
    let answer = call.json(json!({ "content": text })).send().await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.body()["data"]["id"].as_i64().expect("an id")
}

/// H12: this write in every state in which one can hold a token, and what a suspension makes of it.
pub(super) async fn needs_an_active_member<'a>(
    app: &'a TestApp,
    call: impl Fn() -> Call<'a>,
    allowed_while_suspended: bool,
) {
    let pending = app.member("pending", Status::Pending);
    call().token(&pending.access).body("{broken").send().await.refused(403, "MAIL_NOT_VERIFIED");
    let suspended = app.member("suspended", Status::Active);
    app.world.suspend(UserId(suspended.id), app.world.now().plus(TimeDelta::days(1)));
    let answer = call().token(&suspended.access).body("{broken").send().await;
    assert_eq!(answer.code() == "USER_SUSPENDED", !allowed_while_suspended, "{}", answer.text());
    call().body("{broken").send().await.refused(401, "AUTH_REQUIRED");
}

/// H8: ids in the path that are no numbers, and numbers of nothing.
pub(super) async fn reads_its_id<'a>(call: impl Fn(&str) -> Call<'a>, who: &Tokens, body: Value, not_found: &str) {
    for id in ["x", "1.5", "1e3", "%20", "null", "9223372036854775808"] {
        call(id).token(&who.access).json(body.clone()).send().await.refused(400, "TYPE_MISMATCH");
    }
    for id in ["0", "-1", "9007199254740991"] {
        call(id).token(&who.access).json(body.clone()).send().await.refused(404, not_found);
    }
}

/// FC: a body with this one field replaced, or taken out by null, is refused for it.
#[track_caller]
pub(super) fn blames(answer: &Answer, field: &str, code: &str) {
    answer.refused(400, code);
    assert_eq!(answer.body()["fields"], json!([{ "field": field, "code": code }]), "{}", answer.text());
}

/// H8: values of every JSON type but these, and a text with U+0000.
pub(super) fn wrong_types(right: fn(&Value) -> bool) -> Vec<Value> {
    let all = [json!(1), json!(1.5), json!(true), json!({}), json!([]), json!(["x"]), json!("x"), json!("a\u{0}b")];
    all.into_iter().filter(|value| !right(value)).collect()
}
