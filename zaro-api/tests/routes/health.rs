//! `/health`, `/health/db`, `/livez`, `/readyz`

use chrono::TimeDelta;
use serde_json::json;
use zaro_core::testing::{MailBehaviour, World};
use zaro_core::types::Status;

use crate::support::TestApp;

#[tokio::test]
async fn o1_who_answers_can_be_told() {
    let app = TestApp::new();
    for path in ["/health", "/readyz"] {
        let answer = app.get(path).send().await;
        assert_eq!(answer.status, 200);
        let instance = answer.header("x-zaro-instance").expect("an instance");
        assert!(instance.starts_with(&*app.world.ctx.instance), "{instance}");
        assert!(instance.contains(" zaro-api/"), "{instance}");
    }
    for path in ["/health/db", "/livez"] {
        assert_eq!(app.get(path).send().await.data(), json!(null));
    }
}

#[tokio::test]
async fn o2_o3_ready_until_it_drains() {
    let app = TestApp::new();
    assert_eq!(app.get("/readyz").send().await.body()["parts"]["search"], "degraded", "no index is built yet");
    app.world.index();
    let body = app.get("/readyz").send().await.body();
    assert_eq!((&body["ready"], &body["draining"]), (&json!(true), &json!(false)));
    for part in ["database", "schema", "tokenStore", "search", "imageStore", "mail"] {
        assert_eq!(body["parts"][part], "ok", "{part}");
    }
    app.app.drain();
    let answer = app.get("/readyz").send().await;
    assert_eq!((answer.status.as_u16(), &answer.body()["draining"]), (503, &json!(true)));
    assert_eq!(app.get("/livez").send().await.status, 200);
}

#[tokio::test]
async fn o2_mail_that_nobody_delivers_degrades() {
    let app = TestApp::new();
    let World { clock, .. } = &app.world;
    let draft = json!({ "email": "kim@zaro.test", "password": "Zaro-test1", "nickname": "kim" });
    assert_eq!(app.post("/api/auth/signup").json(draft).send().await.status, 201);
    clock.advance(TimeDelta::minutes(11));
    let answer = app.get("/readyz").send().await;
    assert_eq!((answer.status.as_u16(), &answer.body()["parts"]["mail"]), (200, &json!("degraded")));
    app.world.deliver();
    assert_eq!(app.get("/readyz").send().await.body()["parts"]["mail"], "ok");
}

#[tokio::test]
async fn o2_mail_that_waits_for_its_next_try_is_fine() {
    let app = TestApp::new();
    app.world.member("kim", Status::Active);
    app.world.mailer.script([MailBehaviour::Answer(zaro_core::policy::mail::Delivery::NotNow("busy".to_owned()))]);
    let draft = json!({ "email": "kim@zaro.test" });
    assert_eq!(app.post("/api/auth/email/password").json(draft).send().await.status, 200);
    app.world.deliver();
    assert_eq!(app.get("/readyz").send().await.body()["parts"]["mail"], "ok");
}
