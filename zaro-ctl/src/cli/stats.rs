//! `stats`: its options and help texts.

use chrono::NaiveDate;
use clap::Args;

pub(super) const EXAMPLES: &str = "\
Examples:
  zaro-ctl stats
  zaro-ctl stats --until 2026-12-31
  zaro-ctl stats --json | jq '.data.days[] | [.date, .sign_ups]'

Days are those of Seoul. Sign-ups that were never confirmed are removed after a
day, and counted no more. The response time is that of reports made in these
days, of those that are decided. Nobody is kept from writing meanwhile.";

/// `stats`
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Stats {
    /// Last day [default: today]
    #[arg(long, value_name = "DATE", value_parser = super::date)]
    pub(crate) until: Option<NaiveDate>,
}
