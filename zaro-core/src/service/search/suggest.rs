//! Suggestions while typing (Q10).

use std::cmp::Reverse;

use crate::context::Context;
use crate::error::{Code, Error, Result};
use crate::models::post;
use crate::policy::search::suggest::{SUGGESTIONS_MAX, Typed};
use crate::types::{Category, PostId};

/// Titles that the index proposes: of so many likely ones the best are chosen by what the database says now, their live
/// score among it.
const CANDIDATES: usize = 200;

/// A title that fits what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The title.
    pub text: String,
    /// Its post.
    pub post_id: PostId,
    /// The post's board.
    pub category: Category,
}

/// Q10: at most ten titles of visible posts, best match first, then score.
///
/// # Errors
/// `SEARCH_UNAVAILABLE` while the index is away (Q11).
pub fn suggest(ctx: &Context, typed: &str) -> Result<Vec<Suggestion>> {
    let Some(typed) = Typed::read(typed) else { return Ok(Vec::new()) };
    let ids = ctx.search.suggest(&typed, CANDIDATES).map_err(|error| match error {
        Error::Unavailable { what, why } => {
            tracing::warn!(search.part = what, search.reason = why, "no suggestions");
            Code::SearchUnavailable.into()
        }
        other => other,
    })?;
    let titles = ctx.db.read(|connection| post::titles(connection, &ids))?;
    let mut fitting: Vec<_> = titles
        .into_iter()
        .filter(|title| title.visible)
        .filter_map(|title| Some((typed.fit(&title.title)?, title)))
        .collect();
    fitting.sort_by_key(|(fit, title)| Reverse((*fit, title.score, title.created_at, title.id)));
    fitting.truncate(SUGGESTIONS_MAX);
    let suggestion = |title: post::Title| Suggestion { text: title.title, post_id: title.id, category: title.category };
    Ok(fitting.into_iter().map(|(_, title)| suggestion(title)).collect())
}
