//! What the API says about itself (`OpenAPI` 3.1), made from the code.
//!
//! Paths and authentication come from the routes, answers from the views, statuses from the table of codes. What only
//! words can say stands in `operations`, one row an operation; `tests/openapi` compares the whole with the contract.

mod operation;
mod operations;
mod parameter;
mod payload;
mod swagger;
mod value;

use std::collections::BTreeMap;

use axum::http::Method;
use serde_json::{Map, Value, json};
use zaro_core::Code;

pub(crate) use swagger::mount;

use self::operation::UNEXPECTED;
use crate::error::table;
use crate::router::{Auth, routes};

/// Version of the contract.
const VERSION: &str = "1.0.0";
/// Groups of operations, in the order in which the interface shows them.
const TAGS: [&str; 13] = [
    "auth",
    "users",
    "posts",
    "likes",
    "reports",
    "search",
    "comments",
    "profile",
    "favourites",
    "map",
    "notifications",
    "images",
    "operation",
];
const ABOUT: &str = "\
- Success: {\"code\":\"SUCCESS\",\"message\",\"data\"}, data always present. Failure: \
{\"code\",\"message\",\"traceId\",\"fields\"?}, or application/problem+json when Accept asks for it.
- Every answer is JSON with a body, also errors and answers to DELETE.
- Access token: Authorization: Bearer <JWT>. No cookies are read or set.
- Ids are JSON integers. Unknown members and parameters are ignored.
- x-auth: none | required | optional | refresh | lenient | signature. x-needs-active-status: 403 unless the caller is \
ACTIVE; x-allowed-while-suspended: a suspension does not matter. x-error-codes: the codes of that status; the general \
ones of `default` come on top.";

/// The whole description, as reached at this public address.
pub fn document(public_url: &str) -> Value {
    let asks: BTreeMap<_, _> = routes().iter().map(|route| (key(&route.method, route.path), route.auth)).collect();
    let mut paths = Map::new();
    let mut schemas = standing_schemas();
    for operation in operations::all() {
        let auth = asks.get(&key(&operation.method, operation.path)).copied().unwrap_or(Auth::None);
        let item = paths.entry(operation.path).or_insert_with(|| json!({}));
        item[operation.method.as_str().to_ascii_lowercase()] = operation.describe(auth);
        schemas.extend(operation.schemas);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "ZARO REST API",
            "version": VERSION,
            "summary": "The community platform for people who live alone",
            "description": ABOUT,
        },
        "servers": [{ "url": public_url, "description": "public listener" }],
        "tags": TAGS.map(|name| json!({ "name": name })),
        "paths": paths,
        "components": {
            "securitySchemes": security_schemes(),
            "responses": { UNEXPECTED: unexpected() },
            "schemas": schemas,
        },
    })
}

/// Every operation that has a row: its method and path.
pub fn described() -> Vec<(Method, &'static str)> {
    operations::all().into_iter().map(|operation| (operation.method, operation.path)).collect()
}

fn key(method: &Method, path: &'static str) -> (String, &'static str) {
    (method.to_string(), path)
}

fn security_schemes() -> Value {
    json!({
        "accessToken": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "T1, T11" },
        "refreshToken": {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "the refresh token, with or without \"Bearer \" (T3)",
        },
    })
}

/// What can happen to any operation.
fn unexpected() -> Value {
    let codes = [
        Code::InvalidRequest,
        Code::RouteNotFound,
        Code::MethodNotAllowed,
        Code::PayloadTooLarge,
        Code::InternalServerError,
        Code::ServiceUnavailable,
    ];
    let mut response = operation::refusal("What can happen to any operation (H5, H8, H16 to H19)", &codes);
    response["headers"] = json!({ "X-Trace-Id": trace_id(), "Retry-After": operation::retry_after() });
    response
}

fn trace_id() -> Value {
    json!({ "description": "on every answer; the same as traceId in an error", "schema": { "type": "string" } })
}

/// The bodies that every operation shares (H2 to H4).
fn standing_schemas() -> BTreeMap<String, Value> {
    let code = json!({ "$ref": "#/components/schemas/ErrorCode" });
    let message =
        json!({ "type": "string", "minLength": 1, "description": "Korean text shown to the user as it is (H15)" });
    let trace_id = json!({ "type": "string", "minLength": 1 });
    let fields = json!({
        "type": "array",
        "minItems": 1,
        "items": { "$ref": "#/components/schemas/FieldError" },
        "description": "present when request fields are at fault (H7)",
    });
    let statuses: Map<_, _> =
        Code::ALL.iter().map(|code| (code.to_string(), table::standing(*code).0.as_u16().into())).collect();
    let schemas = [
        (
            "Envelope",
            json!({
                "type": "object",
                "required": ["code", "message", "data"],
                "properties": {
                    "code": { "type": "string", "const": "SUCCESS" },
                    "message": { "type": "string", "minLength": 1, "description": "Korean text; some of it is shown to the user" },
                    "data": { "description": "payload, or null" },
                },
            }),
        ),
        (
            "ErrorCode",
            json!({
                "type": "string",
                "enum": Code::ALL.iter().map(|code| code.as_str()).collect::<Vec<_>>(),
                "x-status": statuses,
            }),
        ),
        (
            "FieldError",
            json!({
                "type": "object",
                "required": ["field", "code"],
                "properties": {
                    "field": { "type": "string", "description": "name as in the request" },
                    "code": code,
                },
            }),
        ),
        (
            "Error",
            json!({
                "type": "object",
                "description": "Body of every failure.",
                "required": ["code", "message", "traceId"],
                "properties": { "code": code, "message": message, "traceId": trace_id, "fields": fields },
            }),
        ),
        (
            "Problem",
            json!({
                "type": "object",
                "description": "RFC 9457 form of the same failure, sent only when Accept asks for it (H4)",
                "required": ["type", "title", "status", "detail", "instance", "code", "message", "traceId"],
                "properties": {
                    "type": { "type": "string", "format": "uri", "description": "urn:zaro:error:<CODE>" },
                    "title": { "type": "string", "description": "standing text of the code" },
                    "status": { "type": "integer" },
                    "detail": { "type": "string", "description": "same as message" },
                    "instance": { "type": "string", "format": "uri", "description": "urn:zaro:trace:<traceId>" },
                    "code": code,
                    "message": { "type": "string", "minLength": 1 },
                    "traceId": { "type": "string" },
                    "fields": fields,
                },
            }),
        ),
    ];
    schemas.map(|(name, schema)| (name.to_owned(), schema)).into()
}
