//! Comments, in the order of time.

use chrono::TimeDelta;
use rand::RngExt as _;

use super::board::Slot;
use super::dice::{Subject, a_while, chance};
use super::posts::Thread;
use super::roster::Roster;
use super::rows::CommentRow;
use super::text::Texts;
use crate::types::{PostId, UserId};

/// Comments that mention somebody, of a thousand.
const MENTIONS: u32 = 150;
/// Comments by the author of the post, of a thousand.
const ANSWERS: u32 = 200;
/// Comments that their authors edited, of a thousand.
const EDITED: u32 = 30;

/// Who spoke last under each post.
pub(super) struct Conversation<'a> {
    pub(super) roster: &'a Roster,
    pub(super) texts: &'a Texts,
    pub(super) threads: &'a [Thread],
    /// By index of the post; at first its author.
    last: Vec<u32>,
    /// By index of the post: how many comments it has so far.
    said: Vec<u32>,
}

impl<'a> Conversation<'a> {
    pub(super) fn new(roster: &'a Roster, texts: &'a Texts, threads: &'a [Thread]) -> Self {
        Self {
            roster,
            texts,
            threads,
            last: threads.iter().map(|thread| thread.author).collect(),
            said: vec![0; threads.len()],
        }
    }

    /// The comment with this index.
    pub(super) fn next(&mut self, index: u64, slot: &Slot) -> CommentRow {
        let (roster, post) = (self.roster, slot.post as usize);
        let rng = &mut roster.lives.dice.of(Subject::Comment, index);
        let thread = self.threads[post];
        let answers = chance(rng, ANSWERS) && roster.is_about(thread.author, slot.at);
        let author = if answers { thread.author } else { roster.somebody(rng, slot.at) };
        let before = std::mem::replace(&mut self.last[post], author);
        let text = self.texts.comment(thread.tag, slot.post, self.said[post], rng);
        self.said[post] += 1;
        // L9 empties the mentions of those who are emptied.
        let mentioned = (before != author && !roster.is_anonymised(before) && chance(rng, MENTIONS)).then_some(before);
        let now = roster.lives.calendar.now;
        let later = |at: TimeDelta| slot.at.plus(at).min(now);
        CommentRow {
            post_id: PostId(i64::from(slot.post) + 1),
            user_id: UserId(author.into()),
            content: mentioned.map_or_else(|| text.clone(), |id| format!("@{} {text}", roster.nickname(id))),
            mentioned_user_id: mentioned.map(|id| UserId(id.into())),
            created_at: slot.at,
            edited_at: (!slot.deleted && chance(rng, EDITED)).then(|| later(a_while(rng, TimeDelta::minutes(1), 6))),
            deleted_at: slot.deleted.then(|| later(TimeDelta::minutes(rng.random_range(2..2000)))),
        }
    }
}
