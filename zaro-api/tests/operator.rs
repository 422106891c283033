//! The operator listener: metrics and probes (H1, O2, O4).

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use serde_json::json;
use tower::ServiceExt as _;
use zaro_api::build_operator_router;
use zaro_core::policy::retention::{Limit, Policy};
use zaro_core::service::maintenance;
use zaro_core::service::sweep::{self, Rule, Shard};
use zaro_core::testing::World;
use zaro_core::types::Status;

use crate::support::stream::{Server, eventually};
use crate::support::{Setup, TestApp};

async fn ask(app: &TestApp, path: &str) -> (StatusCode, String, String) {
    let request = Request::get(path).body(Body::empty()).expect("a request");
    let response = build_operator_router(app.app.clone()).oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let kind = parts.headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
    let bytes = to_bytes(body, usize::MAX).await.expect("a body");
    (parts.status, kind, String::from_utf8(bytes.to_vec()).expect("UTF-8"))
}

async fn metrics(app: &TestApp) -> String {
    let (status, kind, text) = ask(app, "/metrics").await;
    assert_eq!((status, kind.as_str()), (StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8"));
    text
}

/// The value of one sample.
fn value(text: &str, sample: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '))?;
    Some(line.parse().expect("a number"))
}

#[tokio::test]
async fn h1_each_listener_has_its_own_routes() {
    let app = TestApp::new();
    for path in ["/livez", "/readyz"] {
        assert_eq!(ask(&app, path).await.0, StatusCode::OK, "{path}");
        assert_eq!(app.get(path).send().await.status, 200, "{path}");
    }
    app.get("/metrics").send().await.refused(404, "ROUTE_NOT_FOUND");
    for path in ["/api/posts?category=DAILY_LIFE", "/health", "/"] {
        assert_eq!(ask(&app, path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    app.app.drain();
    assert_eq!(ask(&app, "/readyz").await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ask(&app, "/livez").await.0, StatusCode::OK);
    assert_eq!(value(&metrics(&app).await, "zaro_draining"), Some(1.0));
}

#[tokio::test]
async fn o4_requests_by_route_template_and_status() {
    let mut policy = Policy::default();
    policy.limits.comments = Limit { count: 1, seconds: 600 };
    let mut setup = Setup::new();
    setup.world = World::with_policy(policy);
    let app = setup.build();
    let kim = app.member("kim", Status::Active);
    for id in [7, 8, 9] {
        app.get(&format!("/api/posts/{id}")).token(&kim.access).send().await.refused(404, "POST_NOT_FOUND");
    }
    app.get("/api/posts/7").send().await.refused(401, "AUTH_REQUIRED");
    app.get("/kim@zaro.test").send().await.refused(404, "ROUTE_NOT_FOUND");
    let odd = axum::http::Method::from_bytes(b"KIM").expect("a method");
    app.request(odd, "/api/posts").send().await.refused(405, "METHOD_NOT_ALLOWED");
    for status in [404, 429] {
        let body = json!({ "content": "댓글" });
        let answer = app.post("/api/posts/7/comments").token(&kim.access).json(body).send().await;
        assert_eq!(answer.status.as_u16(), status);
    }
    let text = metrics(&app).await;
    for (sample, expected) in [
        (r#"zaro_http_requests_total{route="/api/posts/{postId}",method="GET",status="404"}"#, 3.0),
        (r#"zaro_http_requests_total{route="/api/posts/{postId}",method="GET",status="401"}"#, 1.0),
        (r#"zaro_http_requests_total{route="none",method="GET",status="404"}"#, 1.0),
        (r#"zaro_http_requests_total{route="/api/posts",method="other",status="405"}"#, 1.0),
        (r#"zaro_http_request_seconds_count{route="/api/posts/{postId}",method="GET"}"#, 4.0),
        (r#"zaro_http_request_seconds_bucket{route="/api/posts/{postId}",method="GET",le="+Inf"}"#, 4.0),
        (r#"zaro_rate_limited_total{route="/api/posts/{postId}/comments"}"#, 1.0),
        (r#"zaro_rate_limited_total{route="/api/posts/{postId}"}"#, 0.0),
    ] {
        assert_eq!(value(&text, sample), Some(expected), "{sample} in\n{text}");
    }
    assert!(value(&text, r#"zaro_http_request_seconds_sum{route="/api/posts/{postId}",method="GET"}"#) > Some(0.0));
    for personal in ["kim", "KIM", "zaro.test"] {
        assert!(!text.contains(personal), "{personal} in\n{text}");
    }
}

#[tokio::test]
async fn o4_pool_outboxes_jobs_and_maintenance() {
    let app = TestApp::new();
    let ctx = &app.world.ctx;
    let text = metrics(&app).await;
    let pool = ["idle", "used", "unopened"]
        .map(|state| value(&text, &format!("zaro_db_pool_connections{{state=\"{state}\"}}")).expect("a number"));
    assert!(pool.iter().sum::<f64>() >= 2.0, "{pool:?}");
    for (sample, expected) in [
        ("zaro_database_up", Some(1.0)),
        ("zaro_maintenance", Some(0.0)),
        (r#"zaro_outbox_overdue_seconds{outbox="mail"}"#, Some(0.0)),
        (r#"zaro_outbox_overdue_seconds{outbox="search"}"#, Some(0.0)),
        (r#"zaro_job_last_rows{job="purge_pending",what="applied"}"#, None),
    ] {
        assert_eq!(value(&text, sample), expected, "{sample}");
    }

    let draft = json!({ "email": "kim@zaro.test", "password": "Zaro-test1", "nickname": "kim" });
    assert_eq!(app.post("/api/auth/signup").json(draft).send().await.status, 201);
    let lee = app.member("lee", Status::Active);
    crate::routes::posts::write(&app, &lee, crate::routes::posts::good()).await;
    app.world.advance(chrono::TimeDelta::days(2));
    let stop = std::sync::atomic::AtomicBool::new(false);
    let plan = sweep::plan(ctx, &[Rule::PurgePending], Shard::WHOLE, None, ctx.now()).expect("a plan");
    let mut options = sweep::ApplyOptions {
        batch: 100,
        lease: chrono::TimeDelta::minutes(1),
        scheduled_for: None,
        stop: &stop,
        progress: &mut |_| {},
    };
    sweep::apply(ctx, &plan, &mut options).expect("a run");
    maintenance::begin(ctx).expect("on");
    let text = metrics(&app).await;
    let started = f64::from(u32::try_from(ctx.now().seconds()).expect("this century"));
    for (sample, expected) in [
        ("zaro_maintenance", 1.0),
        (r#"zaro_outbox_overdue_seconds{outbox="search"}"#, 2.0 * 86_400.0),
        (r#"zaro_job_last_rows{job="purge_pending",what="planned"}"#, 1.0),
        (r#"zaro_job_last_rows{job="purge_pending",what="applied"}"#, 1.0),
        (r#"zaro_job_last_rows{job="purge_pending",what="failed"}"#, 0.0),
        (r#"zaro_job_last_start_timestamp_seconds{job="purge_pending",state="DONE"}"#, started),
    ] {
        assert_eq!(value(&text, sample), Some(expected), "{sample} in\n{text}");
    }
}

#[tokio::test]
async fn o4_open_streams_and_what_ended_others() {
    let app = TestApp::new();
    let server = Server::start(&app);
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let (stays, leaves, ends) =
        (server.stream(&kim.access).await, server.stream(&kim.access).await, server.stream(&lee.access).await);
    assert_eq!(value(&metrics(&app).await, "zaro_streams_open"), Some(3.0));
    drop(leaves);
    eventually("the stream is forgotten", || app.app.streams().open_now() == 2).await;
    app.post("/api/auth/signout").token(&lee.access).send().await.data();
    let text = metrics(&app).await;
    assert_eq!(value(&text, "zaro_streams_open"), Some(1.0));
    for why in ["left", "session_ended"] {
        assert_eq!(value(&text, &format!("zaro_streams_ended_total{{why=\"{why}\"}}")), Some(1.0), "{text}");
    }
    drop((stays, ends));
}
