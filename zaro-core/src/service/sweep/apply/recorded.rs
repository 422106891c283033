//! Applying a plan file: piece by piece, each row only if it is as the file says.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

use super::{ApplyOptions, Job, Run, Session, SweepReport};
use crate::context::Context;
use crate::error::Result;
use crate::policy::account::{MemberFacts, decide};
use crate::policy::retention::Lifecycle;
use crate::service::sweep::Rule;
use crate::service::sweep::facts;
use crate::service::sweep::file::{Fate, Moved, PlanFile, Seen, fate};
use crate::types::{Time, UserId};

/// Rows of a file that are in memory at once: enough for full batches in the order of ids, and a megabyte or two.
const PIECE: usize = 20_000;
/// Rows looked at in one read of a dry run.
const LOOK: usize = 1_000;

/// How applying a plan file ended.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FileReport {
    /// Each rule's run.
    #[serde(flatten)]
    pub sweep: SweepReport,
    /// Rows that were done already, by the same file or by a sweep.
    pub done_before: i64,
    /// Rows that were left alone, because they are not as they were.
    pub moved: i64,
}

/// What applying one rule of a plan file would do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FileLook {
    /// Which rule.
    pub rule: Rule,
    /// Rows that would be changed.
    pub due: i64,
    /// Rows that are done already.
    pub done_before: i64,
    /// Rows that would be left alone.
    pub moved: i64,
}

/// Applies a plan file, decided by the clock of now; `moved` is told of each row that is left alone.
///
/// The same file applied again finds everything done and changes nothing; interrupted, it goes on where it was.
///
/// # Errors
/// When nothing could be noted at all, or when the file was changed after it was opened.
pub fn apply_file(
    ctx: &Context,
    file: &mut PlanFile,
    options: &mut ApplyOptions<'_>,
    moved: &mut dyn FnMut(Moved),
) -> Result<FileReport> {
    let (mut report, at, shard) = (FileReport::default(), ctx.now(), file.shard);
    let mut session = Session::new(ctx, options)?;
    for (rule, rows) in file.rules.clone() {
        if options.stop.load(Ordering::SeqCst) {
            report.sweep.cut_short = true;
            break;
        }
        let mut records = Records { file, rule, rows, read: 0, done_before: 0, moved: 0, told: moved };
        let run = Run { ctx, at, shard, rule, session: &mut session };
        let run = run.go(Job::Recorded(&mut records), options)?;
        report.done_before += records.done_before;
        report.moved += records.moved;
        if report.sweep.add(run) {
            break;
        }
        // A rule that failed stops no other one.
        while !records.next_piece()?.0.is_empty() {}
    }
    Ok(report)
}

/// What applying a plan file would do now; `moved` is told of each row that would be left alone. Only reads, and ends
/// early when told to stop.
///
/// # Errors
/// When the file was changed after it was opened.
pub fn look_at_file(
    ctx: &Context,
    file: &mut PlanFile,
    stop: &AtomicBool,
    moved: &mut dyn FnMut(Moved),
) -> Result<Vec<FileLook>> {
    let (mut looks, at) = (Vec::new(), ctx.now());
    for (rule, rows) in file.rules.clone() {
        let mut look = FileLook { rule, due: 0, done_before: 0, moved: 0 };
        let mut records = Records { file, rule, rows, read: 0, done_before: 0, moved: 0, told: moved };
        loop {
            let (ids, wanted) = records.next_piece()?;
            if ids.is_empty() || stop.load(Ordering::SeqCst) {
                break;
            }
            for ids in ids.chunks(LOOK) {
                let found = ctx.db.read(|connection| facts::of_members(connection, ids))?;
                let fates = wanted.decide(rule, ids, &found, &ctx.policy.lifecycle, at);
                look.due += i64::try_from(fates.due.len()).unwrap_or(i64::MAX);
                records.note(&fates);
            }
        }
        (look.done_before, look.moved) = (records.done_before, records.moved);
        looks.push(look);
    }
    Ok(looks)
}

/// The rows of one rule in a plan file.
pub(super) struct Records<'a> {
    file: &'a mut PlanFile,
    rule: Rule,
    rows: u64,
    read: u64,
    done_before: i64,
    moved: i64,
    told: &'a mut dyn FnMut(Moved),
}

impl Records<'_> {
    /// How many there are.
    pub(super) fn len(&self) -> i64 {
        i64::try_from(self.rows).unwrap_or(i64::MAX)
    }

    /// The next of them, by id; none behind the last.
    pub(super) fn next_piece(&mut self) -> Result<(Vec<UserId>, Wanted)> {
        let left = usize::try_from(self.rows - self.read).unwrap_or(usize::MAX);
        let mut seen = HashMap::new();
        for _ in 0..left.min(PIECE) {
            let record = self.file.next_record(self.rule)?;
            self.read += 1;
            seen.insert(record.id, record.seen);
        }
        let mut ids: Vec<UserId> = seen.keys().copied().collect();
        ids.sort_unstable();
        Ok((ids, Wanted::AsSeen(seen)))
    }

    /// Counts what was not acted on, and tells whom.
    pub(super) fn note(&mut self, fates: &Fates) {
        self.done_before += i64::try_from(fates.done_before).unwrap_or(i64::MAX);
        self.moved += i64::try_from(fates.moved.len()).unwrap_or(i64::MAX);
        for moved in &fates.moved {
            (self.told)(*moved);
        }
    }
}

/// Which members of a batch are to be acted on.
pub(super) enum Wanted {
    /// Those for whom the rule is due.
    Due,
    /// Of those, whoever is as a plan file saw them.
    AsSeen(HashMap<UserId, Seen>),
}

/// What becomes of the members of a batch.
pub(super) struct Fates {
    /// To be acted on.
    pub(super) due: Vec<UserId>,
    /// How many of a plan file's are done already.
    pub(super) done_before: usize,
    /// Who of a plan file's is left alone.
    pub(super) moved: Vec<Moved>,
}

impl Wanted {
    /// Decides about a batch, given the facts of those of its members who are there.
    pub(super) fn decide(
        &self,
        rule: Rule,
        ids: &[UserId],
        found: &[(UserId, MemberFacts)],
        rules: &Lifecycle,
        at: Time,
    ) -> Fates {
        let mut fates = Fates { due: Vec::new(), done_before: 0, moved: Vec::new() };
        let Self::AsSeen(seen) = self else {
            let due = found.iter().filter(|(_, facts)| Some(decide(facts, rules, at)) == rule.decision());
            fates.due = due.map(|(id, _)| *id).collect();
            return fates;
        };
        let found: HashMap<UserId, &MemberFacts> = found.iter().map(|(id, facts)| (*id, facts)).collect();
        for (id, seen) in ids.iter().filter_map(|id| Some((*id, seen.get(id)?))) {
            match fate(rule, seen, found.get(&id).copied(), rules, at) {
                Fate::Act => fates.due.push(id),
                Fate::Done => fates.done_before += 1,
                Fate::Moved(why) => fates.moved.push(Moved { rule, id, why }),
            }
        }
        fates
    }
}
