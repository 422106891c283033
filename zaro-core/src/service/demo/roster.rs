//! All members in the order of their sign-up, and who was about when; a few bytes each.

use chrono::TimeDelta;
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

use super::dice::{Shuffle, Subject, between, chance, zipf};
use super::life::Life;
use super::lives::Lives;
use super::names::Names;
use crate::policy::account::{AccountDecision, decide};
use crate::types::{Status, Time, UserId};

/// The member of a demo community who is always about; see [`Lives::demo_member`].
pub(super) const DEMO_MEMBER: u32 = 1;
/// How often somebody is looked for who was about, before the demo member steps in.
const TRIES: u32 = 24;
/// Members who follow anybody, of a thousand; they follow three or four each on average.
const FOLLOWERS: u32 = 150;

/// What everybody else needs to know of a member.
#[derive(Clone, Copy, Debug)]
struct Presence {
    /// Seconds since 1970; from > until for those who never did anything.
    from: u32,
    until: u32,
    deleted: bool,
    anonymised: bool,
}

/// The members of a community.
#[derive(Debug)]
pub(super) struct Roster {
    pub(super) lives: Lives,
    pub(super) names: Names,
    /// Indexes of [`Lives::at`], by id.
    order: Vec<u32>,
    presence: Vec<Presence>,
    /// From rank of activity to place in `order`.
    ranks: Shuffle,
}

/// Follow counters of one member, by id.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FollowCounts {
    pub(super) followers: i32,
    pub(super) following: i32,
}

impl Roster {
    /// So many members, at least one.
    pub(super) fn new(lives: Lives, members: u32) -> Self {
        let mut created: Vec<(Time, u32)> = (0..members).map(|index| (lives.at(index).created_at, index)).collect();
        // The demo member stays the first, however far back the ages of a policy file reach.
        created.sort_unstable_by_key(|(created_at, index)| (*index != 0, *created_at, *index));
        let order: Vec<u32> = created.into_iter().map(|(_, index)| index).collect();
        let presence = order.iter().map(|index| Presence::of(&lives.at(*index), &lives)).collect();
        let salt = lives.dice.of(Subject::Load, 0).random_range(0..1 << 32);
        Self { names: Names::new(salt), order, presence, ranks: Shuffle::new(members.into(), salt), lives }
    }

    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.order.len()).unwrap_or(u32::MAX)
    }

    /// What became of a member.
    pub(super) fn life(&self, id: u32) -> Life {
        self.lives.at(self.order[id as usize - 1])
    }

    /// What the next sweep does with a member.
    pub(super) fn decision(&self, life: &Life) -> AccountDecision {
        decide(&life.facts(), &self.lives.calendar.rules, self.lives.calendar.now)
    }

    pub(super) fn nickname(&self, id: u32) -> String {
        if id == DEMO_MEMBER { super::DEMO_NICKNAME.to_owned() } else { self.names.at(u64::from(id) - 2) }
    }

    pub(super) fn email(id: u32) -> String {
        if id == DEMO_MEMBER { super::DEMO_EMAIL.to_owned() } else { format!("member{id}@demo.zaro.example") }
    }

    pub(super) fn is_anonymised(&self, id: u32) -> bool {
        self.of(id).anonymised
    }

    /// Whether the member could act at this instant.
    pub(super) fn is_about(&self, id: u32, at: Time) -> bool {
        let presence = self.of(id);
        (i64::from(presence.from)..=i64::from(presence.until)).contains(&at.seconds())
    }

    /// Somebody, the busy ones far more often; the demo member is one of the busiest, for there to be something to see.
    pub(super) fn anybody(&self, rng: &mut ChaCha8Rng) -> u32 {
        match zipf(rng, self.order.len() as u64) {
            0 => DEMO_MEMBER,
            rank => u32::try_from(self.ranks.at(rank)).unwrap_or_default() + 1,
        }
    }

    /// Somebody who was about at this instant.
    pub(super) fn somebody(&self, rng: &mut ChaCha8Rng, at: Time) -> u32 {
        let found = (0..TRIES).map(|_| self.anybody(rng)).find(|id| self.is_about(*id, at));
        found.unwrap_or(DEMO_MEMBER)
    }

    /// Whom a member follows and since when, by id; the same at every call.
    pub(super) fn followees(&self, follower: u32) -> Vec<(UserId, Time)> {
        let me = self.of(follower);
        let rng = &mut self.lives.dice.of(Subject::Follows, follower.into());
        if !me.follows() || !chance(rng, FOLLOWERS) {
            return Vec::new();
        }
        // Mostly one or two, some sixteen.
        let most = 1 << rng.random_range(0..5);
        let mut found = Vec::new();
        for _ in 0..rng.random_range(1..=most) {
            let id = self.anybody(rng);
            let other = self.of(id);
            let (from, until) = (me.from.max(other.from), me.until.min(other.until));
            if id != follower && other.follows() && from < until {
                let at = |seconds: u32| Time::from_micros(i64::from(seconds) * 1_000_000);
                found.push((UserId(id.into()), between(rng, at(from), at(until))));
            }
        }
        found.sort_unstable();
        found.dedup_by_key(|(id, _)| *id);
        found
    }

    /// CT1: follow rows whose other end is not DELETED, by id; and the number of all follow rows.
    pub(super) fn follow_counts(&self) -> (Vec<FollowCounts>, u64) {
        let mut counts = vec![FollowCounts::default(); self.order.len()];
        let mut rows = 0;
        for follower in 1..=self.len() {
            let followees = self.followees(follower);
            rows += followees.len() as u64;
            for (followee, _) in followees {
                let place = usize::try_from(followee.0 - 1).unwrap_or_default();
                counts[place].followers += i32::from(!self.of(follower).deleted);
                counts[follower as usize - 1].following += i32::from(!self.presence[place].deleted);
            }
        }
        (counts, rows)
    }

    fn of(&self, id: u32) -> &Presence {
        &self.presence[id as usize - 1]
    }
}

impl Presence {
    fn of(life: &Life, lives: &Lives) -> Self {
        let seconds = |time: Time| u32::try_from(time.seconds()).unwrap_or(u32::MAX);
        let (from, until) = match life.presence(&lives.calendar) {
            // Rounded inwards.
            Some((from, until)) => {
                (seconds(from.plus(TimeDelta::seconds(1))), seconds(until.minus(TimeDelta::seconds(1))))
            }
            None => (u32::MAX, 0),
        };
        Self { from, until, deleted: life.status == Status::Deleted, anonymised: life.anonymized_at.is_some() }
    }

    /// L9 removes the follows of those who are emptied; those who never signed in have none.
    const fn follows(&self) -> bool {
        self.from < self.until && !self.anonymised
    }
}
