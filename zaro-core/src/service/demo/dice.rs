//! Chance, from the seed alone.

use chrono::TimeDelta;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::types::Time;

/// What a stream of chance is for. Each thing has a stream of its own, so that any of them can be made again alone.
#[derive(Clone, Copy, Debug)]
pub(super) enum Subject {
    /// The whole load.
    Load,
    /// What becomes of a member.
    Life,
    /// Profile and devices of a member.
    Profile,
    /// Whom a member follows.
    Follows,
    /// When posts and comments are written.
    Times,
    /// One post.
    Post,
    /// One comment.
    Comment,
    /// One place.
    Place,
}

/// A seed.
#[derive(Clone, Debug)]
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// The stream of one thing: the same at every call.
    pub(super) fn of(&self, subject: Subject, number: u64) -> ChaCha8Rng {
        let mut stream = self.0.clone();
        stream.set_stream(((subject as u64) << 48) | number);
        stream
    }
}

/// True in so many of a thousand cases.
pub(super) fn chance(rng: &mut ChaCha8Rng, per_mille: u32) -> bool {
    rng.random_range(0..1000) < per_mille
}

/// One of these; there must be one.
pub(super) fn pick<T: Copy>(rng: &mut ChaCha8Rng, from: &[T]) -> T {
    from[rng.random_range(0..from.len())]
}

/// An instant from `from` to before `to`; `from` when nothing lies between.
pub(super) fn between(rng: &mut ChaCha8Rng, from: Time, to: Time) -> Time {
    if from >= to { from } else { Time::from_micros(rng.random_range(from.micros()..to.micros())) }
}

/// A while that is as likely to be within one doubling as within the next: mostly short, sometimes `2^doublings` times
/// `unit`.
pub(super) fn a_while(rng: &mut ChaCha8Rng, unit: TimeDelta, doublings: u32) -> TimeDelta {
    let shortest = unit.num_microseconds().unwrap_or(i64::MAX) << rng.random_range(0..doublings);
    TimeDelta::microseconds(rng.random_range(shortest..2 * shortest))
}

/// How many leaders share the lead, so that the first of them is not every tenth author.
const LEADERS: u64 = 16;

/// A rank below `count`, the higher the rarer, close to Zipf's law.
///
/// Doublings instead of powers: whole numbers come out the same on every machine, floating-point logarithms need not.
pub(super) fn zipf(rng: &mut ChaCha8Rng, count: u64) -> u64 {
    let doublings = (count / LEADERS + 1).next_power_of_two().ilog2() + 1;
    loop {
        let first = LEADERS << rng.random_range(0..doublings);
        let rank = first + rng.random_range(0..first) - LEADERS;
        if rank < count {
            return rank;
        }
    }
}

/// A fixed order of the numbers below a count that looks like none, without a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shuffle {
    count: u64,
    step: u64,
    start: u64,
}

impl Shuffle {
    /// Another order for another `salt`. At most 2^32 numbers.
    pub(super) fn new(count: u64, salt: u64) -> Self {
        let count = count.max(1);
        // Near the golden section neighbours land far apart; a step without common divisor visits every number once.
        let golden = (count * 618 / 1000).max(1);
        let step = (golden + salt % 97..golden + salt % 97 + count).find(|step| gcd(*step, count) == 1).unwrap_or(1);
        Self { count, step: step % count, start: salt % count }
    }

    /// The number at this place.
    pub(super) const fn at(self, place: u64) -> u64 {
        ((place % self.count) * self.step + self.start) % self.count
    }
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_shuffle_visits_every_number_once() {
        for count in [1, 2, 3, 97, 1000, 4096] {
            for salt in [0, 1, 12_345] {
                let shuffle = Shuffle::new(count, salt);
                let seen: BTreeSet<u64> = (0..count).map(|place| shuffle.at(place)).collect();
                assert_eq!(seen.len() as u64, count);
            }
        }
    }

    #[test]
    fn ranks_stay_in_range_and_thin_out() {
        let mut rng = Dice::new(1).of(Subject::Load, 0);
        for count in [1, 16, 17, 1000, 1_000_000] {
            assert!((0..1000).all(|_| zipf(&mut rng, count) < count));
        }
        let low = (0..10_000).filter(|_| zipf(&mut rng, 100_000) < 1000).count();
        assert!((3000..7000).contains(&low), "{low} of 10,000 among the first hundredth");
    }
}
