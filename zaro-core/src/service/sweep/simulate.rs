//! What sweeps will do, day by day, if nobody signs in: the pure policy over one unchanging picture of the members.
//!
//! Each member's course is followed from event to event, so a year costs no more than there are events in it, and only
//! a day's counts are kept. Nothing is written.

mod compare;

use chrono::{Days, NaiveDate};
use serde::Serialize;

pub use compare::{Comparison, Difference, Differences, KindDifference};

use super::facts::{self, Prospect};
use super::rule::Rule;
use super::schedule;
use crate::context::Context;
use crate::error::Result;
use crate::policy::account::{AccountDecision, WaitsFor};
use crate::policy::forecast::{Event, course};
use crate::policy::retention::Lifecycle;
use crate::types::{Time, UserId};

/// Members read at once.
const PAGE: i64 = 5_000;
/// The longest forecast: ten years, beyond which the policy itself is the likelier thing to change.
pub const DAYS_MAX: i64 = 3_660;

/// What a sweep can do to a member, in the order of a life.
const KINDS: [AccountDecision; 5] = [
    AccountDecision::Purge,
    AccountDecision::SendDormancyNotice,
    AccountDecision::MakeDormant,
    AccountDecision::SoftDelete,
    AccountDecision::Anonymise,
];

/// Which days to look at, and under which rules beside those in force.
#[derive(Clone, Debug)]
pub struct Question {
    /// The instant from which sweeps are imagined: now.
    now: Time,
    from: NaiveDate,
    to: NaiveDate,
    other: Option<Lifecycle>,
}

impl Question {
    /// From one day in Seoul to another, both among them.
    ///
    /// # Errors
    /// One line that says what is wrong with the days.
    pub fn new(now: Time, from: NaiveDate, to: NaiveDate, other: Option<Lifecycle>) -> Result<Self, String> {
        let today = now.seoul_date();
        if from < today {
            return Err(format!(
                "`{from}` lies in the past, and today is {today}: only what is to come can be forecast"
            ));
        }
        if to < from {
            return Err(format!("`{to}` lies before `{from}`"));
        }
        if to.signed_duration_since(today).num_days() >= DAYS_MAX {
            return Err(format!("`{to}` lies more than {DAYS_MAX} days ahead"));
        }
        Ok(Self { now, from, to, other })
    }

    /// The first instant after the last day.
    fn end(&self) -> Time {
        Time::seoul_midnight(self.to.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX))
    }

    /// The days that are told of, empty.
    fn days(&self) -> Vec<Day> {
        self.from.iter_days().take_while(|date| *date <= self.to).map(Day::empty).collect()
    }
}

/// What sweeps do on one day in Seoul.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Day {
    /// Which day.
    pub date: NaiveDate,
    /// L3: unconfirmed sign-ups removed.
    pub purges: i64,
    /// L4: dormancy notices.
    pub notices: i64,
    /// L5: members made dormant.
    pub dormancies: i64,
    /// L7: members withdrawn at the end of dormancy.
    pub withdrawals: i64,
    /// L9: accounts emptied.
    pub anonymisations: i64,
    /// Mails handed over for it.
    pub mails: i64,
}

impl Day {
    /// A day on which nothing happens.
    pub const fn empty(date: NaiveDate) -> Self {
        Self { date, purges: 0, notices: 0, dormancies: 0, withdrawals: 0, anonymisations: 0, mails: 0 }
    }

    const fn count(&mut self, event: Event) {
        match event.decision {
            AccountDecision::Keep => {}
            AccountDecision::Purge => self.purges += 1,
            AccountDecision::SendDormancyNotice => self.notices += 1,
            AccountDecision::MakeDormant => self.dormancies += 1,
            AccountDecision::SoftDelete => self.withdrawals += 1,
            AccountDecision::Anonymise => self.anonymisations += 1,
        }
        if event.mails {
            self.mails += 1;
        }
    }

    /// This day's counts and another's; the date stays.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self {
            date: self.date,
            purges: self.purges + other.purges,
            notices: self.notices + other.notices,
            dormancies: self.dormancies + other.dormancies,
            withdrawals: self.withdrawals + other.withdrawals,
            anonymisations: self.anonymisations + other.anonymisations,
            mails: self.mails + other.mails,
        }
    }
}

/// What is to come under one set of rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Forecast {
    /// The rules.
    pub rules: Lifecycle,
    /// Each day.
    pub days: Vec<Day>,
    /// Members who are left waiting for an operator, because their notice came back or nobody knows its fate.
    pub waiting_for_operator: i64,
}

impl Forecast {
    fn new(rules: Lifecycle, question: &Question) -> Self {
        Self { rules, days: question.days(), waiting_for_operator: 0 }
    }

    /// All days together, dated by the first.
    pub fn total(&self) -> Day {
        let first = self.days.first().map_or(NaiveDate::MIN, |day| day.date);
        self.days.iter().fold(Day::empty(first), |sum, day| sum.with(*day))
    }
}

/// What is to come, and whom other rules would treat otherwise.
#[derive(Clone, Debug, Serialize)]
pub struct Simulation {
    /// When the members were read.
    pub at: Time,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Members who were looked at: all but the anonymised.
    pub members: i64,
    /// Under the rules in force.
    pub forecast: Forecast,
    /// Under other rules.
    pub other: Option<Comparison>,
}

/// Follows every member from `question`'s now to its last day; writes nothing.
pub fn simulate(ctx: &Context, question: &Question) -> Result<Simulation> {
    let mut today = Run::new(ctx.policy.lifecycle, question);
    let mut other = question.other.map(|rules| (Run::new(rules, question), Differences::since(question.now)));
    let mut members = 0;
    ctx.db.snapshot(|connection| {
        let mut after = UserId(i64::MIN);
        loop {
            let page = facts::of_next(connection, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.id;
            for prospect in &page {
                members += 1;
                let fate = today.follow(prospect);
                if let Some((run, differences)) = &mut other {
                    differences.note(prospect.id, fate, run.follow(prospect));
                }
            }
        }
    })?;
    Ok(Simulation {
        at: question.now,
        from: question.from,
        to: question.to,
        members,
        forecast: today.forecast,
        other: other.map(|(run, differences)| Comparison::new(run.forecast, differences)),
    })
}

/// When each of [`KINDS`] happens to one member: days since the first imagined one.
type Fate = [Option<u16>; KINDS.len()];

/// All members under one set of rules.
struct Run {
    forecast: Forecast,
    start: Time,
    end: Time,
    /// The first imagined day.
    today: NaiveDate,
    /// How many days later the first one is that is told of.
    lead: usize,
}

impl Run {
    fn new(rules: Lifecycle, question: &Question) -> Self {
        let today = question.now.seoul_date();
        let lead = question.from.signed_duration_since(today).num_days();
        Self {
            forecast: Forecast::new(rules, question),
            start: question.now,
            end: question.end(),
            today,
            lead: usize::try_from(lead).unwrap_or_default(),
        }
    }

    /// Counts what happens to a member, and tells when.
    fn follow(&mut self, prospect: &Prospect) -> Fate {
        let Self { forecast, start, end, today, lead } = self;
        let mut fate = Fate::default();
        let waits = course(prospect.facts, prospect.address, &forecast.rules, (*start, *end), swept_at, |event| {
            // Within ten years, and so within the number.
            let day = event.at.seoul_date().signed_duration_since(*today).num_days();
            let day = u16::try_from(day).unwrap_or(u16::MAX);
            if let Some(counts) = usize::from(day).checked_sub(*lead).and_then(|day| forecast.days.get_mut(day)) {
                counts.count(event);
            }
            if let Some(kind) = KINDS.iter().position(|kind| *kind == event.decision) {
                fate[kind] = Some(day);
            }
        });
        if waits == WaitsFor::Operator {
            forecast.waiting_for_operator += 1;
        }
        fate
    }
}

/// The first instant from this one on at which the scheduler acts on such a decision.
fn swept_at(decision: AccountDecision, from: Time) -> Time {
    Rule::of(decision).map_or(from, |rule| schedule::due_from(rule, from))
}
