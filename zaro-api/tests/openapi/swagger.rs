//! `/swagger-ui` (H1).

use serde_json::Value;
use zaro_api::openapi::document;

use crate::support::{Setup, TestApp};

/// A page as a browser gets it: type and text.
async fn page(app: &TestApp, path: &str) -> (String, String) {
    let answer = app.get(path).send().await;
    assert_eq!(answer.status, 200, "{path}");
    (answer.header("content-type").expect("a type").to_owned(), answer.text())
}

#[tokio::test]
async fn h1_the_interface_finds_its_parts_and_the_description() {
    let app = TestApp::new();
    for path in ["/swagger-ui", "/swagger-ui/"] {
        let (kind, index) = page(&app, path).await;
        assert_eq!(kind, "text/html");
        let parts: Vec<_> = index.split(['"']).filter(|part| part.starts_with("/swagger-ui/")).collect();
        assert!(parts.len() >= 5, "{index}");
        for part in parts {
            assert!(!app.get(part).send().await.bytes.is_empty(), "{part}");
        }
        assert!(!index.contains("\"./"), "{index}");
    }
    let (_, script) = page(&app, "/swagger-ui/swagger-initializer.js").await;
    assert!(script.contains("\"/swagger-ui/openapi.json\""), "{script}");
    let (kind, description) = page(&app, "/swagger-ui/openapi.json").await;
    assert_eq!(kind, "application/json");
    let description: Value = serde_json::from_str(&description).expect("JSON");
    assert_eq!(description, document(&app.world.ctx.public_url));
}

#[tokio::test]
async fn h1_other_names_are_answered_as_everywhere() {
    let app = TestApp::new();
    app.get("/swagger-ui/nothing.js").send().await.refused(404, "ROUTE_NOT_FOUND");
    app.get("/swagger-ui/..%2f..%2fCargo.toml").send().await.refused(404, "ROUTE_NOT_FOUND");
    app.post("/swagger-ui").send().await.refused(405, "METHOD_NOT_ALLOWED");
}

#[tokio::test]
async fn h1_nothing_is_there_unless_it_is_switched_on() {
    let mut setup = Setup::new();
    setup.http.swagger_ui = false;
    let app = setup.build();
    for path in ["/swagger-ui", "/swagger-ui/", "/swagger-ui/index.html", "/swagger-ui/openapi.json"] {
        app.get(path).send().await.refused(404, "ROUTE_NOT_FOUND");
    }
}
