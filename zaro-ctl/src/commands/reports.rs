//! `zaro-ctl reports …`

mod decide;
mod show;

use zaro_core::config::Config;
use zaro_core::context::Context;
use zaro_core::service::desk::{self, QueueFilter, Verdict};
use zaro_core::service::sanction::Measure;
use zaro_core::types::{ReportId, ReportState, UserId};

use super::order;
use crate::cli::order::Span;
use crate::cli::reports::{Decide, Filter, ReportsVerb};
use crate::exit::{Exit, Failure};
use crate::output::Printer;
use crate::session;

pub(super) fn run(config: &Config, verb: &ReportsVerb, printer: Printer) -> Result<Exit, Failure> {
    let ctx = session::open(config)?;
    let accepted = || Verdict { accept: Some(true), ..Verdict::default() };
    let (args, verdict) = match verb {
        ReportsVerb::List(list) => {
            let filter = QueueFilter { state: list.state, limit: list.limit, ..filter(&ctx, &list.filter) };
            let items = desk::queue(&ctx, &filter)?;
            printer.data(&items, || show::items_text(&items));
            return Ok(Exit::Done);
        }
        ReportsVerb::Show { report } => {
            let case = desk::case(&ctx, ReportId(*report))?;
            printer.data(&show::case_json(&case), || show::case_text(&case));
            return Ok(Exit::Done);
        }
        ReportsVerb::Claim(args) => (args, Verdict { claim: Some(true), ..Verdict::default() }),
        ReportsVerb::Release(args) => (args, Verdict { claim: Some(false), ..Verdict::default() }),
        ReportsVerb::Dismiss(args) => (args, Verdict { accept: Some(false), ..Verdict::default() }),
        ReportsVerb::Restore(args) => (args, Verdict { accept: Some(false), restore: true, ..Verdict::default() }),
        ReportsVerb::Accept(args) => (args, accepted()),
        ReportsVerb::Hide(args) => (args, Verdict { hide: true, ..accepted() }),
        ReportsVerb::Delete(args) => (args, Verdict { delete: true, ..accepted() }),
        ReportsVerb::Warn(args) => (args, Verdict { measures: vec![Measure::Warning], ..accepted() }),
        ReportsVerb::Suspend(args) => {
            (&args.decide, Verdict { measures: vec![suspension(&ctx, args.span)], ..accepted() })
        }
    };
    let verdict = with_options(config, &ctx, args, verdict)?;
    decide::run(&ctx, args, &verdict, printer)
}

fn suspension(ctx: &Context, span: Span) -> Measure {
    Measure::Suspension { until: order::until(ctx, span) }
}

fn with_options(config: &Config, ctx: &Context, args: &Decide, verdict: Verdict) -> Result<Verdict, Failure> {
    let mut verdict = verdict;
    let adds = args.hide || args.delete || args.warn || args.suspend.is_some();
    if adds && verdict.accept != Some(true) {
        return Err(Failure::new(
            Exit::Usage,
            "reports that are not accepted lead to no measure",
            "use `accept` with these options",
        ));
    }
    verdict.hide |= args.hide;
    verdict.delete |= args.delete;
    let once =
        |measures: &[Measure], warning: bool| !measures.iter().any(|measure| (*measure == Measure::Warning) == warning);
    if args.warn && once(&verdict.measures, true) {
        verdict.measures.push(Measure::Warning);
    }
    if let Some(span) = args.suspend.filter(|_| once(&verdict.measures, false)) {
        verdict.measures.push(suspension(ctx, span));
    }
    verdict.message = order::text(config, &args.told)?;
    if verdict.message.is_some() && verdict.measures.is_empty() {
        return Err(Failure::new(
            Exit::Usage,
            "nobody is told anything by this",
            "give `--text` or `--canned` with `--warn` or `--suspend`",
        ));
    }
    Ok(verdict)
}

fn filter(ctx: &Context, filter: &Filter) -> QueueFilter {
    let now = ctx.now();
    QueueFilter {
        state: ReportState::Open,
        kind: filter.kind,
        reason: filter.reason_kind,
        reporter: filter.reporter.map(UserId),
        author: filter.author.map(UserId),
        before: filter.older_than.map(|age| now.minus(age)),
        since: filter.newer_than.map(|age| now.minus(age)),
        weight_at_least: filter.weight_at_least,
        weight_below: filter.weight_below,
        after: None,
        limit: i64::MAX,
    }
}
