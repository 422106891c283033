//! `sweep …`: its types, options and help texts.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use zaro_core::service::sweep::{Rule, Shard};
use zaro_core::types::Time;

use super::Consents;

pub(super) const EXAMPLES: &str = "\
Examples:
  zaro-ctl sweep                            cron's call; at a terminal it asks
  zaro-ctl sweep plan --at 2027-01-01       what would be due then
  zaro-ctl sweep run --only dormancy --dry-run
  zaro-ctl sweep run --shard 0/2 --yes      half of the members, on one of two
  zaro-ctl sweep simulate --to 2027-11-22   what the coming year brings

Rules: purge_tokens purge_outboxes purge_notifications purge_pending
       dormancy end_of_dormancy anonymise dormancy_notices collect_images
       reconcile_counters (reads everything: in cron's call, or when named)";

const PLAN_EXAMPLES: &str = "\
Examples:
  zaro-ctl sweep plan
  zaro-ctl sweep plan --only dormancy -o plan.json
  zaro-ctl sweep run plan.json

A plan file names exactly the members, and on what they were decided. It is
lines of JSON, one a row, so that a million of them need no memory. Rules about
other rows than members write none. The file is replaced when it is whole.";

const RUN_EXAMPLES: &str = "\
Examples:
  zaro-ctl sweep run --only purge_pending --yes
  zaro-ctl sweep run plan.json --dry-run    what is left of it, and who moved
  zaro-ctl sweep run plan.json --yes

Each member of a plan file is decided again: whoever is not as they were is
left alone and named. The same file a second time finds everything done.
A file about another database, decided by other ages, or damaged: exit 2.";

const SIMULATE_EXAMPLES: &str = "\
Examples:
  zaro-ctl sweep simulate
  zaro-ctl sweep simulate --from 2027-01-01 --to 2027-12-31
  zaro-ctl sweep simulate --policy new-policy.toml --limit 50

Assumed is: each rule runs once a day at the scheduler's time, nobody signs up,
signs in or withdraws, no operator settles anything, and a mail is handed over
on the day it is written. Days are those of Seoul.";

/// `sweep …`; without a verb it is cron's call.
#[derive(Args, Debug)]
pub(crate) struct Sweep {
    #[command(flatten)]
    pub(crate) run: SweepRun,
    #[command(subcommand)]
    pub(crate) verb: Option<SweepVerb>,
}

/// `sweep VERB`
#[derive(Debug, Subcommand)]
pub(crate) enum SweepVerb {
    /// What is due; changes nothing
    #[command(after_help = PLAN_EXAMPLES)]
    Plan(SweepPlan),
    /// Show what is due, or what a plan file names; ask, and apply it
    #[command(after_help = RUN_EXAMPLES)]
    Run(SweepRunFile),
    /// What sweeps will do, day by day, if nobody signs in; changes nothing
    #[command(after_help = SIMULATE_EXAMPLES)]
    Simulate(SweepSimulate),
    /// Each rule: what is due, who runs it, how the last run ended
    Status,
    /// Past runs, newest first
    History(SweepHistory),
}

/// Which part of what is due.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Selection {
    /// Only this rule; may be given several times
    #[arg(long, value_name = "RULE", value_parser = rule)]
    pub(crate) only: Vec<Rule>,
    /// At most so many rows of each rule, longest due first
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
    /// Only members with id % n = i, for several hosts side by side
    #[arg(long, value_name = "i/n", value_parser = shard)]
    pub(crate) shard: Option<Shard>,
}

/// `sweep plan`
#[derive(Args, Debug)]
pub(crate) struct SweepPlan {
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// As if it were then: 2027-01-01 or 2027-01-01T03:30:00+09:00
    #[arg(long, value_name = "TIME", value_parser = super::time)]
    pub(crate) at: Option<Time>,
    /// Write the members whom it names into a file, for `sweep run FILE`
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// `sweep run`
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct SweepRun {
    #[command(flatten)]
    pub(crate) selection: Selection,
    #[command(flatten)]
    pub(crate) consents: Consents,
    /// Rows in one transaction
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub(crate) batch: u64,
}

/// `sweep run`
#[derive(Args, Clone, Debug)]
pub(crate) struct SweepRunFile {
    /// Apply this plan file instead of what is due now
    #[arg(value_name = "FILE", conflicts_with_all = ["only", "limit", "shard"])]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) run: SweepRun,
}

/// `sweep simulate`
#[derive(Args, Clone, Debug)]
pub(crate) struct SweepSimulate {
    /// First day, in Seoul [default: today]
    #[arg(long, value_name = "DATE", value_parser = super::date)]
    pub(crate) from: Option<NaiveDate>,
    /// Last day [default: 30 days in all]
    #[arg(long, value_name = "DATE", value_parser = super::date)]
    pub(crate) to: Option<NaiveDate>,
    /// Compare with the ages of this policy file, and name whom it treats otherwise
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Name at most so many of them; `--json` has all
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) limit: usize,
}

/// `sweep history`
#[derive(Args, Debug)]
pub(crate) struct SweepHistory {
    /// Only this rule
    #[arg(long, value_name = "RULE", value_parser = rule)]
    pub(crate) only: Option<Rule>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    pub(crate) limit: i64,
}

/// The rule of a name.
pub(super) fn rule(text: &str) -> Result<Rule, String> {
    Rule::parse(text).ok_or_else(|| format!("rules are {}", Rule::ALL.map(Rule::name).join(", ")))
}

fn shard(text: &str) -> Result<Shard, String> {
    Shard::parse(text).ok_or_else(|| "give i/n with 0 <= i < n <= 1000, e.g. 0/2".to_owned())
}
