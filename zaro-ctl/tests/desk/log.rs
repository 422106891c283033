//! The log: read, proved, and undone from.

use diesel::RunQueryDsl as _;
use zaro_core::testing::World;

use super::{town, zaro};

fn change(world: &World, query: &str) {
    let changed = world.ctx.db.write_tx(|connection| Ok(diesel::sql_query(query).execute(connection)?));
    assert_eq!(changed.expect("a write"), 1, "{query}");
}

#[test]
fn the_log_is_filtered_and_paged() {
    let world = town();
    zaro(&world, "reports dismiss 6 --yes --actor 박서준 --why 괜찮음", &[]);
    let log = |more: &[&str]| {
        let body = zaro(&world, "audit log --json", more).json();
        let entries = body["data"].as_array().expect("entries").clone();
        entries.iter().map(|entry| entry["action"].as_str().expect("an action").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(log(&[]), ["REPORT_REJECT", "REPORT_CLAIM", "MEMBER_SUSPEND", "POST_HIDE"]);
    assert_eq!(log(&["--actor", "박서준"]), ["REPORT_REJECT"]);
    assert_eq!(log(&["--of", "report:6"]), ["REPORT_REJECT", "REPORT_CLAIM"]);
    assert_eq!(log(&["--before", "3", "--limit", "1"]), ["MEMBER_SUSPEND"]);
    assert_eq!(log(&["--since", "2026-06-01"]), ["REPORT_REJECT"]);
    let text = zaro(&world, "audit log --limit 1", &[]);
    assert!(
        text.stdout.contains("괜찮음") && text.stdout.contains("report 6 state OPEN > REJECTED"),
        "{}",
        text.stdout
    );
}

#[test]
fn a_changed_a_removed_and_a_cut_off_entry_are_named() {
    let world = town();
    let verify = |more: &[&str]| zaro(&world, "audit verify", more);
    let whole = zaro(&world, "audit verify --json", &[]).json();
    assert_eq!((&whole["data"]["whole"], &whole["data"]["broken"]), (&3.into(), &serde_json::Value::Null));
    let anchor = whole["data"]["anchor"].as_str().expect("an anchor").to_owned();
    assert_eq!(verify(&["--expect", &anchor]).code, Some(0));

    change(&world, "UPDATE moderation_log SET actor = 'nobody' WHERE id = 2");
    let answer = verify(&[]);
    assert_eq!(answer.code, Some(1));
    assert!(answer.stderr.contains("entry #2 was changed"), "{}", answer.stderr);
    change(&world, "UPDATE moderation_log SET actor = '영희' WHERE id = 2");
    assert_eq!(verify(&[]).code, Some(0));

    change(&world, "DELETE FROM moderation_log WHERE id = 3");
    assert_eq!(verify(&[]).code, Some(0), "what is left is whole");
    let answer = verify(&["--expect", &anchor]);
    assert_eq!(answer.code, Some(1));
    assert!(answer.stderr.contains("entry #3 is not there any more"), "{}", answer.stderr);
    change(&world, "DELETE FROM moderation_log WHERE id = 1");
    assert!(verify(&[]).stderr.contains("entry #2 was changed, or an entry before it is missing"));
}

#[test]
fn an_undo_says_beforehand_what_it_will_do_or_why_it_cannot() {
    let world = town();
    assert_eq!(zaro(&world, "reports hide 6 --yes --warn", &[]).code, Some(0));
    let plan = zaro(&world, "audit undo 5 --dry-run", &[]);
    assert_eq!(plan.stdout, "undoes #5 (COMMENT_HIDE)\n", "{}", plan.stderr);
    let plan = zaro(&world, "audit undo 6 --dry-run", &[]);
    assert_eq!(plan.stdout, "undoes #6 (MEMBER_WARN)\n  but 1 mail(s) that wait to be sent are dropped\n");
    assert_eq!(zaro(&world, "audit undo 5 --yes", &[]).code, Some(0));
    let again = zaro(&world, "audit undo 5 --yes", &[]);
    assert_eq!(again.code, Some(1));
    assert!(again.stderr.contains("#5 is already undone by #7"), "{}", again.stderr);
    let system = zaro(&world, "audit undo 1 --yes", &[]);
    assert!(system.stderr.contains("#1 (POST_HIDE) cannot be undone"), "{}", system.stderr);
}
