//! Search (Q1 to Q12).

use zaro_core::Code as C;

use crate::openapi::operation::{Operation, get};
use crate::openapi::parameter::{page, query, size};
use crate::openapi::payload::{list, one};
use crate::openapi::value::text;
use crate::views::{SearchPage, Suggestion};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        get("/api/search/es", "searchPosts", "Full-text search", "Q1 to Q7, Q11, Q12")
            .with(query("keyword", text(), "missing or blank: SEARCH_KEYWORD_REQUIRED"))
            .with(query("category", text(), "exact; unknown = no hit"))
            .with(query("tag", text(), "exact; unknown = no hit"))
            .with(page())
            .with(size())
            .with(query("sort", text(), "accepted and ignored: the order is relevance"))
            .ok("Most relevant first; may be empty", one::<SearchPage>())
            .refuses(&[C::SearchKeywordRequired, C::RateLimited, C::SearchUnavailable]),
        get("/api/search", "searchPostsAlias", "Full-text search (same operation)", "Q1 to Q7, Q11, Q12")
            .with(query("keyword", text(), "missing or blank: SEARCH_KEYWORD_REQUIRED"))
            .with(query("category", text(), "exact; unknown = no hit"))
            .with(query("tag", text(), "exact; unknown = no hit"))
            .with(page())
            .with(size())
            .with(query("sort", text(), "accepted and ignored: the order is relevance"))
            .ok("Most relevant first; may be empty", one::<SearchPage>())
            .refuses(&[C::SearchKeywordRequired, C::RateLimited, C::SearchUnavailable]),
        get("/api/search/suggest", "suggest", "Completions while typing, also by initial consonants", "Q10")
            .with(query("q", text(), "what was typed so far; blank = empty list"))
            .ok("At most ten, best first", list::<Suggestion>())
            .refuses(&[C::RateLimited, C::SearchUnavailable]),
    ]
}
