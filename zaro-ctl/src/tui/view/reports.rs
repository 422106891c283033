//! What members reported.

use ratatui::buffer::Buffer;
use ratatui::style::Style;
use serde_json::Value;
use zaro_core::service::desk::{Author, Case, CaseReport, Item};
use zaro_core::types::{HiddenReason, ReportReason, ReportState, SanctionKind};

use super::layout::Areas;
use super::sheet::Sheet;
use super::table::{fixed, nothing, number, rest, table};
use crate::tui::state::State;
use crate::tui::text::{age, minute};
use crate::tui::theme::Theme;

pub(super) fn rows(state: &State, buffer: &mut Buffer, areas: &Areas) {
    let list = &state.reports.list.rows;
    let theme = state.settings.theme;
    let columns = [
        fixed("", 1),
        number("points", 6),
        number("n", 3),
        fixed("reason", 13),
        number("age", 4),
        fixed("author", 12),
        fixed("", 2),
        rest("title or text"),
    ];
    let cells = list.iter().skip(list.offset()).map(|item| {
        let marked = state.reports.marks.contains_key(&item.target);
        [
            (if marked { "●" } else { "" }.to_owned(), theme.accent),
            (item.points.to_string(), if item.points >= 500 { theme.alarm } else { theme.text }),
            (item.reports.len().to_string(), theme.muted),
            (item.reason.to_string(), grave(&theme, item.reason)),
            (age(item.oldest_at, state.now), theme.muted),
            (item.nickname.clone(), theme.text),
            (signs(item), theme.warn),
            (item.excerpt.clone(), theme.text),
        ]
    });
    table(state, buffer, areas, &columns, cells, list.selected_index().wrapping_sub(list.offset()));
    if list.is_loaded() && list.is_empty() && state.writing.is_empty() {
        nothing(state, buffer, areas, "nothing waits: every report is decided");
    }
}

/// H hidden, D deleted; C claimed.
fn signs(item: &Item) -> String {
    let shown = match (item.deleted, item.hidden) {
        (true, _) => "D",
        (false, Some(_)) => "H",
        (false, None) => "",
    };
    format!("{shown}{}", if item.claimed_by.is_some() { "C" } else { "" })
}

const fn grave(theme: &Theme, reason: ReportReason) -> Style {
    match reason {
        ReportReason::Illegal | ReportReason::Violence | ReportReason::Sexual | ReportReason::Fraud => theme.alarm,
        ReportReason::Insult | ReportReason::Inappropriate => theme.warn,
        ReportReason::Spam | ReportReason::Etc => theme.text,
    }
}

pub(super) fn detail(state: &State, sheet: &mut Sheet) {
    let selected = state.reports.list.rows.selected().map(|item| item.target);
    let Some(case) = state.reports.case.as_ref().filter(|case| Some(case.target) == selected) else { return };
    head(case, state, sheet);
    text(case, sheet);
    author(&case.author, state, sheet);
    sheet.heading(&format!("{} report(s)", case.reports.len()));
    for report in &case.reports {
        reported(report, state, sheet);
    }
    if !case.history.is_empty() {
        sheet.heading("done so far");
        for entry in case.history.iter().rev() {
            sheet.field(
                &format!("#{}", entry.id),
                &format!("{} by {}, {} ago", entry.action, entry.actor, age(entry.created_at, state.now)),
            );
        }
    }
}

fn head(case: &Case, state: &State, sheet: &mut Sheet) {
    let theme = sheet.theme;
    let mut pieces = vec![(format!("{} of {}", case.target, case.author.nickname), theme.accent)];
    let hidden = case.hidden.map(|by| match by {
        HiddenReason::Reports => "  hidden by reports",
        HiddenReason::Operator => "  hidden by operators",
    });
    pieces.extend(hidden.map(|text| (text.to_owned(), theme.warn)));
    if case.deleted_at.is_some() {
        pieces.push(("  deleted".to_owned(), theme.warn));
    }
    pieces.push((format!("  {} points", case.points), theme.muted));
    sheet.pieces(pieces);
    let under = case.under.map(|post| format!(", under post {post}")).unwrap_or_default();
    sheet.field("written", &format!("{}, {} ago{under}", minute(case.created_at), age(case.created_at, state.now)));
}

/// What was reported as it was then; and as it is now, where it has been changed since.
fn text(case: &Case, sheet: &mut Sheet) {
    let theme = sheet.theme;
    let part = |evidence: &Value, name: &str| evidence.get(name).and_then(Value::as_str).map(str::to_owned);
    let evidence = case.reports.iter().find_map(|report| report.evidence.as_ref());
    let then = evidence.map(|evidence| (part(evidence, "title"), part(evidence, "content").unwrap_or_default()));
    let now = (case.title.clone(), case.content.clone());
    let mut show = |heading: &str, (title, content): &(Option<String>, String)| {
        sheet.heading(heading);
        if let Some(title) = title {
            sheet.styled(title, theme.accent);
        }
        sheet.text(content);
    };
    match then {
        Some(then) if then != now => {
            show("as it was reported", &then);
            show("as it is now", &now);
        }
        _ => show("text", &now),
    }
}

fn author(author: &Author, state: &State, sheet: &mut Sheet) {
    let theme = sheet.theme;
    sheet.heading(&format!("author: {} (member {})", author.nickname, author.id));
    let until = author.suspended_until.filter(|until| *until > state.now);
    let status = until.map_or_else(|| author.status.to_string(), |until| format!("suspended until {}", minute(until)));
    sheet.marked("state", &status, if until.is_some() { theme.alarm } else { theme.text });
    sheet.field("member for", &age(author.created_at, state.now));
    let record = format!(
        "{} accepted report(s), {} hidden, {} open elsewhere",
        author.accepted_reports, author.hidden_things, author.open_elsewhere
    );
    sheet.marked("record", &record, if author.accepted_reports > 0 { theme.warn } else { theme.text });
    for sanction in &author.sanctions {
        let kind = match sanction.kind {
            SanctionKind::Warning => "warning",
            SanctionKind::Suspension => "suspension",
        };
        let text = format!(
            "{} {} ({}), by {}",
            minute(sanction.starts_at),
            sanction.reason,
            sanction.state,
            sanction.created_by
        );
        sheet.marked(kind, &text, theme.warn);
    }
}

fn reported(report: &CaseReport, state: &State, sheet: &mut Sheet) {
    let theme = sheet.theme;
    let accuracy = match report.decided {
        0 => "nothing decided yet".to_owned(),
        decided => format!("{} of {decided} right", report.accepted),
    };
    sheet.pieces(vec![
        (format!("{:>5} ", report.id), theme.muted),
        (format!("{} ", report.reason), grave(&theme, report.reason)),
        (
            format!(
                "by {} ({accuracy}), {} points, {} ago",
                report.nickname,
                report.weight,
                age(report.created_at, state.now)
            ),
            theme.text,
        ),
    ]);
    if let Some(text) = &report.reason_text {
        sheet.styled(&format!("      {text}"), theme.muted);
    }
    if let Some(by) = &report.claimed_by {
        sheet.styled(&format!("      looked after by {by}"), theme.warn);
    }
    if report.state != ReportState::Open {
        let by = report.handled_by.as_deref().unwrap_or("nobody");
        sheet.styled(&format!("      {} by {by}", report.state), theme.good);
    }
}
