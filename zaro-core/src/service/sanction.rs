//! Measures against members, as operators take them and members see them (Z1 to Z3).

use serde::Serialize;
use serde_json::json;

use crate::context::Context;
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::models::appeal::Appeal;
use crate::models::sanction::{self, NewSanction, Sanction};
use crate::models::{mail, user};
use crate::policy::sanction::{MESSAGE_MAX, SanctionFacts, reason_words, suspended_until};
use crate::service::mail as mail_service;
use crate::types::{MailKind, ReportReason, SanctionId, SanctionKind, SanctionState, Status, Time, UserId, cut};

/// Measures that one answer lists; operators are two people.
pub(super) const MOST: i64 = 1_000;
/// Longest name of an operator, in characters.
const OPERATOR_MAX: usize = 64;

/// What operators do to a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// To be seen, without effect.
    Warning,
    /// No writing.
    Suspension {
        /// When it ends by itself, if ever.
        until: Option<Time>,
    },
}

/// A measure as its member sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SanctionView {
    /// The measure.
    pub sanction: Sanction,
    /// Where it stands now.
    pub state: SanctionState,
    /// What the member said against it.
    pub appeal: Option<Appeal>,
}

/// Z3: all measures against a member, newest first.
pub fn list(ctx: &Context, user: UserId) -> Result<Vec<SanctionView>> {
    let now = ctx.now();
    let rows = ctx.db.read(|connection| sanction::of_user(connection, user, MOST))?;
    let views = rows.into_iter().map(|(sanction, appeal)| SanctionView {
        state: facts(&sanction).state(now),
        sanction,
        appeal,
    });
    Ok(views.collect())
}

/// A measure as ordered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order<'a> {
    /// Against whom.
    pub(crate) member: UserId,
    /// What.
    pub(crate) measure: Measure,
    /// Why.
    pub(crate) reason: ReportReason,
    /// Text for the member.
    pub(crate) message: Option<&'a str>,
}

/// Z1: takes a measure against a member, who gets a mail; tells the numbers of both.
///
/// # Errors
/// [`Error::Precondition`] when there is no such member any more, the text is too long, or the end lies in the past.
pub(crate) fn impose(
    connection: &mut Connection,
    operator: &str,
    order: &Order<'_>,
    now: Time,
) -> Result<(SanctionId, i64)> {
    let message = order.message.map(str::trim).filter(|text| !text.is_empty());
    if message.is_some_and(|text| text.chars().count() > MESSAGE_MAX) {
        return Err(Error::Precondition(format!("the text is longer than {MESSAGE_MAX} characters")));
    }
    let (kind, ends_at) = match order.measure {
        Measure::Warning => (SanctionKind::Warning, None),
        Measure::Suspension { until } => (SanctionKind::Suspension, until),
    };
    if ends_at.is_some_and(|end| end <= now) {
        return Err(Error::Precondition("a suspension cannot end in the past".to_owned()));
    }
    let user_id = order.member;
    let member = user::find_for_update(connection, user_id)?
        .filter(|member| member.status != Status::Deleted)
        .ok_or_else(|| Error::Precondition(format!("there is no member {user_id}, or not any more")))?;
    let new = NewSanction {
        user_id,
        kind,
        reason: order.reason,
        message: message.map(str::to_owned),
        starts_at: now,
        ends_at,
        created_by: cut(operator, OPERATOR_MAX),
        created_at: now,
    };
    let id = sanction::insert(connection, &new)?;
    settle(connection, user_id, now)?;
    let payload = json!({
        "nickname": member.nickname,
        "kind": kind.as_str(),
        "reason": reason_words(order.reason),
        "message": message.unwrap_or_default(),
        "ends_at": ends_at.map(korean_minute).unwrap_or_default(),
    });
    let notice = mail_service::compose(MailKind::SanctionNotice, Some(user_id), &member.email, &payload, now);
    Ok((id, mail::insert_one(connection, &notice)?))
}

/// Z1: ends a measure before its time; its row stays.
///
/// # Errors
/// [`Error::Precondition`] when there is no such measure, or it is over already.
pub(crate) fn lift(connection: &mut Connection, operator: &str, id: SanctionId, now: Time) -> Result<()> {
    let found = sanction::find(connection, id)?;
    let found = found.ok_or_else(|| Error::Precondition(format!("there is no measure {id}")))?;
    user::find_for_update(connection, found.user_id)?;
    match facts(&found).state(now) {
        SanctionState::Active if lift_held(connection, operator, &found, now)? => Ok(()),
        SanctionState::Active | SanctionState::Lifted => {
            Err(Error::Precondition(format!("measure {id} has been lifted already")))
        }
        SanctionState::Expired => Err(Error::Precondition(format!("measure {id} has ended by itself"))),
    }
}

/// Ends a measure against a member whose row is held; false when it was lifted already.
pub(super) fn lift_held(connection: &mut Connection, operator: &str, found: &Sanction, now: Time) -> Result<bool> {
    let lifted = sanction::lift(connection, found.id, operator, now)?;
    settle(connection, found.user_id, now)?;
    Ok(lifted)
}

/// Z2: writes down until when a member, whose row is held, cannot write.
pub(crate) fn settle(connection: &mut Connection, user_id: UserId, now: Time) -> Result<()> {
    let suspensions = sanction::suspensions(connection, user_id)?;
    let until = suspended_until(suspensions.iter().map(facts), now);
    user::set_suspended_until(connection, user_id, until, now)
}

/// Whether what is written down about a member is what the measures say, or what an end meanwhile has made of it.
pub(crate) fn is_settled(connection: &mut Connection, user_id: UserId, now: Time) -> Result<bool> {
    let live = |until: Option<Time>| until.filter(|until| *until > now);
    let suspensions = sanction::suspensions(connection, user_id)?;
    let until = suspended_until(suspensions.iter().map(facts), now);
    Ok(user::find(connection, user_id)?.is_none_or(|member| live(member.suspended_until) == until))
}

pub(super) fn facts(sanction: &Sanction) -> SanctionFacts {
    SanctionFacts { kind: sanction.kind, ends_at: sanction.ends_at, lifted_at: sanction.lifted_at }
}

/// An instant as a Korean reader writes it, to the minute.
fn korean_minute(at: Time) -> String {
    format!("{} {}", mail_service::korean_date(at.seoul_date()), at.seoul().format("%H:%M"))
}
