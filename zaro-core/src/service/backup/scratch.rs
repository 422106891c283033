//! Files and folders that are gone unless somebody keeps them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A file or folder that is removed when this is dropped; nothing there is fine.
#[derive(Debug)]
pub(super) struct Scratch(PathBuf);

impl Scratch {
    /// For a file: whatever an earlier run left there goes first.
    pub(super) fn file(path: PathBuf) -> io::Result<Self> {
        remove(&path)?;
        Ok(Self(path))
    }

    /// A folder of this name, new and empty.
    pub(super) fn folder(path: PathBuf) -> io::Result<Self> {
        remove(&path)?;
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    /// The same, and only its owner can look into it; whatever is above it is made as usual.
    pub(super) fn private_folder(path: PathBuf) -> io::Result<Self> {
        remove(&path)?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path)?;
        Ok(Self(path))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = remove(&self.0) {
            tracing::warn!(%error, "`{}` stays behind", self.0.display());
        }
    }
}

fn remove(path: &Path) -> io::Result<()> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A name beside a path that no other process uses, however long the same command runs there.
pub(super) fn own(path: &Path, what: &str) -> PathBuf {
    beside(path, &format!(".{what}-{}", std::process::id()))
}

/// A name beside a path: the path with this at its end.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Puts a file's or folder's new name on the disk.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(folder)?.sync_all()
}
