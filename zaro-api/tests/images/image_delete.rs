//! `DELETE /api/image` (I6).

use serde_json::{Value, json};

use super::Images;

#[tokio::test]
async fn i6_an_own_unused_upload_goes() {
    let images = Images::new();
    let kim = images.member("kim");
    for slash in ["", "/"] {
        let key = images.uploaded(&kim, "post").await;
        let path = format!("/api/image?key={slash}{key}");
        let gone = images.call("DELETE", &path, Some(&kim)).await;
        assert_eq!(gone.code(), (200, "SUCCESS".into()));
        assert_eq!(gone.json()["data"], Value::Null);
        assert_eq!(images.call("GET", &format!("/media/{key}"), None).await.code(), (404, "IMAGE_NOT_FOUND".into()));
        assert_eq!(
            images.call("DELETE", &path, Some(&kim)).await.code(),
            (403, "UNAUTHORIZED_IMAGE_DELETE".into()),
            "unknown by now"
        );
    }
}

#[tokio::test]
async fn i6_h6_what_is_refused() {
    let images = Images::new();
    let (kim, lee) = (images.member("kim"), images.member("lee"));
    let key = images.uploaded(&kim, "profile").await;
    for query in [
        "",
        "?key=",
        "?key=/",
        "?key=images/post/x.png",
        "?key=images/post/../../zaro.db",
        "?key=images%2Fpost%2F..%2F..%2Fzaro.db",
        "?key=https://img.zaro.test/images/post/0b0e7a52-8b0f-4d8e-9d0c-0f4c6f1a2b3c.png",
        "?key=images/post/0b0e7a52-8b0f-4d8e-9d0c-0f4c6f1a2b3c.gif",
        "?key=images/post/0b0e7a52-8b0f-4d8e-9d0c-0f4c6f1a2b3c.png%00",
    ] {
        let path = format!("/api/image{query}");
        assert_eq!(images.call("DELETE", &path, Some(&kim)).await.code(), (400, "INVALID_REQUEST".into()), "{query}");
    }
    let path = format!("/api/image?key={key}");
    assert_eq!(images.call("DELETE", &path, None).await.code(), (401, "AUTH_REQUIRED".into()));
    assert_eq!(images.call("DELETE", &path, Some(&lee)).await.code(), (403, "UNAUTHORIZED_IMAGE_DELETE".into()));
    let picture = json!({ "profileImage": key }).to_string();
    images.call_with("PATCH", "/api/users/me/profileImage", Some(&kim), picture).await;
    assert_eq!(images.call("DELETE", &path, Some(&kim)).await.code(), (409, "IMAGE_IN_USE".into()));
}

#[tokio::test]
async fn h12_z2_allowed_while_suspended_but_not_pending() {
    let images = Images::new();
    let kim = images.member("kim");
    let path = format!("/api/image?key={}", images.uploaded(&kim, "post").await);
    images.set_state(&kim, "PENDING");
    assert_eq!(images.call("DELETE", &path, Some(&kim)).await.code(), (403, "MAIL_NOT_VERIFIED".into()));
    let lee = images.member("lee");
    let path = format!("/api/image?key={}", images.uploaded(&lee, "post").await);
    images.set_state(&lee, "SUSPENDED");
    assert_eq!(images.call("DELETE", &path, Some(&lee)).await.code(), (200, "SUCCESS".into()));
}
