//! `zaro-ctl appeals …`

use serde_json::{Value, json};
use zaro_core::config::Config;
use zaro_core::context::Context;
use zaro_core::models::appeal::Appeal;
use zaro_core::models::{appeal, sanction};
use zaro_core::service::desk::Act;
use zaro_core::types::AppealId;

use super::order;
use crate::cli::appeals::AppealsVerb;
use crate::exit::{Exit, Failure};
use crate::output::{Printer, table};
use crate::session;

pub(super) fn run(config: &Config, verb: &AppealsVerb, printer: Printer) -> Result<Exit, Failure> {
    let ctx = session::open(config)?;
    match verb {
        AppealsVerb::List { limit } => {
            let open = zaro_core::service::appeal::open(&ctx, None, *limit)?;
            printer.data(&open.iter().map(appeal_json).collect::<Vec<_>>(), || list_text(&open));
            Ok(Exit::Done)
        }
        AppealsVerb::Show { appeal } => show(&ctx, AppealId(*appeal), printer),
        AppealsVerb::Accept(args) => {
            let answer = order::text(config, &args.told)?.unwrap_or_default();
            order::carry_out(&ctx, &args.order, &[Act::AppealAccept { appeal: AppealId(args.appeal), answer }], printer)
        }
        AppealsVerb::Reject(args) => {
            let answer = order::text(config, &args.told)?.unwrap_or_default();
            order::carry_out(&ctx, &args.order, &[Act::AppealReject { appeal: AppealId(args.appeal), answer }], printer)
        }
    }
}

fn show(ctx: &Context, id: AppealId, printer: Printer) -> Result<Exit, Failure> {
    let found = ctx.db.read(|connection| {
        let Some(found) = appeal::find(connection, id)? else { return Ok(None) };
        let measure = sanction::find(connection, found.sanction_id)?;
        Ok(measure.map(|measure| (found, measure)))
    })?;
    let Some((found, measure)) = found else {
        let hint = "`zaro-ctl appeals list` shows those that wait";
        return Err(Failure::new(Exit::Refused, format!("there is no appeal {id}"), hint));
    };
    let data = json!({
        "appeal": appeal_json(&found),
        "measure": {
            "id": measure.id, "kind": measure.kind, "reason": measure.reason, "message": measure.message,
            "starts_at": measure.starts_at, "ends_at": measure.ends_at, "lifted_at": measure.lifted_at,
            "lifted_by": measure.lifted_by, "created_by": measure.created_by,
        },
    });
    printer.data(&data, || {
        let until = measure.ends_at.map_or_else(|| "without end".to_owned(), |end| format!("until {end}"));
        let lines = [
            format!("appeal {}  {}  member {}  {}", found.id, found.state, found.user_id, found.created_at),
            format!("  {}", found.text.as_deref().unwrap_or("(erased)").replace('\n', "\n  ")),
            format!(
                "measure {}  {}  {}  by {}  from {}  {until}",
                measure.id, measure.kind, measure.reason, measure.created_by, measure.starts_at
            ),
            format!("  {}", measure.message.as_deref().unwrap_or("(no text)").replace('\n', "\n  ")),
        ];
        let answered = found.handled_by.as_ref().map(|by| {
            format!("\nanswered by {by}\n  {}", found.answer.as_deref().unwrap_or("(no text)").replace('\n', "\n  "))
        });
        format!("{}{}", lines.join("\n"), answered.unwrap_or_default())
    });
    Ok(Exit::Done)
}

fn appeal_json(appeal: &Appeal) -> Value {
    json!({
        "id": appeal.id, "measure": appeal.sanction_id, "member": appeal.user_id, "text": appeal.text,
        "state": appeal.state, "answer": appeal.answer, "handled_by": appeal.handled_by,
        "handled_at": appeal.handled_at, "created_at": appeal.created_at,
    })
}

fn list_text(open: &[Appeal]) -> String {
    let rows = open.iter().map(|appeal| {
        [
            appeal.id.to_string(),
            appeal.created_at.to_string(),
            appeal.user_id.to_string(),
            appeal.sanction_id.to_string(),
            appeal.text.clone().unwrap_or_default().replace('\n', " "),
        ]
    });
    table(["appeal", "filed", "member", "measure", "text"], rows)
}
