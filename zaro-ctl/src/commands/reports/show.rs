//! The queue and a case, for people.

use std::fmt::Write as _;

use serde_json::{Value, json};
use zaro_core::service::desk::{Case, Item};
use zaro_core::types::Target;

use crate::commands::audit;
use crate::output::{number, table};

pub(super) fn items_text(items: &[Item]) -> String {
    let rows = items.iter().map(|item| {
        let state = match (item.deleted, item.hidden) {
            (true, _) => "deleted".to_owned(),
            (false, Some(by)) => format!("hidden by {}", by.as_str().to_lowercase()),
            (false, None) => "visible".to_owned(),
        };
        [
            item.reports.first().map_or_else(String::new, |report| report.id.to_string()),
            number(item.points),
            item.reports.len().to_string(),
            item.reason.to_string(),
            item.oldest_at.to_string(),
            item.target.to_string(),
            state,
            item.nickname.clone(),
            item.claimed_by.clone().unwrap_or_else(|| "-".to_owned()),
            one_line(&item.excerpt),
        ]
    });
    table(["id", "points", "reports", "reason", "oldest", "what", "is", "author", "claimed by", "text"], rows)
}

/// The case, with what was done about it.
pub(super) fn case_json(case: &Case) -> Value {
    json!({ "case": case, "history": case.history.iter().map(audit::entry_json).collect::<Vec<_>>() })
}

pub(super) fn case_text(case: &Case) -> String {
    let mut text = format!("{}, written {} by {}", case.target, case.created_at, case.author.nickname);
    // Writing to a string cannot fail.
    if let (Target::Comment(_), Some(post)) = (case.target, case.under) {
        let _ = write!(text, ", under post {post}");
    }
    let hidden = case.hidden.map_or_else(|| "visible".to_owned(), |by| format!("hidden by {by}"));
    let state = case.deleted_at.map_or(hidden, |at| format!("deleted {at}"));
    let _ = writeln!(text, "\n{state}, {} points\n\nnow:", case.points);
    if let Some(title) = &case.title {
        let _ = writeln!(text, "  {title}");
    }
    let _ = writeln!(text, "  {}", case.content.replace('\n', "\n  "));
    let evidence = case.reports.iter().find_map(|report| report.evidence.as_ref());
    if let Some(evidence) = evidence.filter(|evidence| changed(evidence, case)) {
        let _ = writeln!(text, "when it was first reported:");
        for part in ["title", "content"] {
            if let Some(part) = evidence.get(part).and_then(Value::as_str) {
                let _ = writeln!(text, "  {}", part.replace('\n', "\n  "));
            }
        }
    }
    let author = &case.author;
    let _ = writeln!(
        text,
        "\nauthor: member {}, {}, since {}; {} accepted report(s), {} hidden, {} open elsewhere",
        author.id,
        author.status,
        author.created_at,
        number(author.accepted_reports),
        number(author.hidden_things),
        number(author.open_elsewhere)
    );
    if let Some(until) = author.suspended_until {
        let _ = writeln!(text, "suspended until {until}");
    }
    if !author.sanctions.is_empty() {
        let rows = author.sanctions.iter().map(|sanction| {
            [
                sanction.id.to_string(),
                sanction.kind.to_string(),
                sanction.reason.to_string(),
                sanction.state.to_string(),
                sanction.starts_at.to_string(),
                sanction.ends_at.map_or_else(|| "-".to_owned(), |end| end.to_string()),
                sanction.created_by.clone(),
            ]
        });
        let heads = ["measure", "kind", "reason", "state", "from", "until", "by"];
        let _ = writeln!(text, "\n{}", table(heads, rows));
    }
    let rows = case.reports.iter().map(|report| {
        [
            report.id.to_string(),
            report.state.to_string(),
            report.reason.to_string(),
            number(report.weight.into()),
            format!("{} ({}/{} right)", report.nickname, report.accepted, report.decided),
            report.created_at.to_string(),
            report.handled_by.clone().or_else(|| report.claimed_by.clone()).unwrap_or_else(|| "-".to_owned()),
            one_line(report.reason_text.as_deref().unwrap_or_default()),
        ]
    });
    let heads = ["report", "state", "reason", "points", "by", "made", "decided or claimed by", "words"];
    let _ = writeln!(text, "\n{}", table(heads, rows));
    if !case.history.is_empty() {
        let _ = writeln!(text, "\n{}", audit::log_text(&case.history));
    }
    text
}

/// Whether what was reported is not what stands there now.
fn changed(evidence: &Value, case: &Case) -> bool {
    evidence.get("content").and_then(Value::as_str) != Some(case.content.as_str())
        || evidence.get("title").and_then(Value::as_str) != case.title.as_deref()
}

fn one_line(text: &str) -> String {
    text.replace('\n', " ")
}
