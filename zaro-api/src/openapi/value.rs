//! Values that requests carry, and the limits of section FC.

use serde_json::{Value, json};

/// A body of these members, of which some must be there.
pub(super) fn fields(required: &[&str], members: Value) -> Value {
    let mut schema = json!({ "type": "object" });
    schema["properties"] = members;
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    schema
}

/// Any text.
pub(super) fn text() -> Value {
    json!({ "type": "string" })
}

/// A text, or null.
pub(super) fn optional_text() -> Value {
    json!({ "type": ["string", "null"] })
}

/// A text that is not blank, of at most so many characters.
pub(super) fn filled(max: usize) -> Value {
    json!({ "type": "string", "pattern": r"\S", "maxLength": max, "description": "not blank" })
}

/// One of these words.
pub(super) fn word<'a>(words: impl IntoIterator<Item = &'a str>) -> Value {
    json!({ "type": "string", "enum": words.into_iter().collect::<Vec<_>>() })
}

/// The bytes of a file.
pub(super) fn binary() -> Value {
    json!({ "type": "string", "format": "binary" })
}

/// A calendar date.
pub(super) fn date() -> Value {
    json!({ "type": "string", "format": "date" })
}

/// The value, or nothing: absent, null or empty (H9).
pub(super) fn or_blank(value: Value) -> Value {
    json!({ "anyOf": vec![value, json!({ "enum": ["", null] })] })
}

/// A2.
pub(super) fn email() -> Value {
    json!({
        "type": "string",
        "maxLength": 255,
        "pattern": r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$",
        "description": "after white space at both ends was cut (A2)",
    })
}

/// A4.
pub(super) fn new_password() -> Value {
    json!({
        "type": "string",
        "minLength": 8,
        "maxLength": 64,
        "description": "printable characters with at least one of A-Z, a-z, 0-9 and one symbol of any kind (A4)",
    })
}

/// A3.
pub(super) fn nickname() -> Value {
    json!({
        "type": "string",
        "minLength": 2,
        "maxLength": 12,
        "pattern": "^[a-zA-Z0-9가-힣_-]{2,12}$",
        "description": "A3",
    })
}
