//! Building the index anew beside the present one (Q9).

use chrono::TimeDelta;

use super::{load, worker};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::models::{post, search_outbox};
use crate::types::PostId;

/// Posts read at once.
const BATCH: i64 = 200;
/// By how much the replay reaches back before the beginning: longer than any transaction lives between reading the clock
/// and its commit, and than the clocks of two machines differ.
const OVERLAP: TimeDelta = TimeDelta::minutes(2);

/// Q9: writes every visible post into a new index and puts it in the place of the present one.
///
/// That one serves, and is kept up to date, until then. What changed meanwhile is done again in the new one, whether or
/// not the present one has it.
///
/// # Errors
/// When the index or the database is away, or the process ends; the present index stays.
pub fn rebuild(ctx: &Context) -> Result<()> {
    let since = ctx.now().minus(OVERLAP);
    let serving = ctx.search.documents()?.is_some();
    let mut build = ctx.search.rebuild()?;
    let (mut last, mut posts) = (PostId(0), 0_usize);
    loop {
        let texts = ctx.db.read(|connection| post::texts_after(connection, last, BATCH))?;
        let Some(newest) = texts.last() else { break };
        last = newest.id;
        let changes: Vec<_> = texts.into_iter().filter(|text| text.visible).map(load::put).collect();
        posts += changes.len();
        build.apply(&changes)?;
        if serving {
            worker::work_due(ctx)?;
        }
        if ctx.search_bell.is_stopped() {
            return Err(Error::Unavailable { what: "the process", why: "it is ending".to_owned() });
        }
    }
    let mut position = (since, 0);
    loop {
        let noted = ctx.db.read(|connection| search_outbox::after(connection, position, BATCH))?;
        let Some(newest) = noted.last() else { break };
        position = (newest.created_at, newest.id);
        build.apply(&load::changes(ctx, noted.iter().map(|change| change.post_id))?)?;
    }
    build.finish()?;
    tracing::info!(search.documents = posts, "the search index is built anew");
    Ok(())
}
