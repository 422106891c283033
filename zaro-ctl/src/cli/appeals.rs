//! `appeals …`

use clap::{Args, Subcommand};

use super::order::{Order, Told};

pub(super) const EXAMPLES: &str = "\
Examples:
  zaro-ctl appeals list
  zaro-ctl appeals show 3
  zaro-ctl appeals accept 3 --text '확인해 보니 맞습니다.'
  zaro-ctl appeals reject 3 --canned stands";

/// `appeals VERB`
#[derive(Debug, Subcommand)]
pub(crate) enum AppealsVerb {
    /// Those that wait, oldest first
    List {
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=10_000))]
        limit: i64,
    },
    /// One appeal with its measure
    Show {
        /// Appeal
        #[arg(value_name = "ID")]
        appeal: i64,
    },
    /// Lift the measure; the member gets a mail
    Accept(Answer),
    /// Let the measure stand; the member gets a mail
    Reject(Answer),
}

/// An answer to an appeal.
#[derive(Args, Debug)]
pub(crate) struct Answer {
    /// Appeal
    #[arg(value_name = "ID")]
    pub(crate) appeal: i64,
    #[command(flatten)]
    pub(crate) told: Told,
    #[command(flatten)]
    pub(crate) order: Order,
}
