//! The bodies of all answers: successes (H2), failures (H3), and failures as problem details (H4).

use std::convert::Infallible;
use std::hash::{DefaultHasher, Hasher as _};

use axum::body::{Body, Bytes};
use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use zaro_core::{Code, Error};

use crate::error::{ApiError, Failure, table};

/// Whole seconds after which trying again makes sense, where nobody knows better.
const RETRY_SECONDS: u64 = 5;
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");

/// A success: its Korean text, which the web frontend may show, and its payload.
#[derive(Debug)]
pub struct Success<T = ()> {
    status: StatusCode,
    message: &'static str,
    data: T,
}

impl<T> Success<T> {
    /// 200.
    pub const fn ok(message: &'static str, data: T) -> Self {
        Self { status: StatusCode::OK, message, data }
    }

    /// 201: sign-up, creating a comment and filing an appeal, and nothing else (H2).
    pub const fn created(message: &'static str, data: T) -> Self {
        Self { status: StatusCode::CREATED, message, data }
    }

    /// 202: asking for an export, and nothing else (H2).
    pub const fn accepted(message: &'static str, data: T) -> Self {
        Self { status: StatusCode::ACCEPTED, message, data }
    }
}

#[derive(Serialize)]
struct Envelope<'a, T> {
    code: &'a str,
    message: &'a str,
    data: &'a T,
}

impl<T> Success<T> {
    fn envelope(&self) -> Envelope<'_, T> {
        Envelope { code: "SUCCESS", message: self.message, data: &self.data }
    }
}

impl<T: Serialize> IntoResponse for Success<T> {
    fn into_response(self) -> Response {
        json(self.status, &self.envelope())
    }
}

/// H19: a success that is the same for everybody, with a tag by which a client that has it already is told so.
#[derive(Debug)]
pub struct Shared<T> {
    success: Success<T>,
    known: IfNoneMatch,
}

impl<T> Shared<T> {
    /// An answer to a client that has these.
    pub const fn new(success: Success<T>, known: IfNoneMatch) -> Self {
        Self { success, known }
    }
}

impl<T: Serialize> IntoResponse for Shared<T> {
    fn into_response(self) -> Response {
        match self.success.write() {
            Ok(written) => written.answer(&self.known),
            Err(error) => ApiError::from(error).into_response(),
        }
    }
}

/// H19: a 200 that is the same for everybody, written once and sent many times.
#[derive(Clone, Debug)]
pub struct Written {
    bytes: Bytes,
    tag: HeaderValue,
}

impl<T: Serialize> Success<T> {
    /// Writes it, with a tag of its content.
    pub(crate) fn write(&self) -> Result<Written, Error> {
        let bytes = serde_json::to_vec(&self.envelope()).map_err(|error| unwritable(&error))?;
        let mut hasher = DefaultHasher::new();
        hasher.write(&bytes);
        let tag = format!("\"{:016x}\"", hasher.finish());
        let tag = HeaderValue::try_from(tag).map_err(|error| Error::Internal(format!("a tag: {error}")))?;
        Ok(Written { bytes: bytes.into(), tag })
    }
}

impl Written {
    /// The answer to a client that has these.
    pub(crate) fn answer(&self, known: &IfNoneMatch) -> Response {
        let is_known = known.holds(&self.tag);
        let mut response = Response::new(if is_known { Body::empty() } else { Body::from(self.bytes.clone()) });
        let headers = response.headers_mut();
        headers.insert(ETAG, self.tag.clone());
        // It may be kept, and must be asked about each time: who has just written wants to see it.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        if is_known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        } else {
            headers.insert(CONTENT_TYPE, JSON);
        }
        response
    }
}

/// The tags of the answers that a client has.
#[derive(Clone, Debug, Default)]
pub struct IfNoneMatch(Vec<String>);

impl IfNoneMatch {
    fn holds(&self, tag: &HeaderValue) -> bool {
        self.0.iter().any(|known| known == "*" || tag == known.strip_prefix("W/").unwrap_or(known))
    }
}

impl<S: Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let texts = parts.headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        Ok(Self(texts.flat_map(|text| text.split(',')).map(|tag| tag.trim().to_owned()).collect()))
    }
}

/// An answer of any shape as JSON.
pub(crate) fn json<T: Serialize>(status: StatusCode, body: &T) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => (status, [(CONTENT_TYPE, JSON)], bytes).into_response(),
        Err(error) => ApiError::from(unwritable(&error)).into_response(),
    }
}

fn unwritable(error: &serde_json::Error) -> Error {
    Error::Internal(format!("an answer cannot be written: {error}"))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorBody<'a> {
    code: &'a str,
    message: &'a str,
    trace_id: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<FieldView>,
}

#[derive(Serialize)]
struct FieldView {
    field: &'static str,
    code: Code,
}

#[derive(Serialize)]
struct Problem<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    instance: String,
    #[serde(flatten)]
    body: ErrorBody<'a>,
}

/// Writes the body of a failure into its response, which keeps its headers (`Allow`, CORS).
pub(crate) fn write_failure(response: &mut Response, failure: &Failure, trace_id: &str, as_problem: bool) {
    let refusal = match failure {
        Failure::Failed(error) => match &**error {
            Error::Refused(refusal) => Some(refusal),
            _ => None,
        },
        Failure::Panicked => None,
    };
    let code = failure.code();
    let (status, title) = table::standing(code);
    let message = table::message(code, refusal.and_then(|refusal| refusal.date));
    let fields = refusal.map(|refusal| refusal.fields.as_slice()).unwrap_or_default();
    let body = ErrorBody {
        code: code.as_str(),
        message: &message,
        trace_id,
        fields: fields.iter().map(|fault| FieldView { field: fault.field, code: fault.code }).collect(),
    };
    let (kind, bytes) = if as_problem {
        let problem = Problem {
            kind: format!("urn:zaro:error:{code}"),
            title,
            status: status.as_u16(),
            detail: &message,
            instance: format!("urn:zaro:trace:{trace_id}"),
            body,
        };
        (PROBLEM, serde_json::to_vec(&problem))
    } else {
        (JSON, serde_json::to_vec(&body))
    };
    *response.status_mut() = status;
    // Maps with text keys, texts and numbers: there is nothing in them that could not be written.
    *response.body_mut() = Body::from(bytes.unwrap_or_default());
    response.headers_mut().remove(axum::http::header::CONTENT_LENGTH);
    response.headers_mut().insert(CONTENT_TYPE, kind);
    let known = refusal.and_then(|refusal| refusal.retry_after);
    if let Some(seconds) = known.or((status == StatusCode::SERVICE_UNAVAILABLE).then_some(RETRY_SECONDS)) {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
}

/// H4: whether `Accept` names problem details, and prefers plain JSON no more than them.
pub(crate) fn wants_problem(headers: &HeaderMap) -> bool {
    let texts = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let ranges: Vec<(String, f32)> = texts.flat_map(|text| text.split(',')).filter_map(range).collect();
    let named = |name: &str| ranges.iter().filter(|(range, _)| range == name).map(|(_, q)| *q).reduce(f32::max);
    let Some(problem) = named("application/problem+json") else { return false };
    // The most specific range speaks for plain JSON.
    let json = named("application/json").or_else(|| named("application/*")).or_else(|| named("*/*")).unwrap_or(0.0);
    problem > 0.0 && problem >= json
}

/// A media range in lower case with its quality; one whose quality is no number is passed over.
fn range(text: &str) -> Option<(String, f32)> {
    let mut parts = text.split(';').map(|part| part.trim().to_ascii_lowercase());
    let name = parts.next()?;
    let quality = parts.find_map(|part| part.strip_prefix("q=").map(str::to_owned));
    let quality = quality.map_or(Some(1.0), |text| text.trim().parse::<f32>().ok())?;
    (0.0..=1.0).contains(&quality).then_some((name, quality))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h4_problem_details_only_where_they_are_asked_for() {
        for (accept, expected) in [
            (None, false),
            (Some("*/*"), false),
            (Some("application/json"), false),
            (Some("application/*"), false),
            (Some("application/problem+json"), true),
            (Some("APPLICATION/Problem+JSON; charset=utf-8"), true),
            (Some("application/problem+json;q=0"), false),
            (Some("application/problem+json; q=0.5, application/json; q=0.5"), true),
            (Some("application/problem+json;q=0.5, application/json"), false),
            (Some("application/json;q=0.9,application/problem+json"), true),
            (Some("application/problem+json;q=0.5, */*"), false),
            (Some("application/problem+json, */*;q=0.8"), true),
            (Some("application/problem+json;q=0.5, application/json;q=0.1, */*"), true),
            (Some("application/problem+json;q=high"), false),
            (Some(",;,q=1"), false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(accept) = accept {
                headers.insert(ACCEPT, HeaderValue::from_static(accept));
            }
            assert_eq!(wants_problem(&headers), expected, "{accept:?}");
        }
    }
}
