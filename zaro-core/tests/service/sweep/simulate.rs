//! The forecast, held against what real sweeps then do under a moved clock.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use chrono::{Days, TimeDelta};
use zaro_core::context::Context;
use zaro_core::policy::retention::{Lifecycle, Policy};
use zaro_core::service::demo::{DemoPlan, load};
use zaro_core::service::sweep::simulate::{Day, Question, Simulation, simulate};
use zaro_core::service::sweep::{ApplyOptions, Rule, Shard, apply, next_due, plan};
use zaro_core::testing::World;
use zaro_core::types::{MailKind, Status, Time};

/// Days that are both forecast and lived through.
const DAYS: u64 = 30;

fn community(members: u64, seed: u64, policy: Policy) -> World {
    let world = World::with_policy(policy);
    let plan = DemoPlan { members, posts: 0, comments: 0, places: 0, seed, text: None, now: world.now() };
    load(&world.ctx, &plan, &mut |_| std::ops::ControlFlow::Continue(())).expect("a community");
    world
}

fn question(now: Time, days: u64, other: Option<Lifecycle>) -> Question {
    let from = now.seoul_date();
    Question::new(now, from, from + Days::new(days - 1), other).expect("a question")
}

fn forecast(world: &World, other: Option<Lifecycle>) -> Simulation {
    simulate(&world.ctx, &question(world.now(), DAYS, other)).expect("a forecast")
}

/// Other ages, of which each lets its rule act within the month.
fn other_ages() -> Lifecycle {
    Lifecycle {
        pending_days: 3,
        notice_months: 2,
        dormant_months: 3,
        notice_lead_days: 6,
        delete_months: 4,
        anonymise_days: 11,
    }
}

/// Mails handed over since this was asked last.
fn handed_over(world: &World, seen: &mut usize) -> i64 {
    while world.deliver().accepted > 0 {}
    let taken = world.mailer.taken().len();
    let new = taken - std::mem::replace(seen, taken);
    i64::try_from(new).expect("few")
}

/// Lives through the days as the scheduler would: each rule at its time, and the mail worker behind it.
fn lived(world: &World, ctx: &Context, days: u64) -> Vec<Day> {
    let rules: Vec<Rule> = Rule::ALL.into_iter().filter(|rule| rule.decision().is_some()).collect();
    let (first, mut mails) = (world.now().seoul_date(), 0);
    let mut lived: Vec<Day> = first.iter_days().take(usize::try_from(days).expect("few")).map(Day::empty).collect();
    // What was queued before is no mail of these days.
    handed_over(world, &mut mails);
    loop {
        let due = |rule: &Rule| next_due(*rule, ctx.now());
        let at = rules.iter().map(due).min().expect("a rule");
        let Some(day) = lived.iter_mut().find(|day| day.date == at.seoul_date()) else { return lived };
        let now_due: Vec<Rule> = rules.iter().copied().filter(|rule| due(rule) == at).collect();
        world.clock.set(at);
        for rule in now_due {
            let planned = plan(ctx, &[rule], Shard::WHOLE, None, at).expect("a plan");
            let mut options = ApplyOptions {
                batch: 1000,
                lease: TimeDelta::seconds(60),
                scheduled_for: Some(at),
                stop: &AtomicBool::new(false),
                progress: &mut |_| {},
            };
            let report = apply(ctx, &planned, &mut options).expect("a sweep");
            assert!(!report.has_failed(), "{report:?}");
            let applied = report.totals().applied;
            match rule {
                Rule::PurgePending => day.purges += applied,
                Rule::DormancyNotices => day.notices += applied,
                Rule::Dormancy => day.dormancies += applied,
                Rule::EndOfDormancy => day.withdrawals += applied,
                _ => day.anonymisations += applied,
            }
        }
        day.mails += handed_over(world, &mut mails);
    }
}

fn each_kind_occurs(days: &[Day]) {
    let sum = days.iter().fold(Day::empty(days[0].date), |sum, day| sum.with(*day));
    for (kind, count) in [
        ("purges", sum.purges),
        ("notices", sum.notices),
        ("dormancies", sum.dormancies),
        ("withdrawals", sum.withdrawals),
        ("anonymisations", sum.anonymisations),
        ("mails", sum.mails),
    ] {
        assert!(count > 0, "no {kind} in {sum:?}");
    }
}

#[test]
fn the_next_thirty_days_come_as_forecast() {
    let world = community(3_000, 7, Policy::default());
    let told = forecast(&world, None);
    each_kind_occurs(&told.forecast.days);
    assert_eq!(told.forecast.days.len(), 30);
    assert!(told.forecast.days.iter().filter(|day| day.notices > 0).count() > 5, "not all at once");
    assert_eq!(told.forecast.days, lived(&world, &world.ctx, DAYS));
}

#[test]
fn they_come_as_forecast_under_other_rules_too() {
    let world = community(2_000, 8, Policy::default());
    let told = forecast(&world, Some(other_ages())).other.expect("the other forecast");
    each_kind_occurs(&told.forecast.days);
    let policy = Policy { lifecycle: other_ages(), ..Policy::default() };
    let ctx = Context { policy: Arc::new(policy), ..world.ctx.clone() };
    assert_eq!(told.forecast.days, lived(&world, &ctx, DAYS));
}

#[test]
fn they_come_as_forecast_whatever_the_ages_and_the_hour() {
    for (seed, hours) in [(1, 0), (2, 7), (3, 13), (4, 19)] {
        let ages = Lifecycle {
            pending_days: 1 + seed,
            notice_months: 1 + seed % 3,
            dormant_months: 3 + seed,
            notice_lead_days: 3 * seed,
            delete_months: 1 + seed % 2,
            anonymise_days: 5 * seed,
        };
        let world = community(300, u64::from(seed), Policy { lifecycle: ages, ..Policy::default() });
        world.advance(TimeDelta::hours(hours));
        let told = forecast(&world, None);
        assert_eq!(told.forecast.days, lived(&world, &world.ctx, DAYS), "{ages:?}");
    }
}

#[test]
fn a_forecast_writes_nothing() {
    let world = community(300, 1, Policy::default());
    let rows =
        |table: &str| super::super::demo::texts(&world, &format!("SELECT CAST(COUNT(*) AS CHAR) AS text FROM {table}"));
    let all = || ["users", "mail_outbox", "dormancy_notices", "sweep_runs", "leases"].map(rows);
    let before = all();
    forecast(&world, Some(other_ages()));
    assert_eq!(all(), before);
}

#[test]
fn a_later_first_day_leaves_out_what_comes_before_it() {
    let world = community(600, 3, Policy::default());
    let whole = forecast(&world, None).forecast.days;
    let (now, from) = (world.now(), world.now().seoul_date() + Days::new(10));
    let part = Question::new(now, from, from + Days::new(9), None).expect("a question");
    assert_eq!(simulate(&world.ctx, &part).expect("a forecast").forecast.days, whole[10..20]);
}

#[test]
fn other_rules_name_whom_they_treat_otherwise() {
    let world = World::new();
    let started = world.now();
    let early = world.member("early", Status::Active);
    world.clock.set(started.plus(TimeDelta::days(20)));
    let late = world.member("late", Status::Active);
    let dormant = world.member("dormant", Status::Dormant);
    world.clock.set(started.add_months(5));
    // Everybody is told a month later; who became dormant stays so for as long.
    let rules = Lifecycle { notice_months: 6, dormant_months: 7, ..Lifecycle::default() };
    let told = simulate(&world.ctx, &question(world.now(), 60, Some(rules))).expect("a forecast");
    let other = told.other.expect("a comparison");
    let seen: Vec<_> = other.members.iter().map(|member| (member.id, member.changes.len())).collect();
    assert_eq!(other.differing, 2, "{seen:?}");
    assert!(!seen.iter().any(|(id, _)| *id == dormant));
    let of = |id| other.members.iter().find(|member| member.id == id).expect("a difference").changes;
    let (notice, dormancy) = (of(early)[0], of(early)[1]);
    assert_eq!(notice.1.map(|date| date.to_string()).as_deref(), Some("2026-08-01"));
    assert_eq!(notice.2.map(|date| date.to_string()).as_deref(), Some("2026-09-01"));
    assert_eq!((dormancy.1.is_some(), dormancy.2), (true, None));
    assert_eq!(of(late)[0].2.map(|date| date.to_string()).as_deref(), Some("2026-09-21"));
    let notices = other.by_kind[1];
    assert_eq!((notices.earlier, notices.later, notices.added, notices.dropped), (0, 2, 0, 0));
    let json = serde_json::to_value(&other.members).expect("JSON");
    assert_eq!(json[0]["send_dormancy_notice"]["other"], "2026-09-01");
}

#[test]
fn m5_notices_that_reach_nobody_leave_their_members_waiting() {
    let world = World::new();
    let id = world.member("kim", Status::Active);
    super::write(&world, &format!("UPDATE users SET email = 'k@x.invalid', email_key = 'k@x.invalid' WHERE id = {id}"));
    world.clock.set(world.now().add_months(5));
    let told = forecast(&world, None).forecast;
    assert_eq!((told.total().notices, told.total().mails, told.waiting_for_operator), (1, 0, 1));
    assert_eq!(told.days, lived(&world, &world.ctx, DAYS));
    assert!(world.mailer.taken().is_empty());
    assert_eq!(MailKind::ALL.len(), 6, "a kind more may be one more mail that a sweep writes");
}

#[test]
fn questions_about_the_past_and_beyond_are_refused() {
    let now = Time::parse("2026-03-01T03:00:00Z").expect("an instant");
    let day = |text: &str| text.parse().expect("a date");
    for (from, to, word) in [
        ("2026-02-28", "2026-03-05", "past"),
        ("2026-03-05", "2026-03-04", "before"),
        ("2026-03-05", "2056-03-04", "3660 days"),
    ] {
        let error = Question::new(now, day(from), day(to), None).expect_err("a refusal");
        assert!(error.contains(word), "{error}");
    }
}
