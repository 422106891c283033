//! `completions` and `man`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Examples under the help of `completions`.
pub(crate) const COMPLETIONS: &str = "\
Examples:
  zaro-ctl completions bash > /etc/bash_completion.d/zaro-ctl
  zaro-ctl completions zsh > ~/.zfunc/_zaro-ctl
  zaro-ctl completions fish > ~/.config/fish/completions/zaro-ctl.fish";

/// Examples under the help of `man`.
pub(crate) const MAN: &str = "\
Examples:
  zaro-ctl man | man -l -                  the first page, at once
  zaro-ctl man /usr/local/share/man/man1   a page for each command";

/// `completions`
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Completions {
    /// For which shell
    pub(crate) shell: Shell,
}

/// A shell that completes.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Shell {
    Bash,
    Zsh,
    Fish,
}

/// `man`
#[derive(Args, Debug)]
pub(crate) struct Man {
    /// Folder for a page of each command; without it the first page goes to stdout
    pub(crate) dir: Option<PathBuf>,
}
