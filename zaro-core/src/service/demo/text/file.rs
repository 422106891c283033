//! Sentences from a file: `id<TAB>text`, one a line, gzipped.

use std::fs::File;
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

use crate::error::{Error, Result};

/// Lines that are read; more would only fill memory.
const LINES_MAX: usize = 120_000;
/// Longest line, in bytes: what is longer is no file of sentences.
const LINE_MAX: u64 = 16 * 1024;
/// What is kept of a line, in bytes: several make a post.
const KEPT: usize = 1500;

/// The first sentences of a file, one behind the other.
pub(in crate::service::demo) struct Lines {
    text: String,
    /// Where each begins in `text`, and where the last ends.
    bounds: Vec<usize>,
}

impl Lines {
    /// Reads up to [`LINES_MAX`] sentences as they are unpacked.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let open = |error| Error::Precondition(format!("`{}` cannot be read: {error}", path.display()));
        let mut reader = BufReader::new(MultiGzDecoder::new(File::open(path).map_err(open)?));
        let mut lines = Self { text: String::new(), bounds: vec![0] };
        while lines.len() < LINES_MAX {
            let number = lines.len() + 1;
            let taken = next(&mut reader).and_then(|line| line.map(|line| lines.push(&line)).transpose());
            match taken {
                Ok(Some(())) => {}
                Ok(None) => break,
                Err(problem) => {
                    return Err(Error::Precondition(format!("`{}`, line {number}: {problem}", path.display())));
                }
            }
        }
        if lines.len() == 0 {
            return Err(Error::Precondition(format!("`{}`, line 1: the file is empty", path.display())));
        }
        Ok(lines)
    }

    const fn len(&self) -> usize {
        self.bounds.len() - 1
    }

    /// One of the sentences.
    pub(super) fn pick(&self, rng: &mut ChaCha8Rng) -> &str {
        let place = rng.random_range(0..self.len());
        self.text.get(self.bounds[place]..self.bounds[place + 1]).unwrap_or_default()
    }

    fn push(&mut self, line: &[u8]) -> Result<(), String> {
        let line = std::str::from_utf8(line).map_err(|error| format!("not UTF-8: {error}"))?;
        let (_, text) = line.split_once('\t').ok_or("no tab between id and text")?;
        let text = text.trim();
        if text.is_empty() {
            return Err("no text after the tab".to_owned());
        }
        if text.contains(char::is_control) {
            return Err("a control character in the text".to_owned());
        }
        self.text.push_str(text.get(..text.floor_char_boundary(KEPT)).unwrap_or_default());
        self.bounds.push(self.text.len());
        Ok(())
    }
}

/// The next line without its end, or nothing at the end of the file.
fn next(reader: &mut impl BufRead) -> Result<Option<Vec<u8>>, String> {
    let mut line = Vec::new();
    let read = reader.take(LINE_MAX).read_until(b'\n', &mut line).map_err(|error| error.to_string())?;
    match line.last() {
        None => Ok(None),
        Some(b'\n') => {
            line.pop();
            Ok(Some(line))
        }
        Some(_) if read as u64 == LINE_MAX => Err(format!("longer than {LINE_MAX} bytes")),
        Some(_) => Ok(Some(line)),
    }
}
