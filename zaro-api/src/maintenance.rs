//! H18: while the operator works, reading goes on and every write is told to come back later.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use zaro_core::error::Refusal;
use zaro_core::service::maintenance;
use zaro_core::{Code, Error};

use crate::app::App;
use crate::error::ApiError;
use crate::router::Auth;

/// After so many seconds a client may ask again: nobody knows how long it takes.
const RETRY_SECONDS: u64 = 60;
/// GETs that change something.
pub(crate) const WRITING_GETS: [&str; 2] = ["/api/auth/email/verify", "/api/presigned-url"];

/// Whether an operation writes. A refresh is what reading lives on: it goes on, and writes nothing meanwhile.
pub(crate) fn is_write(method: &Method, path: &str, auth: Auth) -> bool {
    if method == Method::GET { WRITING_GETS.contains(&path) } else { auth != Auth::Refresh }
}

/// What the last look at the switch saw, and when.
#[derive(Debug, Default)]
pub(crate) struct LastLook(Mutex<Option<(Instant, bool)>>);

impl LastLook {
    /// Whether maintenance is on, looked at again once the last look is older than `fresh_for`.
    pub(crate) async fn is_on(&self, app: &App, fresh_for: Duration) -> Result<bool, ApiError> {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, is_on)) = last
            && at.elapsed() < fresh_for
        {
            return Ok(is_on);
        }
        let is_on = app.blocking(maintenance::find).await?.is_some();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), is_on));
        Ok(is_on)
    }
}

/// Around every operation that writes.
pub(crate) async fn gate(State(app): State<App>, request: Request, next: Next) -> Response {
    match app.in_maintenance().await {
        Ok(false) => next.run(request).await,
        Ok(true) => {
            let wait = Refusal { retry_after: Some(RETRY_SECONDS), ..Code::ServiceUnavailable.into() };
            ApiError::from(Error::Refused(Box::new(wait))).into_response()
        }
        // The database is away: so is what would have been written.
        Err(error) => error.into_response(),
    }
}
