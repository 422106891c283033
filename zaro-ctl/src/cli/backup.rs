//! `backup …`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::order::Signed;

/// Examples under the help of `backup`.
pub(crate) const EXAMPLES: &str = "\
Examples:
  zaro-ctl backup create /backup/zaro.tar.gz       while the daemon runs
  zaro-ctl backup verify /backup/zaro.tar.gz       restore it elsewhere, compare
  zaro-ctl backup restore FILE --data-dir DIR      into an empty place only

Not in a backup: the keys (secrets.toml), with which anybody could be any
member; without them members sign in again. After a restore outgoing mail is
off until `zaro-ctl mail on`.";

/// `backup VERB`
#[derive(Debug, Subcommand)]
pub(crate) enum BackupVerb {
    /// Write database and images into one new file
    Create {
        /// The file, e.g. /backup/zaro.tar.gz
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Prove a backup: restore it into an empty place beside it and compare everything
    Verify {
        /// The backup
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Bring a backup back into an empty place
    Restore(BackupRestore),
}

/// `backup restore`
#[derive(Args, Debug)]
pub(crate) struct BackupRestore {
    /// The backup
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) signed: Signed,
}
