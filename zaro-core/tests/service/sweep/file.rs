//! Plan files: exactly the rows, only as they were, and never twice.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::TimeDelta;
use zaro_core::service::sweep::file::{self, BadPlanFile, Moved, OpenError, PlanFile, Why, Written};
use zaro_core::service::sweep::{ApplyOptions, FileReport, Rule, Shard, apply_file, look_at_file};
use zaro_core::testing::World;
use zaro_core::types::{Status, Time, UserId};

use super::{sign_in, sweep};

/// For each rule somebody for whom it is due at the world's now.
struct Community {
    world: World,
    pending: UserId,
    untold: UserId,
    warned: UserId,
    dormant: UserId,
    gone: UserId,
}

fn community() -> Community {
    let world = World::new();
    let then = world.now().add_months(20);
    let at = |months: u32| world.clock.set(then.sub_months(months));
    at(7);
    let warned = world.member("warned", Status::Active);
    at(2);
    sweep(&world);
    assert_eq!(world.deliver().accepted, 1);
    at(7);
    let (dormant, gone) = (world.member("dormant", Status::Dormant), world.member("gone", Status::Deleted));
    at(6);
    let untold = world.member("untold", Status::Active);
    world.clock.set(then.minus(TimeDelta::days(2)));
    let pending = world.member("pending", Status::Pending);
    world.clock.set(then);
    Community { world, pending, untold, warned, dormant, gone }
}

fn path(world: &World) -> PathBuf {
    world.test_db.folder().join("plan.json")
}

/// Writes the world's plan file.
fn write_file(world: &World, rules: &[Rule], shard: Shard, limit: Option<usize>, at: Time) -> Written {
    let written = file::write(&world.ctx, rules, shard, limit, at, &path(world), &AtomicBool::new(false));
    written.expect("a plan file").expect("nobody stopped it")
}

fn written(world: &World, rules: &[Rule]) -> Written {
    write_file(world, rules, Shard::WHOLE, None, world.now())
}

fn opened(world: &World) -> PlanFile {
    PlanFile::open(&world.ctx, &path(world)).expect("a plan file")
}

fn refused(world: &World) -> BadPlanFile {
    match PlanFile::open(&world.ctx, &path(world)) {
        Err(OpenError::Bad(bad)) => bad,
        other => panic!("{other:?}"),
    }
}

fn applied(world: &World, batch: usize, stop: &AtomicBool) -> (FileReport, Vec<Moved>) {
    let mut moved = Vec::new();
    let mut options =
        ApplyOptions { batch, lease: TimeDelta::seconds(60), scheduled_for: None, stop, progress: &mut |_| {} };
    let mut file = opened(world);
    let report = apply_file(&world.ctx, &mut file, &mut options, &mut |row| moved.push(row)).expect("a sweep");
    (report, moved)
}

fn apply_all(world: &World) -> (FileReport, Vec<Moved>) {
    applied(world, 1000, &AtomicBool::new(false))
}

#[test]
fn a_file_names_its_rows_and_applies_them_once() {
    let Community { world, pending, untold, warned, dormant, gone } = community();
    let made = written(&world, &Rule::ALL);
    assert_eq!(made.due, 5);
    let text = std::fs::read_to_string(path(&world)).expect("the file");
    let rows: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let named: Vec<_> = rows[1..6].iter().map(|row| (row["rule"].as_str(), row["id"].as_i64())).collect();
    let expected = [
        (Rule::PurgePending, pending),
        (Rule::Dormancy, warned),
        (Rule::EndOfDormancy, dormant),
        (Rule::Anonymise, gone),
        (Rule::DormancyNotices, untold),
    ];
    assert_eq!(named, expected.map(|(rule, id)| (Some(rule.name()), Some(id.0))));
    assert!(rows[2]["notice_handed_over_at"].is_string(), "{}", rows[2]);

    let (report, moved) = apply_all(&world);
    assert_eq!((report.sweep.totals().applied, report.done_before, moved.len()), (5, 0, 0), "{report:?}");
    assert_eq!(world.user(warned).dormant_at, Some(world.now()));
    assert_eq!(world.user(dormant).status, Status::Deleted);
    assert!(world.user(gone).anonymized_at.is_some());

    world.advance(TimeDelta::hours(1));
    let (again, moved) = apply_all(&world);
    assert_eq!((again.sweep.totals().applied, again.done_before, again.moved, moved), (0, 5, 0, Vec::new()));
    assert_ne!(world.user(warned).dormant_at, Some(world.now()), "the second time changed nothing");
}

#[test]
fn what_moved_since_is_left_alone_and_named() {
    let Community { world, pending, untold, warned, dormant, gone } = community();
    written(&world, &Rule::ALL);
    for name in ["warned", "dormant", "untold"] {
        sign_in(&world, name).expect("a session");
    }
    super::write(&world, &format!("UPDATE users SET status = 'ACTIVE', deleted_at = NULL WHERE id = {gone}"));
    let looked = {
        let mut moved = Vec::new();
        let looks = look_at_file(&world.ctx, &mut opened(&world), &AtomicBool::new(false), &mut |row| moved.push(row));
        let looks = looks.expect("a look");
        assert_eq!(looks.iter().map(|look| look.due).sum::<i64>(), 1);
        moved
    };
    assert_eq!(world.user(pending).status, Status::Pending, "a look changes nothing");

    let (report, moved) = apply_all(&world);
    assert_eq!((report.sweep.totals().applied, report.moved, report.done_before), (1, 4, 0));
    assert_eq!(moved, looked, "a dry run names the same rows");
    let why = |id| moved.iter().find(|row| row.id == id).map(|row| row.why);
    assert_eq!(
        [warned, dormant, untold, gone].map(why),
        [Why::BasisMoved, Why::StatusChanged, Why::BasisMoved, Why::StatusChanged].map(Some)
    );
    assert_eq!(world.user(warned).status, Status::Active);
}

#[test]
fn a_file_made_for_later_does_nothing_before() {
    let world = World::new();
    let id = world.member("kim", Status::Pending);
    let later = world.now().plus(TimeDelta::days(1));
    write_file(&world, &Rule::ALL, Shard::WHOLE, None, later);
    let (report, moved) = apply_all(&world);
    assert_eq!((report.sweep.totals().applied, moved[0].why), (0, Why::NotDue));
    world.clock.set(later);
    assert_eq!(apply_all(&world).0.sweep.totals().applied, 1);
    assert!(!world.ctx.db.read(|c| Ok(zaro_core::models::user::find(c, id)?.is_some())).expect("a read"));
}

#[test]
fn an_interrupted_file_goes_on_where_it_was() {
    let world = World::new();
    for n in 0..25 {
        world.member(&format!("user{n}"), Status::Pending);
    }
    world.advance(TimeDelta::days(1));
    written(&world, &Rule::ALL);
    let stop = AtomicBool::new(false);
    let mut file = opened(&world);
    let mut options = ApplyOptions {
        batch: 10,
        lease: TimeDelta::seconds(60),
        scheduled_for: None,
        stop: &stop,
        progress: &mut |_| stop.store(true, Ordering::SeqCst),
    };
    let report = apply_file(&world.ctx, &mut file, &mut options, &mut |_| {}).expect("a sweep");
    assert!(report.sweep.is_interrupted());
    assert_eq!(report.sweep.totals().applied, 10);
    let (rest, moved) = apply_all(&world);
    assert_eq!((rest.sweep.totals().applied, rest.done_before, moved.len()), (15, 10, 0));
}

#[test]
fn only_and_limit_and_shard_choose_the_rows() {
    let world = World::new();
    for n in 0..20 {
        world.member(&format!("user{n}"), Status::Pending);
    }
    world.member("gone", Status::Deleted);
    world.advance(TimeDelta::days(31));
    let shard = Shard::parse("1/2").expect("a shard");
    let rules = [Rule::PurgePending, Rule::PurgeTokens];
    let made = write_file(&world, &rules, shard, Some(7), world.now());
    assert_eq!(made.rules, [(Rule::PurgePending, 7)], "what has no rows of members is left out");
    let file = opened(&world);
    assert_eq!((file.shard, file.len(), file.at), (shard, 7, world.now()));
}

#[test]
fn foreign_and_damaged_files_are_refused() {
    let Community { world, .. } = community();
    written(&world, &Rule::ALL);
    let whole = std::fs::read_to_string(path(&world)).expect("the file");
    let lines: Vec<&str> = whole.lines().collect();
    let head_with = |from: &str, to: &str| {
        assert!(lines[0].contains(from), "{}", lines[0]);
        whole.replacen(from, to, 1)
    };
    let without = |nth: usize| {
        let kept = lines.iter().enumerate().filter(|(index, _)| *index != nth).map(|(_, line)| format!("{line}\n"));
        kept.collect::<String>()
    };
    let database = zaro_core::db::migrate::identity(&world.ctx.db).expect("an identity");
    let id = format!("\"id\":{}", serde_json::from_str::<serde_json::Value>(lines[1]).expect("JSON")["id"]);
    for (text, word) in [
        (String::new(), "no plan file"),
        ("{\"ok\":true}\n".to_owned(), "no plan file"),
        ("x".repeat(100_000), "no plan file"),
        (head_with("\"version\":1", "\"version\":2"), "is of version 2, and this build reads version 1"),
        (head_with(&database, "20000101000000"), "about another database"),
        (head_with("\"delete_months\":6", "\"delete_months\":12"), "`lifecycle.delete_months = 12`, and 6 is in force"),
        (whole.replacen(&id, "\"id\":4711", 1), "not those that it was written with"),
        (without(2), "not those that it was written with"),
        (without(lines.len() - 1), "its end is missing"),
        (whole.chars().take(whole.len() - 40).collect(), "breaks off"),
        (format!("{whole}more\n"), "something follows its end"),
        (whole.replacen("\"rule\":\"dormancy\"", "\"rule\":\"purge_tokens\"", 1), "a rule or an instant"),
        (whole.replacen("\"rule\":\"dormancy\",", "\"rule\":7,", 1), "line 3: invalid type"),
    ] {
        std::fs::write(path(&world), &text).expect("a file");
        let bad = refused(&world);
        assert!(bad.text.contains(word) && bad.hint.contains("sweep plan -o"), "{word}: {}", bad.text);
    }
    std::fs::remove_file(path(&world)).expect("it was there");
    assert!(refused(&world).text.contains("cannot be read"));
    std::fs::write(path(&world), &whole).expect("a file");
    assert_eq!(opened(&world).len(), 5, "as it was, it is fine");
}

#[test]
fn a_file_that_is_not_written_to_its_end_leaves_the_old_one() {
    let Community { world, .. } = community();
    written(&world, &Rule::ALL);
    let before = std::fs::read_to_string(path(&world)).expect("the file");
    let write = |stop: bool| {
        let stop = AtomicBool::new(stop);
        file::write(&world.ctx, &Rule::ALL, Shard::WHOLE, None, world.now(), &path(&world), &stop)
    };
    assert_eq!(write(true).expect("no failure"), None);
    super::write(&world, "ALTER TABLE dormancy_notices RENAME TO away");
    write(false).expect_err("a table is away");
    super::write(&world, "ALTER TABLE away RENAME TO dormancy_notices");
    assert_eq!(std::fs::read_to_string(path(&world)).expect("the file"), before);
    let left: Vec<_> = std::fs::read_dir(world.test_db.folder()).expect("a folder").flatten().collect();
    assert!(!left.iter().any(|entry| entry.file_name().to_string_lossy().ends_with(".part")), "{left:?}");
}

#[test]
fn a_file_that_is_changed_while_it_is_worked_on_stops_there() {
    let world = World::new();
    for n in 0..200 {
        world.member(&format!("user{n}"), Status::Pending);
    }
    world.advance(TimeDelta::days(1));
    written(&world, &Rule::ALL);
    let mut file = opened(&world);
    // Cut in place, where a new plan file would be another one of the same name.
    let same = std::fs::OpenOptions::new().write(true).open(path(&world)).expect("the file");
    same.set_len(10_000).expect("a shorter file");
    let mut options = ApplyOptions {
        batch: 1000,
        lease: TimeDelta::seconds(60),
        scheduled_for: None,
        stop: &AtomicBool::new(false),
        progress: &mut |_| {},
    };
    let failed = apply_file(&world.ctx, &mut file, &mut options, &mut |_| {}).expect_err("a change");
    assert!(failed.to_string().contains("was changed while it was worked on"), "{failed}");
    let runs = world.ctx.db.read(|c| zaro_core::models::sweep_run::latest(c, None, 1)).expect("a read");
    assert_eq!((runs[0].state, runs[0].applied), (zaro_core::types::RunState::Failed, 0));
    let kept = format!("{:?}", zaro_core::service::roster::counts(&world.ctx).expect("counts"));
    assert_eq!(kept, "[(Pending, 200)]");
}
