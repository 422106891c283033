//! What an operator sees of the index, and having it built anew while it serves (Q9).
//!
//! Only one process writes the index. Where that is the daemon, an operator's wish is a row that its worker sees within
//! seconds: like maintenance a lease that nobody has to renew.

use chrono::TimeDelta;
use serde::Serialize;

use super::rebuild::rebuild;
use super::worker::visible_posts;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::models::lease::{self, Lease};
use crate::models::search_outbox;
use crate::types::Time;

/// Name of the lease.
const NAME: &str = "search:reindex";
/// For as long as it takes.
const UNTIL_DONE: TimeDelta = TimeDelta::days(36_500);

/// How the index stands.
#[derive(Clone, Debug, Serialize)]
pub struct SearchStatus {
    /// Posts in the index; none while there is none that this release can read.
    pub documents: Option<u64>,
    /// Posts that should be in it.
    pub posts: i64,
    /// When the first change that waits is due.
    pub waits_since: Option<Time>,
    /// Who has asked for a new one, until it serves.
    pub reindex: Option<Lease>,
}

/// Who builds the new index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reindex {
    /// This process has: it serves.
    Done,
    /// The process that writes the index will, or another operator has asked it to.
    Asked,
}

/// Reads how the index stands.
pub fn status(ctx: &Context) -> Result<SearchStatus> {
    Ok(SearchStatus {
        posts: visible_posts(ctx)?,
        waits_since: ctx.db.read(search_outbox::next_due)?,
        documents: ctx.search.documents()?,
        reindex: wanted(ctx)?,
    })
}

/// Who has asked for a new index, if it does not serve yet.
pub fn wanted(ctx: &Context) -> Result<Option<Lease>> {
    let now = ctx.now();
    let lease = ctx.db.read(|connection| lease::find(connection, NAME))?;
    Ok(lease.filter(|lease| lease.expires_at > now))
}

/// Builds the index anew, here or in the process that writes it.
pub fn reindex(ctx: &Context) -> Result<Reindex> {
    // With no changes it tells whether this process could make any.
    let is_ours = ctx.search.documents()?.is_none() || ctx.search.apply(&[]).is_ok();
    match if is_ours { rebuild(ctx) } else { ask(ctx) } {
        Ok(()) if is_ours => Ok(Reindex::Done),
        // Another process began to write in between.
        Err(Error::Unavailable { .. }) if is_ours => ask(ctx).map(|()| Reindex::Asked),
        done => done.map(|()| Reindex::Asked),
    }
}

fn ask(ctx: &Context) -> Result<()> {
    let now = ctx.now();
    // Whoever asked before has asked for the same.
    ctx.db.write_tx(|connection| lease::acquire(connection, NAME, &ctx.instance, now, UNTIL_DONE).map(drop))
}

/// What the worker does with the wish, when there is one.
pub(super) fn serve(ctx: &Context) -> Result<()> {
    let Some(lease) = wanted(ctx)? else { return Ok(()) };
    rebuild(ctx)?;
    let now = ctx.now();
    ctx.db.write_tx(|connection| lease::release(connection, NAME, lease.fencing, now))
}
