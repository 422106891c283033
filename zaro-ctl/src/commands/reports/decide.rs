//! A verdict on one case or on many: planned, shown, confirmed, and carried out case by case.

use std::sync::atomic::Ordering;

use serde::Serialize;
use zaro_core::Error;
use zaro_core::context::Context;
use zaro_core::service::desk::{self, Act, Case, QueueFilter, Step, Verdict, acts_of};
use zaro_core::types::{ReportId, ReportState, Target};

use super::filter;
use crate::cli::reports::Decide;
use crate::commands::order;
use crate::confirm::Confirmed;
use crate::exit::{Exit, Failure};
use crate::output::{Printer, number, table};
use crate::session;

/// A case that is to be decided, with the reports as they were seen.
#[derive(Clone, Debug, Serialize)]
struct Planned {
    #[serde(flatten)]
    target: Target,
    reports: Vec<(ReportId, i32)>,
    points: i64,
    author: String,
    excerpt: String,
    /// By id, for the line that goes on.
    #[serde(skip)]
    asked: Vec<i64>,
}

/// What became of all of them.
#[derive(Debug, Default, Serialize)]
struct Report {
    done: usize,
    steps: Vec<Step>,
    skipped: Vec<Skipped>,
    /// Cases that were not come to.
    left: usize,
}

#[derive(Debug, Serialize)]
struct Skipped {
    #[serde(flatten)]
    target: Target,
    why: String,
}

pub(super) fn run(ctx: &Context, args: &Decide, verdict: &Verdict, printer: Printer) -> Result<Exit, Failure> {
    let plan = plan(ctx, args)?;
    match plan.as_slice() {
        [] => {
            printer.data(&plan, || "nothing of the kind is open".to_owned());
            Ok(Exit::Done)
        }
        [one] => order::carry_out(ctx, &args.order, &acts(ctx, one, verdict)?, printer),
        many => decide_all(ctx, args, many, verdict, printer),
    }
}

fn plan(ctx: &Context, args: &Decide) -> Result<Vec<Planned>, Failure> {
    if args.reports.is_empty() == args.filter.is_empty() {
        return Err(Failure::new(
            Exit::Usage,
            "name reports by their ids, or by a filter, and not both",
            "`zaro-ctl reports list` shows both",
        ));
    }
    if args.reports.is_empty() {
        let items = desk::queue(ctx, &QueueFilter { limit: args.limit, ..filter(ctx, &args.filter) })?;
        let planned = items.into_iter().map(|item| Planned {
            target: item.target,
            reports: item.reports.iter().map(|report| (report.id, report.version)).collect(),
            points: item.points,
            author: item.nickname,
            excerpt: item.excerpt,
            asked: Vec::new(),
        });
        return Ok(planned.collect());
    }
    let mut plan: Vec<Planned> = Vec::new();
    for id in &args.reports {
        let case = desk::case(ctx, ReportId(*id))?;
        if let Some(same) = plan.iter_mut().find(|planned| planned.target == case.target) {
            same.asked.push(*id);
            continue;
        }
        let open = case.reports.iter().filter(|report| report.state == ReportState::Open);
        plan.push(Planned {
            target: case.target,
            reports: open.clone().map(|report| (report.id, report.version)).collect(),
            points: open.map(|report| i64::from(report.weight)).sum(),
            excerpt: case.title.clone().unwrap_or_else(|| case.content.chars().take(80).collect()),
            author: case.author.nickname,
            asked: vec![*id],
        });
    }
    Ok(plan)
}

/// The acts on a case, on the reports of the plan and as they were seen.
fn acts(ctx: &Context, planned: &Planned, verdict: &Verdict) -> Result<Vec<Act>, Error> {
    let mut case = desk::case_of(ctx, planned.target)?;
    let decided = decided(&case, planned);
    case.reports.retain_mut(|report| {
        let seen = planned.reports.iter().find(|(id, _)| *id == report.id);
        if let Some((_, version)) = seen {
            report.version = *version;
            // Whoever decided it meanwhile is found out by carrying it out.
            report.state = ReportState::Open;
        }
        seen.is_some()
    });
    if planned.reports.is_empty() && verdict.accept == Some(true) {
        // Somebody has decided it: nobody is warned, and nothing hidden, for a report that is not open any more.
        return Err(decided);
    }
    let acts = acts_of(&case, verdict);
    if acts.is_empty() { Err(decided) } else { Ok(acts) }
}

/// Why there is nothing to be done.
fn decided(case: &Case, planned: &Planned) -> Error {
    let asked = case.reports.iter().find(|report| planned.asked.contains(&report.id.0));
    let target = planned.target;
    Error::Precondition(
        match asked.and_then(|report| Some((report, report.handled_by.as_ref()?, report.handled_at?))) {
            Some((report, by, at)) => {
                format!("report {} was {} by {by} ({at})", report.id, report.state.as_str().to_lowercase())
            }
            None => format!("there is nothing to do about {target}: it stands so already"),
        },
    )
}

fn decide_all(
    ctx: &Context,
    args: &Decide,
    plan: &[Planned],
    verdict: &Verdict,
    printer: Printer,
) -> Result<Exit, Failure> {
    if args.order.signed.consents.dry_run {
        printer.data(&plan, || plan_text(plan));
        return Ok(Exit::Done);
    }
    if !args.order.signed.consents.yes && !printer.is_json() {
        printer.say(&plan_text(plan));
    }
    let reports: usize = plan.iter().map(|planned| planned.reports.len()).sum();
    let question = format!("Decide {} report(s) on {} post(s) and comment(s)?", count(reports), count(plan.len()));
    let Some(confirmed) = order::consent(&args.order, &question, printer)? else { return Ok(Exit::Refused) };
    let report = apply(ctx, args, plan, verdict, &confirmed)?;
    printer.data(&report, || report_text(&report));
    for skipped in &report.skipped {
        Printer::alarm(&format!("{} was skipped: {}", skipped.target, skipped.why));
    }
    if !report.steps.is_empty() {
        printer.say(&order::undo_line(&report.steps));
    }
    if report.left > 0 {
        let rest = plan.get(plan.len() - report.left..).unwrap_or_default();
        Printer::alarm(&format!("interrupted; what was done stays done. Go on with:\n  {}", go_on(args, rest)));
        return Ok(Exit::Interrupted);
    }
    Ok(if report.skipped.is_empty() { Exit::Done } else { Exit::Refused })
}

/// One transaction a case; what cannot be done is skipped and named, and Ctrl-C ends it between two.
fn apply(
    ctx: &Context,
    args: &Decide,
    plan: &[Planned],
    verdict: &Verdict,
    confirmed: &Confirmed,
) -> Result<Report, Failure> {
    let stop = session::stop_flag()?;
    let by = order::by(&args.order.signed);
    let mut report = Report::default();
    for (nth, planned) in plan.iter().enumerate() {
        if stop.load(Ordering::SeqCst) {
            report.left = plan.len() - nth;
            break;
        }
        let done = acts(ctx, planned, verdict)
            .and_then(|acts| order::perform(ctx, &by, &acts, args.order.why.as_deref(), confirmed));
        match done {
            Ok(steps) => {
                report.done += 1;
                report.steps.extend(steps);
            }
            Err(error @ (Error::Precondition(_) | Error::Conflict(_))) => {
                report.skipped.push(Skipped { target: planned.target, why: error.to_string() });
            }
            Err(other) => return Err(other.into()),
        }
    }
    Ok(report)
}

/// The command that goes on: decided reports match a filter no more; ids that are done are left out.
fn go_on(args: &Decide, rest: &[Planned]) -> String {
    let left: Vec<i64> = rest.iter().flat_map(|planned| planned.asked.iter().copied()).collect();
    let done = |word: &String| word.parse().is_ok_and(|id: i64| args.reports.contains(&id) && !left.contains(&id));
    let words = std::env::args().skip(1).filter(|word| args.reports.is_empty() || !done(word));
    let quoted = words.map(|word| if word.contains(' ') { format!("'{word}'") } else { word });
    format!("zaro-ctl {}", quoted.collect::<Vec<_>>().join(" "))
}

fn plan_text(plan: &[Planned]) -> String {
    let rows = plan.iter().map(|planned| {
        let ids: Vec<String> = planned.reports.iter().map(|(id, _)| id.to_string()).collect();
        [
            planned.target.to_string(),
            number(planned.points),
            planned.author.clone(),
            planned.excerpt.clone(),
            format!("#{}", ids.join(" #")),
        ]
    });
    table(["what", "points", "author", "text", "reports"], rows)
}

fn report_text(report: &Report) -> String {
    format!("decided {}, skipped {}, left {}", count(report.done), count(report.skipped.len()), count(report.left))
}

fn count(rows: usize) -> String {
    number(i64::try_from(rows).unwrap_or(i64::MAX))
}
