//! How the whole community stands at a glance, for the operators' first screen; a few short reads, no writes.

use crate::context::Context;
use crate::error::Result;
use crate::models::lease::{self, Lease};
use crate::models::sweep_run::{self, SweepRun};
use crate::models::{appeal, dormancy_notice, mail, report, search_outbox, user};
use crate::types::{MailState, Status, Time};

/// Runs that are looked back at.
const RUNS: i64 = 12;

/// A queue: how much waits, and since when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    /// Rows that wait.
    pub waiting: i64,
    /// When the oldest of them came.
    pub oldest: Option<Time>,
}

/// How everything stands.
#[derive(Clone, Debug)]
pub struct Overview {
    /// When this was read.
    pub at: Time,
    /// Reports that nobody has decided.
    pub reports: Queue,
    /// Appeals that nobody has answered.
    pub appeals: Queue,
    /// Posts whose search document is out of date.
    pub search: Queue,
    /// Documents in the index; none while there is no index.
    pub documents: Option<u64>,
    /// Members by state.
    pub members: Vec<(Status, i64)>,
    /// Mail by state.
    pub mail: Vec<(MailState, i64)>,
    /// When the next mail is due.
    pub mail_due: Option<Time>,
    /// Notices that keep a member from becoming dormant until somebody settles them.
    pub notices_to_settle: i64,
    /// The latest runs of jobs, newest first.
    pub runs: Vec<SweepRun>,
    /// Who holds what right now.
    pub leases: Vec<Lease>,
    /// Which database it is.
    pub is_sqlite: bool,
}

/// Looks.
pub fn overview(ctx: &Context) -> Result<Overview> {
    let at = ctx.now();
    // Another process may hold the index, or there may be none yet: the rest is worth seeing all the same.
    let documents = ctx.search.documents().unwrap_or_default();
    ctx.db.read(|connection| {
        Ok(Overview {
            at,
            reports: queue(report::waiting(connection)?),
            appeals: queue(appeal::waiting(connection)?),
            search: queue(search_outbox::waiting(connection)?),
            documents,
            members: user::count_by_status(connection)?,
            mail: mail::count_by_state(connection)?,
            mail_due: mail::next_due(connection)?,
            notices_to_settle: dormancy_notice::count_to_settle(connection)?,
            runs: sweep_run::latest(connection, None, RUNS)?,
            leases: lease::live(connection, at)?,
            is_sqlite: ctx.db.is_sqlite(),
        })
    })
}

fn queue((waiting, oldest): (i64, Option<Time>)) -> Queue {
    Queue { waiting, oldest }
}
