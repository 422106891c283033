//! What an event changes, and what has to be done outside: pure.

mod acts;
mod answer;
mod ask;
mod command;
mod decide;
mod prompt;

use ratatui::crossterm::event::KeyCode;
use ratatui::layout::{Position, Size};

use super::effect::{Effect, Slot};
use super::event::{Event, Key};
use super::keymap::{self, Command, Motion};
use super::state::{Dialog, Mode, Prompt, PromptKind, Screen, State, Weight};
use super::view::layout::{areas, list_height};

/// Rows that the wheel goes.
const WHEEL: isize = 3;

/// The next state, and what has to be done outside for it.
pub fn update(state: &mut State, event: Event) -> Vec<Effect> {
    let mut effects = match event {
        Event::Key(key) => {
            state.blocked.clear();
            on_key(state, key)
        }
        Event::Paste(text) => {
            prompt::paste(state, &text);
            Vec::new()
        }
        Event::Click { column, row } => {
            click(state, Position::new(column, row));
            Vec::new()
        }
        Event::Wheel { column, row, down } => {
            wheel(state, Position::new(column, row), down);
            Vec::new()
        }
        Event::Resize { width, height } => {
            state.size = Size { width, height };
            let height = list_height(state.size, state.screen);
            if let Some(pane) = state.pane_mut() {
                pane.step_in_place(height);
            }
            Vec::new()
        }
        Event::Tick(now) => {
            state.now = now;
            state.ticks = state.ticks.wrapping_add(1);
            Vec::new()
        }
        Event::Answer { ticket, answer } if state.writing.contains_key(&ticket) => {
            decide::ended(state, ticket, answer).unwrap_or_default()
        }
        Event::Answer { ticket, answer } => {
            answer::take(state, ticket, answer);
            decide::go_on(state)
        }
    };
    effects.extend(ask::what_is_missing(state));
    effects
}

fn on_key(state: &mut State, key: Key) -> Vec<Effect> {
    if key == Key::ctrl('c') {
        return vec![Effect::Quit];
    }
    if state.dialog.is_some() {
        return on_dialog(state, key);
    }
    if state.prompt.is_some() {
        return prompt::on_key(state, key);
    }
    state.status = None;
    match keymap::lookup(state.screen, key) {
        Some(command) => {
            // What is copied is what was done last, until the operator goes on to something else.
            if matches!(command, Command::Move(_) | Command::Show(_) | Command::NextScreen | Command::PreviousScreen) {
                state.last_command = None;
            }
            run(state, command)
        }
        None => Vec::new(),
    }
}

/// Any key closes what lies over the screen, but those that scroll it.
fn on_dialog(state: &mut State, key: Key) -> Vec<Effect> {
    if let Some(Dialog::Confirm { .. }) = state.dialog {
        let yes = matches!(key.latin().code, KeyCode::Enter | KeyCode::Char('y' | 'Y'));
        let mut effects = match state.dialog.take() {
            Some(Dialog::Confirm { then, .. }) if yes => decide::confirmed(state, then),
            _ => Vec::new(),
        };
        effects.extend(decide::go_on(state));
        return effects;
    }
    match (&mut state.dialog, key.latin().code) {
        (Some(Dialog::Help { scroll }), KeyCode::Char('j' | 'J') | KeyCode::Down | KeyCode::PageDown) => {
            let most = super::view::help_lines(state.screen).saturating_sub(super::view::help_height(state.size));
            *scroll = scroll.saturating_add(1).min(most);
        }
        (Some(Dialog::Help { scroll }), KeyCode::Char('k' | 'K') | KeyCode::Up | KeyCode::PageUp) => {
            *scroll = scroll.saturating_sub(1);
        }
        _ => state.dialog = None,
    }
    Vec::new()
}

/// Does what a key or a typed command asks for.
fn run(state: &mut State, command: Command) -> Vec<Effect> {
    match command {
        Command::Quit => return vec![Effect::Quit],
        Command::Help => state.dialog = Some(Dialog::Help { scroll: 0 }),
        Command::Show(screen) => show(state, screen),
        Command::NextScreen => show(state, neighbour(state.screen, 1)),
        Command::PreviousScreen => show(state, neighbour(state.screen, Screen::ALL.len() - 1)),
        Command::Move(motion) => go(state, motion),
        Command::Scroll { down } => scroll(state, if down { 1 } else { -1 }),
        Command::Filter => {
            let text = state.pane_mut().map(|pane| pane.filter().to_owned()).unwrap_or_default();
            state.prompt = Some(Prompt { kind: PromptKind::Filter, text });
        }
        Command::CommandLine => {
            state.prompt = Some(Prompt { kind: PromptKind::Command, text: String::new() });
        }
        Command::Copy => match command::line(state) {
            Some(line) => {
                state.say(Weight::Done, format!("copied: {line}"));
                return vec![Effect::Copy(line)];
            }
            None => state.say(Weight::Info, "there is no command for this"),
        },
        Command::Reload => reload(state),
        Command::Cancel => return cancel(state),
        Command::Decide(decision) => return decide::decide(state, decision, None),
        Command::Mark => decide::mark(state),
        Command::Undo => return decide::step(state, Mode::Undo),
        Command::Redo => return decide::step(state, Mode::Again),
        Command::Answer { accept } => return acts::answer(state, accept, None),
        Command::Warn => acts::warn(state, None),
        Command::Suspend => acts::suspend(state, super::decision::DAYS, None),
        Command::UndoEntry => state.undo_wanted = state.audit.rows.selected().map(|entry| entry.id),
        Command::Plan => state.sweeps.plan_wanted = true,
        Command::Verify => state.verify_wanted = true,
    }
    Vec::new()
}

/// Shows a screen, as it is now.
fn show(state: &mut State, screen: Screen) {
    if state.screen != screen {
        state.screen = screen;
        reload(state);
        let height = list_height(state.size, screen);
        if let Some(pane) = state.pane_mut() {
            pane.step_in_place(height);
        }
    }
}

fn neighbour(screen: Screen, by: usize) -> Screen {
    let here = Screen::ALL.iter().position(|other| *other == screen).unwrap_or_default();
    Screen::ALL.get((here + by) % Screen::ALL.len()).copied().unwrap_or(screen)
}

fn reload(state: &mut State) {
    state.overview_read_at = None;
    state.member = None;
    state.appellant = None;
    state.reports.case = None;
    if let Some(pane) = state.pane_mut() {
        pane.reload();
    }
}

fn go(state: &mut State, motion: Motion) {
    let height = list_height(state.size, state.screen);
    let whole = isize::try_from(height.saturating_sub(1).max(1)).unwrap_or(1);
    if motion == Motion::Top {
        // The page that is being read may not be held any more then.
        state.waiting.remove(&Slot::Rows(state.screen));
        if state.screen == Screen::Reports {
            state.reports.select = None;
            state.later.clear();
        }
    }
    let Some(pane) = state.pane_mut() else { return };
    match motion {
        Motion::Down => pane.step(1, height),
        Motion::Up => pane.step(-1, height),
        Motion::PageDown => pane.step(whole, height),
        Motion::PageUp => pane.step(-whole, height),
        Motion::Top => pane.top(height),
        Motion::Bottom => pane.select(usize::MAX, height),
    }
}

/// Scrolls the detail, no further than its last line.
fn scroll(state: &mut State, by: i16) {
    let most = super::view::detail_lines(state).saturating_sub(areas(state.size, state.screen).detail.height);
    if let Some(pane) = state.pane_mut() {
        let scroll = pane.scroll();
        *scroll = scroll.saturating_add_signed(by).min(most);
    }
}

/// What waits is left; else the filter goes.
fn cancel(state: &mut State) -> Vec<Effect> {
    state.later.clear();
    state.reports.select = None;
    if !state.waiting.is_empty() {
        state.blocked.extend(state.waiting.keys());
        state.waiting.clear();
        state.say(Weight::Info, "no longer waited for; any key asks again");
        return vec![Effect::Abandon];
    }
    if state.screen == Screen::Reports && !state.reports.marks.is_empty() {
        state.reports.marks.clear();
        return Vec::new();
    }
    if let Some(pane) = state.pane_mut()
        && !pane.filter().is_empty()
    {
        pane.set_filter(String::new());
    }
    Vec::new()
}

fn click(state: &mut State, at: Position) {
    if state.dialog.take().is_some() {
        return;
    }
    let areas = areas(state.size, state.screen);
    if areas.tabs.contains(at) {
        if let Some(screen) = super::view::tab_at(at.x) {
            show(state, screen);
        }
    } else if areas.list.contains(at) {
        let row = usize::from(at.y - areas.list.y);
        let height = usize::from(areas.list.height);
        if let Some(pane) = state.pane_mut() {
            let index = pane.offset() + row;
            if index < pane.len() {
                pane.select(index, height);
            }
        }
    }
}

fn wheel(state: &mut State, at: Position, down: bool) {
    let areas = areas(state.size, state.screen);
    if let Some(Dialog::Help { .. }) = state.dialog {
        on_dialog(state, Key::of(if down { KeyCode::Down } else { KeyCode::Up }));
    } else if areas.detail.contains(at) {
        scroll(state, if down { 1 } else { -1 });
    } else if let Some(pane) = state.pane_mut() {
        pane.step(if down { WHEEL } else { -WHEEL }, usize::from(areas.list.height));
    }
}
