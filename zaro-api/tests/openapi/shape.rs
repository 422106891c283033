//! A description written as flat lines, so that two of them can be compared and a difference reads by itself.
//!
//! References are resolved, `allOf` is merged, and every way to say "or null" becomes one. Requests keep all their
//! limits; of answers what a client can rely on is kept: names, types, which members are there, which can be null, words,
//! forms of texts. Prose is left out.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// Members of a schema that say nothing to a machine.
const PROSE: [&str; 4] = ["description", "examples", "title", "x-status"];
/// Members of a schema that an answer keeps; the rest are limits, which bind us and not the client.
const OF_ANSWERS: [&str; 9] =
    ["type", "enum", "pattern", "properties", "required", "items", "oneOf", "nullable", "format"];

/// Whether the limits count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Request,
    Answer,
}

/// One description.
pub(crate) struct Description(pub(crate) Value);

impl Description {
    /// The operations: method, path, operationId.
    pub(crate) fn operations(&self) -> Vec<(String, String, String)> {
        let paths = self.0["paths"].as_object().expect("paths");
        let all = paths.iter().flat_map(|(path, item)| {
            let item = item.as_object().expect("operations");
            item.iter().map(move |(method, operation)| {
                let id = operation["operationId"].as_str().expect("an operationId").to_owned();
                (method.to_ascii_uppercase(), path.clone(), id)
            })
        });
        all.collect()
    }

    /// What the description says about one operation.
    pub(crate) fn lines(&self, method: &str, path: &str) -> BTreeSet<String> {
        let operation = &self.0["paths"][path][method.to_ascii_lowercase()];
        let mut lines = BTreeSet::new();
        let mut say = |line: String| {
            assert!(lines.insert(format!("{method} {path} {line}")), "told twice: {line}");
        };
        for (name, value) in operation.as_object().expect("an operation") {
            match name.as_str() {
                "summary" | "description" | "parameters" | "requestBody" | "responses" | "servers" => {}
                // Its data is an entry of the list, which is compared there; in the contract a stray key got into it.
                "x-sse-events" => {
                    let events: Vec<_> = value.as_object().expect("events").keys().collect();
                    say(format!("{name}: {events:?}"));
                }
                _ => say(format!("{name}: {}", self.plain(value))),
            }
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let parameter = self.resolve(parameter);
            let place = format!("{} {}", parameter["in"], parameter["name"]).replace('"', "");
            say(format!("{place} required: {}", parameter["required"]));
            self.schema(&parameter["schema"], Side::Request, &place, &mut say);
        }
        if let Some(body) = operation.get("requestBody") {
            say(format!("request required: {}", body["required"]));
            self.content(&body["content"], Side::Request, "request", &mut say);
        }
        for (status, response) in operation["responses"].as_object().expect("responses") {
            let response = self.resolve(response);
            for name in response["headers"].as_object().into_iter().flat_map(Map::keys) {
                say(format!("{status} header {name}"));
            }
            for code in response["x-error-codes"].as_array().into_iter().flatten() {
                say(format!("{status} code {code}"));
            }
            self.content(&response["content"], Side::Answer, status, &mut say);
        }
        lines
    }

    /// The bodies of all failures and the list of codes.
    pub(crate) fn failures(&self) -> BTreeSet<String> {
        let mut lines = BTreeSet::new();
        for name in ["Error", "Problem", "ErrorCode"] {
            let schema = &self.0["components"]["schemas"][name];
            self.schema(schema, Side::Request, name, &mut |line| {
                lines.insert(line);
            });
        }
        for (code, status) in self.0["components"]["schemas"]["ErrorCode"]["x-status"].as_object().expect("statuses") {
            lines.insert(format!("{code} is {status}"));
        }
        lines
    }

    fn content(&self, content: &Value, side: Side, place: &str, say: &mut impl FnMut(String)) {
        for (kind, body) in content.as_object().into_iter().flatten() {
            self.schema(&body["schema"], side, &format!("{place} {kind} "), say);
        }
    }

    /// A schema, one line a member.
    fn schema(&self, schema: &Value, side: Side, place: &str, say: &mut impl FnMut(String)) {
        flatten(&self.canonical(schema, side), place, say);
    }

    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let Some(reference) = value["$ref"].as_str() else { return value };
        let pointer = reference.strip_prefix('#').expect("a reference within");
        self.0.pointer(pointer).unwrap_or_else(|| panic!("{reference} leads nowhere"))
    }

    /// A value with every reference resolved and without prose.
    fn plain(&self, value: &Value) -> Value {
        match self.resolve(value) {
            Value::Object(members) => {
                let kept = members.iter().filter(|(name, _)| !PROSE.contains(&name.as_str()));
                kept.map(|(name, value)| (name.clone(), self.plain(value))).collect()
            }
            Value::Array(items) => items.iter().map(|item| self.plain(item)).collect(),
            value => value.clone(),
        }
    }

    /// The one way to write a schema.
    fn canonical(&self, schema: &Value, side: Side) -> Value {
        let mut whole = Map::new();
        let mut alternatives = Vec::new();
        for (name, value) in self.resolve(schema).as_object().expect("a schema") {
            match name.as_str() {
                "allOf" => {
                    for part in value.as_array().expect("parts") {
                        merge(&mut whole, self.canonical(part, side));
                    }
                }
                "anyOf" | "oneOf" => {
                    for part in value.as_array().expect("parts") {
                        alternatives.push(self.canonical(part, side));
                    }
                }
                "properties" => {
                    let members = value.as_object().expect("members").iter();
                    let members: Map<_, _> =
                        members.map(|(name, value)| (name.clone(), self.canonical(value, side))).collect();
                    merge(&mut whole, json!({ "properties": members }));
                }
                "items" | "additionalProperties" if value.is_object() => {
                    whole.insert(name.clone(), self.canonical(value, side));
                }
                "type" => match value.as_array() {
                    Some(types) => {
                        let types: Vec<_> = types.iter().filter(|kind| *kind != "null").collect();
                        assert_eq!(types.len(), 1, "{schema}");
                        whole.insert("type".to_owned(), types[0].clone());
                        whole.insert("nullable".to_owned(), true.into());
                    }
                    None => drop(whole.insert("type".to_owned(), value.clone())),
                },
                "const" => drop(whole.insert("enum".to_owned(), json!([value]))),
                "required" | "enum" => merge(&mut whole, json!({ name: value })),
                name if PROSE.contains(&name) => {}
                _ => drop(whole.insert(name.clone(), value.clone())),
            }
        }
        let before = alternatives.len();
        alternatives.retain(|part| part["type"] != "null");
        if alternatives.len() < before {
            whole.insert("nullable".to_owned(), true.into());
        }
        match alternatives.len() {
            0 => {}
            1 => merge(&mut whole, alternatives.remove(0)),
            _ => drop(whole.insert("oneOf".to_owned(), alternatives.into())),
        }
        if side == Side::Answer {
            let is_number = matches!(whole.get("type").and_then(Value::as_str), Some("integer" | "number"));
            let is_truth = whole.get("type").is_some_and(|kind| kind == "boolean");
            whole.retain(|name, _| {
                let kept = OF_ANSWERS.contains(&name.as_str()) || name == "additionalProperties";
                kept && !(is_number && name == "format") && !(is_truth && name == "enum")
            });
            // Whether members that we never send were allowed binds nobody.
            if whole.get("additionalProperties").is_some_and(Value::is_boolean) {
                whole.remove("additionalProperties");
            }
        }
        whole.into()
    }
}

/// Joins two canonical schemas; what both say is joined member by member.
fn merge(whole: &mut Map<String, Value>, part: Value) {
    let Value::Object(part) = part else { panic!("no schema: {part}") };
    for (name, value) in part {
        match (name.as_str(), whole.get_mut(&name)) {
            ("properties", Some(Value::Object(members))) => {
                let Value::Object(more) = value else { panic!("no members: {value}") };
                for (name, value) in more {
                    match members.get_mut(&name) {
                        Some(Value::Object(known)) => merge(known, value),
                        _ => drop(members.insert(name, value)),
                    }
                }
            }
            ("required", Some(Value::Array(names))) => {
                let known = names.clone();
                names.extend(value.as_array().expect("names").iter().filter(|name| !known.contains(name)).cloned());
            }
            _ => drop(whole.insert(name, value)),
        }
    }
}

/// One line for each thing that a schema says, each under the way that leads to it.
fn flatten(schema: &Value, place: &str, say: &mut impl FnMut(String)) {
    for (name, value) in schema.as_object().expect("a schema") {
        match name.as_str() {
            "properties" => {
                for (member, schema) in value.as_object().expect("members") {
                    flatten(schema, &format!("{place}.{member}"), say);
                }
            }
            "items" => flatten(value, &format!("{place}[]"), say),
            "additionalProperties" if value.is_object() => flatten(value, &format!("{place}.*"), say),
            "oneOf" => {
                for (n, part) in value.as_array().expect("parts").iter().enumerate() {
                    flatten(part, &format!("{place}|{n}"), say);
                }
            }
            "required" => {
                for member in value.as_array().expect("names") {
                    say(format!("{place}.{} is there", member.as_str().expect("a name")));
                }
            }
            "enum" => {
                let mut words: Vec<_> = value.as_array().expect("words").iter().map(Value::to_string).collect();
                words.sort_unstable();
                say(format!("{place} is one of {}", words.join(" ")));
            }
            _ => say(format!("{place} {name}: {value}")),
        }
    }
}
