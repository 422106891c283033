//! `zaro-ctl tui`

use std::io::IsTerminal as _;

use zaro_core::config::Config;

use crate::cli::tui::{ThemeName, Tui};
use crate::commands::order::operator;
use crate::exit::{Exit, Failure};
use crate::output::Printer;
use crate::session;
use crate::tui::runtime::{self, End};
use crate::tui::state::Settings;
use crate::tui::theme::Theme;

pub(super) fn run(config: &Config, args: &Tui, printer: Printer) -> Result<Exit, Failure> {
    if !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) || printer.is_json() {
        return Err(Failure::new(
            Exit::Usage,
            "the screens need a terminal",
            "use the commands: `zaro-ctl --help` lists them, and each has `--json`",
        ));
    }
    let ctx = session::open(config)?;
    let settings = Settings {
        theme: theme(args.theme),
        read_only: args.read_only,
        actor: operator(args.actor.as_deref()),
        first: args.screen,
    };
    match runtime::run(&ctx, settings)? {
        End::Left => Ok(Exit::Done),
        End::Stopped => Ok(Exit::Interrupted),
        End::Panicked => Err(Failure::new(
            Exit::Usage,
            "the screens broke; what was decided is decided",
            "the lines above say where: report them",
        )),
    }
}

/// As asked for; else `NO_COLOR` (<https://no-color.org>) decides.
fn theme(name: Option<ThemeName>) -> Theme {
    match name {
        Some(ThemeName::Light) => Theme::LIGHT,
        Some(ThemeName::Mono) => Theme::MONO,
        None if no_color() => Theme::MONO,
        Some(ThemeName::Dark) | None => Theme::DARK,
    }
}

#[expect(clippy::disallowed_methods, reason = "a convention of terminals, no setting of ours")]
fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}
