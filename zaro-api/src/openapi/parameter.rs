//! Values in the path, the query and the headers.

use serde_json::{Value, json};

use super::value::text;

/// One of them.
pub(super) struct Parameter {
    name: &'static str,
    place: &'static str,
    required: bool,
    schema: Value,
    description: &'static str,
}

/// An id in the path.
pub(super) fn id(name: &'static str, description: &'static str) -> Parameter {
    segment(name, json!({ "type": "integer", "format": "int64" }), description)
}

/// Another value in the path.
pub(super) fn segment(name: &'static str, schema: Value, description: &'static str) -> Parameter {
    Parameter { name, place: "path", required: true, schema, description }
}

/// A value of the query that may be missing.
pub(super) fn query(name: &'static str, schema: Value, description: &'static str) -> Parameter {
    Parameter { name, place: "query", required: false, schema, description }
}

/// A value of the query that must be there.
pub(super) fn needed(name: &'static str, schema: Value, description: &'static str) -> Parameter {
    Parameter { required: true, ..query(name, schema, description) }
}

/// A header that may be missing.
pub(super) fn header(name: &'static str, schema: Value, description: &'static str) -> Parameter {
    Parameter { place: "header", ..query(name, schema, description) }
}

/// PG1.
pub(super) fn page() -> Parameter {
    query("page", text(), "0-based number; anything else counts as 0 (PG1)")
}

/// PG1.
pub(super) fn size() -> Parameter {
    query("size", text(), "number; odd values count as 10, above 100 as 100 (PG1)")
}

/// PG4: an order by one of these properties, written as a pattern.
pub(super) fn sort(properties: &str, description: &'static str) -> Parameter {
    query("sort", json!({ "type": "string", "pattern": format!("^{properties}(,(asc|desc))?$") }), description)
}

impl Parameter {
    /// Whether there are texts that are none of its values (H8).
    pub(super) fn is_typed(&self) -> bool {
        self.schema["type"] != "string"
    }

    pub(super) fn describe(&self) -> Value {
        json!({
            "name": self.name,
            "in": self.place,
            "required": self.required,
            "schema": self.schema,
            "description": self.description,
        })
    }
}
