//! Data exports in a folder (E1 to E3): personal data, so readable by nobody else on the machine.

use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Ending of a finished export.
const FINISHED: &str = "zip";
/// Ending of one that is being made.
const UNFINISHED: &str = "part";

/// The folder; each file is called by the id of its export.
#[derive(Debug)]
pub struct ExportDir {
    folder: PathBuf,
}

impl ExportDir {
    /// The folder is made with the first export.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// An empty file to write an export into; one that an earlier try left behind is thrown away.
    pub fn begin(&self, id: &str) -> Result<File> {
        let path = self.path(id, UNFINISHED);
        let begin = || {
            let mut folder = fs::DirBuilder::new();
            let mut options = OpenOptions::new();
            #[cfg(unix)]
            {
                std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            }
            folder.recursive(true).create(&self.folder)?;
            options.write(true).create(true).truncate(true).open(&path)
        };
        begin().map_err(|error| unavailable(&path, &error))
    }

    /// Puts a written export in its place, whole or not at all; tells its length.
    pub fn finish(&self, id: &str, file: &File) -> Result<u64> {
        let path = self.path(id, FINISHED);
        let finish = || {
            // On the disk before its row says so.
            file.sync_all()?;
            fs::rename(self.path(id, UNFINISHED), &path)?;
            Ok(file.metadata()?.len())
        };
        finish().map_err(|error| unavailable(&path, &error))
    }

    /// The finished export, or nothing.
    pub fn open(&self, id: &str) -> Result<Option<File>> {
        let path = self.path(id, FINISHED);
        match File::open(&path) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unavailable(&path, &error)),
        }
    }

    /// Removes everything of an export; nothing there is fine.
    pub fn remove(&self, id: &str) -> Result<()> {
        for ending in [FINISHED, UNFINISHED] {
            let path = self.path(id, ending);
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(unavailable(&path, &error)),
                _ => {}
            }
        }
        Ok(())
    }

    /// The ids that files are called by.
    pub fn ids(&self) -> Result<Vec<String>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(unavailable(&self.folder, &error)),
        };
        let mut ids = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| unavailable(&self.folder, &error))?.path();
            let ours = path.extension().is_some_and(|ending| ending == FINISHED || ending == UNFINISHED);
            if let Some(id) = path.file_stem().and_then(|stem| stem.to_str()).filter(|_| ours) {
                ids.push(id.to_owned());
            }
        }
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    /// An id is base64url, so it leads nowhere else.
    fn path(&self, id: &str, ending: &str) -> PathBuf {
        self.folder.join(id).with_extension(ending)
    }
}

fn unavailable(path: &Path, error: &std::io::Error) -> Error {
    Error::Unavailable { what: "the export folder", why: format!("`{}`: {error}", path.display()) }
}
