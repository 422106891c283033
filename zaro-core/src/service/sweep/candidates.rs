//! Members whom a rule may concern, found in the order of the rule's index.
//!
//! A plan over a million members asks a hundred times; so each rule has one query, which reads its index and nothing
//! that its decision does not look at.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::rule::Rule;
use crate::db::Connection;
use crate::error::Result;
use crate::policy::account::{MemberFacts, NoticeFacts};
use crate::policy::retention::{Lifecycle, latest_due};
use crate::schema::{account_tokens, dormancy_notices, users};
use crate::types::{NoticeState, Status, Time, TokenPurpose, UserId};

/// A member whom a rule may concern.
pub(super) struct Candidate {
    /// The member.
    pub(super) id: UserId,
    /// The instant that the rule counts from, and that its index is sorted by.
    pub(super) since: Time,
    /// What the decision about a member in this state looks at; the rest is left out.
    pub(super) facts: MemberFacts,
}

/// A piece of a scan: after this instant and id, at most so many.
#[derive(Clone, Copy)]
struct Page {
    at: Time,
    id: UserId,
    limit: i64,
}

/// The next candidates after the given one: a superset of those who are due.
pub(super) fn next(
    connection: &mut Connection,
    rule: Rule,
    rules: &Lifecycle,
    now: Time,
    after: Option<(Time, UserId)>,
    limit: i64,
) -> Result<Vec<Candidate>> {
    let (at, id) = after.unwrap_or((Time::from_micros(i64::MIN), UserId(i64::MIN)));
    let page = Page { at, id, limit };
    let days = |days: u32| now.minus(TimeDelta::days(i64::from(days)));
    match rule {
        Rule::PurgePending => pending(connection, days(rules.pending_days), page),
        Rule::DormancyNotices => untold(connection, latest_due(now, rules.notice_months), page),
        Rule::Dormancy => absent(connection, latest_due(now, rules.dormant_months), page),
        Rule::EndOfDormancy => dormant(connection, latest_due(now, rules.delete_months), page),
        Rule::Anonymise => deleted(connection, days(rules.anonymise_days), page),
        Rule::PurgeTokens
        | Rule::PurgeOutboxes
        | Rule::PurgeNotifications
        | Rule::CollectImages
        | Rule::ReconcileCounters
        | Rule::RankBaseline => Ok(Vec::new()),
    }
}

/// Members in one state up to an instant, in the order of an index.
///
/// The keyset condition is written out, because row values do not work on both databases; its first term says nothing
/// new, but is where SQLite's scan can begin.
macro_rules! scan {
    ($members:expr, $status:expr, $column:expr, $until:expr, $page:expr) => {
        $members
            .filter(users::status.eq($status))
            .filter($column.le($until))
            .filter($column.ge($page.at))
            .filter($column.gt($page.at).or(users::id.gt($page.id)))
            .order(($column.asc(), users::id.asc()))
            .limit($page.limit)
    };
}

/// Rows as candidates; their instants are there, because a scan by them meets no others.
fn dated<T>(
    rows: Vec<(Option<Time>, UserId, T)>,
    status: Status,
    facts: impl Fn(MemberFacts, Time, T) -> MemberFacts,
) -> Vec<Candidate> {
    let dated = rows.into_iter().filter_map(|(since, id, rest)| Some((since?, id, rest)));
    dated.map(|(since, id, rest)| Candidate { id, since, facts: facts(bare(status, since), since, rest) }).collect()
}

/// A member of whom nothing is known but the state; only PENDING ones are judged by their sign-up.
const fn bare(status: Status, created_at: Time) -> MemberFacts {
    MemberFacts {
        status,
        created_at,
        basis_at: None,
        notice: None,
        link_until: None,
        dormant_at: None,
        deleted_at: None,
        anonymized_at: None,
    }
}

/// L3: PENDING, with the live link.
fn pending(connection: &mut Connection, until: Time, page: Page) -> Result<Vec<Candidate>> {
    let link = account_tokens::table.on(account_tokens::user_id
        .eq(users::id)
        .and(account_tokens::purpose.eq(TokenPurpose::VerifyEmail))
        .and(account_tokens::live_key.is_not_null()));
    let rows = scan!(users::table.left_join(link), Status::Pending, users::created_at, until, page)
        .select((users::created_at.nullable(), users::id, account_tokens::expires_at.nullable()))
        .load::<(_, _, Option<Time>)>(connection)?;
    Ok(dated(rows, Status::Pending, |bare, _, link_until| MemberFacts { link_until, ..bare }))
}

/// Members with their notices for exactly their present basis, outer-joined.
macro_rules! with_notice {
    () => {
        users::table.left_join(
            dormancy_notices::table.on(dormancy_notices::user_id
                .eq(users::id)
                .and(dormancy_notices::last_checked_login_at.nullable().eq(users::basis_at))),
        )
    };
}

/// L4: ACTIVE, without a notice.
fn untold(connection: &mut Connection, until: Time, page: Page) -> Result<Vec<Candidate>> {
    let rows = scan!(with_notice!(), Status::Active, users::basis_at, until, page)
        .filter(dormancy_notices::id.nullable().is_null())
        .select((users::basis_at, users::id, dormancy_notices::id.nullable()))
        .load::<(_, _, Option<i64>)>(connection)?;
    Ok(dated(rows, Status::Active, |bare, since, _| MemberFacts { basis_at: Some(since), ..bare }))
}

/// L5: ACTIVE, with the notice.
fn absent(connection: &mut Connection, until: Time, page: Page) -> Result<Vec<Candidate>> {
    let notice = (dormancy_notices::state, dormancy_notices::handed_over_at).nullable();
    let rows = scan!(with_notice!(), Status::Active, users::basis_at, until, page)
        .select((users::basis_at, users::id, notice))
        .load::<(_, _, Option<(NoticeState, Option<Time>)>)>(connection)?;
    Ok(dated(rows, Status::Active, |bare, since, notice| MemberFacts {
        basis_at: Some(since),
        notice: notice.map(|(state, handed_over_at)| NoticeFacts { state, handed_over_at }),
        ..bare
    }))
}

/// L7: DORMANT.
fn dormant(connection: &mut Connection, until: Time, page: Page) -> Result<Vec<Candidate>> {
    let rows = scan!(users::table, Status::Dormant, users::dormant_at, until, page)
        .select((users::dormant_at, users::id, users::dormant_at))
        .load::<(_, _, Option<Time>)>(connection)?;
    Ok(dated(rows, Status::Dormant, |bare, _, dormant_at| MemberFacts { dormant_at, ..bare }))
}

/// L9: DELETED and not emptied.
fn deleted(connection: &mut Connection, until: Time, page: Page) -> Result<Vec<Candidate>> {
    let rows = scan!(users::table, Status::Deleted, users::deleted_at, until, page)
        .filter(users::anonymized_at.is_null())
        .select((users::deleted_at, users::id, users::deleted_at))
        .load::<(_, _, Option<Time>)>(connection)?;
    Ok(dated(rows, Status::Deleted, |bare, _, deleted_at| MemberFacts { deleted_at, ..bare }))
}
