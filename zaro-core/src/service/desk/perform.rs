//! Carrying acts out, and showing beforehand what they will do.

use serde::Serialize;
use serde_json::{Map, Value};

use super::act::Act;
use super::carry_out::{carry_out, rows_of};
use super::entry::{Inverse, difference, picture};
use crate::context::Context;
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::models::{report, row_state};
use crate::service::effects::{self, Effect};
use crate::service::moderation_log::{self, By};
use crate::service::place::BUSY;
use crate::types::{Target, Time};

/// How often a merge is tried while members go on saving the place.
const TRIES: u32 = 20;

/// What an act did, or will do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// Number of its entry in the log; nothing beforehand.
    pub entry: Option<i64>,
    /// What is done.
    pub action: String,
    /// To what.
    pub target_kind: String,
    /// To which.
    pub target_id: i64,
    /// The columns that change, before.
    pub before: Map<String, Value>,
    /// The same, after.
    pub after: Map<String, Value>,
    /// How many mails it writes.
    pub mails: usize,
    /// Why it can never be undone, where it cannot.
    pub forever: Option<&'static str>,
    /// The row that it makes, if any.
    pub made: Option<i64>,
    #[serde(skip)]
    inverse: Option<String>,
}

/// Carries these acts out in one transaction: all of them, or none.
///
/// # Errors
/// [`Error::Conflict`] when somebody else has decided meanwhile, [`Error::Precondition`] for what cannot be done as
/// things stand.
pub fn perform(ctx: &Context, by: &By, acts: &[Act], reason: Option<&str>) -> Result<Vec<Step>> {
    let now = ctx.now();
    let mut tries = 0;
    let (steps, effects) = loop {
        tries += 1;
        let done = ctx.db.write_tx(|connection| {
            let (mut steps, effects) = run(ctx, connection, by, acts, now)?;
            // Last, as everybody locks the log last.
            for step in &mut steps {
                let entry = moderation_log::Act {
                    action: &step.action,
                    before: Value::Object(step.before.clone()),
                    after: Value::Object(step.after.clone()),
                    reason,
                    inverse: step.inverse.clone(),
                    undoes: None,
                };
                let target = (step.target_kind.as_str(), step.target_id);
                step.entry = Some(moderation_log::append_to(connection, by, target, &step.action, &entry, now)?);
            }
            Ok((steps, effects))
        });
        match done {
            Err(Error::Unavailable { what, .. }) if what == BUSY && tries < TRIES => {}
            other => break other?,
        }
    };
    effects::run(ctx, effects);
    if steps.iter().any(|step| step.mails > 0) {
        ctx.mail_bell.ring();
    }
    Ok(steps)
}

/// What these acts will do: they are carried out and taken back again.
///
/// # Errors
/// As [`perform`].
pub fn preview(ctx: &Context, by: &By, acts: &[Act]) -> Result<Vec<Step>> {
    let now = ctx.now();
    rolled_back(ctx, |connection| run(ctx, connection, by, acts, now).map(|(steps, _)| steps))
}

/// Runs `work` in a write transaction and takes everything back that it did.
pub(super) fn rolled_back<T>(ctx: &Context, mut work: impl FnMut(&mut Connection) -> Result<T>) -> Result<T> {
    let mut seen = None;
    let undone: Result<()> = ctx.db.write_tx(|connection| {
        // A transaction that is run again begins anew.
        seen = None;
        seen = Some(work(connection)?);
        // Whatever is not a value takes the transaction back.
        Err(Error::Internal("a look beforehand changes nothing".to_owned()))
    });
    match (seen, undone) {
        (Some(seen), Err(Error::Internal(_))) => Ok(seen),
        (_, Err(error)) => Err(error),
        (_, Ok(())) => Err(Error::Internal("a look beforehand was committed".to_owned())),
    }
}

/// Carries them out, and tells what each has changed; writes nothing into the log.
fn run(
    ctx: &Context,
    connection: &mut Connection,
    by: &By,
    acts: &[Act],
    now: Time,
) -> Result<(Vec<Step>, Vec<Effect>)> {
    let mut all = Vec::new();
    for act in acts {
        all.extend(rows_of(connection, act)?);
    }
    row_state::hold(connection, &all)?;
    let (mut steps, mut effects) = (Vec::new(), Vec::new());
    for act in acts {
        let step = run_one(ctx, connection, by, act, now, &mut effects)?;
        steps.push(step);
        if let Act::Unhide { target } = act {
            let rejected = reject_open(ctx, connection, by, *target, now, &mut effects)?;
            if let Some(shown) = steps.last_mut() {
                let following = i64::try_from(rejected.len()).unwrap_or(i64::MAX);
                shown.inverse = Some(Inverse::PutBack { following, mails: Vec::new() }.write()?);
            }
            steps.extend(rejected);
        }
    }
    Ok((steps, effects))
}

fn run_one(
    ctx: &Context,
    connection: &mut Connection,
    by: &By,
    act: &Act,
    now: Time,
    effects: &mut Vec<Effect>,
) -> Result<Step> {
    let rows = rows_of(connection, act)?;
    let before = picture(connection, rows.iter().copied())?;
    let done = carry_out(ctx, connection, by, act, now)?;
    let after = picture(connection, rows.into_iter().chain(done.made))?;
    let (before, mut after) = difference(&before, &after);
    after.extend(done.told);
    effects.extend(done.effects);
    let (target_kind, target_id) = act.target();
    let inverse = match act.forever() {
        None => Some(Inverse::PutBack { following: 0, mails: done.mails.clone() }.write()?),
        Some(_) => None,
    };
    Ok(Step {
        entry: None,
        action: act.name(),
        target_kind: target_kind.to_owned(),
        target_id,
        before,
        after,
        mails: done.mails.len(),
        forever: act.forever(),
        made: done.made.map(|key| key.place().1),
        inverse,
    })
}

/// RP4: after an unhiding the open reports are rejected, each of which is an act of its own.
fn reject_open(
    ctx: &Context,
    connection: &mut Connection,
    by: &By,
    target: Target,
    now: Time,
    effects: &mut Vec<Effect>,
) -> Result<Vec<Step>> {
    let open = report::open_of(connection, target)?;
    let rejections = open.iter().map(|report| Act::ReportReject { report: report.id, seen: report.version });
    rejections.map(|act| run_one(ctx, connection, by, &act, now, effects)).collect()
}
