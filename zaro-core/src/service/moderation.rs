//! What operators do about reports and what they hide (RP4).

use serde_json::{Value, json};

use crate::context::Context;
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::models::report::{self, Report};
use crate::models::report_target::{self, TargetState};
use crate::policy::report::comes_back;
use crate::service::effects::{self, Effect};
use crate::service::moderation_log::{self, Act, By};
use crate::service::report::reindex;
use crate::types::{HiddenReason, ReportId, ReportState, Target, Time, cut};

/// An operator's verdict on a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The report is right: a hiding by reports becomes the operators' own.
    Accept,
    /// It is not: its points are taken back.
    Reject,
}

/// Reports that wait for a verdict, oldest first, after this one.
pub fn open_reports(ctx: &Context, after: Option<(Time, ReportId)>, limit: i64) -> Result<Vec<Report>> {
    ctx.db.read(|connection| report::open(connection, after, limit))
}

/// Decides an open report; `seen` is its version as the operator saw it.
///
/// # Errors
/// [`Error::Precondition`] when there is no such report, and when somebody has decided it meanwhile.
pub fn decide(ctx: &Context, by: &By, id: ReportId, seen: i32, verdict: Verdict, reason: Option<&str>) -> Result<()> {
    let now = ctx.now();
    ctx.db.write_tx(|connection| {
        let report = find(connection, id)?;
        let target = report.target().ok_or_else(|| Error::Internal(format!("report {id} has no target")))?;
        let before = hold(connection, target)?;
        let state = match verdict {
            Verdict::Accept => ReportState::Accepted,
            Verdict::Reject => ReportState::Rejected,
        };
        if !report::decide(connection, id, seen, state, &by.actor, now)? {
            return Err(decided_already(&find(connection, id)?));
        }
        let act = Act {
            action: verdict.word(),
            before: json!({ "state": ReportState::Open, "version": seen }),
            after: json!({ "state": state, "version": seen + 1 }),
            reason,
        };
        let action = format!("REPORT_{}", verdict.word());
        moderation_log::append_to(connection, by, ("REPORT", id.0), &action, &act, now)?;
        match verdict {
            Verdict::Accept => keep_hidden(connection, by, target, &before, now),
            Verdict::Reject => {
                report_target::move_reports(connection, target, -1, -report.weight)?;
                let points = before.report_weight - report.weight;
                if comes_back(before.hidden, points) {
                    show(connection, by, target, &before, Change { points, reason: None }, now)?;
                }
                Ok(())
            }
        }
    })?;
    effects::run(ctx, [Effect::Index]);
    Ok(())
}

/// Hides a post or comment, until an operator shows it again; a hiding by reports becomes the operators' own.
///
/// # Errors
/// [`Error::Precondition`] when there is no such thing, it is deleted, or operators have hidden it already.
pub fn hide(ctx: &Context, by: &By, target: Target, reason: &str) -> Result<()> {
    let now = ctx.now();
    ctx.db.write_tx(|connection| {
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
        let act = Act {
            action: "HIDE",
            before: state(before.hidden, before.report_weight),
            after: state(Some(HiddenReason::Operator), before.report_weight),
            reason: Some(reason),
        };
        moderation_log::append(connection, by, target, &act, now)
    })?;
    effects::run(ctx, [Effect::Index]);
    Ok(())
}

/// Shows a hidden post or comment again and rejects its open reports, so that one more does not hide it again.
///
/// # Errors
/// [`Error::Precondition`] when there is no such thing or it is not hidden.
pub fn unhide(ctx: &Context, by: &By, target: Target, reason: &str) -> Result<()> {
    let now = ctx.now();
    ctx.db.write_tx(|connection| {
        let before = hold(connection, target)?;
        if before.hidden.is_none() {
            return Err(Error::Precondition(format!("{target} is not hidden")));
        }
        let (count, weight) = report::reject_open(connection, target, &by.actor, now)?;
        report_target::move_reports(connection, target, -count, -weight)?;
        let change = Change { points: before.report_weight - weight, reason: Some(reason) };
        show(connection, by, target, &before, change, now)
    })?;
    effects::run(ctx, [Effect::Index]);
    Ok(())
}

impl Verdict {
    const fn word(self) -> &'static str {
        match self {
            Self::Accept => "ACCEPT",
            Self::Reject => "REJECT",
        }
    }
}

/// What showing something again is about.
#[derive(Clone, Copy)]
struct Change<'a> {
    points: i32,
    reason: Option<&'a str>,
}

fn find(connection: &mut Connection, id: ReportId) -> Result<Report> {
    report::find(connection, id)?.ok_or_else(|| Error::Precondition(format!("there is no report {id}")))
}

fn hold(connection: &mut Connection, target: Target) -> Result<TargetState> {
    let found = report_target::for_update(connection, target)?;
    found.ok_or_else(|| Error::Precondition(format!("there is no {target}")))
}

fn decided_already(report: &Report) -> Error {
    let (id, state) = (report.id, report.state.as_str().to_lowercase());
    match &report.handled_by {
        Some(who) => Error::Precondition(format!("report {id} was {state} by {} meanwhile", cut(who, 64))),
        None => Error::Precondition(format!("report {id} has changed meanwhile\nhint: look at it again")),
    }
}

/// RP4: accepting turns a hiding by reports into the operators' own.
fn keep_hidden(connection: &mut Connection, by: &By, target: Target, before: &TargetState, now: Time) -> Result<()> {
    if !report_target::take_over(connection, target)? {
        return Ok(());
    }
    let act = Act {
        action: "HIDE",
        before: state(before.hidden, before.report_weight),
        after: state(Some(HiddenReason::Operator), before.report_weight),
        reason: None,
    };
    moderation_log::append(connection, by, target, &act, now)
}

fn show(
    connection: &mut Connection,
    by: &By,
    target: Target,
    before: &TargetState,
    change: Change<'_>,
    now: Time,
) -> Result<()> {
    changed(report_target::unhide(connection, target)?, target)?;
    reindex(connection, target, now)?;
    let act = Act {
        action: "UNHIDE",
        before: state(before.hidden, before.report_weight),
        after: state(None, change.points),
        reason: change.reason,
    };
    moderation_log::append(connection, by, target, &act, now)
}

fn state(hidden: Option<HiddenReason>, points: i32) -> Value {
    json!({ "hidden": hidden, "points": points })
}

/// A change of what this transaction holds, which cannot have missed.
fn changed(done: bool, target: Target) -> Result<()> {
    if done { Ok(()) } else { Err(Error::Internal(format!("{target} changed inside the transaction that holds it"))) }
}
