//! Which posts are popular, and how far they moved (RK1, RK2, RK5).

use std::collections::HashMap;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::types::{PostId, Time};

/// RK1: what counts is not older.
pub const WINDOW: TimeDelta = TimeDelta::days(7);
/// RK1: a like counts so many times.
pub const LIKE: i64 = 3;
/// RK1: a visible comment counts so many times.
pub const COMMENT: i64 = 5;
/// RK2: how many are kept.
pub const KEPT: usize = 50;
/// RK2: how many go out.
pub const SHOWN: usize = 5;
/// RK4: for how long a ranking serves everybody.
pub const LIFETIME: TimeDelta = TimeDelta::seconds(2);
/// A ranking from further ahead was made by a clock that has been set back since.
const CLOCK_TROUBLE: TimeDelta = TimeDelta::minutes(1);

/// A post that got likes or comments within the window: each of them weighs the microseconds left until it leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Points {
    /// The post.
    pub post: PostId,
    /// When it was written.
    pub created_at: Time,
    /// Microseconds in all.
    pub micros: i64,
}

/// A post in a ranking, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The post.
    pub post_id: i64,
    /// RK1, in microseconds: one fresh like is three times the window.
    pub score: i64,
}

/// RK1, RK2: the best of the visible posts, by what they got.
pub fn rank(likes: &[Points], comments: &[Points]) -> Vec<Entry> {
    let mut posts: HashMap<i64, (i64, Time)> = HashMap::new();
    for (points, times) in [(likes, LIKE), (comments, COMMENT)] {
        for one in points {
            let (score, _) = posts.entry(one.post.0).or_insert((0, one.created_at));
            *score = score.saturating_add(one.micros.saturating_mul(times));
        }
    }
    let mut best: Vec<_> = posts.into_iter().filter(|(_, (score, _))| *score > 0).collect();
    best.sort_unstable_by_key(|(id, (score, created_at))| std::cmp::Reverse((*score, *created_at, *id)));
    best.truncate(KEPT);
    best.into_iter().map(|(post_id, (score, _))| Entry { post_id, score }).collect()
}

/// RK4: the instants between which a ranking still serves at `now`; outside, it is computed anew.
pub fn serves(now: Time) -> std::ops::Range<Time> {
    now.minus(LIFETIME).plus(TimeDelta::microseconds(1))..now.plus(CLOCK_TROUBLE)
}

/// RK5: the full hour whose ranking is the baseline at `now`.
pub const fn hour_of(now: Time) -> Time {
    const HOUR: i64 = 3_600_000_000;
    Time::from_micros(now.micros().div_euclid(HOUR) * HOUR)
}

/// RK5: the 1-based place of a post in the baseline, or its present one.
pub fn baseline_place(baseline: &[Entry], post: PostId, present: i32) -> i32 {
    let place = baseline.iter().position(|entry| entry.post_id == post.0);
    place.and_then(|place| i32::try_from(place + 1).ok()).unwrap_or(present)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(post: i64, created_at: i64, micros: i64) -> Points {
        Points { post: PostId(post), created_at: Time::from_micros(created_at), micros }
    }

    fn ids(entries: &[Entry]) -> Vec<i64> {
        entries.iter().map(|entry| entry.post_id).collect()
    }

    #[test]
    fn rk1_a_like_counts_three_times_and_a_comment_five_times() {
        let ranked = rank(&[points(1, 0, 10), points(2, 0, 7)], &[points(2, 0, 1), points(3, 0, 6)]);
        let expected = [(1, 30), (3, 30), (2, 26)].map(|(post_id, score)| Entry { post_id, score });
        assert_eq!(ranked, [expected[1], expected[0], expected[2]], "of equal ones the higher id");
    }

    #[test]
    fn rk2_of_equal_scores_the_newer_post_then_the_higher_id() {
        let likes = [points(1, 5, 1), points(2, 5, 1), points(3, 4, 1), points(4, 9, 0), points(5, 0, 2)];
        assert_eq!(ids(&rank(&likes, &[])), [5, 2, 1, 3], "without a score there is no place");
    }

    #[test]
    fn rk2_fifty_are_kept() {
        let likes: Vec<_> = (1..=60).map(|id| points(id, 0, id)).collect();
        assert_eq!(ids(&rank(&likes, &[])), (11..=60).rev().collect::<Vec<_>>());
    }

    #[test]
    fn rk4_a_ranking_serves_for_two_seconds() {
        let now = Time::from_micros(1_000_000_000);
        for (age, good) in [(0, true), (1_999_999, true), (2_000_000, false), (-59_000_000, true), (-61_000_000, false)]
        {
            assert_eq!(serves(now).contains(&now.minus(TimeDelta::microseconds(age))), good, "{age}");
        }
    }

    #[test]
    fn rk5_places_are_told_against_the_full_hour() {
        let baseline = [7, 8].map(|post_id| Entry { post_id, score: 1 });
        assert_eq!([8, 7, 9].map(|id| baseline_place(&baseline, PostId(id), 4)), [2, 1, 4]);
        let at = |text| Time::parse(text).expect("an instant");
        assert_eq!(hour_of(at("2026-03-01T03:59:59.999Z")), at("2026-03-01T03:00:00Z"));
        assert_eq!(hour_of(at("2026-03-01T03:00:00Z")), at("2026-03-01T03:00:00Z"));
    }
}
