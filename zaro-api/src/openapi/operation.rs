//! One operation: what its row says, and how it is written down.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use zaro_core::Code;
use zaro_core::policy::account::WhileSuspended;

use super::parameter::Parameter;
use super::payload::Payload;
use super::value::binary;
use crate::error::table;
use crate::router::Auth;

/// The component that stands for the general failures.
pub(super) const UNEXPECTED: &str = "Unexpected";

/// A row of `operations`.
pub(super) struct Operation {
    pub(super) method: Method,
    pub(super) path: &'static str,
    /// Named schemas that it refers to.
    pub(super) schemas: BTreeMap<String, Value>,
    tag: &'static str,
    id: &'static str,
    summary: &'static str,
    description: String,
    parameters: Vec<Parameter>,
    body: Option<Value>,
    writes: Option<WhileSuspended>,
    answers: Vec<(u16, Value)>,
    codes: Vec<Code>,
    extensions: Vec<(&'static str, Value)>,
}

pub(super) fn get(path: &'static str, id: &'static str, summary: &'static str, rules: &str) -> Operation {
    Operation::new(Method::GET, path, id, summary, rules)
}

pub(super) fn post(path: &'static str, id: &'static str, summary: &'static str, rules: &str) -> Operation {
    Operation::new(Method::POST, path, id, summary, rules)
}

pub(super) fn put(path: &'static str, id: &'static str, summary: &'static str, rules: &str) -> Operation {
    Operation::new(Method::PUT, path, id, summary, rules)
}

pub(super) fn patch(path: &'static str, id: &'static str, summary: &'static str, rules: &str) -> Operation {
    Operation::new(Method::PATCH, path, id, summary, rules)
}

pub(super) fn delete(path: &'static str, id: &'static str, summary: &'static str, rules: &str) -> Operation {
    Operation::new(Method::DELETE, path, id, summary, rules)
}

impl Operation {
    fn new(method: Method, path: &'static str, id: &'static str, summary: &'static str, rules: &str) -> Self {
        Self {
            method,
            path,
            tag: "",
            schemas: BTreeMap::new(),
            id,
            summary,
            description: format!("Rules: {rules}."),
            parameters: Vec::new(),
            body: None,
            writes: None,
            answers: Vec::new(),
            codes: Vec::new(),
            extensions: Vec::new(),
        }
    }

    /// The group under which it is shown.
    pub(super) fn in_group(mut self, tag: &'static str) -> Self {
        self.tag = tag;
        self
    }

    /// Something worth knowing that the rest does not tell.
    pub(super) fn note(mut self, note: &str) -> Self {
        self.description = format!("{note} {}", self.description);
        self
    }

    /// A value in the path, the query or a header; one that is not a text can be a `TYPE_MISMATCH`.
    pub(super) fn with(mut self, parameter: Parameter) -> Self {
        if parameter.is_typed() && !self.codes.contains(&Code::TypeMismatch) {
            self.codes.push(Code::TypeMismatch);
        }
        self.parameters.push(parameter);
        self
    }

    /// A JSON body, which must be there.
    pub(super) fn takes(self, name: &str, schema: Value) -> Self {
        self.json_body(name, schema, true)
    }

    /// A JSON body, which may be missing.
    pub(super) fn may_take(self, name: &str, schema: Value) -> Self {
        self.json_body(name, schema, false)
    }

    fn json_body(mut self, name: &str, schema: Value, required: bool) -> Self {
        let content = json!({ "application/json": { "schema": reference(name) } });
        self.body = Some(json!({ "required": required, "content": content }));
        self.schemas.insert(name.to_owned(), schema);
        self.codes.push(Code::InvalidRequest);
        self
    }

    /// A file of one of these types as body.
    pub(super) fn takes_file(mut self, types: &[&str]) -> Self {
        let binary = json!({ "schema": binary() });
        let content: Map<_, _> = types.iter().map(|kind| ((*kind).to_owned(), binary.clone())).collect();
        self.body = Some(json!({ "required": true, "content": content }));
        self
    }

    /// H12: it needs an ACTIVE caller.
    pub(super) fn writes(mut self, while_suspended: WhileSuspended) -> Self {
        self.codes.extend([Code::MailNotVerified, Code::DormantUser, Code::DeletedUser]);
        if while_suspended == WhileSuspended::Refused {
            self.codes.push(Code::UserSuspended);
        }
        self.writes = Some(while_suspended);
        self
    }

    /// A success with status 200.
    pub(super) fn ok(self, description: &str, payload: Payload) -> Self {
        self.answers(200, description, payload)
    }

    /// A success with another status (H2).
    pub(super) fn answers(mut self, status: u16, description: &str, payload: Payload) -> Self {
        let data = json!({ "type": "object", "required": ["data"], "properties": { "data": payload.schema } });
        self.schemas.extend(payload.named);
        self.answer(status, description, "application/json", json!({ "allOf": [reference("Envelope"), data] }))
    }

    /// JSON outside the envelope.
    pub(super) fn bare(mut self, status: u16, description: &str, payload: Payload) -> Self {
        self.schemas.extend(payload.named);
        self.answer(status, description, "application/json", payload.schema)
    }

    /// A success of another type than JSON.
    pub(super) fn file(self, description: &str, kind: &str, schema: Value) -> Self {
        self.answer(200, description, kind, schema)
    }

    /// A redirection.
    pub(super) fn redirects(mut self, description: &str) -> Self {
        let header = json!({ "Location": { "schema": { "type": "string" } } });
        self.answers.push((302, json!({ "description": description, "headers": header })));
        self
    }

    fn answer(mut self, status: u16, description: &str, kind: &str, schema: Value) -> Self {
        let mut answer = json!({ "description": description });
        answer["content"][kind]["schema"] = schema;
        self.answers.push((status, answer));
        self
    }

    /// A header of the answer named last.
    pub(super) fn header(mut self, name: &str, description: &str, schema: &Value) -> Self {
        if let Some((_, answer)) = self.answers.last_mut() {
            answer["headers"][name] = json!({ "description": description, "schema": schema });
        }
        self
    }

    /// Codes beside those that follow from authentication, parameters, body and [`Self::writes`].
    pub(super) fn refuses(mut self, codes: &[Code]) -> Self {
        self.codes.extend_from_slice(codes);
        self
    }

    /// A member of our own, `x-…`.
    pub(super) fn extension(mut self, name: &'static str, value: Value) -> Self {
        self.extensions.push((name, value));
        self
    }

    /// The operation as the description has it.
    pub(super) fn describe(&self, auth: Auth) -> Value {
        let mut written = json!({
            "operationId": self.id,
            "tags": [self.tag],
            "summary": self.summary,
            "description": self.description,
            "responses": self.responses(auth),
            "security": security(auth),
            "x-auth": word(auth),
            "x-needs-active-status": self.writes.is_some(),
        });
        if !self.parameters.is_empty() {
            written["parameters"] = self.parameters.iter().map(Parameter::describe).collect();
        }
        if let Some(body) = &self.body {
            written["requestBody"] = body.clone();
        }
        if self.writes == Some(WhileSuspended::Allowed) {
            written["x-allowed-while-suspended"] = true.into();
        }
        for (name, value) in &self.extensions {
            written[*name] = value.clone();
        }
        written
    }

    fn responses(&self, auth: Auth) -> Value {
        let mut codes: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
        let of_auth = matches!(auth, Auth::Required | Auth::Optional).then_some(Code::AuthRequired);
        for code in of_auth.iter().chain(&self.codes) {
            codes.entry(table::standing(*code).0.as_u16()).or_default().push(*code);
        }
        let mut responses: Map<_, _> =
            self.answers.iter().map(|(status, answer)| (status.to_string(), answer.clone())).collect();
        for (status, codes) in codes {
            let names: Vec<_> = codes.iter().map(|code| code.as_str()).collect();
            let mut response = refusal(&names.join(", "), &codes);
            if [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE].iter().any(|late| *late == status) {
                response["headers"] = json!({ "Retry-After": retry_after() });
            }
            responses.insert(status.to_string(), response);
        }
        responses.insert("default".to_owned(), json!({ "$ref": format!("#/components/responses/{UNEXPECTED}") }));
        responses.into()
    }
}

/// A failure in both its forms (H3, H4).
pub(super) fn refusal(description: &str, codes: &[Code]) -> Value {
    json!({
        "description": description,
        "content": {
            "application/json": { "schema": reference("Error") },
            "application/problem+json": { "schema": reference("Problem") },
        },
        "x-error-codes": codes,
    })
}

pub(super) fn retry_after() -> Value {
    json!({ "description": "whole seconds", "schema": { "type": "integer", "minimum": 1 } })
}

pub(super) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn word(auth: Auth) -> &'static str {
    match auth {
        Auth::None => "none",
        Auth::Required => "required",
        Auth::Optional => "optional",
        Auth::Refresh => "refresh",
        Auth::Lenient => "lenient",
        Auth::Signature => "signature",
    }
}

fn security(auth: Auth) -> Value {
    match auth {
        Auth::None | Auth::Signature => json!([]),
        Auth::Required => json!([{ "accessToken": [] }]),
        Auth::Optional | Auth::Lenient => json!([{}, { "accessToken": [] }]),
        Auth::Refresh => json!([{ "refreshToken": [] }]),
    }
}
