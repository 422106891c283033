//! How everything stands.

use chrono::TimeDelta;
use ratatui::style::Style;
use zaro_core::service::overview::{Overview, Queue};
use zaro_core::types::{RunState, Time};

use super::sheet::Sheet;
use super::{mail, sweeps};
use crate::output::number;
use crate::tui::state::State;
use crate::tui::text::{age, minute, pad, pad_left};

/// A queue that is older than this wants somebody.
const OLD: TimeDelta = TimeDelta::hours(24);

pub(super) fn detail(state: &State, sheet: &mut Sheet) {
    let Some(overview) = &state.overview else {
        sheet.styled("reading …", sheet.theme.muted);
        return;
    };
    queues(overview, state.now, sheet);
    sheet.heading("members");
    let states: Vec<String> =
        overview.members.iter().map(|(status, count)| format!("{status} {}", number(*count))).collect();
    sheet.text(&or_none(&states.join("   ")));
    sheet.heading("mail");
    let theme = sheet.theme;
    let mut pieces = Vec::new();
    for (kind, count) in &overview.mail {
        pieces.push((format!("{kind} {}   ", number(*count)), mail::style(&theme, *kind)));
    }
    if pieces.is_empty() {
        pieces.push(("none".to_owned(), theme.text));
    }
    sheet.pieces(pieces);
    if let Some(due) = overview.mail_due.filter(|due| state.now.since(*due) > TimeDelta::minutes(10)) {
        sheet.marked("overdue", &format!("for {}: is a server running?", age(due, state.now)), theme.alarm);
    }
    if overview.notices_to_settle > 0 {
        let text = format!("{} dormancy notice(s) bounced or have an unknown fate", number(overview.notices_to_settle));
        sheet.marked("to settle", &text, theme.alarm);
    }
    runs(overview, state.now, sheet);
    servers(overview, state.now, sheet);
}

fn queues(overview: &Overview, now: Time, sheet: &mut Sheet) {
    sheet.heading("queues");
    let theme = sheet.theme;
    for (name, key, queue, old) in [
        ("reports", '2', overview.reports, OLD),
        ("appeals", '4', overview.appeals, OLD),
        ("search", '7', overview.search, TimeDelta::minutes(10)),
    ] {
        let (since, style) = since(queue, now, old, sheet);
        sheet.pieces(vec![
            (format!("{key} "), theme.muted),
            (pad(name, 10), theme.text),
            (pad_left(&number(queue.waiting), 9), theme.accent),
            ("   ".to_owned(), theme.text),
            (since, style),
        ]);
    }
}

fn since(queue: Queue, now: Time, old: TimeDelta, sheet: &Sheet) -> (String, Style) {
    match queue.oldest {
        None => ("nothing waits".to_owned(), sheet.theme.good),
        Some(at) if now.since(at) > old => (format!("oldest {} ! too old", age(at, now)), sheet.theme.alarm),
        Some(at) => (format!("oldest {}", age(at, now)), sheet.theme.text),
    }
}

fn runs(overview: &Overview, now: Time, sheet: &mut Sheet) {
    sheet.heading("latest runs");
    let theme = sheet.theme;
    if overview.runs.is_empty() {
        sheet.marked("", "none yet; the server runs them, or cron by `zaro-ctl sweep`", theme.warn);
    }
    for run in overview.runs.iter().take(if sheet.cells() < 110 { 5 } else { 12 }) {
        sheet.pieces(vec![
            (pad(&run.job, 20), theme.text),
            (pad(run.state.as_str(), 12), sweeps::style(&theme, run.state)),
            (pad_left(&age(run.started_at, now), 5), theme.muted),
            (format!("   {} changed", number(run.applied)), theme.muted),
            (if run.failed > 0 { format!("   ! {} failed", number(run.failed)) } else { String::new() }, theme.alarm),
            (if run.state == RunState::Failed { "   !".to_owned() } else { String::new() }, theme.alarm),
        ]);
    }
}

fn servers(overview: &Overview, now: Time, sheet: &mut Sheet) {
    sheet.heading("servers");
    sheet.field("database", if overview.is_sqlite { "SQLite" } else { "MySQL" });
    match overview.documents {
        Some(documents) => sheet.field("index", &format!("{} documents", number(documents.cast_signed()))),
        None => sheet.marked("index", "none yet", sheet.theme.warn),
    }
    for lease in &overview.leases {
        sheet.field(
            &lease.name,
            &format!("{} since {} ({})", lease.holder, minute(lease.acquired_at), age(lease.acquired_at, now)),
        );
    }
}

fn or_none(text: &str) -> String {
    if text.is_empty() { "none".to_owned() } else { text.to_owned() }
}
