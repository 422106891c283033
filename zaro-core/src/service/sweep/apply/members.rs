//! The batches of a rule about members: the lease, the facts as they are now, the decision, the act, the note.

use std::sync::atomic::Ordering;

use super::recorded::{Fates, Records, Wanted};
use super::{ApplyOptions, Opened, Progress, Run, is_about_rows};
use crate::db::dialect;
use crate::error::{Error, Result};
use crate::fault;
use crate::models::sweep_run::{self, Counts};
use crate::ports::Ended;
use crate::service::effects::{self, Effect};
use crate::service::sweep::plan::Due;
use crate::service::sweep::{act, facts};
use crate::types::UserId;

/// How far a run is through its members.
struct Way {
    done: i64,
    total: i64,
}

impl Run<'_> {
    /// Everybody whom a plan found; false when it was told to stop.
    pub(super) fn planned(
        &mut self,
        run: Opened<'_>,
        due: &[Due],
        options: &mut ApplyOptions<'_>,
        counts: &mut Counts,
    ) -> Result<bool> {
        // In the order of ids: neighbours share pages, so that a batch writes far fewer of them.
        let mut ids: Vec<UserId> = due.iter().map(|due| due.id).collect();
        ids.sort_unstable();
        let mut way = Way { done: 0, total: i64::try_from(ids.len()).unwrap_or(i64::MAX) };
        self.members(run, &ids, &Wanted::Due, &mut way, options, counts, &mut |_| {})
    }

    /// Everybody whom a plan file names, as it is read; false when it was told to stop.
    pub(super) fn recorded(
        &mut self,
        run: Opened<'_>,
        records: &mut Records<'_>,
        options: &mut ApplyOptions<'_>,
        counts: &mut Counts,
    ) -> Result<bool> {
        let mut way = Way { done: 0, total: records.len() };
        loop {
            let (ids, wanted) = records.next_piece()?;
            if ids.is_empty() {
                return Ok(true);
            }
            if !self.members(run, &ids, &wanted, &mut way, options, counts, &mut |fates| records.note(fates))? {
                return Ok(false);
            }
        }
    }

    /// These members in batches. `told` is told of a batch once it is committed.
    #[expect(clippy::too_many_arguments, reason = "what a sweep works with; a struct for one caller would hide it")]
    fn members(
        &mut self,
        run: Opened<'_>,
        ids: &[UserId],
        wanted: &Wanted,
        way: &mut Way,
        options: &mut ApplyOptions<'_>,
        counts: &mut Counts,
        told: &mut dyn FnMut(&Fates),
    ) -> Result<bool> {
        let mut rest = ids;
        while !rest.is_empty() {
            if options.stop.load(Ordering::SeqCst) {
                return Ok(false);
            }
            let (batch, after) = rest.split_at(self.session.pace.size().min(rest.len()));
            match self.batch(run, batch, wanted, counts, told) {
                Ok(()) => {}
                Err(error) if batch.len() > 1 && is_about_rows(&error) => {
                    // One member stops nobody else (L3): each alone, and who fails is counted.
                    for one in batch {
                        match self.batch(run, std::slice::from_ref(one), wanted, counts, told) {
                            Ok(()) => {}
                            Err(error) if is_about_rows(&error) => self.count_failure(*one, &error, counts),
                            Err(error) => return Err(error),
                        }
                    }
                }
                Err(error) if is_about_rows(&error) => {
                    for one in batch {
                        self.count_failure(*one, &error, counts);
                    }
                }
                Err(error) => return Err(error),
            }
            rest = after;
            way.done += i64::try_from(batch.len()).unwrap_or(i64::MAX);
            (options.progress)(Progress { rule: self.rule, done: way.done, total: way.total });
            self.leave_gap();
        }
        Ok(true)
    }

    fn count_failure(&self, one: UserId, error: &Error, counts: &mut Counts) {
        tracing::error!(sweep.rule = %self.rule, user.id = one.0, error = error as &dyn std::error::Error, "a member was left out");
        counts.failed += 1;
    }

    /// One transaction: the lease, the facts as they are now, the decision, the act, the note.
    fn batch(
        &mut self,
        Opened { id, held }: Opened<'_>,
        ids: &[UserId],
        wanted: &Wanted,
        counts: &mut Counts,
        told: &mut dyn FnMut(&Fates),
    ) -> Result<()> {
        let (ctx, rule, at, before) = (self.ctx, self.rule, self.at, *counts);
        let raw: Vec<i64> = ids.iter().map(|id| id.0).collect();
        let (after, fates) = self.session.batch(ids.len(), |connection| {
            held.renew(connection, ctx.now())?;
            dialect::lock_rows(connection, "users", &raw)?;
            let found = facts::of_members(connection, ids)?;
            let fates = wanted.decide(rule, ids, &found, &ctx.policy.lifecycle, at);
            fault::point("sweep.batch_decided");
            let applied = act::act(ctx, connection, rule, &fates.due, at)?;
            let mut counts = before;
            counts.applied += i64::try_from(applied).unwrap_or(i64::MAX);
            counts.skipped += i64::try_from(ids.len() - applied).unwrap_or(i64::MAX);
            let last = ids.last().map_or(0, |id| id.0);
            sweep_run::progress(connection, id, counts, &last.to_string())?;
            fault::point("sweep.batch_noted");
            Ok((counts, fates))
        })?;
        *counts = after;
        told(&fates);
        if rule.ends_sessions() && !fates.due.is_empty() {
            effects::run(ctx, [Effect::sessions_ended(fates.due, Ended::All)]);
        }
        fault::point("sweep.batch_committed");
        Ok(())
    }
}
