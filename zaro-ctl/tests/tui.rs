//! The screens: replayed sessions, what they draw, and the real binary in a pseudo-terminal.

mod community;
mod deciding;
mod desk;
mod keys;
mod pty;
mod screens;
mod shift;
mod terminal;

use zaro_core::testing::{TestDb, process};

use self::terminal::Terminal;

/// The binary on a test's database, in a terminal of so many columns and rows.
fn terminal(test_db: &TestDb, arguments: &[&str], size: (u16, u16), variables: &[(&'static str, &str)]) -> Terminal {
    let mut all = process::environment(test_db);
    all.extend(variables.iter().map(|(name, value)| (*name, (*value).to_owned())));
    Terminal::run(&all, arguments, size)
}
