//! `jobs …`: its types, options and help texts.

use clap::{Args, Subcommand};
use zaro_core::service::sweep::Rule;

use super::Consents;

pub(super) const EXAMPLES: &str = "\
Examples:
  zaro-ctl jobs list
  zaro-ctl jobs run purge_tokens --dry-run
  zaro-ctl jobs run rank_baseline --yes

A job has one lease, whoever runs it: the scheduler of the API, cron, or you.
If somebody else is at it, they are named, and the exit is 75.";

/// `jobs …`
#[derive(Debug, Subcommand)]
pub(crate) enum JobsVerb {
    /// Each job: when it runs, how its last run ended, who is at it
    List,
    /// Show what a job has to do, ask, and do it now
    Run(JobsRun),
}

/// `jobs run`
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct JobsRun {
    /// Which, as `jobs list` names it
    #[arg(value_name = "NAME", value_parser = super::sweep::rule)]
    pub(crate) name: Rule,
    #[command(flatten)]
    pub(crate) consents: Consents,
}
