//! Searching (Q1 to Q7).

use super::substring;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::models::post;
use crate::policy::preview::plain_text;
use crate::policy::search::passage;
use crate::policy::search::query::{HITS_MAX, Keyword};
use crate::policy::search::request::{Filter, SearchRequest};
use crate::ports::SearchQuery;
use crate::types::PostId;

/// A post that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchHit {
    /// The post as it is now (Q7).
    pub post: post::Hit,
    /// The beginning of its plain text (Q6).
    pub preview: String,
    /// Its title with matches marked.
    pub highlight_title: Option<String>,
    /// The best passage with matches marked.
    pub highlight_preview: Option<String>,
}

/// A page of hits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchPage {
    /// Most relevant first.
    pub hits: Vec<SearchHit>,
    /// Hits of all pages, counted up to [`HITS_MAX`].
    pub total: i64,
    /// Number of all pages.
    pub total_pages: i64,
    /// The page asked for.
    pub number: u32,
    /// Whether the database searched in place of the index (Q11).
    pub degraded: bool,
}

/// Q1 to Q7, Q11: visible posts that match.
///
/// # Errors
/// `SEARCH_UNAVAILABLE` when the index is away and the database takes too long in its place.
pub fn search(ctx: &Context, request: &SearchRequest) -> Result<SearchPage> {
    let Some(filter) = request.filter else { return Ok(page(request, Vec::new(), 0, false)) };
    let (offset, limit) = request.window();
    let query = SearchQuery {
        keyword: &request.keyword,
        category: filter.category,
        tag: filter.tag,
        offset: if limit == 0 { 0 } else { offset as usize },
        limit: limit as usize,
    };
    match ctx.search.query(&query) {
        Ok(found) => {
            let wanted = found.ids.len();
            let hits = shown(ctx, &found.ids, filter, &request.keyword, &found.also)?;
            // What the index does not know yet: gone since, and gone from the count.
            let gone = u64::try_from(wanted - hits.len()).unwrap_or(0);
            Ok(page(request, hits, found.total.saturating_sub(gone), false))
        }
        Err(Error::Unavailable { what, why }) => {
            tracing::warn!(search.part = what, search.reason = why, "the database searches in place of the index");
            substring::search_plainly(ctx, request, substring::PATIENCE)
        }
        Err(error) => Err(error),
    }
}

/// Q7: these posts as they are now, those that are not visible or not in the filter left out.
pub(super) fn shown(
    ctx: &Context,
    ids: &[PostId],
    filter: Filter,
    keyword: &Keyword,
    also: &[String],
) -> Result<Vec<SearchHit>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = ctx.db.read(|connection| post::hits(connection, ids))?;
    let fits = |hit: &post::Hit| {
        hit.visible
            && filter.category.is_none_or(|category| category == hit.category)
            && filter.tag.is_none_or(|tag| tag == hit.tag)
    };
    let hit = |post: post::Hit| SearchHit {
        preview: passage::preview(&post.preview),
        highlight_title: passage::title(&post.title, keyword, also),
        highlight_preview: passage::passage(&plain_text(&post.content), keyword, also),
        post,
    };
    Ok(rows.into_iter().filter(fits).map(hit).collect())
}

/// PG2, Q5.
pub(super) fn page(request: &SearchRequest, hits: Vec<SearchHit>, total: u64, degraded: bool) -> SearchPage {
    let total = i64::from(u32::try_from(total).unwrap_or(HITS_MAX).min(HITS_MAX));
    SearchPage { hits, total, total_pages: request.paging.total_pages(total), number: request.paging.page, degraded }
}
