//! The scheduler: the same sweeps at their times, once over all processes (J1).

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::TimeDelta;

use super::apply::{ApplyOptions, BATCH, apply};
use super::plan::{Shard, plan};
use super::rule::{Rule, Timetable};
use crate::context::Context;
use crate::db::dialect;
use crate::error::Result;
use crate::models::sweep_run;
use crate::policy::ranking::hour_of;
use crate::service::bell::Bell;
use crate::types::Time;

/// J1: a missed run is made up for when it is less late than this.
const MAKE_UP: TimeDelta = TimeDelta::hours(24);
/// The longest sleep, so that a clock that was set is noticed.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);

/// The last due instant of a rule at or before `now`.
fn last_due(rule: Rule, now: Time) -> Time {
    let (hour, minute) = match rule.timetable() {
        Timetable::Daily(hour, minute) => (hour, minute),
        // Seoul is whole hours away from UTC.
        Timetable::Hourly => return hour_of(now),
    };
    let local = now.seoul();
    let due =
        local.date_naive().and_hms_opt(hour, minute, 0).and_then(|t| t.and_local_timezone(*local.offset()).single());
    let due = due.map_or(now, |due| Time::from(due.to_utc()));
    if due <= now { due } else { due.minus(TimeDelta::days(1)) }
}

/// The first due instant of a rule after `now`.
pub fn next_due(rule: Rule, now: Time) -> Time {
    let between = match rule.timetable() {
        Timetable::Daily(..) => TimeDelta::days(1),
        Timetable::Hourly => TimeDelta::hours(1),
    };
    last_due(rule, now).plus(between)
}

/// The first due instant of a rule at `from` or after it.
pub(super) fn due_from(rule: Rule, from: Time) -> Time {
    let last = last_due(rule, from);
    if last == from { last } else { next_due(rule, from) }
}

/// The due instant that a rule has missed, if it is to be made up for.
///
/// `last_run` is the due instant of its last scheduled run. A rule that never ran has missed only what came due since
/// `watching_since`: a first start is no reason to sweep at once.
pub fn missed(rule: Rule, last_run: Option<Time>, watching_since: Time, now: Time) -> Option<Time> {
    let due = last_due(rule, now);
    let before = last_run.unwrap_or(watching_since);
    (due > before && now.since(due) < MAKE_UP).then_some(due)
}

/// Applies rules at their times until `stop` is set and the bell is stopped.
pub fn run_scheduler(ctx: &Context, lease: TimeDelta, bell: &Bell, stop: &AtomicBool) {
    let watching_since = ctx.now();
    while !stop.load(Ordering::SeqCst) {
        for rule in Rule::ALL {
            if let Err(error) = run_if_due(ctx, rule, watching_since, lease, stop) {
                tracing::error!(sweep.rule = %rule, error = &error as &dyn std::error::Error, "a scheduled sweep failed");
            }
        }
        let now = ctx.now();
        let next = Rule::ALL.into_iter().map(|rule| next_due(rule, now)).min();
        let sleep = next.map_or(LONGEST_SLEEP, |next| next.since(now).to_std().unwrap_or_default());
        if !bell.wait(sleep.min(LONGEST_SLEEP)) {
            return;
        }
    }
}

fn run_if_due(ctx: &Context, rule: Rule, watching_since: Time, lease: TimeDelta, stop: &AtomicBool) -> Result<()> {
    let now = ctx.now();
    let last_run = ctx.db.read(|connection| sweep_run::last_scheduled(connection, rule.name()))?;
    let Some(due) = missed(rule, last_run, watching_since, now) else { return Ok(()) };
    let planned = plan(ctx, &[rule], Shard::WHOLE, None, now)?;
    let mut options = ApplyOptions { batch: BATCH, lease, scheduled_for: Some(due), stop, progress: &mut |_| {} };
    let report = apply(ctx, &planned, &mut options)?;
    let done = report.totals();
    match rule {
        // The first of the night: once a day is what SQLite's statistics want.
        Rule::PurgeTokens => dialect::tidy(&ctx.db)?,
        Rule::DormancyNotices => ctx.mail_bell.ring(),
        _ => {}
    }
    tracing::info!(
        sweep.rule = %rule,
        sweep.applied = done.applied,
        sweep.skipped = done.skipped,
        sweep.failed = done.failed,
        sweep.held = report.held_by().is_some(),
        "a scheduled sweep ended"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        Time::parse(text).expect("an instant")
    }

    #[test]
    fn j1_a_run_is_due_at_its_time_in_seoul() {
        // 03:30 in Seoul is 18:30 of the day before in UTC.
        let due = at("2026-03-01T18:30:00Z");
        assert_eq!(last_due(Rule::Dormancy, due), due);
        assert_eq!(next_due(Rule::Dormancy, due), due.plus(TimeDelta::days(1)));
        assert_eq!(last_due(Rule::Dormancy, at("2026-03-01T18:29:59Z")), due.minus(TimeDelta::days(1)));
    }

    #[test]
    fn j1_the_ranking_is_kept_every_full_hour() {
        let hour = at("2026-03-01T18:00:00Z");
        assert_eq!(last_due(Rule::RankBaseline, hour), hour);
        assert_eq!(last_due(Rule::RankBaseline, at("2026-03-01T17:59:59Z")), at("2026-03-01T17:00:00Z"));
        assert_eq!(next_due(Rule::RankBaseline, hour), at("2026-03-01T19:00:00Z"));
        let long_ago = Some(at("2026-03-01T02:00:00Z"));
        assert_eq!(missed(Rule::RankBaseline, long_ago, hour, hour), Some(hour), "the latest hour only");
    }

    #[test]
    fn j1_a_missed_run_is_made_up_for_within_a_day_and_never_twice() {
        let due = at("2026-03-01T18:30:00Z");
        let start = at("2026-03-02T08:00:00Z");
        let day_before = Some(due.minus(TimeDelta::days(1)));
        assert_eq!(missed(Rule::Dormancy, day_before, start, start), Some(due));
        assert_eq!(missed(Rule::Dormancy, Some(due), start, start), None);
        assert_eq!(missed(Rule::Dormancy, None, start, start), None, "a first start");
        assert_eq!(missed(Rule::Dormancy, None, start, at("2026-03-02T18:30:00Z")), Some(at("2026-03-02T18:30:00Z")));
    }
}
