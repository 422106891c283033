//! The scheduled jobs: what runs when, how it last ended, and who is at it (section J).

use serde::Serialize;

use crate::context::Context;
use crate::error::Result;
use crate::models::lease::{self, Lease};
use crate::models::sweep_run::{self, SweepRun};
use crate::service::sweep::{Rule, Shard, missed, next_due};
use crate::types::Time;

/// How one job stands.
#[derive(Clone, Debug, Serialize)]
pub struct Job {
    /// Which.
    pub job: Rule,
    /// What it does, in a few words.
    pub what: &'static str,
    /// At which time of the day in Seoul, or how often.
    pub when: String,
    /// When the scheduler begins it next.
    pub next_at: Time,
    /// The scheduled run that is still to be made up for (J1).
    pub missed: Option<Time>,
    /// Its last run, scheduled or by hand.
    pub last_run: Option<SweepRun>,
    /// Who holds its lease.
    pub held_by: Option<Lease>,
}

/// All jobs, in the order in which one sweep does them. Reads a few rows, and does not look for what is due.
pub fn list(ctx: &Context) -> Result<Vec<Job>> {
    let now = ctx.now();
    ctx.db.read(|connection| {
        let mut jobs = Vec::with_capacity(Rule::ALL.len());
        for job in Rule::ALL {
            let held_by = lease::find(connection, &format!("sweep:{job}:{}", Shard::WHOLE))?;
            // A job that never ran has missed nothing: cron may do all of it.
            let scheduled = sweep_run::last_scheduled(connection, job.name())?;
            jobs.push(Job {
                job,
                what: job.describe(),
                when: job.timetable().to_string(),
                next_at: next_due(job, now),
                missed: missed(job, scheduled, now, now),
                last_run: sweep_run::latest(connection, Some(job.name()), 1)?.pop(),
                held_by: held_by.filter(|lease| lease.expires_at > now),
            });
        }
        Ok(jobs)
    })
}
