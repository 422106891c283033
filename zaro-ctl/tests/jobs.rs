//! `zaro-ctl jobs …`

use chrono::TimeDelta;
use serde_json::{Value, json};
use zaro_core::clock::SystemClock;
use zaro_core::context::Context;
use zaro_core::service::{lease, sweep::Rule};
use zaro_core::testing::World;
use zaro_core::types::Status;

use crate::command::{on, run};

fn job(world: &World, name: &str) -> Value {
    let answer = run(on(&world.test_db, &["jobs", "list", "--json"]));
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    let body = answer.json();
    let jobs = body["data"].as_array().expect("a list");
    assert_eq!(jobs.len(), Rule::ALL.len());
    jobs.iter().find(|job| job["job"] == name).expect("the job").clone()
}

#[test]
fn a_job_is_listed_and_run_by_its_name() {
    let world = World::new();
    world.member("pending", Status::Pending);
    let before = job(&world, "purge_pending");
    assert_eq!(
        (&before["when"], &before["last_run"], &before["missed"]),
        (&json!("03:15"), &Value::Null, &Value::Null)
    );
    assert!(before["next_at"].as_str().is_some_and(|next| next.ends_with("T18:15:00.000Z")), "{before}");

    let look = run(on(&world.test_db, &["jobs", "run", "purge_pending", "--dry-run", "--json"]));
    assert_eq!((look.code, &look.json()["data"]["due"]), (Some(0), &json!(1)), "{}", look.stderr);
    let refused = run(on(&world.test_db, &["jobs", "run", "purge_pending"]));
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("give `--yes`"), "{}", refused.stderr);
    assert_eq!(job(&world, "purge_pending"), before);

    let done = run(on(&world.test_db, &["jobs", "run", "purge_pending", "--yes"]));
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert!(done.stdout.ends_with("changed 1 row(s), skipped 0, failed 0\n"), "{}", done.stdout);
    let last = &job(&world, "purge_pending")["last_run"];
    assert_eq!((&last["state"], &last["applied"], &last["scheduled_for"]), (&json!("DONE"), &json!(1), &Value::Null));
    let text = run(on(&world.test_db, &["jobs", "list"])).stdout;
    assert!(text.contains("DONE (1 changed)") && text.contains("never"), "{text}");
}

#[test]
fn who_is_at_a_job_is_named_and_the_exit_is_75() {
    let world = World::new();
    let other = Context {
        clock: std::sync::Arc::new(SystemClock),
        instance: "sub-server:4711:abc".into(),
        ..world.ctx.clone()
    };
    assert!(lease::acquire(&other, "sweep:anonymise:0/1", TimeDelta::minutes(5)).expect("a lease").is_ok());
    assert_eq!(job(&world, "anonymise")["held_by"]["holder"], "sub-server:4711:abc");
    assert_eq!(job(&world, "dormancy")["held_by"], Value::Null);
    let answer = run(on(&world.test_db, &["jobs", "run", "anonymise", "--yes"]));
    assert_eq!(answer.code, Some(75), "{}", answer.stderr);
    assert!(answer.stderr.contains("sub-server:4711:abc"), "{}", answer.stderr);
}

#[test]
fn a_job_that_there_is_not_is_refused_with_those_there_are() {
    let world = World::new();
    let answer = run(on(&world.test_db, &["jobs", "run", "tidy_up", "--yes"]));
    assert_eq!(answer.code, Some(2));
    assert!(answer.stderr.contains("purge_tokens, purge_outboxes"), "{}", answer.stderr);
}
