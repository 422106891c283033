//! `search …`

use clap::{Args, Subcommand};

use super::Consents;

/// Examples under the help of `search`.
pub(crate) const EXAMPLES: &str = "\
Examples:
  zaro-ctl search status                what is in the index, and what waits
  zaro-ctl search query '자취 요리'     as members find it
  zaro-ctl search reindex               anew, beside the one that serves";

/// `search VERB`
#[derive(Debug, Subcommand)]
pub(crate) enum SearchVerb {
    /// Documents against posts, and changes that wait
    Status,
    /// Search as members do
    Query {
        /// What to look for
        text: String,
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
        limit: u32,
    },
    /// Build the index anew beside the present one, then swap
    Reindex(SearchReindex),
}

/// `search reindex`
#[derive(Args, Debug)]
pub(crate) struct SearchReindex {
    #[command(flatten)]
    pub(crate) consents: Consents,
}
