//! Section `server`.

use std::net::SocketAddr;

use super::{ConfigError, Proxies, Sources, Value};

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For a person at a terminal.
    Pretty,
    /// One JSON object a line.
    Json,
}

/// Where metrics and probes are served (H1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperatorListen {
    /// Nobody said; another process there is no reason not to serve members.
    Default(SocketAddr),
    /// As told.
    Chosen(SocketAddr),
    /// Nowhere.
    Off,
}

/// Addresses and logs of the daemon.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// The public listener.
    pub listen: SocketAddr,
    /// The operator listener.
    pub operator_listen: OperatorListen,
    /// How members reach the API, without `/api` and without a slash at the end.
    pub public_url: String,
    /// The web frontend, without a slash at the end.
    pub frontend_url: String,
    /// Origins that browsers may call from (H14).
    pub cors_origins: Vec<String>,
    /// Who tells where a request comes from.
    pub trusted_proxies: Proxies,
    /// H1: whether the API shows its own description; without a word, only the embedded stack does.
    pub swagger_ui: Option<bool>,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Which log lines are written.
    pub log: String,
}

impl ServerConfig {
    pub(super) fn read(sources: &Sources) -> Result<Self, ConfigError> {
        let listen = match sources.get("server.listen") {
            None => SocketAddr::from(([127, 0, 0, 1], 8080)),
            Some(value) => value.text.parse().map_err(|_| {
                value.wrong(
                    format!("is `{}`, not an address with a port", value.text),
                    "e.g. 127.0.0.1:8080, or 0.0.0.0:8080 behind a proxy",
                )
            })?,
        };
        let operator_listen = operator_listen(sources, listen)?;
        let public_url =
            sources.get("server.public_url").map_or(Ok(format!("http://{listen}")), |value| base_url(&value))?;
        let frontend_url = sources
            .get("server.frontend_url")
            .map_or(Ok("http://localhost:3000".to_owned()), |value| base_url(&value))?;
        let log_format = match sources.get("server.log_format") {
            None => LogFormat::Pretty,
            Some(value) => match value.text.as_str() {
                "pretty" => LogFormat::Pretty,
                "json" => LogFormat::Json,
                other => return Err(value.wrong(format!("is `{other}`"), "use `pretty` or `json`")),
            },
        };
        Ok(Self {
            cors_origins: cors_origins(sources, &frontend_url)?,
            trusted_proxies: Proxies::read(sources)?,
            log: sources.get("server.log").map_or("info".to_owned(), |value| value.text),
            swagger_ui: sources.get("server.swagger_ui").map(|value| value.switch()).transpose()?,
            listen,
            operator_listen,
            public_url,
            frontend_url,
            log_format,
        })
    }
}

/// A port of the system's choice for the public listener makes the default one of its choice, too.
fn operator_listen(sources: &Sources, listen: SocketAddr) -> Result<OperatorListen, ConfigError> {
    let Some(value) = sources.get("server.operator_listen") else {
        let port = if listen.port() == 0 { 0 } else { 9090 };
        return Ok(OperatorListen::Default(SocketAddr::from(([127, 0, 0, 1], port))));
    };
    if value.text == "off" {
        return Ok(OperatorListen::Off);
    }
    value.text.parse().map(OperatorListen::Chosen).map_err(|_| {
        value.wrong(
            format!("is `{}`, not an address with a port", value.text),
            "e.g. 127.0.0.1:9090, or `off`; members must not reach it",
        )
    })
}

/// H14: exact origins; an empty entry is an error.
fn cors_origins(sources: &Sources, frontend_url: &str) -> Result<Vec<String>, ConfigError> {
    let Some(value) = sources.get("server.cors_origins") else { return Ok(vec![origin_of(frontend_url)]) };
    let hint = "exact origins separated by commas, e.g. https://zaro.example,https://www.zaro.example";
    value
        .text
        .split(',')
        .map(str::trim)
        .map(|entry| {
            if entry.is_empty() {
                return Err(value.wrong("has an empty entry", hint));
            }
            if origin_of(entry) != entry || !is_http(entry) {
                return Err(value.wrong(format!("has `{entry}`, which is no origin"), hint));
            }
            Ok(entry.to_owned())
        })
        .collect()
}

/// Scheme, host and port of an address.
fn origin_of(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    format!("{scheme}://{}", rest.split('/').next().unwrap_or_default())
}

fn is_http(url: &str) -> bool {
    url.strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
        .is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
}

/// An http(s) address without a slash at the end.
pub(super) fn base_url(value: &Value) -> Result<String, ConfigError> {
    let url = value.text.trim_end_matches('/');
    if !is_http(url) || url.contains(['?', '#', ' ']) {
        return Err(value.wrong(
            format!("is `{}`, not an address that begins with http:// or https://", value.text),
            "e.g. https://zaro.example",
        ));
    }
    Ok(url.to_owned())
}

/// Whether an address only works on the developer's own machine.
pub(super) fn is_development(url: &str) -> bool {
    let host = url.split("://").nth(1).unwrap_or(url).split('/').next().unwrap_or_default();
    host.starts_with("localhost")
        || host.starts_with("127.")
        || host.starts_with("[::1]")
        || host.starts_with("0.0.0.0")
}
