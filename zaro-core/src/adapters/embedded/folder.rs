//! The folder of the index: which generation is in use, and who may write.

use std::fs::{self, File, TryLockError};
use std::io::Write as _;
use std::path::Path;

use super::away;
use crate::error::Result;
use crate::policy::search::ANALYSIS_VERSION;

/// Names the generation in use.
const CURRENT: &str = "current";
/// Locked by the process that writes.
const LOCK: &str = "writer.lock";

/// The generation in use, if it is one that this build can read.
pub(super) fn current(folder: &Path) -> Option<String> {
    let name = fs::read_to_string(folder.join(CURRENT)).ok()?;
    let name = name.trim();
    let ours = number(name).is_some() && folder.join(name).join("meta.json").exists();
    ours.then(|| name.to_owned())
}

/// Puts a generation into use: by rename, and on disk before this returns.
pub(super) fn set_current(folder: &Path, name: &str) -> Result<()> {
    let new = folder.join("current.new");
    let written = File::create(&new).and_then(|mut file| {
        file.write_all(name.as_bytes())?;
        file.sync_all()
    });
    written.and_then(|()| fs::rename(&new, folder.join(CURRENT))).map_err(away)?;
    // So that the rename itself outlives a power cut.
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(away)
}

/// A name that no generation in the folder has.
pub(super) fn next_name(folder: &Path) -> String {
    let numbers = generations(folder).filter_map(|name| number(&name));
    format!("{}{:06}", prefix(), numbers.max().unwrap_or(0) + 1)
}

/// Removes all generations but one; what cannot be removed is in nobody's way.
pub(super) fn remove_others(folder: &Path, keep: Option<&str>) {
    for name in generations(folder).filter(|name| Some(name.as_str()) != keep) {
        if let Err(error) = fs::remove_dir_all(folder.join(&name)) {
            tracing::warn!(search.generation = name, error = %error, "an old search index stays on disk");
        }
    }
}

/// Whether the file that is locked is still there.
pub(super) fn is_whole(folder: &Path) -> bool {
    folder.join(LOCK).exists()
}

/// Takes the right to write, or says that another process has it.
pub(super) fn lock(folder: &Path) -> Result<File> {
    fs::create_dir_all(folder).map_err(away)?;
    let file = File::options().create(true).truncate(false).write(true).open(folder.join(LOCK)).map_err(away)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(away("another process writes it")),
        Err(TryLockError::Error(error)) => Err(away(error)),
    }
}

fn prefix() -> String {
    format!("v{ANALYSIS_VERSION}-")
}

/// The number of a generation of this version.
fn number(name: &str) -> Option<u32> {
    name.strip_prefix(&prefix())?.parse().ok()
}

/// Generations of any version.
fn generations(folder: &Path) -> impl Iterator<Item = String> {
    let names = fs::read_dir(folder).into_iter().flatten().flatten().filter(|entry| entry.path().is_dir());
    names.filter_map(|entry| entry.file_name().into_string().ok()).filter(|name| {
        name.strip_prefix('v').and_then(|rest| rest.split_once('-')).is_some_and(|(version, number)| {
            version.bytes().all(|c| c.is_ascii_digit()) && number.bytes().all(|c| c.is_ascii_digit())
        })
    })
}
