//! `zaro-ctl sweep simulate`

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use chrono::{Datelike as _, Days, NaiveDate};
use zaro_core::context::Context;
use zaro_core::policy::account::AccountDecision;
use zaro_core::policy::retention::Policy;
use zaro_core::service::sweep::simulate::{Comparison, Day, Difference, Forecast, Question, Simulation, simulate};

use crate::chart::{shared, sparkline};
use crate::cli::sweep::SweepSimulate;
use crate::exit::{Exit, Failure};
use crate::output::{Printer, number, table};

/// Days of a forecast for which no end was given.
const DAYS: u64 = 30;
/// Up to so many days have a row each; up to the second number a week has; then a month.
const DAILY: usize = 31;
const WEEKLY: usize = 371;
/// Cells of a chart: with its words it fits 80 columns.
const CELLS: usize = 48;

/// A word, and what it counts.
type Counted = (&'static str, fn(&Day) -> i64);

const COUNTED: [Counted; 6] = [
    ("removed", |day| day.purges),
    ("notices", |day| day.notices),
    ("dormant", |day| day.dormancies),
    ("withdrawn", |day| day.withdrawals),
    ("anonymised", |day| day.anonymisations),
    ("mails", |day| day.mails),
];

pub(super) fn run(ctx: &Context, wanted: &SweepSimulate, printer: Printer) -> Result<Exit, Failure> {
    let other = wanted.policy.as_deref().map(policy).transpose()?;
    let now = ctx.now();
    let from = wanted.from.unwrap_or_else(|| now.seoul_date());
    let to = wanted.to.unwrap_or_else(|| from.checked_add_days(Days::new(DAYS - 1)).unwrap_or(from));
    let question = Question::new(now, from, to, other.map(|policy| policy.lifecycle)).map_err(|text| {
        Failure::new(Exit::Usage, text, "give a first and a last day with `--from` and `--to`, from today on")
    })?;
    let simulation = simulate(ctx, &question)?;
    printer.data(&simulation, || as_text(&simulation, wanted.limit));
    Ok(Exit::Done)
}

/// A policy file that is not in force.
fn policy(path: &Path) -> Result<Policy, Failure> {
    let hint = "see `deploy/policy.toml` for every key with its default";
    let bad = |problem: String| Failure::new(Exit::Usage, format!("policy file `{}`: {problem}", path.display()), hint);
    let text = fs::read_to_string(path).map_err(|error| bad(format!("it cannot be read: {error}")))?;
    Policy::parse(&text).map_err(bad)
}

fn as_text(simulation: &Simulation, limit: usize) -> String {
    let Simulation { from, to, members, forecast, other, .. } = simulation;
    let mut text = format!("{from} to {to} in Seoul, {} members, if nobody signs in\n\n", number(*members));
    let _ = writeln!(text, "{}", chart(forecast, if other.is_some() { "in force" } else { "" }));
    if let Some(other) = other {
        let _ = writeln!(text, "\n{}", chart(&other.forecast, "other"));
        let _ = writeln!(text, "\n{}", comparison(forecast, other, limit));
    } else {
        let _ = writeln!(text, "\n{}", periods(&forecast.days));
    }
    if forecast.waiting_for_operator > 0 {
        let _ = write!(
            text,
            "\n{} member(s) wait for an operator: their notices came back, or nobody knows whether they arrived",
            number(forecast.waiting_for_operator)
        );
    }
    text
}

/// The sum, the largest day, and a line of bars of each count.
fn chart(forecast: &Forecast, title: &str) -> String {
    let rows = COUNTED.iter().map(|(name, count)| {
        let values: Vec<i64> = forecast.days.iter().map(count).collect();
        let most = values.iter().copied().max().unwrap_or(0);
        [(*name).to_owned(), number(values.iter().sum()), number(most), sparkline(&values, CELLS)]
    });
    let bars = match shared(forecast.days.len(), CELLS) {
        1 => "day by day".to_owned(),
        days => format!("every {days} days"),
    };
    table([title, "in all", "most a day", &bars], rows)
}

/// A row a day, a week or a month.
fn periods(days: &[Day]) -> String {
    let mut rows: Vec<Day> = Vec::new();
    for day in days {
        match rows.last_mut() {
            Some(row) if Length::of(days.len()).spans(row.date, day.date) => *row = row.with(*day),
            _ => rows.push(*day),
        }
    }
    let head = match Length::of(days.len()) {
        Length::Days => "day",
        Length::Weeks => "seven days from",
        Length::Months => "month from",
    };
    let mut heads = [head; 7];
    for (cell, (name, _)) in heads[1..].iter_mut().zip(COUNTED) {
        *cell = name;
    }
    let rows = rows.iter().map(|row| {
        let mut cells = heads.map(|_| row.date.to_string());
        for (cell, (_, count)) in cells[1..].iter_mut().zip(COUNTED) {
            *cell = number(count(row));
        }
        cells
    });
    table(heads, rows)
}

/// What a row of a table spans.
#[derive(Clone, Copy)]
enum Length {
    Days,
    Weeks,
    Months,
}

impl Length {
    /// For a forecast of so many days.
    const fn of(days: usize) -> Self {
        if days <= DAILY {
            Self::Days
        } else if days <= WEEKLY {
            Self::Weeks
        } else {
            Self::Months
        }
    }

    fn spans(self, first: NaiveDate, date: NaiveDate) -> bool {
        match self {
            Self::Days => first == date,
            Self::Weeks => date.signed_duration_since(first).num_days() < 7,
            Self::Months => (first.year(), first.month()) == (date.year(), date.month()),
        }
    }
}

/// Sums beside each other, who fares differently by what happens to them, and the first of them by name.
fn comparison(forecast: &Forecast, other: &Comparison, limit: usize) -> String {
    let (ours, theirs) = (forecast.total(), other.forecast.total());
    let rows = COUNTED.iter().map(|(name, count)| {
        let (ours, theirs) = (count(&ours), count(&theirs));
        [(*name).to_owned(), number(ours), number(theirs), number(theirs - ours)]
    });
    let mut text = table(["in all", "in force", "other", "difference"], rows);
    let rows = other.by_kind.iter().map(|kind| {
        let counts = [kind.earlier, kind.later, kind.added, kind.dropped].map(number);
        let [earlier, later, added, dropped] = counts;
        [word(kind.kind).to_owned(), earlier, later, added, dropped]
    });
    let differing = i64::try_from(other.differing).unwrap_or(i64::MAX);
    let _ = write!(text, "\n\n{} member(s) would fare differently\n\n", number(differing));
    text.push_str(&table(["members", "earlier", "later", "only then", "not then"], rows));
    if limit > 0 && other.differing > 0 {
        let rows = other.members.iter().take(limit).flat_map(|member| difference_rows(&member));
        let _ = write!(text, "\n\n{}", table(["member", "what", "in force", "other"], rows));
    }
    if let Some(more) = other.differing.checked_sub(limit).filter(|more| *more > 0) {
        let more = number(i64::try_from(more).unwrap_or(i64::MAX));
        let _ = write!(text, "\n\n{more} more with `--limit N`, all with `--json`");
    }
    text
}

fn difference_rows(difference: &Difference) -> Vec<[String; 4]> {
    let date = |date: Option<NaiveDate>| date.map_or_else(|| "-".to_owned(), |date| date.to_string());
    let row = |(kind, today, other): &(AccountDecision, _, _)| {
        [difference.id.to_string(), word(*kind).to_owned(), date(*today), date(*other)]
    };
    difference.changes.iter().map(row).collect()
}

const fn word(kind: AccountDecision) -> &'static str {
    match kind {
        AccountDecision::Keep => "kept",
        AccountDecision::Purge => "removed",
        AccountDecision::SendDormancyNotice => "noticed",
        AccountDecision::MakeDormant => "dormant",
        AccountDecision::SoftDelete => "withdrawn",
        AccountDecision::Anonymise => "anonymised",
    }
}
