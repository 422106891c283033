//! Every command, option and help text.

pub(crate) mod appeals;
pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod config;
pub(crate) mod jobs;
pub(crate) mod mail;
pub(crate) mod manual;
pub(crate) mod members;
pub(crate) mod order;
pub(crate) mod places;
pub(crate) mod reports;
pub(crate) mod search;
pub(crate) mod stats;
pub(crate) mod sweep;
pub(crate) mod tui;

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand};
use zaro_core::types::{Status, Time};

use jobs::JobsVerb;
use stats::Stats;
use sweep::Sweep;

/// The operator's desk of the ZARO community server.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, arg_required_else_help = true, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) noun: Noun,
}

const EXAMPLES: &str = "\
Examples:
  zaro-ctl                              the screens, at a terminal
  zaro-ctl sweep plan                   what is due; changes nothing
  zaro-ctl sweep                        show it and ask; from cron: just do it
  zaro-ctl members show kim@mail.kr     state, history, and what acts next
  zaro-ctl reports list                 what waits, most urgent first
  zaro-ctl reports dismiss 7 --dry-run  what a verdict would change
  zaro-ctl audit undo 41                take an act back
  zaro-ctl demo load --members 1000     a community to look around in
  zaro-ctl doctor                       what is broken, and how to fix it
  zaro-ctl backup create zaro.tar.gz    database and images in one file

Data goes to stdout, talk to stderr. --json puts one object on stdout:
  {\"ok\": true, \"data\": ...} or
  {\"ok\": false, \"error\": ..., \"hint\": ..., \"exit\": ...}

Exit: 0 done, also with nothing to do    1 refused or partly failed
      2 wrong usage or our fault         75 locked, try later
      130 interrupted; the same command goes on";

/// Options of every command.
#[derive(Args, Debug)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Configuration file (TOML); also `ZARO_CONFIG`
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Folder of database, outbox and secrets; also `ZARO_DATA_DIR`
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Database; also `ZARO_DATABASE_URL`
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// Any setting of the configuration file, e.g. `sweep.lease_seconds=30`
    #[arg(long, global = true, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// One JSON object on stdout
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Silent unless someone must act
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Log lines of what is done, on stderr
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
}

/// What a command is about.
#[derive(Debug, Subcommand)]
pub(crate) enum Noun {
    /// The screens: look at everything, decide reports with one key each
    #[command(after_help = tui::EXAMPLES)]
    Tui(tui::Tui),
    /// The database and its schema
    #[command(subcommand)]
    Db(DbVerb),
    /// What is due for members and old rows: plan it, apply it, look back at it
    #[command(args_conflicts_with_subcommands = true, after_help = sweep::EXAMPLES)]
    Sweep(Sweep),
    /// The scheduled jobs: what runs when, and running one now
    #[command(subcommand, after_help = jobs::EXAMPLES)]
    Jobs(JobsVerb),
    /// The community in numbers: a week, the one before, and a year
    #[command(after_help = stats::EXAMPLES)]
    Stats(Stats),
    /// Reports: what waits, everything about a case, and the verdict on it
    #[command(subcommand, after_help = reports::EXAMPLES)]
    Reports(reports::ReportsVerb),
    /// Members: look them up, and act on them
    #[command(subcommand, after_help = members::EXAMPLES)]
    Members(MembersVerb),
    /// What members say against measures
    #[command(subcommand, after_help = appeals::EXAMPLES)]
    Appeals(appeals::AppealsVerb),
    /// Places that saves disagree about
    #[command(subcommand, after_help = places::EXAMPLES)]
    Places(places::PlacesVerb),
    /// The log of every act: read it, prove it, undo from it
    #[command(subcommand, after_help = audit::EXAMPLES)]
    Audit(audit::AuditVerb),
    /// The switch that lets members read and nobody write
    #[command(subcommand)]
    Maintenance(MaintenanceVerb),
    /// A made-up community to look around in
    #[command(subcommand)]
    Demo(DemoVerb),
    /// Outgoing mail: what waits, what did not arrive, and the switch
    #[command(subcommand, after_help = mail::EXAMPLES)]
    Mail(mail::MailVerb),
    /// The search index
    #[command(subcommand, after_help = search::EXAMPLES)]
    Search(search::SearchVerb),
    /// Database and images in one file, and back
    #[command(subcommand, after_help = backup::EXAMPLES)]
    Backup(backup::BackupVerb),
    /// Look at every part and say how to fix what is broken; exit 1 if anything is
    Doctor,
    /// The configuration as it is read
    #[command(subcommand, after_help = config::EXAMPLES)]
    Config(config::ConfigVerb),
    /// Print what makes a shell complete these commands
    #[command(after_help = manual::COMPLETIONS)]
    Completions(manual::Completions),
    /// Print or write the manual pages
    #[command(after_help = manual::MAN)]
    Man(manual::Man),
}

/// `db …`
#[derive(Debug, Subcommand)]
pub(crate) enum DbVerb {
    /// Bring the database up to this binary
    Migrate(Consents),
    /// Which migrations the database has
    Status,
}

/// Whether to change anything, and whether to ask before.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct Consents {
    /// Only look; change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
}

/// `members …`
#[derive(Debug, Subcommand)]
pub(crate) enum MembersVerb {
    /// One member: state, history, and why and when what acts next
    Show {
        /// Id or e-mail address
        #[arg(value_name = "ID|EMAIL")]
        who: String,
    },
    /// Members by id
    List(MembersList),
    /// Act on one member
    #[command(flatten)]
    Act(members::MembersAct),
}

/// `members list`
#[derive(Args, Debug)]
pub(crate) struct MembersList {
    /// Only those in this state: PENDING, ACTIVE, DORMANT or DELETED
    #[arg(long, value_parser = status)]
    pub(crate) status: Option<Status>,
    /// Only those whose address or nickname contains this
    #[arg(long, value_name = "TEXT")]
    pub(crate) find: Option<String>,
    /// Only those not seen since then
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) inactive_since: Option<Time>,
    /// Only ids above this one: the next page
    #[arg(long, value_name = "ID")]
    pub(crate) after: Option<i64>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=100_000))]
    pub(crate) limit: i64,
}

/// `maintenance …`
#[derive(Debug, Subcommand)]
pub(crate) enum MaintenanceVerb {
    /// Refuse every write, in all processes within a second
    On(Consents),
    /// Let members write again
    Off,
    /// Whether it is on, since when and by whom
    Status,
}

/// `demo …`
#[derive(Debug, Subcommand)]
pub(crate) enum DemoVerb {
    /// Fill an empty database with a made-up community, the same for the same seed
    Load(DemoLoad),
}

/// `demo load`
#[derive(Args, Debug)]
pub(crate) struct DemoLoad {
    /// How many members
    #[arg(long, default_value_t = 1000, value_name = "N")]
    pub(crate) members: u64,
    /// How many posts
    #[arg(long, default_value_t = 300, value_name = "N")]
    pub(crate) posts: u64,
    /// How many comments
    #[arg(long, default_value_t = 1000, value_name = "N")]
    pub(crate) comments: u64,
    /// How many places on the map
    #[arg(long, default_value_t = 300, value_name = "N")]
    pub(crate) places: u64,
    /// Seed of everything random
    #[arg(long, default_value_t = 1, value_name = "S")]
    pub(crate) seed: u64,
    /// Sentences to write with: `id<TAB>text` lines, gzipped
    #[arg(long, value_name = "FILE.tsv.gz")]
    pub(crate) text: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) consents: Consents,
}

fn time(text: &str) -> Result<Time, String> {
    Time::parse(text).ok_or_else(|| "give 2027-01-31 or 2027-01-31T03:30:00+09:00".to_owned())
}

/// A day.
fn date(text: &str) -> Result<NaiveDate, String> {
    text.parse().map_err(|_| "give 2027-01-31".to_owned())
}

fn status(text: &str) -> Result<Status, String> {
    Status::parse(&text.to_uppercase()).ok_or_else(|| "give PENDING, ACTIVE, DORMANT or DELETED".to_owned())
}
