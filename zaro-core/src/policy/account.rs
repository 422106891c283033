//! The member lifecycle: what is due for whom, and why (L1 to L9).

use chrono::TimeDelta;
use serde::Serialize;

use super::retention::Lifecycle;
use crate::error::Code;
use crate::types::{NoticeState, Status, Time};

/// What the lifecycle needs to know of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberFacts {
    /// Where the member stands.
    pub status: Status,
    /// Sign-up.
    pub created_at: Time,
    /// Last sign-in, else the confirmation of the address; none while PENDING.
    pub basis_at: Option<Time>,
    /// The notice for exactly this basis, if there is one.
    pub notice: Option<NoticeFacts>,
    /// Until when the newest verification link of a PENDING member can still be used.
    pub link_until: Option<Time>,
    /// Since when DORMANT.
    pub dormant_at: Option<Time>,
    /// Since when DELETED.
    pub deleted_at: Option<Time>,
    /// When emptied.
    pub anonymized_at: Option<Time>,
}

/// What the lifecycle needs to know of a dormancy notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoticeFacts {
    /// Where it stands.
    pub state: NoticeState,
    /// When the mail server took it; only ACCEPTED notices have this.
    pub handed_over_at: Option<Time>,
}

/// What is due for a member now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountDecision {
    /// Nothing.
    Keep,
    /// L3: remove the row.
    Purge,
    /// L4: queue the notice for this basis.
    SendDormancyNotice,
    /// L5: ACTIVE → DORMANT.
    MakeDormant,
    /// L7: DORMANT → DELETED.
    SoftDelete,
    /// L9: empty the row, once.
    Anonymise,
}

/// What acts next on a member if nothing happens in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NextStep {
    /// The act.
    pub decision: AccountDecision,
    /// Its earliest instant; none while it waits for something that has no date.
    pub due_at: Option<Time>,
    /// What it waits for beside time.
    pub waits_for: WaitsFor,
}

/// What a coming act waits for beside time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitsFor {
    /// Nothing but time.
    Nothing,
    /// The notice must be handed over first.
    NoticeHandOver,
    /// The notice bounced or its fate is unknown: an operator must settle it.
    Operator,
}

/// What is due at `now`. Every edge is inclusive.
pub fn decide(facts: &MemberFacts, rules: &Lifecycle, now: Time) -> AccountDecision {
    match next(facts, rules) {
        Some(NextStep { decision, due_at: Some(due), waits_for: WaitsFor::Nothing }) if now >= due => decision,
        _ => AccountDecision::Keep,
    }
}

/// What acts next and when, or nothing for a member at the end of the road.
pub fn next(facts: &MemberFacts, rules: &Lifecycle) -> Option<NextStep> {
    let after = |decision, due_at| Some(NextStep { decision, due_at: Some(due_at), waits_for: WaitsFor::Nothing });
    match facts.status {
        Status::Pending => {
            let aged = facts.created_at.plus(TimeDelta::days(i64::from(rules.pending_days)));
            after(AccountDecision::Purge, facts.link_until.map_or(aged, |until| until.max(aged)))
        }
        Status::Active => next_for_active(facts, rules),
        Status::Dormant => after(AccountDecision::SoftDelete, facts.dormant_at?.add_months(rules.delete_months)),
        Status::Deleted if facts.anonymized_at.is_none() => {
            let due = facts.deleted_at?.plus(TimeDelta::days(i64::from(rules.anonymise_days)));
            after(AccountDecision::Anonymise, due)
        }
        Status::Deleted => None,
    }
}

/// The notice first; dormancy only after it was handed over long enough ago (L5).
fn next_for_active(facts: &MemberFacts, rules: &Lifecycle) -> Option<NextStep> {
    let basis = facts.basis_at?;
    let Some(notice) = facts.notice else {
        return Some(NextStep {
            decision: AccountDecision::SendDormancyNotice,
            due_at: Some(basis.add_months(rules.notice_months)),
            waits_for: WaitsFor::Nothing,
        });
    };
    let (due_at, waits_for) = match (notice.state, notice.handed_over_at) {
        (NoticeState::Accepted, Some(handed_over)) => (Some(dormant_on(basis, handed_over, rules)), WaitsFor::Nothing),
        (NoticeState::Queued, _) => (None, WaitsFor::NoticeHandOver),
        _ => (None, WaitsFor::Operator),
    };
    Some(NextStep { decision: AccountDecision::MakeDormant, due_at, waits_for })
}

/// The earliest instant of dormancy, given when the notice was or would be handed over (L5, L13).
pub fn dormant_on(basis: Time, handed_over: Time, rules: &Lifecycle) -> Time {
    let warned = handed_over.plus(TimeDelta::days(i64::from(rules.notice_lead_days)));
    basis.add_months(rules.dormant_months).max(warned)
}

/// Whether a suspension stands in the way of an act (Z2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhileSuspended {
    /// The operation is marked `x-allowed-while-suspended`.
    Allowed,
    /// It is not.
    Refused,
}

/// H12: whether a member in this state may write.
pub fn may_write(status: Status, suspended_until: Option<Time>, rule: WhileSuspended, now: Time) -> Result<(), Code> {
    match status {
        Status::Pending => Err(Code::MailNotVerified),
        Status::Dormant => Err(Code::DormantUser),
        Status::Deleted => Err(Code::DeletedUser),
        Status::Active if rule == WhileSuspended::Refused && suspended_until.is_some_and(|until| now < until) => {
            Err(Code::UserSuspended)
        }
        Status::Active => Ok(()),
    }
}
