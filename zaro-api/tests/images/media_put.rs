//! `PUT /media/images/{kind}/{file}` (I2, I3, I5).

use axum::body::Body;
use axum::http::Request;
use chrono::TimeDelta;
use serde_json::Value;
use zaro_core::policy::upload::MAX_BYTES;
use zaro_core::testing::pictures;

use super::{Images, ORIGIN};

#[tokio::test]
async fn i3_where_a_picture_was_taken_is_not_kept() {
    let images = Images::new();
    let kim = images.member("kim");
    let (path, key) = images.grant(&kim, "profile", "jpg").await;
    let dirty = pictures::jpeg_with(&[(0xe1, pictures::exif_with_gps(1)), (0xfe, b"a comment".to_vec())]);
    let answer = images.put(&path, "image/jpeg", dirty).await;
    assert_eq!((answer.code(), answer.json()["data"].clone()), ((200, "SUCCESS".into()), Value::Null));
    let served = images.call("GET", &format!("/media/{key}"), None).await;
    assert_eq!(&served.bytes[..], pictures::jpeg());
    let again = images.put(&path, "image/jpeg", pictures::jpeg()).await;
    assert_eq!(again.code(), (403, "UPLOAD_URL_INVALID".into()), "an address is for one upload");
}

#[tokio::test]
async fn i5_a_bad_or_old_address_is_refused() {
    let images = Images::new();
    let kim = images.member("kim");
    let (path, key) = images.grant(&kim, "post", "png").await;
    let (other, _) = images.grant(&kim, "post", "png").await;
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
        let answer = images.put(&path, mime, pictures::png()).await;
        assert_eq!(answer.code(), (403, "UPLOAD_URL_INVALID".into()), "{what}");
    }
    images.world.advance(TimeDelta::minutes(10));
    assert_eq!(images.put(&path, "image/png", pictures::png()).await.code(), (403, "UPLOAD_URL_INVALID".into()));
}

#[tokio::test]
async fn i3_only_pictures_within_the_limits_are_taken() {
    let images = Images::new();
    let kim = images.member("kim");
    let (path, _) = images.grant(&kim, "post", "png").await;
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
        assert_eq!(images.put(&path, "image/png", bytes).await.code(), (status, code.into()), "{what}");
    }
    let long = pictures::png_with(&[(b"tEXt", &vec![b' '; 2 * 1024 * 1024])]);
    assert_eq!(images.put(&path, "image/png", long).await.code(), (200, "SUCCESS".into()), "H8's 1 MiB is for JSON");
    let long = format!("{{\"x\":\"{}\"}}", " ".repeat(1024 * 1024));
    let json = images.call_with("PATCH", "/api/users/me/profileImage", Some(&kim), long).await;
    assert_eq!(json.code(), (413, "PAYLOAD_TOO_LARGE".into()), "and stays for JSON");
}

#[tokio::test]
async fn h14_pages_of_ours_may_upload() {
    let images = Images::new();
    let kim = images.member("kim");
    let (path, _) = images.grant(&kim, "post", "png").await;
    let preflight = |origin: &str| {
        Request::builder()
            .method("OPTIONS")
            .uri(&path)
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "PUT")
            .header("Access-Control-Request-Headers", "content-type")
            .body(Body::empty())
            .expect("a request")
    };
    let answer = images.send(preflight(ORIGIN)).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
    assert!(answer.header("access-control-allow-methods").expect("methods").contains("PUT"));
    assert!(answer.header("access-control-allow-headers").expect("headers").contains("Content-Type"));
    let foreign = images.send(preflight("https://evil.test")).await;
    assert_eq!(foreign.header("access-control-allow-origin"), None);
    let request = Request::builder().method("PUT").uri(&path).header("Origin", ORIGIN);
    let refused = images.send(request.body(Body::empty()).expect("a request")).await;
    assert_eq!(refused.code(), (403, "UPLOAD_URL_INVALID".into()));
    assert_eq!(refused.header("access-control-allow-origin"), Some(ORIGIN), "errors, too");
}

/// Over a real connection: a client that is still sending must not find it closed before it can read why.
#[tokio::test(flavor = "multi_thread")]
async fn i3_a_picture_that_is_too_large_is_told_so() {
    let images = Images::new();
    let kim = images.member("kim");
    let (path, key) = images.grant(&kim, "post", "png").await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let router = images.router.clone();
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
