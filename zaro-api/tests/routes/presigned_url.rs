//! `GET /api/presigned-url`

use chrono::TimeDelta;
use zaro_core::types::{Status, UserId};

use crate::support::{Answer, TestApp, Tokens};

const POST: &str = "?type=post&ext=png";

async fn ask(app: &TestApp, who: &Tokens, query: &str) -> Answer {
    app.get(&format!("/api/presigned-url{query}")).token(&who.access).send().await
}

#[tokio::test]
async fn i1_an_address_and_a_key() {
    let app = TestApp::with_images();
    let kim = app.member("kim", Status::Active);
    for (kind, extension, prefix) in [
        ("post", "PNG", "images/post/".to_owned()),
        ("profile", "jpeg", format!("images/profile/{}-", kim.id)),
        ("profile", "WebP", format!("images/profile/{}-", kim.id)),
    ] {
        let (path, key) = app.grant(&kim, kind, extension).await;
        assert!(key.starts_with(&prefix), "{key}");
        assert!(key.ends_with(&format!(".{}", extension.to_lowercase())), "{key}");
        assert!(path.starts_with(&format!("/media/{key}?expires=")) && path.contains("&signature="), "{path}");
    }
}

#[tokio::test]
async fn i1_what_is_refused_and_in_which_order() {
    let app = TestApp::with_images();
    let kim = app.member("kim", Status::Active);
    for (query, status, code) in [
        ("", 400, "INVALID_UPLOAD_TYPE"),
        ("?ext=png", 400, "INVALID_UPLOAD_TYPE"),
        ("?type=&ext=png", 400, "INVALID_UPLOAD_TYPE"),
        ("?type=avatar&ext=png", 400, "INVALID_UPLOAD_TYPE"),
        ("?type=%00&ext=png", 400, "INVALID_UPLOAD_TYPE"),
        ("?type=post", 400, "INVALID_FILE_EXTENSION"),
        ("?type=post&ext=", 400, "INVALID_FILE_EXTENSION"),
        ("?type=post&ext=gif", 400, "INVALID_FILE_EXTENSION"),
        ("?type=post&ext=svg%2Bxml", 400, "INVALID_FILE_EXTENSION"),
        ("?type=post&ext=heic", 400, "INVALID_FILE_EXTENSION"),
        ("?type=post&ext=avif", 400, "INVALID_FILE_EXTENSION"),
        ("?type=post&ext=png/../../x", 400, "INVALID_FILE_EXTENSION"),
        ("?type=profile&ext=png", 400, "INVALID_USER_ID"),
        ("?type=profile&ext=gif", 400, "INVALID_FILE_EXTENSION"),
        ("?type=profile&ext=png&userId=0", 403, "UNAUTHORIZED_IMAGE_UPLOAD"),
        ("?type=profile&ext=png&userId=999999", 403, "UNAUTHORIZED_IMAGE_UPLOAD"),
        ("?type=profile&ext=png&userId=-1", 403, "UNAUTHORIZED_IMAGE_UPLOAD"),
        ("?type=profile&ext=png&userId=kim", 400, "TYPE_MISMATCH"),
        ("?type=avatar&ext=gif&userId=1.5", 400, "TYPE_MISMATCH"),
        ("?type=post&ext=png&userId=99999999999999999999", 400, "TYPE_MISMATCH"),
    ] {
        assert_eq!(ask(&app, &kim, query).await.outcome(), (status, code.to_owned()), "{query}");
    }
}

#[tokio::test]
async fn h6_types_then_the_state_then_what_is_asked_for() {
    let app = TestApp::with_images();
    let (pending, suspended) = (app.member("kim", Status::Pending), app.member("lee", Status::Active));
    app.world.suspend(UserId(suspended.id), app.world.now().plus(TimeDelta::days(1)));
    for (who, code) in [(pending, "MAIL_NOT_VERIFIED"), (suspended, "USER_SUSPENDED")] {
        ask(&app, &who, "?userId=x").await.refused(400, "TYPE_MISMATCH");
        ask(&app, &who, "").await.refused(403, code);
        ask(&app, &who, POST).await.refused(403, code);
    }
}

#[tokio::test]
async fn rl_a_hundred_grants_an_hour() {
    let app = TestApp::with_images();
    let kim = app.member("kim", Status::Active);
    for _ in 0..100 {
        ask(&app, &kim, POST).await.data();
    }
    assert_eq!(ask(&app, &kim, POST).await.refused(429, "RATE_LIMITED").retry_after(), 3600);
    ask(&app, &kim, "?type=avatar").await.refused(429, "RATE_LIMITED");
}
