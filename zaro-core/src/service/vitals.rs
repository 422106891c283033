//! What a watching program wants to know of the rows (O2, O4).

use chrono::TimeDelta;

use super::maintenance;
use super::sweep::Rule;
use crate::context::Context;
use crate::error::Result;
use crate::models::sweep_run::{self, SweepRun};
use crate::models::{mail, search_outbox};
use crate::types::Time;

/// How the rows stand.
#[derive(Clone, Debug)]
pub struct Vitals {
    /// H18.
    pub maintenance: bool,
    /// For how long the oldest mail has been due.
    pub mail_overdue: TimeDelta,
    /// For how long the oldest search change has been due.
    pub search_overdue: TimeDelta,
    /// The last run of each job that ever ran.
    pub last_runs: Vec<SweepRun>,
}

/// Looks; a few short reads.
pub fn vitals(ctx: &Context) -> Result<Vitals> {
    let now = ctx.now();
    let maintenance = maintenance::find(ctx)?.is_some();
    ctx.db.read(|connection| {
        let mut last_runs = Vec::new();
        for rule in Rule::ALL {
            last_runs.extend(sweep_run::latest(connection, Some(rule.name()), 1)?);
        }
        Ok(Vitals {
            maintenance,
            mail_overdue: overdue(mail::next_due(connection)?, now),
            search_overdue: overdue(search_outbox::next_due(connection)?, now),
            last_runs,
        })
    })
}

/// For how long something has been due; not at all where nothing is, or not yet.
fn overdue(due: Option<Time>, now: Time) -> TimeDelta {
    due.map_or(TimeDelta::zero(), |due| now.since(due).max(TimeDelta::zero()))
}
