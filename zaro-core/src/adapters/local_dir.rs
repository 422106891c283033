//! Images in a folder, served by the API itself: the embedded default (I5).

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::ExposeSecret as _;
use sha2::Sha256;

use crate::config::Key;
use crate::error::{Error, Result};
use crate::ports::{ObjectInfo, ObjectStore};
use crate::secrets::random;
use crate::types::Time;

/// A folder of images with signed upload addresses.
pub struct LocalDir {
    folder: PathBuf,
    public_url: String,
    key: Key,
}

impl LocalDir {
    /// The folder is made with the first image. `public_url` is how browsers reach `/media`, without a slash at the end.
    pub fn new(folder: &Path, public_url: &str, key: Key) -> Self {
        Self { folder: folder.to_owned(), public_url: public_url.to_owned(), key }
    }

    /// I2: what an upload address is signed with, over method, key, content type and expiry.
    fn mac(&self, key: &str, mime: &str, expires: i64) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key.expose_secret())
            .unwrap_or_else(|_| unreachable!("HMAC takes a key of any length"));
        mac.update(format!("PUT\n{key}\n{mime}\n{expires}").as_bytes());
        mac
    }

    /// Whether this is an upload address of ours that still holds.
    pub fn verify_put(&self, key: &str, mime: &str, expires: &str, signature: &str, now: Time) -> bool {
        let Ok(expires) = expires.parse::<i64>() else { return false };
        let Ok(signature) = BASE64_URL_SAFE_NO_PAD.decode(signature) else { return false };
        now.seconds() < expires && self.mac(key, mime, expires).verify_slice(&signature).is_ok()
    }

    /// The file of a key; the key must be of our form, which holds no `..`.
    pub fn path(&self, key: &str) -> PathBuf {
        self.folder.join(key)
    }

    /// Removes files that were begun before then and never published; tells how many.
    pub fn remove_leftovers(&self, before: Time) -> Result<usize> {
        let mut removed = 0;
        let mut folders = vec![self.folder.clone()];
        while let Some(folder) = folders.pop() {
            let failed = |error: &std::io::Error| unavailable(&folder, error);
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                Err(error) => return Err(failed(&error)),
            };
            for entry in entries {
                let entry = entry.map_err(|error| failed(&error))?;
                let path = entry.path();
                let is_part = path.extension().and_then(|ending| ending.to_str()).is_some_and(|e| e.starts_with(PART));
                // One that is published or removed at this moment is nobody's waste.
                let Ok(data) = entry.metadata() else { continue };
                if data.is_dir() {
                    folders.push(path);
                } else if is_part && data.modified().is_ok_and(|at| Time::from(DateTime::<Utc>::from(at)) < before) {
                    removed += usize::from(fs::remove_file(&path).is_ok());
                }
            }
        }
        Ok(removed)
    }

    /// Writes an object beside its place; it is there once it is published, so that a reader never sees half of it.
    pub fn stage(&self, key: &str, bytes: &[u8]) -> Result<Staged> {
        let path = self.path(key);
        // A name of its own: two uploads of one key must not write into each other.
        let part = path.with_extension(format!("{PART}{:08x}", u32::from_ne_bytes(random())));
        let staged = Staged { part, path };
        let write = || {
            if let Some(folder) = staged.path.parent() {
                fs::create_dir_all(folder)?;
            }
            let mut file = fs::File::create(&staged.part)?;
            file.write_all(bytes)?;
            // On the disk before its row says so.
            file.sync_all()
        };
        write().map_err(|error| unavailable(&staged.path, &error))?;
        Ok(staged)
    }
}

/// What stands in the name of a file that is still being written.
const PART: &str = "part-";

/// An object that is written, but not there yet; dropped unpublished, it is gone.
#[derive(Debug)]
pub struct Staged {
    part: PathBuf,
    path: PathBuf,
}

impl Staged {
    /// Puts the object in its place.
    pub fn publish(&self) -> Result<()> {
        fs::rename(&self.part, &self.path).map_err(|error| unavailable(&self.path, &error))
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // Published, there is nothing left to remove; else a leftover is waste, not harm.
        let _ = fs::remove_file(&self.part);
    }
}

fn unavailable(path: &Path, error: &std::io::Error) -> Error {
    Error::Unavailable { what: "the image folder", why: format!("`{}`: {error}", path.display()) }
}

impl ObjectStore for LocalDir {
    fn presign_put(&self, key: &str, mime: &str, now: Time, lifetime: TimeDelta) -> Result<String> {
        let expires = now.plus(lifetime).seconds();
        let signature = BASE64_URL_SAFE_NO_PAD.encode(self.mac(key, mime, expires).finalize().into_bytes());
        Ok(format!("{}/media/{key}?expires={expires}&signature={signature}", self.public_url))
    }

    fn head(&self, key: &str) -> Result<Option<ObjectInfo>> {
        let path = self.path(key);
        match fs::metadata(&path) {
            Ok(data) => Ok(Some(ObjectInfo { bytes: i64::try_from(data.len()).unwrap_or(i64::MAX) })),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unavailable(&path, &error)),
        }
    }

    fn load(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let path = self.path(key);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unavailable(&path, &error)),
        }
    }

    fn remove(&self, key: &str) -> Result<()> {
        let path = self.path(key);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(unavailable(&path, &error)),
            _ => Ok(()),
        }
    }
}
