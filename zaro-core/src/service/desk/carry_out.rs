//! How each act is done, in the transaction that the desk has opened.

use serde_json::{Map, Value};

use super::act::Act;
use crate::context::Context;
use crate::db::Connection;
use crate::error::{Code, Conflict, Error, Result};
use crate::models::report::{self, Report};
use crate::models::report_target::{self, TargetState};
use crate::models::row_state::RowKey;
use crate::models::user::{self, User};
use crate::models::{appeal, comment, favorite_group, follow, mail, post, sanction, session};
use crate::policy::credential::Nickname;
use crate::policy::report::comes_back;
use crate::ports::Ended;
use crate::service::appeal::{Outcome, answer};
use crate::service::effects::Effect;
use crate::service::moderation_log::By;
use crate::service::report::reindex;
use crate::service::sanction::{Order, impose, lift};
use crate::service::{place, withdrawal};
use crate::types::{
    AppealId, HiddenReason, MailKind, ReportId, ReportState, RevokedReason, SanctionId, Status, Target, Time, UserId,
    WithdrawalKind, cut,
};

/// Longest name of an operator, in characters.
const OPERATOR_MAX: usize = 64;

/// What became of an act.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// A row that came into being.
    pub(super) made: Option<RowKey>,
    /// Mails that were written.
    pub(super) mails: Vec<i64>,
    /// What follows the commit.
    pub(super) effects: Vec<Effect>,
    /// What the log tells besides the columns.
    pub(super) told: Map<String, Value>,
}

/// The rows that an act may change, where they are there.
pub(super) fn rows_of(connection: &mut Connection, act: &Act) -> Result<Vec<RowKey>> {
    Ok(match act {
        Act::ReportClaim { report, .. } | Act::ReportRelease { report, .. } => vec![RowKey::Report(*report)],
        Act::ReportReject { report, .. } | Act::ReportAccept { report, .. } => {
            vec![target_of(&find_report(connection, *report)?)?.into(), RowKey::Report(*report)]
        }
        Act::Hide { target } | Act::Unhide { target } => vec![(*target).into()],
        Act::Delete { target } | Act::Undelete { target } => match target {
            Target::Post(_) => vec![(*target).into()],
            Target::Comment(id) => {
                let post = comment::post_of(connection, *id)?;
                post.map(RowKey::Post).into_iter().chain([(*target).into()]).collect()
            }
        },
        Act::Impose { member, .. }
        | Act::MemberWithdraw { member }
        | Act::MemberRestore { member }
        | Act::MemberVerify { member }
        | Act::MemberRename { member, .. }
        | Act::MemberSignOut { member } => vec![RowKey::User(*member)],
        Act::Lift { sanction } => rows_of_sanction(connection, *sanction)?,
        Act::AppealAccept { appeal, .. } | Act::AppealReject { appeal, .. } => rows_of_appeal(connection, *appeal)?,
        Act::PlaceCorrect { place, .. } => vec![RowKey::Place(*place)],
        // It holds the members first who have saved the places.
        Act::PlaceMerge { .. } => Vec::new(),
    })
}

fn rows_of_sanction(connection: &mut Connection, id: SanctionId) -> Result<Vec<RowKey>> {
    let member = sanction::find(connection, id)?.map(|found| RowKey::User(found.user_id));
    Ok(member.into_iter().chain([RowKey::Sanction(id)]).collect())
}

fn rows_of_appeal(connection: &mut Connection, id: AppealId) -> Result<Vec<RowKey>> {
    let Some(found) = appeal::find(connection, id)? else { return Ok(Vec::new()) };
    let mut rows = rows_of_sanction(connection, found.sanction_id)?;
    rows.push(RowKey::Appeal(id));
    Ok(rows)
}

/// Does it; every row of [`rows_of`] is held.
pub(super) fn carry_out(ctx: &Context, connection: &mut Connection, by: &By, act: &Act, now: Time) -> Result<Done> {
    let operator = cut(&by.actor, OPERATOR_MAX);
    match act {
        Act::ReportClaim { report, seen } => claim(connection, *report, *seen, Some((&operator, now))),
        Act::ReportRelease { report, seen } => claim(connection, *report, *seen, None),
        Act::ReportReject { report, seen } => reject(connection, *report, *seen, &operator, now),
        Act::ReportAccept { report, seen } => accept(connection, *report, *seen, &operator, now),
        Act::Hide { target } => hide(connection, *target, now),
        Act::Unhide { target } => unhide(connection, *target, now),
        Act::Delete { target } => set_deleted(connection, *target, Some(now), now),
        Act::Undelete { target } => set_deleted(connection, *target, None, now),
        Act::Impose { member, measure, reason, message } => {
            let order = Order { member: *member, measure: *measure, reason: *reason, message: message.as_deref() };
            let (id, mail) = impose(connection, &operator, &order, now)?;
            Ok(Done { made: Some(RowKey::Sanction(id)), mails: vec![mail], ..Done::default() })
        }
        Act::Lift { sanction } => lift(connection, &operator, *sanction, now).map(|()| Done::default()),
        Act::AppealAccept { appeal, answer } => decide(connection, &operator, *appeal, (Outcome::Accept, answer), now),
        Act::AppealReject { appeal, answer } => decide(connection, &operator, *appeal, (Outcome::Reject, answer), now),
        Act::MemberWithdraw { member } => withdraw(ctx, connection, *member, now),
        Act::MemberRestore { member } => restore(connection, *member, now),
        Act::MemberVerify { member } => verify(connection, *member, now),
        Act::MemberRename { member, nickname } => rename(ctx, connection, *member, nickname, now),
        Act::MemberSignOut { member } => sign_out(connection, *member, now),
        Act::PlaceCorrect { place, to } => place::correct(connection, *place, to, now).map(|()| Done::default()),
        Act::PlaceMerge { from, into } => {
            let merged = place::merge(connection, *from, *into, now)?;
            let told = [("into", into.0.into()), ("moved", merged.moved.into()), ("dropped", merged.dropped.into())];
            Ok(Done {
                told: told.map(|(name, value)| (name.to_owned(), value)).into_iter().collect(),
                ..Done::default()
            })
        }
    }
}

fn claim(connection: &mut Connection, id: ReportId, seen: i32, by: Option<(&str, Time)>) -> Result<Done> {
    let found = find_report(connection, id)?;
    // Whom somebody looks after already is not taken from them; they can release it.
    if let (Some(_), Some(other)) = (by, &found.claimed_by)
        && found.version == seen
        && found.state == ReportState::Open
    {
        return Err(conflict(id, "claimed", other.clone(), found.claimed_at));
    }
    if by.is_none() && found.version == seen && found.state == ReportState::Open && found.claimed_by.is_none() {
        return Err(Error::Precondition(format!("report {id} is nobody's")));
    }
    if report::claim(connection, id, seen, by)? { Ok(Done::default()) } else { Err(meanwhile(&found)) }
}

/// RP4: rejecting takes back, and the target comes back below the edge.
fn reject(connection: &mut Connection, id: ReportId, seen: i32, operator: &str, now: Time) -> Result<Done> {
    let (report, target, before) = decide_report(connection, id, (seen, ReportState::Rejected), operator, now)?;
    report_target::move_reports(connection, target, -1, -report.weight)?;
    if comes_back(before.hidden, before.report_weight - report.weight) {
        changed(report_target::unhide(connection, target)?, target)?;
        reindex(connection, target, now)?;
        return Ok(Done { effects: vec![Effect::Index], ..Done::default() });
    }
    Ok(Done::default())
}

/// RP4: accepting turns a hiding by reports into the operators' own.
fn accept(connection: &mut Connection, id: ReportId, seen: i32, operator: &str, now: Time) -> Result<Done> {
    let (_, target, _) = decide_report(connection, id, (seen, ReportState::Accepted), operator, now)?;
    report_target::take_over(connection, target)?;
    Ok(Done::default())
}

fn decide_report(
    connection: &mut Connection,
    id: ReportId,
    (seen, state): (i32, ReportState),
    operator: &str,
    now: Time,
) -> Result<(Report, Target, TargetState)> {
    let report = find_report(connection, id)?;
    let target = target_of(&report)?;
    let before = hold(connection, target)?;
    if !report::decide(connection, id, seen, state, operator, now)? {
        return Err(meanwhile(&find_report(connection, id)?));
    }
    Ok((report, target, before))
}

/// A hiding by reports becomes the operators' own.
fn hide(connection: &mut Connection, target: Target, now: Time) -> Result<Done> {
    let before = hold(connection, target)?;
    if before.deleted_at.is_some() {
        return Err(Error::Precondition(format!("{target} is deleted: nobody sees it")));
    }
    let done = match before.hidden {
        Some(HiddenReason::Operator) => return Err(Error::Precondition(format!("{target} is hidden already"))),
        Some(HiddenReason::Reports) => report_target::take_over(connection, target)?,
        None => {
            reindex(connection, target, now)?;
            report_target::hide(connection, target, HiddenReason::Operator, now)?
        }
    };
    changed(done, target)?;
    Ok(Done { effects: vec![Effect::Index], ..Done::default() })
}

fn unhide(connection: &mut Connection, target: Target, now: Time) -> Result<Done> {
    if hold(connection, target)?.hidden.is_none() {
        return Err(Error::Precondition(format!("{target} is not hidden")));
    }
    changed(report_target::unhide(connection, target)?, target)?;
    reindex(connection, target, now)?;
    Ok(Done { effects: vec![Effect::Index], ..Done::default() })
}

/// P11, C7: as its author could, but for the notification of a comment: no list shows it, and it may come back.
fn set_deleted(connection: &mut Connection, target: Target, at: Option<Time>, now: Time) -> Result<Done> {
    let before = hold(connection, target)?;
    match (at, before.deleted_at) {
        (Some(_), Some(_)) => return Err(Error::Precondition(format!("{target} is deleted already"))),
        (None, None) => return Err(Error::Precondition(format!("{target} is not deleted"))),
        _ => changed(report_target::set_deleted(connection, target, at)?, target)?,
    }
    if let Target::Comment(id) = target
        && let Some(post) = comment::post_of(connection, id)?
    {
        post::move_comment_count(connection, post, if at.is_some() { -1 } else { 1 })?;
    }
    reindex(connection, target, now)?;
    Ok(Done { effects: vec![Effect::Index], ..Done::default() })
}

fn decide(connection: &mut Connection, operator: &str, id: AppealId, what: (Outcome, &str), now: Time) -> Result<Done> {
    let mail = answer(connection, operator, id, what, now)?;
    Ok(Done { mails: mail.into_iter().collect(), ..Done::default() })
}

fn withdraw(ctx: &Context, connection: &mut Connection, id: UserId, now: Time) -> Result<Done> {
    let member = find_member(connection, id)?;
    match member.status {
        Status::Deleted => return Err(Error::Precondition(format!("member {id} has left already"))),
        Status::Pending => {
            let days = ctx.policy.lifecycle.pending_days;
            return Err(Error::Precondition(format!("member {id} is PENDING and goes by itself after {days} day(s)")));
        }
        Status::Active | Status::Dormant => {}
    }
    withdrawal::delete(connection, &ctx.policy, &[member], WithdrawalKind::Operator, None, now)?;
    let mails = mail::open_ids(connection, &[id], &[MailKind::WithdrawalDone])?;
    Ok(Done { mails, effects: vec![Effect::sessions_ended([id], Ended::All)], ..Done::default() })
}

/// L16: ACTIVE again, and counted again by everyone at the other end of a follow.
fn restore(connection: &mut Connection, id: UserId, now: Time) -> Result<Done> {
    let member = find_member(connection, id)?;
    if member.anonymized_at.is_some() {
        return Err(Error::Precondition(format!("member {id} is anonymised: there is nobody left to restore")));
    }
    if !user::restore(connection, id, now)? {
        return Err(Error::Precondition(format!("member {id} is {} and has not left", member.status)));
    }
    follow::restore_counters(connection, &[id])?;
    Ok(Done::default())
}

fn verify(connection: &mut Connection, id: UserId, now: Time) -> Result<Done> {
    let member = find_member(connection, id)?;
    if !user::activate(connection, id, now)? {
        return Err(Error::Precondition(format!("member {id} is {} and waits for no confirmation", member.status)));
    }
    favorite_group::insert_default(connection, id, now)?;
    Ok(Done::default())
}

/// S2, but for the time between two changes; it begins anew, so that the old name does not come back at once.
fn rename(ctx: &Context, connection: &mut Connection, id: UserId, nickname: &str, now: Time) -> Result<Done> {
    let member = find_member(connection, id)?;
    if member.status == Status::Deleted {
        return Err(Error::Precondition(format!("member {id} has left")));
    }
    let wanted = Nickname::parse(nickname, Code::NewNicknameRequired).map_err(|_| {
        Error::Precondition(
            "this is no nickname\nhint: 2 to 12 letters of Hangul or the Latin alphabet, digits, `_` and `-`"
                .to_owned(),
        )
    })?;
    let holder = user::find_by_nickname(connection, &wanted.key)?;
    if wanted.is_reserved(&ctx.policy.nickname) || holder.is_some_and(|holder| holder.id != id) {
        return Err(Error::Precondition(format!("the nickname `{nickname}` is taken or reserved")));
    }
    user::set_nickname(connection, id, &wanted.text, &wanted.key, now)?;
    Ok(Done::default())
}

fn sign_out(connection: &mut Connection, id: UserId, now: Time) -> Result<Done> {
    find_member(connection, id)?;
    let ended = session::revoke_all(connection, &[id], None, RevokedReason::Operator, now)?;
    if ended == 0 {
        return Err(Error::Precondition(format!("member {id} has no live session")));
    }
    let told = [("sessions_ended".to_owned(), ended.into())].into_iter().collect();
    Ok(Done { effects: vec![Effect::sessions_ended([id], Ended::All)], told, ..Done::default() })
}

fn find_member(connection: &mut Connection, id: UserId) -> Result<User> {
    let found = user::find_for_update(connection, id)?;
    found.ok_or_else(|| Error::Precondition(format!("there is no member {id}")))
}

pub(super) fn find_report(connection: &mut Connection, id: ReportId) -> Result<Report> {
    report::find(connection, id)?.ok_or_else(|| Error::Precondition(format!("there is no report {id}")))
}

pub(super) fn target_of(report: &Report) -> Result<Target> {
    report.target().ok_or_else(|| Error::Internal(format!("report {} has no target", report.id)))
}

fn hold(connection: &mut Connection, target: Target) -> Result<TargetState> {
    let found = report_target::for_update(connection, target)?;
    found.ok_or_else(|| Error::Precondition(format!("there is no {target}")))
}

/// Why a report is not as it was seen.
fn meanwhile(report: &Report) -> Error {
    let decided = |done| conflict(report.id, done, report.handled_by.clone().unwrap_or_default(), report.handled_at);
    match (report.state, &report.claimed_by) {
        (ReportState::Accepted, _) => decided("accepted"),
        (ReportState::Rejected, _) => decided("rejected"),
        (ReportState::Open, Some(by)) => conflict(report.id, "claimed", by.clone(), report.claimed_at),
        (ReportState::Open, None) => {
            Error::Precondition(format!("report {} has changed meanwhile\nhint: look at it again", report.id))
        }
    }
}

fn conflict(id: ReportId, done: &'static str, by: String, at: Option<Time>) -> Error {
    Error::Conflict(Box::new(Conflict { what: format!("report {id}"), done, by, at }))
}

/// A change of what this transaction holds, which cannot have missed.
fn changed(done: bool, target: Target) -> Result<()> {
    if done { Ok(()) } else { Err(Error::Internal(format!("{target} changed inside the transaction that holds it"))) }
}
