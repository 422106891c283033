//! Reports as a queue: those on one target folded into one, most urgent first.

use std::fmt::Write as _;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};

use super::report::Report;
use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::{comments, posts, reports, users};
use crate::types::{CommentId, HiddenReason, PostId, ReportId, ReportReason, ReportState, Target, Time, UserId};

/// Which reports are folded, and which of the folds are wanted. Ids, numbers and words of ours only.
#[derive(Clone, Debug)]
pub struct Fold {
    /// Only reports that stand here.
    pub state: ReportState,
    /// Only posts, or only comments.
    pub kind: Option<&'static str>,
    /// Only reports for this reason.
    pub reason: Option<ReportReason>,
    /// Only reports by this member.
    pub reporter: Option<UserId>,
    /// Only reports of what this member wrote.
    pub author: Option<UserId>,
    /// Only reports made before then.
    pub before: Option<Time>,
    /// Only reports made since then.
    pub since: Option<Time>,
    /// Only folds of at least so many points.
    pub weight_at_least: Option<i64>,
    /// Only folds of fewer points.
    pub weight_below: Option<i64>,
    /// Only folds after this one.
    pub after: Option<Place>,
    /// At most so many folds.
    pub limit: i64,
}

/// Where a fold stands in the queue: what it is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Points.
    pub points: i64,
    /// How many reports.
    pub reports: i64,
    /// Rank of the gravest reason.
    pub severity: i64,
    /// The oldest.
    pub oldest: Time,
    /// What was reported.
    pub target: Target,
}

impl Place {
    /// The condition that a fold stands after this one.
    fn passed(&self) -> String {
        let (post, comment) = match self.target {
            Target::Post(id) => (id.0, 0),
            Target::Comment(id) => (0, id.0),
        };
        let (posts, comments) = ("COALESCE(post_id, 0)", "COALESCE(comment_id, 0)");
        let Self { points, reports, severity, oldest, .. } = self;
        let oldest = oldest.micros();
        format!(
            "(points < {points} OR (points = {points} AND (reports < {reports} OR (reports = {reports} AND \
             (severity < {severity} OR (severity = {severity} AND (oldest > {oldest} OR (oldest = {oldest} AND \
             ({posts} > {post} OR ({posts} = {post} AND {comments} > {comment}))))))))))"
        )
    }
}

/// The reports of one target.
#[derive(Clone, Debug, QueryableByName)]
pub struct Folded {
    #[diesel(sql_type = Nullable<BigInt>)]
    post_id: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    comment_id: Option<i64>,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub reports: i64,
    /// Their points.
    #[diesel(sql_type = BigInt)]
    pub points: i64,
    /// Rank of the gravest reason.
    #[diesel(sql_type = BigInt)]
    pub severity: i64,
    /// The oldest.
    #[diesel(sql_type = BigInt)]
    pub oldest: i64,
}

impl Folded {
    /// What was reported.
    pub fn target(&self) -> Option<Target> {
        let post = self.post_id.map(|id| Target::Post(PostId(id)));
        post.or(self.comment_id.map(|id| Target::Comment(CommentId(id))))
    }
}

/// Folds, by points, number of reports, gravest reason and age.
pub fn fold(connection: &mut Connection, fold: &Fold, severity: impl Fn(ReportReason) -> i32) -> Result<Vec<Folded>> {
    let mut ranks = String::new();
    for reason in ReportReason::ALL {
        // Writing to a string cannot fail.
        let _ = write!(ranks, " WHEN '{reason}' THEN {}", severity(*reason));
    }
    let mut query = format!(
        "SELECT post_id, comment_id, COUNT(*) AS reports, CAST(SUM(weight) AS SIGNED) AS points, \
         CAST(MAX(CASE reason{ranks} ELSE 0 END) AS SIGNED) AS severity, MIN(created_at) AS oldest \
         FROM reports WHERE state = '{}'",
        fold.state
    );
    let mut and = |condition: Option<String>| {
        if let Some(condition) = condition {
            let _ = write!(query, " AND {condition}");
        }
    };
    and(fold.kind.map(|kind| format!("{}_id IS NOT NULL", kind.to_lowercase())));
    and(fold.reason.map(|reason| format!("reason = '{reason}'")));
    and(fold.reporter.map(|id| format!("reporter_id = {id}")));
    and(fold.author.map(|id| {
        format!(
            "(post_id IN (SELECT id FROM posts WHERE user_id = {id}) \
             OR comment_id IN (SELECT id FROM comments WHERE user_id = {id}))"
        )
    }));
    and(fold.before.map(|at| format!("created_at < {}", at.micros())));
    and(fold.since.map(|at| format!("created_at >= {}", at.micros())));
    let (least, below) = (fold.weight_at_least.unwrap_or(0), fold.weight_below.unwrap_or(i64::MAX));
    let after = fold.after.map(|place| format!(" AND {}", place.passed())).unwrap_or_default();
    let _ = write!(
        query,
        " GROUP BY post_id, comment_id HAVING SUM(weight) >= {least} AND SUM(weight) < {below}{after} \
         ORDER BY points DESC, reports DESC, severity DESC, oldest ASC, post_id ASC, comment_id ASC LIMIT {}",
        fold.limit
    );
    Ok(diesel::sql_query(query).load(connection)?)
}

/// The same reports, unfolded, for these targets, oldest first.
pub fn reports_of(connection: &mut Connection, fold: &Fold, targets: &[Target]) -> Result<Vec<FoldedReport>> {
    let (posts, comments) = split(targets);
    let mut found = Vec::new();
    for part in 0..2 {
        let mut query = reports::table
            .filter(dialect::unindexed(reports::state).eq(fold.state))
            .order(reports::id.asc())
            .select(FoldedReport::as_select())
            .into_boxed();
        query = if part == 0 {
            query.filter(reports::post_id.eq_any(&posts))
        } else {
            query.filter(reports::comment_id.eq_any(&comments))
        };
        if let Some(reason) = fold.reason {
            query = query.filter(reports::reason.eq(reason));
        }
        if let Some(reporter) = fold.reporter {
            query = query.filter(reports::reporter_id.eq(reporter));
        }
        if let Some(before) = fold.before {
            query = query.filter(reports::created_at.lt(before));
        }
        if let Some(since) = fold.since {
            query = query.filter(reports::created_at.ge(since));
        }
        found.extend(query.load(connection)?);
    }
    Ok(found)
}

/// A report inside a fold.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = reports)]
pub struct FoldedReport {
    /// Id.
    pub id: ReportId,
    post_id: Option<PostId>,
    comment_id: Option<CommentId>,
    /// Who reported.
    pub reporter_id: UserId,
    /// Why.
    pub reason: ReportReason,
    /// Grows with every claim and decision.
    pub version: i32,
    /// Who looks after it.
    pub claimed_by: Option<String>,
}

impl FoldedReport {
    /// What was reported.
    pub fn target(&self) -> Option<Target> {
        self.post_id.map(Target::Post).or(self.comment_id.map(Target::Comment))
    }
}

/// What was reported, as it is now.
#[derive(Clone, Debug, Queryable)]
pub struct Thing {
    /// Title of a post.
    pub title: Option<String>,
    /// The text of a comment, the preview of a post.
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
    pub report_weight: i32,
    /// Who wrote it.
    pub author: UserId,
    /// Their name.
    pub nickname: String,
}

/// These things with their authors, in no order.
pub fn things(connection: &mut Connection, targets: &[Target]) -> Result<Vec<(Target, Thing)>> {
    let (posts, comments) = split(targets);
    let of_posts: Vec<(PostId, PostColumns)> = posts::table
        .inner_join(users::table)
        .filter(posts::id.eq_any(&posts))
        .select((
            posts::id,
            (
                posts::title,
                posts::preview,
                posts::created_at,
                posts::deleted_at,
                posts::hidden_reason,
                posts::report_weight,
                users::id,
                users::nickname,
            ),
        ))
        .load(connection)?;
    let of_comments: Vec<(CommentId, CommentColumns)> = comments::table
        .inner_join(users::table.on(users::id.eq(comments::user_id)))
        .filter(comments::id.eq_any(&comments))
        .select((
            comments::id,
            (
                comments::post_id,
                comments::content,
                comments::created_at,
                comments::deleted_at,
                comments::hidden_reason,
                comments::report_weight,
                users::id,
                users::nickname,
            ),
        ))
        .load(connection)?;
    let posts = of_posts.into_iter().map(|(id, columns)| {
        let (title, content, created_at, deleted_at, hidden, report_weight, author, nickname) = columns;
        let title = Some(title);
        let thing =
            Thing { title, content, under: None, created_at, deleted_at, hidden, report_weight, author, nickname };
        (Target::Post(id), thing)
    });
    let comments = of_comments.into_iter().map(|(id, columns)| {
        let (post, content, created_at, deleted_at, hidden, report_weight, author, nickname) = columns;
        let (title, under) = (None, Some(post));
        let thing = Thing { title, content, under, created_at, deleted_at, hidden, report_weight, author, nickname };
        (Target::Comment(id), thing)
    });
    Ok(posts.chain(comments).collect())
}

/// The whole text of a post.
pub fn text_of(connection: &mut Connection, post: PostId) -> Result<Option<String>> {
    Ok(posts::table.find(post).select(posts::content).first(connection).optional()?)
}

type PostColumns = (String, String, Time, Option<Time>, Option<HiddenReason>, i32, UserId, String);
type CommentColumns = (PostId, String, Time, Option<Time>, Option<HiddenReason>, i32, UserId, String);

fn split(targets: &[Target]) -> (Vec<PostId>, Vec<CommentId>) {
    let posts = targets.iter().filter_map(|target| if let Target::Post(id) = target { Some(*id) } else { None });
    let comments = targets.iter().filter_map(|target| if let Target::Comment(id) = target { Some(*id) } else { None });
    (posts.collect(), comments.collect())
}

/// How the reports of these members were decided: member, state, number.
pub fn records(connection: &mut Connection, reporters: &[UserId]) -> Result<Vec<(UserId, ReportState, i64)>> {
    let decided = reports::table
        .filter(reports::reporter_id.eq_any(reporters))
        .filter(dialect::unindexed(reports::state).ne(ReportState::Open))
        .group_by((reports::reporter_id, reports::state))
        .select((reports::reporter_id, reports::state, diesel::dsl::count_star()));
    Ok(decided.load(connection)?)
}

/// Every report of a target, oldest first.
pub fn all_of(connection: &mut Connection, target: Target) -> Result<Vec<Report>> {
    let all = reports::table.order(reports::id.asc()).select(Report::as_select()).into_boxed();
    Ok(match target {
        Target::Post(id) => all.filter(reports::post_id.eq(id)).load(connection)?,
        Target::Comment(id) => all.filter(reports::comment_id.eq(id)).load(connection)?,
    })
}

/// Reports in this state of what a member wrote.
pub fn count_against(connection: &mut Connection, author: UserId, state: ReportState) -> Result<i64> {
    let posts = reports::table
        .inner_join(posts::table)
        .filter(posts::user_id.eq(author))
        .filter(dialect::unindexed(reports::state).eq(state));
    let comments = reports::table
        .inner_join(comments::table)
        .filter(comments::user_id.eq(author))
        .filter(dialect::unindexed(reports::state).eq(state));
    let of_posts: i64 = posts.count().get_result(connection)?;
    Ok(of_posts + comments.count().get_result::<i64>(connection)?)
}

/// How many posts and comments of a member are hidden.
pub fn count_hidden(connection: &mut Connection, author: UserId) -> Result<i64> {
    let hidden = posts::table.filter(posts::user_id.eq(author)).filter(posts::hidden_at.is_not_null());
    let of_posts: i64 = hidden.count().get_result(connection)?;
    let hidden = comments::table.filter(comments::user_id.eq(author)).filter(comments::hidden_at.is_not_null());
    Ok(of_posts + hidden.count().get_result::<i64>(connection)?)
}
