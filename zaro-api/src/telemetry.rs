//! Log lines: to stderr, for a person or as JSON, and panics among them.

use std::io::IsTerminal as _;
use std::panic::PanicHookInfo;

use tracing_subscriber::EnvFilter;
use zaro_core::config::{ConfigError, LogFormat, ServerConfig};

/// Starts logging as configured; log lines of a request carry its trace id.
///
/// # Errors
/// When the log filter cannot be read.
pub fn init(config: &ServerConfig) -> Result<(), ConfigError> {
    let filter = EnvFilter::try_new(&config.log).map_err(|error| {
        let problem = format!("is `{}`, not a log filter: {error}", config.log);
        ConfigError::new("server.log", problem, "e.g. info,zaro_api=debug")
    })?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.log_format {
        // In a file or a journal colours are noise; at a terminal `NO_COLOR` still switches them off.
        LogFormat::Pretty if !std::io::stderr().is_terminal() => lines.with_target(false).with_ansi(false).init(),
        LogFormat::Pretty => lines.with_target(false).init(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).init(),
    }
    std::panic::set_hook(Box::new(log_panic));
    Ok(())
}

/// One line in the span of the request, where the default hook would write a loose text.
fn log_panic(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(panic.message = info.payload_as_str().unwrap_or("no text"), panic.place = place, "panicked");
}
