//! The rules a sweep applies, each with its name, time and decision (RULES section J).

use crate::policy::account::AccountDecision;

/// One thing a sweep does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Links past their expiry, sessions past their end.
    PurgeTokens,
    /// Closed mail, done search changes, hourly ranks, old runs.
    PurgeOutboxes,
    /// Notifications of long ago.
    PurgeNotifications,
    /// L3.
    PurgePending,
    /// L5.
    Dormancy,
    /// L7.
    EndOfDormancy,
    /// L9.
    Anonymise,
    /// I8.
    CollectImages,
    /// L4.
    DormancyNotices,
    /// CT2.
    ReconcileCounters,
    /// RK5.
    RankBaseline,
}

/// How often the scheduler applies a rule, by the clock of Seoul.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timetable {
    /// Every day at this hour and minute.
    Daily(u32, u32),
    /// Every full hour.
    Hourly,
}

impl std::fmt::Display for Timetable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Daily(hour, minute) => write!(f, "{hour:02}:{minute:02}"),
            Self::Hourly => f.write_str("hourly"),
        }
    }
}

impl Rule {
    /// All of them, in the order in which one sweep applies them.
    ///
    /// Dormancy comes before its end, so that nobody is both in one sweep; notices come last, so that a member whose
    /// notice is queued now is looked at for dormancy by a later sweep only.
    pub const ALL: [Self; 11] = [
        Self::PurgeTokens,
        Self::PurgeOutboxes,
        Self::PurgeNotifications,
        Self::PurgePending,
        Self::Dormancy,
        Self::EndOfDormancy,
        Self::Anonymise,
        Self::CollectImages,
        Self::DormancyNotices,
        Self::ReconcileCounters,
        Self::RankBaseline,
    ];

    /// Name in commands, leases and runs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PurgeTokens => "purge_tokens",
            Self::PurgeOutboxes => "purge_outboxes",
            Self::PurgeNotifications => "purge_notifications",
            Self::PurgePending => "purge_pending",
            Self::Dormancy => "dormancy",
            Self::EndOfDormancy => "end_of_dormancy",
            Self::Anonymise => "anonymise",
            Self::CollectImages => "collect_images",
            Self::DormancyNotices => "dormancy_notices",
            Self::ReconcileCounters => "reconcile_counters",
            Self::RankBaseline => "rank_baseline",
        }
    }

    /// What it does, in a few words.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::PurgeTokens => "remove dead links and sessions",
            Self::PurgeOutboxes => "remove closed mail and old runs",
            Self::PurgeNotifications => "remove old notifications",
            Self::PurgePending => "remove unconfirmed sign-ups",
            Self::Dormancy => "ACTIVE to DORMANT",
            Self::EndOfDormancy => "DORMANT to DELETED",
            Self::Anonymise => "empty withdrawn accounts",
            Self::CollectImages => "remove unused images",
            Self::DormancyNotices => "tell members of dormancy",
            Self::ReconcileCounters => "repair wrong counters",
            Self::RankBaseline => "keep the ranking of the hour",
        }
    }

    /// The rule of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.name() == name)
    }

    /// When the scheduler applies it.
    pub const fn timetable(self) -> Timetable {
        match self {
            Self::PurgeTokens => Timetable::Daily(2, 30),
            Self::PurgeOutboxes => Timetable::Daily(2, 45),
            Self::PurgeNotifications => Timetable::Daily(3, 0),
            Self::PurgePending => Timetable::Daily(3, 15),
            Self::Dormancy | Self::EndOfDormancy => Timetable::Daily(3, 30),
            Self::Anonymise => Timetable::Daily(4, 0),
            Self::CollectImages => Timetable::Daily(4, 30),
            Self::ReconcileCounters => Timetable::Daily(4, 45),
            // In daytime: people read it.
            Self::DormancyNotices => Timetable::Daily(14, 0),
            Self::RankBaseline => Timetable::Hourly,
        }
    }

    /// Whether looking for what is due means reading everything, which at scale takes long: done at its time or when it is
    /// named, and not by whoever just looks at how things stand.
    pub const fn reads_everything(self) -> bool {
        matches!(self, Self::ReconcileCounters)
    }

    /// The member decision it acts on; none for rules about other rows.
    pub const fn decision(self) -> Option<AccountDecision> {
        match self {
            Self::PurgePending => Some(AccountDecision::Purge),
            Self::Dormancy => Some(AccountDecision::MakeDormant),
            Self::EndOfDormancy => Some(AccountDecision::SoftDelete),
            Self::Anonymise => Some(AccountDecision::Anonymise),
            Self::DormancyNotices => Some(AccountDecision::SendDormancyNotice),
            Self::PurgeTokens
            | Self::PurgeOutboxes
            | Self::PurgeNotifications
            | Self::CollectImages
            | Self::ReconcileCounters
            | Self::RankBaseline => None,
        }
    }

    /// The rule that acts on a decision; none for keeping a member as is.
    pub(super) fn of(decision: AccountDecision) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.decision() == Some(decision))
    }

    /// T5: whether it ends the sessions of the members it acts on.
    pub(super) const fn ends_sessions(self) -> bool {
        matches!(self, Self::PurgePending | Self::Dormancy | Self::EndOfDormancy)
    }
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

impl serde::Serialize for Rule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
