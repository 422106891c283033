//! What requests carry, read the contract's way: bodies, path values, query values (H8, H9, PG1, PG4).

use std::convert::Infallible;
use std::marker::PhantomData;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path as AxumPath, Query as AxumQuery, Request};
use axum::http::StatusCode;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use zaro_core::Code;
use zaro_core::policy::page::read_sort;
pub use zaro_core::policy::page::{PAGE_SIZE, PAGE_SIZE_MAX, Paging};
pub use zaro_core::types::{Direction, Sort};

use crate::error::{ApiError, Result};

/// H8: the longest JSON body, in bytes.
pub const BODY_MAX: usize = 1024 * 1024;
/// A JSON body that has arrived and is not looked at yet, so that 403 and 429 can come first (H6).
#[derive(Debug)]
pub struct Body<T> {
    bytes: Result<Bytes, Code>,
    shape: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Body<T> {
    /// The body, which must be there.
    ///
    /// # Errors
    /// `INVALID_REQUEST` for anything but a JSON object, `PAYLOAD_TOO_LARGE` for a body over [`BODY_MAX`].
    pub fn read(self) -> Result<T> {
        parse(&self.bytes?).map_err(ApiError::from)
    }
}

impl<T: DeserializeOwned + Default> Body<T> {
    /// The body where it may be missing: an empty one is none (H9).
    pub fn read_or_default(self) -> Result<T> {
        let bytes = self.bytes?;
        if bytes.trim_ascii().is_empty() { Ok(T::default()) } else { Ok(parse(&bytes)?) }
    }
}

/// Through a JSON value, so that of a member given twice the last counts, as everywhere in JavaScript.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Code> {
    let value: serde_json::Value = serde_json::from_slice(bytes).map_err(|_| Code::InvalidRequest)?;
    if !value.is_object() {
        return Err(Code::InvalidRequest);
    }
    T::deserialize(value).map_err(|_| Code::InvalidRequest)
}

impl<S: Send + Sync, T> FromRequest<S> for Body<T> {
    type Rejection = Infallible;

    async fn from_request(request: Request, state: &S) -> Result<Self, Infallible> {
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Code::PayloadTooLarge,
            _ => Code::InvalidRequest,
        });
        Ok(Self { bytes, shape: PhantomData })
    }
}

/// The values in the path; one that is not of its type is `TYPE_MISMATCH`.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        match AxumPath::from_request_parts(parts, state).await {
            Ok(AxumPath(value)) => Ok(Self(value)),
            Err(_) => Err(Code::TypeMismatch.into()),
        }
    }
}

/// The values of the query; of one given twice the first counts, unknown ones are ignored.
#[derive(Clone, Debug, Default)]
pub struct Params(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        match AxumQuery::try_from_uri(&parts.uri) {
            Ok(AxumQuery(pairs)) => Ok(Self(pairs)),
            Err(_) => Err(Code::InvalidRequest.into()),
        }
    }
}

impl Params {
    /// The value as it came.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The value as text.
    ///
    /// # Errors
    /// `INVALID_REQUEST` for U+0000 in it (H8).
    pub fn text(&self, name: &str) -> Result<Option<&str>> {
        match self.raw(name) {
            Some(text) if text.contains('\0') => Err(Code::InvalidRequest.into()),
            value => Ok(value),
        }
    }

    /// The value as a number or truth value of this type.
    ///
    /// # Errors
    /// `TYPE_MISMATCH` when it is not of the type.
    pub fn typed<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>> {
        self.raw(name).map(|text| text.parse().map_err(|_| Code::TypeMismatch.into())).transpose()
    }

    /// The value of a parameter that may come once at most.
    ///
    /// # Errors
    /// `INVALID_REQUEST` when it comes twice, or with U+0000 in it.
    pub fn single(&self, name: &str) -> Result<Option<&str>> {
        match self.0.iter().filter(|(key, _)| key == name).count() {
            0 | 1 => self.text(name),
            _ => Err(Code::InvalidRequest.into()),
        }
    }

    /// PG1: which page, of [`PAGE_SIZE`] entries unless `size` or `pageSize` says otherwise.
    pub fn paging(&self) -> Paging {
        self.paging_by(PAGE_SIZE)
    }

    /// The same with a default of the operation's own.
    pub fn paging_by(&self, default: u32) -> Paging {
        Paging::read(self.raw("page"), self.raw("size").or_else(|| self.raw("pageSize")), default)
    }

    /// PG4: the order asked for, out of those allowed; without a direction that of the default.
    ///
    /// # Errors
    /// `INVALID_REQUEST` for anything else, also for two orders.
    pub fn sort<P: Copy>(&self, allowed: &[(&str, P)], default: Sort<P>) -> Result<Sort<P>> {
        Ok(read_sort(self.single("sort")?, allowed, default)?)
    }
}

/// What the client calls itself.
#[derive(Clone, Debug)]
pub struct UserAgent(pub Option<String>);

impl<S: Sync> FromRequestParts<S> for UserAgent {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let text = parts.headers.get(USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        Ok(Self(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(query: &str) -> Params {
        let uri = format!("/?{query}").parse().expect("an address");
        Params(AxumQuery::try_from_uri(&uri).expect("a query").0)
    }

    #[test]
    fn pg1_odd_pages_and_sizes_never_fail() {
        for (query, page, size) in [
            ("", 0, 10),
            ("page=3&size=20", 3, 20),
            ("page=-1&size=0", 0, 10),
            ("page=x&size=-5", 0, 10),
            ("page=2147483647&size=100", 2_147_483_647, 100),
            ("page=2147483648&size=101", 0, 100),
            ("page=&size=99999999999999999999999", 0, 100),
            ("page=1.5&size=1.5", 0, 10),
            ("page=0&pageSize=7", 0, 7),
        ] {
            assert_eq!(params(query).paging(), Paging { page, size }, "{query}");
        }
        assert_eq!(params("size=x").paging_by(20).size, 20);
    }

    #[test]
    fn pg4_one_known_order_or_none() {
        let default = Sort { by: 'c', direction: Direction::Desc };
        let sort = |query: &str| params(query).sort(&[("createdAt", 'c'), ("likeCount", 'l')], default);
        let read = |query: &str| sort(query).expect("an order");
        assert_eq!(read(""), default);
        assert_eq!(read("sort=createdAt"), default);
        assert_eq!(read("sort=likeCount"), Sort { by: 'l', direction: Direction::Desc });
        assert_eq!(read("sort=createdAt,asc"), Sort { by: 'c', direction: Direction::Asc });
        for bad in ["sort=", "sort=id", "sort=createdAt,up", "sort=createdAt,asc,x", "sort=createdAt&sort=likeCount"] {
            assert_eq!(sort(bad).expect_err(bad).code(), Code::InvalidRequest);
        }
    }

    #[test]
    fn h8_query_values_of_another_type() {
        assert_eq!(params("a=5").typed::<i64>("a").expect("a number"), Some(5));
        assert_eq!(params("a=x").typed::<i64>("a").expect_err("no number").code(), Code::TypeMismatch);
        assert_eq!(params("a=%00").text("a").expect_err("U+0000").code(), Code::InvalidRequest);
        assert_eq!(params("b=1").text("a").expect("nothing"), None);
    }
}
