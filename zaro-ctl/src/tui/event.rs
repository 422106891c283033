//! What happens to the screens: keys, the mouse, time, and answers of the worker.

use ratatui::crossterm::event::{self as term, KeyCode, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};
use zaro_core::types::Time;

use super::effect::{Answer, Problem, Ticket};

/// Something that happened.
#[derive(Debug)]
pub enum Event {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The left button was pressed here.
    Click {
        /// From the left, zero first.
        column: u16,
        /// From the top.
        row: u16,
    },
    /// The wheel was turned here.
    Wheel {
        /// From the left.
        column: u16,
        /// From the top.
        row: u16,
        /// Towards the reader.
        down: bool,
    },
    /// The terminal has this size now.
    Resize {
        /// Columns.
        width: u16,
        /// Rows.
        height: u16,
    },
    /// Time went on.
    Tick(Time),
    /// The worker is done with something.
    Answer {
        /// What was asked.
        ticket: Ticket,
        /// What came of it.
        answer: Result<Answer, Problem>,
    },
}

/// A key with what was held down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which one.
    pub code: KeyCode,
    /// With Control.
    pub ctrl: bool,
}

impl Key {
    /// A letter or sign.
    pub const fn char(c: char) -> Self {
        Self { code: KeyCode::Char(c), ctrl: false }
    }

    /// A letter with Control.
    pub const fn ctrl(c: char) -> Self {
        Self { code: KeyCode::Char(c), ctrl: true }
    }

    /// Any other key.
    pub const fn of(code: KeyCode) -> Self {
        Self { code, ctrl: false }
    }

    /// As a key of a Latin keyboard, whichever way it is switched: an operator who has just typed Hangul need not
    /// switch back to decide something.
    #[must_use]
    pub fn latin(self) -> Self {
        match self.code {
            KeyCode::Char(c) => Self { code: KeyCode::Char(latin(c)), ..self },
            _ => self,
        }
    }
}

/// The letter on the same key of the standard Korean layout (두벌식).
fn latin(c: char) -> char {
    const HANGUL: &str = "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡㅃㅉㄸㄲㅆㅒㅖ";
    const LATIN: &str = "qwertyuiopasdfghjklzxcvbnmQWERTOP";
    HANGUL.chars().zip(LATIN.chars()).find(|(hangul, _)| *hangul == c).map_or(c, |(_, latin)| latin)
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.ctrl {
            f.write_str("Ctrl-")?;
        }
        match self.code {
            KeyCode::Char(' ') => f.write_str("Space"),
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::Up => f.write_str("↑"),
            KeyCode::Down => f.write_str("↓"),
            KeyCode::PageUp => f.write_str("PgUp"),
            KeyCode::PageDown => f.write_str("PgDn"),
            KeyCode::BackTab => f.write_str("Shift-Tab"),
            code => write!(f, "{code:?}"),
        }
    }
}

impl Event {
    /// What the terminal says, as far as it matters here.
    pub fn of_terminal(event: term::Event) -> Option<Self> {
        match event {
            term::Event::Key(key) if key.kind != KeyEventKind::Release => {
                Some(Self::Key(Key { code: key.code, ctrl: key.modifiers.contains(KeyModifiers::CONTROL) }))
            }
            term::Event::Mouse(mouse) => {
                let (column, row) = (mouse.column, mouse.row);
                match mouse.kind {
                    MouseEventKind::Down(MouseButton::Left) => Some(Self::Click { column, row }),
                    MouseEventKind::ScrollDown => Some(Self::Wheel { column, row, down: true }),
                    MouseEventKind::ScrollUp => Some(Self::Wheel { column, row, down: false }),
                    _ => None,
                }
            }
            term::Event::Paste(text) => Some(Self::Paste(text)),
            term::Event::Resize(width, height) => Some(Self::Resize { width, height }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_same_key_with_a_korean_keyboard() {
        assert_eq!(Key::char('ㅇ').latin(), Key::char('d'));
        assert_eq!(Key::char('ㅛ').latin(), Key::char('y'));
        assert_eq!(Key::char('ㅔ').latin(), Key::char('p'));
        assert_eq!(Key::char('ㅖ').latin(), Key::char('P'));
        assert_eq!(Key::char('ㅡ').latin(), Key::char('m'));
        assert_eq!(Key::char('/').latin(), Key::char('/'));
    }
}
