//! Domain values: plain Rust, known to every layer.

mod moderation;
mod order;
mod sanction;
pub(crate) mod text_enum;
mod time;

pub use moderation::{HiddenReason, ReportReason, ReportState, Target, Via};
pub use order::{Direction, PostProperty, Sort};
pub use sanction::{AppealState, SanctionKind, SanctionState};
pub use time::Time;

use serde::Serialize;
use text_enum::text_enum;
use unicode_normalization::UnicodeNormalization;

/// Declares an id as a number that cannot be mistaken for another id.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// A member.
    UserId
}
id! {
    /// A board post.
    PostId
}
id! {
    /// A comment under a post.
    CommentId
}
id! {
    /// A notification.
    NotificationId
}
id! {
    /// A group of saved places.
    GroupId
}
id! {
    /// A saved place.
    FavoriteId
}
id! {
    /// A place.
    PlaceId
}
id! {
    /// A report of a post or a comment.
    ReportId
}
id! {
    /// A measure against a member.
    SanctionId
}
id! {
    /// An appeal against a measure.
    AppealId
}

text_enum! {
    /// Where a member stands in the lifecycle (L1).
    Status {
        /// Signed up, e-mail not confirmed.
        Pending = "PENDING",
        /// A full member.
        Active = "ACTIVE",
        /// Absent for six months; wakes up by signing in.
        Dormant = "DORMANT",
        /// Withdrawn; anonymised thirty days later.
        Deleted = "DELETED",
    }
}
text_enum! {
    /// How an account was made.
    Provider {
        /// E-mail and password.
        Local = "LOCAL",
        /// Kakao sign-in.
        Kakao = "KAKAO",
    }
}
text_enum! {
    /// Gender as a member states it.
    Gender {
        /// Male.
        Male = "MALE",
        /// Female.
        Female = "FEMALE",
        /// Neither; never produced by us (F28).
        Other = "OTHER",
        /// Not told.
        Unknown = "UNKNOWN",
    }
}
text_enum! {
    /// The boards (P1).
    Category {
        /// Buying, sharing and swapping together.
        Together = "TOGETHER",
        /// Tips and questions of everyday life.
        DailyLife = "DAILY_LIFE",
        /// Things bought on a whim.
        RandomBuy = "RANDOM_BUY",
    }
}
text_enum! {
    /// The tags; each belongs to one board (P1).
    Tag {
        /// Buying together.
        GroupBuy = "GROUP_BUY",
        /// Giving away.
        Sharing = "SHARING",
        /// Swapping.
        Exchange = "EXCHANGE",
        /// Tips.
        Tips = "TIPS",
        /// Questions.
        Questions = "QUESTIONS",
        /// A good buy.
        Treasure = "TREASURE",
        /// A bad buy.
        Regret = "REGRET",
    }
}
text_enum! {
    /// What a mailed one-time link is for (V1, R2).
    TokenPurpose {
        /// Confirms the address of a PENDING member.
        VerifyEmail = "VERIFY_EMAIL",
        /// Sets a new password.
        ResetPassword = "RESET_PASSWORD",
    }
}
text_enum! {
    /// The mails we send (M2).
    MailKind {
        /// Link that confirms an address.
        VerifyEmail = "VERIFY_EMAIL",
        /// Link that sets a new password.
        ResetPassword = "RESET_PASSWORD",
        /// Tells a member that dormancy is a month away.
        DormancyNotice = "DORMANCY_NOTICE",
        /// Confirms a withdrawal.
        WithdrawalDone = "WITHDRAWAL_DONE",
        /// Tells of a warning or suspension.
        SanctionNotice = "SANCTION_NOTICE",
        /// Answers an appeal.
        AppealAnswer = "APPEAL_ANSWER",
    }
}
text_enum! {
    /// Where a mail stands; the first two are open, the rest closed.
    MailState {
        /// Waits for its time.
        Queued = "QUEUED",
        /// A worker has it.
        Sending = "SENDING",
        /// The mail server took it.
        Accepted = "ACCEPTED",
        /// Refused for good, or given up after 72 h.
        Bounced = "BOUNCED",
        /// Handed over, answer unknown: never sent again by itself.
        Unknown = "UNKNOWN",
        /// Its link died before it could be sent.
        Expired = "EXPIRED",
        /// Closed by an operator or by a sign-in that made it pointless.
        Dropped = "DROPPED",
    }
}
text_enum! {
    /// Where a dormancy notice stands (L11).
    NoticeState {
        /// Its mail waits.
        Queued = "QUEUED",
        /// The mail server took it.
        Accepted = "ACCEPTED",
        /// Refused for good.
        Bounced = "BOUNCED",
        /// Handed over, answer unknown.
        Unknown = "UNKNOWN",
        /// A sign-in moved the basis first.
        Cancelled = "CANCELLED",
    }
}
text_enum! {
    /// Why a session ended.
    RevokedReason {
        /// The member signed out.
        SignOut = "SIGN_OUT",
        /// Ended from the list of sessions.
        Revoked = "REVOKED",
        /// The password changed.
        Password = "PASSWORD",
        /// The member withdrew.
        Withdrawal = "WITHDRAWAL",
        /// The member became dormant.
        Dormancy = "DORMANCY",
        /// The 51st sign-in.
        Limit = "LIMIT",
        /// An operator's order.
        Operator = "OPERATOR",
    }
}
text_enum! {
    /// Who ended a membership.
    WithdrawalKind {
        /// The member.
        SelfMade = "SELF",
        /// The end of dormancy.
        Dormancy = "DORMANCY",
        /// An operator.
        Operator = "OPERATOR",
    }
}
text_enum! {
    /// What a notification tells of (N1).
    NotificationKind {
        /// A like of one's post.
        Like = "LIKE",
        /// A comment under one's post.
        Comment = "COMMENT",
        /// A new follower.
        Follow = "FOLLOW",
    }
}
text_enum! {
    /// Who sees a group of saved places (FV6).
    Visibility {
        /// Everybody.
        Public = "PUBLIC",
        /// Its owner.
        Private = "PRIVATE",
    }
}
text_enum! {
    /// Who the data of a place is from (FV9).
    PlaceSource {
        /// The member who saved it first.
        Submitted = "SUBMITTED",
        /// An operator.
        Operator = "OPERATOR",
    }
}
text_enum! {
    /// Where an upload stands (I1).
    ImageState {
        /// Granted.
        Issued = "ISSUED",
        /// Seen in the store and within the limits.
        Stored = "STORED",
        /// Removed again.
        Rejected = "REJECTED",
    }
}
text_enum! {
    /// What an image is for.
    ImageKind {
        /// A profile picture.
        Profile = "PROFILE",
        /// A picture of a post.
        Post = "POST",
    }
}
text_enum! {
    /// Which ranking a snapshot holds (RK4, RK5).
    RankKind {
        /// The one everybody reads.
        Current = "CURRENT",
        /// The one of a full hour, which changes are told against.
        Hourly = "HOURLY",
    }
}
text_enum! {
    /// Where a data export stands (E1, E2).
    ExportState {
        /// Waits for the worker.
        Queued = "QUEUED",
        /// Is being made, or its worker died.
        Running = "RUNNING",
        /// Can be fetched.
        Ready = "READY",
        /// Could not be made; can be asked for again.
        Failed = "FAILED",
        /// Too old; its file is gone, or about to go.
        Expired = "EXPIRED",
    }
}
text_enum! {
    /// How a run of a job ended.
    RunState {
        /// Under way, or its process died.
        Running = "RUNNING",
        /// All done.
        Done = "DONE",
        /// Some rows failed, or a limit was reached.
        Partial = "PARTIAL",
        /// Nothing more could be done.
        Failed = "FAILED",
        /// Stopped by a signal or by losing its lease.
        Interrupted = "INTERRUPTED",
    }
}

/// Cells in one row of the grid by which places are found: squares of 0.05 degrees, counted row by row (SCHEMA, `places`).
pub const CELLS_PER_ROW: i32 = 7200;

/// The 16 MBTI types and `UNKNOWN`, in the contract's order.
pub const MBTI: [&str; 17] = [
    "ISTJ", "ISFJ", "INFJ", "INTJ", "ISTP", "ISFP", "INFP", "INTP", "ESTP", "ESFP", "ENFP", "ENTP", "ESTJ", "ESFJ",
    "ENFJ", "ENTJ", "UNKNOWN",
];

/// The schema of a text out of [`MBTI`].
#[cfg(feature = "openapi")]
#[derive(Debug)]
pub struct Mbti(());

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Mbti {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        text_enum::schema(MBTI.into_iter())
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Mbti {}

/// The one form in which texts that must be equal regardless of case are compared: NFC, then lower case.
pub fn fold(text: &str) -> String {
    text.nfc().collect::<String>().to_lowercase().nfc().collect()
}

/// At most `max` characters (Unicode code points) of `text`.
pub fn cut(text: &str, max: usize) -> String {
    text.chars().take(max).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_joins_decomposed_hangul_and_case() {
        assert_eq!(fold("Ab\u{1112}\u{1161}\u{11ab}"), "ab한");
        assert_eq!(fold(&fold("İZMİR")), fold("İZMİR"));
    }

    #[test]
    fn every_text_of_an_enum_reads_back() {
        for status in Status::ALL {
            assert_eq!(Status::parse(status.as_str()), Some(*status));
        }
        assert_eq!(Status::parse("active"), None);
    }
}
