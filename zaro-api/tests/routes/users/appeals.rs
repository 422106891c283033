//! `/api/users/me/appeals`

use chrono::TimeDelta;
use serde_json::{Value, json};
use zaro_core::service::desk::Act;
use zaro_core::service::sanction::Measure;
use zaro_core::types::{AppealId, ReportReason, SanctionId, Status, UserId};

use crate::support::{Answer, TestApp, Tokens, all};

const PATH: &str = "/api/users/me/appeals";

fn suspend(app: &TestApp, who: &Tokens) -> SanctionId {
    let until = Some(app.world.now().plus(TimeDelta::days(3)));
    let measure = Measure::Suspension { until };
    let act = Act::Impose { member: UserId(who.id), measure, reason: ReportReason::Spam, message: None };
    SanctionId(app.world.order("op", act).expect("a measure").made.expect("its id"))
}

async fn file(app: &TestApp, who: &Tokens, sanction: Value, text: &str) -> Answer {
    app.post(PATH).token(&who.access).json(json!({ "sanctionId": sanction, "text": text })).send().await
}

#[tokio::test]
async fn z4_files_one_appeal_and_lists_it_with_its_answer() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let id = suspend(&app, &kim);
    assert_eq!(app.get(PATH).token(&kim.access).send().await.data(), json!([]));
    let answer = file(&app, &kim, json!(id.0), " 억울합니다. ").await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let filed = answer.body()["data"].clone();
    let expected = json!({
        "appealId": filed["appealId"],
        "sanctionId": id.0,
        "text": " 억울합니다. ",
        "state": "OPEN",
        "answer": null,
        "createdAt": "2026-03-01T03:00:00.000Z",
        "answeredAt": null,
    });
    assert_eq!(filed, expected);
    file(&app, &kim, json!(id.0), "다시").await.refused(409, "APPEAL_ALREADY_EXISTS");
    app.world.advance(TimeDelta::minutes(1));
    let appeal_id = AppealId(filed["appealId"].as_i64().expect("an id"));
    app.world
        .order("op", Act::AppealAccept { appeal: appeal_id, answer: "확인했습니다.".to_owned() })
        .expect("an answer");
    let listed = app.get(PATH).token(&kim.access).send().await.data();
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    assert_eq!(listed[0]["state"], "ACCEPTED");
    assert_eq!(listed[0]["answer"], "확인했습니다.");
    assert_eq!(listed[0]["answeredAt"], "2026-03-01T03:01:00.000Z");
    let seen = app.get("/api/users/me/sanctions").token(&kim.access).send().await.data();
    assert_eq!((&seen[0]["state"], &seen[0]["appeal"]), (&json!("LIFTED"), &listed[0]));
}

#[tokio::test]
async fn z4_only_own_measures_that_are_not_over() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let (foreign, lifted, ended) = (suspend(&app, &lee), suspend(&app, &kim), suspend(&app, &kim));
    for id in [foreign.0, 0, -1, 4_711] {
        file(&app, &kim, json!(id), "글").await.refused(404, "SANCTION_NOT_FOUND");
    }
    app.world.order("op", Act::Lift { sanction: lifted }).expect("a lifted measure");
    file(&app, &kim, json!(lifted.0), "글").await.refused(409, "APPEAL_CLOSED");
    app.world.advance(TimeDelta::days(33) + TimeDelta::milliseconds(1));
    let kim = app.sign_in("kim");
    file(&app, &kim, json!(ended.0), "글").await.refused(409, "APPEAL_CLOSED");
}

#[tokio::test]
async fn fc_the_measure_is_a_number_that_is_there() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    for wrong in [json!(null), json!("1"), json!(""), json!(1.5), json!(true), json!([1]), json!({})] {
        let answer = file(&app, &kim, wrong, "글").await;
        answer.refused(400, "INVALID_REQUEST");
        assert_eq!(answer.body()["fields"], json!([{ "field": "sanctionId", "code": "INVALID_REQUEST" }]));
    }
    let answer = app.post(PATH).token(&kim.access).json(json!({})).send().await;
    let fields = json!([
        { "field": "sanctionId", "code": "INVALID_REQUEST" },
        { "field": "text", "code": "APPEAL_TEXT_REQUIRED" },
    ]);
    assert_eq!(answer.refused(400, "INVALID_REQUEST").body()["fields"], fields);
}

#[tokio::test]
async fn h12_only_active_members_appeal() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Pending);
    file(&app, &kim, json!(1), "글").await.refused(403, "MAIL_NOT_VERIFIED");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn z4_of_parallel_appeals_one_is_filed() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let id = suspend(&app, &kim);
    let mut codes: Vec<_> =
        all((0..5).map(|_| file(&app, &kim, json!(id.0), "글"))).await.iter().map(Answer::code).collect();
    codes.sort_unstable();
    assert_eq!(codes.pop().as_deref(), Some("SUCCESS"));
    assert_eq!(codes, ["APPEAL_ALREADY_EXISTS"; 4]);
}
