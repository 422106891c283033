//! Uploads as the web frontend makes them, to a local image store.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::Method;
use zaro_core::adapters::local_dir::LocalDir;
use zaro_core::secrets::random;
use zaro_core::testing::pictures;

use super::{Answer, Setup, TestApp, Tokens};

/// The public address of the images: another host than the API's (I5).
const MEDIA: &str = "https://img.zaro.test";

impl Setup {
    /// Images lie in a folder of the test's own.
    pub(crate) fn local_images(mut self) -> Self {
        let folder = self.world.test_db.folder().join("media");
        let media = LocalDir::new(&folder, MEDIA, random::<32>().to_vec().into()).expect("a folder");
        let media = Arc::new(media);
        self.world.ctx.objects = media.clone();
        self.world.ctx.media = Some(media);
        self
    }
}

impl TestApp {
    pub(crate) fn with_images() -> Self {
        Setup::new().local_images().build()
    }

    /// A granted address without its host, and its key.
    pub(crate) async fn grant(&self, who: &Tokens, kind: &str, extension: &str) -> (String, String) {
        let path = format!("/api/presigned-url?type={kind}&ext={extension}&userId={}", who.id);
        let data = self.get(&path).token(&who.access).send().await.data();
        let text = |name: &str| data[name].as_str().expect("a text").to_owned();
        (text("url").strip_prefix(MEDIA).expect("our image address").to_owned(), text("key"))
    }

    /// F18: the image and its type, nothing else.
    pub(crate) async fn put(&self, path: &str, mime: &str, bytes: impl Into<Bytes>) -> Answer {
        self.request(Method::PUT, path).header("content-type", mime).body(bytes).send().await
    }

    /// The key of an uploaded PNG.
    pub(crate) async fn uploaded(&self, who: &Tokens, kind: &str) -> String {
        let (path, key) = self.grant(who, kind, "png").await;
        self.put(&path, "image/png", pictures::png()).await.data();
        key
    }

    /// A picture as browsers ask for it.
    pub(crate) async fn picture(&self, key: &str) -> Answer {
        self.get(&format!("/media/{key}")).send().await
    }
}
