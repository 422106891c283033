//! Whose word on where a request comes from is believed (RL).

use std::net::IpAddr;

use super::{ConfigError, Sources};

/// A range of addresses, `10.0.0.0/8` or a single one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    first: IpAddr,
    /// Leading bits that an address of it has in common with the first one.
    bits: u32,
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse().ok()?)),
            None => (text, None),
        };
        let first: IpAddr = address.parse().ok()?;
        let all = if first.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(all);
        (bits <= all).then_some(Self { first, bits })
    }

    fn has(self, address: IpAddr) -> bool {
        let differ = match (self.first, address) {
            (IpAddr::V4(one), IpAddr::V4(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros(),
            (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros(),
            _ => return false,
        };
        differ >= self.bits
    }
}

/// The proxies in front of us, which tell where a request comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies(Vec<Network>);

impl Proxies {
    /// Addresses and networks, separated by commas; the part that is none in the error.
    pub fn parse(list: &str) -> Result<Self, String> {
        let parts = list.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| Network::parse(part).ok_or_else(|| part.to_owned())).collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn read(sources: &Sources) -> Result<Self, ConfigError> {
        match sources.get("server.trusted_proxies") {
            // Only a process of this machine connects from there, and it could do worse than name another address.
            None => Ok(Self::loopback()),
            Some(value) => Self::parse(&value.text).map_err(|part| {
                value.wrong(
                    format!("has `{part}`, which is neither an address nor a network"),
                    "addresses and networks of the proxies, separated by commas, e.g. 127.0.0.1,10.0.0.0/8",
                )
            }),
        }
    }

    /// Those of this machine.
    pub fn loopback() -> Self {
        Self(["127.0.0.0/8", "::1"].into_iter().filter_map(Network::parse).collect())
    }

    /// Whether one of them has this address.
    pub fn has(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.has(address))
    }

    /// Where a request comes from: who connected, unless it is one of the proxies; then what it says, and what the proxies
    /// before it say, from the nearest to the farthest, up to the first that is no proxy of ours.
    ///
    /// `forwarded` are the values of `X-Forwarded-For` in the order of the request. A client may write there what it likes:
    /// what it wrote stands before what the proxies added, and is not reached.
    pub fn client<'a>(&self, connected: IpAddr, forwarded: impl DoubleEndedIterator<Item = &'a str>) -> IpAddr {
        let mut nearest = connected.to_canonical();
        for text in forwarded.rev().flat_map(|value| value.rsplit(',')) {
            if !self.has(nearest) {
                break;
            }
            // What cannot be read is nobody's address; the proxy that passed it on is the last one known.
            let Ok(before) = text.trim().parse::<IpAddr>() else { break };
            nearest = before.to_canonical();
        }
        nearest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn networks_have_their_addresses_and_no_others() {
        let proxies = Proxies::parse("10.0.0.0/8, 192.0.2.7 ,2001:db8::/32,").expect("a list");
        for (text, expected) in [
            ("10.255.0.1", true),
            ("::ffff:10.1.2.3", true),
            ("11.0.0.1", false),
            ("192.0.2.7", true),
            ("192.0.2.6", false),
            ("2001:db8:ffff::1", true),
            ("2001:db9::1", false),
        ] {
            assert_eq!(proxies.has(address(text)), expected, "{text}");
        }
        assert!(Proxies::parse("0.0.0.0/0").expect("a list").has(address("203.0.113.9")));
        assert!(Proxies::loopback().has(address("127.0.0.1")) && Proxies::loopback().has(address("::1")));
        for bad in ["x", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0/8", "10.0.0.1:80", "10.0.0.0/"] {
            assert_eq!(Proxies::parse(bad), Err(bad.to_owned()), "{bad}");
        }
    }

    #[test]
    fn rl_only_the_proxies_are_believed() {
        let proxies = Proxies::parse("127.0.0.1,10.0.0.0/8").expect("a list");
        for (connected, forwarded, client) in [
            ("203.0.113.9", &[][..], "203.0.113.9"),
            ("203.0.113.9", &["198.51.100.1"], "203.0.113.9"),
            ("127.0.0.1", &[], "127.0.0.1"),
            ("127.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("::ffff:127.0.0.1", &["::ffff:203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", &["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", &["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", &["203.0.113.9, 10.0.0.2"], "203.0.113.9"),
            ("127.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            ("127.0.0.1", &["198.51.100.1, unknown"], "127.0.0.1"),
            ("127.0.0.1", &["198.51.100.1, , 10.0.0.2"], "10.0.0.2"),
            ("127.0.0.1", &["2001:db8::7"], "2001:db8::7"),
        ] {
            let found = proxies.client(address(connected), forwarded.iter().copied());
            assert_eq!(found, address(client), "{connected} {forwarded:?}");
        }
    }
}
