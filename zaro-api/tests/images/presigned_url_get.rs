//! `GET /api/presigned-url` (I1, I2, H6).

use super::Images;

const POST: &str = "/api/presigned-url?type=post&ext=png";

#[tokio::test]
async fn i1_an_address_and_a_key() {
    let images = Images::new();
    let kim = images.member("kim");
    for (kind, extension, prefix) in [
        ("post", "PNG", "images/post/".to_owned()),
        ("profile", "jpeg", format!("images/profile/{}-", kim.id)),
        ("profile", "WebP", format!("images/profile/{}-", kim.id)),
    ] {
        let (path, key) = images.grant(&kim, kind, extension).await;
        assert!(key.starts_with(&prefix), "{key}");
        assert!(key.ends_with(&format!(".{}", extension.to_lowercase())), "{key}");
        assert!(path.starts_with(&format!("/media/{key}?expires=")) && path.contains("&signature="), "{path}");
    }
}

#[tokio::test]
async fn i1_h6_what_is_refused_and_in_which_order() {
    let images = Images::new();
    let kim = images.member("kim");
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
        let path = format!("/api/presigned-url{query}");
        assert_eq!(images.call("GET", &path, Some(&kim)).await.code(), (status, code.into()), "{query}");
        assert_eq!(images.call("GET", &path, None).await.code(), (401, "AUTH_REQUIRED".into()), "{query}");
    }
    for (state, code) in [("SUSPENDED", "USER_SUSPENDED"), ("PENDING", "MAIL_NOT_VERIFIED")] {
        let member = images.member(&state.to_lowercase());
        images.set_state(&member, state);
        assert_eq!(images.call("GET", POST, Some(&member)).await.code(), (403, code.into()));
        let none = images.call("GET", "/api/presigned-url", Some(&member)).await;
        assert_eq!(none.code(), (403, code.into()), "the state before what is asked for");
        let typed = images.call("GET", "/api/presigned-url?userId=x", Some(&member)).await;
        assert_eq!(typed.code(), (400, "TYPE_MISMATCH".into()), "types before the state");
    }
}

#[tokio::test]
async fn rl_a_hundred_grants_an_hour() {
    let images = Images::new();
    let kim = images.member("kim");
    for _ in 0..100 {
        assert_eq!(images.call("GET", POST, Some(&kim)).await.status, 200);
    }
    let refused = images.call("GET", POST, Some(&kim)).await;
    assert_eq!(refused.code(), (429, "RATE_LIMITED".into()));
    assert_eq!(refused.header("retry-after"), Some("3600"));
}
