//! What an operator sees of the mail, and does about it (M3, L5, L11).

use serde::Serialize;
use serde_json::json;

use super::{compose, switch};
use crate::context::Context;
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::models::dormancy_notice::{self, Notice};
use crate::models::lease::Lease;
use crate::models::mail::{self, MailRow, NewMail};
use crate::models::user;
use crate::service::moderation_log::{self, Act, By};
use crate::types::{MailKind, MailState, NoticeState, Status, Time};

/// How the mail stands.
#[derive(Clone, Debug, Serialize)]
pub struct Queue {
    /// Who has switched mail off, if it is off.
    pub off: Option<Lease>,
    /// Mails by state.
    pub counts: Vec<(MailState, i64)>,
    /// When the oldest mail that is not sent yet was written.
    pub oldest: Option<Time>,
    /// What waits, longest due first.
    pub waiting: Vec<MailRow>,
    /// Dormancy notices that an operator has to settle.
    pub notices_to_settle: i64,
}

/// A mail with the notice that it carries.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// The mail.
    pub mail: MailRow,
    /// The notice.
    pub notice: Option<Notice>,
}

/// What did not arrive, as far as anybody knows.
#[derive(Clone, Debug, Serialize)]
pub struct Bounces {
    /// Mails that bounced or have an unknown fate, the last one first.
    pub mails: Vec<MailRow>,
    /// Dormancy notices that an operator has to settle, oldest first.
    pub notices: Vec<Notice>,
}

/// What an operator knows of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was handed over: the member has been told.
    Accepted,
    /// It never arrived: it goes again.
    Lost,
}

/// Reads how the mail stands.
pub fn queue(ctx: &Context, limit: i64) -> Result<Queue> {
    let off = switch::find(ctx)?;
    ctx.db.read(|connection| {
        Ok(Queue {
            off,
            counts: mail::count_by_state(connection)?,
            oldest: mail::oldest_open(connection)?,
            waiting: mail::rows(connection, &[MailState::Queued, MailState::Sending], limit)?,
            notices_to_settle: dormancy_notice::count_to_settle(connection)?,
        })
    })
}

/// One mail.
pub fn show(ctx: &Context, id: i64) -> Result<Shown> {
    ctx.db.read(|connection| {
        let mail = mail::row(connection, id)?.ok_or_else(|| no_mail(id))?;
        Ok(Shown { mail, notice: dormancy_notice::of_mail(connection, id)? })
    })
}

/// What did not arrive.
pub fn bounces(ctx: &Context, limit: i64) -> Result<Bounces> {
    ctx.db.read(|connection| {
        Ok(Bounces {
            mails: mail::closed_rows(connection, &[MailState::Bounced, MailState::Unknown], limit)?,
            notices: dormancy_notice::to_settle(connection, limit)?,
        })
    })
}

/// A notice, if it is one that can be settled.
pub fn to_settle(ctx: &Context, notice: i64) -> Result<Notice> {
    let found = ctx.db.read(|connection| dormancy_notice::find(connection, notice))?;
    unsettled(found, notice)
}

/// M3: tries a waiting mail at once.
///
/// # Errors
/// [`Error::Precondition`] for one that a worker has, or that is closed: its content is gone (M4).
pub fn retry(ctx: &Context, id: i64, by: &By) -> Result<()> {
    let now = ctx.now();
    ctx.db.write_tx(|connection| {
        let found = waiting(connection, id)?;
        mail::hasten(connection, id, now)?;
        let (before, after) = (json!({ "next_attempt_at": found }), json!({ "next_attempt_at": now }));
        note(connection, by, ("MAIL", id), "MAIL_RETRY", before, after, now)
    })?;
    ctx.mail_bell.ring();
    Ok(())
}

/// M3: closes a waiting mail unsent; a dormancy notice ends as CANCELLED with it.
///
/// # Errors
/// As for [`retry`].
pub fn drop_unsent(ctx: &Context, id: i64, by: &By) -> Result<()> {
    let now = ctx.now();
    ctx.db.write_tx(|connection| {
        waiting(connection, id)?;
        mail::close_unsent(connection, &[id], MailState::Dropped, now)?;
        dormancy_notice::cancel(connection, &[id], now)?;
        let (before, after) = (json!({ "state": MailState::Queued }), json!({ "state": MailState::Dropped }));
        note(connection, by, ("MAIL", id), "MAIL_DROP", before, after, now)
    })
}

/// L5, L11: settles a notice that bounced or whose fate is unknown.
///
/// Handed over, dormancy is counted from the hand-over where it had begun, else from now, so that nobody becomes dormant
/// sooner than thirty days after they were told. Lost, it goes again to the member's present address.
///
/// # Errors
/// [`Error::Precondition`] when nothing is to be settled.
pub fn settle(ctx: &Context, notice: i64, verdict: Verdict, by: &By) -> Result<()> {
    let now = ctx.now();
    ctx.db.write_tx(|connection| {
        // Members before mails and notices: the order in which everybody locks.
        let seen = unsettled(dormancy_notice::find(connection, notice)?, notice)?;
        let member = user::find_for_update(connection, seen.user_id)?;
        let found = unsettled(dormancy_notice::find_for_update(connection, notice)?, notice)?;
        let after = match verdict {
            Verdict::Accepted => {
                let mail = found.mail_id.map(|id| mail::row(connection, id)).transpose()?.flatten();
                let began = mail.and_then(|mail| mail.handing_over_at).filter(|_| found.state == NoticeState::Unknown);
                let handed_over = began.unwrap_or(now);
                dormancy_notice::vouch(connection, notice, handed_over, &by.actor)?;
                json!({ "state": NoticeState::Accepted, "handed_over_at": handed_over })
            }
            Verdict::Lost => {
                let still = member.filter(|m| m.status == Status::Active && m.basis_at == Some(found.basis_at));
                let member = still.ok_or_else(|| {
                    Error::Precondition(format!(
                        "the member of notice {notice} has signed in or left since; there is nothing to tell any more"
                    ))
                })?;
                let payload = json!({ "nickname": member.nickname });
                let composed = compose(MailKind::DormancyNotice, Some(member.id), &member.email, &payload, now);
                if composed.state != MailState::Queued {
                    return Err(Error::Precondition("mail to this address is never sent (M5)".to_owned()));
                }
                let key = format!("dormancy:{}:{}:{}", member.id, found.basis_at.micros(), now.micros());
                mail::insert(connection, &[NewMail { dedupe_key: Some(key.clone()), ..composed }])?;
                let written = mail::ids_by_dedupe_key(connection, &[key])?;
                let (_, mail) = written
                    .into_iter()
                    .next()
                    .ok_or_else(|| Error::Internal("a mail just written is not there".to_owned()))?;
                let months = |months: u32| i32::try_from(months).unwrap_or(i32::MAX);
                let rules = &ctx.policy.lifecycle;
                let stated = (months(rules.dormant_months), months(rules.delete_months));
                dormancy_notice::reopen(connection, notice, mail, stated)?;
                json!({ "state": NoticeState::Queued, "mail_id": mail })
            }
        };
        let before = json!({ "state": found.state, "mail_id": found.mail_id });
        note(connection, by, ("NOTICE", notice), "NOTICE_RESOLVE", before, after, now)
    })?;
    ctx.mail_bell.ring();
    Ok(())
}

fn no_mail(id: i64) -> Error {
    Error::Precondition(format!("there is no mail {id}\nhint: `zaro-ctl mail queue` lists what waits"))
}

/// When a waiting mail is due; it is held until the transaction ends.
fn waiting(connection: &mut Connection, id: i64) -> Result<Time> {
    let (found, _) = mail::find_for_update(connection, id)?.ok_or_else(|| no_mail(id))?;
    match found.state {
        MailState::Queued => Ok(found.next_attempt_at),
        MailState::Sending => {
            Err(Error::Precondition(format!("mail {id} is being sent right now\nhint: look again in a minute")))
        }
        state => Err(Error::Precondition(format!(
            "mail {id} is closed as {state}, and what it said is gone\nhint: members ask for a new link themselves; a \
             dormancy notice goes again with `zaro-ctl mail resolve NOTICE --lost`"
        ))),
    }
}

fn unsettled(found: Option<Notice>, id: i64) -> Result<Notice> {
    let hint = "\nhint: `zaro-ctl mail bounces` lists what is to be settled";
    let Some(notice) = found else {
        return Err(Error::Precondition(format!("there is no dormancy notice {id}{hint}")));
    };
    let is_open = matches!(notice.state, NoticeState::Bounced | NoticeState::Unknown) && notice.resolved_by.is_none();
    if is_open {
        return Ok(notice);
    }
    let who = notice.resolved_by.map_or_else(String::new, |who| format!(", settled by {who}"));
    Err(Error::Precondition(format!("dormancy notice {id} is {}{who}; nothing is left to settle{hint}", notice.state)))
}

fn note(
    connection: &mut Connection,
    by: &By,
    target: (&str, i64),
    action: &str,
    before: serde_json::Value,
    after: serde_json::Value,
    now: Time,
) -> Result<()> {
    let act = Act { action, before, after, reason: None, inverse: None, undoes: None };
    moderation_log::append_to(connection, by, target, action, &act, now)?;
    Ok(())
}
