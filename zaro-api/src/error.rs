//! How failures leave: as a status without a body that `middleware::trace` completes with its text and trace id.

pub mod table;

use std::error::Error as _;
use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use zaro_core::{Code, Error};

/// A failure of a request; handlers use `?` on what the core returns.
#[derive(Clone, Debug)]
pub struct ApiError(Failure);

/// What went wrong, carried by the response until its body is written.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// Refused or failed in an orderly way.
    Failed(Arc<Error>),
    /// Panicked; the panic hook has logged it.
    Panicked,
}

/// What handlers return.
pub type Result<T, E = ApiError> = std::result::Result<T, E>;

impl ApiError {
    /// A handler or service panicked.
    pub(crate) const fn panicked() -> Self {
        Self(Failure::Panicked)
    }

    /// The wire code.
    pub fn code(&self) -> Code {
        self.0.code()
    }

    /// Logs a failure that the caller answers otherwise.
    pub(crate) fn log(&self) {
        self.0.log();
    }
}

impl Failure {
    pub(crate) fn code(&self) -> Code {
        match self {
            Self::Failed(error) => error.code(),
            Self::Panicked => Code::InternalServerError,
        }
    }

    /// H16: logs what was not foreseen, once, with its whole chain; refusals are no news.
    pub(crate) fn log(&self) {
        let Self::Failed(error) = self else { return };
        match (&**error, error.code()) {
            (Error::Refused(_), _) => {}
            (_, Code::ServiceUnavailable) => tracing::warn!(error = chain(error), "a part is not available"),
            _ => tracing::error!(error = chain(error), "a request failed"),
        }
    }
}

impl<E: Into<Error>> From<E> for ApiError {
    fn from(error: E) -> Self {
        Self(Failure::Failed(Arc::new(error.into())))
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = table::standing(self.code()).0.into_response();
        response.extensions_mut().insert(self.0);
        response
    }
}

/// An error with all its sources, without the values that some databases quote.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&redact(&cause.to_string()));
        source = cause.source();
    }
    text
}

/// Drops the bound values that MySQL repeats in its messages (H16).
fn redact(text: &str) -> String {
    let mut text = text.to_owned();
    for quoting in ["Duplicate entry '", "value: '", "value '"] {
        let Some((head, rest)) = text.split_once(quoting) else { continue };
        // A value may hold quotes itself; what follows the last one is ours.
        let tail = rest.rsplit_once("' for ").map_or("", |(_, tail)| tail);
        text = format!("{head}{quoting}…' for {tail}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn h16_bound_values_are_not_logged() {
        let told = redact("Duplicate entry 'kim's@zaro.test' for key 'users.email_key'");
        assert_eq!(told, "Duplicate entry '…' for key 'users.email_key'");
        let told = redact("Incorrect string value: '\\xF0\\x9F' for column 'nickname' at row 1");
        assert_eq!(told, "Incorrect string value: '…' for column 'nickname' at row 1");
        assert_eq!(redact("no such table: users"), "no such table: users");
    }
}
