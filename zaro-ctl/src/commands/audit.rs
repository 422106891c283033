//! `zaro-ctl audit …`

use serde_json::{Map, Value, json};
use zaro_core::Error;
use zaro_core::config::Config;
use zaro_core::context::Context;
use zaro_core::models::moderation_log::{LogEntry, LogFilter};
use zaro_core::service::desk::{self, UndoPlan, Undone};
use zaro_core::service::moderation_log::{self, Anchor};

use super::order;
use crate::cli::audit::{AuditVerb, Log, Undo};
use crate::confirm::Confirmed;
use crate::exit::{Exit, Failure};
use crate::output::{Printer, table};
use crate::session;

pub(super) fn run(config: &Config, verb: &AuditVerb, printer: Printer) -> Result<Exit, Failure> {
    let ctx = session::open(config)?;
    match verb {
        AuditVerb::Log(log) => show(&ctx, log, printer),
        AuditVerb::Verify { expect } => verify(&ctx, expect.as_ref(), printer),
        AuditVerb::Undo(undo) => take_back(&ctx, undo, printer),
    }
}

fn show(ctx: &Context, log: &Log, printer: Printer) -> Result<Exit, Failure> {
    let filter = LogFilter {
        actor: log.actor.clone(),
        target: log.of.clone(),
        since: log.since,
        before: log.before,
        limit: log.limit,
    };
    let entries = moderation_log::list(ctx, &filter)?;
    printer.data(&entries.iter().map(entry_json).collect::<Vec<_>>(), || log_text(&entries));
    if let Some(last) = entries.last().filter(|_| i64::try_from(entries.len()) == Ok(log.limit)) {
        printer.say(&format!("more with --before {}", last.id));
    }
    Ok(Exit::Done)
}

fn verify(ctx: &Context, expect: Option<&Anchor>, printer: Printer) -> Result<Exit, Failure> {
    let found = moderation_log::verify(ctx, expect)?;
    printer.data(&found, || match &found.anchor {
        Some(anchor) => format!("{} entries are whole\nanchor {anchor}", found.whole),
        None => "the log is empty".to_owned(),
    });
    if let Some(broken) = found.broken {
        return Err(Failure::new(
            Exit::Refused,
            format!("entry #{broken} was changed, or an entry before it is missing"),
            "compare it with a backup; what stands before it is whole",
        ));
    }
    if let (Some(false), Some(anchor)) = (found.expected, expect) {
        return Err(Failure::new(
            Exit::Refused,
            format!(
                "entry #{} is not there any more as it was: the end of the log was cut off, or written anew",
                anchor.id
            ),
            "compare it with a backup from the time of the anchor",
        ));
    }
    Ok(Exit::Done)
}

/// What an undo is made of, in the order in which it is carried out.
fn take_back(ctx: &Context, args: &Undo, printer: Printer) -> Result<Exit, Failure> {
    let mut ids: Vec<i64> = args.entries.iter().flat_map(|(from, to)| *from..=*to).collect();
    ids.sort_unstable_by(|one, other| other.cmp(one));
    ids.dedup();
    if let [one] = ids[..] {
        let plan = desk::undo_plan(ctx, one)?;
        if let Some(why) = &plan.refused {
            return Err(Error::Precondition(why.clone()).into());
        }
        if args.order.signed.consents.dry_run {
            printer.data(&[&plan], || plan_text(&plan));
            return Ok(Exit::Done);
        }
        if !args.order.signed.consents.yes && !printer.is_json() {
            printer.say(&plan_text(&plan));
        }
    } else {
        let plans = ids.iter().map(|id| desk::undo_plan(ctx, *id)).collect::<Result<Vec<_>, _>>()?;
        if args.order.signed.consents.dry_run {
            printer.data(&plans, || plans_text(&plans));
            return Ok(Exit::Done);
        }
        if !args.order.signed.consents.yes && !printer.is_json() {
            printer.say(&plans_text(&plans));
        }
    }
    let question = format!("Undo {} act(s), latest first?", ids.len());
    let Some(confirmed) = order::consent(&args.order, &question, printer)? else { return Ok(Exit::Refused) };
    undo_all(ctx, args, &ids, &confirmed, printer)
}

/// Each as if it were the only one: what an earlier one depends on a later one for is told as contradicted.
fn plans_text(plans: &[UndoPlan]) -> String {
    plans.iter().map(plan_text).collect::<Vec<_>>().join("\n")
}

fn undo_all(ctx: &Context, args: &Undo, ids: &[i64], _: &Confirmed, printer: Printer) -> Result<Exit, Failure> {
    let by = order::by(&args.order.signed);
    let stop = session::stop_flag()?;
    let (mut done, mut refused): (Vec<Undone>, Vec<Value>) = (Vec::new(), Vec::new());
    let mut left: &[i64] = &[];
    for (nth, id) in ids.iter().enumerate() {
        if stop.load(std::sync::atomic::Ordering::SeqCst) {
            left = ids.get(nth..).unwrap_or_default();
            break;
        }
        if done.iter().any(|undone| undone.entries.contains(id)) {
            continue;
        }
        match desk::undo(ctx, &by, *id, args.order.why.as_deref()) {
            Ok(undone) => done.push(undone),
            Err(Error::Precondition(why)) => refused.push(json!({ "entry": id, "why": why })),
            Err(other) => return Err(other.into()),
        }
    }
    printer.data(&json!({ "undone": done, "refused": refused }), || {
        format!("undone {}, refused {}", done.iter().map(|undone| undone.entries.len()).sum::<usize>(), refused.len())
    });
    for warning in done.iter().flat_map(|undone| &undone.warnings) {
        printer.say(&format!("note: {warning}"));
    }
    for refusal in &refused {
        Printer::alarm(refusal.get("why").and_then(Value::as_str).unwrap_or_default());
    }
    if !left.is_empty() {
        Printer::alarm(&format!("interrupted; go on with:\n  zaro-ctl audit undo {}", order::runs(left)));
        return Ok(Exit::Interrupted);
    }
    Ok(if refused.is_empty() { Exit::Done } else { Exit::Refused })
}

fn plan_text(plan: &UndoPlan) -> String {
    let mut lines = vec![plan.refused.clone().unwrap_or_else(|| {
        let entries: Vec<String> = plan.entries.iter().map(|id| format!("#{id}")).collect();
        format!("undoes {} ({})", entries.join(", "), plan.action)
    })];
    lines.extend(plan.warnings.iter().map(|warning| format!("  but {warning}")));
    lines.join("\n")
}

/// An entry with its states as JSON, not as text of JSON.
pub(super) fn entry_json(entry: &LogEntry) -> Value {
    let state = |text: &Option<String>| text.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok());
    json!({
        "id": entry.id, "at": entry.created_at, "actor": entry.actor, "via": entry.via, "host": entry.host,
        "action": entry.action, "target_kind": entry.target_kind, "target_id": entry.target_id,
        "reason": entry.reason, "before": state(&entry.before_state), "after": state(&entry.after_state),
        "can_be_undone": entry.inverse.is_some(), "undoes": entry.undoes_id,
    })
}

pub(super) fn log_text(entries: &[LogEntry]) -> String {
    let rows = entries.iter().map(|entry| {
        let read = |text: &Option<String>| -> Map<String, Value> {
            text.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
        };
        let target = entry.target_id.map_or_else(String::new, |id| id.to_string());
        [
            entry.id.to_string(),
            entry.created_at.to_string(),
            entry.actor.clone(),
            entry.action.clone(),
            format!("{} {target}", entry.target_kind.to_lowercase()),
            entry.reason.clone().unwrap_or_default(),
            order::changes(&read(&entry.before_state), &read(&entry.after_state)).join(", "),
        ]
    });
    table(["entry", "at", "who", "act", "on", "why", "what changed"], rows)
}
