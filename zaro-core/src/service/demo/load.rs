//! Writing a demo community, batch by batch.

use std::ops::{ControlFlow, Range};

use diesel::prelude::*;
use rand::RngExt as _;

use super::belongings::Mailbox;
use super::board::Board;
use super::calendar::Calendar;
use super::comments::Conversation;
use super::dice::{Dice, Subject};
use super::lives::Lives;
use super::members::Members;
use super::places::{Places, Shelves};
use super::posts::{Posts, Thread};
use super::report::DemoReport;
use super::roster::{FollowCounts, Roster};
use super::rows::{Bulk as _, CommentRow, FollowRow};
use super::text::Texts;
use super::{DEMO_PASSWORD, DemoPlan, Progress};
use crate::context::Context;
use crate::db::{self, Connection};
use crate::error::{Error, Result};
use crate::schema::mail_outbox;
use crate::types::UserId;

/// Rows of one transaction: a second of writing, after which the load can be interrupted. Names fall all over their
/// index, so that every transaction writes most of its pages once: four times as many rows halve what goes to disk.
const BATCH: usize = 20_000;
/// Posts of one transaction; each brings likes and pictures along.
const POST_BATCH: usize = 2000;

/// Why the load ends early.
enum Stop {
    Interrupted,
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// A load under way.
struct Loader<'a> {
    session: db::Bulk,
    progress: &'a mut dyn FnMut(Progress) -> ControlFlow<()>,
    report: DemoReport,
}

/// Writes everything; the plan has been checked and the database is empty.
pub(super) fn run(
    ctx: &Context,
    plan: &DemoPlan,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<DemoReport> {
    let texts = Texts::open(plan.text.as_deref())?;
    let report = DemoReport::new(plan.seed, plan.now);
    let mut loader = Loader { session: ctx.db.bulk()?, progress, report };
    match loader.community(ctx, plan, &texts) {
        Ok(()) => {}
        Err(Stop::Interrupted) => loader.report.interrupted = true,
        Err(Stop::Failed(error)) => return Err(error),
    }
    Ok(loader.report)
}

impl Loader<'_> {
    fn community(&mut self, ctx: &Context, plan: &DemoPlan, texts: &Texts) -> Result<(), Stop> {
        self.tell("plan", 0, plan.members)?;
        let dice = Dice::new(plan.seed);
        let salt = dice.of(Subject::Load, 1).random();
        let hash = ctx.passwords.hash_salted(DEMO_PASSWORD, &salt)?;
        let lives = Lives { calendar: Calendar::new(plan.now, &ctx.policy), dice };
        // `check` holds all three below the ends of u32.
        let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let roster = Roster::new(lives, count(plan.members));
        let (follows, rows) = roster.follow_counts();
        self.members(&roster, &follows, &hash)?;
        drop(follows);
        self.follows(&roster, rows)?;
        let board = Board::new(&roster.lives.dice, &roster.lives.calendar, count(plan.posts), count(plan.comments));
        let threads = self.posts(&board, &roster, texts)?;
        self.comments(&board, Conversation::new(&roster, texts, &threads))?;
        self.places(&roster, usize::try_from(plan.places).unwrap_or(usize::MAX))
    }

    fn places(&mut self, roster: &Roster, count: usize) -> Result<(), Stop> {
        if count == 0 {
            return Ok(());
        }
        let mut shelves = self.session.write_tx(Shelves::load)?;
        if shelves.is_empty() {
            return Ok(());
        }
        self.batches("places", count, BATCH, |loader, batch| {
            loader.report.places += batch.len() as u64;
            let rows = Places::of(batch, &roster.lives.dice, &roster.lives.calendar, &mut shelves);
            loader.report.favorites += rows.favorites() as u64;
            loader.write(|connection| rows.write(connection))
        })?;
        self.write(|connection| shelves.write_counts(connection))
    }

    fn members(&mut self, roster: &Roster, follows: &[FollowCounts], hash: &str) -> Result<(), Stop> {
        let last: Option<i64> = self.session.write_tx(|connection| {
            Ok(mail_outbox::table.select(diesel::dsl::max(mail_outbox::id)).first(connection)?)
        })?;
        let mut mails = Mailbox { last: last.unwrap_or(0) };
        self.batches("members", follows.len(), BATCH, |loader, batch| {
            let mut rows = Members::default();
            for place in batch {
                let id = u32::try_from(place + 1).unwrap_or(u32::MAX);
                let life = roster.life(id);
                loader.report.members += 1;
                *loader.report.by_status.entry(life.status).or_default() += 1;
                loader.report.anonymised += u64::from(life.anonymized_at.is_some());
                loader.report.due.add(roster.decision(&life));
                rows.add(roster, id, &life, follows[place], hash, &mut mails);
            }
            loader.report.add_belongings(rows.belongings());
            loader.write(|connection| rows.write(connection))
        })
    }

    fn follows(&mut self, roster: &Roster, total: u64) -> Result<(), Stop> {
        self.tell("follows", 0, total)?;
        let mut rows = Vec::new();
        for follower in 1..=roster.len() {
            let follower_id = UserId(follower.into());
            rows.extend(roster.followees(follower).into_iter().map(|(followee_id, created_at)| FollowRow {
                follower_id,
                followee_id,
                created_at,
            }));
            if rows.len() >= BATCH || follower == roster.len() {
                self.write(|connection| FollowRow::write(connection, &rows))?;
                self.report.follows += rows.len() as u64;
                self.tell("follows", self.report.follows, total)?;
                rows.clear();
            }
        }
        Ok(())
    }

    fn posts(&mut self, board: &Board, roster: &Roster, texts: &Texts) -> Result<Vec<Thread>, Stop> {
        let mut threads = Vec::with_capacity(board.times.len());
        self.batches("posts", board.times.len(), POST_BATCH, |loader, batch| {
            loader.report.posts += batch.len() as u64;
            let rows = Posts::of(batch, board, roster, texts, &mut threads);
            loader.report.images += rows.images() as u64;
            loader.report.likes += rows.likes() as u64;
            loader.write(|connection| rows.write(connection))
        })?;
        Ok(threads)
    }

    fn comments(&mut self, board: &Board, mut conversation: Conversation<'_>) -> Result<(), Stop> {
        self.batches("comments", board.comments.len(), BATCH, |loader, batch| {
            let rows: Vec<CommentRow> =
                batch.map(|index| conversation.next(index as u64, &board.comments[index])).collect();
            loader.report.comments += rows.len() as u64;
            loader.write(|connection| CommentRow::write(connection, &rows))
        })
    }

    /// Goes through a stage, `size` things at a time.
    fn batches(
        &mut self,
        stage: &'static str,
        total: usize,
        size: usize,
        mut write: impl FnMut(&mut Self, Range<usize>) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        self.tell(stage, 0, total as u64)?;
        for start in (0..total).step_by(size) {
            let end = total.min(start + size);
            write(self, start..end)?;
            self.tell(stage, end as u64, total as u64)?;
        }
        Ok(())
    }

    fn write(&mut self, mut rows: impl FnMut(&mut Connection) -> Result<()>) -> Result<(), Stop> {
        Ok(self.session.write_tx(&mut rows)?)
    }

    fn tell(&mut self, stage: &'static str, done: u64, total: u64) -> Result<(), Stop> {
        match (self.progress)(Progress { stage, done, total }) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Stop::Interrupted),
        }
    }
}
