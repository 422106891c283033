//! Reporting posts and comments (RP1, RP2).

use serde::Deserialize;
use serde_json::json;

use crate::context::Context;
use crate::db::Connection;
use crate::error::{Code, Error, Result};
use crate::models::report::{self, NewReport};
use crate::models::report_target::{self, TargetState};
use crate::models::search_outbox;
use crate::policy::account::WhileSuspended;
use crate::policy::field::{Form, Input};
use crate::policy::report::{
    RECORD, TargetFacts, already_reported, check_reason_text, evidence, hides, may_report, weight,
};
use crate::service::actor::require_active;
use crate::service::effects::{self, Effect};
use crate::service::limit::take_if_counted;
use crate::service::moderation_log::{self, Act, By};
use crate::types::{HiddenReason, ReportReason, ReportState, Target, Time, UserId, Via};

/// Body of a report.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReportDraft {
    /// Why.
    pub reason_type: Input,
    /// Why, in words.
    pub reason_text: Input,
}

/// A report that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// Why.
    pub reason: ReportReason,
    /// Why, in words.
    pub text: Option<String>,
}

/// RL: counts a try to report, whatever becomes of it. Asked before the body is looked at (H6).
pub fn count_try(ctx: &Context, reporter: UserId) -> Result<()> {
    take_if_counted(ctx, &format!("reports:{reporter}"), &[ctx.policy.limits.reports])
}

/// RP1, RP2: reports a post or comment; with the report by which its points reach the edge it is hidden, once.
///
/// # Errors
/// By field (FC), by account state, then 404, one's own, and reported before, in this order (RP1).
pub fn create(ctx: &Context, reporter: UserId, target: Target, draft: &ReportDraft) -> Result<Reported> {
    let now = ctx.now();
    let checked = draft.check()?;
    ctx.db.write_tx(|connection| {
        require_active(connection, reporter, WhileSuspended::Refused, now)?;
        let state = report_target::for_update(connection, target)?;
        may_report(target, state.as_ref().map(facts), reporter)?;
        // Visible, so it is there.
        let state = state.ok_or_else(|| Error::from(Code::InternalServerError))?;
        let points = weight(&report::record(connection, reporter, RECORD.try_into().unwrap_or(i64::MAX))?);
        let new = NewReport {
            post_id: if let Target::Post(id) = target { Some(id) } else { None },
            comment_id: if let Target::Comment(id) = target { Some(id) } else { None },
            reporter_id: reporter,
            reason: checked.reason,
            reason_text: checked.text.clone(),
            weight: points,
            evidence: evidence(state.title.as_deref(), &state.content),
            state: ReportState::Open,
            created_at: now,
        };
        if report::insert(connection, &new)?.is_none() {
            return Err(already_reported(target).into());
        }
        report_target::move_reports(connection, target, 1, points)?;
        if hides(state.report_weight, state.report_weight + points) {
            hide(connection, target, (state.report_weight, state.report_weight + points), now)?;
        }
        Ok(())
    })?;
    // Hidden or not: a ring for nothing costs a look.
    effects::run(ctx, [Effect::Index]);
    Ok(checked)
}

/// RP2: hides what this transaction holds and has found visible.
fn hide(connection: &mut Connection, target: Target, (before, after): (i32, i32), now: Time) -> Result<()> {
    if !report_target::hide(connection, target, HiddenReason::Reports, now)? {
        return Err(Error::Internal(format!("{target} was hidden inside the transaction that holds it")));
    }
    reindex(connection, target, now)?;
    let act = Act {
        action: "HIDE",
        before: json!({ "hidden": null, "points": before }),
        after: json!({ "hidden": HiddenReason::Reports, "points": after }),
        reason: None,
        // No order of anybody's that could be taken back: showing it again is an act of its own.
        inverse: None,
        undoes: None,
    };
    moderation_log::append(connection, &By::system(Via::Api), target, &act, now)
}

/// Q8: a post that comes or goes is looked at again by the index; comments are not in it.
pub(crate) fn reindex(connection: &mut Connection, target: Target, now: Time) -> Result<()> {
    match target {
        Target::Post(id) => search_outbox::insert(connection, id, now),
        Target::Comment(_) => Ok(()),
    }
}

impl ReportDraft {
    /// FC: the reason, and its words where there are any; ETC needs some.
    fn check(&self) -> Result<Reported> {
        let mut form = Form::new();
        let reason = form.required("reasonType", &self.reason_type, Code::ReasonTypeRequired, |text| {
            ReportReason::parse(text).ok_or(Code::InvalidEnum)
        });
        let text = if reason == Some(ReportReason::Etc) {
            let needed = Code::ReasonTextRequiredForEtc;
            form.required("reasonText", &self.reason_text, needed, words)
        } else {
            form.optional("reasonText", &self.reason_text, words)
        };
        form.finish()?;
        Ok(Reported { reason: reason.ok_or_else(|| Error::from(Code::InvalidRequest))?, text })
    }
}

fn words(text: &str) -> Result<String, Code> {
    check_reason_text(text).map(|()| text.to_owned())
}

fn facts(state: &TargetState) -> TargetFacts {
    TargetFacts { author: state.author, visible: state.deleted_at.is_none() && state.hidden.is_none() }
}
