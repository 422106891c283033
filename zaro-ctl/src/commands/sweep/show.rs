//! Sweeps as tables and as JSON.

use std::fmt::Write as _;

use serde::Serialize;
use zaro_core::models::sweep_run::SweepRun;
use zaro_core::service::sweep::{Plan, Rule, RulePlan, SweepReport, SweepStatus, Work};
use zaro_core::types::{RunState, Time};

use crate::output::{number, table};

/// Ids of a rule that are shown to people; `--json` has all of them.
const SHOWN: usize = 5;

/// A plan with `--json`.
#[derive(Serialize)]
pub(super) struct PlanView<'a> {
    at: Time,
    due: i64,
    rules: Vec<RuleView<'a>>,
    shard: String,
}

#[derive(Serialize)]
struct RuleView<'a> {
    due: i64,
    rule: Rule,
    work: &'a Work,
}

pub(super) fn plan_json(plan: &Plan) -> PlanView<'_> {
    PlanView {
        at: plan.at,
        due: plan.len(),
        rules: plan
            .rules
            .iter()
            .map(|rule| RuleView { due: rule.work.len(), rule: rule.rule, work: &rule.work })
            .collect(),
        shard: plan.shard.to_string(),
    }
}

pub(super) fn plan_text(plan: &Plan) -> String {
    let rows = plan.rules.iter().map(rule_row);
    format!("due at {} (shard {})\n\n{}", plan.at, plan.shard, table(["rule", "what", "due", "longest due"], rows))
}

fn rule_row(plan: &RulePlan) -> [String; 4] {
    let first = match &plan.work {
        Work::Members(due) => {
            let ids: Vec<String> = due.iter().take(SHOWN).map(|due| due.id.to_string()).collect();
            let more = if due.len() > SHOWN { ", …" } else { "" };
            format!("{}{more}", ids.join(", "))
        }
        Work::Rows(_) | Work::Counters(_) => String::new(),
    };
    [plan.rule.to_string(), plan.rule.describe().to_owned(), number(plan.work.len()), first]
}

fn state_word(state: Option<RunState>) -> String {
    state.map_or_else(|| "not run".to_owned(), |state| state.to_string())
}

pub(super) fn report_text(report: &SweepReport) -> String {
    let rows: Vec<_> = report
        .runs
        .iter()
        .filter(|run| run.planned > 0 || run.state != Some(RunState::Done))
        .map(|run| {
            [
                run.rule.to_string(),
                state_word(run.state),
                number(run.planned),
                number(run.counts.applied),
                number(run.counts.skipped),
                number(run.counts.failed),
            ]
        })
        .collect();
    let totals = report.totals();
    let last = format!(
        "changed {} row(s), skipped {}, failed {}",
        number(totals.applied),
        number(totals.skipped),
        number(totals.failed)
    );
    if rows.is_empty() {
        return last;
    }
    format!("{}\n\n{last}", table(["rule", "state", "planned", "changed", "skipped", "failed"], rows))
}

pub(super) fn status_text(status: &SweepStatus) -> String {
    let rows = status.rules.iter().map(|rule| {
        let last = rule.last_run.as_ref().map_or_else(
            || "never".to_owned(),
            |run| format!("{} {} ({} changed)", run.started_at, run.state, number(run.applied)),
        );
        [
            rule.rule.to_string(),
            rule.due.map_or_else(|| "?".to_owned(), number),
            rule.rule.timetable().to_string(),
            last,
        ]
    });
    let mut text = table(["rule", "due now", "when", "last run"], rows);
    text.push_str("\n\nwhen: the scheduler applies it daily at this time in Seoul, or every full hour\n");
    for (rule, lease) in status.rules.iter().filter_map(|rule| Some((rule.rule, rule.running.as_ref()?))) {
        let _ = writeln!(text, "running: {rule} on {} since {}", lease.holder, lease.acquired_at);
    }
    let counts = |pairs: Vec<(String, i64)>| {
        let words: Vec<String> = pairs.into_iter().map(|(state, count)| format!("{state} {}", number(count))).collect();
        if words.is_empty() { "none".to_owned() } else { words.join(", ") }
    };
    let notices = counts(status.notices.iter().map(|(state, count)| (state.to_string(), *count)).collect());
    let mail = counts(status.mail.iter().map(|(state, count)| (state.to_string(), *count)).collect());
    let _ = write!(text, "notices: {notices}\nmail:    {mail}");
    text
}

pub(super) fn history_text(runs: &[SweepRun]) -> String {
    let rows = runs.iter().map(|run| {
        [
            run.started_at.to_string(),
            run.job.clone(),
            run.shard.clone(),
            run.state.to_string(),
            number(run.planned),
            number(run.applied),
            number(run.failed),
            run.host.clone(),
        ]
    });
    table(["started", "rule", "shard", "state", "planned", "changed", "failed", "host"], rows)
}
