//! The community in numbers: a week, the one before it, and a year. Only reads, from one picture of the database, and
//! keeps nobody from writing.

use chrono::{Days, NaiveDate};
use serde::Serialize;

use crate::context::Context;
use crate::error::Result;
use crate::models::statistics::{self, DayCount, Span};
use crate::models::user;
use crate::types::{Status, Time, WithdrawalKind};

/// Days of the long look back.
pub const YEAR: usize = 365;
/// Days of the short one.
pub const WEEK: usize = 7;
/// Reasons of leaving that are told, the most frequent.
const REASONS: i64 = 20;

/// What happened on one day in Seoul, or on several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Sign-ups of members who are there: whoever never confirmed is removed, and counted no more.
    pub sign_ups: i64,
    /// Posts, whatever became of them.
    pub posts: i64,
    /// Comments, whatever became of them.
    pub comments: i64,
    /// Reports.
    pub reports: i64,
    /// Members who withdrew.
    pub withdrawn_by_themselves: i64,
    /// Members who were withdrawn at the end of dormancy.
    pub withdrawn_by_dormancy: i64,
    /// Members whom an operator withdrew.
    pub withdrawn_by_operator: i64,
}

impl Counts {
    fn with(self, other: Self) -> Self {
        Self {
            sign_ups: self.sign_ups + other.sign_ups,
            posts: self.posts + other.posts,
            comments: self.comments + other.comments,
            reports: self.reports + other.reports,
            withdrawn_by_themselves: self.withdrawn_by_themselves + other.withdrawn_by_themselves,
            withdrawn_by_dormancy: self.withdrawn_by_dormancy + other.withdrawn_by_dormancy,
            withdrawn_by_operator: self.withdrawn_by_operator + other.withdrawn_by_operator,
        }
    }
}

/// One day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Day {
    /// Which, in Seoul.
    pub date: NaiveDate,
    /// What happened.
    #[serde(flatten)]
    pub counts: Counts,
}

/// How long reports waited for a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Response {
    /// Reports that were decided.
    pub decided: usize,
    /// Half of them waited no longer, in seconds.
    pub median_seconds: Option<i64>,
    /// Nine of ten waited no longer.
    pub p90_seconds: Option<i64>,
}

impl Response {
    fn of(mut seconds: Vec<i64>) -> Self {
        seconds.sort_unstable();
        // The nearest rank: the smallest value that so many of a hundred do not exceed.
        let rank = |percent: usize| seconds.get((seconds.len() * percent).div_ceil(100).max(1) - 1).copied();
        Self { decided: seconds.len(), median_seconds: rank(50), p90_seconds: rank(90) }
    }
}

/// Why members left, in their words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// None when they gave none.
    pub text: Option<String>,
    /// How many.
    pub members: i64,
}

/// Some days together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// What happened.
    pub counts: Counts,
    /// How long the reports that were made in these days waited, of those that are decided.
    pub response: Response,
    /// The most frequent reasons of members who withdrew, first.
    pub reasons: Vec<Reason>,
}

/// The community in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statistics {
    /// When they were read.
    pub at: Time,
    /// Where the members stand.
    pub states: Vec<(Status, i64)>,
    /// Reports that wait.
    pub open_reports: i64,
    /// Since when the longest of them does.
    pub oldest_open_report: Option<Time>,
    /// The last seven days.
    pub week: Period,
    /// The seven days before.
    pub week_before: Period,
    /// The last 365 days.
    pub year: Period,
    /// Each of them.
    pub days: Vec<Day>,
}

/// Counts up to this day in Seoul; the states and what waits are those of now.
pub fn statistics(ctx: &Context, last: NaiveDate) -> Result<Statistics> {
    let at = ctx.now();
    let first = days_before(last, YEAR - 1);
    ctx.db.snapshot(|connection| {
        let span = span(first, last);
        let mut days: Vec<Day> =
            first.iter_days().take(YEAR).map(|date| Day { date, counts: Counts::default() }).collect();
        let mut add = |counts: Vec<DayCount>, field: fn(&mut Counts) -> &mut i64| {
            for count in counts {
                if let Some(day) = on(&mut days, count.midnight.seoul_date()) {
                    *field(day) += count.n;
                }
            }
        };
        add(statistics::sign_ups(connection, span)?, |day| &mut day.sign_ups);
        add(statistics::posts(connection, span)?, |day| &mut day.posts);
        add(statistics::comments(connection, span)?, |day| &mut day.comments);
        add(statistics::reports(connection, span)?, |day| &mut day.reports);
        for (date, kind, n) in statistics::withdrawals(connection, first, last)? {
            if let Some(day) = on(&mut days, date) {
                *match kind {
                    WithdrawalKind::SelfMade => &mut day.withdrawn_by_themselves,
                    WithdrawalKind::Dormancy => &mut day.withdrawn_by_dormancy,
                    WithdrawalKind::Operator => &mut day.withdrawn_by_operator,
                } += n;
            }
        }
        let decided = statistics::decided_reports(connection, span)?;
        let mut period = |length: usize, ending: NaiveDate| {
            let from = days_before(ending, length - 1);
            let within = self::span(from, ending);
            let waited = decided.iter().filter(|(made, _)| (within.from..within.until).contains(made));
            let reasons = statistics::withdrawal_reasons(connection, from, ending, REASONS)?;
            Ok::<_, crate::Error>(Period {
                from,
                to: ending,
                counts: days
                    .iter()
                    .filter(|day| (from..=ending).contains(&day.date))
                    .fold(Counts::default(), |sum, day| sum.with(day.counts)),
                response: Response::of(waited.map(|(made, handled)| handled.since(*made).num_seconds()).collect()),
                reasons: reasons.into_iter().map(|(text, members)| Reason { text, members }).collect(),
            })
        };
        let (week, week_before) = (period(WEEK, last)?, period(WEEK, days_before(last, WEEK))?);
        let year = period(YEAR, last)?;
        let (open_reports, oldest_open_report) = statistics::open_reports(connection)?;
        let states = user::count_by_status(connection)?;
        Ok(Statistics { at, states, open_reports, oldest_open_report, week, week_before, year, days })
    })
}

fn on(days: &mut [Day], date: NaiveDate) -> Option<&mut Counts> {
    let first = days.first()?.date;
    let index = usize::try_from(date.signed_duration_since(first).num_days()).ok()?;
    days.get_mut(index).map(|day| &mut day.counts)
}

fn days_before(date: NaiveDate, days: usize) -> NaiveDate {
    date.checked_sub_days(Days::new(days as u64)).unwrap_or(NaiveDate::MIN)
}

/// Both days as instants.
fn span(first: NaiveDate, last: NaiveDate) -> Span {
    let after = last.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
    Span { from: Time::seoul_midnight(first), until: Time::seoul_midnight(after) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_and_a_ninetieth_are_values_that_occurred() {
        let response = |seconds: Vec<i64>| {
            let response = Response::of(seconds);
            (response.decided, response.median_seconds, response.p90_seconds)
        };
        assert_eq!(response(Vec::new()), (0, None, None));
        assert_eq!(response(vec![7]), (1, Some(7), Some(7)));
        assert_eq!(response((1..=10).rev().collect()), (10, Some(5), Some(9)));
        assert_eq!(response(vec![1, 2, 3]), (3, Some(2), Some(3)));
    }
}
