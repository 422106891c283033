//! Bringing a backup back, into an empty place only.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::json;

use super::scratch::{Scratch, beside, own, sync_folder_of};
use super::unpack::{refuse_newer, unpack};
use super::{Manifest, Watch, failed};
use crate::db::{migrate, picture};
use crate::error::{Error, Result};
use crate::service::mail::switch;
use crate::service::moderation_log::{self, Act, By};
use crate::types::Time;

/// What a restore fills.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    /// The file of the database.
    pub database: &'a Path,
    /// The folder of the images.
    pub images: &'a Path,
    /// The folder of the search index, which is built anew from the posts.
    pub search: &'a Path,
}

/// What came back.
#[derive(Clone, Debug, Serialize)]
pub struct Restored {
    /// What the backup says of itself.
    pub manifest: Manifest,
    /// Where the database is.
    pub database: PathBuf,
    /// Images that came back.
    pub images: u64,
    /// Rows that were counted.
    pub rows: i64,
    /// Migrations that brought the database up to this release.
    pub migrated: Vec<String>,
}

/// What stands in the way of a restore: something that it would have to overwrite.
pub fn obstacle(places: Places<'_>) -> Option<String> {
    let found = |path: &Path| format!("`{}` is there already", path.display());
    let is_filled = fs::read_dir(places.images).is_ok_and(|mut entries| entries.next().is_some());
    // SQLite would replay a log that was left beside another database over the restored one.
    let logs = ["-wal", "-shm", "-journal"].map(|ending| beside(places.database, ending));
    if let Some(there) = std::iter::once(places.database).chain(logs.iter().map(PathBuf::as_path)).find(|p| p.exists())
    {
        Some(found(there))
    } else {
        is_filled.then(|| format!("{} and not empty", found(places.images)))
    }
}

/// Restores a backup: all of it, with every count and checksum compared, or nothing.
///
/// Mail to members stays off until an operator switches it on: what is queued in the backup may have been sent since.
///
/// # Errors
/// [`Error::Precondition`] when the place is not empty, or the backup is not whole or of a newer release.
pub fn restore(file: &Path, places: Places<'_>, by: &By, now: Time, watch: &mut Watch<'_>) -> Result<Restored> {
    if let Some(obstacle) = obstacle(places) {
        return Err(Error::Precondition(format!(
            "{obstacle}\nhint: a restore fills an empty place only; name another `--data-dir`, or move the old one away"
        )));
    }
    let (database, images) = (own(places.database, "restoring"), own(places.images, "restoring"));
    let database = Scratch::private_folder(database.clone()).map_err(|error| failed("made", &database, &error))?;
    // A web server may read images: whoever could look into their folder before still can.
    let images = Scratch::folder(images.clone()).map_err(|error| failed("made", &images, &error))?;
    let filled = database.path().join("zaro.db");
    let unpacked = unpack(file, &filled, Some(images.path()), watch)?;
    let db = unpacked.open()?;
    refuse_newer(file, &db)?;
    let rows = unpacked.compare(file, &db)?;
    let migrated = migrate::migrate(&db)?;
    db.write_tx(|connection| {
        switch::hold(connection, &by.actor, now)?;
        let before = json!({ "rows": 0 });
        let after =
            json!({ "rows": rows, "images": unpacked.images, "made_at": unpacked.manifest.made_at, "mail": "off" });
        let act = Act { action: "RESTORE", before, after, reason: None, inverse: None, undoes: None };
        moderation_log::append_to(connection, by, ("DATABASE", 0), "BACKUP_RESTORE", &act, now)
    })?;
    picture::settle(&db)?;
    drop(db);
    if fs::metadata(beside(&filled, "-wal")).is_ok_and(|log| log.len() > 0) {
        return Err(Error::Internal("the restored database is not in one file".to_owned()));
    }
    // An index of other posts, if there is one: the worker builds it anew.
    drop(Scratch::file(places.search.join("current")));
    // It is empty, or not there; else the rename fails.
    let _ = fs::remove_dir(places.images);
    fs::rename(images.path(), places.images)
        .and_then(|()| sync_folder_of(places.images))
        .map_err(|error| failed("put in its place", places.images, &error))?;
    // Last: without a database the place is not restored. A hard link never replaces one that has come meanwhile.
    fs::hard_link(&filled, places.database).and_then(|()| sync_folder_of(places.database)).map_err(|error| {
        // All of it or nothing: the images go where they are thrown away.
        let _ = fs::rename(places.images, images.path());
        failed("put in its place", places.database, &error)
    })?;
    Ok(Restored {
        manifest: unpacked.manifest,
        database: places.database.to_owned(),
        images: unpacked.images,
        rows,
        migrated,
    })
}
