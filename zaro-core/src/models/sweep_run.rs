//! Table `sweep_runs`: every run of every job.

use diesel::prelude::*;

use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::sweep_runs;
use crate::types::{RunState, Time, cut};

/// A run as stored.
#[derive(Clone, Debug, Queryable, Selectable, serde::Serialize)]
#[diesel(table_name = sweep_runs)]
pub struct SweepRun {
    /// Id.
    pub id: i64,
    /// Which job.
    pub job: String,
    /// Which part of it, `i/n`.
    pub shard: String,
    /// The due instant; none for a run by hand.
    pub scheduled_for: Option<Time>,
    /// Where it ran.
    pub host: String,
    /// From the lease.
    pub fencing: i64,
    /// How it stands or ended.
    pub state: RunState,
    /// Rows that were due.
    pub planned: i64,
    /// Rows that were changed.
    pub applied: i64,
    /// Rows that were decided otherwise when looked at again.
    pub skipped: i64,
    /// Rows that failed.
    pub failed: i64,
    /// Where it got to.
    pub cursor_pos: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// Start.
    pub started_at: Time,
    /// End.
    pub finished_at: Option<Time>,
}

/// A run to be.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = sweep_runs, treat_none_as_default_value = false)]
pub struct NewSweepRun {
    /// Which job.
    pub job: String,
    /// Which part of it.
    pub shard: String,
    /// The due instant; none for a run by hand.
    pub scheduled_for: Option<Time>,
    /// Where it runs.
    pub host: String,
    /// From the lease.
    pub fencing: i64,
    /// RUNNING.
    pub state: RunState,
    /// Rows that are due.
    pub planned: i64,
    /// Now.
    pub started_at: Time,
}

/// What a run has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Rows that were changed.
    pub applied: i64,
    /// Rows that were decided otherwise when looked at again.
    pub skipped: i64,
    /// Rows that failed.
    pub failed: i64,
}

/// Opens a run, or a scheduled one again that was interrupted; nothing when the scheduled one is done already (J1).
pub fn open(connection: &mut Connection, run: &NewSweepRun) -> Result<Option<i64>> {
    let made = dialect::insert_ignore!(connection, sweep_runs::table, run)?;
    if made == 1 {
        return Ok(Some(dialect::last_id(connection)?));
    }
    let interrupted: Option<i64> = sweep_runs::table
        .filter(sweep_runs::job.eq(&run.job))
        .filter(sweep_runs::shard.eq(&run.shard))
        .filter(sweep_runs::scheduled_for.nullable().eq(run.scheduled_for))
        .filter(sweep_runs::state.eq(RunState::Interrupted))
        .select(sweep_runs::id)
        .first(connection)
        .optional()?;
    let Some(id) = interrupted else { return Ok(None) };
    diesel::update(sweep_runs::table.find(id))
        .set((
            sweep_runs::state.eq(RunState::Running),
            sweep_runs::host.eq(&run.host),
            sweep_runs::fencing.eq(run.fencing),
            sweep_runs::planned.eq(run.planned),
            sweep_runs::finished_at.eq(None::<Time>),
        ))
        .execute(connection)?;
    Ok(Some(id))
}

/// J2: runs that their process left behind, because somebody else holds the lease now.
pub fn close_abandoned(connection: &mut Connection, job: &str, shard: &str, fencing: i64, now: Time) -> Result<usize> {
    let abandoned = sweep_runs::table
        .filter(sweep_runs::job.eq(job))
        .filter(sweep_runs::shard.eq(shard))
        .filter(sweep_runs::state.eq(RunState::Running))
        .filter(sweep_runs::fencing.lt(fencing));
    let closed = diesel::update(abandoned)
        .set((sweep_runs::state.eq(RunState::Interrupted), sweep_runs::finished_at.eq(now)))
        .execute(connection)?;
    Ok(closed)
}

/// Notes progress, in the transaction of the batch.
pub fn progress(connection: &mut Connection, id: i64, counts: Counts, cursor: &str) -> Result<()> {
    diesel::update(sweep_runs::table.find(id))
        .set((
            sweep_runs::applied.eq(counts.applied),
            sweep_runs::skipped.eq(counts.skipped),
            sweep_runs::failed.eq(counts.failed),
            sweep_runs::cursor_pos.eq(cut(cursor, 100)),
        ))
        .execute(connection)?;
    Ok(())
}

/// Ends a run.
pub fn close(
    connection: &mut Connection,
    id: i64,
    state: RunState,
    counts: Counts,
    error: Option<&str>,
    now: Time,
) -> Result<()> {
    diesel::update(sweep_runs::table.find(id).filter(sweep_runs::state.eq(RunState::Running)))
        .set((
            sweep_runs::state.eq(state),
            sweep_runs::applied.eq(counts.applied),
            sweep_runs::skipped.eq(counts.skipped),
            sweep_runs::failed.eq(counts.failed),
            sweep_runs::error.eq(error.map(|text| cut(text, 1000))),
            sweep_runs::finished_at.eq(now),
        ))
        .execute(connection)?;
    Ok(())
}

/// The latest runs, newest first; of one job where named.
pub fn latest(connection: &mut Connection, job: Option<&str>, limit: i64) -> Result<Vec<SweepRun>> {
    let mut query = sweep_runs::table
        .select(SweepRun::as_select())
        .order((sweep_runs::started_at.desc(), sweep_runs::id.desc()))
        .limit(limit)
        .into_boxed();
    if let Some(job) = job {
        query = query.filter(sweep_runs::job.eq(job.to_owned()));
    }
    Ok(query.load(connection)?)
}

/// The due instant of the last scheduled run of a job that came to its end.
///
/// One that was interrupted, or whose process died, is still to be done.
pub fn last_scheduled(connection: &mut Connection, job: &str) -> Result<Option<Time>> {
    let last: Option<i64> = sweep_runs::table
        .filter(sweep_runs::job.eq(job))
        .filter(sweep_runs::state.eq_any([RunState::Done, RunState::Partial, RunState::Failed]))
        .select(diesel::dsl::max(sweep_runs::scheduled_for))
        .first(connection)?;
    Ok(last.map(Time::from_micros))
}
