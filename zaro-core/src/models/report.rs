//! Table `reports`: of posts and of comments.

use diesel::prelude::*;

use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::reports;
use crate::types::{CommentId, PostId, ReportId, ReportReason, ReportState, Target, Time, UserId};

/// A report to be.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = reports, treat_none_as_default_value = false)]
pub struct NewReport {
    /// The post, when it is one.
    pub post_id: Option<PostId>,
    /// The comment, when it is one.
    pub comment_id: Option<CommentId>,
    /// Who reports.
    pub reporter_id: UserId,
    /// Why.
    pub reason: ReportReason,
    /// Why, in words.
    pub reason_text: Option<String>,
    /// Points, fixed now.
    pub weight: i32,
    /// JSON of what was there to be seen.
    pub evidence: String,
    /// OPEN.
    pub state: ReportState,
    /// Now.
    pub created_at: Time,
}

/// A report.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = reports)]
pub struct Report {
    /// Id.
    pub id: ReportId,
    post_id: Option<PostId>,
    comment_id: Option<CommentId>,
    /// Who reported.
    pub reporter_id: UserId,
    /// Why.
    pub reason: ReportReason,
    /// Why, in words.
    pub reason_text: Option<String>,
    /// Points.
    pub weight: i32,
    /// JSON of what was there to be seen.
    pub evidence: Option<String>,
    /// Where it stands.
    pub state: ReportState,
    /// Who looks after it.
    pub claimed_by: Option<String>,
    /// Since when.
    pub claimed_at: Option<Time>,
    /// Grows with every claim and decision.
    pub version: i32,
    /// Who decided.
    pub handled_by: Option<String>,
    /// When.
    pub handled_at: Option<Time>,
    /// When it was made.
    pub created_at: Time,
}

impl Report {
    /// What was reported; a check of the table lets exactly one be there.
    pub fn target(&self) -> Option<Target> {
        self.post_id.map(Target::Post).or(self.comment_id.map(Target::Comment))
    }
}

/// RP1: inserts a report; nothing when this member has reported the same thing before.
pub fn insert(connection: &mut Connection, report: &NewReport) -> Result<Option<ReportId>> {
    if dialect::insert_ignore!(connection, reports::table, report)? == 0 {
        return Ok(None);
    }
    Ok(Some(ReportId(dialect::last_id(connection)?)))
}

/// The report with this id.
pub fn find(connection: &mut Connection, id: ReportId) -> Result<Option<Report>> {
    Ok(reports::table.find(id).select(Report::as_select()).first(connection).optional()?)
}

/// RP2: how the latest decided reports of a member ended.
pub fn record(connection: &mut Connection, reporter: UserId, limit: i64) -> Result<Vec<ReportState>> {
    let decided = reports::table
        .filter(reports::reporter_id.eq(reporter))
        .filter(dialect::unindexed(reports::state).ne(ReportState::Open))
        .order((reports::created_at.desc(), reports::id.desc()))
        .limit(limit);
    Ok(decided.select(reports::state).load(connection)?)
}

/// How many reports wait for the operators, and since when the oldest does.
pub fn waiting(connection: &mut Connection) -> Result<(i64, Option<Time>)> {
    let open = reports::table.filter(reports::state.eq(ReportState::Open));
    let found: (i64, Option<i64>) =
        open.select((diesel::dsl::count_star(), diesel::dsl::min(reports::created_at))).first(connection)?;
    Ok((found.0, found.1.map(Time::from_micros)))
}

/// RP4: decides an open report as it was seen; false when somebody has decided meanwhile.
pub fn decide(
    connection: &mut Connection,
    id: ReportId,
    seen: i32,
    state: ReportState,
    by: &str,
    now: Time,
) -> Result<bool> {
    let as_seen = reports::table
        .filter(reports::id.eq(id))
        .filter(dialect::unindexed(reports::state).eq(ReportState::Open))
        .filter(reports::version.eq(seen));
    let decided = diesel::update(as_seen)
        .set((
            reports::state.eq(state),
            reports::version.eq(reports::version + 1),
            reports::handled_by.eq(by),
            reports::handled_at.eq(now),
        ))
        .execute(connection)?;
    Ok(decided == 1)
}

/// Notes who looks after an open report as it was seen, or that nobody does; false when it has changed meanwhile.
pub fn claim(connection: &mut Connection, id: ReportId, seen: i32, claim: Option<(&str, Time)>) -> Result<bool> {
    let as_seen = reports::table
        .filter(reports::id.eq(id))
        .filter(dialect::unindexed(reports::state).eq(ReportState::Open))
        .filter(reports::version.eq(seen));
    let claimed = diesel::update(as_seen)
        .set((
            reports::claimed_by.eq(claim.map(|(by, _)| by)),
            reports::claimed_at.eq(claim.map(|(_, at)| at)),
            reports::version.eq(reports::version + 1),
        ))
        .execute(connection)?;
    Ok(claimed == 1)
}

/// Every open report of a target, oldest first.
pub fn open_of(connection: &mut Connection, target: Target) -> Result<Vec<Report>> {
    let open = reports::table
        .filter(dialect::unindexed(reports::state).eq(ReportState::Open))
        .order(reports::id.asc())
        .select(Report::as_select())
        .into_boxed();
    let of_target = match target {
        Target::Post(id) => open.filter(reports::post_id.eq(id)),
        Target::Comment(id) => open.filter(reports::comment_id.eq(id)),
    };
    Ok(of_target.load(connection)?)
}
