//! Reading and writing pieces: hashed as they pass, and stopped between two buffers.

use std::fmt::Write as _;
use std::io::{self, Read, Write};

use sha2::{Digest as _, Sha256};

use super::{Piece, Progress, Watch};

/// Bytes copied at once.
const BUFFER: usize = 256 * 1024;

/// Counts and hashes what is read through it.
pub(super) struct Hashed<'a, 'w, R> {
    inner: R,
    hash: Sha256,
    bytes: u64,
    watch: &'a mut Watch<'w>,
    /// Where the whole work stands.
    at: &'a mut Progress,
}

impl<'a, 'w, R: Read> Hashed<'a, 'w, R> {
    pub(super) fn new(inner: R, watch: &'a mut Watch<'w>, at: &'a mut Progress) -> Self {
        Self { inner, hash: Sha256::new(), bytes: 0, watch, at }
    }

    /// What passed.
    pub(super) fn finish(self) -> Piece {
        Piece { bytes: self.bytes, sha256: hex(&self.hash.finalize()) }
    }
}

impl<R: Read> Read for Hashed<'_, '_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.watch.go_on()?;
        let read = self.inner.read(buffer)?;
        if let Some(part) = buffer.get(..read) {
            self.hash.update(part);
        }
        self.bytes += read as u64;
        self.at.done += read as u64;
        self.at.total = self.at.total.max(self.at.done);
        (self.watch.progress)(*self.at);
        Ok(read)
    }
}

/// Copies everything, in pieces large enough for a disk.
pub(super) fn copy(from: &mut impl Read, to: &mut impl Write) -> io::Result<u64> {
    let mut buffer = vec![0; BUFFER];
    let mut copied = 0;
    loop {
        let read = from.read(&mut buffer)?;
        let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { return Ok(copied) };
        to.write_all(part)?;
        copied += read as u64;
    }
}

/// A line of `checksums.sha256`.
pub(super) fn line(name: &str, piece: &Piece) -> String {
    format!("{}  {name}\n", piece.sha256)
}

/// The entry's head: a file that only its owner reads.
pub(super) fn header(bytes: u64, seconds: i64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_mtime(u64::try_from(seconds).unwrap_or(0));
    header
}

/// A piece that is in memory.
pub(super) fn piece_of(bytes: &[u8]) -> Piece {
    Piece { bytes: bytes.len() as u64, sha256: hex(&Sha256::digest(bytes)) }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
