//! Our description against the contract.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use zaro_api::openapi::{described, document};
use zaro_api::router::routes;

use super::shape::Description;

const CONTRACT: &str = include_str!("../contract/openapi.yaml");

/// Operations of the contract that are not built, or not described, yet: to be emptied.
const MISSING: &[&str] = &["metrics"];

fn contract() -> Description {
    Description(yaml_serde::from_str(CONTRACT).expect("the contract"))
}

fn ours() -> Description {
    Description(document("https://api.zaro.test"))
}

/// The differences, told as lines to add to and to take from what we say.
fn differences(ours: &BTreeSet<String>, contract: &BTreeSet<String>) -> Vec<String> {
    let lacking = contract.difference(ours).map(|line| format!("lacking: {line}"));
    lacking.chain(ours.difference(contract).map(|line| format!("too much: {line}"))).collect()
}

#[test]
fn every_operation_is_described_as_the_contract_has_it() {
    let (ours, contract) = (ours(), contract());
    let told: BTreeSet<_> = ours.operations().into_iter().collect();
    let agreed: BTreeSet<_> =
        contract.operations().into_iter().filter(|(_, _, id)| !MISSING.contains(&id.as_str())).collect();
    assert_eq!(told, agreed, "operations; the list MISSING names those that are still to come");
    let differences: Vec<_> = agreed
        .iter()
        .flat_map(|(method, path, _)| differences(&ours.lines(method, path), &contract.lines(method, path)))
        .collect();
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn h3_failures_and_codes_are_described_as_the_contract_has_them() {
    let differences = differences(&ours().failures(), &contract().failures());
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn missing_operations_are_operations_of_the_contract() {
    let known: BTreeSet<_> = contract().operations().into_iter().map(|(_, _, id)| id).collect();
    let listed: BTreeSet<_> = MISSING.iter().map(|id| (*id).to_owned()).collect();
    assert_eq!(listed.len(), MISSING.len(), "one is listed twice");
    assert!(listed.is_subset(&known), "{:?}", listed.difference(&known));
}

#[test]
fn every_route_has_its_row_and_every_row_its_route() {
    let contract = contract().operations();
    let rows: BTreeSet<_> =
        described().into_iter().map(|(method, path)| (method.to_string(), path.to_owned())).collect();
    assert_eq!(rows.len(), described().len(), "one is described twice");
    let missing = |method: &str, path: &str| {
        contract.iter().any(|(m, p, id)| m == method && p == path && MISSING.contains(&id.as_str()))
    };
    let routes = routes().into_iter().map(|route| (route.method.to_string(), route.path.to_owned()));
    let routes: BTreeSet<_> = routes.filter(|(method, path)| !missing(method, path)).collect();
    assert_eq!(rows, routes);
}

#[test]
fn every_name_in_the_description_is_used_and_leads_somewhere() {
    let document = ours().0;
    let mut used = BTreeSet::new();
    collect(&document, &mut used);
    for reference in &used {
        let pointer = reference.strip_prefix('#').expect("a reference within");
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    for name in document["components"]["schemas"].as_object().expect("schemas").keys() {
        assert!(used.contains(&format!("#/components/schemas/{name}")), "`{name}` is used nowhere");
    }
    let tags: BTreeSet<_> =
        document["tags"].as_array().expect("tags").iter().map(|tag| tag["name"].clone().to_string()).collect();
    let known: BTreeSet<_> =
        contract().0["tags"].as_array().expect("tags").iter().map(|tag| tag["name"].clone().to_string()).collect();
    assert_eq!(tags, known);
}

/// Every reference in the document.
fn collect(value: &Value, used: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                used.insert(reference.to_owned());
            }
            members.values().for_each(|value| collect(value, used));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, used)),
        _ => {}
    }
}

#[test]
fn the_description_changes_only_on_purpose() {
    let document = serde_json::to_string_pretty(&ours().0).expect("JSON");
    insta::assert_snapshot!("description", document);
}

#[test]
fn a_difference_anywhere_is_found() {
    let contract = contract();
    let change = |pointer: &str, value: Value| {
        let mut changed = contract.0.clone();
        *changed.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} leads nowhere")) = value;
        let (before, after) = (contract.lines("POST", "/api/posts"), Description(changed).lines("POST", "/api/posts"));
        differences(&after, &before).len()
    };
    let schemas = "/components/schemas";
    let post = "/paths/~1api~1posts/post";
    for (pointer, value, expected) in [
        (format!("{post}/operationId"), json!("writePost"), 2),
        (format!("{post}/x-needs-active-status"), json!(false), 2),
        (format!("{post}/responses/400/x-error-codes"), json!(["INVALID_REQUEST"]), 9),
        (format!("{schemas}/PostCreateRequest/required"), json!(["title", "content", "category"]), 1),
        (format!("{schemas}/PostCreateRequest/properties/title/maxLength"), json!(254), 2),
        (format!("{schemas}/PostDetail/properties/title"), json!({ "type": "integer" }), 2),
        (format!("{schemas}/PostDetail/properties/thumbnailImage"), json!({ "type": "string" }), 1),
        (format!("{schemas}/PostTag/enum"), json!(["TIPS"]), 4),
        (format!("{schemas}/PostDetail/properties/content/description"), json!("prose"), 0),
    ] {
        assert_eq!(change(&pointer, value), expected, "{pointer}");
    }
}
