//! `PATCH /api/users/me/profileImage` (S5, H6, FC).

use serde_json::{Value, json};

use super::{Answer, Images, Member};

async fn patch(images: &Images, member: Option<&Member>, body: &str) -> Answer {
    images.call_with("PATCH", "/api/users/me/profileImage", member, body.to_owned()).await
}

#[tokio::test]
async fn s5_a_picture_is_set_shown_and_cleared() {
    let images = Images::new();
    let kim = images.member("kim");
    for slash in ["", "/"] {
        let key = images.uploaded(&kim, "profile").await;
        let answer = patch(&images, Some(&kim), &json!({ "profileImage": format!("{slash}{key}") }).to_string()).await;
        assert_eq!(answer.code(), (200, "SUCCESS".into()));
        assert_eq!(answer.json()["data"], json!({ "profileImage": format!("/{key}") }));
        let me = images.call("GET", "/api/users/my", Some(&kim)).await;
        assert_eq!(me.json()["data"]["profileImage"], json!(format!("/{key}")));
    }
    for body in ["{}", r#"{"profileImage":null}"#, r#"{"profileImage":""}"#, r#"{"profileImage":" ","x":1}"#] {
        let key = images.uploaded(&kim, "profile").await;
        patch(&images, Some(&kim), &json!({ "profileImage": key }).to_string()).await;
        let answer = patch(&images, Some(&kim), body).await;
        assert_eq!(
            (answer.code(), answer.json()["data"].clone()),
            ((200, "SUCCESS".into()), json!({ "profileImage": null }))
        );
        let gone = images.call("GET", &format!("/media/{key}"), None).await;
        assert_eq!(gone.code(), (404, "IMAGE_NOT_FOUND".into()), "the replaced picture is removed");
    }
}

#[tokio::test]
async fn s5_h6_what_is_refused() {
    let images = Images::new();
    let (kim, lee) = (images.member("kim"), images.member("lee"));
    let (foreign, post) = (images.uploaded(&lee, "profile").await, images.uploaded(&kim, "post").await);
    let (_, not_there) = images.grant(&kim, "profile", "png").await;
    let given = |value: &str| json!({ "profileImage": value }).to_string();
    for (body, code, field) in [
        (String::new(), "INVALID_REQUEST", false),
        ("null".into(), "INVALID_REQUEST", false),
        ("[]".into(), "INVALID_REQUEST", false),
        ("{".into(), "INVALID_REQUEST", false),
        (r#"{"profileImage":1}"#.into(), "INVALID_REQUEST", true),
        (r#"{"profileImage":["x"]}"#.into(), "INVALID_REQUEST", true),
        (r#"{"profileImage":"\u0000"}"#.into(), "INVALID_REQUEST", true),
        (given("x"), "INVALID_PROFILE_IMAGE", true),
        (given("https://evil.test/x.png"), "INVALID_PROFILE_IMAGE", true),
        (given("http://k.kakaocdn.net/x.png"), "INVALID_PROFILE_IMAGE", true),
        (given(&format!("images/profile/{}-../x.png", kim.id)), "INVALID_PROFILE_IMAGE", true),
        (given(&foreign), "INVALID_PROFILE_IMAGE", true),
        (given(&post), "INVALID_PROFILE_IMAGE", true),
        (given(&not_there), "INVALID_PROFILE_IMAGE", true),
        (given(&"x".repeat(100_000)), "INVALID_PROFILE_IMAGE", true),
    ] {
        let answer = patch(&images, Some(&kim), &body).await;
        assert_eq!(answer.code(), (400, code.into()), "{body:.80}");
        let fields = if field { json!([{ "field": "profileImage", "code": code }]) } else { Value::Null };
        assert_eq!(answer.json()["fields"], fields, "{body:.80}");
    }
    assert_eq!(patch(&images, None, "{").await.code(), (401, "AUTH_REQUIRED".into()));
    images.set_state(&kim, "SUSPENDED");
    assert_eq!(
        patch(&images, Some(&kim), "{").await.code(),
        (403, "USER_SUSPENDED".into()),
        "the state before the body"
    );
}
