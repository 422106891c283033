//! `zaro-ctl jobs …`

use zaro_core::config::Config;
use zaro_core::service::jobs::{self, Job};

use super::sweep;
use crate::cli::jobs::JobsVerb;
use crate::exit::{Exit, Failure};
use crate::output::{Printer, number, table};
use crate::session;

pub(super) fn run(config: &Config, verb: &JobsVerb, printer: Printer) -> Result<Exit, Failure> {
    let ctx = session::open(config)?;
    match verb {
        JobsVerb::List => {
            let jobs = jobs::list(&ctx)?;
            printer.data(&jobs, || as_text(&jobs));
            Ok(Exit::Done)
        }
        JobsVerb::Run(wanted) => sweep::run_rule(config, &ctx, wanted.name, wanted.consents, printer),
    }
}

fn as_text(jobs: &[Job]) -> String {
    let rows = jobs.iter().map(|job| {
        let last = job.last_run.as_ref().map_or_else(
            || "never".to_owned(),
            |run| format!("{} {} ({} changed)", run.started_at, run.state, number(run.applied)),
        );
        [job.job.to_string(), job.when.clone(), job.next_at.to_string(), last]
    });
    let mut lines = vec![table(["job", "when", "next", "last run"], rows), String::new()];
    lines.push("when: daily at this time in Seoul, or every full hour, where the API's scheduler is on".to_owned());
    for job in jobs {
        if let Some(lease) = &job.held_by {
            let since = lease.acquired_at;
            lines.push(format!("running: {} on {} since {since}", job.job, lease.holder));
        }
        if let Some(missed) = job.missed {
            lines.push(format!("missed: {} of {missed}, which the scheduler makes up for", job.job));
        }
    }
    lines.join("\n")
}
