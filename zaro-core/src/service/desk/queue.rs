//! What waits for the operators, most urgent first.

use std::collections::HashMap;

use serde::Serialize;

use crate::context::Context;
use crate::error::Result;
use crate::models::report_queue::{self, Fold, Place, Thing};
use crate::policy::report::severity;
use crate::types::{HiddenReason, ReportId, ReportReason, ReportState, Target, Time, UserId, cut};

/// Characters of a text in a line of the queue.
const EXCERPT: usize = 80;
/// Targets in one statement, far below what either database takes.
const PER_STATEMENT: usize = 1000;

/// Which reports an operator wants to see. Those on one target are one item; reports that the filter leaves out count
/// for nothing in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueFilter {
    /// Only reports that stand here.
    pub state: ReportState,
    /// Only of posts or only of comments, as [`Target::kind`] names them.
    pub kind: Option<&'static str>,
    /// Only for this reason.
    pub reason: Option<ReportReason>,
    /// Only by this member.
    pub reporter: Option<UserId>,
    /// Only of what this member wrote.
    pub author: Option<UserId>,
    /// Only made before then.
    pub before: Option<Time>,
    /// Only made since then.
    pub since: Option<Time>,
    /// Only items of at least so many points.
    pub weight_at_least: Option<i64>,
    /// Only items of fewer points.
    pub weight_below: Option<i64>,
    /// Only items after this one: the next page.
    pub after: Option<Place>,
    /// At most so many items.
    pub limit: i64,
}

impl Default for QueueFilter {
    fn default() -> Self {
        Self {
            state: ReportState::Open,
            kind: None,
            reason: None,
            reporter: None,
            author: None,
            before: None,
            since: None,
            weight_at_least: None,
            weight_below: None,
            after: None,
            limit: 1000,
        }
    }
}

/// The reports on one post or comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    /// What was reported.
    #[serde(flatten)]
    pub target: Target,
    /// The reports, oldest first, with the versions that were seen.
    pub reports: Vec<ItemReport>,
    /// Points of these reports.
    pub points: i64,
    /// The gravest reason.
    pub reason: ReportReason,
    /// When the oldest was made.
    pub oldest_at: Time,
    /// Who looks after them.
    pub claimed_by: Option<String>,
    /// Who wrote it.
    pub author: UserId,
    /// Their name.
    pub nickname: String,
    /// Title of a post, else the beginning of the text.
    pub excerpt: String,
    /// Who hid it.
    pub hidden: Option<HiddenReason>,
    /// Whether it is deleted.
    pub deleted: bool,
}

impl Item {
    /// Where it stands, for the page after it.
    pub fn place(&self) -> Place {
        Place {
            points: self.points,
            reports: i64::try_from(self.reports.len()).unwrap_or(i64::MAX),
            severity: severity(self.reason).into(),
            oldest: self.oldest_at,
            target: self.target,
        }
    }
}

/// A report in an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ItemReport {
    /// Id.
    pub id: ReportId,
    /// As seen.
    pub version: i32,
    /// Who reported.
    pub reporter: UserId,
    /// Why.
    pub reason: ReportReason,
}

/// What waits, by points, then by number of reports, then by the gravest reason, then by age.
pub fn queue(ctx: &Context, filter: &QueueFilter) -> Result<Vec<Item>> {
    let fold = fold(filter);
    ctx.db.read(|connection| {
        let folded = report_queue::fold(connection, &fold, severity)?;
        let targets: Vec<Target> = folded.iter().filter_map(report_queue::Folded::target).collect();
        let mut things: HashMap<Target, Thing> = HashMap::new();
        let mut reports: HashMap<Target, Vec<report_queue::FoldedReport>> = HashMap::new();
        for part in targets.chunks(PER_STATEMENT) {
            things.extend(report_queue::things(connection, part)?);
            for report in report_queue::reports_of(connection, &fold, part)? {
                if let Some(target) = report.target() {
                    reports.entry(target).or_default().push(report);
                }
            }
        }
        let items = folded.iter().filter_map(|folded| {
            let target = folded.target()?;
            let reports = reports.remove(&target)?;
            let thing = things.remove(&target)?;
            Some(item(target, thing, &reports, folded.points, Time::from_micros(folded.oldest)))
        });
        Ok(items.collect())
    })
}

fn item(target: Target, thing: Thing, reports: &[report_queue::FoldedReport], points: i64, oldest_at: Time) -> Item {
    let gravest = reports.iter().map(|report| report.reason).max_by_key(|reason| severity(*reason));
    Item {
        target,
        points,
        reason: gravest.unwrap_or(ReportReason::Etc),
        oldest_at,
        claimed_by: reports.iter().find_map(|report| report.claimed_by.clone()),
        author: thing.author,
        nickname: thing.nickname,
        excerpt: cut(thing.title.as_deref().unwrap_or(&thing.content), EXCERPT),
        hidden: thing.hidden,
        deleted: thing.deleted_at.is_some(),
        reports: reports
            .iter()
            .map(|report| ItemReport {
                id: report.id,
                version: report.version,
                reporter: report.reporter_id,
                reason: report.reason,
            })
            .collect(),
    }
}

fn fold(filter: &QueueFilter) -> Fold {
    Fold {
        state: filter.state,
        kind: filter.kind,
        reason: filter.reason,
        reporter: filter.reporter,
        author: filter.author,
        before: filter.before,
        since: filter.since,
        weight_at_least: filter.weight_at_least,
        weight_below: filter.weight_below,
        after: filter.after,
        limit: filter.limit,
    }
}
