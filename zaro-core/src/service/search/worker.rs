//! The search worker: claims what changed, reads it, writes it, notes it (Q8).

use std::time::Duration;

use chrono::TimeDelta;

use super::{desk, load, rebuild};
use crate::context::Context;
use crate::error::Result;
use crate::fault;
use crate::models::post::ListFilter;
use crate::models::search_outbox::Change;
use crate::models::{post, search_outbox};
use crate::types::{Direction, PostProperty, Sort, Time};

/// Changes done at once; their posts are in memory together.
const BATCH: i64 = 200;
/// How long a claim holds before another worker may look after the change: far beyond one batch.
const CLAIM: TimeDelta = TimeDelta::minutes(1);
/// Between two commits, so that a burst of changes costs a few of them and not one each.
const GATHER: Duration = Duration::from_millis(250);
/// The longest sleep: changes written by another process are found after this at the latest.
const IDLE: Duration = Duration::from_secs(2);
/// The longest pause after a failure; the first is a second.
const PAUSE_MAX: Duration = Duration::from_mins(1);
/// How often the number of documents is compared with that of visible posts.
const CHECK: TimeDelta = TimeDelta::minutes(5);

/// Works until the context's search bell is stopped.
pub fn run_worker(ctx: &Context) {
    let mut failures = 0;
    let mut checked: Option<Time> = None;
    while !ctx.search_bell.is_stopped() {
        match round(ctx, &mut checked) {
            Ok(0) => {
                failures = 0;
                if !ctx.search_bell.wait(IDLE) {
                    return;
                }
            }
            Ok(done) => {
                failures = 0;
                if done < usize::try_from(BATCH).unwrap_or(usize::MAX) && !ctx.search_bell.rest(GATHER) {
                    return;
                }
            }
            Err(_) if ctx.search_bell.is_stopped() => return,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the search index could not be worked on");
                let pause = Duration::from_secs(1 << failures.min(6)).min(PAUSE_MAX);
                failures += 1;
                if !ctx.search_bell.rest(pause) {
                    return;
                }
            }
        }
    }
}

/// Brings the index up to date, whatever it takes: for tests, commands and the end of a load.
pub fn catch_up(ctx: &Context) -> Result<()> {
    let mut checked = None;
    while round(ctx, &mut checked)? > 0 {}
    Ok(())
}

/// One round: an index that is not there is built; else what is due is done, and now and then the number is checked.
fn round(ctx: &Context, checked: &mut Option<Time>) -> Result<usize> {
    if ctx.search.documents()?.is_none() {
        rebuild(ctx)?;
    }
    desk::serve(ctx)?;
    let done = work_due(ctx)?;
    let now = ctx.now();
    if done == 0 && checked.is_none_or(|last| now.since(last) >= CHECK) {
        *checked = Some(now);
        if !is_complete(ctx)? {
            tracing::warn!("the search index does not hold all visible posts");
            rebuild(ctx)?;
        }
    }
    Ok(done)
}

/// One batch: everything that is due now. How many changes were done.
///
/// # Errors
/// When the index is away, or another process writes it; the changes wait.
pub fn work_due(ctx: &Context) -> Result<usize> {
    let now = ctx.now();
    let due = ctx.db.read(|connection| search_outbox::due(connection, now, BATCH))?;
    if due.is_empty() {
        return Ok(0);
    }
    // Nothing is claimed by a process that could not write.
    ctx.search.apply(&[])?;
    let claimed =
        ctx.db.write_tx(|connection| search_outbox::claim(connection, &due, &ctx.instance, now, now.plus(CLAIM)))?;
    fault::point("search.claimed");
    let ids: Vec<i64> = claimed.iter().map(|change| change.id).collect();
    let written =
        load::changes(ctx, claimed.iter().map(|change| change.post_id)).and_then(|changes| ctx.search.apply(&changes));
    match written {
        Ok(()) => {
            ctx.db.write_tx(|connection| search_outbox::done(connection, &ids, ctx.now()))?;
            fault::point("search.noted");
            Ok(ids.len())
        }
        Err(error) => {
            let next = next_try(&claimed, ctx.now());
            let words = error.to_string();
            let given_back =
                ctx.db.write_tx(|connection| search_outbox::postpone(connection, &ids, &ctx.instance, next, &words));
            if let Err(error) = given_back {
                // The claim runs out by itself.
                tracing::warn!(error = &error as &dyn std::error::Error, "search changes stay claimed");
            }
            Err(error)
        }
    }
}

/// After 1, 2, 4 … seconds, at most a minute, without end.
fn next_try(claimed: &[Change], now: Time) -> Time {
    let attempts = claimed.iter().map(|change| change.attempts).max().unwrap_or(0).clamp(0, 6);
    now.plus(TimeDelta::seconds((1_i64 << attempts).min(60)))
}

/// Whether the index holds as many documents as there are visible posts; while changes wait nobody can tell.
///
/// The posts are counted before the waiting changes are looked for: a post that is counted has its change either done or
/// still waiting.
fn is_complete(ctx: &Context) -> Result<bool> {
    let posts = visible_posts(ctx)?;
    if ctx.db.read(search_outbox::next_due)?.is_some() {
        return Ok(true);
    }
    Ok(ctx.search.documents()? == u64::try_from(posts).ok())
}

/// How many posts the index should hold.
pub(super) fn visible_posts(ctx: &Context) -> Result<i64> {
    let all = ListFilter {
        category: None,
        tag: None,
        sort: Sort { by: PostProperty::CreatedAt, direction: Direction::Desc },
    };
    ctx.db.read(|connection| post::count(connection, all))
}
