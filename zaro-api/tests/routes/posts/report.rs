//! `POST /api/posts/{postId}/report`

use std::sync::Arc;

use serde_json::json;
use zaro_core::policy::retention::{Limit, Policy};
use zaro_core::types::{ReportReason, Status};

use super::{blames, good, needs_an_active_member, reads_its_id, write};
use crate::support::{Setup, TestApp, Tokens};

async fn report(app: &TestApp, who: &Tokens, post: i64) -> (u16, String) {
    let call = app.post(&format!("/api/posts/{post}/report")).token(&who.access);
    call.json(json!({ "reasonType": "SPAM" })).send().await.outcome()
}

#[tokio::test]
async fn rp1_a_report_is_answered_with_its_reason_in_words() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    for reason in ReportReason::ALL {
        let path = format!("/api/posts/{}/report", write(&app, &kim, good()).await);
        let text = (*reason == ReportReason::Etc).then_some("이유");
        let body = json!({ "reasonType": reason, "reasonText": text });
        let data = app.post(&path).token(&lee.access).json(body.clone()).send().await.data();
        let description = data["description"].as_str().expect("a text");
        assert!(description.chars().any(|c| ('가'..='힣').contains(&c)), "{description}");
        assert_eq!(data, json!({ "reasonType": reason, "description": description, "reasonText": text }));
        app.post(&path).token(&lee.access).json(body.clone()).send().await.refused(409, "ALREADY_REPORTED_POST");
        app.post(&path).token(&kim.access).json(body).send().await.refused(400, "CANNOT_REPORT_OWN_POST");
    }
}

#[tokio::test]
async fn fc_etc_needs_words() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let path = format!("/api/posts/{}/report", write(&app, &kim, good()).await);
    for text in [json!(null), json!(""), json!(" \n ")] {
        let body = json!({ "reasonType": "ETC", "reasonText": text });
        let answer = app.post(&path).token(&lee.access).json(body).send().await;
        blames(&answer, "reasonText", "REASON_TEXT_REQUIRED_FOR_ETC");
    }
    let body = json!({ "reasonType": "ETC", "reasonText": 5 });
    blames(&app.post(&path).token(&lee.access).json(body).send().await, "reasonText", "INVALID_REQUEST");
    let answer = app.post(&path).token(&lee.access).json(json!({ "reasonText": "가".repeat(256) })).send().await;
    let fields = json!([
        { "field": "reasonType", "code": "REASON_TYPE_REQUIRED" },
        { "field": "reasonText", "code": "REASON_TEXT_TOO_LONG" },
    ]);
    assert_eq!(answer.refused(400, "REASON_TYPE_REQUIRED").body()["fields"], fields);
}

#[tokio::test]
async fn h6_h8_h12_who_and_what() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let path = format!("/api/posts/{}/report", write(&app, &kim, good()).await);
    let call = |id: &str| app.post(&format!("/api/posts/{id}/report"));
    reads_its_id(call, &kim, json!({ "reasonType": "SPAM" }), "POST_NOT_FOUND").await;
    needs_an_active_member(&app, || app.post(&path), false).await;
}

#[tokio::test]
async fn rl_thirty_reports_an_hour_and_the_limit_comes_before_the_body() {
    let mut policy = Policy::default();
    policy.limits.reports = Limit::new(1, 3600);
    let mut setup = Setup::new();
    setup.world.ctx.policy = Arc::new(policy);
    let app = setup.build();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let path = format!("/api/posts/{}/report", write(&app, &kim, good()).await);
    app.post(&path).token(&lee.access).body("{broken").send().await.refused(400, "INVALID_REQUEST");
    app.post(&path).token(&lee.access).body("{broken").send().await.refused(429, "RATE_LIMITED");
    assert_eq!(Policy::default().limits.reports, Limit::new(30, 3600));
}

#[tokio::test]
async fn rp2_rp3_after_five_reports_the_post_is_gone_for_everybody() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let id = write(&app, &kim, good()).await;
    let reporters: Vec<Tokens> = (0..6).map(|nth| app.member(&format!("rep{nth}"), Status::Active)).collect();
    let shown = async |path: &str| app.get(path).send().await.text().contains("제목");
    app.post(&format!("/api/posts/{id}/like")).token(&kim.access).send().await.data();
    for (nth, reporter) in reporters.iter().enumerate() {
        for path in ["/api/posts", "/api/posts/home", "/api/posts/rank"] {
            assert_eq!(shown(path).await, nth < 5, "{path} after {nth} reports");
        }
        let expected = if nth < 5 { (200, "SUCCESS") } else { (404, "POST_NOT_FOUND") };
        assert_eq!(report(&app, reporter, id).await, (expected.0, expected.1.to_owned()));
    }
    app.get(&format!("/api/posts/{id}")).token(&kim.access).send().await.refused(404, "POST_NOT_FOUND");
}
