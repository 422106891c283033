//! `GET /api/users/me/sanctions`

use chrono::TimeDelta;
use serde_json::json;
use zaro_core::service::desk::Act;
use zaro_core::service::sanction::Measure;
use zaro_core::types::{ReportReason, SanctionId, Status, UserId};

use crate::support::TestApp;

const PATH: &str = "/api/users/me/sanctions";

#[tokio::test]
async fn z3_lists_own_sanctions_newest_first_with_state_and_appeal() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    assert_eq!(app.get(PATH).token(&kim.access).send().await.data(), json!([]));
    let until = app.world.now().plus(TimeDelta::days(3));
    let impose = |who: &str, id: i64, measure, message: Option<&str>| {
        let (member, message) = (UserId(id), message.map(str::to_owned));
        let act = Act::Impose { member, measure, reason: ReportReason::Insult, message };
        SanctionId(app.world.order(who, act).expect("a measure").made.expect("its id"))
    };
    let suspension = Measure::Suspension { until: Some(until) };
    let first = impose("op", kim.id, suspension, Some("댓글에서 욕설을 반복했습니다."));
    app.world.advance(TimeDelta::minutes(1));
    let second = impose("op", kim.id, Measure::Warning, None);
    impose("op", lee.id, Measure::Warning, None);
    let body = json!({ "sanctionId": first.0, "text": "제가 아닙니다." });
    assert_eq!(app.post("/api/users/me/appeals").token(&kim.access).json(body).send().await.status, 201);

    let list = app.get(PATH).token(&kim.access).send().await.data();
    let expected = json!([
        {
            "sanctionId": second.0,
            "kind": "WARNING",
            "reason": "INSULT",
            "message": null,
            "startsAt": "2026-03-01T03:01:00.000Z",
            "endsAt": null,
            "state": "ACTIVE",
            "appeal": null,
        },
        {
            "sanctionId": first.0,
            "kind": "SUSPENSION",
            "reason": "INSULT",
            "message": "댓글에서 욕설을 반복했습니다.",
            "startsAt": "2026-03-01T03:00:00.000Z",
            "endsAt": "2026-03-04T03:00:00.000Z",
            "state": "ACTIVE",
            "appeal": {
                "appealId": list[1]["appeal"]["appealId"],
                "sanctionId": first.0,
                "text": "제가 아닙니다.",
                "state": "OPEN",
                "answer": null,
                "createdAt": "2026-03-01T03:01:00.000Z",
                "answeredAt": null,
            },
        },
    ]);
    assert_eq!(list, expected);
}

#[tokio::test]
async fn z2_a_suspended_member_reads_and_writes_nothing_until_the_end() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let until = app.world.now().plus(TimeDelta::minutes(5));
    let measure = Measure::Suspension { until: Some(until) };
    let act = Act::Impose { member: UserId(kim.id), measure, reason: ReportReason::Spam, message: None };
    app.world.order("op", act).expect("a measure");
    let rename = async || {
        let body = json!({ "newNickname": "lee" });
        app.patch("/api/users/me/nickname").token(&kim.access).json(body).send().await
    };
    rename().await.refused(403, "USER_SUSPENDED");
    assert_eq!(app.get("/api/users/my").token(&kim.access).send().await.status, 200);
    app.world.advance(TimeDelta::minutes(5));
    assert_eq!(rename().await.status, 200);
    assert_eq!(app.get(PATH).token(&kim.access).send().await.data()[0]["state"], "EXPIRED");
}
