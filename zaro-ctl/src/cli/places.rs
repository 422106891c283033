//! `places …`

use clap::{Args, Subcommand};

use super::order::Order;

pub(super) const EXAMPLES: &str = "\
Examples:
  zaro-ctl places show                     disputed ones, longest first
  zaro-ctl places rename 5 --name '새 이름'   what is not named stays
  zaro-ctl places merge 5 --into 9 --dry-run";

/// `places VERB`
#[derive(Debug, Subcommand)]
pub(crate) enum PlacesVerb {
    /// One place, or those that saves disagree with, longest disputed first
    Show {
        /// Place
        #[arg(value_name = "ID")]
        place: Option<i64>,
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=10_000))]
        limit: i64,
    },
    /// Correct a place and settle what was disputed
    Rename(Rename),
    /// Make a place answer as another one, and move its favourites there
    Merge(Merge),
}

/// `places rename`
#[derive(Args, Debug)]
pub(crate) struct Rename {
    /// Place
    #[arg(value_name = "ID")]
    pub(crate) place: i64,
    /// Name
    #[arg(long, value_name = "TEXT")]
    pub(crate) name: Option<String>,
    /// Address
    #[arg(long, value_name = "TEXT")]
    pub(crate) address: Option<String>,
    /// Kakao's category group code, e.g. CE7
    #[arg(long, value_name = "CODE")]
    pub(crate) category: Option<String>,
    /// Latitude
    #[arg(long, value_name = "DEGREES", allow_negative_numbers = true)]
    pub(crate) lat: Option<f64>,
    /// Longitude
    #[arg(long, value_name = "DEGREES", allow_negative_numbers = true)]
    pub(crate) lng: Option<f64>,
    #[command(flatten)]
    pub(crate) order: Order,
}

/// `places merge`
#[derive(Args, Debug)]
pub(crate) struct Merge {
    /// The place that goes
    #[arg(value_name = "ID")]
    pub(crate) from: i64,
    /// The place that stays
    #[arg(long, value_name = "ID")]
    pub(crate) into: i64,
    #[command(flatten)]
    pub(crate) order: Order,
}
