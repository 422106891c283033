//! What is due, and past runs.

use ratatui::buffer::Buffer;
use ratatui::style::Style;
use zaro_core::models::sweep_run::SweepRun;
use zaro_core::service::sweep::Work;
use zaro_core::types::RunState;

use super::layout::Areas;
use super::sheet::Sheet;
use super::table::{fixed, number, rest, table};
use crate::output::number as thousands;
use crate::tui::state::State;
use crate::tui::text::{age, minute};
use crate::tui::theme::Theme;

/// Ids of a rule that are shown.
const SHOWN: usize = 20;

pub(super) fn style(theme: &Theme, state: RunState) -> Style {
    match state {
        RunState::Done => theme.good,
        RunState::Running => theme.accent,
        RunState::Partial | RunState::Interrupted => theme.warn,
        RunState::Failed => theme.alarm,
    }
}

pub(super) fn rows(state: &State, buffer: &mut Buffer, areas: &Areas) {
    let Some(status) = &state.sweeps.status else { return };
    let theme = state.settings.theme;
    let columns = [rest("rule"), number("due", 9), fixed("when", 6), number("last", 5), fixed("ended", 11)];
    let cells = status.rules.iter().skip(state.sweeps.offset).map(|rule| {
        let due = rule.due.map_or_else(|| "?".to_owned(), thousands);
        let last = rule.last_run.as_ref();
        let ended = if rule.running.is_some() {
            "RUNNING".to_owned()
        } else {
            last.map_or_else(|| "never".to_owned(), |run| run.state.to_string())
        };
        [
            (rule.rule.to_string(), theme.text),
            (due, if rule.due.is_some_and(|due| due > 0) { theme.warn } else { theme.muted }),
            (rule.rule.timetable().to_string(), theme.muted),
            (last.map(|run| age(run.started_at, state.now)).unwrap_or_default(), theme.muted),
            (ended, last.map_or(theme.muted, |run| style(&theme, run.state))),
        ]
    });
    table(state, buffer, areas, &columns, cells, state.sweeps.selected.wrapping_sub(state.sweeps.offset));
}

pub(super) fn detail(state: &State, sheet: &mut Sheet) {
    let Some(status) = &state.sweeps.status else { return };
    let Some(rule) = status.rules.get(state.sweeps.selected) else { return };
    let theme = sheet.theme;
    sheet.pieces(vec![(format!("{}  ", rule.rule), theme.accent), (rule.rule.describe().to_owned(), theme.text)]);
    sheet.field("next", &format!("{} by the scheduler", minute(rule.next_at)));
    if let Some(lease) = &rule.running {
        sheet.marked("running", &format!("on {} since {}", lease.holder, minute(lease.acquired_at)), theme.accent);
    }
    if let Some(run) = &rule.last_run {
        last_run(run, sheet);
    }
    if status.notices_to_settle > 0 {
        let text =
            format!("{} notice(s) bounced or have an unknown fate; their members wait", status.notices_to_settle);
        sheet.marked("to settle", &text, theme.alarm);
    }
    match &state.sweeps.plan {
        None => sheet.styled("p reads which rows are due; nothing is changed by that", theme.muted),
        Some(plan) => {
            sheet.heading(&format!("plan of {}: {} row(s)", minute(plan.at), thousands(plan.len())));
            if let Some(found) = plan.rules.iter().find(|other| other.rule == rule.rule) {
                work(&found.work, sheet);
            }
        }
    }
}

fn last_run(run: &SweepRun, sheet: &mut Sheet) {
    let theme = sheet.theme;
    sheet.marked("last run", &format!("{} {}", minute(run.started_at), run.state), style(&theme, run.state));
    let counts = format!(
        "{} planned, {} changed, {} skipped, {} failed",
        thousands(run.planned),
        thousands(run.applied),
        thousands(run.skipped),
        thousands(run.failed)
    );
    sheet.field("rows", &counts);
    sheet.field("on", &run.host);
    if let Some(error) = &run.error {
        sheet.marked("error", error, theme.alarm);
    }
}

fn work(work: &Work, sheet: &mut Sheet) {
    let Work::Members(due) = work else {
        sheet.field("rows", &thousands(work.len()));
        return;
    };
    for one in due.iter().take(SHOWN) {
        sheet.field(&format!("member {}", one.id), &format!("since {}", minute(one.since)));
    }
    if due.len() > SHOWN {
        sheet.text(&format!("and {} more", due.len() - SHOWN));
    }
}
