//! Rows under heads, one of them selected.

use ratatui::buffer::Buffer;
use ratatui::style::Style;

use super::layout::Areas;
use crate::tui::state::State;
use crate::tui::text::{pad, pad_left};

/// A column.
pub(super) struct Column {
    head: &'static str,
    /// Cells; zero for whatever is left over, shared among all such columns.
    cells: usize,
    is_number: bool,
}

/// A column of so many cells.
pub(super) const fn fixed(head: &'static str, cells: usize) -> Column {
    Column { head, cells, is_number: false }
}

/// The same with its text at the right end.
pub(super) const fn number(head: &'static str, cells: usize) -> Column {
    Column { head, cells, is_number: true }
}

/// A column that takes what is left over.
pub(super) const fn rest(head: &'static str) -> Column {
    Column { head, cells: 0, is_number: false }
}

/// A text with how it looks.
pub(super) type Cell = (String, Style);

/// What is drawn where there is no row.
pub(super) fn nothing(state: &State, buffer: &mut Buffer, areas: &Areas, text: &str) {
    buffer.set_stringn(areas.list.x, areas.list.y, text, usize::from(areas.list.width), state.settings.theme.muted);
}

/// Draws heads and rows; `selected` is counted from the first drawn row.
pub(super) fn table<const N: usize>(
    state: &State,
    buffer: &mut Buffer,
    areas: &Areas,
    columns: &[Column; N],
    rows: impl Iterator<Item = [Cell; N]>,
    selected: usize,
) {
    let theme = state.settings.theme;
    let all = usize::from(areas.list.width);
    let taken: usize = columns.iter().map(|column| column.cells + 1).sum();
    let shares = columns.iter().filter(|column| column.cells == 0).count().max(1);
    let share = all.saturating_sub(taken) / shares;
    let widths = columns.each_ref().map(|column| if column.cells == 0 { share } else { column.cells });
    let put = |column: &Column, text: &str, cells: usize| {
        if column.is_number { pad_left(text, cells) } else { pad(text, cells) }
    };
    let mut x = areas.heads.x;
    for (column, cells) in columns.iter().zip(widths) {
        buffer.set_string(x, areas.heads.y, put(column, column.head, cells), theme.head);
        x += u16::try_from(cells + 1).unwrap_or(0);
    }
    for ((row, area), index) in rows.zip(areas.list.rows()).zip(0..) {
        let mut x = area.x;
        for ((column, (text, style)), cells) in columns.iter().zip(row).zip(widths) {
            buffer.set_string(x, area.y, put(column, &text, cells), style);
            x += u16::try_from(cells + 1).unwrap_or(0);
        }
        if index == selected {
            buffer.set_style(area, theme.selected);
        }
    }
}
