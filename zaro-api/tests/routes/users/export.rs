//! `/api/users/me/export`

use std::io::{Cursor, Read as _};
use std::sync::atomic::AtomicBool;

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};
use zaro_core::service::export;
use zaro_core::types::{Status, UserId};

use crate::support::{Answer, TestApp, Tokens, all};

const PATH: &str = "/api/users/me/export";
const DOWNLOAD: &str = "/api/users/me/export/download";

async fn ask(app: &TestApp, who: &Tokens) -> Answer {
    app.post(PATH).token(&who.access).send().await
}

fn work(app: &TestApp) {
    assert!(export::work(&app.world.ctx, &AtomicBool::new(false)).expect("a round"));
}

#[tokio::test]
async fn e1_e2_asked_for_made_and_fetched() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    for path in [PATH, DOWNLOAD] {
        app.get(path).token(&kim.access).send().await.refused(404, "EXPORT_NOT_FOUND");
    }
    let asked = ask(&app, &kim).await;
    assert_eq!(asked.status, 202, "{}", asked.text());
    let queued = asked.body()["data"].clone();
    let expected = json!({
        "exportId": queued["exportId"],
        "state": "QUEUED",
        "requestedAt": "2026-03-01T03:00:00.000Z",
        "finishedAt": null,
        "expiresAt": null,
        "bytes": null,
    });
    assert_eq!(queued, expected);
    assert_eq!(ask(&app, &kim).await.body()["data"], queued, "the one under way");
    app.get(DOWNLOAD).token(&kim.access).send().await.refused(409, "EXPORT_NOT_READY");

    app.world.advance(TimeDelta::minutes(1));
    work(&app);
    let ready = app.get(PATH).token(&kim.access).send().await.data();
    let expected = json!({
        "exportId": queued["exportId"],
        "state": "READY",
        "requestedAt": "2026-03-01T03:00:00.000Z",
        "finishedAt": "2026-03-01T03:01:00.000Z",
        "expiresAt": "2026-03-08T03:01:00.000Z",
        "bytes": ready["bytes"],
    });
    assert_eq!(ready, expected);
    let file = app.get(DOWNLOAD).token(&kim.access).send().await;
    assert_eq!((file.status.as_u16(), file.header("content-type")), (200, Some("application/zip")));
    let name = "attachment; filename=\"zaro-export-2026-03-01.zip\"";
    assert_eq!((file.header("content-disposition"), file.header("cache-control")), (Some(name), Some("no-store")));
    assert_eq!(ready["bytes"], json!(file.bytes.len()));
    let mut archive = zip::ZipArchive::new(Cursor::new(&file.bytes)).expect("a ZIP");
    let mut text = String::new();
    archive.by_name("zaro.json").expect("a document").read_to_string(&mut text).expect("UTF-8");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(document["account"]["email"], "kim@zaro.test");
}

#[tokio::test]
async fn e1_one_finished_export_a_day() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    ask(&app, &kim).await;
    work(&app);
    app.world.advance(TimeDelta::seconds(1));
    assert_eq!(ask(&app, &kim).await.refused(429, "RATE_LIMITED").retry_after(), 86_399);
}

#[tokio::test]
async fn e2_an_expired_export_is_told_and_not_given() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    ask(&app, &kim).await;
    work(&app);
    app.world.advance(TimeDelta::days(7));
    let kim = app.sign_in("kim");
    assert_eq!(app.get(PATH).token(&kim.access).send().await.data()["state"], "EXPIRED");
    app.get(DOWNLOAD).token(&kim.access).send().await.refused(404, "EXPORT_NOT_FOUND");
}

#[tokio::test]
async fn e2_everybody_gets_their_own() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    ask(&app, &kim).await;
    work(&app);
    app.get(PATH).token(&lee.access).send().await.refused(404, "EXPORT_NOT_FOUND");
    app.get(DOWNLOAD).token(&lee.access).send().await.refused(404, "EXPORT_NOT_FOUND");
}

#[tokio::test]
async fn h12_z2_only_active_members_ask_also_suspended_ones() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Pending), app.member("lee", Status::Active));
    ask(&app, &kim).await.refused(403, "MAIL_NOT_VERIFIED");
    app.world.suspend(UserId(lee.id), app.world.now().plus(TimeDelta::days(1)));
    let answer = app.request(Method::POST, PATH).token(&lee.access).body("{broken").send().await;
    assert_eq!(answer.status, 202, "a body is ignored");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e1_of_parallel_requests_one_export_comes() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let answers = all((0..5).map(|_| ask(&app, &kim))).await;
    let ids: Vec<_> = answers.iter().map(|answer| answer.body()["data"]["exportId"].clone()).collect();
    assert!(ids.iter().all(|id| id.is_string() && *id == ids[0]), "{ids:?}");
}
