//! Taking a backup apart, with every checksum and count compared on the way.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, BufWriter, Read as _, Write as _};
use std::path::{Component, Path, PathBuf};

use flate2::read::MultiGzDecoder;
use serde::Serialize;

use super::archive::{Hashed, copy, line, piece_of};
use super::scratch::{Scratch, beside, own};
use super::{CHECKSUMS, DATABASE, FORMAT, IMAGES, MANIFEST, Manifest, Piece, Progress, Watch, damaged, failed};
use crate::db::{Db, picture};
use crate::error::{Error, Result};

/// A manifest is a few kilobytes; this much of something else is not read into memory.
const MANIFEST_MAX: u64 = 1_000_000;

/// What was proved of a backup.
#[derive(Clone, Debug, Serialize)]
pub struct Verified {
    /// What it says of itself.
    pub manifest: Manifest,
    /// Images in it.
    pub images: u64,
    /// Bytes of database and images.
    pub bytes: u64,
    /// Rows that were counted in the restored database.
    pub rows: i64,
}

/// The backup, opened at its beginning.
fn archive(file: &Path) -> Result<tar::Archive<MultiGzDecoder<BufReader<File>>>> {
    let opened = File::open(file).map_err(|error| failed("read", file, &error))?;
    Ok(tar::Archive::new(MultiGzDecoder::new(BufReader::with_capacity(256 * 1024, opened))))
}

/// What a backup says of itself, without looking whether it is true.
pub fn manifest(file: &Path) -> Result<Manifest> {
    let mut archive = archive(file)?;
    let mut entries = archive.entries().map_err(|error| damaged(file, error))?;
    let first = entries.next().ok_or_else(|| damaged(file, "it is empty"))?;
    let mut first = first.map_err(|error| damaged(file, error))?;
    read_manifest(&mut first).map(|(manifest, _)| manifest).map_err(|error| damaged(file, error))
}

fn read_manifest(entry: &mut tar::Entry<'_, impl io::Read>) -> io::Result<(Manifest, Piece)> {
    if entry.path()?.as_os_str() != MANIFEST {
        return Err(io::Error::other("it does not begin with a manifest"));
    }
    let mut text = Vec::new();
    entry.take(MANIFEST_MAX).read_to_end(&mut text)?;
    let manifest: Manifest = serde_json::from_slice(&text)?;
    if manifest.format != FORMAT {
        return Err(io::Error::other(format!("it has the form {}, of another release", manifest.format)));
    }
    Ok((manifest, piece_of(&text)))
}

/// Restores a backup into an empty folder beside it, compares everything, and removes the folder again.
///
/// # Errors
/// [`Error::Precondition`] naming the first thing that is not as it was.
pub fn verify(file: &Path, watch: &mut Watch<'_>) -> Result<Verified> {
    let place = own(file, "verify");
    let scratch = Scratch::private_folder(place.clone()).map_err(|error| failed("made", &place, &error))?;
    let unpacked = unpack(file, &scratch.path().join("zaro.db"), None, watch)?;
    let db = unpacked.open()?;
    let rows = unpacked.compare(file, &db)?;
    Ok(Verified { manifest: unpacked.manifest, images: unpacked.images, bytes: unpacked.bytes, rows })
}

/// A backup that was taken apart.
#[derive(Debug)]
pub(super) struct Unpacked {
    pub(super) manifest: Manifest,
    pub(super) images: u64,
    pub(super) bytes: u64,
    database: PathBuf,
}

impl Unpacked {
    /// The database that came out of it.
    pub(super) fn open(&self) -> Result<Db> {
        Db::open(&format!("sqlite://{}", self.database.display()), 1)
    }

    /// Compares the database with the manifest; how many rows it has.
    pub(super) fn compare(&self, file: &Path, db: &Db) -> Result<i64> {
        let damage = db.read(picture::damage)?;
        if let Some(first) = damage.first() {
            return Err(damaged(file, format!("its database is damaged: {first}")));
        }
        let counts = db.read(picture::counts)?;
        for (table, rows) in &self.manifest.tables {
            let counted = counts.get(table).copied();
            if counted != Some(*rows) {
                let counted = counted.map_or("none".to_owned(), |rows| rows.to_string());
                return Err(damaged(file, format!("`{table}` should have {rows} row(s) and has {counted}")));
            }
        }
        Ok(counts.values().sum())
    }
}

/// Writes the database to `database`, and the images below `images` where given; all checksums are compared.
pub(super) fn unpack(file: &Path, database: &Path, images: Option<&Path>, watch: &mut Watch<'_>) -> Result<Unpacked> {
    let list = beside(database, ".checksums");
    let list = Scratch::file(list.clone()).map_err(|error| failed("written", &list, &error))?;
    let sums = File::create(list.path()).map_err(|error| failed("written", list.path(), &error))?;
    let mut archive = archive(file)?;
    let mut taken = Taken {
        manifest: None,
        has_database: false,
        is_whole: false,
        images: 0,
        at: Progress { stage: "reading", done: 0, total: 0 },
        sums: BufWriter::new(sums),
    };
    let entries = archive.entries().map_err(|error| damaged(file, error))?;
    for entry in entries {
        let mut entry = entry.map_err(|error| damaged(file, error))?;
        taken.take(&mut entry, database, images, list.path(), watch).map_err(|problem| match problem {
            Problem::Content(why) => damaged(file, why),
            Problem::Disk(error) => failed("unpacked", file, &error),
        })?;
    }
    // To the last byte: what stands between the pieces has gzip's own checksum, which comes last.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(|error| damaged(file, error))?;
    match taken {
        Taken { manifest: Some(manifest), has_database: true, is_whole: true, images, at, .. } => {
            Ok(Unpacked { manifest, images, bytes: at.done, database: database.to_owned() })
        }
        _ => Err(damaged(file, "it is cut off")),
    }
}

/// Why a piece could not be taken.
enum Problem {
    /// The backup is not what it says.
    Content(String),
    /// Reading or writing failed.
    Disk(io::Error),
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // What a cut or altered archive looks like to its reader.
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                Self::Content(error.to_string())
            }
            _ => Self::Disk(error),
        }
    }
}

struct Taken {
    manifest: Option<Manifest>,
    has_database: bool,
    is_whole: bool,
    images: u64,
    at: Progress,
    sums: BufWriter<File>,
}

impl Taken {
    fn take(
        &mut self,
        entry: &mut tar::Entry<'_, impl io::Read>,
        database: &Path,
        images: Option<&Path>,
        list: &Path,
        watch: &mut Watch<'_>,
    ) -> Result<(), Problem> {
        let path = entry.path()?.into_owned();
        let name = path.to_str().ok_or_else(|| Problem::Content("a name in it is no text".to_owned()))?.to_owned();
        if self.is_whole || !entry.header().entry_type().is_file() {
            return Err(Problem::Content(format!("`{name}` does not belong there")));
        }
        let Some(manifest) = &self.manifest else {
            let (manifest, piece) = read_manifest(entry).map_err(|error| Problem::Content(error.to_string()))?;
            self.sums.write_all(line(&name, &piece).as_bytes())?;
            self.manifest = Some(manifest);
            return Ok(());
        };
        match name.as_str() {
            DATABASE if !self.has_database => {
                let expected = manifest.database.clone();
                self.at.total = expected.bytes;
                let piece = self.write(entry, &name, Some(database), watch)?;
                if piece != expected {
                    return Err(Problem::Content("its database is not the one that was put in".to_owned()));
                }
                self.has_database = true;
            }
            CHECKSUMS => {
                self.sums.flush()?;
                self.is_whole = true;
                return compare_lists(entry, list);
            }
            _ => {
                let key =
                    image_key(&path).ok_or_else(|| Problem::Content(format!("`{name}` does not belong there")))?;
                let to = images.map(|folder| folder.join(key));
                if let Some(folder) = to.as_deref().and_then(Path::parent) {
                    fs::create_dir_all(folder)?;
                }
                self.at.stage = "images";
                self.write(entry, &name, to.as_deref(), watch)?;
                self.images += 1;
            }
        }
        Ok(())
    }

    fn write(
        &mut self,
        entry: &mut impl io::Read,
        name: &str,
        to: Option<&Path>,
        watch: &mut Watch<'_>,
    ) -> Result<Piece, Problem> {
        let mut reader = Hashed::new(entry, watch, &mut self.at);
        match to {
            Some(path) => {
                let mut file = File::create_new(path)?;
                copy(&mut reader, &mut file)?;
                file.sync_all()?;
            }
            None => drop(copy(&mut reader, &mut io::sink())?),
        }
        let piece = reader.finish();
        self.sums.write_all(line(name, &piece).as_bytes())?;
        Ok(piece)
    }
}

/// Both lists have the same order, so neither has to be in memory.
fn compare_lists(entry: impl io::Read, list: &Path) -> Result<(), Problem> {
    let mut found = BufReader::new(File::open(list)?).lines();
    for expected in BufReader::new(entry).lines() {
        let expected = expected?;
        let found = found.next().transpose()?;
        if found.as_deref() != Some(expected.as_str()) {
            let name = expected.split_once("  ").map_or("a piece", |(_, name)| name);
            return Err(Problem::Content(format!("`{name}` is missing or not what was put in")));
        }
    }
    match found.next().transpose()? {
        None => Ok(()),
        Some(line) => Err(Problem::Content(format!("it holds more than it lists: {line}"))),
    }
}

/// The key of an image, which must stay below the folder of the images.
fn image_key(path: &Path) -> Option<PathBuf> {
    let key = path.strip_prefix(IMAGES).ok()?;
    let is_below = key.components().all(|part| matches!(part, Component::Normal(_)));
    (is_below && key.file_name().is_some()).then(|| key.to_owned())
}

/// Refuses a backup whose database this release does not know.
pub(super) fn refuse_newer(file: &Path, db: &Db) -> Result<()> {
    let status = crate::db::migrate::status(db)?;
    if status.unknown.is_empty() {
        return Ok(());
    }
    Err(Error::Precondition(format!(
        "`{}` is of a newer release: its database has {}, which this one does not know\nhint: install that release first",
        file.display(),
        status.unknown.join(", ")
    )))
}
