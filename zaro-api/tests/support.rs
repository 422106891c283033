//! The application over a test's own community, spoken to in process through the real router.

mod images;
mod owner;
pub(crate) mod stream;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use zaro_api::sse::StreamTimes;
use zaro_api::{App, HttpSettings, build_router};
use zaro_core::config::Proxies;
use zaro_core::ports::{Identity, IdentityProvider, SearchIndex, TokenStore};
use zaro_core::service::favorite::{self, FavoriteDraft};
use zaro_core::service::group::{self, GroupDraft};
use zaro_core::service::session::{self, SignInDraft};
use zaro_core::testing::{PASSWORD, World};
use zaro_core::types::{Status, UserId};

pub(crate) use self::owner::{Neighbour, Owner};

/// The origin that the tests' application trusts.
pub(crate) const ORIGIN: &str = "https://zaro.test";

/// What tests change before the application is built.
pub(crate) struct Setup {
    pub(crate) world: World,
    pub(crate) http: HttpSettings,
}

impl Setup {
    pub(crate) fn new() -> Self {
        Self::over(World::new())
    }

    pub(crate) fn over(world: World) -> Self {
        let http = HttpSettings {
            cors_origins: vec![ORIGIN.to_owned(), "https://www.zaro.test".to_owned()],
            trusted_proxies: Proxies::loopback(),
            swagger_ui: true,
            request_time: Duration::from_secs(30),
            equal_time: Duration::ZERO,
            query_slots: 8,
            auth_fresh: Duration::ZERO,
            maintenance_fresh: Duration::ZERO,
            streams: StreamTimes { tick: Duration::from_millis(5), sessions: Duration::from_millis(20) },
            hot_patience: Duration::from_secs(30),
        };
        Self { world, http }
    }

    pub(crate) fn identity(mut self, identity: impl IdentityProvider + 'static) -> Self {
        self.world.ctx.identity = Arc::new(identity);
        self
    }

    pub(crate) fn limits(mut self, limits: impl TokenStore + 'static) -> Self {
        self.world.ctx.limits = Arc::new(limits);
        self
    }

    pub(crate) fn search(mut self, search: impl SearchIndex + 'static) -> Self {
        self.world.ctx.search = Arc::new(search);
        self
    }

    pub(crate) fn build(self) -> TestApp {
        let app = App::new(self.world.ctx.clone(), self.http);
        TestApp { world: self.world, router: build_router(app.clone()), app }
    }
}

/// A Kakao that does whatever a test wants.
pub(crate) struct FakeKakao<F>(pub(crate) F);

impl<F: Fn(&str) -> zaro_core::Result<Identity> + Send + Sync> IdentityProvider for FakeKakao<F> {
    fn identify(&self, token: &str) -> zaro_core::Result<Identity> {
        (self.0)(token)
    }
}

/// An application, and the community behind it.
pub(crate) struct TestApp {
    pub(crate) world: World,
    pub(crate) app: App,
    pub(crate) router: Router,
}

impl TestApp {
    pub(crate) fn new() -> Self {
        Setup::new().build()
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> Call<'_> {
        Call { app: self, request: Request::builder().method(method).uri(path), body: Bytes::new() }
    }

    pub(crate) fn get(&self, path: &str) -> Call<'_> {
        self.request(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str) -> Call<'_> {
        self.request(Method::POST, path)
    }

    pub(crate) fn patch(&self, path: &str) -> Call<'_> {
        self.request(Method::PATCH, path)
    }

    pub(crate) fn delete(&self, path: &str) -> Call<'_> {
        self.request(Method::DELETE, path)
    }

    /// A member of this name in this state, signed in (where the state allows it).
    pub(crate) fn member(&self, name: &str, status: Status) -> Tokens {
        self.world.member(name, status);
        self.sign_in(name)
    }

    /// One more session of a member that [`Self::member`] made.
    pub(crate) fn sign_in(&self, name: &str) -> Tokens {
        let draft = SignInDraft { email: format!("{name}@zaro.test").as_str().into(), password: PASSWORD.into() };
        let opened = session::sign_in(&self.world.ctx, &draft, Some("test")).expect("a session");
        Tokens { access: opened.access, refresh: opened.refresh, id: opened.user.id.0 }
    }

    /// The ids of a new group of this member, of a place saved in it, and of the place; in an empty community 1 each.
    pub(crate) fn saved_place(&self, owner: &Tokens) -> [i64; 3] {
        let (ctx, owner) = (&self.world.ctx, UserId(owner.id));
        let group = GroupDraft { group_name: "그룹".into(), ..GroupDraft::default() };
        let group = group::create(ctx, owner, &group).expect("a group").id;
        let body = json!({ "kakaoPlaceId": 1, "placeName": "장소", "lat": 37.5, "lng": 127 });
        let draft: FavoriteDraft = serde_json::from_value(body).expect("any object is a draft");
        favorite::add(ctx, owner, group, &draft).expect("a favourite");
        let item = favorite::items(ctx, Some(owner), group).expect("items").remove(0);
        [group.0, item.id.0, item.place_id.0]
    }

    /// Delivers all mail and returns the secret of the newest link.
    pub(crate) fn mailed_secret(&self) -> String {
        self.world.deliver();
        let mail = self.world.mailer.taken().pop().expect("a mail");
        let rest = mail.text.split("token=").nth(1).expect("a link");
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect()
    }

    /// How many mails went out so far.
    pub(crate) fn mails(&self) -> usize {
        self.world.deliver();
        self.world.mailer.taken().len()
    }
}

/// What a sign-in gave.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
    pub(crate) id: i64,
}

/// A request to be.
pub(crate) struct Call<'a> {
    app: &'a TestApp,
    request: axum::http::request::Builder,
    body: Bytes,
}

impl Call<'_> {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// As if this address had connected.
    pub(crate) fn from(mut self, address: &str) -> Self {
        let peer = SocketAddr::new(address.parse().expect("an address"), 50_000);
        self.request = self.request.extension(ConnectInfo(peer));
        self
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header(AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    pub(crate) fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    #[expect(clippy::needless_pass_by_value, reason = "`json!` makes values")]
    pub(crate) fn json(self, body: Value) -> Self {
        self.body(body.to_string())
    }

    /// Sends it; whatever comes back keeps the rules that hold for every answer.
    pub(crate) async fn send(self) -> Answer {
        let request = self.request.body(Body::from(self.body)).expect("a request");
        let is_preflight = request.method() == Method::OPTIONS;
        let is_interface = request.uri().path().starts_with("/swagger-ui");
        let response = self.app.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        // An event stream never ends; that it opens is all there is to see here.
        let is_stream =
            parts.headers.get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/event"));
        let bytes = if is_stream { Bytes::new() } else { to_bytes(body, usize::MAX).await.expect("a whole body") };
        let answer = Answer { status: parts.status, headers: parts.headers, bytes };
        let is_file = answer.header("content-type").is_some_and(|kind| {
            kind.starts_with("image/") || kind == "application/zip" || is_interface && parts.status.is_success()
        });
        let has_no_body = matches!(parts.status, StatusCode::FOUND | StatusCode::NOT_MODIFIED) || is_preflight;
        if !has_no_body && !is_file && !is_stream {
            answer.keeps_the_general_rules();
        }
        answer
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes.to_vec()).expect("UTF-8")
    }

    pub(crate) fn body(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("a text"))
    }

    pub(crate) fn code(&self) -> String {
        self.body()["code"].as_str().unwrap_or("none").to_owned()
    }

    pub(crate) fn message(&self) -> String {
        self.body()["message"].as_str().expect("a text").to_owned()
    }

    /// Status and code in one, for tables.
    pub(crate) fn outcome(&self) -> (u16, String) {
        (self.status.as_u16(), self.code())
    }

    /// The payload of a 200.
    #[track_caller]
    pub(crate) fn data(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text());
        self.body()["data"].clone()
    }

    /// A refusal with this status and code.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) -> &Self {
        assert_eq!(self.outcome(), (status, code.to_owned()), "{}", self.text());
        self
    }

    /// The seconds of `Retry-After`.
    #[track_caller]
    pub(crate) fn retry_after(&self) -> u64 {
        self.header("retry-after").expect("Retry-After").parse().expect("whole seconds")
    }

    /// H2, H3, H5, H15, H19: what holds for every answer with a body.
    #[track_caller]
    fn keeps_the_general_rules(&self) {
        let trace_id = self.header("x-trace-id").expect("X-Trace-Id");
        assert_eq!(trace_id.len(), 32);
        assert!(self.headers.contains_key("cache-control") || self.headers.contains_key("etag"));
        let kind = self.header("content-type").expect("a content type");
        let body = self.body();
        if body.get("ready").is_some() {
            return;
        }
        let message = body["message"].as_str().expect("a text");
        assert!(message.chars().any(|c| ('가'..='힣').contains(&c)), "not Korean: {message}");
        if self.status.is_success() {
            assert_eq!((kind, &body["code"]), ("application/json", &json!("SUCCESS")));
            assert!(body.get("data").is_some() && body.get("traceId").is_none());
            return;
        }
        assert_eq!(body["traceId"], json!(trace_id));
        assert!(body.get("data").is_none());
        assert_eq!(body.get("status").is_some(), kind == "application/problem+json");
        assert_eq!(message.contains("로그인"), body["code"] == "AUTH_REQUIRED", "{message}");
        assert!(!message.contains("401"), "{message}");
        if matches!(self.status.as_u16(), 429 | 503) {
            assert!(self.retry_after() >= 1);
        }
    }
}

/// Runs futures beside each other and returns what they gave, in their order.
pub(crate) async fn all<T>(futures: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut running: Vec<_> = futures.into_iter().map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|cx| {
        for (future, done) in &mut running {
            if done.is_none()
                && let std::task::Poll::Ready(value) = future.as_mut().poll(cx)
            {
                *done = Some(value);
            }
        }
        if running.iter().all(|(_, done)| done.is_some()) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    running.into_iter().filter_map(|(_, done)| done).collect()
}
