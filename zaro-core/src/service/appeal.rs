//! Appeals: what members say against a measure, and what operators make of it (Z4, Z5).

use serde::Deserialize;
use serde_json::json;

use crate::context::Context;
use crate::db::Connection;
use crate::error::{Code, Conflict, Error, Result};
use crate::models::appeal::{self, Appeal, NewAppeal};
use crate::models::{mail, sanction, user};
use crate::policy::account::WhileSuspended;
use crate::policy::field::{Form, Input};
use crate::policy::sanction::{ANSWER_MAX, check_appeal};
use crate::service::actor::require_active;
use crate::service::mail as mail_service;
use crate::service::sanction::{MOST, facts, lift_held};
use crate::types::{AppealId, AppealState, MailKind, SanctionId, Status, Time, UserId};

/// Body of an appeal.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AppealDraft {
    /// Against which measure.
    pub sanction_id: Input<i64>,
    /// Why.
    pub text: Input,
}

/// What operators decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The measure is lifted.
    Accept,
    /// The measure stays.
    Reject,
}

impl AppealDraft {
    /// FC: the measure and the text as sent.
    fn check(&self) -> Result<(SanctionId, String)> {
        let mut form = Form::new();
        let sanction = match self.sanction_id {
            Input::Given(id) => Some(SanctionId(id)),
            Input::Absent | Input::Wrong => {
                form.fail("sanctionId", Code::InvalidRequest);
                None
            }
        };
        let text = form.required("text", &self.text, Code::AppealTextRequired, |text| {
            check_appeal(text).map(|()| text.to_owned())
        });
        form.finish()?;
        sanction.zip(text).ok_or_else(|| Code::InvalidRequest.into())
    }
}

/// Z4: appeals one of the caller's measures, once.
///
/// # Errors
/// By field, by account state, then `SANCTION_NOT_FOUND`, `APPEAL_ALREADY_EXISTS`, `APPEAL_CLOSED`.
pub fn file(ctx: &Context, caller: UserId, draft: &AppealDraft) -> Result<Appeal> {
    let now = ctx.now();
    let (sanction_id, text) = draft.check()?;
    ctx.db.write_tx(|connection| {
        require_active(connection, caller, WhileSuspended::Allowed, now)?;
        let own = sanction::find(connection, sanction_id)?.filter(|found| found.user_id == caller);
        let own = own.ok_or_else(|| Error::from(Code::SanctionNotFound))?;
        let appealed = appeal::of_sanction(connection, sanction_id)?.is_some();
        facts(&own).may_appeal(appealed, now)?;
        let new = NewAppeal { sanction_id, user_id: caller, text: &text, state: AppealState::Open, created_at: now };
        let id = appeal::insert(connection, &new)?.ok_or_else(|| Error::from(Code::AppealAlreadyExists))?;
        appeal::find(connection, id)?.ok_or_else(|| Error::Internal(format!("appeal {id} is gone as it was written")))
    })
}

/// Z4: the caller's appeals, newest first.
pub fn list(ctx: &Context, caller: UserId) -> Result<Vec<Appeal>> {
    ctx.db.read(|connection| appeal::of_user(connection, caller, MOST))
}

/// Appeals that wait for the operators, oldest first, after this one.
pub fn open(ctx: &Context, after: Option<(Time, AppealId)>, limit: i64) -> Result<Vec<Appeal>> {
    ctx.db.read(|connection| appeal::open(connection, after, limit))
}

/// Z5: decides an open appeal; accepting it lifts the measure. Either way the member gets a mail, whose number is told.
///
/// # Errors
/// [`Error::Precondition`] when there is no such appeal or the answer is too long, [`Error::Conflict`] when it was
/// decided meanwhile.
pub(crate) fn answer(
    connection: &mut Connection,
    operator: &str,
    id: AppealId,
    (outcome, answer): (Outcome, &str),
    now: Time,
) -> Result<Option<i64>> {
    let answer = answer.trim();
    if answer.chars().count() > ANSWER_MAX {
        return Err(Error::Precondition(format!("the answer is longer than {ANSWER_MAX} characters")));
    }
    let state = match outcome {
        Outcome::Accept => AppealState::Accepted,
        Outcome::Reject => AppealState::Rejected,
    };
    let found = appeal::find(connection, id)?;
    let found = found.ok_or_else(|| Error::Precondition(format!("there is no appeal {id}")))?;
    let member = user::find_for_update(connection, found.user_id)?;
    let kept = (!answer.is_empty()).then_some(answer);
    if !appeal::decide(connection, id, state, kept, operator, now)? {
        return Err(decided_already(connection, id)?);
    }
    if outcome == Outcome::Accept
        && let Some(measure) = sanction::find(connection, found.sanction_id)?
    {
        // One that an operator lifted meanwhile stays as it is.
        lift_held(connection, operator, &measure, now)?;
    }
    // Who has left is told nothing any more.
    let Some(member) = member.filter(|member| member.status != Status::Deleted) else { return Ok(None) };
    let payload = json!({ "nickname": member.nickname, "outcome": state.as_str(), "answer": answer });
    let told = mail_service::compose(MailKind::AppealAnswer, Some(member.id), &member.email, &payload, now);
    mail::insert_one(connection, &told).map(Some)
}

fn decided_already(connection: &mut Connection, id: AppealId) -> Result<Error> {
    let found = appeal::find(connection, id)?;
    let found = found.ok_or_else(|| Error::Internal(format!("appeal {id} is gone as it was decided")))?;
    let done = if found.state == AppealState::Accepted { "accepted" } else { "rejected" };
    let (by, at) = (found.handled_by.unwrap_or_default(), found.handled_at);
    Ok(Error::Conflict(Box::new(Conflict { what: format!("appeal {id}"), done, by, at })))
}
