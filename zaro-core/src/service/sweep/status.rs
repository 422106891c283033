//! How the sweeps stand: what is due, who runs, how the last run ended, and what only a person can settle.

use serde::Serialize;

use super::plan::{Shard, plan};
use super::rule::Rule;
use super::schedule;
use crate::context::Context;
use crate::error::Result;
use crate::models::lease::{self, Lease};
use crate::models::sweep_run::{self, SweepRun};
use crate::models::{dormancy_notice, mail};
use crate::types::{MailState, NoticeState, Time};

/// How one rule stands.
#[derive(Clone, Debug, Serialize)]
pub struct RuleStatus {
    /// Which rule.
    pub rule: Rule,
    /// Rows that are due now; none where finding out would mean reading everything.
    pub due: Option<i64>,
    /// When the scheduler applies it next.
    pub next_at: Time,
    /// Its last run.
    pub last_run: Option<SweepRun>,
    /// Who applies it right now.
    pub running: Option<Lease>,
}

/// How everything stands.
#[derive(Clone, Debug, Serialize)]
pub struct SweepStatus {
    /// When this was read.
    pub at: Time,
    /// Each rule.
    pub rules: Vec<RuleStatus>,
    /// Dormancy notices by state.
    pub notices: Vec<(NoticeState, i64)>,
    /// Notices that keep a member from becoming dormant until somebody settles them.
    pub notices_to_settle: i64,
    /// Mail by state.
    pub mail: Vec<(MailState, i64)>,
}

/// Reads how everything stands; changes nothing.
pub fn status(ctx: &Context) -> Result<SweepStatus> {
    let at = ctx.now();
    let quick = Rule::ALL.into_iter().filter(|rule| !rule.reads_everything()).collect::<Vec<_>>();
    let planned = plan(ctx, &quick, Shard::WHOLE, None, at)?;
    ctx.db.read(|connection| {
        let mut rules = Vec::new();
        for rule in Rule::ALL {
            let due = planned.rules.iter().find(|plan| plan.rule == rule).map(|plan| plan.work.len());
            let running = lease::find(connection, &format!("sweep:{rule}:{}", Shard::WHOLE))?;
            rules.push(RuleStatus {
                rule,
                due,
                next_at: schedule::next_due(rule, at),
                last_run: sweep_run::latest(connection, Some(rule.name()), 1)?.pop(),
                running: running.filter(|lease| lease.expires_at > at),
            });
        }
        Ok(SweepStatus {
            at,
            rules,
            notices: dormancy_notice::count_by_state(connection)?,
            notices_to_settle: dormancy_notice::count_to_settle(connection)?,
            mail: mail::count_by_state(connection)?,
        })
    })
}
