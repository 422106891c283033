//! Many reports by one command, its undo, and Ctrl-C in between.

use std::process::{Command, Stdio};

use diesel::sql_types::BigInt;
use diesel::{QueryableByName, RunQueryDsl as _};
use zaro_core::testing::World;
use zaro_core::types::{Status, Target};

use super::{report, state, town, write_comment, write_post, zaro};
use crate::command::{Answer, on};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn count(world: &World, what: &str) -> i64 {
    let query = diesel::sql_query(format!("SELECT COUNT(*) AS count FROM {what}"));
    let row: Count = world.ctx.db.read(|connection| Ok(query.get_result(connection)?)).expect("a count");
    row.count
}

#[test]
fn a_bulk_is_undone_by_the_line_that_it_prints() {
    let world = town();
    let before = state(&world);
    let answer = zaro(&world, "reports dismiss --reason-kind SPAM --older-than 30d --yes", &[]);
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    assert_eq!(answer.stdout, "decided 2, skipped 0, left 0\n");
    assert_eq!(count(&world, "reports WHERE state = 'OPEN'"), 0);
    let line = answer.stderr.split("`zaro-ctl ").nth(1).and_then(|rest| rest.split('`').next()).expect("a line");
    let undone = zaro(&world, line, &["--yes", "--json"]);
    assert_eq!(undone.code, Some(0), "{}", undone.stderr);
    assert_eq!(state(&world), before);
}

#[test]
fn a_filter_that_names_nothing_does_nothing_and_none_at_all_is_refused() {
    let world = town();
    let none = zaro(&world, "reports dismiss --reason-kind FRAUD", &[]);
    assert_eq!((none.code, none.stdout.as_str()), (Some(0), "nothing of the kind is open\n"));
    for command in ["reports dismiss --yes", "reports dismiss 1 --reason-kind SPAM --yes"] {
        let answer = zaro(&world, command, &[]);
        assert_eq!(answer.code, Some(2));
        assert!(answer.stderr.contains("by their ids, or by a filter, and not both"), "{}", answer.stderr);
    }
    let odd = zaro(&world, "reports dismiss 1 --warn --yes", &[]);
    assert!(odd.stderr.contains("not accepted lead to no measure"), "{}", odd.stderr);
}

#[test]
fn ctrl_c_ends_between_two_cases_and_the_line_that_is_printed_goes_on() {
    const CASES: i64 = 400;
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    let post = write_post(&world, kim);
    for _ in 0..CASES {
        let comment = write_comment(&world, kim, post);
        report(&world, lee, Target::Comment(comment), "SPAM");
    }
    let filter = ["reports", "dismiss", "--reason-kind", "SPAM", "--yes", "--json"];
    let running = on(&world.test_db, &filter).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    // Not before it is at work.
    while count(&world, "moderation_log") == 0 {
        std::thread::yield_now();
    }
    let id = running.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().expect("a signal").success());
    let answer = Answer::from(running.wait_with_output().expect("an end"));
    assert_eq!(answer.code, Some(130), "{}", answer.stderr);
    let body = answer.json();
    let (done, left) = (body["data"]["done"].as_i64().expect("a number"), body["data"]["left"].as_i64());
    assert_eq!(left, Some(CASES - done));
    assert_eq!(count(&world, "reports WHERE state = 'REJECTED'"), done);
    let line = answer.stderr.split("  zaro-ctl ").nth(1).and_then(|rest| rest.lines().next()).expect("a line");
    let rest = zaro(&world, line, &[]);
    assert_eq!(rest.code, Some(0), "{}", rest.stderr);
    assert_eq!(rest.json()["data"]["done"], CASES - done);
    assert_eq!(count(&world, "moderation_log"), CASES, "each case once");
}
