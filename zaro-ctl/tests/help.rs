//! Help texts as snapshots: they are read more often than the README.

use crate::command::{bare, run};

#[test]
fn every_help_text() {
    for noun in [
        "",
        "db",
        "db migrate",
        "sweep",
        "sweep plan",
        "sweep run",
        "sweep history",
        "members",
        "members list",
        "maintenance",
        "maintenance on",
        "demo load",
        "mail",
        "mail resolve",
        "search",
        "backup",
        "backup restore",
        "doctor",
        "config",
        "completions",
        "man",
    ] {
        let mut arguments: Vec<&str> = noun.split_whitespace().collect();
        arguments.push("--help");
        let answer = run(bare(&arguments));
        assert_eq!(answer.code, Some(0));
        let name = format!("help {noun}").trim().replace(' ', "_");
        insta::assert_snapshot!(name, answer.stdout);
    }
}
