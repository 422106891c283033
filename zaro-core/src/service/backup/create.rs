//! Making a backup.

use std::fs::{self, File};
use std::io::{self, BufReader, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;

use super::archive::{Hashed, header, line};
use super::scratch::{Scratch, beside, own, sync_folder_of};
use super::{CHECKSUMS, DATABASE, FORMAT, IMAGES, MANIFEST, Manifest, Progress, Watch, failed};
use crate::context::host;
use crate::db::{Db, migrate, picture};
use crate::error::{Error, Result};
use crate::types::Time;

/// What a backup holds.
#[derive(Clone, Debug, Serialize)]
pub struct Created {
    /// Where it is.
    pub file: PathBuf,
    /// Its length.
    pub bytes: u64,
    /// Images in it.
    pub images: u64,
    /// What it says of itself.
    pub manifest: Manifest,
}

/// Writes database and images into a new file.
///
/// # Errors
/// [`Error::Precondition`] when the file is there already, or cannot be written: then nothing of it is left.
pub fn create(db: &Db, images: &Path, target: &Path, now: Time, watch: &mut Watch<'_>) -> Result<Created> {
    if target.exists() {
        return Err(Error::Precondition(format!(
            "`{}` is there already\nhint: name another file; backups are never overwritten",
            target.display()
        )));
    }
    let scratch = |what: &str| {
        let path = own(target, what);
        Scratch::file(path.clone()).map_err(|error| failed("written", &path, &error))
    };
    let part = scratch("part")?;
    let held = new_file(part.path()).map_err(|error| failed("written", part.path(), &error))?;
    let copy = scratch("database")?;
    (watch.progress)(Progress { stage: "copying the database", done: 0, total: 0 });
    // Made here, because SQLite would let everybody read it; it fills an empty file.
    drop(new_file(copy.path()).map_err(|error| failed("written", copy.path(), &error))?);
    picture::copy_into(db, copy.path())?;
    let (tables, schema) = describe(copy.path())?;
    let size = |path: &Path| fs::metadata(path).map(|data| data.len()).map_err(|error| failed("read", path, &error));
    let mut at = Progress { stage: "database", done: 0, total: 2 * size(copy.path())? };
    // Read twice: the manifest stands before what it describes.
    let database = hashed(copy.path(), watch, &mut at).map_err(|error| failed("read", copy.path(), &error))?;
    let manifest = Manifest {
        format: FORMAT,
        release: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: now.wire(),
        host: host(),
        schema,
        tables,
        database,
    };
    let sums = scratch("checksums")?;
    let mut writer = Writer {
        tar: tar::Builder::new(GzEncoder::new(io::BufWriter::new(held), Compression::fast())),
        sums: io::BufWriter::new(new_file(sums.path()).map_err(|error| failed("written", sums.path(), &error))?),
        seconds: now.seconds(),
    };
    let counted = writer.fill(&manifest, copy.path(), images, watch, &mut at);
    let images = counted.map_err(|error| failed("written", part.path(), &error))?;
    writer.finish(sums.path()).map_err(|error| failed("written", part.path(), &error))?;
    let bytes = size(part.path())?;
    // A hard link fails when the name has been taken meanwhile, where a rename would replace what is there.
    fs::hard_link(part.path(), target)
        .and_then(|()| sync_folder_of(target))
        .map_err(|error| failed("written", target, &error))?;
    Ok(Created { file: target.to_owned(), bytes, images, manifest })
}

/// A new file that only its owner reads.
fn new_file(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Rows and schema number of the copy: exactly what is in the backup, whatever the daemon has written since.
fn describe(copy: &Path) -> Result<(std::collections::BTreeMap<String, i64>, String)> {
    let db = Db::open(&format!("sqlite://{}", copy.display()), 1)?;
    let described = (db.read(picture::counts)?, migrate::status(&db)?.number().to_owned());
    picture::settle(&db)?;
    drop(db);
    for ending in ["-wal", "-shm"] {
        // Both are empty by now, or gone with the connection.
        drop(Scratch::file(beside(copy, ending)));
    }
    Ok(described)
}

fn hashed(path: &Path, watch: &mut Watch<'_>, at: &mut Progress) -> io::Result<super::Piece> {
    let mut reader = Hashed::new(File::open(path)?, watch, at);
    super::archive::copy(&mut reader, &mut io::sink())?;
    Ok(reader.finish())
}

struct Writer {
    tar: tar::Builder<GzEncoder<io::BufWriter<File>>>,
    sums: io::BufWriter<File>,
    seconds: i64,
}

impl Writer {
    /// Everything but the end; how many images there were.
    fn fill(
        &mut self,
        manifest: &Manifest,
        copy: &Path,
        images: &Path,
        watch: &mut Watch<'_>,
        at: &mut Progress,
    ) -> io::Result<u64> {
        let text = serde_json::to_vec_pretty(manifest)?;
        self.append(MANIFEST, text.len() as u64, text.as_slice(), watch, at)?;
        self.append(DATABASE, manifest.database.bytes, File::open(copy)?, watch, at)?;
        at.stage = "images";
        let (mut counted, mut folders) = (0, vec![images.to_owned()]);
        while let Some(folder) = folders.pop() {
            let entries = match fs::read_dir(&folder) {
                // No image was ever uploaded, or a folder has just gone with its last one.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                entries => entries?,
            };
            for entry in entries {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Some(name) = key(images, &path)
                    && let Some((file, bytes)) = open(&path)?
                {
                    self.append(&format!("{IMAGES}/{name}"), bytes, file, watch, at)?;
                    counted += 1;
                }
            }
        }
        Ok(counted)
    }

    fn append(
        &mut self,
        name: &str,
        bytes: u64,
        from: impl io::Read,
        watch: &mut Watch<'_>,
        at: &mut Progress,
    ) -> io::Result<()> {
        let mut reader = Hashed::new(BufReader::with_capacity(256 * 1024, from), watch, at);
        self.tar.append_data(&mut header(bytes, self.seconds), name, &mut reader)?;
        let piece = reader.finish();
        if piece.bytes != bytes {
            return Err(io::Error::other(format!("`{name}` changed while it was read")));
        }
        self.sums.write_all(line(name, &piece).as_bytes())
    }

    /// The list of checksums, the end of the archive, and all of it on the disk.
    fn finish(mut self, sums: &Path) -> io::Result<()> {
        self.sums.flush()?;
        let (list, bytes) = (File::open(sums)?, fs::metadata(sums)?.len());
        self.tar.append_data(&mut header(bytes, self.seconds), CHECKSUMS, list)?;
        let mut file = self.tar.into_inner()?.finish()?;
        file.flush()?;
        file.get_ref().sync_all()
    }
}

/// The key of an image: its path below the folder, unless it is one that is still being written.
fn key(folder: &Path, path: &Path) -> Option<String> {
    let name = path.strip_prefix(folder).ok()?.to_str()?;
    let is_part = path.extension().is_some_and(|ending| ending.to_string_lossy().starts_with("part-"));
    (!is_part).then(|| name.to_owned())
}

/// An image, unless it has gone meanwhile.
fn open(path: &Path) -> io::Result<Option<(File, u64)>> {
    match File::open(path) {
        Ok(file) => {
            let bytes = file.metadata()?.len();
            Ok(Some((file, bytes)))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
