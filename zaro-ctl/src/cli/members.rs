//! `members …`: acts on one member.

use clap::{Args, Subcommand};
use zaro_core::types::ReportReason;

use super::order::{Order, Span, Told, span};
use super::reports::reason;

pub(super) const EXAMPLES: &str = "\
Examples:
  zaro-ctl members show kim@mail.kr
  zaro-ctl members why 12
  zaro-ctl members suspend 12 --for 7d --reason-kind INSULT --canned insult
  zaro-ctl members withdraw 12 --dry-run
  zaro-ctl members restore 12";

/// An act on one member.
#[derive(Debug, Subcommand)]
pub(crate) enum MembersAct {
    /// What acts next on a member's account, when and why
    Why {
        /// Id or e-mail address
        #[arg(value_name = "ID|EMAIL")]
        who: String,
    },
    /// Warn a member, who gets a mail
    Warn(Measure),
    /// Suspend a member, who gets a mail
    Suspend(Suspend),
    /// Lift every suspension of a member
    Unsuspend(Member),
    /// End a membership, as the member could
    Withdraw(Member),
    /// Make a withdrawn member ACTIVE again, within the 30 days
    Restore(Member),
    /// Confirm a PENDING member's address in their place
    VerifyMail(Member),
    /// Give a member another nickname
    Rename(Rename),
    /// Where a member is signed in; `--end` ends it everywhere
    Sessions(Sessions),
}

/// One member.
#[derive(Args, Debug)]
pub(crate) struct Member {
    /// Id or e-mail address
    #[arg(value_name = "ID|EMAIL")]
    pub(crate) who: String,
    #[command(flatten)]
    pub(crate) order: Order,
}

/// A measure against a member.
#[derive(Args, Debug)]
pub(crate) struct Measure {
    #[command(flatten)]
    pub(crate) member: Member,
    /// The kind of reason that the mail names
    #[arg(long, value_name = "REASON", value_parser = reason)]
    pub(crate) reason_kind: ReportReason,
    #[command(flatten)]
    pub(crate) told: Told,
}

/// `members suspend`
#[derive(Args, Debug)]
pub(crate) struct Suspend {
    /// How long: 7d, 12h, forever
    #[arg(long = "for", value_name = "SPAN", value_parser = span)]
    pub(crate) span: Span,
    #[command(flatten)]
    pub(crate) measure: Measure,
}

/// `members rename`
#[derive(Args, Debug)]
pub(crate) struct Rename {
    #[command(flatten)]
    pub(crate) member: Member,
    /// The new nickname
    #[arg(long, value_name = "NAME")]
    pub(crate) to: String,
}

/// `members sessions`
#[derive(Args, Debug)]
pub(crate) struct Sessions {
    #[command(flatten)]
    pub(crate) member: Member,
    /// End them all
    #[arg(long)]
    pub(crate) end: bool,
}
