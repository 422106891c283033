//! Data exports: asking for one, seeing how it stands, fetching it (E1, E2).

mod archive;
mod document;
mod files;
mod worker;

use std::fs::File;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{NaiveDate, TimeDelta};

pub(crate) use files::remove_dead as remove_dead_files;
pub use worker::{run_worker, work};

use crate::context::Context;
use crate::error::{Code, Error, Result};
use crate::models::export::{self, Export};
use crate::policy::account::WhileSuspended;
use crate::policy::export::{may_ask, may_fetch, state};
use crate::secrets::random;
use crate::service::actor::require_active;
use crate::types::{Time, UserId};

/// A finished export, to be fetched.
#[derive(Debug)]
pub struct Download {
    /// The ZIP file.
    pub file: File,
    /// The Seoul date of which it tells.
    pub date: NaiveDate,
}

/// E1: queues an export, or answers the one that is under way.
///
/// # Errors
/// 403 by account state; `RATE_LIMITED` when one was finished less than 24 h ago.
pub fn request(ctx: &Context, caller: UserId) -> Result<Export> {
    let (now, limit) = (ctx.now(), ctx.policy.limits.exports);
    let asked = ctx.db.write_tx(|connection| {
        require_active(connection, caller, WhileSuspended::Allowed, now)?;
        if let Some(under_way) = export::under_way(connection, caller)? {
            return Ok(under_way);
        }
        let since = now.minus(TimeDelta::seconds(i64::from(limit.seconds)));
        let finished = export::finished_since(connection, caller, since, i64::from(limit.count))?;
        may_ask(&finished, limit, now).map_err(Error::rate_limited)?;
        let id = BASE64_URL_SAFE_NO_PAD.encode(random::<16>());
        export::queue(connection, &id, caller, now)?;
        let queued = export::under_way(connection, caller)?;
        queued.ok_or_else(|| Error::Internal("an export is gone as it was queued".to_owned()))
    })?;
    ctx.export_bell.ring();
    Ok(asked)
}

/// E2: the export that the caller asked for last.
///
/// # Errors
/// `EXPORT_NOT_FOUND` when there is none.
pub fn latest(ctx: &Context, caller: UserId) -> Result<Export> {
    let now = ctx.now();
    let found = ctx.db.read(|connection| export::latest(connection, caller))?;
    found.map(|export| at(export, now)).ok_or_else(|| Code::ExportNotFound.into())
}

/// E2: the file of the caller's latest export.
///
/// # Errors
/// `EXPORT_NOT_READY` before it is ready, `EXPORT_NOT_FOUND` when there is none any more.
pub fn fetch(ctx: &Context, caller: UserId) -> Result<Download> {
    let export = latest(ctx, caller)?;
    may_fetch(export.state)?;
    let Some(file) = ctx.exports.open(&export.id)? else {
        tracing::error!(export.id, "a ready export has no file");
        return Err(Code::ExportNotFound.into());
    };
    Ok(Download { file, date: export.finished_at.unwrap_or(export.requested_at).seoul_date() })
}

/// An export as it stands at this instant.
fn at(export: Export, now: Time) -> Export {
    Export { state: state(export.state, export.expires_at, now), ..export }
}
