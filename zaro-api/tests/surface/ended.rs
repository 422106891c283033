//! T6: the end of a session takes effect at once, however recently its token was found good.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;
use zaro_core::adapters::in_process::InProcessBus;
use zaro_core::service::session;
use zaro_core::types::Status;

use crate::support::{Setup, TestApp, Tokens};

const PATH: &str = "/api/users/my";

fn app(fresh_for: Duration) -> TestApp {
    let mut setup = Setup::new();
    setup.http.auth_fresh = fresh_for;
    setup.build()
}

async fn status(app: &TestApp, who: &Tokens) -> u16 {
    app.get(PATH).token(&who.access).send().await.status.as_u16()
}

#[tokio::test]
async fn t6_in_the_process_that_ended_it_at_once() {
    let app = app(Duration::from_hours(1));
    let (first, second) = (app.member("kim", Status::Active), app.sign_in("kim"));
    assert_eq!((status(&app, &first).await, status(&app, &second).await), (200, 200));
    app.post("/api/auth/signout").token(&first.access).send().await.data();
    assert_eq!((status(&app, &first).await, status(&app, &second).await), (401, 200));
    let third = app.sign_in("kim");
    assert_eq!(status(&app, &third).await, 200);
    app.delete("/api/users/me/sessions").token(&third.access).send().await.data();
    assert_eq!((status(&app, &second).await, status(&app, &third).await), (401, 200));
    app.delete("/api/users/me").token(&third.access).json(json!({})).send().await.data();
    assert_eq!(status(&app, &third).await, 401);
}

#[tokio::test]
async fn t6_without_an_event_once_the_last_look_is_too_old() {
    for (fresh_for, expected) in [(Duration::from_hours(1), 200), (Duration::ZERO, 401)] {
        let app = app(fresh_for);
        let kim = app.member("kim", Status::Active);
        assert_eq!(status(&app, &kim).await, 200);
        // Another process, whose events do not reach us.
        let mut elsewhere = app.world.ctx.clone();
        elsewhere.events = Arc::new(InProcessBus::default());
        session::sign_out(&elsewhere, Some(&kim.access)).expect("the end of the session");
        assert_eq!(status(&app, &kim).await, expected, "{fresh_for:?}");
        let body = json!({ "gender": "MALE" });
        let write = app.patch("/api/users/me/profile").token(&kim.access).json(body).send().await;
        write.refused(401, "AUTH_REQUIRED");
        let grant = app.get("/api/presigned-url?type=post&ext=png").token(&kim.access).send().await;
        grant.refused(401, "AUTH_REQUIRED");
    }
}

#[tokio::test]
async fn t11_an_expired_token_is_expired_however_fresh_the_look() {
    let app = app(Duration::from_hours(1));
    let kim = app.member("kim", Status::Active);
    app.world.advance(TimeDelta::seconds(30 * 60 - 1));
    assert_eq!(status(&app, &kim).await, 200);
    app.world.advance(TimeDelta::seconds(1));
    assert_eq!(status(&app, &kim).await, 401);
}
