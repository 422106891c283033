//! `tui`

use clap::{Args, ValueEnum};

use crate::tui::state::Screen;

pub(super) const EXAMPLES: &str = "\
Examples:
  zaro-ctl                          the same, at a terminal
  zaro-ctl tui reports              what waits, most urgent first
  zaro-ctl tui --read-only          look, decide nothing
  zaro-ctl tui --theme light        for a light background

Keys: ? shows all, : takes commands in the words of the command line,
      u undoes, y copies what was done as a command, q ends.
NO_COLOR means --theme mono.";

/// `tui`
#[derive(Args, Clone, Debug)]
pub(crate) struct Tui {
    /// Which to begin with: dashboard, reports, members, appeals, sweeps, mail, search or audit
    #[arg(value_name = "SCREEN", default_value = "dashboard", value_parser = screen)]
    pub(crate) screen: Screen,
    /// Refuse everything that would change something
    #[arg(long)]
    pub(crate) read_only: bool,
    /// Who acts, for the log; without it the user of this machine
    #[arg(long, value_name = "NAME")]
    pub(crate) actor: Option<String>,
    /// Colours, of the terminal's own sixteen
    #[arg(long, value_enum, value_name = "THEME")]
    pub(crate) theme: Option<ThemeName>,
}

/// Names of themes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ThemeName {
    /// For a dark background.
    Dark,
    /// For a light one.
    Light,
    /// No colours at all.
    Mono,
}

fn screen(text: &str) -> Result<Screen, String> {
    let names = || Screen::ALL.map(Screen::name).join(", ");
    Screen::ALL.into_iter().find(|screen| screen.name() == text).ok_or_else(|| format!("screens are {}", names()))
}
