//! Help texts as snapshots: they are read more often than the README.

use crate::command::{bare, run};

#[test]
fn every_help_text() {
    for noun in [
        "",
        "tui",
        "db",
        "db migrate",
        "sweep",
        "sweep plan",
        "sweep run",
        "sweep simulate",
        "sweep history",
        "jobs",
        "jobs run",
        "stats",
        "members",
        "members list",
        "members suspend",
        "reports",
        "reports list",
        "reports hide",
        "appeals",
        "appeals accept",
        "places",
        "places rename",
        "audit",
        "audit log",
        "audit verify",
        "audit undo",
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
