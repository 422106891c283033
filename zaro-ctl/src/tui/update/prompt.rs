//! Typing in the last line.

use ratatui::crossterm::event::KeyCode;

use super::command;
use crate::tui::effect::{Effect, Slot};
use crate::tui::event::Key;
use crate::tui::state::{PromptKind, State};

/// The most that is taken.
const MOST: usize = 500;

pub(super) fn on_key(state: &mut State, key: Key) -> Vec<Effect> {
    let Some(prompt) = &mut state.prompt else { return Vec::new() };
    match key.code {
        KeyCode::Enter => {
            let Some(prompt) = state.prompt.take() else { return Vec::new() };
            return match prompt.kind {
                PromptKind::Filter => {
                    filter(state, prompt.text.trim().to_owned());
                    Vec::new()
                }
                PromptKind::Command => command::typed(state, &prompt.text),
            };
        }
        KeyCode::Esc => state.prompt = None,
        KeyCode::Backspace if prompt.text.is_empty() => state.prompt = None,
        KeyCode::Backspace => {
            prompt.text.pop();
        }
        KeyCode::Char('u') if key.ctrl => prompt.text.clear(),
        KeyCode::Char('w') if key.ctrl => {
            let kept = prompt.text.trim_end().rsplit_once(' ').map_or(0, |(before, _)| before.len() + 1);
            prompt.text.truncate(kept);
        }
        KeyCode::Char(c) if !key.ctrl && prompt.text.chars().count() < MOST => prompt.text.push(c),
        _ => {}
    }
    Vec::new()
}

/// Takes pasted text, on one line.
pub(super) fn paste(state: &mut State, text: &str) {
    if let Some(prompt) = &mut state.prompt {
        let room = MOST.saturating_sub(prompt.text.chars().count());
        prompt.text.extend(text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(room));
    }
}

/// Narrows the list of the screen down.
pub(super) fn filter(state: &mut State, text: String) {
    // What is being read is of the list as it was.
    state.waiting.remove(&Slot::Rows(state.screen));
    if let Some(pane) = state.pane_mut() {
        pane.set_filter(text);
    }
}
