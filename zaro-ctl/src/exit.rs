//! Exit codes, and failures that carry one.

use std::process::ExitCode;

use zaro_core::Error;
use zaro_core::config::ConfigError;

/// What a command ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done; also: there was nothing to do.
    Done,
    /// Refused, or partly failed.
    Refused,
    /// A wrong command line or configuration, or our fault.
    Usage,
    /// Somebody else holds the lease, or a part is away: try later (`EX_TEMPFAIL`).
    TryLater,
    /// Stopped by a signal; the same command goes on.
    Interrupted,
}

impl Exit {
    /// The number.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::TryLater => 75,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Why a command ended early: one line, and what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    text: String,
    hint: Option<String>,
}

impl Failure {
    /// A failure with a hint.
    pub(crate) fn new(exit: Exit, text: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { exit, text: text.into(), hint: Some(hint.into()) }
    }

    /// What the process ends with.
    pub(crate) const fn exit(&self) -> Exit {
        self.exit
    }

    /// What failed.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// What to do.
    pub(crate) fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        if let Error::Precondition(whole) = &error {
            let (text, hint) = whole.split_once("\nhint: ").unwrap_or((whole, ""));
            return Self {
                exit: Exit::Refused,
                text: text.to_owned(),
                hint: (!hint.is_empty()).then(|| hint.to_owned()),
            };
        }
        let mut text = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        let (exit, hint) = match &error {
            Error::Refused(_) => (Exit::Refused, None),
            Error::Conflict(_) => (Exit::Refused, Some("look at it again before you decide".to_owned())),
            // Anything else that is not available is a folder, a key file or an address: trying later helps nobody.
            Error::Unavailable { what, .. } if *what != "the database" => (Exit::Usage, None),
            Error::Pool(_) | Error::Unavailable { .. } => (
                Exit::TryLater,
                Some("check the address in `zaro-ctl db status`, and whether the part is up".to_owned()),
            ),
            Error::LeaseLost(_) => (Exit::TryLater, Some("run the same command again".to_owned())),
            Error::Database(_) if error.code() == zaro_core::Code::ServiceUnavailable => {
                (Exit::TryLater, Some("another process holds the database; run the same command again".to_owned()))
            }
            Error::Database(_) | Error::Precondition(_) | Error::Internal(_) => (Exit::Usage, None),
        };
        Self { exit, text, hint }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        let whole = error.to_string();
        let (text, hint) = whole.split_once("\nhint: ").unwrap_or((whole.as_str(), ""));
        Self::new(Exit::Usage, text, hint)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self { exit: Exit::Refused, text: error.to_string(), hint: None }
    }
}
