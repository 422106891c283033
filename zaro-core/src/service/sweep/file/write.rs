//! Writing a plan file: whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{Line, Record, Seen, Tail, head, hex, trouble};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::service::sweep::Rule;
use crate::service::sweep::plan::{Shard, for_each_due};
use crate::types::Time;

/// What a plan file names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Written {
    /// The instant it was made for.
    pub at: Time,
    /// Rows in all.
    pub due: u64,
    /// Rows of each rule, in the order of applying.
    pub rules: Vec<(Rule, u64)>,
}

/// Writes what is due at `at` for these rules into a file; of each rule at most `limit` rows. Rules about other rows than
/// members are left out.
///
/// The file is there when all of it is on the disk, and replaces one of the same name only then. Nobody else on the
/// machine can read it. Told to stop, it leaves nothing behind and returns nothing.
///
/// # Errors
/// [`Error::Unavailable`] when it cannot be written.
pub fn write(
    ctx: &Context,
    rules: &[Rule],
    shard: Shard,
    limit: Option<usize>,
    at: Time,
    path: &Path,
    stop: &AtomicBool,
) -> Result<Option<Written>> {
    let unfinished = Unfinished::beside(path)?;
    let rows = Rows { ctx, rules, shard, limit, at, stop };
    let written = rows.write(&unfinished.file, &|error| unavailable(path, &error))?;
    if stop.load(Ordering::SeqCst) {
        return Ok(None);
    }
    unfinished.finish(path)?;
    Ok(Some(written))
}

/// What is to be written.
struct Rows<'a> {
    ctx: &'a Context,
    rules: &'a [Rule],
    shard: Shard,
    limit: Option<usize>,
    at: Time,
    stop: &'a AtomicBool,
}

impl Rows<'_> {
    fn write(&self, file: &File, unwritable: &dyn Fn(std::io::Error) -> Error) -> Result<Written> {
        let Self { ctx, rules, shard, limit, at, stop } = *self;
        let mut out = Hashed { out: BufWriter::new(file), hash: Sha256::new() };
        let mut written = Written { at, due: 0, rules: Vec::new() };
        out.line(&head(ctx, shard, at)?).map_err(unwritable)?;
        for rule in super::rules().filter(|rule| rules.contains(rule)) {
            let mut rows = 0;
            ctx.db.read(|connection| {
                for_each_due(connection, &ctx.policy, rule, shard, limit, at, &mut |candidate| {
                    if stop.load(Ordering::SeqCst) {
                        return Ok(ControlFlow::Break(()));
                    }
                    let Some(seen) = Seen::by(rule, &candidate.facts) else {
                        return Err(Error::Internal(format!("member {} is due without a date", candidate.id)));
                    };
                    rows += 1;
                    out.line(&Line::of(&Record { rule, id: candidate.id, seen })).map_err(unwritable)?;
                    Ok(ControlFlow::Continue(()))
                })
            })?;
            written.rules.push((rule, rows));
            written.due += rows;
        }
        out.end(written.due).map_err(unwritable)?;
        Ok(written)
    }
}

/// Lines, and the hash of all of them.
struct Hashed<W> {
    out: W,
    hash: Sha256,
}

impl<W: Write> Hashed<W> {
    fn line(&mut self, value: &impl Serialize) -> std::io::Result<()> {
        let mut line = serde_json::to_vec(value)?;
        line.push(b'\n');
        self.hash.update(&line);
        self.out.write_all(&line)
    }

    fn end(mut self, rows: u64) -> std::io::Result<()> {
        let end = Tail { end: true, rows, sha256: hex(&self.hash.finalize()) };
        serde_json::to_writer(&mut self.out, &end)?;
        writeln!(self.out)?;
        self.out.flush()
    }
}

/// A file that is being written; removed when dropped before it is finished.
struct Unfinished {
    file: File,
    path: Option<PathBuf>,
}

impl Unfinished {
    /// Beside the file it is to become, because a rename does not lead from one disk to another.
    fn beside(path: &Path) -> Result<Self> {
        let name = path.file_name().ok_or_else(|| {
            let error = std::io::Error::new(std::io::ErrorKind::InvalidInput, "this names no file");
            unavailable(path, &error)
        })?;
        let mut unfinished = std::ffi::OsString::from(".");
        unfinished.push(name);
        unfinished.push(format!(".{}.part", std::process::id()));
        let beside = path.with_file_name(unfinished);
        let mut options = OpenOptions::new();
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.write(true).create(true).truncate(true).open(&beside);
        Ok(Self { file: file.map_err(|error| unavailable(path, &error))?, path: Some(beside) })
    }

    fn finish(mut self, path: &Path) -> Result<()> {
        let renamed = self.file.sync_all().and_then(|()| match &self.path {
            Some(unfinished) => fs::rename(unfinished, path),
            None => Ok(()),
        });
        renamed.map_err(|error| unavailable(path, &error))?;
        self.path = None;
        Ok(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // What went wrong before is the error worth telling.
            let _ = fs::remove_file(path);
        }
    }
}

fn unavailable(path: &Path, error: &std::io::Error) -> Error {
    Error::Unavailable { what: "the plan file", why: trouble(path, error) }
}
