//! `PUT /media/images/{kind}/{file}`

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::Value;
use zaro_core::policy::upload::MAX_BYTES;
use zaro_core::testing::pictures;
use zaro_core::types::Status;

use crate::support::{ORIGIN, TestApp};

#[tokio::test]
async fn i3_where_a_picture_was_taken_is_not_kept() {
    let app = TestApp::with_images();
    let kim = app.member("kim", Status::Active);
    let (path, key) = app.grant(&kim, "profile", "jpg").await;
    let dirty = pictures::jpeg_with(&[(0xe1, pictures::exif_with_gps(1)), (0xfe, b"a comment".to_vec())]);
    assert_eq!(app.put(&path, "image/jpeg", dirty).await.data(), Value::Null);
    assert_eq!(&app.picture(&key).await.bytes[..], pictures::jpeg());
    // An address is for one upload.
    app.put(&path, "image/jpeg", pictures::jpeg()).await.refused(403, "UPLOAD_URL_INVALID");
}

#[tokio::test]
async fn i5_a_bad_or_old_address_is_refused() {
    let app = TestApp::with_images();
    let kim = app.member("kim", Status::Active);
    let (path, key) = app.grant(&kim, "post", "png").await;
    let (other, _) = app.grant(&kim, "post", "png").await;
    let (_, query) = path.split_once('?').expect("a query");
    let (_, foreign) = other.split_once('?').expect("a query");
    for (what, path, mime) in [
        ("nothing", format!("/media/{key}"), "image/png"),
        ("another picture's", format!("/media/{key}?{foreign}"), "image/png"),
        ("another time", path.replace("expires=", "expires=1"), "image/png"),
        ("no time", path.replace("expires=", "expires=x"), "image/png"),
        ("no signature", path.replace("signature=", "signatur="), "image/png"),
        ("another signature", path.replace("signature=", "signature=A"), "image/png"),
        ("another type", path.clone(), "image/jpeg"),
        ("SVG", path.clone(), "image/svg+xml"),
        ("no type", path.clone(), ""),
        ("outside", format!("/media/images/post/..%2F..%2Fx.png?{query}"), "image/png"),
        ("another kind", path.replace("/post/", "/profile/"), "image/png"),
    ] {
        let answer = app.put(&path, mime, pictures::png()).await;
        assert_eq!(answer.outcome(), (403, "UPLOAD_URL_INVALID".to_owned()), "{what}");
    }
    app.world.advance(TimeDelta::minutes(10));
    app.put(&path, "image/png", pictures::png()).await.refused(403, "UPLOAD_URL_INVALID");
}

#[tokio::test]
async fn i3_only_pictures_within_the_limits_are_taken() {
    let app = TestApp::with_images();
    let kim = app.member("kim", Status::Active);
    let (path, _) = app.grant(&kim, "post", "png").await;
    let png = pictures::png();
    for (what, bytes, status, code) in [
        ("nothing", Vec::new(), 400, "INVALID_IMAGE_DATA"),
        ("SVG", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), 400, "INVALID_IMAGE_DATA"),
        ("JSON", b"{}".to_vec(), 400, "INVALID_IMAGE_DATA"),
        ("a JPEG", pictures::jpeg(), 400, "INVALID_IMAGE_DATA"),
        ("half a PNG", png[..png.len() / 2].to_vec(), 400, "INVALID_IMAGE_DATA"),
        ("3,600 megapixels", pictures::png_of(60_000, 60_000), 400, "INVALID_IMAGE_DATA"),
        ("10 MiB of nothing", vec![0; MAX_BYTES], 400, "INVALID_IMAGE_DATA"),
        ("a byte more", vec![0; MAX_BYTES + 1], 413, "PAYLOAD_TOO_LARGE"),
    ] {
        assert_eq!(app.put(&path, "image/png", bytes).await.outcome(), (status, code.to_owned()), "{what}");
    }
    // H8's 1 MiB is for JSON.
    let long = pictures::png_with(&[(b"tEXt", &vec![b' '; 2 * 1024 * 1024])]);
    app.put(&path, "image/png", long).await.data();
}

#[tokio::test]
async fn h14_pages_of_ours_may_upload() {
    let app = TestApp::with_images();
    let kim = app.member("kim", Status::Active);
    let (path, _) = app.grant(&kim, "post", "png").await;
    let preflight = |origin: &str| {
        app.request(Method::OPTIONS, &path)
            .header("origin", origin)
            .header("access-control-request-method", "PUT")
            .header("access-control-request-headers", "content-type")
    };
    let answer = preflight(ORIGIN).send().await;
    assert_eq!((answer.status.as_u16(), answer.header("access-control-allow-origin")), (200, Some(ORIGIN)));
    assert!(answer.header("access-control-allow-methods").expect("methods").contains("PUT"));
    assert!(answer.header("access-control-allow-headers").expect("headers").contains("Content-Type"));
    let foreign = preflight("https://evil.test").send().await;
    assert_eq!(foreign.header("access-control-allow-origin"), None);
    let refused = app.request(Method::PUT, &path).header("origin", ORIGIN).send().await;
    refused.refused(403, "UPLOAD_URL_INVALID");
    assert_eq!(refused.header("access-control-allow-origin"), Some(ORIGIN), "errors, too");
}

/// Over a real connection: a client that is still sending must not find it closed before it can read why.
#[tokio::test(flavor = "multi_thread")]
async fn i3_a_picture_that_is_too_large_is_told_so() {
    let app = TestApp::with_images();
    let kim = app.member("kim", Status::Active);
    let (path, key) = app.grant(&kim, "post", "png").await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let router = app.router.clone();
    tokio::spawn(async move { axum::serve(listener, router).await });
    for (path, status, code) in
        [(path, 413, "PAYLOAD_TOO_LARGE"), (format!("/media/{key}?expires=1&signature=x"), 403, "UPLOAD_URL_INVALID")]
    {
        let url = format!("{base}{path}");
        let sent = tokio::task::spawn_blocking(move || {
            let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
            let mut answer = agent.put(&url).content_type("image/png").send(&vec![0_u8; 3 * MAX_BYTES][..])?;
            let text = answer.body_mut().read_to_string()?;
            Ok::<_, ureq::Error>((answer.status().as_u16(), text))
        });
        let (answered, text) = sent.await.expect("a thread").expect("an answer");
        let body: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!((answered, body["code"].as_str()), (status, Some(code)));
    }
}
