//! What answers carry: the schemas of the views.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use super::operation::reference;

/// A schema, and the named ones that it refers to.
pub(super) struct Payload {
    pub(super) schema: Value,
    pub(super) named: BTreeMap<String, Value>,
}

/// `data: null`.
pub(super) fn nothing() -> Payload {
    Payload { schema: json!({ "type": "null" }), named: BTreeMap::new() }
}

/// One view, or one plain value.
pub(super) fn one<T: ToSchema>() -> Payload {
    let mut nested = Vec::new();
    T::schemas(&mut nested);
    let mut named: BTreeMap<_, _> = nested.into_iter().map(|(name, schema)| (name, written(&schema))).collect();
    let schema = written(&T::schema());
    if ["properties", "allOf", "oneOf"].iter().all(|key| schema.get(key).is_none()) {
        return Payload { schema, named };
    }
    named.insert(T::name().into_owned(), schema);
    Payload { schema: reference(&T::name()), named }
}

/// A list of views.
pub(super) fn list<T: ToSchema>() -> Payload {
    let Payload { schema, named } = one::<T>();
    Payload { schema: json!({ "type": "array", "items": schema }), named }
}

/// One of two views, which may share members.
pub(super) fn either<A: ToSchema, B: ToSchema>() -> Payload {
    let (a, b) = (one::<A>(), one::<B>());
    let named = a.named.into_iter().chain(b.named).collect();
    Payload { schema: json!({ "anyOf": [a.schema, b.schema] }), named }
}

/// A derived schema as JSON.
///
/// Views write null rather than leave a member out, so a member that can be null is always there; where it is left out
/// (`skip_serializing_if`) the view says `nullable = false`.
fn written(schema: &RefOr<Schema>) -> Value {
    let mut schema = serde_json::to_value(schema).unwrap_or_default();
    require_nullable(&mut schema);
    schema
}

fn require_nullable(schema: &mut Value) {
    for part in schema.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten() {
        require_nullable(part);
    }
    let Some(members) = schema.get("properties").and_then(Value::as_object) else { return };
    let nullable: Vec<_> =
        members.iter().filter(|(_, member)| can_be_null(member)).map(|(name, _)| name.clone()).collect();
    let mut required: Vec<String> = serde_json::from_value(schema["required"].take()).unwrap_or_default();
    required.extend(nullable);
    schema["required"] = required.into();
}

fn can_be_null(member: &Value) -> bool {
    let is_null = |part: &Value| part["type"] == "null";
    let among = |key: &str| member[key].as_array().is_some_and(|parts| parts.iter().any(is_null));
    let typed = member["type"].as_array().is_some_and(|types| types.iter().any(|name| name == "null"));
    typed || among("oneOf") || among("anyOf")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(ToSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct View {
        always: i32,
        or_null: Option<i32>,
        inner: Option<Inner>,
        #[schema(nullable = false)]
        left_out: Option<i32>,
    }

    #[derive(ToSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Inner {
        text: String,
    }

    #[test]
    fn what_can_be_null_is_always_there() {
        let payload = one::<View>();
        assert_eq!(payload.schema, reference("View"));
        assert_eq!(payload.named.keys().collect::<Vec<_>>(), ["Inner", "View"]);
        assert_eq!(payload.named["View"]["required"], json!(["always", "inner", "or_null"]));
    }
}
