//! `config …`

use clap::Subcommand;

/// Examples under the help of `config`.
pub(crate) const EXAMPLES: &str = "\
Examples:
  zaro-ctl config show --origin                  each value, and its origin
  zaro-ctl config check --config FILE            before a restart";

/// `config VERB`
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigVerb {
    /// Each setting with its value; keys and passwords are not shown
    Show {
        /// Also where each value is given: flag, environment, file or default
        #[arg(long)]
        origin: bool,
    },
    /// Whether everything could start with this configuration; opens nothing
    Check,
}
