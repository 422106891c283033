//! The mail worker: claim, note the hand-over, hand over, note the outcome; each step is a row before it is an act.

use std::time::Duration;

use chrono::TimeDelta;

use super::{render, switch};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::fault;
use crate::models::mail::Mail;
use crate::models::{dormancy_notice, mail};
use crate::policy::mail::{Delivery, MailStep, after_crash, after_try, notice_state};
use crate::ports::OutgoingMail;
use crate::types::{MailKind, MailState, Time};

/// How long a claim holds before another worker may look after the mail; far beyond one SMTP conversation.
const CLAIM: TimeDelta = TimeDelta::minutes(5);
/// Mails looked up at once.
const BATCH: i64 = 50;
/// The longest sleep: mail written by another process is found after this at the latest.
const IDLE: Duration = Duration::from_secs(5);
/// The sleep after a failure of our own, a database that is away for instance.
const AFTER_ERROR: Duration = Duration::from_secs(1);

/// What one round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Taken by the mail server.
    pub accepted: usize,
    /// Closed otherwise: bounced, unknown, expired.
    pub closed: usize,
    /// To be tried again later.
    pub postponed: usize,
}

/// Delivers until the context's mail bell is stopped.
pub fn run_worker(ctx: &Context) {
    loop {
        let pause = match deliver_due(ctx) {
            Ok(done) if done.accepted + done.closed + done.postponed > 0 => continue,
            Ok(_) => idle(ctx),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "mail could not be worked on");
                AFTER_ERROR
            }
        };
        if !ctx.mail_bell.wait(pause) {
            return;
        }
    }
}

/// How long nothing is due.
fn idle(ctx: &Context) -> Duration {
    if ctx.db.read(|connection| switch::is_off(connection, ctx.now())).unwrap_or(false) {
        return IDLE;
    }
    let next = ctx.db.read(mail::next_due).ok().flatten();
    let until = next.map_or(IDLE, |next| next.since(ctx.now()).to_std().unwrap_or(Duration::ZERO));
    until.clamp(Duration::from_millis(100), IDLE)
}

/// One round: everything that is due now, up to a batch; nothing while mail is switched off.
pub fn deliver_due(ctx: &Context) -> Result<Delivered> {
    let mut done = Delivered::default();
    if ctx.db.read(|connection| switch::is_off(connection, ctx.now()))? {
        return Ok(done);
    }
    for id in ctx.db.read(|connection| mail::due(connection, ctx.now(), BATCH))? {
        match deliver(ctx, id)? {
            Some(MailState::Accepted) => done.accepted += 1,
            Some(MailState::Queued) => done.postponed += 1,
            Some(_) => done.closed += 1,
            None => {}
        }
    }
    Ok(done)
}

/// What a claim found.
enum Claim {
    /// Somebody else has it, or it is closed.
    NotOurs,
    /// It was settled without being sent.
    Settled(MailState),
    /// Ours to send.
    Ours(Box<Mail>),
}

/// Takes one mail through all its steps; the state it ended in, or nothing when it was not ours.
fn deliver(ctx: &Context, id: i64) -> Result<Option<MailState>> {
    let claimed = match claim(ctx, id)? {
        Claim::NotOurs => return Ok(None),
        Claim::Settled(state) => return Ok(Some(state)),
        Claim::Ours(mail) => mail,
    };
    fault::point("mail.claimed");
    let now = ctx.now();
    let outgoing = match outgoing(ctx, &claimed, now) {
        Ok(outgoing) => outgoing,
        // The database was away for a moment: the claim runs out, and the mail is tried again.
        Err(error @ (Error::Database(_) | Error::Pool(_))) => return Err(error),
        Err(error) => {
            // No later try would go better; the operator finds it among the bounced.
            tracing::error!(mail.id = id, error = &error as &dyn std::error::Error, "a mail cannot be rendered");
            return settle(ctx, &claimed, MailStep::Close(MailState::Bounced), Some("it cannot be rendered")).map(Some);
        }
    };
    let ours =
        ctx.db.write_tx(|connection| mail::hand_over(connection, id, &ctx.instance, &outgoing.message_id, now))?;
    if !ours {
        // Dropped by a sign-in, or our claim ran out, between the two steps.
        return Ok(None);
    }
    fault::point("mail.handing_over");
    let delivery = ctx.mailer.send(&outgoing);
    fault::point("mail.handed_over");
    let attempts = claimed.attempts + 1;
    let step = after_try(claimed.kind, &delivery, attempts, claimed.created_at, ctx.now());
    let words = match &delivery {
        Delivery::Accepted { .. } => None,
        Delivery::Refused(words) | Delivery::NotNow(words) | Delivery::Unclear(words) => Some(words.as_str()),
    };
    if let Some(words) = words {
        tracing::warn!(mail.id = id, mail.kind = %claimed.kind, mail.attempts = attempts, reason = words, "a mail was not taken");
    }
    let state = settle(ctx, &claimed, step, words)?;
    fault::point("mail.noted");
    Ok(Some(state))
}

/// QUEUED → SENDING, or settles what cannot or must not be sent.
fn claim(ctx: &Context, id: i64) -> Result<Claim> {
    let now = ctx.now();
    ctx.db.write_tx(|connection| {
        // Asked again with each mail: once the switch is off, no further one begins.
        if switch::is_off(connection, now)? {
            return Ok(Claim::NotOurs);
        }
        let Some((found, claimed_until)) = mail::find_for_update(connection, id)? else { return Ok(Claim::NotOurs) };
        match found.state {
            MailState::Queued if found.next_attempt_at <= now => {}
            MailState::Sending if claimed_until.is_some_and(|until| until <= now) => {
                // Its worker died.
                if let MailStep::Close(state) = after_crash(found.kind, found.handing_over_at.is_some(), now) {
                    close(connection, &found, state, Some("the worker died during the hand-over"), now)?;
                    return Ok(Claim::Settled(state));
                }
                mail::requeue(connection, id, now, Some("the worker died before the outcome was known"))?;
            }
            _ => return Ok(Claim::NotOurs),
        }
        if found.not_after.is_some_and(|end| end <= now) {
            close(connection, &found, MailState::Expired, None, now)?;
            return Ok(Claim::Settled(MailState::Expired));
        }
        mail::claim(connection, id, &ctx.instance, now.plus(CLAIM))?;
        Ok(Claim::Ours(Box::new(found)))
    })
}

/// Renders and addresses a mail.
fn outgoing(ctx: &Context, claimed: &Mail, now: Time) -> Result<OutgoingMail> {
    let payload =
        claimed.payload.as_deref().ok_or_else(|| Error::Internal("an open mail has no payload".to_owned()))?;
    let rendered = if claimed.kind == MailKind::DormancyNotice {
        let notice = ctx.db.read(|connection| dormancy_notice::of_mail(connection, claimed.id))?;
        let notice = notice.ok_or_else(|| Error::Internal("a notice mail has no notice".to_owned()))?;
        let rules = &ctx.policy.lifecycle;
        render::render(
            claimed.kind,
            &render::dormancy_payload(payload, notice.basis_at, rules, &ctx.frontend_url, now),
        )?
    } else {
        render::render(claimed.kind, payload)?
    };
    // The same mail tried again carries the same id, so that a receiver's server can tell.
    let host = ctx.frontend_url.split("://").nth(1).unwrap_or_default().split([':', '/']).next().unwrap_or("zaro");
    Ok(OutgoingMail {
        id: claimed.id,
        to: claimed.recipient.clone(),
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
        message_id: format!("<zaro-{}-{}@{host}>", claimed.id, claimed.created_at.micros()),
    })
}

/// Notes the outcome of a mail, and of the notice it carries, in one transaction.
fn settle(ctx: &Context, claimed: &Mail, step: MailStep, words: Option<&str>) -> Result<MailState> {
    let now = ctx.now();
    ctx.db.write_tx(|connection| {
        match step {
            // Accepted or not, what the mail server said of a mail that is another worker's by now is noted only if it
            // is final.
            MailStep::Again(_) if !mail::is_claimed_by(connection, claimed.id, &ctx.instance)? => {
                Ok(MailState::Sending)
            }
            MailStep::Again(at) => mail::requeue(connection, claimed.id, at, words).map(|()| MailState::Queued),
            MailStep::Close(state) => close(connection, claimed, state, words, now).map(|()| state),
        }
    })
}

fn close(
    connection: &mut crate::db::Connection,
    claimed: &Mail,
    state: MailState,
    words: Option<&str>,
    now: Time,
) -> Result<()> {
    if mail::close(connection, claimed.id, state, words, now)? && claimed.kind == MailKind::DormancyNotice {
        dormancy_notice::close_with_mail(connection, claimed.id, notice_state(state), now)?;
    }
    Ok(())
}
