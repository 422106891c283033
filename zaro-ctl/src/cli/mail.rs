//! `mail …`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use zaro_core::types::MailKind;

use super::order::Signed;

/// Examples under the help of `mail`.
pub(crate) const EXAMPLES: &str = "\
Examples:
  zaro-ctl mail queue               what waits, and whether mail is on
  zaro-ctl mail bounces             what did not arrive, and what to settle
  zaro-ctl mail resolve 12 --lost   the notice never arrived: it goes again
  zaro-ctl mail preview dormancy_notice -o notice.html
  zaro-ctl mail on                  after a restore";

/// `mail VERB`
#[derive(Debug, Subcommand)]
pub(crate) enum MailVerb {
    /// What waits to be sent, longest due first
    Queue {
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=10_000))]
        limit: i64,
    },
    /// One mail: where it stands, and what the mail server said
    Show {
        /// Number of the mail
        id: i64,
    },
    /// Try a waiting mail at once
    Retry(OneMail),
    /// Close a waiting mail unsent
    Drop(OneMail),
    /// What did not arrive, and the dormancy notices to settle
    Bounces {
        /// At most so many of each
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=10_000))]
        limit: i64,
    },
    /// Settle a dormancy notice that bounced or whose fate is unknown
    Resolve(MailResolve),
    /// A mail as members read it, with made-up content
    Preview {
        /// Which mail
        #[arg(value_name = "TEMPLATE", value_parser = template)]
        template: MailKind,
        /// Write its HTML part into this file
        #[arg(long, short, value_name = "FILE.html")]
        output: Option<PathBuf>,
    },
    /// Send a mail that says it is a test, at once
    Test {
        /// To whom
        address: String,
    },
    /// Let mail leave again
    On(Signed),
    /// Keep all mail in the outbox, in all processes
    Off(Signed),
}

/// A mail, and whether to ask.
#[derive(Args, Debug)]
pub(crate) struct OneMail {
    /// Number of the mail
    pub(crate) id: i64,
    #[command(flatten)]
    pub(crate) signed: Signed,
}

/// `mail resolve`
#[derive(Args, Debug)]
#[group(id = "verdict", required = true, multiple = false, args = ["accepted", "lost"])]
pub(crate) struct MailResolve {
    /// Number of the notice, from `mail bounces`
    #[arg(value_name = "NOTICE")]
    pub(crate) notice: i64,
    /// It was handed over: its member has been told
    #[arg(long)]
    pub(crate) accepted: bool,
    /// It never arrived: it goes again
    #[arg(long)]
    pub(crate) lost: bool,
    #[command(flatten)]
    pub(crate) signed: Signed,
}

fn template(text: &str) -> Result<MailKind, String> {
    MailKind::parse(&text.to_uppercase()).ok_or_else(|| {
        let names: Vec<String> = MailKind::ALL.iter().map(|kind| kind.as_str().to_lowercase()).collect();
        format!("templates are {}", names.join(", "))
    })
}
