//! The dates between which things happen in a demo community, given now and the rules in force.

use chrono::{Days, NaiveTime, TimeDelta};

use crate::policy::retention::{Lifecycle, Policy};
use crate::types::Time;

/// Months since the first member of a demo community signed up.
const COMMUNITY_MONTHS: u32 = 48;
/// Months since its first post.
const BOARD_MONTHS: u32 = 24;

/// Now, the rules, and what follows from the two.
#[derive(Clone, Debug)]
pub(super) struct Calendar {
    pub(super) now: Time,
    pub(super) rules: Lifecycle,
    /// V1: how long a mailed link lives.
    pub(super) link: TimeDelta,
    /// T2: how long a session lives.
    pub(super) session: TimeDelta,
    /// How long closed mail is kept.
    pub(super) mail_kept: TimeDelta,
    /// How long an expired link is kept.
    pub(super) link_kept: TimeDelta,
    /// The first sign-up.
    pub(super) opened: Time,
    /// The first post.
    pub(super) first_post: Time,
    /// The latest basis for which a notice is due.
    pub(super) notice_edge: Time,
    /// The latest basis for which dormancy is due, as far as absence goes.
    pub(super) dormant_edge: Time,
    /// The latest beginning of a dormancy whose end is due.
    pub(super) end_edge: Time,
}

impl Calendar {
    pub(super) fn new(now: Time, policy: &Policy) -> Self {
        let rules = policy.lifecycle;
        Self {
            now,
            link: TimeDelta::minutes(policy.session.link_minutes.into()),
            session: TimeDelta::days(policy.session.session_days.into()),
            mail_kept: TimeDelta::days(policy.purge.mail_days.into()),
            link_kept: TimeDelta::days(policy.purge.link_days.into()),
            opened: now.sub_months(COMMUNITY_MONTHS),
            first_post: now.sub_months(BOARD_MONTHS),
            notice_edge: latest_due(now, rules.notice_months),
            dormant_edge: latest_due(now, rules.dormant_months),
            end_edge: latest_due(now, rules.delete_months),
            rules,
        }
    }

    /// The instant that lies `past` behind an edge which is reached `age` after it.
    pub(super) fn past_age(&self, age: TimeDelta, past: TimeDelta) -> Time {
        self.now.minus(age).minus(past)
    }

    pub(super) fn pending(&self) -> TimeDelta {
        TimeDelta::days(self.rules.pending_days.into())
    }

    pub(super) fn lead(&self) -> TimeDelta {
        TimeDelta::days(self.rules.notice_lead_days.into())
    }

    pub(super) fn emptied_after(&self) -> TimeDelta {
        TimeDelta::days(self.rules.anonymise_days.into())
    }
}

/// The latest instant from which these calendar months have passed at `now`.
///
/// Where `now` is a day that the earlier month lacks, that is the very end of the earlier month.
fn latest_due(now: Time, months: u32) -> Time {
    let same_day = now.sub_months(months);
    if same_day.add_months(months) == now {
        return same_day;
    }
    let next_day = same_day.to_utc().date_naive().checked_add_days(Days::new(1));
    let midnight = next_day.map(|day| day.and_time(NaiveTime::MIN).and_utc());
    midnight.map_or(same_day, |midnight| Time::from(midnight).minus(TimeDelta::microseconds(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_due_basis_is_due_and_the_next_second_is_not() {
        let mut now = Time::parse("2026-02-25T10:00:00Z").expect("an instant");
        for _ in 0..400 {
            for months in [1, 5, 6] {
                let basis = latest_due(now, months);
                assert!(basis.add_months(months) <= now, "{basis} at {now}");
                assert!(basis.plus(TimeDelta::seconds(1)).add_months(months) > now, "{basis} at {now}");
                assert!(basis.minus(TimeDelta::seconds(1)).add_months(months) <= now, "{basis} at {now}");
            }
            now = now.plus(TimeDelta::hours(23));
        }
    }
}
