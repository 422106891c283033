//! The search index, and what members find in it.

use ratatui::buffer::Buffer;

use super::layout::Areas;
use super::sheet::Sheet;
use super::table::{fixed, nothing, number, rest, table};
use crate::tui::state::State;
use crate::tui::text::{age, minute};

pub(super) fn rows(state: &State, buffer: &mut Buffer, areas: &Areas) {
    let search = &state.search;
    let theme = state.settings.theme;
    let columns = [number("id", 7), fixed("board", 10), rest("title"), number("likes", 5), number("age", 4)];
    let cells = search.hits().iter().skip(search.offset).map(|hit| {
        [
            (hit.post.id.to_string(), theme.muted),
            (hit.post.category.to_string(), theme.muted),
            (hit.post.title.clone(), theme.text),
            (hit.post.like_count.to_string(), theme.muted),
            (age(hit.post.created_at, state.now), theme.muted),
        ]
    });
    table(state, buffer, areas, &columns, cells, search.selected.wrapping_sub(search.offset));
    if search.hits().is_empty() {
        let text = if search.page.is_some() { "nothing is found" } else { "/ and words look for posts, as members do" };
        nothing(state, buffer, areas, text);
    }
}

pub(super) fn detail(state: &State, sheet: &mut Sheet) {
    let theme = sheet.theme;
    if let Some(hit) = state.search.hits().get(state.search.selected) {
        sheet.pieces(vec![(hit.post.title.clone(), theme.accent)]);
        sheet.field("post", &hit.post.id.to_string());
        sheet.field("written", &minute(hit.post.created_at));
        sheet.text(&hit.preview);
        sheet.heading("index");
    }
    if let Some(page) = &state.search.page {
        sheet.field("hits", &page.total.to_string());
        if page.degraded {
            sheet.marked("served by", "the database: the index is away", theme.alarm);
        }
    }
    if let Some(overview) = &state.overview {
        match overview.documents {
            Some(documents) => sheet.field("documents", &documents.to_string()),
            None => sheet.marked("documents", "there is no index yet, or this build cannot read it", theme.warn),
        }
        sheet.field("waiting", &overview.search.waiting.to_string());
        if let Some(oldest) = overview.search.oldest {
            sheet.field("oldest", &format!("{} ago", age(oldest, state.now)));
        }
    }
}
