//! H14.

use axum::http::Method;
use serde_json::json;

use crate::support::{ORIGIN, TestApp};

const ALLOW_ORIGIN: &str = "access-control-allow-origin";

#[tokio::test]
async fn h14_trusted_origins_are_told_so_on_every_answer() {
    let app = TestApp::new();
    for origin in [ORIGIN, "https://www.zaro.test"] {
        let answers = [
            app.get("/health").header("origin", origin).send().await,
            app.get("/nothing").header("origin", origin).send().await,
            app.request(Method::PUT, "/health").header("origin", origin).send().await,
            app.get("/api/users/my").header("origin", origin).send().await,
            app.post("/api/auth/signup").header("origin", origin).json(json!([])).send().await,
            app.get("/api/auth/email/verify").header("origin", origin).send().await,
        ];
        for answer in answers {
            assert_eq!(answer.header(ALLOW_ORIGIN), Some(origin));
            assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
            assert_eq!(answer.header("access-control-expose-headers"), Some("X-Trace-Id, Retry-After"));
            assert!(answer.headers.get_all("vary").iter().any(|value| value == "Origin"));
        }
    }
}

#[tokio::test]
async fn h14_preflights_are_answered_for_every_path() {
    let app = TestApp::new();
    for path in ["/api/users/my", "/api/users/me/sessions/x", "/nothing"] {
        let answer = app
            .request(Method::OPTIONS, path)
            .header("origin", ORIGIN)
            .header("access-control-request-method", "PATCH")
            .header("access-control-request-headers", "authorization,content-type")
            .send()
            .await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header(ALLOW_ORIGIN), Some(ORIGIN));
        assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
        assert_eq!(answer.header("access-control-allow-methods"), Some("GET, POST, PUT, PATCH, DELETE, OPTIONS"));
        assert_eq!(
            answer.header("access-control-allow-headers"),
            Some("Authorization, Content-Type, Accept, Last-Event-ID")
        );
        assert_eq!(answer.header("access-control-max-age"), Some("7200"));
        assert!(answer.header("x-trace-id").is_some());
    }
}

#[tokio::test]
async fn h14_foreign_origins_are_told_nothing() {
    let app = TestApp::new();
    for origin in ["https://evil.test", "https://zaro.test.evil.test", "http://zaro.test", "https://ZARO.test", "null"]
    {
        let preflight = app
            .request(Method::OPTIONS, "/api/users/my")
            .header("origin", origin)
            .header("access-control-request-method", "GET");
        for answer in [app.get("/health").header("origin", origin).send().await, preflight.send().await] {
            let told = answer.headers.keys().filter(|name| name.as_str().starts_with("access-control-")).count();
            assert_eq!(told, 0, "{origin}");
        }
    }
    assert!(app.get("/health").send().await.header(ALLOW_ORIGIN).is_none());
}
