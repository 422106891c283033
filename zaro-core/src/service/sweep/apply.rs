//! Applying a plan: one lease a rule, one short transaction a batch, each row decided again inside it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use serde::Serialize;

use super::plan::{Due, Plan, RulePlan, Work};
use super::rule::Rule;
use super::{act, facts, images, rows};
use crate::context::{Context, host};
use crate::db::dialect;
use crate::error::{Error, Result};
use crate::fault;
use crate::models::lease::Lease;
use crate::models::sweep_run::{self, Counts, NewSweepRun};
use crate::policy::account::decide;
use crate::service::export;
use crate::service::lease::{self, Held};
use crate::types::{RunState, Time, UserId};

/// J3: rows in one transaction, at most.
pub(super) const BATCH: usize = 1_000;
/// The smallest batch that the pace below goes down to.
const SMALLEST_BATCH: usize = 100;
/// How long a batch should hold the write lock: a sign-in that waits for it shall not notice.
const BATCH_TIME: Duration = Duration::from_millis(12);

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
}

impl SweepReport {
    /// Who holds a lease that this sweep wanted.
    pub fn held_by(&self) -> Option<(Rule, &Lease)> {
        self.runs.iter().find_map(|run| Some((run.rule, run.held_by.as_ref()?)))
    }

    /// Whether some run was stopped before its end.
    pub fn is_interrupted(&self) -> bool {
        self.runs.iter().any(|run| run.state == Some(RunState::Interrupted))
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
    let mut report = SweepReport::default();
    for rule_plan in &plan.rules {
        if options.stop.load(Ordering::SeqCst) {
            break;
        }
        let run = Run { ctx, plan, rule: rule_plan.rule }.go(rule_plan, options)?;
        let over = run.held_by.is_some() || run.state == Some(RunState::Interrupted);
        report.runs.push(run);
        if over {
            break;
        }
    }
    Ok(report)
}

/// One rule's run.
struct Run<'a> {
    ctx: &'a Context,
    plan: &'a Plan,
    rule: Rule,
}

impl Run<'_> {
    fn go(&self, rule_plan: &RulePlan, options: &mut ApplyOptions<'_>) -> Result<RunReport> {
        let planned = rule_plan.work.len();
        let mut report =
            RunReport { rule: self.rule, state: None, planned, counts: Counts::default(), held_by: None, error: None };
        let name = format!("sweep:{}:{}", self.rule, self.plan.shard);
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
        let worked = self.work(id, &held, &rule_plan.work, options, &mut report.counts);
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
        let (job, shard) = (self.rule.name().to_owned(), self.plan.shard.to_string());
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
        &self,
        id: i64,
        held: &Held,
        work: &Work,
        options: &mut ApplyOptions<'_>,
        counts: &mut Counts,
    ) -> Result<bool> {
        let done = match work {
            Work::Members(due) => self.members(id, held, due, options, counts)?,
            Work::Rows(total) => self.rows(id, held, *total, options, counts)?,
        };
        // What lies outside the database, also that of an earlier run that died, or whose store was away.
        if matches!(self.rule, Rule::Anonymise | Rule::CollectImages) {
            counts.failed += images::remove_rejected(self.ctx, held, options.stop)?;
        }
        if self.rule == Rule::CollectImages {
            images::remove_leftovers(self.ctx, self.plan.at)?;
        }
        if matches!(self.rule, Rule::Anonymise | Rule::PurgeOutboxes) {
            counts.failed += export::remove_dead_files(self.ctx, held, options.stop)?;
        }
        Ok(done)
    }

    fn members(
        &self,
        id: i64,
        held: &Held,
        due: &[Due],
        options: &mut ApplyOptions<'_>,
        counts: &mut Counts,
    ) -> Result<bool> {
        let mut pace = Pace::new(options.batch);
        let (mut rest, total) = (due, due.len());
        while !rest.is_empty() {
            if options.stop.load(Ordering::SeqCst) {
                return Ok(false);
            }
            let (batch, after) = rest.split_at(pace.size().min(rest.len()));
            let started = Instant::now();
            match self.batch(id, held, batch, *counts) {
                Ok(now) => *counts = now,
                Err(error) if batch.len() > 1 && is_about_rows(&error) => {
                    // One member stops nobody else (L3): each alone, and who fails is counted.
                    for one in batch {
                        match self.batch(id, held, std::slice::from_ref(one), *counts) {
                            Ok(now) => *counts = now,
                            Err(error) if is_about_rows(&error) => self.count_failure(one, &error, counts),
                            Err(error) => return Err(error),
                        }
                    }
                }
                Err(error) if is_about_rows(&error) => {
                    for one in batch {
                        self.count_failure(one, &error, counts);
                    }
                }
                Err(error) => return Err(error),
            }
            pace.took(started.elapsed());
            rest = after;
            let done = i64::try_from(total - rest.len()).unwrap_or(i64::MAX);
            (options.progress)(Progress { rule: self.rule, done, total: i64::try_from(total).unwrap_or(i64::MAX) });
            self.leave_gap();
        }
        Ok(true)
    }

    fn count_failure(&self, one: &Due, error: &Error, counts: &mut Counts) {
        tracing::error!(sweep.rule = %self.rule, user.id = one.id.0, error = error as &dyn std::error::Error, "a member was left out");
        counts.failed += 1;
    }

    /// One transaction: the lease, the facts as they are now, the decision, the act, the note.
    fn batch(&self, id: i64, held: &Held, batch: &[Due], before: Counts) -> Result<Counts> {
        let (ctx, rule, at) = (self.ctx, self.rule, self.plan.at);
        let ids: Vec<UserId> = batch.iter().map(|due| due.id).collect();
        let raw: Vec<i64> = ids.iter().map(|id| id.0).collect();
        let counts = ctx.db.write_tx(|connection| {
            held.renew(connection, ctx.now())?;
            dialect::lock_rows(connection, "users", &raw)?;
            let still_due: Vec<UserId> = facts::of_members(connection, &ids)?
                .into_iter()
                .filter(|(_, facts)| Some(decide(facts, &ctx.policy.lifecycle, at)) == rule.decision())
                .map(|(id, _)| id)
                .collect();
            fault::point("sweep.batch_decided");
            let applied = act::act(ctx, connection, rule, &still_due, at)?;
            let mut counts = before;
            counts.applied += i64::try_from(applied).unwrap_or(i64::MAX);
            counts.skipped += i64::try_from(ids.len() - applied).unwrap_or(i64::MAX);
            let last = ids.last().map_or(0, |id| id.0);
            sweep_run::progress(connection, id, counts, &last.to_string())?;
            fault::point("sweep.batch_noted");
            Ok(counts)
        })?;
        fault::point("sweep.batch_committed");
        Ok(counts)
    }

    fn rows(
        &self,
        id: i64,
        held: &Held,
        total: i64,
        options: &mut ApplyOptions<'_>,
        counts: &mut Counts,
    ) -> Result<bool> {
        let mut pace = Pace::new(options.batch);
        while counts.applied < total {
            if options.stop.load(Ordering::SeqCst) {
                return Ok(false);
            }
            let size = i64::try_from(pace.size()).unwrap_or(i64::MAX).min(total - counts.applied);
            let (ctx, rule, at, before) = (self.ctx, self.rule, self.plan.at, *counts);
            let started = Instant::now();
            let removed = ctx.db.write_tx(|connection| {
                held.renew(connection, ctx.now())?;
                let removed = i64::try_from(rows::work(connection, &ctx.policy, rule, size, at)?).unwrap_or(i64::MAX);
                let now = Counts { applied: before.applied + removed, ..before };
                sweep_run::progress(connection, id, now, "")?;
                Ok(removed)
            })?;
            pace.took(started.elapsed());
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

/// Batch sizes that hold the write lock for about [`BATCH_TIME`].
struct Pace {
    size: usize,
    most: usize,
}

impl Pace {
    fn new(most: usize) -> Self {
        let most = most.clamp(1, BATCH);
        Self { size: most.min(BATCH / 2), most }
    }

    const fn size(&self) -> usize {
        self.size
    }

    fn took(&mut self, time: Duration) {
        if time > BATCH_TIME {
            self.size = (self.size / 2).max(SMALLEST_BATCH.min(self.most));
        } else if time < BATCH_TIME / 2 {
            self.size = (self.size + self.size / 2 + 1).min(self.most);
        }
    }
}
