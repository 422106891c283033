//! Reports, hiding, and who acted.

use super::text_enum::text_enum;
use super::{CommentId, PostId};

/// What can be reported and hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// A board post.
    Post(PostId),
    /// A comment.
    Comment(CommentId),
}

impl Target {
    /// Its kind in the moderation log.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Post(_) => "POST",
            Self::Comment(_) => "COMMENT",
        }
    }

    /// Its id among those of its kind.
    pub const fn id(self) -> i64 {
        match self {
            Self::Post(id) => id.0,
            Self::Comment(id) => id.0,
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Post(id) => write!(f, "post {id}"),
            Self::Comment(id) => write!(f, "comment {id}"),
        }
    }
}

text_enum! {
    /// Why something is reported.
    ReportReason {
        /// Advertising, flooding.
        Spam = "SPAM",
        /// Insults, hatred.
        Insult = "INSULT",
        /// Out of place.
        Inappropriate = "INAPPROPRIATE",
        /// Fraud.
        Fraud = "FRAUD",
        /// Sexual content.
        Sexual = "SEXUAL",
        /// Violence.
        Violence = "VIOLENCE",
        /// Against the law.
        Illegal = "ILLEGAL",
        /// Something else, told in words.
        Etc = "ETC",
    }
}
text_enum! {
    /// Where a report stands.
    ReportState {
        /// Nobody has decided.
        Open = "OPEN",
        /// An operator agreed.
        Accepted = "ACCEPTED",
        /// An operator disagreed: its points are taken back.
        Rejected = "REJECTED",
    }
}
text_enum! {
    /// Who hid something.
    HiddenReason {
        /// The points of its reports; goes with them.
        Reports = "REPORTS",
        /// An operator; only operators end it.
        Operator = "OPERATOR",
    }
}
text_enum! {
    /// By which way an act came.
    Via {
        /// A command.
        Cli = "CLI",
        /// The screens.
        Tui = "TUI",
        /// A job at its time.
        Scheduler = "SCHEDULER",
        /// A request of a member.
        Api = "API",
    }
}
