//! Everything an operator needs to decide about one post or comment, and the acts that a decision is made of.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;

use super::act::Act;
use super::carry_out::{find_report, target_of};
use crate::context::Context;
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::models::moderation_log::{self, LogEntry};
use crate::models::report::Report;
use crate::models::{report_queue, sanction, user};
use crate::policy::report::severity;
use crate::service::sanction::{Measure, facts};
use crate::types::{
    HiddenReason, PostId, ReportId, ReportReason, ReportState, SanctionId, SanctionKind, SanctionState, Status, Target,
    Time, UserId,
};

/// Measures of the author that are shown, newest first.
const SANCTIONS: i64 = 20;

/// A post or comment with its reports and its author.
#[derive(Clone, Debug, Serialize)]
pub struct Case {
    /// What was reported.
    #[serde(flatten)]
    pub target: Target,
    /// Title of a post, now.
    pub title: Option<String>,
    /// Text, now.
    pub content: String,
    /// The post that a comment stands under.
    pub under: Option<PostId>,
    /// When it was written.
    pub created_at: Time,
    /// Since when deleted.
    pub deleted_at: Option<Time>,
    /// Who hid it.
    pub hidden: Option<HiddenReason>,
    /// Points of its reports that are not rejected.
    pub points: i32,
    /// Who wrote it.
    pub author: Author,
    /// All reports of it, oldest first.
    pub reports: Vec<CaseReport>,
    /// What was done to it and to its reports.
    #[serde(skip)]
    pub history: Vec<LogEntry>,
}

/// What is known of the author of something reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Author {
    /// Who.
    pub id: UserId,
    /// Name.
    pub nickname: String,
    /// Where the member stands.
    pub status: Status,
    /// Until when the member cannot write.
    pub suspended_until: Option<Time>,
    /// When the member signed up.
    pub created_at: Time,
    /// The latest measures, newest first.
    pub sanctions: Vec<AuthorSanction>,
    /// Reports of what the member wrote that were accepted.
    pub accepted_reports: i64,
    /// Posts and comments that are hidden.
    pub hidden_things: i64,
    /// Open reports of other things that the member wrote.
    pub open_elsewhere: i64,
}

/// A measure against the author.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuthorSanction {
    /// Id.
    pub id: SanctionId,
    /// What it is.
    pub kind: SanctionKind,
    /// Why.
    pub reason: ReportReason,
    /// Where it stands.
    pub state: SanctionState,
    /// Since when.
    pub starts_at: Time,
    /// When it ends by itself, if ever.
    pub ends_at: Option<Time>,
    /// Who gave it.
    pub created_by: String,
}

/// A report with what is known of who made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseReport {
    /// Id.
    pub id: ReportId,
    /// As seen.
    pub version: i32,
    /// Why.
    pub reason: ReportReason,
    /// Why, in words.
    pub reason_text: Option<String>,
    /// Points.
    pub weight: i32,
    /// Title and text as they were.
    pub evidence: Option<Value>,
    /// Where it stands.
    pub state: ReportState,
    /// Who looks after it.
    pub claimed_by: Option<String>,
    /// Since when.
    pub claimed_at: Option<Time>,
    /// Who decided.
    pub handled_by: Option<String>,
    /// When.
    pub handled_at: Option<Time>,
    /// When it was made.
    pub created_at: Time,
    /// Who reported.
    pub reporter: UserId,
    /// Their name.
    pub nickname: String,
    /// How many of their reports were accepted.
    pub accepted: i64,
    /// How many were decided.
    pub decided: i64,
}

/// What an operator decides about a case; the acts follow from how the case stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Look after its open reports, or do so no more.
    pub claim: Option<bool>,
    /// The open reports are right, or wrong.
    pub accept: Option<bool>,
    /// Hide it.
    pub hide: bool,
    /// Show it again and take a deletion back.
    pub restore: bool,
    /// Delete it.
    pub delete: bool,
    /// Measures against its author.
    pub measures: Vec<Measure>,
    /// Text for the author.
    pub message: Option<String>,
}

/// The case of this report.
///
/// # Errors
/// [`Error::Precondition`] when there is no such report.
pub fn case(ctx: &Context, report: ReportId) -> Result<Case> {
    let now = ctx.now();
    ctx.db.read(|connection| {
        let target = target_of(&find_report(connection, report)?)?;
        load(connection, target, now)
    })
}

/// The case of this post or comment.
///
/// # Errors
/// [`Error::Precondition`] when there is no such thing.
pub fn case_of(ctx: &Context, target: Target) -> Result<Case> {
    let now = ctx.now();
    ctx.db.read(|connection| load(connection, target, now))
}

/// The acts that this verdict is, in the order in which they are carried out.
pub fn acts_of(case: &Case, verdict: &Verdict) -> Vec<Act> {
    let open: Vec<&CaseReport> = case.reports.iter().filter(|report| report.state == ReportState::Open).collect();
    let each = |make: fn(ReportId, i32) -> Act| -> Vec<Act> {
        open.iter().map(|report| make(report.id, report.version)).collect()
    };
    let mut acts = match verdict.claim {
        Some(true) => each(|report, seen| Act::ReportClaim { report, seen }),
        Some(false) => {
            let mine = open.iter().filter(|report| report.claimed_by.is_some());
            mine.map(|report| Act::ReportRelease { report: report.id, seen: report.version }).collect()
        }
        None => Vec::new(),
    };
    let target = case.target;
    if verdict.restore {
        if case.deleted_at.is_some() {
            acts.push(Act::Undelete { target });
        }
        if case.hidden.is_some() {
            // It rejects the open reports itself.
            acts.push(Act::Unhide { target });
            return acts;
        }
    }
    match verdict.accept {
        Some(true) => acts.extend(each(|report, seen| Act::ReportAccept { report, seen })),
        Some(false) => acts.extend(each(|report, seen| Act::ReportReject { report, seen })),
        None => {}
    }
    // Accepting has made a hiding by reports the operators' own.
    let taken_over = case.hidden == Some(HiddenReason::Reports) && verdict.accept == Some(true) && !open.is_empty();
    if verdict.hide && case.deleted_at.is_none() && case.hidden != Some(HiddenReason::Operator) && !taken_over {
        acts.push(Act::Hide { target });
    }
    if verdict.delete && case.deleted_at.is_none() {
        acts.push(Act::Delete { target });
    }
    let gravest = open.iter().map(|report| report.reason).max_by_key(|reason| severity(*reason));
    let reason = gravest.unwrap_or(ReportReason::Etc);
    acts.extend(verdict.measures.iter().map(|measure| Act::Impose {
        member: case.author.id,
        measure: *measure,
        reason,
        message: verdict.message.clone(),
    }));
    acts
}

fn load(connection: &mut Connection, target: Target, now: Time) -> Result<Case> {
    let (_, thing) = report_queue::things(connection, &[target])?
        .pop()
        .ok_or_else(|| Error::Precondition(format!("there is no {target}")))?;
    let whole = match target {
        Target::Post(id) => report_queue::text_of(connection, id)?,
        Target::Comment(_) => None,
    };
    let reports = report_queue::all_of(connection, target)?;
    let mut history = moderation_log::of_target(connection, target.kind(), target.id())?;
    for report in &reports {
        history.extend(moderation_log::of_target(connection, "REPORT", report.id.0)?);
    }
    history.sort_by_key(|entry| entry.id);
    let still_open = reports.iter().filter(|report| report.state == ReportState::Open).count();
    let author = author(connection, thing.author, still_open, now)?;
    Ok(Case {
        target,
        title: thing.title,
        content: whole.unwrap_or(thing.content),
        under: thing.under,
        created_at: thing.created_at,
        deleted_at: thing.deleted_at,
        hidden: thing.hidden,
        points: thing.report_weight,
        author,
        reports: with_reporters(connection, reports)?,
        history,
    })
}

fn author(connection: &mut Connection, id: UserId, open_here: usize, now: Time) -> Result<Author> {
    let member = user::find(connection, id)?.ok_or_else(|| Error::Internal(format!("author {id} is gone")))?;
    let sanctions = sanction::of_user(connection, id, SANCTIONS)?;
    let open = report_queue::count_against(connection, id, ReportState::Open)?;
    Ok(Author {
        id,
        nickname: member.nickname,
        status: member.status,
        suspended_until: member.suspended_until,
        created_at: member.created_at,
        sanctions: sanctions
            .into_iter()
            .map(|(sanction, _)| AuthorSanction {
                state: facts(&sanction).state(now),
                id: sanction.id,
                kind: sanction.kind,
                reason: sanction.reason,
                starts_at: sanction.starts_at,
                ends_at: sanction.ends_at,
                created_by: sanction.created_by,
            })
            .collect(),
        accepted_reports: report_queue::count_against(connection, id, ReportState::Accepted)?,
        hidden_things: report_queue::count_hidden(connection, id)?,
        open_elsewhere: open - i64::try_from(open_here).unwrap_or(0),
    })
}

fn with_reporters(connection: &mut Connection, reports: Vec<Report>) -> Result<Vec<CaseReport>> {
    let reporters: Vec<UserId> = reports.iter().map(|report| report.reporter_id).collect();
    let names: HashMap<UserId, String> = user::nicknames(connection, &reporters)?.into_iter().collect();
    let mut records: HashMap<UserId, (i64, i64)> = HashMap::new();
    for (reporter, state, count) in report_queue::records(connection, &reporters)? {
        let record = records.entry(reporter).or_default();
        record.1 += count;
        if state == ReportState::Accepted {
            record.0 += count;
        }
    }
    let cases = reports.into_iter().map(|report| {
        let (accepted, decided) = records.get(&report.reporter_id).copied().unwrap_or_default();
        CaseReport {
            id: report.id,
            version: report.version,
            reason: report.reason,
            weight: report.weight,
            evidence: report.evidence.as_deref().and_then(|text| serde_json::from_str(text).ok()),
            state: report.state,
            nickname: names.get(&report.reporter_id).cloned().unwrap_or_default(),
            reporter: report.reporter_id,
            reason_text: report.reason_text,
            claimed_by: report.claimed_by,
            claimed_at: report.claimed_at,
            handled_by: report.handled_by,
            handled_at: report.handled_at,
            created_at: report.created_at,
            accepted,
            decided,
        }
    });
    Ok(cases.collect())
}
