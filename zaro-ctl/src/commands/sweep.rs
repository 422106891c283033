//! `zaro-ctl sweep …`

mod file;
mod show;
mod simulate;

use indicatif::{ProgressBar, ProgressDrawTarget};
use zaro_core::config::Config;
use zaro_core::context::Context;
use zaro_core::db::dialect;
use zaro_core::models::{dormancy_notice, sweep_run};
use zaro_core::service::sweep::{self, ApplyOptions, Plan, Progress, Rule, Shard, SweepReport};
use zaro_core::types::Time;

use crate::cli::Consents;
use crate::cli::sweep::{Selection, Sweep, SweepHistory, SweepPlan, SweepRun, SweepRunFile, SweepVerb};
use crate::confirm::{Confirmed, Consent, can_ask, confirm};
use crate::exit::{Exit, Failure};
use crate::output::{Printer, number};
use crate::session;

/// Rows in one transaction, at most, where none were asked for.
const BATCH: u64 = 1000;

pub(super) fn run(config: &Config, args: &Sweep, printer: Printer) -> Result<Exit, Failure> {
    let ctx = session::open(config)?;
    match &args.verb {
        None => {
            // Cron's own call. On a terminal it is a person, who is shown the plan and asked.
            let consent = if can_ask() { Consent::Ask } else { Consent::Cron };
            sweep(config, &ctx, &args.run, consent, printer)
        }
        Some(SweepVerb::Run(SweepRunFile { file: None, run })) => sweep(config, &ctx, run, Consent::Ask, printer),
        Some(SweepVerb::Run(SweepRunFile { file: Some(path), run })) => file::run(config, &ctx, path, run, printer),
        Some(SweepVerb::Plan(SweepPlan { output: Some(path), selection, at })) => {
            file::write(&ctx, selection, at.unwrap_or_else(|| ctx.now()), path, printer)
        }
        Some(SweepVerb::Plan(SweepPlan { output: None, selection, at })) => {
            let plan = make_plan(&ctx, selection, at.unwrap_or_else(|| ctx.now()), false)?;
            printer.data(&show::plan_json(&plan), || show::plan_text(&plan));
            Ok(Exit::Done)
        }
        Some(SweepVerb::Simulate(wanted)) => simulate::run(&ctx, wanted, printer),
        Some(SweepVerb::Status) => {
            let status = sweep::status(&ctx)?;
            printer.data(&status, || show::status_text(&status));
            Ok(Exit::Done)
        }
        Some(SweepVerb::History(wanted)) => history(&ctx, wanted, printer),
    }
}

/// One rule by hand, shown and asked for.
pub(super) fn run_rule(
    config: &Config,
    ctx: &Context,
    rule: Rule,
    consents: Consents,
    printer: Printer,
) -> Result<Exit, Failure> {
    let selection = Selection { only: vec![rule], ..Selection::default() };
    let args = SweepRun { selection, consents, batch: BATCH };
    sweep(config, ctx, &args, Consent::Ask, printer)
}

/// Rules that read everything are for cron, which has the time; a person names them.
fn make_plan(ctx: &Context, selection: &Selection, at: Time, for_cron: bool) -> Result<Plan, Failure> {
    let usual = || Rule::ALL.into_iter().filter(|rule| for_cron || !rule.reads_everything()).collect();
    let rules = if selection.only.is_empty() { usual() } else { selection.only.clone() };
    let limit = selection.limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(sweep::plan(ctx, &rules, selection.shard.unwrap_or(Shard::WHOLE), limit, at)?)
}

/// Plan, show, ask, apply.
fn sweep(config: &Config, ctx: &Context, args: &SweepRun, consent: Consent, printer: Printer) -> Result<Exit, Failure> {
    let plan = make_plan(ctx, &args.selection, ctx.now(), consent == Consent::Cron)?;
    if args.consents.dry_run {
        printer.data(&show::plan_json(&plan), || show::plan_text(&plan));
        return Ok(Exit::Done);
    }
    let consent = if args.consents.yes { Consent::Yes } else { consent };
    let talks = consent != Consent::Cron || printer.is_json();
    if talks && !printer.is_json() {
        printer.say(&show::plan_text(&plan));
    }
    // Nothing due is nothing to ask about; the runs are still noted, so that a silent cron job can be proved.
    let consent = if plan.is_empty() && consent == Consent::Ask { Consent::Yes } else { consent };
    let Some(confirmed) = confirm(consent, &format!("Apply to {} row(s)?", number(plan.len())))? else {
        printer.say("nothing was changed");
        return Ok(Exit::Refused);
    };
    let report = apply(config, ctx, &plan, args, &confirmed, printer)?;
    finish(ctx, &report, talks, printer)
}

fn apply(
    config: &Config,
    ctx: &Context,
    plan: &Plan,
    args: &SweepRun,
    confirmed: &Confirmed,
    printer: Printer,
) -> Result<SweepReport, Failure> {
    with_options(config, ctx, args, confirmed, printer, |options| Ok(sweep::apply(ctx, plan, options)?))
}

/// Runs `work` with a progress bar, a stop signal and the settings in force.
fn with_options<T>(
    config: &Config,
    ctx: &Context,
    args: &SweepRun,
    _: &Confirmed,
    printer: Printer,
    work: impl FnOnce(&mut ApplyOptions<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let stop = session::stop_flag()?;
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::hidden());
    if printer.has_terminal() {
        bar.set_draw_target(ProgressDrawTarget::stderr());
    }
    bar.set_style(session::bar_style()?);
    let mut progress = |at: Progress| {
        bar.set_message(at.rule.name());
        bar.set_length(at.total.unsigned_abs());
        bar.set_position(at.done.unsigned_abs());
    };
    let done = work(&mut ApplyOptions {
        batch: usize::try_from(args.batch).unwrap_or(usize::MAX),
        lease: config.sweep.lease,
        scheduled_for: None,
        stop: &stop,
        progress: &mut progress,
    })?;
    bar.finish_and_clear();
    dialect::tidy(&ctx.db)?;
    Ok(done)
}

/// What happened, in one line, and everything a person must act on.
fn finish(ctx: &Context, report: &SweepReport, talks: bool, printer: Printer) -> Result<Exit, Failure> {
    if talks {
        printer.data(report, || show::report_text(report));
    }
    ended(ctx, report)
}

/// Everything a person must act on after a sweep, and the exit code.
fn ended(ctx: &Context, report: &SweepReport) -> Result<Exit, Failure> {
    for run in &report.runs {
        if run.counts.failed > 0 {
            Printer::alarm(&format!("{} row(s) of `{}` failed; see the log", number(run.counts.failed), run.rule));
        }
        if let Some(error) = &run.error {
            Printer::alarm(&format!("`{}` did not finish: {error}", run.rule));
        }
    }
    if let Some((rule, lease)) = report.held_by() {
        Printer::alarm(&format!(
            "`{rule}` is being swept by {} since {}; its lease ends at {} without a sign of life",
            lease.holder, lease.acquired_at, lease.expires_at
        ));
        return Ok(Exit::TryLater);
    }
    let waiting = ctx.db.read(dormancy_notice::count_to_settle)?;
    if waiting > 0 {
        Printer::alarm(&format!(
            "{} dormancy notice(s) bounced or have an unknown fate; their members do not become dormant until someone \
             settles them (`zaro-ctl sweep status`)",
            number(waiting)
        ));
    }
    if report.is_interrupted() {
        Printer::alarm(&format!(
            "interrupted; what was done stays done, and the same command goes on from there: {}",
            session::command_line()
        ));
        return Ok(Exit::Interrupted);
    }
    Ok(if report.has_failed() { Exit::Refused } else { Exit::Done })
}

fn history(ctx: &Context, wanted: &SweepHistory, printer: Printer) -> Result<Exit, Failure> {
    let rule = wanted.only.map(Rule::name);
    let runs = ctx.db.read(|connection| sweep_run::latest(connection, rule, wanted.limit))?;
    printer.data(&runs, || show::history_text(&runs));
    Ok(Exit::Done)
}
