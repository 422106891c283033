//! Where a request comes from, as far as the proxy in front can be believed (RL).

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;

use crate::app::App;

const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// The address of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl FromRequestParts<App> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        // Without a connection, as inside a test, all come from nowhere.
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| peer.ip());
        // A value that is no text cannot be read like one that is no address.
        let forwarded: Vec<&str> =
            parts.headers.get_all(X_FORWARDED_FOR).iter().map(|value| value.to_str().unwrap_or("unreadable")).collect();
        Ok(Self(app.http().trusted_proxies.client(peer, forwarded.into_iter())))
    }
}
