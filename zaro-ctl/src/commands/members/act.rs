//! Acts on one member.

use serde_json::json;
use zaro_core::config::Config;
use zaro_core::context::Context;
use zaro_core::models::session as session_row;
use zaro_core::service::desk::Act;
use zaro_core::service::sanction::{self, Measure};
use zaro_core::types::{ReportReason, SanctionKind, SanctionState, UserId};

use super::find;
use crate::cli::members::{Measure as MeasureArgs, Member, MembersAct, Sessions};
use crate::commands::order;
use crate::exit::{Exit, Failure};
use crate::output::{Printer, table};

pub(super) fn run(config: &Config, ctx: &Context, act: &MembersAct, printer: Printer) -> Result<Exit, Failure> {
    match act {
        MembersAct::Why { who } => {
            let dossier = find(ctx, who)?;
            let why = dossier.why(&ctx.policy.lifecycle);
            let data =
                json!({ "id": dossier.user.id, "status": dossier.user.status, "next": dossier.next, "why": why });
            printer.data(&data, || format!("{} is {}: {why}", dossier.user.nickname, dossier.user.status));
            Ok(Exit::Done)
        }
        MembersAct::Warn(args) => impose(config, ctx, args, Measure::Warning, printer),
        MembersAct::Suspend(args) => {
            let measure = Measure::Suspension { until: order::until(ctx, args.span) };
            impose(config, ctx, &args.measure, measure, printer)
        }
        MembersAct::Unsuspend(args) => unsuspend(ctx, args, printer),
        MembersAct::Withdraw(args) => on(ctx, args, |member| Act::MemberWithdraw { member }, printer),
        MembersAct::Restore(args) => on(ctx, args, |member| Act::MemberRestore { member }, printer),
        MembersAct::VerifyMail(args) => on(ctx, args, |member| Act::MemberVerify { member }, printer),
        MembersAct::Rename(args) => {
            let nickname = args.to.clone();
            on(ctx, &args.member, |member| Act::MemberRename { member, nickname }, printer)
        }
        MembersAct::Sessions(args) if args.end => {
            on(ctx, &args.member, |member| Act::MemberSignOut { member }, printer)
        }
        MembersAct::Sessions(args) => sessions(ctx, args, printer),
    }
}

fn on(ctx: &Context, args: &Member, act: impl FnOnce(UserId) -> Act, printer: Printer) -> Result<Exit, Failure> {
    let member = find(ctx, &args.who)?.user.id;
    order::carry_out(ctx, &args.order, &[act(member)], printer)
}

fn impose(
    config: &Config,
    ctx: &Context,
    args: &MeasureArgs,
    measure: Measure,
    printer: Printer,
) -> Result<Exit, Failure> {
    let message = order::text(config, &args.told)?;
    let reason: ReportReason = args.reason_kind;
    on(ctx, &args.member, |member| Act::Impose { member, measure, reason, message }, printer)
}

fn unsuspend(ctx: &Context, args: &Member, printer: Printer) -> Result<Exit, Failure> {
    let member = find(ctx, &args.who)?.user.id;
    let live = sanction::list(ctx, member)?
        .into_iter()
        .filter(|view| view.sanction.kind == SanctionKind::Suspension && view.state == SanctionState::Active);
    let acts: Vec<Act> = live.map(|view| Act::Lift { sanction: view.sanction.id }).collect();
    if acts.is_empty() {
        printer.data(&acts, || format!("member {member} is not suspended"));
        return Ok(Exit::Done);
    }
    order::carry_out(ctx, &args.order, &acts, printer)
}

fn sessions(ctx: &Context, args: &Sessions, printer: Printer) -> Result<Exit, Failure> {
    let member = find(ctx, &args.member.who)?.user.id;
    let live = ctx.db.read(|connection| session_row::live(connection, member, ctx.now()))?;
    // Not their ids: whoever reads this needs no name of a session.
    let data = live.iter().map(|session| {
        json!({
            "user_agent": session.user_agent, "created_at": session.created_at,
            "last_used_at": session.last_used_at, "expires_at": session.expires_at,
        })
    });
    printer.data(&data.collect::<Vec<_>>(), || {
        let rows = live.iter().map(|session| {
            [
                session.created_at.to_string(),
                session.last_used_at.to_string(),
                session.expires_at.to_string(),
                session.user_agent.clone().unwrap_or_else(|| "-".to_owned()),
            ]
        });
        table(["signed in", "last used", "ends", "by"], rows)
    });
    Ok(Exit::Done)
}
