//! Marks with an end, which outlive the process where a file is given.

use std::collections::HashMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::types::Time;

/// What is marked until when, in microseconds.
#[derive(Debug, Default)]
pub(super) struct Marks {
    until: HashMap<String, i64>,
    file: Option<PathBuf>,
}

impl Marks {
    /// With what an earlier process left in this file, which need not be there; a line that is none is passed over.
    pub(super) fn kept_in(file: &Path) -> Result<Self> {
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(away(file, &error)),
        };
        let line =
            |line: &str| line.split_once(' ').and_then(|(until, key)| Some((key.to_owned(), until.parse().ok()?)));
        Ok(Self { until: text.lines().filter_map(line).collect(), file: Some(file.to_owned()) })
    }

    /// Sets marks, drops the ended ones, and replaces the file by rename.
    pub(super) fn set(&mut self, keys: &[String], seconds: u32, now: Time) -> Result<()> {
        let now = now.micros();
        self.until.retain(|_, until| *until > now);
        self.until.extend(keys.iter().map(|key| (key.clone(), now + i64::from(seconds) * 1_000_000)));
        let Some(file) = &self.file else { return Ok(()) };
        let lines: Vec<String> = self.until.iter().map(|(key, until)| format!("{until} {key}\n")).collect();
        let new = file.with_extension("new");
        let folder = file.parent().unwrap_or(Path::new("."));
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&new, lines.concat()));
        written.and_then(|()| fs::rename(&new, file)).map_err(|error| away(file, &error))
    }

    /// Whether there is a mark under this key.
    pub(super) fn has(&self, key: &str, now: Time) -> bool {
        self.until.get(key).is_some_and(|until| *until > now.micros())
    }
}

fn away(file: &Path, error: &std::io::Error) -> Error {
    Error::Unavailable { what: "the file of marks", why: format!("`{}`: {error}", file.display()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn n10_a_mark_lasts_its_time_also_over_a_restart() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("marks");
        let mut first = Marks::kept_in(&file).expect("nothing yet");
        first.set(&["cut:a".to_owned(), "cut:b c".to_owned()], 60, at(100)).expect("a write");
        first.set(&["cut:d".to_owned()], 60, at(130)).expect("a write");
        drop(first);
        let mut second = Marks::kept_in(&file).expect("a file");
        for (key, seconds, expected) in [
            ("cut:a", 159, true),
            ("cut:a", 160, false),
            ("cut:b c", 159, true),
            ("cut:d", 189, true),
            ("cut:d", 190, false),
            ("cut:e", 100, false),
        ] {
            assert_eq!(second.has(key, at(seconds)), expected, "{key} at {seconds}");
        }
        second.set(&[], 60, at(160)).expect("a write");
        assert_eq!(fs::read_to_string(&file).expect("a file"), "190000000 cut:d\n", "what has ended goes");
    }

    #[test]
    fn a_torn_file_costs_its_broken_lines_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("marks");
        fs::write(&file, "x cut:a\n\n200000000 cut:b\n20000").expect("a file");
        let marks = Marks::kept_in(&file).expect("a file");
        assert!(marks.has("cut:b", at(100)) && !marks.has("cut:a", at(0)));
    }
}
