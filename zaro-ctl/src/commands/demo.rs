//! `zaro-ctl demo …`

use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

use indicatif::{ProgressBar, ProgressDrawTarget};
use zaro_core::config::Config;
use zaro_core::service::demo::{self, DemoPlan, DemoReport};

use crate::cli::{DemoLoad, DemoVerb};
use crate::confirm::{Consent, confirm};
use crate::exit::{Exit, Failure};
use crate::output::{Printer, number, table};
use crate::session;

pub(super) fn run(config: &Config, verb: &DemoVerb, printer: Printer) -> Result<Exit, Failure> {
    match verb {
        DemoVerb::Load(wanted) => load(config, wanted, printer),
    }
}

fn load(config: &Config, wanted: &DemoLoad, printer: Printer) -> Result<Exit, Failure> {
    let ctx = session::open(config)?;
    let plan = DemoPlan {
        members: wanted.members,
        posts: wanted.posts,
        comments: wanted.comments,
        places: wanted.places,
        seed: wanted.seed,
        text: wanted.text.clone(),
        now: ctx.now(),
    };
    if wanted.consents.dry_run {
        printer.say(&format!(
            "would load {} member(s), {} post(s), {} comment(s) and {} place(s) into {}",
            wanted.members,
            wanted.posts,
            wanted.comments,
            wanted.places,
            config.database.redacted()
        ));
        return Ok(Exit::Done);
    }
    // Only an empty database is filled, so there is nothing that a yes could cost but time; a server's database may be
    // somebody's all the same.
    let consent = if wanted.consents.yes || config.database.is_sqlite() { Consent::Yes } else { Consent::Ask };
    let question = format!("Fill {} with made-up members?", config.database.redacted());
    if confirm(consent, &question)?.is_none() {
        printer.say("nothing was changed");
        return Ok(Exit::Refused);
    }
    let stop = session::stop_flag()?;
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::hidden());
    if printer.has_terminal() {
        bar.set_draw_target(ProgressDrawTarget::stderr());
    }
    bar.set_style(session::bar_style()?);
    let report = demo::load(&ctx, &plan, &mut |at| {
        bar.set_message(at.stage);
        bar.set_length(at.total);
        bar.set_position(at.done);
        if stop.load(Ordering::SeqCst) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    bar.finish_and_clear();
    printer.data(&report, || describe(&report));
    if report.interrupted {
        Printer::alarm("interrupted; what was loaded stays, and a new load needs an empty database");
        return Ok(Exit::Interrupted);
    }
    printer.say(&format!("sign in as {} with the password {}", demo::DEMO_EMAIL, demo::DEMO_PASSWORD));
    Ok(Exit::Done)
}

fn describe(report: &DemoReport) -> String {
    let line = |what: String, count: u64| [what, number(i64::try_from(count).unwrap_or(i64::MAX))];
    let mut rows: Vec<[String; 2]> =
        report.by_status.iter().map(|(status, count)| line(format!("members {status}"), *count)).collect();
    for (what, count) in [
        ("posts", report.posts),
        ("comments", report.comments),
        ("places", report.places),
        ("favourites", report.favorites),
        ("likes", report.likes),
        ("follows", report.follows),
        ("dormancy notices", report.notices),
        ("mails", report.mails),
    ] {
        rows.push(line(what.to_owned(), count));
    }
    table(["loaded", "rows"], rows)
}
