//! `GET /media/images/{kind}/{file}`

use axum::http::Method;
use zaro_core::testing::pictures;
use zaro_core::types::Status;

use crate::support::TestApp;

#[tokio::test]
async fn i5_pictures_are_public_and_kept_for_ever() {
    let app = TestApp::with_images();
    let kim = app.member("kim", Status::Active);
    for (extension, mime, bytes) in [
        ("jpg", "image/jpeg", pictures::jpeg()),
        ("jpeg", "image/jpeg", pictures::jpeg()),
        ("png", "image/png", pictures::png()),
        ("webp", "image/webp", pictures::webp()),
    ] {
        let (path, key) = app.grant(&kim, "post", extension).await;
        app.put(&path, mime, bytes.clone()).await.data();
        let answer = app.picture(&key).await;
        assert_eq!((answer.status.as_u16(), &answer.bytes[..]), (200, &bytes[..]), "{extension}");
        assert_eq!(answer.header("content-type"), Some(mime));
        assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert!(answer.header("x-trace-id").is_some());
    }
}

#[tokio::test]
async fn i5_no_path_leads_outside_the_folder() {
    let app = TestApp::with_images();
    let folder = app.world.test_db.folder();
    let uuid = "0b0e7a52-8b0f-4d8e-9d0c-0f4c6f1a2b3c";
    std::fs::write(folder.join(format!("{uuid}.png")), "secret").expect("a file beside the folder");
    std::fs::create_dir_all(folder.join("media/images/post")).expect("a folder");
    std::fs::write(folder.join("media/images/post/part.png"), "half").expect("a file that is no image of ours");
    for path in [
        format!("/media/images/post/{uuid}.png"),
        format!("/media/images/post/..%2F..%2F..%2F{uuid}.png"),
        format!("/media/images/..%2F../{uuid}.png"),
        format!("/media/images/%2e%2e/{uuid}.png"),
        format!("/media/images/post/%2Fetc%2F{uuid}.png"),
        format!("/media/images/post/{uuid}.png%00"),
        format!("/media/images/other/{uuid}.png"),
        "/media/images/post/part.png".to_owned(),
        "/media/images/post/..".to_owned(),
        "/media/images/profile/passwd".to_owned(),
    ] {
        let answer = app.get(&path).send().await;
        assert_eq!(answer.outcome(), (404, "IMAGE_NOT_FOUND".to_owned()), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
    }
    for path in ["/media/images/post/../../../zaro.db", "/media/zaro.db", "/media/", "/media/images/post/"] {
        app.get(path).send().await.refused(404, "ROUTE_NOT_FOUND");
    }
}

#[tokio::test]
async fn h1_without_a_local_store_there_is_no_such_route() {
    let app = TestApp::new();
    let path = "/media/images/post/0b0e7a52-8b0f-4d8e-9d0c-0f4c6f1a2b3c.png";
    for method in [Method::GET, Method::PUT] {
        app.request(method, path).send().await.refused(404, "ROUTE_NOT_FOUND");
    }
}
