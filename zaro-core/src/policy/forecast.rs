//! What becomes of a member of whom nothing more is heard: the decisions of [`super::account`], one after the other.
//!
//! No rule is written down a second time here. Asked is when something is next due, and then whether it is due when the
//! sweep comes by; all that is added is what acting leaves behind.

use super::account::{AccountDecision, MemberFacts, NoticeFacts, WaitsFor, decide, next};
use super::retention::Lifecycle;
use crate::types::{NoticeState, Status, Time};

/// Something that a sweep does to a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// What.
    pub decision: AccountDecision,
    /// When.
    pub at: Time,
    /// Whether it takes a mail to the member.
    pub mails: bool,
}

/// Whether mail to a member is ever sent (M5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    /// It is, and taken at once.
    Reached,
    /// It belongs to nobody.
    Nobodys,
}

/// Tells, in their order, what sweeps do to a member from `start` on and before `end`, and what the member waits for then.
///
/// `swept_at` is the first instant from the given one on at which a sweep acts on such a decision. The member does not
/// sign in, mail is handed over when it is written, what is queued already at `start`, and no operator settles anything.
pub fn course(
    mut facts: MemberFacts,
    address: Address,
    rules: &Lifecycle,
    (start, end): (Time, Time),
    swept_at: impl Fn(AccountDecision, Time) -> Time,
    mut told: impl FnMut(Event),
) -> WaitsFor {
    if let Some(notice) = facts.notice.as_mut().filter(|notice| notice.state == NoticeState::Queued) {
        *notice = handed_over(address, start);
    }
    let mut now = start;
    loop {
        let Some(step) = next(&facts, rules) else { return WaitsFor::Nothing };
        let Some(due) = step.due_at else { return step.waits_for };
        now = swept_at(step.decision, due.max(now));
        let decision = decide(&facts, rules, now);
        if now >= end || decision == AccountDecision::Keep {
            return WaitsFor::Nothing;
        }
        let mails = matches!(decision, AccountDecision::SendDormancyNotice | AccountDecision::SoftDelete);
        told(Event { decision, at: now, mails: mails && address == Address::Reached });
        let Some(left) = acted(facts, decision, address, now) else { return WaitsFor::Nothing };
        facts = left;
    }
}

/// What a mail of this instant makes of the notice it carries.
const fn handed_over(address: Address, at: Time) -> NoticeFacts {
    match address {
        Address::Reached => NoticeFacts { state: NoticeState::Accepted, handed_over_at: Some(at) },
        Address::Nobodys => NoticeFacts { state: NoticeState::Bounced, handed_over_at: None },
    }
}

/// What a sweep leaves of a member; nothing when it removes the row.
fn acted(facts: MemberFacts, decision: AccountDecision, address: Address, at: Time) -> Option<MemberFacts> {
    match decision {
        AccountDecision::Purge => None,
        AccountDecision::Keep => Some(facts),
        AccountDecision::SendDormancyNotice => Some(MemberFacts { notice: Some(handed_over(address, at)), ..facts }),
        AccountDecision::MakeDormant => {
            Some(MemberFacts { status: Status::Dormant, dormant_at: Some(at), notice: None, ..facts })
        }
        AccountDecision::SoftDelete => Some(MemberFacts { status: Status::Deleted, deleted_at: Some(at), ..facts }),
        AccountDecision::Anonymise => Some(MemberFacts { anonymized_at: Some(at), ..facts }),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn at(text: &str) -> Time {
        Time::parse(text).expect("an instant")
    }

    fn absent_since(basis: Time) -> MemberFacts {
        MemberFacts {
            status: Status::Active,
            created_at: basis,
            basis_at: Some(basis),
            notice: None,
            link_until: None,
            dormant_at: None,
            deleted_at: None,
            anonymized_at: None,
        }
    }

    /// Sweeps every midnight in UTC.
    fn midnight(_: AccountDecision, from: Time) -> Time {
        const DAY: i64 = 86_400_000_000;
        Time::from_micros((from.micros() + DAY - 1).div_euclid(DAY) * DAY)
    }

    fn of(
        facts: MemberFacts,
        address: Address,
        start: Time,
        end: Time,
    ) -> (Vec<(AccountDecision, Time, bool)>, WaitsFor) {
        let mut events = Vec::new();
        let waits = course(facts, address, &Lifecycle::default(), (start, end), midnight, |event| {
            events.push((event.decision, event.at, event.mails));
        });
        (events, waits)
    }

    #[test]
    fn l4_to_l9_the_whole_road_of_somebody_who_never_comes_back() {
        let basis = at("2026-01-15T10:00:00Z");
        let (events, waits) = of(absent_since(basis), Address::Reached, basis, at("2028-01-01"));
        let expected = [
            (AccountDecision::SendDormancyNotice, at("2026-06-16"), true),
            (AccountDecision::MakeDormant, at("2026-07-16"), false),
            (AccountDecision::SoftDelete, at("2027-01-16"), true),
            (AccountDecision::Anonymise, at("2027-02-15"), false),
        ];
        assert_eq!((events.as_slice(), waits), (&expected[..], WaitsFor::Nothing));
    }

    #[test]
    fn l5_the_notice_goes_first_after_an_outage() {
        let start = at("2027-01-01T05:00:00Z");
        let (events, _) = of(absent_since(at("2025-01-01")), Address::Reached, start, at("2027-03-01"));
        let expected = [
            (AccountDecision::SendDormancyNotice, at("2027-01-02"), true),
            (AccountDecision::MakeDormant, at("2027-02-01"), false),
        ];
        assert_eq!(events, expected, "thirty days lie between the two");
    }

    #[test]
    fn m5_whom_no_mail_reaches_waits_for_an_operator() {
        let (events, waits) = of(absent_since(at("2026-01-15")), Address::Nobodys, at("2026-05-01"), at("2028-01-01"));
        assert_eq!(events, [(AccountDecision::SendDormancyNotice, at("2026-06-15"), false)]);
        assert_eq!(waits, WaitsFor::Operator);
    }

    #[test]
    fn a_queued_notice_is_handed_over_at_the_start() {
        let start = at("2026-08-01");
        let queued = NoticeFacts { state: NoticeState::Queued, handed_over_at: None };
        let facts = MemberFacts { notice: Some(queued), ..absent_since(at("2026-01-15")) };
        let (events, _) = of(facts, Address::Reached, start, start.plus(TimeDelta::days(31)));
        assert_eq!(events, [(AccountDecision::MakeDormant, start.plus(TimeDelta::days(30)), false)]);
    }

    #[test]
    fn the_end_is_exclusive() {
        let facts = absent_since(at("2026-01-15"));
        let start = at("2026-05-01");
        assert_eq!(of(facts, Address::Reached, start, at("2026-06-15")).0, []);
        assert_eq!(of(facts, Address::Reached, start, at("2026-06-15T00:00:01Z")).0.len(), 1);
    }
}
