//! Applying a plan: one lease a rule, one short transaction a batch, each row decided again inside it.

mod members;
mod recorded;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use chrono::TimeDelta;
use serde::Serialize;

use self::recorded::Records;
pub use self::recorded::{FileLook, FileReport, apply_file, look_at_file};
use super::pace::Pace;
use super::plan::{Plan, Shard, Work};
use super::reconcile::{self, Difference};
use super::rule::Rule;
use super::{images, rows};
use crate::context::{Context, host};
use crate::db::{self, Connection, dialect};
use crate::error::{Error, Result};
use crate::fault;
use crate::models::lease::Lease;
use crate::models::sweep_run::{self, Counts, NewSweepRun};
use crate::service::export;
use crate::service::lease::{self, Held};
use crate::types::{RunState, Time};

/// J3: rows in one transaction, at most.
pub(super) const BATCH: usize = 1_000;
/// Counters that are repaired in one transaction: each is counted anew inside it.
const REPAIRS: usize = 100;

/// How a plan is applied.
pub struct ApplyOptions<'a> {
    /// Rows in one transaction, at most 1,000.
    pub batch: usize,
    /// After this long without a sign of life the lease is free.
    pub lease: TimeDelta,
    /// The due instant of a scheduled run; none for a run by hand.
    pub scheduled_for: Option<Time>,
    /// Set to stop after the batch that is under way.
    pub stop: &'a AtomicBool,
    /// Told after each batch.
    pub progress: &'a mut dyn FnMut(Progress),
}

/// How far a rule has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Which rule.
    pub rule: Rule,
    /// Rows looked at so far.
    pub done: i64,
    /// Rows that were planned.
    pub total: i64,
}

/// How a rule's run ended.
#[derive(Clone, Debug, Serialize)]
pub struct RunReport {
    /// Which rule.
    pub rule: Rule,
    /// How it ended; none when it did not run, because somebody else has its lease or ran it already.
    pub state: Option<RunState>,
    /// Rows that were planned.
    pub planned: i64,
    /// What was done.
    #[serde(flatten)]
    pub counts: Counts,
    /// Who has the lease.
    pub held_by: Option<Lease>,
    /// Why it failed.
    pub error: Option<String>,
}

/// How all rules' runs ended.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SweepReport {
    /// One for each rule of the plan that was reached.
    pub runs: Vec<RunReport>,
    /// Whether it was stopped before some rule could begin.
    pub cut_short: bool,
}

impl SweepReport {
    /// Adds how a rule's run ended; tells whether that ends the sweep.
    fn add(&mut self, run: RunReport) -> bool {
        let over = run.held_by.is_some() || run.state == Some(RunState::Interrupted);
        self.runs.push(run);
        over
    }

    /// Who holds a lease that this sweep wanted.
    pub fn held_by(&self) -> Option<(Rule, &Lease)> {
        self.runs.iter().find_map(|run| Some((run.rule, run.held_by.as_ref()?)))
    }

    /// Whether it was stopped before its end.
    pub fn is_interrupted(&self) -> bool {
        self.cut_short || self.runs.iter().any(|run| run.state == Some(RunState::Interrupted))
    }

    /// Whether rows or whole runs failed.
    pub fn has_failed(&self) -> bool {
        self.runs.iter().any(|run| run.counts.failed > 0 || run.state == Some(RunState::Failed))
    }

    /// What all runs did together.
    pub fn totals(&self) -> Counts {
        self.runs.iter().fold(Counts::default(), |sum, run| Counts {
            applied: sum.applied + run.counts.applied,
            skipped: sum.skipped + run.counts.skipped,
            failed: sum.failed + run.counts.failed,
        })
    }
}

/// Applies a plan rule by rule; stops at the first lease that somebody else holds.
///
/// # Errors
/// Only when nothing could be noted at all; what happens inside a rule is told by its report.
pub fn apply(ctx: &Context, plan: &Plan, options: &mut ApplyOptions<'_>) -> Result<SweepReport> {
    let (mut report, mut session) = (SweepReport::default(), Session::new(ctx, options)?);
    for rule_plan in &plan.rules {
        if options.stop.load(Ordering::SeqCst) {
            report.cut_short = true;
            break;
        }
        let run = Run { ctx, at: plan.at, shard: plan.shard, rule: rule_plan.rule, session: &mut session };
        if report.add(run.go(Job::Planned(&rule_plan.work), options)?) {
            break;
        }
    }
    Ok(report)
}

/// What one rule has to do.
enum Job<'a, 'r> {
    /// What a plan found a moment ago.
    Planned(&'a Work),
    /// What a plan file names.
    Recorded(&'a mut Records<'r>),
}

/// The connection that all batches of a sweep go through.
struct Session {
    bulk: db::Bulk,
    pace: Pace,
    /// What [`dialect::data_version`] was in the batch before; none at the start of a rule, because its run is opened
    /// and closed through other connections of ours.
    seen: Option<i64>,
}

impl Session {
    fn new(ctx: &Context, options: &ApplyOptions<'_>) -> Result<Self> {
        Ok(Self { bulk: ctx.db.bulk()?, pace: Pace::new(options.batch.clamp(1, BATCH)), seen: None })
    }

    /// One batch: a transaction that looks at so many rows.
    fn batch<T>(&mut self, rows: usize, mut work: impl FnMut(&mut Connection) -> Result<T>) -> Result<T> {
        let (started, version, value) = self.bulk.write_tx(|connection| {
            let started = Instant::now();
            Ok((started, dialect::data_version(connection)?, work(connection)?))
        })?;
        let company = self.seen.replace(version).is_some_and(|seen| seen != version);
        self.pace.took(rows, started.elapsed(), company);
        Ok(value)
    }
}

/// One rule's run.
struct Run<'a> {
    ctx: &'a Context,
    /// The instant that is decided and written by.
    at: Time,
    shard: Shard,
    rule: Rule,
    session: &'a mut Session,
}

/// A run that is noted and has its lease.
#[derive(Clone, Copy)]
struct Opened<'a> {
    id: i64,
    held: &'a Held,
}

impl Run<'_> {
    fn go(mut self, job: Job<'_, '_>, options: &mut ApplyOptions<'_>) -> Result<RunReport> {
        let planned = match &job {
            Job::Planned(work) => work.len(),
            Job::Recorded(records) => records.len(),
        };
        let mut report =
            RunReport { rule: self.rule, state: None, planned, counts: Counts::default(), held_by: None, error: None };
        let name = format!("sweep:{}:{}", self.rule, self.shard);
        let held = match lease::acquire(self.ctx, &name, options.lease)? {
            Ok(held) => held,
            Err(lease) => {
                report.held_by = Some(lease);
                return Ok(report);
            }
        };
        let Some(id) = self.open(&held, planned, options.scheduled_for)? else {
            // Another process did this scheduled run.
            held.release(self.ctx)?;
            return Ok(report);
        };
        let worked = self.work(Opened { id, held: &held }, job, options, &mut report.counts);
        let (state, error) = match worked {
            Ok(true) if report.counts.failed > 0 => (RunState::Partial, None),
            Ok(true) => (RunState::Done, None),
            Ok(false) => (RunState::Interrupted, None),
            Err(error @ Error::LeaseLost(_)) => (RunState::Interrupted, Some(error.to_string())),
            Err(error) => {
                tracing::error!(sweep.rule = %self.rule, error = &error as &dyn std::error::Error, "a sweep failed");
                (RunState::Failed, Some(chain(&error)))
            }
        };
        report.state = Some(state);
        report.error = error;
        let now = self.ctx.now();
        self.ctx.db.write_tx(|connection| {
            sweep_run::close(connection, id, state, report.counts, report.error.as_deref(), now)
        })?;
        fault::point("sweep.run_closed");
        held.release(self.ctx)?;
        Ok(report)
    }

    /// Opens the run's row, and closes what a dead process left open; nothing when the scheduled run is done already.
    fn open(&self, held: &Held, planned: i64, scheduled_for: Option<Time>) -> Result<Option<i64>> {
        let now = self.ctx.now();
        let (job, shard) = (self.rule.name().to_owned(), self.shard.to_string());
        self.ctx.db.write_tx(|connection| {
            held.renew(connection, now)?;
            sweep_run::close_abandoned(connection, &job, &shard, held.fencing(), now)?;
            let run = NewSweepRun {
                job: job.clone(),
                shard: shard.clone(),
                scheduled_for,
                host: host(),
                fencing: held.fencing(),
                state: RunState::Running,
                planned,
                started_at: now,
            };
            sweep_run::open(connection, &run)
        })
    }

    /// All batches; false when it was told to stop.
    fn work(
        &mut self,
        run: Opened<'_>,
        job: Job<'_, '_>,
        options: &mut ApplyOptions<'_>,
        counts: &mut Counts,
    ) -> Result<bool> {
        self.session.seen = None;
        let held = run.held;
        let done = match job {
            Job::Planned(Work::Members(due)) => self.planned(run, due, options, counts)?,
            Job::Planned(Work::Rows(total)) => self.rows(run, *total, options, counts)?,
            Job::Planned(Work::Counters(wrong)) => self.counters(run, wrong, options, counts)?,
            Job::Recorded(records) => self.recorded(run, records, options, counts)?,
        };
        // What lies outside the database, also that of an earlier run that died, or whose store was away.
        if matches!(self.rule, Rule::Anonymise | Rule::CollectImages) {
            counts.failed += images::remove_rejected(self.ctx, held, options.stop)?;
        }
        if self.rule == Rule::CollectImages {
            images::remove_leftovers(self.ctx, self.at)?;
        }
        if matches!(self.rule, Rule::Anonymise | Rule::PurgeOutboxes) {
            counts.failed += export::remove_dead_files(self.ctx, held, options.stop)?;
        }
        Ok(done)
    }

    fn rows(
        &mut self,
        Opened { id, held }: Opened<'_>,
        total: i64,
        options: &mut ApplyOptions<'_>,
        counts: &mut Counts,
    ) -> Result<bool> {
        while counts.applied < total {
            if options.stop.load(Ordering::SeqCst) {
                return Ok(false);
            }
            let rows = self.session.pace.size();
            let size = i64::try_from(rows).unwrap_or(i64::MAX).min(total - counts.applied);
            let (ctx, rule, at, before) = (self.ctx, self.rule, self.at, *counts);
            let removed = self.session.batch(rows, |connection| {
                held.renew(connection, ctx.now())?;
                let removed = i64::try_from(rows::work(connection, &ctx.policy, rule, size, at)?).unwrap_or(i64::MAX);
                let now = Counts { applied: before.applied + removed, ..before };
                sweep_run::progress(connection, id, now, "")?;
                Ok(removed)
            })?;
            counts.applied += removed;
            (options.progress)(Progress { rule, done: counts.applied, total });
            if removed == 0 {
                // Somebody else removed the rest meanwhile.
                counts.skipped += total - counts.applied;
                break;
            }
            self.leave_gap();
        }
        Ok(true)
    }

    fn counters(
        &self,
        Opened { id, held }: Opened<'_>,
        wrong: &[Difference],
        options: &mut ApplyOptions<'_>,
        counts: &mut Counts,
    ) -> Result<bool> {
        let (ctx, total) = (self.ctx, i64::try_from(wrong.len()).unwrap_or(i64::MAX));
        for batch in wrong.chunks(REPAIRS.min(options.batch.max(1))) {
            if options.stop.load(Ordering::SeqCst) {
                return Ok(false);
            }
            let before = *counts;
            *counts = ctx.db.write_tx(|connection| {
                held.renew(connection, ctx.now())?;
                let repaired = i64::try_from(reconcile::repair(connection, batch)?).unwrap_or(i64::MAX);
                let others = i64::try_from(batch.len()).unwrap_or(i64::MAX) - repaired;
                let now = Counts { applied: before.applied + repaired, skipped: before.skipped + others, ..before };
                sweep_run::progress(connection, id, now, "")?;
                Ok(now)
            })?;
            (options.progress)(Progress { rule: self.rule, done: counts.applied + counts.skipped, total });
            self.leave_gap();
        }
        Ok(true)
    }

    /// On SQLite, time for those who wait for the write lock to take it.
    fn leave_gap(&self) {
        if self.ctx.db.is_sqlite() {
            dialect::pause(dialect::SWEEP_GAP);
        }
    }
}

/// Whether an error may be the fault of single rows, so that the others deserve a try of their own.
fn is_about_rows(error: &Error) -> bool {
    matches!(error, Error::Database(_) | Error::Internal(_)) && error.code() != crate::Code::ServiceUnavailable
}

/// An error with all its causes in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
