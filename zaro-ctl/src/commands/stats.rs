//! `zaro-ctl stats`

use std::fmt::Write as _;

use zaro_core::config::Config;
use zaro_core::service::stats::{Counts, Day, Period, Statistics, statistics};

use crate::chart::sparkline;
use crate::cli::stats::Stats;
use crate::exit::{Exit, Failure};
use crate::output::{Printer, number, table};
use crate::session;

/// Days of one bar: with its numbers a year of them fits 80 columns.
const BAR: usize = 14;

/// Words, and what they count.
type Counted = (&'static str, fn(&Counts) -> i64);

const COUNTED: [Counted; 7] = [
    ("sign-ups", |counts| counts.sign_ups),
    ("posts", |counts| counts.posts),
    ("comments", |counts| counts.comments),
    ("reports", |counts| counts.reports),
    ("withdrew", |counts| counts.withdrawn_by_themselves),
    ("dormancy ended", |counts| counts.withdrawn_by_dormancy),
    ("by operators", |counts| counts.withdrawn_by_operator),
];

pub(super) fn run(config: &Config, wanted: Stats, printer: Printer) -> Result<Exit, Failure> {
    let ctx = session::open(config)?;
    let last = wanted.until.unwrap_or_else(|| ctx.now().seoul_date());
    let statistics = statistics(&ctx, last)?;
    printer.data(&statistics, || as_text(&statistics));
    Ok(Exit::Done)
}

fn as_text(statistics: &Statistics) -> String {
    let Statistics { week, week_before, year, days, .. } = statistics;
    // The last bar is a whole one, the first what is left.
    let (rest, whole) = days.split_at(days.len() % BAR);
    let rows = COUNTED.iter().map(|(name, count)| {
        let sum = |days: &[Day]| days.iter().map(|day| count(&day.counts)).sum::<i64>();
        let bars: Vec<i64> =
            std::iter::once(rest).chain(whole.chunks(BAR)).filter(|part| !part.is_empty()).map(sum).collect();
        let of = |period: &Period| number(count(&period.counts));
        [(*name).to_owned(), of(week), of(week_before), of(year), sparkline(&bars, bars.len())]
    });
    let mut text = format!("up to {} in Seoul\n\n", week.to);
    text.push_str(&table(["", "7 days", "7 before", "365 days", "every 14 days"], rows));
    let states: Vec<String> =
        statistics.states.iter().map(|(status, count)| format!("{status} {}", number(*count))).collect();
    let _ = write!(text, "\n\nmembers now: {}", if states.is_empty() { "none".to_owned() } else { states.join(", ") });
    let _ = write!(text, "\nreports now: {} open", number(statistics.open_reports));
    if let Some(oldest) = statistics.oldest_open_report {
        let _ = write!(text, ", the oldest since {oldest}");
    }
    let rows = [("7 days", week), ("7 before", week_before), ("365 days", year)].map(|(name, period)| {
        let decided = number(i64::try_from(period.response.decided).unwrap_or(i64::MAX));
        [name.to_owned(), decided, wait(period.response.median_seconds), wait(period.response.p90_seconds)]
    });
    let _ = write!(text, "\n\n{}", table(["reports of", "decided", "half within", "9 of 10 within"], rows));
    if !year.reasons.is_empty() {
        let rows = year.reasons.iter().map(|reason| {
            let words = reason.text.as_deref().unwrap_or("(no reason given)");
            let this_week = week.reasons.iter().find(|of_week| of_week.text == reason.text).map_or(0, |r| r.members);
            [number(this_week), number(reason.members), one_line(words)]
        });
        let _ = write!(text, "\n\n{}", table(["7 days", "365 days", "why members withdrew"], rows));
    }
    text
}

/// A member's words on one line of a terminal: nothing in them moves the cursor.
fn one_line(words: &str) -> String {
    words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A time of waiting, in its two largest units.
fn wait(seconds: Option<i64>) -> String {
    let Some(seconds) = seconds else { return "-".to_owned() };
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds % 86_400 / 3_600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_in_the_units_that_fit() {
        let told = [Some(0), Some(59), Some(3_599), Some(3_600), Some(90_061), None].map(wait);
        assert_eq!(told, ["0 s", "59 s", "59 min", "1 h 0 min", "1 d 1 h", "-"]);
    }

    #[test]
    fn words_of_members_do_not_move_the_cursor() {
        assert_eq!(one_line("a\u{1b}[2Jb\nc"), "a [2Jb c");
    }
}
