//! Database, schema, clocks, search, mail, notices, jobs.

use chrono::TimeDelta;
use zaro_core::config::Config;
use zaro_core::context::Context;
use zaro_core::db::{Db, migrate, picture};
use zaro_core::service::mail::desk;
use zaro_core::service::search::desk as search;
use zaro_core::service::vitals;
use zaro_core::types::RunState;

use super::Finding;
use crate::exit::Failure;
use crate::output::number;
use crate::session;

/// Clocks further apart decide ages and leases wrongly.
const SKEW_MAX: TimeDelta = TimeDelta::seconds(5);
/// A mail that is due for longer shows that nobody delivers (O2).
const MAIL_OVERDUE: TimeDelta = TimeDelta::minutes(10);
/// Every day brings a sweep; two days without one are a broken scheduler.
const SWEEP_AGE_MAX: TimeDelta = TimeDelta::hours(48);

/// A part by its name, and how it is looked at.
type Check = (&'static str, fn(&Context) -> zaro_core::Result<Finding>);

pub(super) fn look(config: &Config) -> Vec<Finding> {
    let db = match session::open_db(config, false) {
        Ok(db) => db,
        Err(failure) => return vec![Finding::failed("database", &failure)],
    };
    let mut findings = vec![Finding::ok("database", config.database.redacted()), schema(&db)];
    // What keeps it from opening is the finding of the schema.
    let Ok(ctx) = session::open(config) else { return findings };
    let checks: [Check; 6] = [
        ("clock", clock),
        ("search", look_at_search),
        ("mail", mail),
        ("notices", notices),
        ("maintenance", maintenance),
        ("sweeps", sweeps),
    ];
    for (part, check) in checks {
        findings.push(check(&ctx).unwrap_or_else(|error| Finding::failed(part, &Failure::from(error))));
    }
    findings
}

fn schema(db: &Db) -> Finding {
    match migrate::status(db) {
        Err(error) => Finding::failed("schema", &Failure::from(error)),
        Ok(status) if !status.unknown.is_empty() => {
            let text = format!("newer than this binary: it has {}", status.unknown.join(", "));
            Finding::broken("schema", text, "install the newer release, or restore a backup of this one")
        }
        Ok(status) if !status.pending.is_empty() => {
            Finding::broken("schema", format!("it lacks {}", status.pending.join(", ")), "zaro-ctl db migrate")
        }
        Ok(status) => Finding::ok("schema", status.number()),
    }
}

fn clock(ctx: &Context) -> zaro_core::Result<Finding> {
    let theirs = ctx.db.read(picture::clock)?;
    let skew = theirs.since(ctx.now());
    if skew.abs() > SKEW_MAX {
        let text = format!("the database's is {} s away from ours", skew.num_seconds());
        return Ok(Finding::broken("clock", text, "let both machines keep their time, e.g. with chrony"));
    }
    Ok(Finding::ok("clock", format!("the database's is {} ms away from ours", skew.num_milliseconds())))
}

fn look_at_search(ctx: &Context) -> zaro_core::Result<Finding> {
    let status = search::status(ctx)?;
    let Some(documents) = status.documents else {
        let text = "no index, or one that another release analysed";
        let fix = "start zaro-api, which builds it; or zaro-ctl search reindex";
        return Ok(Finding::warning("search", text, fix));
    };
    let documents = i64::try_from(documents).unwrap_or(i64::MAX);
    let text = format!("{} document(s) for {} visible post(s)", number(documents), number(status.posts));
    let overdue = status.waits_since.map(|since| ctx.now().since(since)).filter(|age| *age > MAIL_OVERDUE);
    Ok(match (status.waits_since, overdue) {
        (_, Some(age)) => {
            let text = format!("{text}; changes wait for {} min", age.num_minutes());
            Finding::broken("search", text, "is zaro-api running? its log says what keeps it from the index")
        }
        (None, None) if documents != status.posts => Finding::broken("search", text, "zaro-ctl search reindex"),
        _ => Finding::ok("search", text),
    })
}

fn mail(ctx: &Context) -> zaro_core::Result<Finding> {
    let to = ctx.mailer.describe();
    let queue = desk::queue(ctx, 1)?;
    if let Some(lease) = &queue.off {
        let text = format!("switched off since {} by {}", lease.acquired_at, lease.holder);
        return Ok(Finding::warning("mail", text, "zaro-ctl mail on"));
    }
    if let Err(why) = ctx.mailer.check() {
        return Ok(Finding::broken(
            "mail",
            format!("{to}: {why}"),
            "check `mail.url` in `zaro-ctl config show --origin`",
        ));
    }
    let overdue = vitals::vitals(ctx)?.mail_overdue;
    let oldest = queue.oldest.map_or_else(|| "nothing waits".to_owned(), |at| format!("the oldest unsent is of {at}"));
    if overdue > MAIL_OVERDUE {
        let text = format!("{to}; {oldest}, due for {} min", overdue.num_minutes());
        return Ok(Finding::broken(
            "mail",
            text,
            "is zaro-api running? see `zaro-ctl mail queue` for what it was told",
        ));
    }
    Ok(Finding::ok("mail", format!("{to}; {oldest}")))
}

fn notices(ctx: &Context) -> zaro_core::Result<Finding> {
    let waiting = desk::queue(ctx, 1)?.notices_to_settle;
    if waiting > 0 {
        let text = format!("{} dormancy notice(s) bounced or have an unknown fate", number(waiting));
        return Ok(Finding::warning("notices", text, "zaro-ctl mail bounces, then zaro-ctl mail resolve NOTICE"));
    }
    Ok(Finding::ok("notices", "none to settle"))
}

fn maintenance(ctx: &Context) -> zaro_core::Result<Finding> {
    Ok(if vitals::vitals(ctx)?.maintenance {
        Finding::warning("maintenance", "on: members can read only", "zaro-ctl maintenance off")
    } else {
        Finding::ok("maintenance", "off")
    })
}

fn sweeps(ctx: &Context) -> zaro_core::Result<Finding> {
    let now = ctx.now();
    let runs = vitals::vitals(ctx)?.last_runs;
    if let Some(run) = runs.iter().find(|run| run.state == RunState::Failed) {
        let why = run.error.clone().unwrap_or_default();
        return Ok(Finding::broken("sweeps", format!("`{}` failed: {why}", run.job), "zaro-ctl sweep run"));
    }
    let done = runs.iter().filter(|run| run.state == RunState::Done).filter_map(|run| run.finished_at).max();
    Ok(match done {
        None => Finding::warning(
            "sweeps",
            "none ever came to its end",
            "let zaro-api run them (`sweep.scheduler = \"on\"`), or cron (deploy/cron)",
        ),
        Some(at) if now.since(at) > SWEEP_AGE_MAX => Finding::broken(
            "sweeps",
            format!("the last successful one was at {at}"),
            "is zaro-api running with `sweep.scheduler` on, or cron? until then: zaro-ctl sweep run",
        ),
        Some(at) => Finding::ok("sweeps", format!("the last successful one was at {at}")),
    })
}
