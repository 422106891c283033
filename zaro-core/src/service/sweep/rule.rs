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
}

impl Rule {
    /// All of them, in the order in which one sweep applies them.
    ///
    /// Dormancy comes before its end, so that nobody is both in one sweep; notices come last, so that a member whose
    /// notice is queued now is looked at for dormancy by a later sweep only.
    pub const ALL: [Self; 9] = [
        Self::PurgeTokens,
        Self::PurgeOutboxes,
        Self::PurgeNotifications,
        Self::PurgePending,
        Self::Dormancy,
        Self::EndOfDormancy,
        Self::Anonymise,
        Self::CollectImages,
        Self::DormancyNotices,
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
        }
    }

    /// The rule of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.name() == name)
    }

    /// Hour and minute in Seoul at which the scheduler applies it.
    pub const fn time_of_day(self) -> (u32, u32) {
        match self {
            Self::PurgeTokens => (2, 30),
            Self::PurgeOutboxes => (2, 45),
            Self::PurgeNotifications => (3, 0),
            Self::PurgePending => (3, 15),
            Self::Dormancy | Self::EndOfDormancy => (3, 30),
            Self::Anonymise => (4, 0),
            Self::CollectImages => (4, 30),
            // In daytime: people read it.
            Self::DormancyNotices => (14, 0),
        }
    }

    /// The member decision it acts on; none for rules about other rows.
    pub const fn decision(self) -> Option<AccountDecision> {
        match self {
            Self::PurgePending => Some(AccountDecision::Purge),
            Self::Dormancy => Some(AccountDecision::MakeDormant),
            Self::EndOfDormancy => Some(AccountDecision::SoftDelete),
            Self::Anonymise => Some(AccountDecision::Anonymise),
            Self::DormancyNotices => Some(AccountDecision::SendDormancyNotice),
            Self::PurgeTokens | Self::PurgeOutboxes | Self::PurgeNotifications | Self::CollectImages => None,
        }
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
