//! The members of a community, each made on demand: dates that put them where they stand.

use chrono::TimeDelta;
use rand_chacha::ChaCha8Rng;

use super::calendar::Calendar;
use super::dice::{Dice, a_while, between, chance};
use super::life::{Life, Notice, active, pending};
use super::standing::{Edge, Standing};
use crate::types::{NoticeState, Status, Time, WithdrawalKind};

/// Distance from every edge for those who are not at one on purpose: adding months is uneven by three days.
const CLEAR: TimeDelta = TimeDelta::days(4);
/// Distance behind the dormancy edge that leaves room for the notice's lead of 30 days in the shortest month.
const CLEAR_OF_LEAD: TimeDelta = TimeDelta::days(10);
/// How far back those reach who should have been swept already.
const BACKLOG: TimeDelta = TimeDelta::days(40);
/// Since how many months those left who are emptied already.
const EMPTIED_MONTHS: u32 = 18;
const HOUR: TimeDelta = TimeDelta::hours(1);

/// The members of a community, each made on demand.
#[derive(Clone, Debug)]
pub(super) struct Lives {
    pub(super) calendar: Calendar,
    pub(super) dice: Dice,
}

impl Lives {
    /// The one for people to try: the first member, who signed in yesterday.
    pub(super) fn demo_member(&self) -> Life {
        let calendar = &self.calendar;
        let verified_at = calendar.opened.plus(TimeDelta::minutes(3));
        active(calendar.opened, verified_at, Some(calendar.now.minus(TimeDelta::days(1))))
    }

    /// Somebody who is exactly so far past an edge.
    pub(super) fn at_edge(&self, edge: Edge, past: TimeDelta, rng: &mut ChaCha8Rng) -> Life {
        let calendar = &self.calendar;
        match edge {
            Edge::PendingAge => pending(calendar.past_age(calendar.pending(), past), None),
            Edge::PendingLink => pending(calendar.past_age(calendar.pending(), HOUR), Some(calendar.now.minus(past))),
            Edge::Notice => self.signed_in(calendar.notice_edge.minus(past), rng),
            Edge::Dormancy => {
                let told = calendar.past_age(calendar.lead(), TimeDelta::days(2));
                self.told(calendar.dormant_edge.minus(past), NoticeState::Accepted, told, rng)
            }
            Edge::NoticeLead => {
                let told = calendar.past_age(calendar.lead(), past);
                self.told(calendar.dormant_edge.minus(BACKLOG), NoticeState::Accepted, told, rng)
            }
            Edge::DormantEnd => self.dormant(calendar.end_edge.minus(past), rng),
            Edge::Anonymisation => self.deleted(calendar.past_age(calendar.emptied_after(), past), rng),
        }
    }

    /// Somebody who stands so.
    pub(super) fn standing(&self, standing: Standing, rng: &mut ChaCha8Rng) -> Life {
        let calendar = &self.calendar;
        let now = calendar.now;
        let long_pending = calendar.past_age(calendar.pending(), HOUR);
        match standing {
            Standing::Pending => {
                let created = between(rng, now.minus(calendar.pending()), now);
                pending(created, Some(created.plus(calendar.link)))
            }
            Standing::PendingResent => {
                let mailed = between(rng, now.minus(calendar.link), now);
                pending(between(rng, long_pending.minus(BACKLOG / 2), long_pending), Some(mailed.plus(calendar.link)))
            }
            Standing::PendingDue => pending(between(rng, long_pending.minus(BACKLOG / 2), long_pending), None),
            Standing::Active => self.signed_in(self.lately(rng), rng),
            Standing::NeverSignedIn => never_signed_in(between(rng, calendar.notice_edge.plus(CLEAR), now), rng),
            Standing::NeverSignedInDue => never_signed_in(self.absent(rng), rng),
            Standing::Returned => self.returned(rng),
            Standing::NoticeDue if chance(rng, 200) => {
                let since = calendar.dormant_edge.minus(CLEAR);
                self.signed_in(between(rng, since.minus(BACKLOG), since), rng)
            }
            Standing::NoticeDue => self.signed_in(self.absent(rng), rng),
            Standing::Noticed => self.told_in_time(self.absent(rng), NoticeState::Accepted, rng),
            Standing::NoticeQueued => {
                let basis_at = self.absent(rng);
                let created_at = between(rng, now.minus(HOUR * 20), now);
                let notice = Notice { basis_at, state: NoticeState::Queued, created_at, closed_at: None };
                Life { notice: Some(notice), ..self.signed_in(basis_at, rng) }
            }
            Standing::NoticeBounced => self.told_in_time(self.absent_for_long(rng), NoticeState::Bounced, rng),
            Standing::NoticeUnknown => self.told_in_time(self.absent_for_long(rng), NoticeState::Unknown, rng),
            Standing::WarnedLate => {
                let basis = calendar.dormant_edge.minus(CLEAR);
                let told = between(rng, now.minus(calendar.lead()).plus(HOUR), now);
                self.told(between(rng, basis.minus(BACKLOG), basis), NoticeState::Accepted, told, rng)
            }
            Standing::DormantDue => {
                let basis = calendar.dormant_edge.minus(CLEAR_OF_LEAD);
                self.told_in_time(between(rng, basis.minus(BACKLOG), basis), NoticeState::Accepted, rng)
            }
            Standing::Dormant => self.dormant(between(rng, calendar.end_edge.plus(CLEAR), now.minus(HOUR)), rng),
            Standing::DormantOverDue => {
                let over = calendar.end_edge.minus(CLEAR);
                self.dormant(between(rng, over.minus(BACKLOG), over), rng)
            }
            Standing::Deleted => {
                let earliest = calendar.past_age(calendar.emptied_after(), -HOUR);
                self.deleted(between(rng, earliest, now.minus(HOUR)), rng)
            }
            Standing::DeletedOverDue => {
                let over = calendar.past_age(calendar.emptied_after(), HOUR);
                self.deleted(between(rng, over.minus(BACKLOG), over), rng)
            }
            Standing::Anonymised => self.anonymised(rng),
        }
    }

    /// A last sign-in that no rule minds yet: half of them lately, half at any time since the edge.
    fn lately(&self, rng: &mut ChaCha8Rng) -> Time {
        let (earliest, now) = (self.calendar.notice_edge.plus(CLEAR), self.calendar.now);
        // Twelve doublings of an hour: from an hour to five and a half months ago.
        let recent = now.minus(a_while(rng, HOUR, 12));
        if recent >= earliest && chance(rng, 500) { recent } else { between(rng, earliest, now) }
    }

    /// A basis for which the notice is due and dormancy is not.
    fn absent(&self, rng: &mut ChaCha8Rng) -> Time {
        between(rng, self.calendar.dormant_edge.plus(CLEAR), self.calendar.notice_edge.minus(CLEAR))
    }

    /// A basis for which the notice is due, dormancy perhaps.
    fn absent_for_long(&self, rng: &mut ChaCha8Rng) -> Time {
        between(rng, self.calendar.dormant_edge.minus(BACKLOG / 2), self.calendar.notice_edge.minus(CLEAR))
    }

    /// Sign-up and confirmation of somebody who was about at `by`.
    fn joined(&self, by: Time, rng: &mut ChaCha8Rng) -> (Time, Time) {
        let created = between(rng, self.calendar.opened.plus(HOUR), by.minus(HOUR)).min(by.minus(HOUR));
        (created, between(rng, created, created.plus(HOUR / 2)))
    }

    fn signed_in(&self, at: Time, rng: &mut ChaCha8Rng) -> Life {
        let (created, verified) = self.joined(at, rng);
        active(created, verified, Some(at))
    }

    /// Somebody whose notice for `basis` was closed at `told`.
    fn told(&self, basis_at: Time, state: NoticeState, told: Time, rng: &mut ChaCha8Rng) -> Life {
        let created_at = told.minus(a_while(rng, TimeDelta::seconds(1), 9));
        let notice = Notice { basis_at, state, created_at, closed_at: Some(told) };
        Life { notice: Some(notice), ..self.signed_in(basis_at, rng) }
    }

    /// The same, by the first daily sweep after the notice was due.
    fn told_in_time(&self, basis: Time, state: NoticeState, rng: &mut ChaCha8Rng) -> Life {
        let told = self.noticed(basis, rng);
        self.told(basis, state, told, rng)
    }

    /// When the daily sweep's notice for `basis` was handed over.
    fn noticed(&self, basis: Time, rng: &mut ChaCha8Rng) -> Time {
        let due = basis.add_months(self.calendar.rules.notice_months);
        between(rng, due, due.plus(HOUR * 24)).min(self.calendar.now.minus(HOUR))
    }

    /// Somebody who signed in again after a notice went out, or before it could.
    fn returned(&self, rng: &mut ChaCha8Rng) -> Life {
        let back = self.lately(rng);
        let before = back.sub_months(self.calendar.rules.notice_months);
        let cancelled = chance(rng, 300);
        let basis_at =
            if cancelled { before.minus(CLEAR) } else { between(rng, before.minus(BACKLOG / 2), before.minus(CLEAR)) };
        let told = self.noticed(basis_at, rng).min(back);
        let notice = Notice {
            basis_at,
            state: if cancelled { NoticeState::Cancelled } else { NoticeState::Accepted },
            created_at: told.minus(TimeDelta::minutes(5)),
            closed_at: Some(if cancelled { back } else { told }),
        };
        let (created, verified) = self.joined(basis_at, rng);
        Life { notice: Some(notice), ..active(created, verified, Some(back)) }
    }

    fn dormant(&self, since: Time, rng: &mut ChaCha8Rng) -> Life {
        let basis = since.sub_months(self.calendar.rules.dormant_months).minus(CLEAR_OF_LEAD);
        let life = self.told_in_time(between(rng, basis.minus(BACKLOG / 4), basis), NoticeState::Accepted, rng);
        Life { status: Status::Dormant, dormant_at: Some(since), ..life }
    }

    fn deleted(&self, at: Time, rng: &mut ChaCha8Rng) -> Life {
        let after_dormancy = chance(rng, 350);
        let life = if after_dormancy {
            let months = self.calendar.rules.delete_months;
            self.dormant(between(rng, at.sub_months(months).minus(CLEAR * 2), at.sub_months(months).minus(CLEAR)), rng)
        } else {
            // Who withdraws is signed in.
            self.signed_in(at.minus(a_while(rng, TimeDelta::minutes(1), 12)), rng)
        };
        let kind = if after_dormancy {
            WithdrawalKind::Dormancy
        } else if chance(rng, 50) {
            WithdrawalKind::Operator
        } else {
            WithdrawalKind::SelfMade
        };
        Life { status: Status::Deleted, deleted_at: Some(at), leaving: Some(kind), ..life }
    }

    fn anonymised(&self, rng: &mut ChaCha8Rng) -> Life {
        let calendar = &self.calendar;
        let latest = calendar.past_age(calendar.emptied_after(), HOUR * 48);
        let at = between(rng, calendar.now.sub_months(EMPTIED_MONTHS), latest);
        let due = at.plus(calendar.emptied_after());
        Life { anonymized_at: Some(between(rng, due, due.plus(HOUR * 24))), notice: None, ..self.deleted(at, rng) }
    }
}

fn never_signed_in(verified: Time, rng: &mut ChaCha8Rng) -> Life {
    active(between(rng, verified.minus(HOUR / 2), verified), verified, None)
}
