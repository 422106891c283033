//! Reading a plan file: proved whole and ours before the first row of it is worked on.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read as _, Seek as _};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::{FORMAT, Head, Line, Record, Tail, VERSION, hex, policy, trouble};
use crate::context::Context;
use crate::db::migrate;
use crate::error::{Error, Result};
use crate::policy::retention::Lifecycle;
use crate::service::sweep::Rule;
use crate::service::sweep::plan::Shard;
use crate::types::Time;

/// The longest line there can be, with room to spare: what has longer ones is something else.
const LINE_MAX: u64 = 4_096;

/// A plan file that is of no use here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct BadPlanFile {
    /// What is wrong, in one line.
    pub text: String,
    /// What to do.
    pub hint: &'static str,
}

/// Why a plan file was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It is of no use here.
    #[error(transparent)]
    Bad(#[from] BadPlanFile),
    /// Something else failed.
    #[error(transparent)]
    Failed(#[from] Error),
}

const PLAN_AGAIN: &str = "make a new one with `zaro-ctl sweep plan -o FILE`";

/// A plan file that was read once from end to end, and can be worked on.
#[derive(Debug)]
pub struct PlanFile {
    path: PathBuf,
    reader: BufReader<File>,
    /// The instant it was made for.
    pub at: Time,
    /// The part of the members it looked at.
    pub shard: Shard,
    /// Rows of each rule, in the order of applying.
    pub rules: Vec<(Rule, u64)>,
}

impl PlanFile {
    /// Opens a file and reads it once: all of it is there, it is about this database, and was decided by the rules in
    /// force.
    ///
    /// # Errors
    /// [`OpenError::Bad`] with what is wrong with it.
    pub fn open(ctx: &Context, path: &Path) -> Result<Self, OpenError> {
        let unreadable = |error: &std::io::Error| {
            let text = format!("the plan file cannot be read: {}", trouble(path, error));
            BadPlanFile { text, hint: PLAN_AGAIN }
        };
        let file = File::open(path).map_err(|error| unreadable(&error))?;
        let mut reader = BufReader::new(file);
        let mut lines = Lines { path, reader: &mut reader, hash: Sha256::new(), number: 0 };
        let head: Head = lines.head()?;
        refuse_foreign(ctx, path, &head)?;
        let (at, shard) = (Time::parse(&head.at), Shard::parse(&head.shard));
        let (Some(at), Some(shard)) = (at, shard) else { return Err(lines.damaged("no head of ours").into()) };
        let rules = lines.rows()?;
        reader.rewind().map_err(|error| unreadable(&error))?;
        // The head, which was read above.
        let mut skipped = Vec::new();
        reader.read_until(b'\n', &mut skipped).map_err(|error| unreadable(&error))?;
        Ok(Self { path: path.to_owned(), reader, at, shard, rules })
    }

    /// Rows in all.
    pub fn len(&self) -> u64 {
        self.rules.iter().map(|(_, rows)| rows).sum()
    }

    /// Whether it names nobody.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The next row, of this rule; it was read before, so that only a file that was changed meanwhile can fail here.
    pub(in crate::service::sweep) fn next_record(&mut self, rule: Rule) -> Result<Record> {
        let mut line = Vec::new();
        let read = (&mut self.reader).take(LINE_MAX).read_until(b'\n', &mut line);
        let record = read.ok().and_then(|_| serde_json::from_slice::<Line>(&line).ok()).and_then(|line| line.record());
        record.filter(|record| record.rule == rule).ok_or_else(|| {
            Error::Precondition(format!(
                "`{}` was changed while it was worked on\nhint: {PLAN_AGAIN}",
                self.path.display()
            ))
        })
    }
}

/// Refuses a file about another database, of another release, or decided by other rules.
fn refuse_foreign(ctx: &Context, path: &Path, head: &Head) -> Result<(), OpenError> {
    let path = path.display();
    let bad = |text: String| Err(BadPlanFile { text, hint: PLAN_AGAIN }.into());
    if head.database != migrate::identity(&ctx.db)? {
        let hint = "look at `--data-dir` and `--database-url`, or make one for this database with `zaro-ctl sweep plan -o FILE`";
        return Err(BadPlanFile { text: format!("`{path}` is about another database"), hint }.into());
    }
    let (theirs, ours) = (&head.policy, policy(ctx));
    if theirs.version != ours.version {
        let (theirs, ours) = (theirs.version, ours.version);
        return bad(format!("`{path}` was decided by a policy of version {theirs}, and version {ours} is in force"));
    }
    if let Some((key, theirs, ours)) = first_difference(&theirs.lifecycle, &ours.lifecycle) {
        return bad(format!("`{path}` was decided by `lifecycle.{key} = {theirs}`, and {ours} is in force"));
    }
    Ok(())
}

/// The first age by which two policies differ.
fn first_difference(theirs: &Lifecycle, ours: &Lifecycle) -> Option<(&'static str, u32, u32)> {
    let Lifecycle { pending_days, notice_months, dormant_months, notice_lead_days, delete_months, anonymise_days } =
        *ours;
    [
        ("pending_days", theirs.pending_days, pending_days),
        ("notice_months", theirs.notice_months, notice_months),
        ("dormant_months", theirs.dormant_months, dormant_months),
        ("notice_lead_days", theirs.notice_lead_days, notice_lead_days),
        ("delete_months", theirs.delete_months, delete_months),
        ("anonymise_days", theirs.anonymise_days, anonymise_days),
    ]
    .into_iter()
    .find(|(_, theirs, ours)| theirs != ours)
}

/// What the head of every version has.
#[derive(serde::Deserialize)]
struct Known {
    format: String,
    version: u32,
}

/// The lines of a file on their first reading.
struct Lines<'a> {
    path: &'a Path,
    reader: &'a mut BufReader<File>,
    hash: Sha256,
    number: u64,
}

impl Lines<'_> {
    /// The next line with its end; empty behind the last.
    fn next(&mut self) -> Result<Vec<u8>, BadPlanFile> {
        let mut line = Vec::new();
        self.number += 1;
        match self.reader.take(LINE_MAX).read_until(b'\n', &mut line) {
            Err(error) => Err(self.damaged(&error.to_string())),
            Ok(0) => Ok(line),
            Ok(_) if line.last() != Some(&b'\n') => Err(self.damaged("it breaks off")),
            Ok(_) => Ok(line),
        }
    }

    /// The first line, which tells whether this is a plan file at all.
    fn head(&mut self) -> Result<Head, BadPlanFile> {
        let other =
            |path: &Path| BadPlanFile { text: format!("`{}` is no plan file", path.display()), hint: PLAN_AGAIN };
        let line = self.next().map_err(|_| other(self.path))?;
        self.hash.update(&line);
        let known: Known = serde_json::from_slice(&line).map_err(|_| other(self.path))?;
        if known.format != FORMAT {
            return Err(other(self.path));
        }
        if known.version != VERSION {
            let text = format!(
                "`{}` is of version {}, and this build reads version {VERSION}",
                self.path.display(),
                known.version
            );
            return Err(BadPlanFile { text, hint: PLAN_AGAIN });
        }
        self.parse(&line)
    }

    /// All rows, counted and checked against the end.
    fn rows(&mut self) -> Result<Vec<(Rule, u64)>, BadPlanFile> {
        let (mut rules, mut total) = (BTreeMap::<Rule, u64>::new(), 0);
        loop {
            let line = self.next()?;
            if line.is_empty() {
                return Err(self.damaged("its end is missing"));
            }
            if line.starts_with(b"{\"end\"") {
                let end: Tail = self.parse(&line)?;
                let hash = hex(&std::mem::take(&mut self.hash).finalize());
                if end.rows != total || end.sha256 != hash {
                    return Err(self.damaged("its rows are not those that it was written with"));
                }
                if !self.next()?.is_empty() {
                    return Err(self.damaged("something follows its end"));
                }
                return Ok(rules.into_iter().collect());
            }
            self.hash.update(&line);
            let row: Line = self.parse(&line)?;
            let record = row.record().ok_or_else(|| self.damaged("it names a rule or an instant that there is not"))?;
            if rules.last_key_value().is_some_and(|(last, _)| *last > record.rule) {
                return Err(self.damaged("its rules are in another order"));
            }
            *rules.entry(record.rule).or_default() += 1;
            total += 1;
        }
    }

    fn parse<T: DeserializeOwned>(&self, line: &[u8]) -> Result<T, BadPlanFile> {
        serde_json::from_slice(line).map_err(|error| {
            // Its own place is within the line.
            let words = error.to_string();
            self.damaged(words.split(" at line ").next().unwrap_or(&words))
        })
    }

    fn damaged(&self, what: &str) -> BadPlanFile {
        let text = format!("`{}` is damaged, line {}: {what}", self.path.display(), self.number);
        BadPlanFile { text, hint: PLAN_AGAIN }
    }
}
