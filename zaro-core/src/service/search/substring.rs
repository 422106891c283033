//! Searching without an index (Q11).
//!
//! The database hands out posts, newest first, and every piece of the keyword is looked for in title and content as it
//! stands; compared here and not by `LIKE`, whose idea of equal letters differs from database to database.

use std::time::{Duration, Instant};

use super::find::{SearchPage, page, shown};
use crate::context::Context;
use crate::error::{Code, Result};
use crate::models::post::{self, ListFilter};
use crate::policy::search::query::HITS_MAX;
use crate::policy::search::request::SearchRequest;
use crate::types::{Direction, PostId, PostProperty, Sort, Time, fold};

/// Q11: after this long the search gives up.
pub const PATIENCE: Duration = Duration::from_secs(2);
/// Posts looked through at once.
const BATCH: i64 = 200;

/// Q11: the same search by plain substrings, newest first.
///
/// # Errors
/// `SEARCH_UNAVAILABLE` when it takes longer than `patience`.
pub fn search_plainly(ctx: &Context, request: &SearchRequest, patience: Duration) -> Result<SearchPage> {
    let started = Instant::now();
    let Some(filter) = request.filter else { return Ok(page(request, Vec::new(), 0, true)) };
    let terms: Vec<String> = request.keyword.terms().map(fold).collect();
    let list = ListFilter {
        category: filter.category,
        tag: filter.tag,
        sort: Sort { by: PostProperty::CreatedAt, direction: Direction::Desc },
    };
    let (offset, limit) = request.window();
    let (mut total, mut wanted) = (0_u32, Vec::new());
    let mut oldest: Option<(Time, PostId)> = None;
    while total < HITS_MAX {
        if started.elapsed() >= patience {
            return Err(Code::SearchUnavailable.into());
        }
        let mut texts = ctx.db.read(|connection| {
            let ids = match oldest {
                None => post::ids(connection, list, 0, BATCH)?,
                Some(oldest) => post::ids_after(connection, list, oldest, BATCH)?,
            };
            post::texts(connection, &ids)
        })?;
        texts.sort_by_key(|text| std::cmp::Reverse((text.created_at, text.id)));
        let Some(text) = texts.last() else { break };
        oldest = Some((text.created_at, text.id));
        for text in
            texts.iter().filter(|text| matches(&terms, &text.title, &text.content)).take((HITS_MAX - total) as usize)
        {
            if total >= offset && total - offset < limit {
                wanted.push(text.id);
            }
            total += 1;
        }
    }
    let hits = shown(ctx, &wanted, filter, &request.keyword, &[])?;
    Ok(page(request, hits, total.into(), true))
}

fn matches(terms: &[String], title: &str, content: &str) -> bool {
    let (title, content) = (fold(title), fold(content));
    terms.iter().all(|term| title.contains(term) || content.contains(term))
}
