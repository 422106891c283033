//! Which way the arrows point (DESIGN section 1): the `use` lines of each layer, read as text.

use std::fs;
use std::path::{Path, PathBuf};

/// Layer, by folder or file below `src`, and what its lines must not name.
const FORBIDDEN: [(&str, &[&str]); 9] = [
    ("types", &["diesel", "crate::db", "crate::models", "crate::service", "crate::policy", "crate::adapters"]),
    (
        "policy",
        &[
            "diesel",
            "crate::db",
            "crate::models",
            "crate::schema",
            "crate::service",
            "crate::adapters",
            "crate::ports",
            "crate::config",
            "crate::context",
            "crate::clock",
            "Utc::now",
            "SystemTime",
        ],
    ),
    ("db", &["crate::models", "crate::service", "crate::policy", "crate::adapters", "crate::context", "crate::ports"]),
    (
        "models",
        &["crate::service", "crate::policy", "crate::adapters", "crate::context", "crate::ports", "crate::config"],
    ),
    ("ports", &["diesel", "crate::db", "crate::models", "crate::service", "crate::adapters", "crate::context"]),
    ("adapters", &["crate::service", "crate::models", "crate::context", "diesel"]),
    (
        "service",
        &[
            "crate::adapters::embedded",
            "crate::adapters::in_process",
            "crate::adapters::kakao",
            "crate::adapters::smtp",
            "crate::adapters::outbox_dir",
        ],
    ),
    ("config", &["crate::service", "crate::models", "crate::adapters", "crate::context", "diesel"]),
    ("clock", &["diesel", "crate::db", "crate::service"]),
];

fn rust_files(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("a folder").flatten() {
            rust_files(&entry.path(), files);
        }
    } else if path.extension().is_some_and(|extension| extension == "rs") {
        files.push(path.to_owned());
    }
}

fn files_of(krate: &str, layer: &str) -> Vec<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").join(krate).join("src");
    let mut files = Vec::new();
    for path in [source.join(layer), source.join(format!("{layer}.rs"))] {
        if path.exists() {
            rust_files(&path, &mut files);
        }
    }
    files
}

/// Lines of code outside comments that name a forbidden thing.
fn offences(file: &Path, forbidden: &[&str]) -> Vec<String> {
    let text = fs::read_to_string(file).expect("a source file");
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .filter(|(_, line)| forbidden.iter().any(|name| line.contains(name)))
        .map(|(number, line)| format!("{}:{}: {}", file.display(), number + 1, line.trim()))
        .collect()
}

#[test]
fn no_arrow_is_reversed_in_the_core() {
    let mut found = Vec::new();
    for (layer, forbidden) in FORBIDDEN {
        let files = files_of("zaro-core", layer);
        assert!(!files.is_empty(), "the layer `{layer}` is not there");
        found.extend(files.iter().flat_map(|file| offences(file, forbidden)));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_two_programs_do_not_see_each_other_nor_the_tables() {
    for (krate, other) in [("zaro-api", "zaro_ctl"), ("zaro-ctl", "zaro_api")] {
        let mut files = Vec::new();
        rust_files(
            &Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").join(krate).join("src"),
            &mut files,
        );
        let found: Vec<_> = files
            .iter()
            .flat_map(|file| offences(file, &[other, "zaro_core::schema", "use diesel", "diesel::"]))
            .collect();
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

#[test]
fn only_the_dialect_asks_which_database_it_is() {
    let mut files = files_of("zaro-core", "models");
    files.extend(files_of("zaro-core", "service"));
    let found: Vec<_> =
        files.iter().flat_map(|file| offences(file, &["Connection::Sqlite", "Connection::Mysql"])).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}
