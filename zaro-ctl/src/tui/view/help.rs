//! What lies over the screens: the keys, and messages.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::widgets::{Block, Clear, Widget as _};

use super::sheet::Sheet;
use crate::tui::keymap::{BINDINGS, Binding, Place};
use crate::tui::state::{Screen, State};
use crate::tui::text::{pad, width, wrap};

/// Columns of what lies over the screens.
const WIDTH: u16 = 70;

/// Lines of the keys.
pub fn help_lines(here: Screen) -> u16 {
    u16::try_from(groups(here).iter().map(|(_, bindings)| bindings.len() + 2).sum::<usize>()).unwrap_or(u16::MAX)
}

/// Lines of the keys that are drawn at once.
pub const fn help_height(size: Size) -> u16 {
    size.height.saturating_sub(6)
}

/// The keys by where they mean something, those of this screen first.
fn groups(here: Screen) -> Vec<(String, Vec<&'static Binding>)> {
    let mut places = vec![Place::On(here), Place::Lists, Place::Everywhere];
    for binding in BINDINGS {
        if !places.contains(&binding.place) {
            places.push(binding.place);
        }
    }
    let groups = places.into_iter().map(|place| {
        let name = match place {
            Place::Everywhere => "Everywhere".to_owned(),
            Place::Lists => "In every list".to_owned(),
            Place::On(screen) => format!("On {}", screen.name()),
        };
        (name, BINDINGS.iter().filter(|binding| binding.place == place).collect::<Vec<_>>())
    });
    groups.filter(|(_, bindings)| !bindings.is_empty()).collect()
}

pub(super) fn draw(state: &State, buffer: &mut Buffer, whole: Rect, scroll: u16) {
    let theme = state.settings.theme;
    let height = help_height(whole.as_size()).min(help_lines(state.screen));
    let inner = frame(state, buffer, whole, "keys: j and k scroll", height);
    let mut sheet = Sheet::new(theme, usize::from(inner.width));
    for (name, bindings) in groups(state.screen) {
        sheet.heading(&name);
        for binding in bindings {
            let label = pad(&binding.label(), 18);
            sheet.pieces(vec![(label, theme.warn), (binding.help.to_owned(), theme.text)]);
        }
    }
    sheet.draw(buffer, inner, scroll);
}

pub(super) fn question(state: &State, buffer: &mut Buffer, whole: Rect, text: &str) {
    boxed(state, buffer, whole, ("sure?", text, "Enter or y: yes     any other key: no"));
}

pub(super) fn message(state: &State, buffer: &mut Buffer, whole: Rect, (title, text): (&str, &str)) {
    boxed(state, buffer, whole, (title, text, "any key closes this"));
}

fn boxed(state: &State, buffer: &mut Buffer, whole: Rect, (title, text, keys): (&str, &str, &str)) {
    let theme = state.settings.theme;
    let lines = wrap(text, usize::from(WIDTH - 4)).len() + 2;
    let inner = frame(state, buffer, whole, title, u16::try_from(lines).unwrap_or(u16::MAX));
    let mut sheet = Sheet::new(theme, usize::from(inner.width));
    sheet.text(text);
    sheet.pieces(Vec::new());
    sheet.styled(keys, theme.muted);
    sheet.draw(buffer, inner, 0);
}

/// An empty box in the middle with room for so many lines.
fn frame(state: &State, buffer: &mut Buffer, whole: Rect, title: &str, lines: u16) -> Rect {
    let height = lines.saturating_add(2).min(whole.height);
    let area = Rect::new((whole.width - WIDTH) / 2, (whole.height - height) / 2, WIDTH, height);
    Clear.render(area, buffer);
    for row in area.rows() {
        // Half of a Hangul letter cannot be drawn.
        if let Some(cell) = row.x.checked_sub(1).and_then(|x| buffer.cell_mut((x, row.y)))
            && width(cell.symbol()) > 1
        {
            cell.set_symbol(" ");
        }
    }
    let block = Block::bordered().title(format!(" {title} ")).border_style(state.settings.theme.accent);
    let inner = block.inner(area);
    block.render(area, buffer);
    Rect { x: inner.x + 1, width: inner.width - 2, ..inner }
}
