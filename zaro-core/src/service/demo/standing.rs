//! Where the members of a demo community stand in the lifecycle, and how many of them.

use chrono::TimeDelta;
use rand::RngExt as _;

use super::dice::Subject;
use super::life::Life;
use super::lives::Lives;

/// One way to stand in the lifecycle. `…Due` means: the next sweep changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// PENDING since less than the time that it is given.
    Pending,
    /// PENDING for long, but a link mailed again a moment ago still works.
    PendingResent,
    /// PENDING for too long.
    PendingDue,
    /// ACTIVE and about: everybody else.
    Active,
    /// ACTIVE, confirmed not long ago, never signed in.
    NeverSignedIn,
    /// The same, long ago.
    NeverSignedInDue,
    /// ACTIVE and about, after a notice for an earlier basis.
    Returned,
    /// ACTIVE, absent for long enough to be told, not told yet; some for longer than dormancy takes.
    NoticeDue,
    /// Told, not absent for long enough to be dormant.
    Noticed,
    /// The notice waits for its mail.
    NoticeQueued,
    /// The notice came back; some are absent for longer than dormancy takes.
    NoticeBounced,
    /// Nobody knows whether the notice arrived; some are absent for longer than dormancy takes.
    NoticeUnknown,
    /// Absent for long enough to be dormant, told too late for that.
    WarnedLate,
    /// Absent for long enough, and told in time.
    DormantDue,
    /// DORMANT.
    Dormant,
    /// DORMANT for long enough to be deleted.
    DormantOverDue,
    /// DELETED.
    Deleted,
    /// DELETED for long enough to be emptied.
    DeletedOverDue,
    /// DELETED and emptied.
    Anonymised,
}

/// Members in each standing, of ten thousand; everybody else is [`Standing::Active`].
///
/// The shares of `…Due` add up to a tenth, with every rule among them: benchmarks of the sweep rely on that.
pub(super) const SHARES: [(Standing, u32); 18] = [
    (Standing::Pending, 30),
    (Standing::PendingResent, 10),
    (Standing::PendingDue, 200),
    (Standing::NeverSignedIn, 100),
    (Standing::NeverSignedInDue, 50),
    (Standing::Returned, 100),
    (Standing::NoticeDue, 200),
    (Standing::Noticed, 300),
    (Standing::NoticeQueued, 20),
    (Standing::NoticeBounced, 20),
    (Standing::NoticeUnknown, 10),
    (Standing::WarnedLate, 50),
    (Standing::DormantDue, 200),
    (Standing::Dormant, 700),
    (Standing::DormantOverDue, 200),
    (Standing::Deleted, 100),
    (Standing::DeletedOverDue, 150),
    (Standing::Anonymised, 500),
];

/// What the shares are parts of.
const WHOLE: u32 = 10_000;

/// An instant at which a rule begins to apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    /// L3: age of the sign-up.
    PendingAge,
    /// L3: end of the link of an old sign-up.
    PendingLink,
    /// L4: absence.
    Notice,
    /// L5: absence, told long ago.
    Dormancy,
    /// L5: time since the notice, absent for long.
    NoticeLead,
    /// L7: time since dormancy.
    DormantEnd,
    /// L9: time since deletion.
    Anonymisation,
}

const EDGES: [Edge; 7] = [
    Edge::PendingAge,
    Edge::PendingLink,
    Edge::Notice,
    Edge::Dormancy,
    Edge::NoticeLead,
    Edge::DormantEnd,
    Edge::Anonymisation,
];

/// Seconds by which the members at an edge are past it.
const PAST: [i64; 3] = [-1, 0, 1];

/// Who comes first of a community: whoever wants to try it signs in as this one.
const DEMO_MEMBERS: usize = 1;

impl Lives {
    /// What became of the member with this index: the same at every call.
    ///
    /// The first ones are fixed, so that the smallest community already has every edge and every standing.
    pub(super) fn at(&self, index: u32) -> Life {
        let rng = &mut self.dice.of(Subject::Life, u64::from(index));
        let place = index as usize;
        let Some(place) = place.checked_sub(DEMO_MEMBERS) else { return self.demo_member() };
        if let Some(edge) = EDGES.get(place / PAST.len()) {
            return self.at_edge(*edge, TimeDelta::seconds(PAST[place % PAST.len()]), rng);
        }
        let place = place - EDGES.len() * PAST.len();
        let standing = match SHARES.get(place) {
            Some((standing, _)) => *standing,
            None if place == SHARES.len() => Standing::Active,
            None => drawn(rng.random_range(0..WHOLE)),
        };
        self.standing(standing, rng)
    }
}

/// The standing of whoever drew this number.
fn drawn(mut number: u32) -> Standing {
    for (standing, share) in SHARES {
        match number.checked_sub(share) {
            Some(rest) => number = rest,
            None => return standing,
        }
    }
    Standing::Active
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::account::{AccountDecision, decide};
    use crate::policy::retention::Policy;
    use crate::service::demo::calendar::Calendar;
    use crate::service::demo::dice::Dice;
    use crate::types::Time;

    const fn expected(standing: Standing) -> AccountDecision {
        match standing {
            Standing::PendingDue => AccountDecision::Purge,
            Standing::NeverSignedInDue | Standing::NoticeDue => AccountDecision::SendDormancyNotice,
            Standing::DormantDue => AccountDecision::MakeDormant,
            Standing::DormantOverDue => AccountDecision::SoftDelete,
            Standing::DeletedOverDue => AccountDecision::Anonymise,
            _ => AccountDecision::Keep,
        }
    }

    /// At every day of two years, month ends and a leap day among them, and under other ages.
    #[test]
    fn policy_decides_what_a_standing_says() {
        let mut shorter = Policy::default();
        shorter.lifecycle.notice_months = 1;
        shorter.lifecycle.dormant_months = 2;
        shorter.lifecycle.delete_months = 12;
        for policy in [Policy::default(), shorter] {
            for day in 0..730 {
                let first = Time::parse("2027-06-30T15:00:00Z").expect("an instant");
                let now = first.plus(TimeDelta::hours(25 * day));
                let lives = Lives { calendar: Calendar::new(now, &policy), dice: Dice::new(3) };
                let rng = &mut lives.dice.of(Subject::Life, day.cast_unsigned());
                for (standing, _) in SHARES.into_iter().chain([(Standing::Active, 0)]) {
                    let facts = lives.standing(standing, rng).facts();
                    let decision = decide(&facts, &policy.lifecycle, now);
                    assert_eq!(decision, expected(standing), "{standing:?} at {now}: {facts:?}");
                }
            }
        }
    }

    #[test]
    fn a_tenth_is_due() {
        let due = SHARES.iter().filter(|(standing, _)| expected(*standing) != AccountDecision::Keep);
        assert_eq!(due.map(|(_, share)| share).sum::<u32>(), WHOLE / 10);
    }
}
