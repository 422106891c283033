//! `zaro-ctl sweep plan -o FILE` and `zaro-ctl sweep run FILE`

use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::Ordering;

use serde::Serialize;
use serde_json::json;
use zaro_core::config::Config;
use zaro_core::context::Context;
use zaro_core::service::sweep::file::{self, Moved, OpenError, PlanFile};
use zaro_core::service::sweep::{self, FileLook, FileReport, Rule, Shard};
use zaro_core::types::Time;

use super::{ended, show, with_options};
use crate::cli::sweep::{Selection, SweepRun};
use crate::confirm::{Consent, confirm};
use crate::exit::{Exit, Failure};
use crate::output::{Printer, number, table};
use crate::session;

/// Rows left alone that are named to people; `--json` has all of them.
const NAMED: usize = 20;

/// `sweep plan -o FILE`
pub(super) fn write(
    ctx: &Context,
    selection: &Selection,
    at: Time,
    path: &Path,
    printer: Printer,
) -> Result<Exit, Failure> {
    if let Some(rule) = selection.only.iter().find(|rule| rule.decision().is_none()) {
        return Err(Failure::new(
            Exit::Usage,
            format!("`{rule}` is about no members, and a plan file names members"),
            format!("apply it with `zaro-ctl sweep run --only {rule}`"),
        ));
    }
    let rules: Vec<Rule> = if selection.only.is_empty() { file::rules().collect() } else { selection.only.clone() };
    let limit = selection.limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let shard = selection.shard.unwrap_or(Shard::WHOLE);
    let Some(written) = file::write(ctx, &rules, shard, limit, at, path, &*session::stop_flag()?)? else {
        Printer::alarm(&format!(
            "interrupted; no file was written, and the same command does: {}",
            session::command_line()
        ));
        return Ok(Exit::Interrupted);
    };
    let data = json!({
        "file": path.display().to_string(), "at": at, "shard": shard.to_string(), "due": written.due,
        "rules": rule_counts(&written.rules),
    });
    printer.data(&data, || counts_text(at, shard, &written.rules));
    printer.say(&format!("written to `{}`; apply it with `zaro-ctl sweep run FILE`", path.display()));
    Ok(Exit::Done)
}

/// `sweep run FILE`
pub(super) fn run(
    config: &Config,
    ctx: &Context,
    path: &Path,
    args: &SweepRun,
    printer: Printer,
) -> Result<Exit, Failure> {
    let mut file = PlanFile::open(ctx, path).map_err(failure)?;
    if args.consents.dry_run {
        return look(ctx, &mut file, printer);
    }
    let consent = if args.consents.yes || file.is_empty() { Consent::Yes } else { Consent::Ask };
    if !printer.is_json() {
        printer.say(&counts_text(file.at, file.shard, &file.rules));
    }
    let rows = i64::try_from(file.len()).unwrap_or(i64::MAX);
    let Some(confirmed) = confirm(consent, &format!("Apply to {} row(s), as far as they are due?", number(rows)))?
    else {
        printer.say("nothing was changed");
        return Ok(Exit::Refused);
    };
    let mut moved = Vec::new();
    let report = with_options(config, ctx, args, &confirmed, printer, |options| {
        Ok(sweep::apply_file(ctx, &mut file, options, &mut |row| moved.push(row))?)
    })?;
    printer.data(&Ran { report: &report, left_alone: &moved }, || {
        let (done, left) = (number(report.done_before), moved_text(&moved));
        format!("{}\ndone before {done} row(s), left alone {left}", show::report_text(&report.sweep))
    });
    ended(ctx, &report.sweep)
}

/// What was done, with `--json`.
#[derive(Serialize)]
struct Ran<'a> {
    #[serde(flatten)]
    report: &'a FileReport,
    left_alone: &'a [Moved],
}

/// `sweep run FILE --dry-run`
fn look(ctx: &Context, file: &mut PlanFile, printer: Printer) -> Result<Exit, Failure> {
    let stop = session::stop_flag()?;
    let mut moved = Vec::new();
    let looks = sweep::look_at_file(ctx, file, &stop, &mut |row| moved.push(row))?;
    if stop.load(Ordering::SeqCst) {
        Printer::alarm("interrupted; nothing was changed");
        return Ok(Exit::Interrupted);
    }
    printer.data(&json!({ "rules": looks, "left_alone": moved }), || look_text(&looks, &moved));
    Ok(Exit::Done)
}

fn look_text(looks: &[FileLook], moved: &[Moved]) -> String {
    let rows = looks
        .iter()
        .map(|look| [look.rule.to_string(), number(look.due), number(look.done_before), number(look.moved)]);
    let due: i64 = looks.iter().map(|look| look.due).sum();
    let rows = table(["rule", "due", "done before", "left alone"], rows);
    format!("{rows}\n\nwould change {} row(s), leave alone {}", number(due), moved_text(moved))
}

/// How many rows were left alone, and the first of them by name.
fn moved_text(moved: &[Moved]) -> String {
    let mut text = number(i64::try_from(moved.len()).unwrap_or(i64::MAX));
    for Moved { rule, id, why } in moved.iter().take(NAMED) {
        let _ = write!(text, "\n  {rule}: member {id} {}", why.describe());
    }
    if moved.len() > NAMED {
        let more = i64::try_from(moved.len() - NAMED).unwrap_or(i64::MAX);
        let _ = write!(text, "\n  and {} more, which `--json` names", number(more));
    }
    text
}

fn counts_text(at: Time, shard: Shard, rules: &[(Rule, u64)]) -> String {
    let count = |rows: &u64| number(i64::try_from(*rows).unwrap_or(i64::MAX));
    let rows = rules.iter().map(|(rule, rows)| [rule.to_string(), rule.describe().to_owned(), count(rows)]);
    format!("due at {at} (shard {shard})\n\n{}", table(["rule", "what", "due"], rows))
}

fn rule_counts(rules: &[(Rule, u64)]) -> Vec<serde_json::Value> {
    rules.iter().map(|(rule, rows)| json!({ "rule": rule, "due": rows })).collect()
}

fn failure(error: OpenError) -> Failure {
    match error {
        OpenError::Bad(bad) => Failure::new(Exit::Usage, bad.text, bad.hint),
        OpenError::Failed(error) => error.into(),
    }
}
