//! `zaro-ctl search …`

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Value, json};
use zaro_core::config::Config;
use zaro_core::context::Context;
use zaro_core::policy::search::request::{SearchParams, SearchRequest};
use zaro_core::service::search::desk::{self, Reindex, SearchStatus};
use zaro_core::service::search::search;

use crate::cli::search::SearchVerb;
use crate::confirm::{Confirmed, Consent, confirm};
use crate::exit::{Exit, Failure};
use crate::output::{Printer, number, table};
use crate::session;

/// Between two looks whether the daemon has built the index.
const LOOK: Duration = Duration::from_millis(200);
/// How often it is looked whether the daemon is done: for ten minutes.
const LOOKS: u32 = 3_000;

pub(super) fn run(config: &Config, verb: &SearchVerb, printer: Printer) -> Result<Exit, Failure> {
    let ctx = session::open(config)?;
    match verb {
        SearchVerb::Status => {
            let status = desk::status(&ctx)?;
            printer.data(&status, || describe(&status));
            Ok(Exit::Done)
        }
        SearchVerb::Query { text, limit } => query(&ctx, text, *limit, printer),
        SearchVerb::Reindex(wanted) => {
            let status = desk::status(&ctx)?;
            if wanted.consents.dry_run {
                printer.data(&status, || format!("{}\nwould be built anew from all posts", describe(&status)));
                return Ok(Exit::Done);
            }
            printer.say(&describe(&status));
            let consent = if wanted.consents.yes { Consent::Yes } else { Consent::Ask };
            let question = "Build the index anew, beside the one that serves?";
            let Some(confirmed) = confirm(consent, question)? else {
                printer.say("nothing was changed");
                return Ok(Exit::Refused);
            };
            reindex(&ctx, &confirmed, printer)
        }
    }
}

fn describe(status: &SearchStatus) -> String {
    let documents = status.documents.map_or_else(
        || "none: not built yet, or by another release".to_owned(),
        |documents| number(i64::try_from(documents).unwrap_or(i64::MAX)),
    );
    let mut rows = vec![
        ["documents".to_owned(), documents],
        ["visible posts".to_owned(), number(status.posts)],
        ["changes wait".to_owned(), status.waits_since.map_or("no".to_owned(), |since| format!("since {since}"))],
    ];
    if let Some(lease) = &status.reindex {
        rows.push(["built anew".to_owned(), format!("asked for by {} at {}", lease.holder, lease.acquired_at)]);
    }
    table(["search", ""], rows)
}

fn query(ctx: &Context, text: &str, limit: u32, printer: Printer) -> Result<Exit, Failure> {
    let size = limit.to_string();
    let params = SearchParams { keyword: Some(text), size: Some(&size), ..SearchParams::default() };
    let request = SearchRequest::read(&params).map_err(zaro_core::Error::from)?;
    let page = search(ctx, &request)?;
    let hits: Vec<Value> = page
        .hits
        .iter()
        .map(|hit| {
            json!({ "id": hit.post.id, "title": hit.post.title, "category": hit.post.category, "preview": hit.preview })
        })
        .collect();
    printer.data(&json!({ "total": page.total, "degraded": page.degraded, "hits": hits }), || {
        let rows = page
            .hits
            .iter()
            .map(|hit| [hit.post.id.to_string(), hit.post.category.to_string(), hit.post.title.clone()]);
        format!("{}\n\n{} in all", table(["post", "board", "title"], rows), number(page.total))
    });
    if page.degraded {
        printer.say("the index is away: the database searched in its place");
    }
    Ok(Exit::Done)
}

fn reindex(ctx: &Context, _: &Confirmed, printer: Printer) -> Result<Exit, Failure> {
    let stop = session::stop_flag()?;
    if desk::reindex(ctx)? == Reindex::Asked {
        printer.say("the daemon writes the index: it is asked to build a new one");
        let mut looks = 0;
        while desk::wanted(ctx)?.is_some() {
            looks += 1;
            if looks > LOOKS {
                return Err(Failure::new(
                    Exit::TryLater,
                    "the daemon has not built a new index in ten minutes",
                    "the wish stays; see whether `zaro-api` runs and what it logs, and `zaro-ctl search status`",
                ));
            }
            if stop.load(Ordering::SeqCst) {
                Printer::alarm("not waited for; the daemon goes on, see `zaro-ctl search status`");
                return Ok(Exit::Interrupted);
            }
            ctx.search_bell.rest(LOOK);
        }
    }
    let status = desk::status(ctx)?;
    printer.data(&status, || describe(&status));
    Ok(Exit::Done)
}
