//! What every request shares, and the one bridge from async to the synchronous core.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderValue;
use tokio::sync::{Semaphore, watch};
use tokio::task::spawn_blocking;
use tracing::Span;
use zaro_core::Error;
use zaro_core::config::{AddressRange, Config};
use zaro_core::context::Context;
use zaro_core::service::password;

use crate::error::ApiError;

/// H19: when a request that is no stream ends at the latest.
const REQUEST_TIME: Duration = Duration::from_secs(30);
/// V5, R1: requests for a mail are answered at a multiple of this after their arrival, so that the answer's time does
/// not tell whether the address is known. Far above what a transaction takes, far below what a person notices.
const EQUAL_TIME: Duration = Duration::from_millis(120);
/// How many queries run or wait for a connection at once, for each connection of the pool; the rest wait outside, where
/// waiting costs no thread.
const QUERIES_PER_CONNECTION: u32 = 2;
/// How many requests hash a password or ask Kakao at once: more than the hashing pool lets wait (A4), so that the pool
/// itself says when it is full.
const SLOW_SLOTS: usize = password::QUEUE + 64;

/// What the HTTP side is told by the configuration, or by a test.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Origins that browsers may call from (H14).
    pub cors_origins: Vec<String>,
    /// H19: when a request ends at the latest.
    pub request_time: Duration,
    /// V5, R1: the grain of the time after which requests for a mail are answered.
    pub equal_time: Duration,
    /// How many requests use the database at once.
    pub query_slots: usize,
    /// Whose word about the client's address is taken.
    pub trusted_proxies: Vec<AddressRange>,
}

impl HttpSettings {
    /// As configured.
    pub fn of(config: &Config) -> Self {
        Self {
            cors_origins: config.server.cors_origins.clone(),
            request_time: REQUEST_TIME,
            equal_time: EQUAL_TIME,
            query_slots: (config.database.pool * QUERIES_PER_CONNECTION) as usize,
            trusted_proxies: config.server.trusted_proxies.clone(),
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
    /// What services take.
    pub ctx: Context,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    http: HttpSettings,
    cors_origins: Vec<HeaderValue>,
    queries: Arc<Semaphore>,
    slow: Arc<Semaphore>,
    draining: watch::Sender<bool>,
    instance: HeaderValue,
}

impl App {
    /// An application over this context.
    pub fn new(ctx: Context, http: HttpSettings) -> Self {
        let build = concat!("zaro-api/", env!("CARGO_PKG_VERSION"));
        let shared = Shared {
            // An origin that is no header value cannot come in one either.
            cors_origins: http.cors_origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()).collect(),
            queries: Arc::new(Semaphore::new(http.query_slots)),
            slow: Arc::new(Semaphore::new(SLOW_SLOTS)),
            draining: watch::Sender::new(false),
            instance: HeaderValue::from_str(&format!("{} {build}", ctx.instance))
                .unwrap_or(HeaderValue::from_static(build)),
            http,
        };
        Self { ctx, shared: Arc::new(shared) }
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
        *self.shared.draining.borrow()
    }

    /// Tells when the process is about to end: what streams wait for (N10).
    pub fn draining(&self) -> watch::Receiver<bool> {
        self.shared.draining.subscribe()
    }

    /// The process is about to end (O3).
    pub fn drain(&self) {
        self.shared.draining.send_replace(true);
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
        let (ctx, span) = (self.ctx.clone(), Span::current());
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
