//! Appeals.

use ratatui::buffer::Buffer;

use super::layout::Areas;
use super::members;
use super::sheet::Sheet;
use super::table::{nothing, number, rest, table};
use crate::tui::state::State;
use crate::tui::text::{age, minute};

pub(super) fn rows(state: &State, buffer: &mut Buffer, areas: &Areas) {
    let list = &state.appeals.rows;
    let theme = state.settings.theme;
    let columns = [number("id", 6), number("age", 4), number("member", 7), rest("text")];
    let cells = list.iter().skip(list.offset()).map(|appeal| {
        [
            (appeal.id.to_string(), theme.muted),
            (age(appeal.created_at, state.now), theme.warn),
            (appeal.user_id.to_string(), theme.muted),
            (appeal.text.clone().unwrap_or_else(|| "(the member is gone)".to_owned()), theme.text),
        ]
    });
    table(state, buffer, areas, &columns, cells, list.selected_index().wrapping_sub(list.offset()));
    if list.is_loaded() && list.is_empty() {
        nothing(state, buffer, areas, "no appeal waits");
    }
}

pub(super) fn detail(state: &State, sheet: &mut Sheet) {
    let Some(appeal) = state.appeals.rows.selected() else { return };
    sheet.pieces(vec![(format!("appeal {} against measure {}", appeal.id, appeal.sanction_id), sheet.theme.accent)]);
    sheet.field("filed", &minute(appeal.created_at));
    sheet.text(appeal.text.as_deref().unwrap_or("(the text went with the member)"));
    if let Some(member) = state.appellant.as_ref().filter(|member| member.dossier.user.id == appeal.user_id) {
        sheet.heading("member");
        members::about(member, state.now, sheet);
    }
}
