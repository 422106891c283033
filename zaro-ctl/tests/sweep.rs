//! `zaro-ctl sweep …` as cron and as an operator run it.

mod file;
#[cfg(feature = "faults")]
mod simulate;

use chrono::TimeDelta;
use zaro_core::service::lease;
use zaro_core::service::sweep::Rule;
use zaro_core::testing::World;
use zaro_core::types::Status;

use crate::command::{on, run};

/// One member of each kind for whom something is due at the machine's own clock, which is long after the test's.
fn community() -> World {
    let world = World::new();
    // World's clock stands in March 2026; whoever reads this later finds everything due.
    for (name, status) in [("pending", Status::Pending), ("dormant", Status::Dormant), ("gone", Status::Deleted)] {
        world.member(name, status);
    }
    world.member("absent", Status::Active);
    world
}

fn statuses(world: &World) -> Vec<String> {
    let answer = run(on(&world.test_db, &["members", "list", "--json"]));
    let body = answer.json();
    let list = body["data"].as_array().expect("a list");
    list.iter().map(|member| format!("{} {}", member["nickname"], member["status"]).replace('"', "")).collect()
}

/// A time at which everything in [`community`] is due.
const THEN: &str = "2026-10-01";

#[test]
fn plan_shows_and_changes_nothing() {
    let world = community();
    let before = statuses(&world);
    let answer = run(on(&world.test_db, &["sweep", "plan", "--at", THEN, "--json"]));
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    let plan = answer.json();
    assert_eq!(plan["data"]["due"], 4);
    assert_eq!(plan["data"]["at"], "2026-10-01T00:00:00.000Z");
    let answer = run(on(&world.test_db, &["sweep", "plan", "--at", THEN]));
    insta::assert_snapshot!("sweep_plan", answer.stdout);
    assert_eq!(statuses(&world), before);
}

#[test]
fn run_refuses_without_a_terminal_and_without_yes() {
    let world = community();
    let before = statuses(&world);
    let answer = run(on(&world.test_db, &["sweep", "run"]));
    assert_eq!(answer.code, Some(2));
    assert!(answer.stderr.contains("hint: look at it with `--dry-run`, then give `--yes`"), "{}", answer.stderr);
    assert_eq!(statuses(&world), before);
}

#[test]
fn a_dry_run_changes_nothing_and_yes_does_it() {
    let world = community();
    let before = statuses(&world);
    let answer = run(on(&world.test_db, &["sweep", "run", "--dry-run"]));
    assert_eq!((answer.code, statuses(&world)), (Some(0), before));
    let answer = run(on(&world.test_db, &["sweep", "run", "--yes", "--only", "purge_pending"]));
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    assert!(answer.stdout.ends_with("changed 1 row(s), skipped 0, failed 0\n"), "{}", answer.stdout);
    assert!(!statuses(&world).iter().any(|line| line.contains("PENDING")));
}

#[test]
fn cron_hears_nothing_when_all_is_well_and_the_run_is_noted() {
    let world = community();
    let answer = run(on(&world.test_db, &["sweep"]));
    assert_eq!((answer.code, answer.stdout.as_str(), answer.stderr.as_str()), (Some(0), "", ""));
    let history = run(on(&world.test_db, &["sweep", "history", "--json"])).json();
    assert_eq!(
        history["data"].as_array().map(Vec::len),
        Some(Rule::ALL.len()),
        "every rule left a row, also those with nothing to do"
    );
}

#[test]
fn the_second_of_two_hosts_names_the_first_and_exits_75() {
    let world = community();
    let real = zaro_core::context::Context {
        clock: std::sync::Arc::new(zaro_core::clock::SystemClock),
        instance: "main-server:4711:abc".into(),
        ..world.ctx.clone()
    };
    let lease = lease::acquire(&real, "sweep:purge_tokens:0/1", TimeDelta::minutes(5)).expect("a lease");
    assert!(lease.is_ok());
    let answer = run(on(&world.test_db, &["sweep", "--quiet"]));
    assert_eq!(answer.code, Some(75), "{}", answer.stderr);
    assert!(answer.stderr.contains("main-server:4711:abc"), "{}", answer.stderr);
}

#[test]
fn notices_that_wait_for_a_person_are_told_even_quietly() {
    let world = community();
    let id = world.member("unclear", Status::Active);
    world
        .ctx
        .db
        .read(|connection| {
            use diesel::RunQueryDsl as _;
            let insert = format!(
                "INSERT INTO dormancy_notices (user_id, last_checked_login_at, state, dormant_months, delete_months, \
                 created_at, closed_at) SELECT {id}, basis_at, 'UNKNOWN', 6, 6, 1, 1 FROM users WHERE id = {id}"
            );
            Ok(diesel::sql_query(insert).execute(connection)?)
        })
        .expect("a notice");
    let answer = run(on(&world.test_db, &["--quiet", "sweep"]));
    assert_eq!((answer.code, answer.stdout.as_str()), (Some(0), ""));
    assert!(answer.stderr.contains("attention: 1 dormancy notice(s)"), "{}", answer.stderr);
}

#[test]
fn looking_leaves_no_key_and_no_folder_behind() {
    let world = community();
    for arguments in [&["sweep", "plan"][..], &["sweep", "status"], &["members", "list"]] {
        assert_eq!(run(on(&world.test_db, arguments)).code, Some(0));
    }
    for name in ["secrets.toml", "outbox", "media"] {
        assert!(!world.test_db.folder().join(name).exists(), "{name} was made");
    }
}

#[test]
fn ct2_a_recount_is_made_when_it_is_named_and_shown_before() {
    let world = community();
    let broken = world.ctx.db.write_tx(|connection| {
        use diesel::RunQueryDsl as _;
        Ok(diesel::sql_query("UPDATE users SET follower_count = 7 WHERE nickname = 'absent'").execute(connection)?)
    });
    assert_eq!(broken.expect("a wrong counter"), 1);
    let status = run(on(&world.test_db, &["sweep", "status", "--json"])).json();
    let rule = |body: &serde_json::Value| {
        let rules = body["data"]["rules"].as_array().expect("a list").clone();
        rules.into_iter().find(|rule| rule["rule"] == "reconcile_counters")
    };
    assert_eq!(rule(&status).expect("the rule")["due"], serde_json::Value::Null, "nobody counts for a mere look");
    let usual = run(on(&world.test_db, &["sweep", "plan", "--json"])).json();
    assert_eq!(rule(&usual), None);

    let only = ["sweep", "run", "--only", "reconcile_counters"];
    let shown = run(on(&world.test_db, &[&only[..], &["--dry-run", "--json"]].concat())).json();
    let work = &rule(&shown).expect("the rule")["work"];
    assert_eq!(
        (&work[0]["column"], &work[0]["stored"], &work[0]["counted"]),
        (&"follower_count".into(), &7.into(), &0.into())
    );
    for changed in [1, 0] {
        let answer = run(on(&world.test_db, &[&only[..], &["--yes"]].concat()));
        assert_eq!(answer.code, Some(0), "{}", answer.stderr);
        assert!(
            answer.stdout.ends_with(&format!("changed {changed} row(s), skipped 0, failed 0\n")),
            "{}",
            answer.stdout
        );
    }
}
