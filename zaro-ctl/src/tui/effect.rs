//! What has to be done outside of the state, as data, and what comes of it.

use zaro_core::models::appeal::Appeal;
use zaro_core::models::mail::MailLine;
use zaro_core::models::moderation_log::LogEntry;
use zaro_core::models::user::User;
use zaro_core::service::desk::{Act, Case, Item, Place, QueueFilter, UndoPlan};
use zaro_core::service::overview::Overview;
use zaro_core::service::roster::Dossier;
use zaro_core::service::search::SearchPage;
use zaro_core::service::sweep::{Plan, SweepStatus};
use zaro_core::types::{AppealId, Status, Target, Time, UserId};

use super::decision::Decision;
use super::state::Screen;

/// Names a question, so that an answer that nobody waits for any more is known as such.
pub type Ticket = u64;

/// What a question is for: a later one for the same place makes the earlier one pointless.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// The list of a screen, or all of it.
    Rows(Screen),
    /// What is beside the list.
    Detail(Screen),
}

/// Something to be done.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Read something.
    Read {
        /// Names the question.
        ticket: Ticket,
        /// What it is for.
        slot: Slot,
        /// What is asked.
        query: Query,
    },
    /// Change something.
    Write {
        /// Names the order.
        ticket: Ticket,
        /// What is ordered.
        work: Work,
    },
    /// Wait no longer for what is being read.
    Abandon,
    /// Put a text into the clipboard.
    Copy(String),
    /// End.
    Quit,
}

/// An order that the worker carries out by writing, one after the other.
#[derive(Clone, Debug, PartialEq)]
pub enum Work {
    /// Decide what was reported, each item by itself.
    Decide {
        /// As they were seen.
        items: Vec<Item>,
        /// What is decided.
        decision: Decision,
        /// Text for the author.
        message: Option<String>,
    },
    /// Carry out other acts, all of them or none.
    Act(Vec<Act>),
    /// Undo these entries of the log, in this order.
    Undo(Vec<i64>),
}

/// A question that the worker answers by reading.
#[derive(Clone, Debug)]
pub enum Query {
    /// How everything stands.
    Overview,
    /// What waits, most urgent first.
    Queue {
        /// Which reports.
        filter: Box<QueueFilter>,
        /// After this one.
        after: Option<Place>,
        /// So many.
        limit: usize,
    },
    /// Everything about something reported.
    Case(Target),
    /// What undoing an entry would do.
    UndoPlan(i64),
    /// Members by id.
    Members {
        /// Those in this state.
        status: Option<Status>,
        /// Those with this in name or address.
        text: Option<String>,
        /// After this one.
        after: Option<UserId>,
        /// So many.
        limit: usize,
    },
    /// Everything about a member.
    Dossier(UserId),
    /// Appeals that wait, oldest first.
    Appeals {
        /// After this one.
        after: Option<(Time, AppealId)>,
        /// So many.
        limit: usize,
    },
    /// How the sweeps stand.
    Sweeps,
    /// What is due now.
    Plan,
    /// Mail, newest first.
    Mail {
        /// In this state.
        state: Option<zaro_core::types::MailState>,
        /// Before this one.
        before: Option<i64>,
        /// So many.
        limit: usize,
    },
    /// Posts, as members find them.
    Search(String),
    /// The log, newest first.
    Audit {
        /// Before this entry.
        before: Option<i64>,
        /// So many.
        limit: usize,
    },
    /// Whether the log is whole.
    Verify,
}

/// What a question was answered.
#[derive(Debug)]
pub enum Answer {
    /// How everything stands.
    Overview(Box<Overview>),
    /// What waits.
    Queue(Vec<Item>),
    /// Everything about something reported; none when it is gone.
    Case(Option<Box<Case>>),
    /// What undoing an entry would do.
    UndoPlan(Box<UndoPlan>),
    /// What became of each item: the entries that the log has of it.
    Decided(Vec<Result<Vec<i64>, Problem>>),
    /// The entries that the log has of other acts.
    Acted(Vec<i64>),
    /// What did not come back with what was undone.
    Undone(Vec<String>),
    /// Members by id.
    Members(Vec<User>),
    /// Everything about a member, and what acts next in a sentence; none when there is no such member.
    Dossier(Option<Box<(Dossier, String)>>),
    /// Appeals.
    Appeals(Vec<Appeal>),
    /// How the sweeps stand.
    Sweeps(Box<SweepStatus>),
    /// What is due.
    Plan(Box<Plan>),
    /// Mail.
    Mail(Vec<MailLine>),
    /// Posts.
    Search(Box<SearchPage>),
    /// Entries of the log.
    Audit(Vec<LogEntry>),
    /// The first broken entry; none when the log is whole.
    Verified(Option<i64>),
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What failed, in one line.
    pub text: String,
    /// What to do.
    pub hint: Option<String>,
    /// Whether somebody else decided meanwhile.
    pub is_conflict: bool,
}
