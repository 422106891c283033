//! What every request shares, and the one bridge from async to the synchronous core.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::http::HeaderValue;
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tracing::Span;
use zaro_core::Error;
use zaro_core::config::{Config, Proxies};
use zaro_core::context::Context;
use zaro_core::ports::Event;
use zaro_core::service::password;

use crate::auth::Recent;
use crate::envelope::{Success, Written};
use crate::error::ApiError;
use crate::hot::{Hot, Page};
use crate::maintenance::LastLook;
use crate::metrics::Metrics;
use crate::sse::{self, StreamTimes, Streams};

/// H19: when a request that is no stream ends at the latest.
const REQUEST_TIME: Duration = Duration::from_secs(30);
/// V5, R1: requests for a mail are answered at a multiple of this after their arrival, so that the answer's time does
/// not tell whether the address is known. Far above what a transaction takes, far below what a person notices.
const EQUAL_TIME: Duration = Duration::from_millis(120);
/// T6: within this time every process has noticed the end of a session, whether or not an event tells of it.
const AUTH_FRESH: Duration = Duration::from_millis(900);
/// H18: within this time every process has noticed the switch.
const MAINTENANCE_FRESH: Duration = Duration::from_secs(1);
/// H17: how long home and ranking wait for the database before they show what they last had: far above what it takes to
/// build them, and below what a person waits.
const HOT_PATIENCE: Duration = Duration::from_secs(1);
/// How many queries run or wait for a connection at once, for each connection of the pool; the rest wait outside, where
/// waiting costs no thread.
const QUERIES_PER_CONNECTION: u32 = 1;
/// How many requests hash a password or ask Kakao at once: more than the hashing pool lets wait (A4), so that the pool
/// itself says when it is full.
const SLOW_SLOTS: usize = password::QUEUE + 64;

/// What the HTTP side is told by the configuration, or by a test.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Origins that browsers may call from (H14).
    pub cors_origins: Vec<String>,
    /// RL: who tells where a request comes from.
    pub trusted_proxies: Proxies,
    /// H1: whether the description of the API is shown.
    pub swagger_ui: bool,
    /// H19: when a request ends at the latest.
    pub request_time: Duration,
    /// V5, R1: the grain of the time after which requests for a mail are answered.
    pub equal_time: Duration,
    /// How many requests use the database at once.
    pub query_slots: usize,
    /// How often event streams are looked after.
    pub streams: StreamTimes,
    /// For how long a token that was found good is taken for good by reads (T6).
    pub auth_fresh: Duration,
    /// For how long a look at the maintenance switch (H18) is good.
    pub maintenance_fresh: Duration,
    /// H17: how long home and ranking wait for the database before they show what they last had.
    pub hot_patience: Duration,
}

impl HttpSettings {
    /// As configured.
    pub fn of(config: &Config) -> Self {
        Self {
            cors_origins: config.server.cors_origins.clone(),
            trusted_proxies: config.server.trusted_proxies.clone(),
            swagger_ui: config.server.swagger_ui.unwrap_or(config.is_embedded()),
            request_time: REQUEST_TIME,
            equal_time: EQUAL_TIME,
            query_slots: (config.database.pool * QUERIES_PER_CONNECTION) as usize,
            streams: StreamTimes::default(),
            auth_fresh: AUTH_FRESH,
            maintenance_fresh: MAINTENANCE_FRESH,
            hot_patience: HOT_PATIENCE,
        }
    }

    /// Threads that [`App::blocking`] and [`App::blocking_slow`] can occupy together.
    pub const fn threads(&self) -> usize {
        self.query_slots + SLOW_SLOTS
    }
}

/// What every request shares; cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    /// What services take; shared, because a request clones the application at every layer it passes.
    pub ctx: Arc<Context>,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    http: HttpSettings,
    cors_origins: Vec<HeaderValue>,
    queries: Arc<Semaphore>,
    slow: Arc<Semaphore>,
    draining: AtomicBool,
    metrics: Metrics,
    maintenance: LastLook,
    streams: Arc<Streams>,
    hot: Arc<Hot>,
    recent: Arc<Recent>,
    instance: HeaderValue,
}

impl App {
    /// An application over this context.
    pub fn new(ctx: Context, http: HttpSettings) -> Self {
        let build = concat!("zaro-api/", env!("CARGO_PKG_VERSION"));
        let (streams, recent) = (Arc::default(), Arc::default());
        listen(&ctx, &streams, &recent);
        let shared = Shared {
            // An origin that is no header value cannot come in one either.
            cors_origins: http.cors_origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()).collect(),
            queries: Arc::new(Semaphore::new(http.query_slots)),
            slow: Arc::new(Semaphore::new(SLOW_SLOTS)),
            draining: AtomicBool::new(false),
            metrics: Metrics::default(),
            maintenance: LastLook::default(),
            hot: Arc::new(Hot::new(http.hot_patience)),
            streams,
            recent,
            instance: HeaderValue::from_str(&format!("{} {build}", ctx.instance))
                .unwrap_or(HeaderValue::from_static(build)),
            http,
        };
        Self { ctx: Arc::new(ctx), shared: Arc::new(shared) }
    }

    /// What the HTTP side was told.
    pub fn http(&self) -> &HttpSettings {
        &self.shared.http
    }

    /// H14: origins that browsers may call from.
    pub(crate) fn cors_origins(&self) -> &[HeaderValue] {
        &self.shared.cors_origins
    }

    /// O1: who we are, `<instance> <build>`.
    pub(crate) fn instance(&self) -> HeaderValue {
        self.shared.instance.clone()
    }

    /// Whether the process is about to end (O3).
    pub fn is_draining(&self) -> bool {
        self.shared.draining.load(Ordering::SeqCst)
    }

    /// The process is about to end: from now on it is not ready (O3).
    pub fn drain(&self) {
        self.shared.draining.store(true, Ordering::SeqCst);
    }

    /// Ends all event streams, and lets none be opened any more (O3, N10).
    pub async fn end_streams(&self) {
        sse::drain(self).await;
    }

    /// All open event streams.
    pub fn streams(&self) -> &Arc<Streams> {
        &self.shared.streams
    }

    /// What the process has counted (O4).
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }

    /// H18: whether the operator keeps everybody from writing.
    pub(crate) async fn in_maintenance(&self) -> Result<bool, ApiError> {
        self.shared.maintenance.is_on(self, self.shared.http.maintenance_fresh).await
    }

    /// Tokens that were found good a moment ago.
    pub(crate) fn recent(&self) -> &Recent {
        &self.shared.recent
    }

    /// The application for tasks that shall not outlive it.
    pub(crate) fn downgrade(&self) -> WeakApp {
        WeakApp { ctx: self.ctx.clone(), shared: Arc::downgrade(&self.shared) }
    }

    /// A page that is the same for everybody: as it was built a moment ago, or else built once for all who wait.
    ///
    /// # Errors
    /// What the service fails with.
    pub(crate) async fn hot<T, F>(&self, page: Page, build: F) -> Result<Written, ApiError>
    where
        F: FnOnce(&Context) -> zaro_core::Result<Success<T>> + Send + 'static,
        T: Serialize,
    {
        let written = || {
            let app = self.clone();
            async move { app.blocking(|ctx| build(ctx)?.write()).await }
        };
        self.shared.hot.get(page, || self.ctx.now(), written).await
    }

    /// Something was written that a page shows: whoever asks from now on sees it.
    pub(crate) fn forget_hot(&self) {
        self.shared.hot.forget();
    }

    /// Runs a service off the async threads: the way every handler reaches the core.
    ///
    /// # Errors
    /// What the service refuses or fails with.
    pub async fn blocking<T, F>(&self, work: F) -> Result<T, ApiError>
    where
        F: FnOnce(&Context) -> zaro_core::Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.run(&self.shared.queries, work).await
    }

    /// The same for work that hashes a password or asks a foreign service, which must not hold up mere queries.
    pub async fn blocking_slow<T, F>(&self, work: F) -> Result<T, ApiError>
    where
        F: FnOnce(&Context) -> zaro_core::Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.run(&self.shared.slow, work).await
    }

    async fn run<T, F>(&self, lane: &Arc<Semaphore>, work: F) -> Result<T, ApiError>
    where
        F: FnOnce(&Context) -> zaro_core::Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let ended = |why: &str| Error::Unavailable { what: "the process", why: why.to_owned() };
        // Without a limit of its own: the request's time (H19) ends the waiting.
        let slot = lane.clone().acquire_owned().await.map_err(|_| ended("its slots are closed"))?;
        let (ctx, span) = (Arc::clone(&self.ctx), Span::current());
        let done = spawn_blocking(move || {
            // Held here and not by the request, which may be given up while the work goes on.
            let _slot = slot;
            span.in_scope(|| work(&ctx))
        });
        match done.await {
            Ok(result) => Ok(result?),
            Err(failed) => match failed.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                Err(_) => Err(ended("it is ending").into()),
            },
        }
    }
}

/// An application that may have ended.
#[derive(Clone, Debug)]
pub(crate) struct WeakApp {
    ctx: Arc<Context>,
    shared: Weak<Shared>,
}

impl WeakApp {
    /// The application, unless it has ended.
    pub(crate) fn upgrade(&self) -> Option<App> {
        Some(App { ctx: self.ctx.clone(), shared: self.shared.upgrade()? })
    }
}

/// Lets streams and tokens hear what the event bus tells, for as long as they are there.
fn listen(ctx: &Context, streams: &Arc<Streams>, recent: &Arc<Recent>) {
    let (streams, recent) = (Arc::downgrade(streams), Arc::downgrade(recent));
    ctx.events.listen(Box::new(move |event| {
        if let (Event::SessionsEnded { users, which }, Some(recent)) = (event, recent.upgrade()) {
            recent.forget(users, which);
        }
        if let Some(streams) = streams.upgrade() {
            streams.hear(event);
        }
    }));
}
