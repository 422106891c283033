//! What happens to every request, whatever its route: trace id and log line, CORS, time limit, panics.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    CACHE_CONTROL, ETAG, ORIGIN, VARY,
};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::{Instrument as _, field};
use zaro_core::secrets::random;
use zaro_core::{Code, Error};

use crate::app::App;
use crate::envelope::{wants_problem, write_failure};
use crate::error::{ApiError, Failure};

/// On every answer; the same as `traceId` in an error (H3).
pub const X_TRACE_ID: HeaderName = HeaderName::from_static("x-trace-id");

/// Routes that something asks every few seconds; their log lines would bury the others.
const PROBES: [&str; 4] = ["/health", "/livez", "/readyz", "/metrics"];

/// Outermost: gives the request its trace id, writes the bodies of failures, logs one line.
pub(crate) async fn trace(State(app): State<App>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let trace_id = format!("{:032x}", u128::from_ne_bytes(random()));
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", trace_id, http.method = %request.method(), http.route = route);
    let (method, as_problem) = (request.method().clone(), wants_problem(request.headers()));
    let mut response = next.run(request).instrument(span.clone()).await;

    let _entered = span.enter();
    let failure = response.extensions_mut().remove::<Failure>();
    if let Some(failure) = &failure {
        failure.log();
        write_failure(&mut response, failure, &trace_id, as_problem);
        response.headers_mut().append(VARY, HeaderValue::from_static("Accept"));
    }
    let headers = response.headers_mut();
    // H19: what does not say that it may be kept depends on its caller, or is not worth keeping.
    if !headers.contains_key(CACHE_CONTROL) && (failure.is_some() || !headers.contains_key(ETAG)) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.insert(X_TRACE_ID, HeaderValue::from_str(&trace_id).unwrap_or(HeaderValue::from_static("none")));
    let (code, time) = (failure.as_ref().map(Failure::code), started.elapsed());
    app.metrics().count(&route, &method, response.status(), code, time);
    log(&route, response.status(), code, time);
    response
}

fn log(route: &str, status: StatusCode, code: Option<Code>, time: Duration) {
    let duration_ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let code = code.map(field::display);
    if PROBES.contains(&route) && status.is_success() {
        tracing::debug!(http.status = status.as_u16(), duration_ms, "answered");
    } else {
        tracing::info!(http.status = status.as_u16(), duration_ms, code, "answered");
    }
}

/// H14: tells browsers which pages may call us; foreign origins are told nothing.
pub(crate) async fn cors(State(app): State<App>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(ORIGIN).filter(|origin| app.cors_origins().contains(origin)).cloned();
    let is_preflight =
        request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match &origin {
        Some(_) if is_preflight => preflight(),
        _ => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("X-Trace-Id, Retry-After"));
    }
    response
}

/// What a browser asks before the real request; it may keep the answer for two hours.
fn preflight() -> Response {
    let headers = [
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, PATCH, DELETE, OPTIONS"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type, Accept, Last-Event-ID"),
        (ACCESS_CONTROL_MAX_AGE, "7200"),
    ];
    (StatusCode::OK, headers).into_response()
}

/// Innermost: ends a request that takes too long (H19), and turns a panic into a 500.
pub(crate) async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let limit = app.http().request_time;
    match tokio::time::timeout(limit, caught(next.run(request))).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => ApiError::panicked().into_response(),
        Err(_) => {
            let why = format!("it took longer than {} s", limit.as_secs());
            ApiError::from(Error::Unavailable { what: "the answer", why }).into_response()
        }
    }
}

/// Runs a future and catches its panic, which the panic hook logs with its place.
async fn caught<T>(future: impl Future<Output = T>) -> Result<T, Box<dyn Any + Send>> {
    let mut future = pin!(future);
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}
