//! Posts with their pictures and likes.

use std::collections::BTreeSet;
use std::ops::Range;

use chrono::TimeDelta;
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

use super::board::{Board, READERS_LEAVE, soon_after};
use super::dice::{Subject, a_while, chance, pick};
use super::roster::Roster;
use super::rows::{Bulk as _, ImageRow, LikeRow, PostImageRow, PostRow};
use super::text::{Texts, Written};
use crate::db::Connection;
use crate::error::Result;
use crate::types::{Category, ImageKind, ImageState, PostId, Tag, Time, UserId};

/// P1: boards and tags, the busy ones more than once.
const BOARDS: [(Category, Tag); 12] = [
    (Category::DailyLife, Tag::Tips),
    (Category::DailyLife, Tag::Tips),
    (Category::DailyLife, Tag::Questions),
    (Category::DailyLife, Tag::Questions),
    (Category::DailyLife, Tag::Questions),
    (Category::Together, Tag::GroupBuy),
    (Category::Together, Tag::GroupBuy),
    (Category::Together, Tag::Sharing),
    (Category::Together, Tag::Exchange),
    (Category::RandomBuy, Tag::Treasure),
    (Category::RandomBuy, Tag::Treasure),
    (Category::RandomBuy, Tag::Regret),
];
/// Posts that their authors deleted, of a thousand.
const DELETED: u32 = 15;
/// Posts that their authors edited, of a thousand.
const EDITED: u32 = 60;

/// Rows of some posts, ready to be written.
#[derive(Default)]
pub(super) struct Posts {
    rows: Vec<PostRow>,
    images: Vec<ImageRow>,
    shown: Vec<PostImageRow>,
    likes: Vec<LikeRow>,
}

/// What comments need to know of the posts, by index.
#[derive(Clone, Copy)]
pub(super) struct Thread {
    pub(super) author: u32,
    pub(super) tag: Tag,
}

impl Posts {
    /// Makes the posts with these indexes and tells the `threads` of them.
    pub(super) fn of(
        indexes: Range<usize>,
        board: &Board,
        roster: &Roster,
        texts: &Texts,
        threads: &mut Vec<Thread>,
    ) -> Self {
        let mut made = Self::default();
        for index in indexes {
            let rng = &mut roster.lives.dice.of(Subject::Post, index as u64);
            let at = board.times[index];
            let (category, tag) = pick(rng, &BOARDS);
            let thread = Thread { author: roster.somebody(rng, at), tag };
            threads.push(thread);
            let id = PostId(i64::try_from(index).unwrap_or(i64::MAX - 1) + 1);
            let like_count = made.like(id, at, board.likes[index], roster, rng);
            let thumbnail_key = (category == Category::RandomBuy).then(|| made.show(id, thread.author, at, rng));
            let deleted_at = chance(rng, DELETED).then(|| at.plus(READERS_LEAVE * 2 + a_while(rng, READERS_LEAVE, 4)));
            let edited = at.plus(a_while(rng, TimeDelta::minutes(1), 8)).min(roster.lives.calendar.now);
            let Written { title, content, preview } = texts.post(tag, rng);
            made.rows.push(PostRow {
                id,
                user_id: UserId(thread.author.into()),
                category,
                tag,
                title,
                content,
                preview,
                thumbnail_key: thumbnail_key.flatten(),
                like_count,
                comment_count: board.live_comments[index],
                created_at: at,
                updated_at: if chance(rng, EDITED) { edited } else { at },
                deleted_at: deleted_at.filter(|at| *at < roster.lives.calendar.now),
            });
        }
        made
    }

    pub(super) fn write(&self, connection: &mut Connection) -> Result<()> {
        PostRow::write(connection, &self.rows)?;
        ImageRow::write(connection, &self.images)?;
        PostImageRow::write(connection, &self.shown)?;
        LikeRow::write(connection, &self.likes)
    }

    pub(super) const fn images(&self) -> usize {
        self.images.len()
    }

    pub(super) const fn likes(&self) -> usize {
        self.likes.len()
    }

    /// Up to so many members like a post; tells how many did.
    fn like(&mut self, id: PostId, at: Time, wanted: u32, roster: &Roster, rng: &mut ChaCha8Rng) -> i32 {
        let mut seen = BTreeSet::new();
        // L9 removes the likes of those who are emptied.
        for _ in 0..wanted {
            let (user, liked) = (roster.anybody(rng), soon_after(at, roster.lives.calendar.now, rng));
            if roster.is_about(user, liked) && !roster.is_anonymised(user) && seen.insert(user) {
                self.likes.push(LikeRow { user_id: UserId(user.into()), post_id: id, created_at: liked });
            }
        }
        i32::try_from(seen.len()).unwrap_or(i32::MAX)
    }

    /// One to three pictures of a post; returns the key of the first.
    fn show(&mut self, id: PostId, author: u32, at: Time, rng: &mut ChaCha8Rng) -> Option<String> {
        let first = self.shown.len();
        for position in 0..rng.random_range(1..=3) {
            let image_key = format!("images/post/{}.jpg", uuid(rng.random()));
            let issued_at = at.minus(TimeDelta::seconds(rng.random_range(20..600)));
            self.images.push(ImageRow {
                image_key: image_key.clone(),
                owner_id: UserId(author.into()),
                kind: ImageKind::Post,
                mime: "image/jpeg",
                bytes: rng.random_range(60_000..900_000),
                state: ImageState::Stored,
                issued_at,
                stored_at: issued_at.plus(TimeDelta::seconds(8)),
            });
            self.shown.push(PostImageRow { post_id: id, position, image_key });
        }
        self.shown.get(first).map(|row| row.image_key.clone())
    }
}

/// A random UUID, version 4, as text.
fn uuid(bits: u128) -> String {
    let bits = bits & !(0xf << 76 | 0xc << 60) | 4 << 76 | 8 << 60;
    let hex = format!("{bits:032x}");
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32];
    parts.map(|part| hex.get(part).unwrap_or_default()).join("-")
}
