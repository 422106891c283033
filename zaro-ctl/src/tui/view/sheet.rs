//! Lines of text below each other: what stands beside a list.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget as _;

use crate::tui::text::{pad, width, wrap};
use crate::tui::theme::Theme;

/// Cells that the name of a field takes.
const LABEL: usize = 13;

/// Lines, wrapped for a width.
pub(super) struct Sheet {
    pub(super) theme: Theme,
    cells: usize,
    lines: Vec<Line<'static>>,
}

impl Sheet {
    pub(super) const fn new(theme: Theme, cells: usize) -> Self {
        Self { theme, cells, lines: Vec::new() }
    }

    /// Lines so far.
    pub(super) fn len(&self) -> u16 {
        u16::try_from(self.lines.len()).unwrap_or(u16::MAX)
    }

    /// Cells of a line.
    pub(super) const fn cells(&self) -> usize {
        self.cells
    }

    /// What the following lines are about.
    pub(super) fn heading(&mut self, text: &str) {
        if !self.lines.is_empty() {
            self.lines.push(Line::default());
        }
        self.styled(text, self.theme.accent);
    }

    /// Text as it is.
    pub(super) fn text(&mut self, text: &str) {
        self.styled(text, self.theme.text);
    }

    /// Text in a style.
    pub(super) fn styled(&mut self, text: &str, style: Style) {
        self.lines.extend(wrap(text, self.cells).into_iter().map(|line| Line::styled(line, style)));
    }

    /// A named value.
    pub(super) fn field(&mut self, label: &str, value: &str) {
        self.marked(label, value, self.theme.text);
    }

    /// A named value in a style.
    pub(super) fn marked(&mut self, label: &str, value: &str, style: Style) {
        let label_cells = LABEL.max(width(label) + 1);
        for (index, line) in wrap(value, self.cells.saturating_sub(label_cells)).into_iter().enumerate() {
            let label = pad(if index == 0 { label } else { "" }, label_cells);
            self.lines.push(Line::from(vec![Span::styled(label, self.theme.muted), Span::styled(line, style)]));
        }
    }

    /// A line of pieces, each in its style; cut where it is too long.
    pub(super) fn pieces(&mut self, pieces: Vec<(String, Style)>) {
        self.lines
            .push(Line::from(pieces.into_iter().map(|(text, style)| Span::styled(text, style)).collect::<Vec<_>>()));
    }

    /// Draws the lines from this one on.
    pub(super) fn draw(self, buffer: &mut Buffer, area: Rect, scroll: u16) {
        let rows = area.rows();
        for (line, row) in self.lines.into_iter().skip(usize::from(scroll)).zip(rows) {
            line.render(row, buffer);
        }
    }
}
