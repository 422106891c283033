//! One member's course through the lifecycle: what happened when.

use super::calendar::Calendar;
use crate::policy::account::{MemberFacts, NoticeFacts};
use crate::types::{NoticeState, Status, Time, WithdrawalKind};

/// What happened to a member.
#[derive(Clone, Debug)]
pub(super) struct Life {
    pub(super) status: Status,
    pub(super) created_at: Time,
    pub(super) verified_at: Option<Time>,
    pub(super) last_login_at: Option<Time>,
    pub(super) dormant_at: Option<Time>,
    pub(super) deleted_at: Option<Time>,
    pub(super) anonymized_at: Option<Time>,
    /// End of the newest verification link.
    pub(super) link_until: Option<Time>,
    pub(super) notice: Option<Notice>,
    /// How the membership ended.
    pub(super) leaving: Option<WithdrawalKind>,
}

/// A dormancy notice.
#[derive(Clone, Copy, Debug)]
pub(super) struct Notice {
    pub(super) basis_at: Time,
    pub(super) state: NoticeState,
    pub(super) created_at: Time,
    pub(super) closed_at: Option<Time>,
}

impl Notice {
    /// Handed over when it was closed, as far as it was at all.
    pub(super) fn handed_over_at(&self) -> Option<Time> {
        self.closed_at.filter(|_| self.state == NoticeState::Accepted)
    }
}

impl Life {
    /// What the dormancy rules count from.
    pub(super) fn basis_at(&self) -> Option<Time> {
        self.last_login_at.or(self.verified_at)
    }

    /// What policy decides on.
    pub(super) fn facts(&self) -> MemberFacts {
        let notice = self.notice.filter(|notice| Some(notice.basis_at) == self.basis_at());
        MemberFacts {
            status: self.status,
            created_at: self.created_at,
            basis_at: self.basis_at(),
            notice: notice.map(|notice| NoticeFacts { state: notice.state, handed_over_at: notice.handed_over_at() }),
            link_until: self.link_until,
            dormant_at: self.dormant_at,
            deleted_at: self.deleted_at,
            anonymized_at: self.anonymized_at,
        }
    }

    /// When the member came to where the member stands.
    pub(super) fn status_changed_at(&self) -> Time {
        self.deleted_at.or(self.dormant_at).or(self.verified_at).unwrap_or(self.created_at)
    }

    /// From the first to the last thing that the member can have done, if any.
    pub(super) fn presence(&self, calendar: &Calendar) -> Option<(Time, Time)> {
        let signed_out = self.last_login_at?.plus(calendar.session);
        Some((self.verified_at?, signed_out.min(self.deleted_at.unwrap_or(calendar.now))))
    }
}

/// Somebody who signed up and did nothing else.
pub(super) fn pending(created_at: Time, link_until: Option<Time>) -> Life {
    Life {
        status: Status::Pending,
        created_at,
        verified_at: None,
        last_login_at: None,
        dormant_at: None,
        deleted_at: None,
        anonymized_at: None,
        link_until,
        notice: None,
        leaving: None,
    }
}

/// Somebody who confirmed the address and perhaps signed in.
pub(super) fn active(created_at: Time, verified_at: Time, last_login_at: Option<Time>) -> Life {
    Life { status: Status::Active, verified_at: Some(verified_at), last_login_at, ..pending(created_at, None) }
}
