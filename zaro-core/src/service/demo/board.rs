//! When posts and comments are written and which of them are popular, planned before the first row.

use chrono::{TimeDelta, Timelike as _};
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

use super::calendar::Calendar;
use super::dice::{Dice, Shuffle, Subject, a_while, between, chance, zipf};
use crate::types::Time;

/// Likes are tried so many times as there are posts.
const LIKES_PER_POST: u64 = 4;
/// Comments that their authors deleted, of a thousand.
const COMMENTS_DELETED: u32 = 20;
/// How busy each hour of a day in Seoul is.
const HOURS: [u32; 24] = [6, 3, 2, 1, 1, 1, 2, 4, 7, 8, 8, 8, 10, 9, 8, 8, 8, 9, 11, 12, 14, 15, 14, 10];
/// Shares of time in billionths: shares of time are whole numbers, which come out the same on every machine.
const PARTS: u128 = 1_000_000_000;

/// Posts by index, in the order of time.
pub(super) struct Board {
    pub(super) times: Vec<Time>,
    /// How many likes each is to get, if so many members are found.
    pub(super) likes: Vec<u32>,
    /// CT1: how many live comments each gets.
    pub(super) live_comments: Vec<i32>,
    /// Comments in the order of time.
    pub(super) comments: Vec<Slot>,
}

/// A comment to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot {
    pub(super) at: Time,
    /// Index of its post.
    pub(super) post: u32,
    pub(super) deleted: bool,
}

impl Board {
    pub(super) fn new(dice: &Dice, calendar: &Calendar, posts: u32, comments: u32) -> Self {
        let rng = &mut dice.of(Subject::Times, 0);
        let mut times: Vec<Time> = (0..posts).map(|index| post_time(index, posts, calendar, rng)).collect();
        times.sort_unstable();
        let count = times.len() as u64;
        let ranks = Shuffle::new(count, rng.random_range(0..1 << 32));
        let mut likes = vec![0; times.len()];
        for _ in 0..count * LIKES_PER_POST {
            likes[popular(ranks, count, rng)] += 1;
        }
        let mut slots: Vec<Slot> = (0..comments)
            .map(|_| {
                let post = popular(ranks, count, rng);
                let at = soon_after(times[post], calendar.now, rng);
                Slot { at, post: u32::try_from(post).unwrap_or(u32::MAX), deleted: chance(rng, COMMENTS_DELETED) }
            })
            .collect();
        slots.sort_unstable();
        let mut live_comments = vec![0; times.len()];
        for slot in slots.iter().filter(|slot| !slot.deleted) {
            live_comments[slot.post as usize] += 1;
        }
        Self { times, likes, live_comments, comments: slots }
    }
}

/// A post, the popular ones far more often.
fn popular(ranks: Shuffle, posts: u64, rng: &mut ChaCha8Rng) -> usize {
    usize::try_from(ranks.at(zipf(rng, posts))).unwrap_or_default()
}

/// When the readers of a post answer it: within minutes or within [`READERS_LEAVE`], never later than `now`.
pub(super) fn soon_after(post: Time, now: Time, rng: &mut ChaCha8Rng) -> Time {
    let at = post.plus(a_while(rng, TimeDelta::minutes(5), 10));
    if at < now { at } else { between(rng, post, now) }
}

/// After so long nobody answers a post any more.
pub(super) const READERS_LEAVE: TimeDelta = TimeDelta::days(4);

/// An even share of the community's time, pulled towards now: a community grows.
fn post_time(index: u32, posts: u32, calendar: &Calendar, rng: &mut ChaCha8Rng) -> Time {
    let share = (u128::from(posts - index - 1) * PARTS + rng.random_range(0..PARTS)) / u128::from(posts);
    let span = u128::try_from(calendar.now.since(calendar.first_post).num_microseconds().unwrap_or(0)).unwrap_or(0);
    // x to the power of one and a half.
    let age = span * share * (share * PARTS).isqrt() / (PARTS * PARTS);
    let even = calendar.now.minus(TimeDelta::microseconds(i64::try_from(age).unwrap_or(0) + 1));
    let busy = even.plus(TimeDelta::hours(i64::from(busy_hour(rng)) - i64::from(even.seoul().hour())));
    if busy < calendar.now { busy } else { even }
}

/// An hour of the day, as [`HOURS`] has them.
fn busy_hour(rng: &mut ChaCha8Rng) -> u32 {
    let mut number = rng.random_range(0..HOURS.iter().sum());
    for (hour, weight) in (0..).zip(HOURS) {
        match number.checked_sub(weight) {
            Some(rest) => number = rest,
            None => return hour,
        }
    }
    0
}
