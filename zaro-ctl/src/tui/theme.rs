//! Colours: the terminal's own sixteen, so that ssh, tmux and the operator's palette have the last word.

use ratatui::style::{Color, Modifier, Style};

/// How things look. Colour never says anything that a word or a sign does not say too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Ordinary text.
    pub text: Style,
    /// What matters less.
    pub muted: Style,
    /// Names of keys, screens and panes.
    pub accent: Style,
    /// What goes well.
    pub good: Style,
    /// What somebody should look at.
    pub warn: Style,
    /// What somebody must look at.
    pub alarm: Style,
    /// The row that keys act on.
    pub selected: Style,
    /// Heads of columns, and the rule between panes.
    pub head: Style,
}

impl Theme {
    /// For a dark background.
    pub const DARK: Self = Self::of(Color::Cyan, Color::DarkGray, Color::Green, Color::Yellow, Color::LightRed);
    /// For a light background.
    pub const LIGHT: Self = Self::of(Color::Blue, Color::DarkGray, Color::Green, Color::Magenta, Color::Red);
    /// Without colours: `NO_COLOR`.
    pub const MONO: Self = Self {
        text: Style::new(),
        muted: Style::new().add_modifier(Modifier::DIM),
        accent: Style::new().add_modifier(Modifier::BOLD),
        good: Style::new(),
        warn: Style::new().add_modifier(Modifier::BOLD),
        alarm: Style::new().add_modifier(Modifier::BOLD).add_modifier(Modifier::UNDERLINED),
        selected: Style::new().add_modifier(Modifier::REVERSED),
        head: Style::new().add_modifier(Modifier::UNDERLINED),
    };

    const fn of(accent: Color, muted: Color, good: Color, warn: Color, alarm: Color) -> Self {
        Self {
            text: Style::new(),
            muted: Style::new().fg(muted),
            accent: Style::new().fg(accent).add_modifier(Modifier::BOLD),
            good: Style::new().fg(good),
            warn: Style::new().fg(warn),
            alarm: Style::new().fg(alarm).add_modifier(Modifier::BOLD),
            selected: Style::new().add_modifier(Modifier::REVERSED),
            head: Style::new().fg(accent).add_modifier(Modifier::UNDERLINED),
        }
    }
}
