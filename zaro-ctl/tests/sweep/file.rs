//! `zaro-ctl sweep plan -o FILE` and `zaro-ctl sweep run FILE`

use std::process::{Command, Stdio};

use serde_json::{Value, json};
use zaro_core::models::sweep_run;
use zaro_core::service::session::{SignInDraft, sign_in};
use zaro_core::testing::{PASSWORD, World};
use zaro_core::types::Status;

use super::{THEN, community, statuses};
use crate::command::{Answer, on, run};

/// Its community, and a plan file of what is due for it.
fn planned() -> (World, String) {
    let world = community();
    let path = world.test_db.folder().join("plan.json").display().to_string();
    let answer = run(on(&world.test_db, &["sweep", "plan", "--at", THEN, "-o", &path, "--json"]));
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    assert_eq!(answer.json()["data"]["due"], 4);
    (world, path)
}

fn run_file(world: &World, path: &str, more: &[&str]) -> Answer {
    run(on(&world.test_db, &[&["sweep", "run", path], more].concat()))
}

/// What was changed, was done before, and was left alone.
fn counts(answer: &Answer) -> (Value, Value, usize) {
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    let data = &answer.json()["data"];
    let runs = data["runs"].as_array().expect("runs");
    let applied: i64 = runs.iter().filter_map(|run| run["applied"].as_i64()).sum();
    (json!(applied), data["done_before"].clone(), data["left_alone"].as_array().expect("a list").len())
}

#[test]
fn a_file_is_looked_at_and_applied_once() {
    let (world, path) = planned();
    let before = statuses(&world);
    let look = run_file(&world, &path, &["--dry-run"]);
    assert_eq!(look.code, Some(0), "{}", look.stderr);
    assert!(look.stdout.ends_with("would change 4 row(s), leave alone 0\n"), "{}", look.stdout);
    let refused = run_file(&world, &path, &[]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("hint: look at it with `--dry-run`, then give `--yes`"), "{}", refused.stderr);
    assert_eq!(statuses(&world), before);

    assert_eq!(counts(&run_file(&world, &path, &["--yes", "--json"])), (json!(4), json!(0), 0));
    let after = statuses(&world);
    assert_ne!(after, before);
    assert_eq!(counts(&run_file(&world, &path, &["--yes", "--json"])), (json!(0), json!(4), 0));
    assert_eq!(statuses(&world), after);
    let again = run_file(&world, &path, &["--yes"]);
    assert!(again.stdout.ends_with("done before 4 row(s), left alone 0\n"), "{}", again.stdout);
}

#[test]
fn who_moved_since_is_left_alone_and_named() {
    let (world, path) = planned();
    let draft = SignInDraft { email: "absent@zaro.test".into(), password: PASSWORD.into() };
    let id = sign_in(&world.ctx, &draft, None).expect("a session").user.id;
    // A second later than the sign-up, which is the basis that the file names.
    world.advance(chrono::TimeDelta::seconds(1));
    sign_in(&world.ctx, &draft, None).expect("a session");
    let look = run_file(&world, &path, &["--dry-run"]);
    assert!(
        look.stdout.contains(&format!("leave alone 1\n  dormancy_notices: member {id} was seen since")),
        "{}",
        look.stdout
    );
    let answer = run_file(&world, &path, &["--yes", "--json"]);
    assert_eq!(counts(&answer), (json!(3), json!(0), 1));
    assert_eq!(
        answer.json()["data"]["left_alone"][0],
        json!({ "rule": "dormancy_notices", "id": id, "why": "basis_moved" })
    );
}

#[test]
fn files_of_no_use_are_refused_with_exit_2() {
    let (world, path) = planned();
    let before = statuses(&world);
    let missing = run_file(&world, "/does/not/exist.json", &["--yes"]);
    assert_eq!(missing.code, Some(2));
    assert!(missing.stderr.contains("/does/not/exist.json"), "{}", missing.stderr);

    let whole = std::fs::read_to_string(&path).expect("the file");
    std::fs::write(&path, whole.replacen("\"id\":", "\"id\":1", 1)).expect("a damaged file");
    let damaged = run_file(&world, &path, &["--yes", "--json"]);
    assert_eq!(damaged.code, Some(2));
    assert_eq!((&damaged.json()["ok"], &damaged.json()["exit"]), (&json!(false), &json!(2)));
    assert!(damaged.stderr.contains("is damaged"), "{}", damaged.stderr);
    assert_eq!(statuses(&world), before);

    let both = run_file(&world, &path, &["--yes", "--only", "dormancy"]);
    assert_eq!(both.code, Some(2), "a file says itself what it is about");
    let other = run(on(&world.test_db, &["sweep", "plan", "--only", "purge_tokens", "-o", &path]));
    assert_eq!(other.code, Some(2));
    assert!(other.stderr.contains("`zaro-ctl sweep run --only purge_tokens`"), "{}", other.stderr);
}

#[test]
fn ctrl_c_stops_after_a_batch_and_tells_the_line_that_goes_on() {
    let world = World::new();
    let members = 400;
    for n in 0..members {
        world.member(&format!("user{n}"), Status::Pending);
    }
    let path = world.test_db.folder().join("my plan.json").display().to_string();
    assert_eq!(run(on(&world.test_db, &["sweep", "plan", "-o", &path])).code, Some(0));

    let arguments = ["sweep", "run", &path, "--yes", "--batch", "1"];
    let mut command = on(&world.test_db, &arguments);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
    let applied = || {
        let last = world.ctx.db.read(|connection| sweep_run::latest(connection, Some("purge_pending"), 1));
        last.expect("a read").first().map_or(0, |run| run.applied)
    };
    while applied() == 0 {
        std::thread::yield_now();
    }
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("a signal");
    assert!(sent.success());
    let answer: Answer = child.wait_with_output().expect("an end").into();
    assert_eq!(answer.code, Some(130), "{}", answer.stderr);
    let line = format!("sweep run '{path}' --yes --batch 1");
    assert!(answer.stderr.trim_end().ends_with(&line), "{}", answer.stderr);
    let done = applied();
    assert!((1..members).contains(&done), "{done}");

    let (rest, before, left_alone) = counts(&run_file(&world, &path, &["--yes", "--json"]));
    assert_eq!((rest, before, left_alone), (json!(members - done), json!(done), 0));
    assert!(statuses(&world).is_empty());
}
