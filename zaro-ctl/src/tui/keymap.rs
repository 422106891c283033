//! Every key: one table, from which keys are looked up, `?` is printed and the last line is made.

use ratatui::crossterm::event::KeyCode;

use super::decision::{Decision, Verb};
use super::event::Key;
use super::state::Screen;

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// End.
    Quit,
    /// Show or hide the keys.
    Help,
    /// Show a screen.
    Show(Screen),
    /// Show the next screen.
    NextScreen,
    /// Show the one before.
    PreviousScreen,
    /// Select another row.
    Move(Motion),
    /// Scroll what is beside the list.
    Scroll {
        /// Towards the end.
        down: bool,
    },
    /// Type a filter.
    Filter,
    /// Type a command.
    CommandLine,
    /// Copy the command that does the same.
    Copy,
    /// Read everything again.
    Reload,
    /// Wait no longer, or take the filter away.
    Cancel,
    /// Decide about what is marked or selected.
    Decide(Decision),
    /// Mark the selected row, or take the mark away.
    Mark,
    /// Take the latest deed back.
    Undo,
    /// Do again what was taken back last.
    Redo,
    /// Accept the selected appeal, or reject it.
    Answer {
        /// Lift the measure.
        accept: bool,
    },
    /// Warn the selected member.
    Warn,
    /// Suspend the selected member.
    Suspend,
    /// Undo the selected entry.
    UndoEntry,
    /// Read what is due.
    Plan,
    /// Check the chain of the log.
    Verify,
}

/// Where the selection goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// A row down.
    Down,
    /// A row up.
    Up,
    /// A page down.
    PageDown,
    /// A page up.
    PageUp,
    /// To the first row.
    Top,
    /// To the last row that was read.
    Bottom,
}

/// Where a key means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// On every screen.
    Everywhere,
    /// On every screen that has a list.
    Lists,
    /// On one.
    On(Screen),
}

/// Keys, what they ask for, and how to say so.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// Any of these.
    pub keys: &'static [Key],
    /// What they ask for.
    pub command: Command,
    /// Where.
    pub place: Place,
    /// For the last line; empty where it is not worth the room.
    pub short: &'static str,
    /// For `?`.
    pub help: &'static str,
}

const fn bind(
    keys: &'static [Key],
    command: Command,
    place: Place,
    short: &'static str,
    help: &'static str,
) -> Binding {
    Binding { keys, command, place, short, help }
}

use Command as C;
use Place::{Everywhere, Lists, On};

/// All of them, in the order in which `?` shows them.
pub const BINDINGS: &[Binding] = &[
    bind(
        &[Key::char('d')],
        C::Decide(Decision::only(Verb::Dismiss)),
        On(Screen::Reports),
        "dismiss",
        "the reports are wrong",
    ),
    bind(
        &[Key::char('a')],
        C::Decide(Decision::only(Verb::Accept)),
        On(Screen::Reports),
        "accept",
        "the reports are right; what they have hidden stays hidden",
    ),
    bind(&[Key::char('h')], C::Decide(Decision::only(Verb::Hide)), On(Screen::Reports), "hide", "accept, and hide it"),
    bind(
        &[Key::char('w')],
        C::Decide(Decision::HIDE_AND_WARN),
        On(Screen::Reports),
        "warn",
        "hide, and warn its author",
    ),
    bind(
        &[Key::char('s')],
        C::Decide(Decision::HIDE_AND_SUSPEND),
        On(Screen::Reports),
        "suspend",
        "hide, and suspend its author for 7 days (asks)",
    ),
    bind(
        &[Key::char('x')],
        C::Decide(Decision::only(Verb::Delete)),
        On(Screen::Reports),
        "delete",
        "accept, and delete it (asks)",
    ),
    bind(
        &[Key::char('r')],
        C::Decide(Decision::only(Verb::Restore)),
        On(Screen::Reports),
        "restore",
        "show it again; the reports are wrong",
    ),
    bind(
        &[Key::char('c')],
        C::Decide(Decision::only(Verb::Claim)),
        On(Screen::Reports),
        "claim",
        "look after the reports",
    ),
    bind(
        &[Key::char('C')],
        C::Decide(Decision::only(Verb::Release)),
        On(Screen::Reports),
        "",
        "leave them to others again",
    ),
    bind(&[Key::char(' ')], C::Mark, On(Screen::Reports), "", "mark it: decisions are about all that is marked (asks)"),
    bind(&[Key::char('a')], C::Answer { accept: true }, On(Screen::Appeals), "accept", "lift the measure, and say so"),
    bind(
        &[Key::char('r')],
        C::Answer { accept: false },
        On(Screen::Appeals),
        "reject",
        "it stands, and the member is told",
    ),
    bind(&[Key::char('w')], C::Warn, On(Screen::Members), "warn", "warn the member (asks)"),
    bind(&[Key::char('s')], C::Suspend, On(Screen::Members), "suspend", "no writing for 7 days (asks)"),
    bind(
        &[Key::char('x')],
        C::UndoEntry,
        On(Screen::Audit),
        "undo entry",
        "undo the selected entry (says what that does, and asks)",
    ),
    bind(&[Key::char('p')], C::Plan, On(Screen::Sweeps), "plan", "read what is due now; changes nothing"),
    bind(&[Key::char('v')], C::Verify, On(Screen::Audit), "verify", "check that no entry was altered or removed"),
    bind(&[Key::char('j'), Key::of(KeyCode::Down)], C::Move(Motion::Down), Lists, "", "next row"),
    bind(&[Key::char('k'), Key::of(KeyCode::Up)], C::Move(Motion::Up), Lists, "", "row before"),
    bind(&[Key::ctrl('f'), Key::of(KeyCode::PageDown)], C::Move(Motion::PageDown), Lists, "", "a page down"),
    bind(&[Key::ctrl('b'), Key::of(KeyCode::PageUp)], C::Move(Motion::PageUp), Lists, "", "a page up"),
    bind(&[Key::char('g'), Key::of(KeyCode::Home)], C::Move(Motion::Top), Lists, "", "first row"),
    bind(&[Key::char('G'), Key::of(KeyCode::End)], C::Move(Motion::Bottom), Lists, "", "last row that was read"),
    bind(&[Key::char('J'), Key::ctrl('d')], C::Scroll { down: true }, Everywhere, "", "scroll the detail down"),
    bind(&[Key::char('K'), Key::ctrl('u')], C::Scroll { down: false }, Everywhere, "", "scroll the detail up"),
    bind(&[Key::char('u')], C::Undo, Everywhere, "undo", "take the latest deed back"),
    bind(&[Key::ctrl('r')], C::Redo, Everywhere, "", "do again what was taken back last"),
    bind(&[Key::char('/')], C::Filter, Lists, "filter", "show only what fits; empty shows all"),
    bind(&[Key::char(':')], C::CommandLine, Everywhere, "command", "a command, in the words of zaro-ctl"),
    bind(&[Key::char('y')], C::Copy, Everywhere, "copy", "copy the command line that does the same"),
    bind(&[Key::ctrl('l'), Key::of(KeyCode::F(5))], C::Reload, Everywhere, "", "read everything again"),
    bind(&[Key::of(KeyCode::Esc)], C::Cancel, Everywhere, "", "wait no longer; close; take the filter away"),
    bind(&[Key::char('1')], C::Show(Screen::Dashboard), Everywhere, "", "dashboard"),
    bind(&[Key::char('2')], C::Show(Screen::Reports), Everywhere, "", "reports"),
    bind(&[Key::char('3')], C::Show(Screen::Members), Everywhere, "", "members"),
    bind(&[Key::char('4')], C::Show(Screen::Appeals), Everywhere, "", "appeals"),
    bind(&[Key::char('5')], C::Show(Screen::Sweeps), Everywhere, "", "sweeps"),
    bind(&[Key::char('6')], C::Show(Screen::Mail), Everywhere, "", "mail"),
    bind(&[Key::char('7')], C::Show(Screen::Search), Everywhere, "", "search"),
    bind(&[Key::char('8')], C::Show(Screen::Audit), Everywhere, "", "audit"),
    bind(&[Key::of(KeyCode::Tab)], C::NextScreen, Everywhere, "", "next screen"),
    bind(&[Key::of(KeyCode::BackTab)], C::PreviousScreen, Everywhere, "", "screen before"),
    bind(&[Key::char('?'), Key::of(KeyCode::F(1))], C::Help, Everywhere, "keys", "show or hide the keys"),
    bind(&[Key::char('q'), Key::ctrl('c')], C::Quit, Everywhere, "end", "end; nothing is lost"),
];

impl Binding {
    /// Whether it means something on this screen.
    pub fn is_on(&self, screen: Screen) -> bool {
        match self.place {
            Everywhere => true,
            Lists => screen != Screen::Dashboard,
            On(one) => one == screen,
        }
    }

    /// Its keys, as `?` shows them.
    pub fn label(&self) -> String {
        self.keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }
}

/// What a key asks for on this screen.
pub fn lookup(screen: Screen, key: Key) -> Option<Command> {
    let key = key.latin();
    BINDINGS.iter().find(|binding| binding.is_on(screen) && binding.keys.contains(&key)).map(|binding| binding.command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_on_one_screen() {
        for screen in Screen::ALL {
            let mut seen = std::collections::HashMap::new();
            for binding in BINDINGS.iter().filter(|binding| binding.is_on(screen)) {
                for key in binding.keys {
                    assert_eq!(key.latin(), *key, "a key of the table is looked up as itself");
                    let other = seen.insert(*key, binding.help);
                    assert_eq!(other, None, "{key} on {screen:?} is also `{}`", binding.help);
                }
            }
        }
    }
}
