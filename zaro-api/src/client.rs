//! Where a request comes from, as far as limits by address are concerned (RL).

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use zaro_core::config::AddressRange;

use crate::app::App;

/// How many bits of an IPv6 address are one subscriber's: the rest they choose as they like.
const SUBSCRIBER_BITS: u32 = 64;

/// The client's address: that of the connection, or what the trusted proxies in front of us say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub String);

impl FromRequestParts<App> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        // A request that came over no connection was made in this process.
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(peer)| peer.ip());
        Ok(Self(subscriber(client(peer, &parts.headers, &app.http().trusted_proxies))))
    }
}

/// Each proxy adds whom it was asked by at the end of the list, so it is read from there, as far as it can be trusted.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[AddressRange]) -> IpAddr {
    let lists = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let named: Vec<&str> = lists.flat_map(|list| list.split(',')).map(str::trim).collect();
    let mut client = peer.to_canonical();
    for address in named.into_iter().rev() {
        if !trusted.iter().any(|range| range.contains(client)) {
            break;
        }
        let Ok(address) = address.parse::<IpAddr>() else { break };
        client = address.to_canonical();
    }
    client
}

/// The address by which a subscriber is counted.
fn subscriber(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let network = address.to_bits() & (u128::MAX << (128 - SUBSCRIBER_BITS));
            format!("{}/{SUBSCRIBER_BITS}", Ipv6Addr::from_bits(network))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(peer: &str, forwarded: &[&str]) -> String {
        let trusted = ["127.0.0.0/8", "10.0.0.0/8"].map(|range| AddressRange::parse(range).expect("a range"));
        let mut headers = HeaderMap::new();
        for list in forwarded {
            headers.append("x-forwarded-for", list.parse().expect("a header"));
        }
        subscriber(client(peer.parse().expect("an address"), &headers, &trusted))
    }

    #[test]
    fn rl_only_trusted_proxies_are_believed() {
        for (peer, forwarded, expected) in [
            ("192.0.2.1", &[][..], "192.0.2.1"),
            ("192.0.2.1", &["198.51.100.7"], "192.0.2.1"),
            ("127.0.0.1", &["198.51.100.7"], "198.51.100.7"),
            ("::ffff:127.0.0.1", &["198.51.100.7"], "198.51.100.7"),
            ("127.0.0.1", &["198.51.100.7, 203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", &["198.51.100.7, 203.0.113.9, 10.0.0.3"], "203.0.113.9"),
            ("127.0.0.1", &["198.51.100.7", "203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", &["198.51.100.7, nonsense"], "127.0.0.1"),
            ("127.0.0.1", &[], "127.0.0.1"),
            ("127.0.0.1", &["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64"),
        ] {
            assert_eq!(read(peer, forwarded), expected, "{peer} {forwarded:?}");
        }
    }
}
