//! Uploads, the local image store and the profile picture through the real router.

mod image_delete;
mod media_get;
mod media_put;
mod presigned_url_get;
mod users_me_profile_image_patch;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use chrono::TimeDelta;
use serde_json::Value;
use tower::ServiceExt as _;
use zaro_api::{App, HttpSettings, build_router};
use zaro_core::adapters::local_dir::LocalDir;
use zaro_core::secrets::random;
use zaro_core::service::session::{self, SignInDraft};
use zaro_core::testing::{PASSWORD, World};
use zaro_core::types::{Status, UserId};

/// The public address of the images: another host than the API's (I5).
const MEDIA: &str = "https://img.zaro.test";
/// A page that may call us.
const ORIGIN: &str = "https://zaro.test";

/// The application over a world whose images lie in a folder of its own.
struct Images {
    world: World,
    router: Router,
}

/// A member with an access token.
struct Member {
    id: UserId,
    token: String,
}

/// What came back.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Bytes,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("{:?} is JSON", self.bytes))
    }

    /// Status and code, of good and bad answers alike.
    fn code(&self) -> (u16, String) {
        (self.status.as_u16(), self.json()["code"].as_str().expect("a code").to_owned())
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("text"))
    }
}

impl Images {
    fn new() -> Self {
        let mut world = World::new();
        let folder = world.test_db.folder().join("media");
        let media = Arc::new(LocalDir::new(&folder, MEDIA, random::<32>().to_vec().into()).expect("a folder"));
        world.ctx.objects = media.clone();
        world.ctx.media = Some(media);
        Self::over(world)
    }

    fn over(world: World) -> Self {
        let http = HttpSettings {
            cors_origins: vec![ORIGIN.into()],
            request_time: std::time::Duration::from_secs(30),
            equal_time: std::time::Duration::ZERO,
            query_slots: 8,
        };
        let router = build_router(App::new(world.ctx.clone(), http));
        Self { world, router }
    }

    /// A member who has just signed in.
    fn member(&self, name: &str) -> Member {
        let id = self.world.member(name, Status::Active);
        let email = format!("{name}@zaro.test");
        let draft = SignInDraft { email: email.as_str().into(), password: PASSWORD.into() };
        let token = session::sign_in(&self.world.ctx, &draft, None).expect("a session").access;
        Member { id, token }
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    /// A call with a token and no body.
    async fn call(&self, method: &str, path: &str, member: Option<&Member>) -> Answer {
        self.call_with(method, path, member, Body::empty()).await
    }

    async fn call_with(&self, method: &str, path: &str, member: Option<&Member>, body: impl Into<Body>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(member) = member {
            request = request.header("Authorization", format!("Bearer {}", member.token));
        }
        self.send(request.body(body.into()).expect("a request")).await
    }

    /// A granted address below our own host, and its key.
    async fn grant(&self, member: &Member, kind: &str, extension: &str) -> (String, String) {
        let path = format!("/api/presigned-url?type={kind}&ext={extension}&userId={}", member.id);
        let answer = self.call("GET", &path, Some(member)).await;
        assert_eq!(answer.code(), (200, "SUCCESS".into()));
        let data = &answer.json()["data"];
        let text = |name: &str| data[name].as_str().expect("a text").to_owned();
        (text("url").strip_prefix(MEDIA).expect("our image address").to_owned(), text("key"))
    }

    /// What the web frontend sends (F18).
    async fn put(&self, path: &str, mime: &str, bytes: impl Into<Body>) -> Answer {
        let request = Request::builder().method("PUT").uri(path).header("Content-Type", mime);
        self.send(request.body(bytes.into()).expect("a request")).await
    }

    /// An uploaded PNG of this member.
    async fn uploaded(&self, member: &Member, kind: &str) -> String {
        let (path, key) = self.grant(member, kind, "png").await;
        let answer = self.put(&path, "image/png", zaro_core::testing::pictures::png()).await;
        assert_eq!(answer.code(), (200, "SUCCESS".into()));
        key
    }

    /// Sets a member's state behind the services' back, so that the session stays.
    fn set_state(&self, member: &Member, state: &str) {
        use diesel::connection::SimpleConnection as _;
        let (id, later) = (member.id, self.world.now().plus(TimeDelta::days(1)).micros());
        let set = match state {
            "PENDING" => "status = 'PENDING', verified_at = NULL".to_owned(),
            "SUSPENDED" => format!("suspended_until = {later}"),
            other => panic!("no state `{other}`"),
        };
        let changed =
            self.world.ctx.db.write_tx(|connection| {
                Ok(connection.batch_execute(&format!("UPDATE users SET {set} WHERE id = {id}"))?)
            });
        changed.expect("a write");
    }
}
