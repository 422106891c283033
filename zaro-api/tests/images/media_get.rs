//! `GET /media/images/{kind}/{file}` (I5).

use zaro_core::testing::{World, pictures};

use super::Images;

#[tokio::test]
async fn i5_pictures_are_public_and_kept_for_ever() {
    let images = Images::new();
    let kim = images.member("kim");
    for (extension, mime, bytes) in [
        ("jpg", "image/jpeg", pictures::jpeg()),
        ("jpeg", "image/jpeg", pictures::jpeg()),
        ("png", "image/png", pictures::png()),
        ("webp", "image/webp", pictures::webp()),
    ] {
        let (path, key) = images.grant(&kim, "post", extension).await;
        assert_eq!(images.put(&path, mime, bytes.clone()).await.code(), (200, "SUCCESS".into()));
        let answer = images.call("GET", &format!("/media/{key}"), None).await;
        assert_eq!((answer.status.as_u16(), &answer.bytes[..]), (200, &bytes[..]), "{extension}");
        assert_eq!(answer.header("content-type"), Some(mime));
        assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert!(answer.header("x-trace-id").is_some());
    }
}

#[tokio::test]
async fn i5_no_path_leads_outside_the_folder() {
    let images = Images::new();
    let folder = images.world.test_db.folder();
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
        let answer = images.call("GET", &path, None).await;
        assert_eq!(answer.code(), (404, "IMAGE_NOT_FOUND".into()), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
    }
    for path in ["/media/images/post/../../../zaro.db", "/media/zaro.db", "/media/", "/media/images/post/"] {
        assert_eq!(images.call("GET", path, None).await.code(), (404, "ROUTE_NOT_FOUND".into()), "{path}");
    }
}

#[tokio::test]
async fn h1_without_a_local_store_there_is_no_such_route() {
    let images = Images::over(World::new());
    let path = "/media/images/post/0b0e7a52-8b0f-4d8e-9d0c-0f4c6f1a2b3c.png";
    for method in ["GET", "PUT"] {
        assert_eq!(images.call(method, path, None).await.code(), (404, "ROUTE_NOT_FOUND".into()));
    }
}
