//! Section `server`.

use std::net::{IpAddr, SocketAddr};

use super::{ConfigError, Sources, Value};

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For a person at a terminal.
    Pretty,
    /// One JSON object a line.
    Json,
}

/// Addresses and logs of the daemon.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// The public listener.
    pub listen: SocketAddr,
    /// How members reach the API, without `/api` and without a slash at the end.
    pub public_url: String,
    /// The web frontend, without a slash at the end.
    pub frontend_url: String,
    /// Origins that browsers may call from (H14).
    pub cors_origins: Vec<String>,
    /// Whose word about the client's address is taken (RL).
    pub trusted_proxies: Vec<AddressRange>,
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
            trusted_proxies: trusted_proxies(sources)?,
            log: sources.get("server.log").map_or("info".to_owned(), |value| value.text),
            listen,
            public_url,
            frontend_url,
            log_format,
        })
    }
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

/// Addresses that begin with the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressRange {
    first: IpAddr,
    bits: u32,
}

impl AddressRange {
    /// Reads `10.0.0.0/8` or a single address.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let first: IpAddr = address.trim().parse().ok()?;
        let all = if first.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Some(all), |bits| bits.trim().parse().ok()).filter(|bits| *bits <= all)?;
        Some(Self { first, bits })
    }

    /// Whether the address is one of them.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.first, address) {
            (IpAddr::V4(a), IpAddr::V4(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros() >= self.bits,
            (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros() >= self.bits,
            _ => false,
        }
    }
}

/// Of proxies on the same machine unless something else is said.
fn trusted_proxies(sources: &Sources) -> Result<Vec<AddressRange>, ConfigError> {
    let Some(value) = sources.get("server.trusted_proxies") else {
        return Ok(["127.0.0.0/8", "::1"].into_iter().filter_map(AddressRange::parse).collect());
    };
    let range = |entry: &str| {
        AddressRange::parse(entry).ok_or_else(|| {
            value.wrong(format!("has `{entry}`, no address or range"), "e.g. 127.0.0.1,10.0.0.0/8; separated by commas")
        })
    };
    value.text.split(',').map(|entry| range(entry.trim())).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_ranges() {
        let within = |range: &str, address: &str| {
            AddressRange::parse(range).expect("a range").contains(address.parse().expect("an address"))
        };
        assert!(within("10.0.0.0/8", "10.255.0.1") && !within("10.0.0.0/8", "11.0.0.1"));
        assert!(within("192.0.2.1", "192.0.2.1") && !within("192.0.2.1", "192.0.2.2"));
        assert!(within("::/0", "2001:db8::1") && within("2001:db8::/32", "2001:db8:1::1"));
        assert!(within("0.0.0.0/0", "1.2.3.4") && !within("0.0.0.0/0", "::1"));
        for bad in ["", "x", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/"] {
            assert_eq!(AddressRange::parse(bad), None, "{bad}");
        }
    }
}
