//! How an order of an operator is shown, confirmed and carried out.

use serde_json::{Map, Value};
use zaro_core::config::Config;
use zaro_core::context::Context;
use zaro_core::service::desk::{self, Act, Step};
use zaro_core::service::moderation_log::By;
use zaro_core::types::{Time, Via};

use crate::cli::order::{Order, Signed, Span, Told};
use crate::confirm::{Confirmed, Consent, confirm};
use crate::exit::{Exit, Failure};
use crate::output::{Printer, table};

/// Who acts.
pub(super) fn by(signed: &Signed) -> By {
    By::operator(&operator(signed.actor.as_deref()), Via::Cli)
}

/// As named, or else the user of this machine.
#[expect(clippy::disallowed_methods, reason = "the user of this machine is no setting of ours")]
pub(super) fn operator(name: Option<&str>) -> String {
    let user = || ["SUDO_USER", "USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok());
    let name = name.map(str::to_owned).or_else(user).filter(|name| !name.trim().is_empty());
    name.unwrap_or_else(|| "operator".to_owned())
}

/// What the member is told.
pub(super) fn text(config: &Config, told: &Told) -> Result<Option<String>, Failure> {
    let Some(key) = &told.canned else { return Ok(told.text.clone()) };
    let path = told.reasons.clone().unwrap_or_else(|| config.data_dir.join("reasons.toml"));
    let wrong = |why: String| {
        let hint = "it holds a `[reasons]` table with lines such as `insult = \"욕설은 …\"`";
        Failure::new(Exit::Usage, format!("`{}` {why}", path.display()), hint)
    };
    let file = std::fs::read_to_string(&path).map_err(|error| wrong(format!("cannot be read: {error}")))?;
    let file: toml::Table = file.parse().map_err(|error| wrong(format!("is no TOML: {error}")))?;
    let reasons = file.get("reasons").and_then(toml::Value::as_table);
    let reasons = reasons.ok_or_else(|| wrong("has no `[reasons]` table".to_owned()))?;
    match reasons.get(key).and_then(toml::Value::as_str) {
        Some(text) => Ok(Some(text.to_owned())),
        None => Err(Failure::new(
            Exit::Usage,
            format!("`{}` has no reason `{key}`", path.display()),
            format!("it has {}", reasons.keys().cloned().collect::<Vec<_>>().join(", ")),
        )),
    }
}

/// The end of something that begins now.
pub(super) fn until(ctx: &Context, span: Span) -> Option<Time> {
    match span {
        Span::For(span) => Some(ctx.now().plus(span)),
        Span::Forever => None,
    }
}

/// Asks, unless `--yes` was given.
pub(super) fn consent(order: &Order, question: &str, printer: Printer) -> Result<Option<Confirmed>, Failure> {
    let consent = if order.signed.consents.yes { Consent::Yes } else { Consent::Ask };
    let confirmed = confirm(consent, question)?;
    if confirmed.is_none() {
        printer.say("nothing was changed");
    }
    Ok(confirmed)
}

/// Shows what these acts will do, asks, and carries them out in one transaction.
pub(super) fn carry_out(ctx: &Context, order: &Order, acts: &[Act], printer: Printer) -> Result<Exit, Failure> {
    let by = by(&order.signed);
    let shown = desk::preview(ctx, &by, acts)?;
    if order.signed.consents.dry_run {
        printer.data(&shown, || steps_text(&shown));
        return Ok(Exit::Done);
    }
    if !order.signed.consents.yes && !printer.is_json() {
        printer.say(&steps_text(&shown));
    }
    let Some(confirmed) = consent(order, "Do this?", printer)? else { return Ok(Exit::Refused) };
    let done = perform(ctx, &by, acts, order.why.as_deref(), &confirmed)?;
    printer.data(&done, || steps_text(&done));
    printer.say(&undo_line(&done));
    Ok(Exit::Done)
}

/// The one way of this program to act.
pub(super) fn perform(
    ctx: &Context,
    by: &By,
    acts: &[Act],
    why: Option<&str>,
    _: &Confirmed,
) -> Result<Vec<Step>, zaro_core::Error> {
    desk::perform(ctx, by, acts, why)
}

/// The command that takes these back.
pub(super) fn undo_line(steps: &[Step]) -> String {
    let entries: Vec<i64> = steps.iter().filter(|step| step.forever.is_none()).filter_map(|step| step.entry).collect();
    if entries.is_empty() {
        return "this cannot be undone".to_owned();
    }
    format!("undo with `zaro-ctl audit undo {}`", runs(&entries))
}

/// Numbers as they are typed, those in a row as one: between two runs there are acts of others.
pub(super) fn runs(entries: &[i64]) -> String {
    let mut entries = entries.to_vec();
    entries.sort_unstable();
    let runs = entries.chunk_by(|one, next| one + 1 == *next).filter_map(|run| match run {
        [one] => Some(one.to_string()),
        [first, .., last] => Some(format!("{first}-{last}")),
        [] => None,
    });
    runs.collect::<Vec<_>>().join(" ")
}

/// What acts do, a line each.
pub(super) fn steps_text(steps: &[Step]) -> String {
    let rows = steps.iter().map(|step| {
        let mut change = changes(&step.before, &step.after);
        if step.mails > 0 {
            change.push("a mail".to_owned());
        }
        if let Some(why) = step.forever {
            change.push(format!("for ever: {why}"));
        }
        [
            step.entry.map_or_else(|| "-".to_owned(), |entry| entry.to_string()),
            step.action.clone(),
            format!("{} {}", step.target_kind.to_lowercase(), step.target_id),
            change.join(", "),
        ]
    });
    table(["entry", "act", "on", "what changes"], rows)
}

/// The columns that differ, in words.
pub(super) fn changes(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<String> {
    let mut changes = Vec::new();
    for (row, after) in after {
        let before = before.get(row).unwrap_or(&Value::Null);
        match (before, after) {
            (Value::Object(before), Value::Object(after)) => {
                for (column, value) in after.iter().filter(|(column, _)| *column != "updated_at") {
                    let was = before.get(column).unwrap_or(&Value::Null);
                    changes.push(format!("{row} {column} {} > {}", plain(column, was), plain(column, value)));
                }
            }
            (Value::Null, Value::Object(_)) => changes.push(format!("{row} is made")),
            (Value::Object(_), Value::Null) => changes.push(format!("{row} is removed")),
            (_, value) => changes.push(format!("{row} {}", plain(row, value))),
        }
    }
    changes
}

fn plain(column: &str, value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::Number(at) if column.ends_with("_at") || column.ends_with("_until") => {
            at.as_i64().map_or_else(|| at.to_string(), |at| Time::from_micros(at).to_string())
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
