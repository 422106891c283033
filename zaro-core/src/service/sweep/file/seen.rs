//! Whether a member is still as a plan file saw them.

use serde::Serialize;

use crate::policy::account::{AccountDecision, MemberFacts, decide};
use crate::policy::retention::Lifecycle;
use crate::service::sweep::Rule;
use crate::types::{Status, Time, UserId};

/// What a row was decided on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::service::sweep) struct Seen {
    pub(in crate::service::sweep) status: Status,
    /// The instant that the rule counts from.
    pub(in crate::service::sweep) since: Time,
    /// When the notice was handed over that dormancy needs.
    pub(in crate::service::sweep) handed_over_at: Option<Time>,
}

impl Seen {
    /// What this rule sees of a member; nothing where the member has not even what the rule counts from.
    pub(in crate::service::sweep) fn by(rule: Rule, facts: &MemberFacts) -> Option<Self> {
        let since = match rule.decision()? {
            AccountDecision::Keep => None,
            AccountDecision::Purge => Some(facts.created_at),
            AccountDecision::SendDormancyNotice | AccountDecision::MakeDormant => facts.basis_at,
            AccountDecision::SoftDelete => facts.dormant_at,
            AccountDecision::Anonymise => facts.deleted_at,
        };
        let asks_for_notice = rule == Rule::Dormancy;
        Some(Self {
            status: facts.status,
            since: since?,
            handed_over_at: facts.notice.filter(|_| asks_for_notice).and_then(|notice| notice.handed_over_at),
        })
    }
}

/// What becomes of a row of a plan file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::service::sweep) enum Fate {
    /// It is as it was, and due.
    Act,
    /// What the file wants is done already: by the same file, or by a sweep.
    Done,
    /// It is left alone.
    Moved(Why),
}

/// Why a row of a plan file is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The member is not there.
    Absent,
    /// The member stands elsewhere: woken up, withdrawn, restored.
    StatusChanged,
    /// The instant that the rule counts from is another one: a sign-in, for instance.
    BasisMoved,
    /// The notice's hand-over is another one.
    NoticeChanged,
    /// All is as it was, and it is not due: the file was made for a later instant, or a new link was mailed.
    NotDue,
}

impl Why {
    /// In a few words.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Absent => "is not there",
            Self::StatusChanged => "stands elsewhere now",
            Self::BasisMoved => "was seen since",
            Self::NoticeChanged => "has another notice now",
            Self::NotDue => "is not due",
        }
    }
}

/// A row of a plan file that was left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// The rule it stands under.
    pub rule: Rule,
    /// The member.
    pub id: UserId,
    /// What is otherwise.
    pub why: Why,
}

/// Decides about a row again: `facts` are those of now, nothing when the member is gone.
pub(in crate::service::sweep) fn fate(
    rule: Rule,
    seen: &Seen,
    facts: Option<&MemberFacts>,
    rules: &Lifecycle,
    at: Time,
) -> Fate {
    let Some(facts) = facts else {
        // L15: nobody else's row is ever removed.
        return if rule == Rule::PurgePending { Fate::Done } else { Fate::Moved(Why::Absent) };
    };
    let now = Seen::by(rule, facts);
    if now.is_none_or(|now| now.since != seen.since) {
        // A basis is all that an ACTIVE member can move; the others' instants change with their state.
        let moved = facts.status == seen.status;
        return Fate::Moved(if moved { Why::BasisMoved } else { Why::StatusChanged });
    }
    if is_done(rule, facts) {
        return Fate::Done;
    }
    if facts.status != seen.status {
        return Fate::Moved(Why::StatusChanged);
    }
    if now.is_some_and(|now| now.handed_over_at != seen.handed_over_at) {
        return Fate::Moved(Why::NoticeChanged);
    }
    if Some(decide(facts, rules, at)) == rule.decision() { Fate::Act } else { Fate::Moved(Why::NotDue) }
}

/// Whether a member who has what the rule counts from is where the rule leads.
fn is_done(rule: Rule, facts: &MemberFacts) -> bool {
    match rule {
        Rule::DormancyNotices => facts.status == Status::Active && facts.notice.is_some(),
        Rule::Dormancy => facts.status == Status::Dormant,
        Rule::EndOfDormancy => facts.status == Status::Deleted,
        Rule::Anonymise => facts.anonymized_at.is_some(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::account::NoticeFacts;
    use crate::types::NoticeState;

    const RULES: fn() -> Lifecycle = Lifecycle::default;

    fn at(text: &str) -> Time {
        Time::parse(text).expect("an instant")
    }

    /// Due for dormancy at [`now`].
    fn absent() -> MemberFacts {
        let basis = at("2026-01-01");
        let notice = NoticeFacts { state: NoticeState::Accepted, handed_over_at: Some(at("2026-06-01")) };
        MemberFacts {
            status: Status::Active,
            created_at: basis,
            basis_at: Some(basis),
            notice: Some(notice),
            link_until: None,
            dormant_at: None,
            deleted_at: None,
            anonymized_at: None,
        }
    }

    fn now() -> Time {
        at("2026-08-01")
    }

    fn dormancy(facts: &MemberFacts, now: Time) -> Fate {
        let seen = Seen::by(Rule::Dormancy, &absent()).expect("a basis");
        fate(Rule::Dormancy, &seen, Some(facts), &RULES(), now)
    }

    #[test]
    fn only_who_is_as_seen_and_due_is_acted_on() {
        assert_eq!(dormancy(&absent(), now()), Fate::Act);
        assert_eq!(dormancy(&absent(), at("2026-06-30")), Fate::Moved(Why::NotDue));
        let back = MemberFacts { basis_at: Some(at("2026-07-01")), notice: None, ..absent() };
        assert_eq!(dormancy(&back, now()), Fate::Moved(Why::BasisMoved));
        let told_again = NoticeFacts { state: NoticeState::Accepted, handed_over_at: Some(at("2026-06-02")) };
        let told_again = MemberFacts { notice: Some(told_again), ..absent() };
        assert_eq!(dormancy(&told_again, now()), Fate::Moved(Why::NoticeChanged));
        let left = MemberFacts { status: Status::Deleted, deleted_at: Some(now()), ..absent() };
        assert_eq!(dormancy(&left, now()), Fate::Moved(Why::StatusChanged));
        let done = MemberFacts { status: Status::Dormant, dormant_at: Some(now()), ..absent() };
        assert_eq!(dormancy(&done, now()), Fate::Done);
        assert_eq!(
            fate(Rule::Dormancy, &Seen::by(Rule::Dormancy, &absent()).expect("a basis"), None, &RULES(), now()),
            Fate::Moved(Why::Absent)
        );
    }

    #[test]
    fn a_row_that_is_gone_is_what_a_purge_wants() {
        let facts = MemberFacts { status: Status::Pending, basis_at: None, notice: None, ..absent() };
        let seen = Seen::by(Rule::PurgePending, &facts).expect("a sign-up");
        assert_eq!(fate(Rule::PurgePending, &seen, None, &RULES(), now()), Fate::Done);
        assert_eq!(fate(Rule::PurgePending, &seen, Some(&facts), &RULES(), now()), Fate::Act);
        let confirmed = MemberFacts { status: Status::Active, basis_at: Some(now()), ..facts };
        assert_eq!(fate(Rule::PurgePending, &seen, Some(&confirmed), &RULES(), now()), Fate::Moved(Why::StatusChanged));
        let mailed_again = MemberFacts { link_until: Some(at("2026-08-02")), ..facts };
        assert_eq!(fate(Rule::PurgePending, &seen, Some(&mailed_again), &RULES(), now()), Fate::Moved(Why::NotDue));
    }

    #[test]
    fn who_woke_up_and_withdrew_is_not_at_the_end_of_dormancy() {
        let dormant = MemberFacts { status: Status::Dormant, dormant_at: Some(at("2026-01-01")), ..absent() };
        let seen = Seen::by(Rule::EndOfDormancy, &dormant).expect("a date");
        let again = |facts: MemberFacts| fate(Rule::EndOfDormancy, &seen, Some(&facts), &RULES(), now());
        assert_eq!(again(dormant), Fate::Act);
        assert_eq!(again(MemberFacts { status: Status::Deleted, deleted_at: Some(now()), ..dormant }), Fate::Done);
        let left = MemberFacts { status: Status::Deleted, dormant_at: None, deleted_at: Some(now()), ..dormant };
        assert_eq!(again(left), Fate::Moved(Why::StatusChanged));
        let woken = MemberFacts { status: Status::Active, dormant_at: None, basis_at: Some(now()), ..dormant };
        assert_eq!(again(woken), Fate::Moved(Why::StatusChanged));
    }
}
