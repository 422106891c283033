//! What operators did.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;

use super::layout::Areas;
use super::sheet::Sheet;
use super::table::{fixed, nothing, number, rest, table};
use crate::tui::state::State;
use crate::tui::text::{age, minute};

pub(super) fn rows(state: &State, buffer: &mut Buffer, areas: &Areas) {
    let list = &state.audit.rows;
    let theme = state.settings.theme;
    let columns =
        [number("#", 6), number("age", 4), fixed("actor", 12), fixed("act", 18), fixed("on", 14), rest("reason")];
    let cells = list.iter().skip(list.offset()).map(|entry| {
        let target = entry.target_id.map_or_else(String::new, |id| format!("{} {id}", entry.target_kind));
        [
            (entry.id.to_string(), theme.muted),
            (age(entry.created_at, state.now), theme.muted),
            (entry.actor.clone(), theme.text),
            (entry.action.clone(), if entry.undoes_id.is_some() { theme.warn } else { theme.text }),
            (target, theme.muted),
            (entry.reason.clone().unwrap_or_default(), theme.text),
        ]
    });
    table(state, buffer, areas, &columns, cells, list.selected_index().wrapping_sub(list.offset()));
    if list.is_loaded() && list.is_empty() {
        nothing(state, buffer, areas, "nobody has done anything yet");
    }
}

pub(super) fn detail(state: &State, sheet: &mut Sheet) {
    let Some(entry) = state.audit.rows.selected() else { return };
    sheet.pieces(vec![(format!("#{} {}", entry.id, entry.action), sheet.theme.accent)]);
    sheet.field("when", &minute(entry.created_at));
    sheet.field("who", &format!("{} by {} on {}", entry.actor, entry.via, entry.host));
    if let Some(undone) = entry.undoes_id {
        sheet.field("undoes", &format!("#{undone}"));
    }
    if let Some(reason) = &entry.reason {
        sheet.field("reason", reason);
    }
    for (label, text) in [("before", &entry.before_state), ("after", &entry.after_state), ("inverse", &entry.inverse)] {
        if let Some(text) = text {
            sheet.field(label, text);
        }
    }
    let mut hash = String::new();
    for byte in entry.row_hash.iter().take(16) {
        // Writing to a string cannot fail.
        let _ = write!(hash, "{byte:02x}");
    }
    sheet.field("hash", &hash);
}
