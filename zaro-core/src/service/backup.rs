//! Database and images in one file, proved by restoring it, and brought back into an empty place.
//!
//! The file is a gzipped tar, readable without this program: `manifest.json` first (schema number, rows of each table,
//! checksum of the database), then `database.sqlite`, then every image below `media/`, and at last `checksums.sha256` in
//! the form of `sha256sum`, without which a file is cut off. Everything is streamed: neither the database nor an image is
//! ever in memory.
//!
//! **Consistent.** The database is copied in one picture while the daemon writes ([`crate::db::picture::copy_into`]);
//! images after it, so that every image its rows name is there unless it has been removed since. An image is published by
//! rename and never changed, so what is read is whole.
//!
//! **Left out.** The keys (`secrets.toml`): a backup travels further than the server it was made on, and whoever has the
//! keys can be any member. Without them a restored server makes new ones: members sign in again, and upload addresses of
//! the last minutes are void. A `secrets.toml` that is in the data directory already is kept and used. Left out as well is
//! what is made anew: the search index, data exports, mails in the outbox folder.
//!
//! **Nothing half.** A backup is written beside its name and renamed once it is on the disk; a restore fills folders of its
//! own and puts the database in its place last.

mod archive;
mod create;
mod restore;
mod scratch;
mod unpack;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

pub use create::{Created, create};
pub use restore::{Places, Restored, obstacle, restore};
pub use unpack::{Verified, manifest, verify};

use crate::error::Error;

/// The only form of the file so far.
const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.json";
const DATABASE: &str = "database.sqlite";
const IMAGES: &str = "media";
const CHECKSUMS: &str = "checksums.sha256";

/// The first thing in a backup: what it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Form of the file.
    pub format: u32,
    /// Release that made it.
    pub release: String,
    /// When, in UTC.
    pub made_at: String,
    /// On which machine.
    pub host: String,
    /// Newest migration of the database.
    pub schema: String,
    /// Rows of each table.
    pub tables: BTreeMap<String, i64>,
    /// The database.
    pub database: Piece,
}

/// A file within a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Its length.
    pub bytes: u64,
    /// Its checksum, in hexadecimal digits.
    pub sha256: String,
}

/// How far a backup, or its way back, has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub stage: &'static str,
    /// Bytes that are done.
    pub done: u64,
    /// Bytes in all; as many as are done where nobody knows.
    pub total: u64,
}

/// Who watches, and who may stop the work.
pub struct Watch<'a> {
    /// Set when it shall end.
    pub stop: &'a AtomicBool,
    /// Told now and then.
    pub progress: &'a mut dyn FnMut(Progress),
}

impl std::fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").field("stop", &self.stop).finish_non_exhaustive()
    }
}

impl Watch<'_> {
    /// An error once somebody wants the work to end; [`is_stop`] knows it again.
    fn go_on(&self) -> io::Result<()> {
        if self.stop.load(Ordering::SeqCst) { Err(io::Error::other(Stopped)) } else { Ok(()) }
    }
}

/// Why a copy ended early.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("interrupted; nothing was changed")]
struct Stopped;

/// Whether an error is no failure but the wish to end.
pub fn is_stop(error: &Error) -> bool {
    matches!(error, Error::Precondition(text) if text.contains(&Stopped.to_string()))
}

/// What could not be done with which file.
fn failed(what: &str, path: &Path, error: &io::Error) -> Error {
    if error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Stopped>) {
        return Error::Precondition(Stopped.to_string());
    }
    let hint = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "\nhint: make room, or use another disk",
        io::ErrorKind::PermissionDenied => "\nhint: run it as the user that the daemon runs as",
        _ => "",
    };
    Error::Precondition(format!("`{}` cannot be {what}: {error}{hint}", path.display()))
}

/// A backup that is not what it says.
fn damaged(path: &Path, why: impl std::fmt::Display) -> Error {
    Error::Precondition(format!("`{}` is no whole backup: {why}\nhint: take another one", path.display()))
}
