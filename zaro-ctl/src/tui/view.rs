//! Draws the state; changes nothing.

mod appeals;
mod audit;
mod dashboard;
mod help;
pub mod layout;
mod mail;
mod members;
mod reports;
mod search;
mod sheet;
mod sweeps;
mod table;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget as _;

pub use help::{help_height, help_lines};
use layout::{LEAST, areas, is_too_small};
use sheet::Sheet;

use super::keymap::{BINDINGS, Binding, Command};
use super::state::{Dialog, Prompt, PromptKind, Screen, State, Weight};
use super::text::{cut, width};

/// What turns while something is waited for.
const SPINNER: [char; 10] = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/// Ticks after which waiting is shown: what comes at once needs no spinner.
const SOON: u64 = 1;

/// Draws everything.
pub fn draw(state: &State, frame: &mut Frame<'_>) {
    let whole = frame.area();
    if is_too_small(whole.as_size()) {
        let text = format!(
            "the screens need {} columns and {} rows; here are {} and {}",
            LEAST.width, LEAST.height, whole.width, whole.height
        );
        let mut sheet = Sheet::new(state.settings.theme, usize::from(whole.width));
        sheet.text(&text);
        sheet.draw(frame.buffer_mut(), whole, 0);
        return;
    }
    let areas = areas(whole.as_size(), state.screen);
    let buffer = frame.buffer_mut();
    tabs(state, buffer, areas.tabs);
    match state.screen {
        Screen::Dashboard => {}
        Screen::Reports => reports::rows(state, buffer, &areas),
        Screen::Members => members::rows(state, buffer, &areas),
        Screen::Appeals => appeals::rows(state, buffer, &areas),
        Screen::Sweeps => sweeps::rows(state, buffer, &areas),
        Screen::Mail => mail::rows(state, buffer, &areas),
        Screen::Search => search::rows(state, buffer, &areas),
        Screen::Audit => audit::rows(state, buffer, &areas),
    }
    rule(state, buffer, areas.rule);
    detail(state, usize::from(areas.detail.width)).draw(buffer, areas.detail, scrolled(state));
    status(state, buffer, areas.status);
    footer(state, buffer, areas.footer);
    match &state.dialog {
        Some(Dialog::Help { scroll }) => help::draw(state, buffer, whole, *scroll),
        Some(Dialog::Confirm { text, .. }) => help::question(state, buffer, whole, text),
        Some(Dialog::Message { title, text }) => help::message(state, buffer, whole, (title, text)),
        None => {}
    }
    if let Some(prompt) = &state.prompt {
        frame.set_cursor_position(cursor(prompt, areas.footer));
    }
}

/// Lines of what stands beside the list, at the width that it is drawn with.
pub fn detail_lines(state: &State) -> u16 {
    let width = usize::from(areas(state.size, state.screen).detail.width);
    detail(state, width).len()
}

fn detail(state: &State, width: usize) -> Sheet {
    let mut sheet = Sheet::new(state.settings.theme, width);
    match state.screen {
        Screen::Dashboard => dashboard::detail(state, &mut sheet),
        Screen::Reports => reports::detail(state, &mut sheet),
        Screen::Members => members::detail(state, &mut sheet),
        Screen::Appeals => appeals::detail(state, &mut sheet),
        Screen::Sweeps => sweeps::detail(state, &mut sheet),
        Screen::Mail => mail::detail(state, &mut sheet),
        Screen::Search => search::detail(state, &mut sheet),
        Screen::Audit => audit::detail(state, &mut sheet),
    }
    sheet
}

const fn scrolled(state: &State) -> u16 {
    match state.screen {
        Screen::Dashboard => 0,
        Screen::Reports => state.reports.list.scroll,
        Screen::Members => state.members.scroll,
        Screen::Appeals => state.appeals.scroll,
        Screen::Sweeps => state.sweeps.scroll,
        Screen::Mail => state.mail.scroll,
        Screen::Search => state.search.scroll,
        Screen::Audit => state.audit.scroll,
    }
}

/// Key and name of each screen, with the columns that they take.
fn tab_texts() -> impl Iterator<Item = (Screen, u16, String)> {
    Screen::ALL.into_iter().zip(1_u16..).scan(0, |column, (screen, key)| {
        let text = format!(" {key} {}", screen.name());
        let here = *column;
        *column += u16::try_from(width(&text)).unwrap_or(u16::MAX);
        Some((screen, here, text))
    })
}

/// The screen whose name stands in this column.
pub fn tab_at(column: u16) -> Option<Screen> {
    tab_texts()
        .find(|(_, from, text)| (*from..*from + u16::try_from(text.len()).unwrap_or(0)).contains(&column))
        .map(|(screen, ..)| screen)
}

fn tabs(state: &State, buffer: &mut Buffer, area: Rect) {
    let theme = state.settings.theme;
    for (screen, column, text) in tab_texts() {
        let style = if screen == state.screen { theme.accent.patch(theme.selected) } else { theme.muted };
        buffer.set_stringn(area.x + column, area.y, text, usize::from(area.width.saturating_sub(column)), style);
    }
    if state.settings.read_only {
        right(buffer, area, "read-only ", theme.warn);
    }
}

/// What was done or failed; at the right end what is waited for, or where in the list we are.
fn status(state: &State, buffer: &mut Buffer, area: Rect) {
    let theme = state.settings.theme;
    let where_to = if let Some(since) = state.waiting.values().map(|waiting| waiting.since).min()
        && state.ticks > since + SOON
    {
        let turn = SPINNER.get((state.ticks % 10) as usize).copied().unwrap_or('…');
        format!("{turn} reading; Esc goes on without  {}", place(state))
    } else if !state.writing.is_empty() {
        format!("{} being done  {}", state.writing.len(), place(state))
    } else {
        place(state)
    };
    let left = usize::from(area.width).saturating_sub(width(&where_to) + 2);
    if let Some(status) = &state.status {
        let (sign, style) = match status.weight {
            Weight::Info => ("", theme.text),
            Weight::Done => ("✓ ", theme.good),
            Weight::Alarm => ("! ", theme.alarm),
        };
        buffer.set_string(area.x, area.y, cut(&format!("{sign}{}", status.text), left), style);
    }
    right(buffer, area, &where_to, theme.muted);
}

/// Which of how many rows is selected, and what narrows them down.
fn place(state: &State) -> String {
    let (position, held, more, filter) = match state.screen {
        Screen::Dashboard => return String::new(),
        Screen::Reports => list_place(&state.reports.list),
        Screen::Members => list_place(&state.members),
        Screen::Appeals => list_place(&state.appeals),
        Screen::Mail => list_place(&state.mail),
        Screen::Audit => list_place(&state.audit),
        Screen::Sweeps => {
            (state.sweeps.selected + 1, state.sweeps.status.as_ref().map_or(0, |s| s.rules.len()), false, "")
        }
        Screen::Search => (state.search.selected + 1, state.search.hits().len(), false, state.search.words.as_str()),
    };
    if held == 0 {
        return filter.to_owned();
    }
    let plus = if more { "+" } else { "" };
    let filter = if filter.is_empty() { String::new() } else { format!("{filter}  ") };
    format!("{filter}{position}/{held}{plus}")
}

fn list_place<T: super::window::Row>(listing: &super::state::Listing<T>) -> (usize, usize, bool, &str) {
    let before = listing.rows.position() - listing.rows.selected_index() - 1;
    (listing.rows.position(), before + listing.rows.len(), listing.rows.has_more(), &listing.filter)
}

fn right(buffer: &mut Buffer, area: Rect, text: &str, style: Style) {
    let cells = u16::try_from(width(text)).unwrap_or(u16::MAX);
    if cells <= area.width {
        buffer.set_string(area.right() - cells, area.y, text, style);
    }
}

/// The keys that matter most here, or what is being typed.
fn footer(state: &State, buffer: &mut Buffer, area: Rect) {
    let theme = state.settings.theme;
    if let Some(prompt) = &state.prompt {
        let room = usize::from(area.width).saturating_sub(2);
        buffer.set_string(area.x, area.y, prompt_text(prompt, room), theme.text);
        return;
    }
    let here = BINDINGS.iter().filter(|binding| binding.is_on(state.screen) && !binding.short.is_empty());
    // Whatever there is no room for stands behind `?`, which is always shown.
    let (help, others): (Vec<&Binding>, Vec<&Binding>) = here.partition(|binding| binding.command == Command::Help);
    let mut spans = Vec::new();
    let mut used = 0;
    for binding in help.into_iter().chain(others) {
        let key = binding.keys.first().map(ToString::to_string).unwrap_or_default();
        used += width(&key) + width(binding.short) + 3;
        if used > usize::from(area.width) {
            break;
        }
        spans.extend([
            Span::styled(format!(" {key}"), theme.accent),
            Span::styled(format!(" {} ", binding.short), theme.muted),
        ]);
    }
    Line::from(spans).render(area, buffer);
}

/// The sign and the end of what was typed.
fn prompt_text(prompt: &Prompt, room: usize) -> String {
    let sign = match prompt.kind {
        PromptKind::Filter => '/',
        PromptKind::Command => ':',
    };
    let text = super::text::clean(&prompt.text);
    let mut shown = text.as_ref();
    while width(shown) + 1 > room {
        let mut rest = shown.chars();
        rest.next();
        shown = rest.as_str();
    }
    format!("{sign}{shown}")
}

fn cursor(prompt: &Prompt, area: Rect) -> Position {
    let text = prompt_text(prompt, usize::from(area.width).saturating_sub(2));
    Position::new(area.x + u16::try_from(width(&text)).unwrap_or(0), area.y)
}

fn rule(state: &State, buffer: &mut Buffer, area: Rect) {
    let sign = if area.width > 1 { "─" } else { "│" };
    for position in area.positions() {
        buffer.set_string(position.x, position.y, sign, state.settings.theme.muted);
    }
}
