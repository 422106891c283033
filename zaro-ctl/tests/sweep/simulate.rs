//! `zaro-ctl sweep simulate`, by a clock that stands where the test wants it.

use zaro_core::clock::{Clock as _, SystemClock};
use zaro_core::testing::{World, process};
use zaro_core::types::Time;

use super::{community, statuses};
use crate::command::{Answer, on, run};

/// Three weeks before the one who is absent is to be told.
const NOW: &str = "2026-07-10T01:00:00Z";

fn simulate(world: &World, arguments: &[&str]) -> Answer {
    let mut command = on(&world.test_db, &[&["sweep", "simulate"], arguments].concat());
    let now = Time::parse(NOW).expect("an instant");
    command.env("ZARO_CLOCK_OFFSET", process::clock_offset(now, SystemClock.now()));
    let answer = run(command);
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    answer
}

#[test]
fn a_month_day_by_day_and_a_year_week_by_week() {
    let world = community();
    let before = statuses(&world);
    insta::assert_snapshot!("simulate_month", simulate(&world, &[]).stdout);
    insta::assert_snapshot!("simulate_year", simulate(&world, &["--to", "2027-07-09"]).stdout);
    let body = simulate(&world, &["--from", "2026-08-01", "--to", "2026-08-02", "--json"]).json();
    let days = &body["data"]["forecast"]["days"];
    assert_eq!(
        (&days[0]["date"], &days[0]["notices"], &days[0]["mails"]),
        (&"2026-08-01".into(), &1.into(), &1.into())
    );
    assert_eq!(days.as_array().map(Vec::len), Some(2));
    assert_eq!(statuses(&world), before);
}

#[test]
fn another_policy_names_whom_it_treats_otherwise() {
    let world = community();
    let path = world.test_db.folder().join("policy.toml");
    std::fs::write(&path, "version = 1\n[lifecycle]\nnotice_months = 3\nanonymise_days = 140\n").expect("a file");
    let path = path.display().to_string();
    let to = ["--to", "2026-08-31", "--policy", &path];
    insta::assert_snapshot!("simulate_policy", simulate(&world, &to).stdout);
    let first = simulate(&world, &[&to[..], &["--limit", "1"]].concat());
    assert!(first.stdout.contains("1 more with `--limit N`, all with `--json`"), "{}", first.stdout);
    let body = simulate(&world, &[&to[..], &["--json"]].concat()).json();
    assert_eq!(body["data"]["other"]["differing"], 2);
    assert_eq!(body["data"]["other"]["members"].as_array().map(Vec::len), Some(2));
    assert_eq!(body["data"]["other"]["rules"]["notice_months"], 3);
}

#[test]
fn what_cannot_be_forecast_is_refused() {
    let world = community();
    let refused = |arguments: &[&str]| {
        let answer = run(on(&world.test_db, &[&["sweep", "simulate"], arguments].concat()));
        assert_eq!(answer.code, Some(2), "{}", answer.stdout);
        answer.stderr
    };
    assert!(refused(&["--from", "2026-01-01"]).contains("lies in the past"));
    assert!(refused(&["--to", "tomorrow"]).contains("give 2027-01-31"));
    assert!(refused(&["--policy", "/does/not/exist.toml"]).contains("/does/not/exist.toml"));
}
