//! Counts over whole tables by the day in Seoul, each along an index that the table has anyway.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::db::Connection;
use crate::error::Result;
use crate::schema::{reports, withdrawal_history};
use crate::types::{ReportState, Status, Time, WithdrawalKind};

/// Rows that came into being on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub struct DayCount {
    /// The first instant of the day in Seoul.
    #[diesel(sql_type = BigInt)]
    pub midnight: Time,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub n: i64,
}

/// From the first instant to before the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first instant.
    pub from: Time,
    /// The first one after.
    pub until: Time,
}

/// Sign-ups by day, of members who are there: what was never confirmed is gone.
pub fn sign_ups(connection: &mut Connection, span: Span) -> Result<Vec<DayCount>> {
    // One state at a time, so that the index by state and sign-up is read from the first day to the last.
    let mut days = Vec::new();
    for status in Status::ALL {
        days.extend(by_day(connection, "users", &format!("status = '{status}' AND"), span)?);
    }
    Ok(days)
}

/// Posts by day, whatever became of them.
pub fn posts(connection: &mut Connection, span: Span) -> Result<Vec<DayCount>> {
    let mut days = by_day(connection, "posts", "visible = 1 AND", span)?;
    days.extend(by_day(connection, "posts", "visible = 0 AND", span)?);
    Ok(days)
}

/// Comments by day, whatever became of them.
pub fn comments(connection: &mut Connection, span: Span) -> Result<Vec<DayCount>> {
    by_day(connection, "comments", "", span)
}

/// Reports by day.
pub fn reports(connection: &mut Connection, span: Span) -> Result<Vec<DayCount>> {
    let mut days = Vec::new();
    for state in ReportState::ALL {
        days.extend(by_day(connection, "reports", &format!("state = '{state}' AND"), span)?);
    }
    Ok(days)
}

/// The condition is one of those above, and all numbers are ours.
fn by_day(connection: &mut Connection, table: &str, condition: &str, span: Span) -> Result<Vec<DayCount>> {
    let (from, until) = (span.from.micros(), span.until.micros());
    // Days in Seoul begin nine hours before those in UTC; the remainder is an integer on both databases.
    let query = format!(
        "SELECT created_at - (created_at + 32400000000) % 86400000000 AS midnight, COUNT(*) AS n FROM {table} \
         WHERE {condition} created_at >= {from} AND created_at < {until} GROUP BY midnight"
    );
    Ok(diesel::sql_query(query).load(connection)?)
}

/// When the reports of these days were made, and when decided, of those that are.
pub fn decided_reports(connection: &mut Connection, span: Span) -> Result<Vec<(Time, Time)>> {
    let mut decided = Vec::new();
    for state in [ReportState::Accepted, ReportState::Rejected] {
        let of_state = reports::table
            .filter(reports::state.eq(state))
            .filter(reports::created_at.ge(span.from))
            .filter(reports::created_at.lt(span.until))
            .select((reports::created_at, reports::handled_at));
        let rows: Vec<(Time, Option<Time>)> = of_state.load(connection)?;
        decided.extend(rows.into_iter().filter_map(|(made, handled)| Some((made, handled?))));
    }
    Ok(decided)
}

/// How many reports wait, and since when the longest.
pub fn open_reports(connection: &mut Connection) -> Result<(i64, Option<Time>)> {
    let open = reports::table.filter(reports::state.eq(ReportState::Open));
    let oldest: Option<i64> = open.select(diesel::dsl::min(reports::created_at)).first(connection)?;
    Ok((open.count().get_result(connection)?, oldest.map(Time::from_micros)))
}

/// Withdrawals by day and kind, both days among them.
pub fn withdrawals(
    connection: &mut Connection,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<(NaiveDate, WithdrawalKind, i64)>> {
    let counts = withdrawal_history::table
        .filter(withdrawal_history::withdrawn_on.between(from, to))
        .group_by((withdrawal_history::withdrawn_on, withdrawal_history::kind))
        .select((withdrawal_history::withdrawn_on, withdrawal_history::kind, diesel::dsl::count_star()));
    Ok(counts.load(connection)?)
}

/// The reasons that members gave, the most frequent first; none for those who gave none.
pub fn withdrawal_reasons(
    connection: &mut Connection,
    from: NaiveDate,
    to: NaiveDate,
    limit: i64,
) -> Result<Vec<(Option<String>, i64)>> {
    let counts = withdrawal_history::table
        .filter(withdrawal_history::withdrawn_on.between(from, to))
        .filter(withdrawal_history::kind.eq(WithdrawalKind::SelfMade))
        .group_by(withdrawal_history::reason)
        .order((diesel::dsl::count_star().desc(), withdrawal_history::reason.asc()))
        .limit(limit)
        .select((withdrawal_history::reason, diesel::dsl::count_star()));
    Ok(counts.load(connection)?)
}
