//! Whom other rules would treat otherwise, and how.

use chrono::{Days, NaiveDate};
use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use super::{Fate, Forecast, KINDS};
use crate::policy::account::AccountDecision;
use crate::types::{Time, UserId};

/// What is to come under other rules, held against those in force.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// Each day under the other rules.
    #[serde(flatten)]
    pub forecast: Forecast,
    /// Members to whom something would happen on another day, at all, or not at all.
    pub differing: usize,
    /// The same by what happens to them; one member may be among several.
    pub by_kind: Vec<KindDifference>,
    /// Each of them.
    pub members: Differences,
}

impl Comparison {
    pub(super) fn new(forecast: Forecast, members: Differences) -> Self {
        let by_kind = KINDS.iter().enumerate().map(|(index, kind)| members.of_kind(index, *kind)).collect();
        Self { forecast, differing: members.len(), by_kind, members }
    }
}

/// How many members would meet one thing otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct KindDifference {
    /// What they would meet.
    pub kind: AccountDecision,
    /// On an earlier day than under the rules in force.
    pub earlier: i64,
    /// On a later day.
    pub later: i64,
    /// In these days under the other rules only.
    pub added: i64,
    /// In these days under the rules in force only.
    pub dropped: i64,
}

/// A member who would fare differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Who.
    pub id: UserId,
    /// What happens on another day, with the day under the rules in force and under the others.
    pub changes: Vec<(AccountDecision, Option<NaiveDate>, Option<NaiveDate>)>,
}

/// A day under the rules in force and one under the others.
#[derive(Serialize)]
struct Dates {
    today: Option<NaiveDate>,
    other: Option<NaiveDate>,
}

impl Serialize for Difference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1 + self.changes.len()))?;
        map.serialize_entry("id", &self.id)?;
        for (kind, today, other) in &self.changes {
            map.serialize_entry(kind, &Dates { today: *today, other: *other })?;
        }
        map.end()
    }
}

/// All members who would fare differently, by id; a few bytes of each.
#[derive(Clone, Debug)]
pub struct Differences {
    /// The day that days are counted from.
    first: NaiveDate,
    rows: Vec<(UserId, Fate, Fate)>,
}

impl Differences {
    /// Nobody yet, counting days from that of `now` in Seoul.
    pub(super) fn since(now: Time) -> Self {
        Self { first: now.seoul_date(), rows: Vec::new() }
    }

    /// Notes a member whose fates differ.
    pub(super) fn note(&mut self, id: UserId, today: Fate, other: Fate) {
        if today != other {
            self.rows.push((id, today, other));
        }
    }

    /// How many they are.
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether everybody fares as before.
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Each of them, by id.
    pub fn iter(&self) -> impl Iterator<Item = Difference> + '_ {
        let date = |day: Option<u16>| day.and_then(|day| self.first.checked_add_days(Days::new(day.into())));
        self.rows.iter().map(move |(id, today, other)| Difference {
            id: *id,
            changes: (KINDS.into_iter().zip(today.iter().zip(other)))
                .filter(|(_, (today, other))| today != other)
                .map(|(kind, (today, other))| (kind, date(*today), date(*other)))
                .collect(),
        })
    }

    fn of_kind(&self, index: usize, kind: AccountDecision) -> KindDifference {
        let mut sum = KindDifference { kind, earlier: 0, later: 0, added: 0, dropped: 0 };
        for (_, today, other) in &self.rows {
            match (today[index], other[index]) {
                (Some(today), Some(other)) if other < today => sum.earlier += 1,
                (Some(today), Some(other)) if other > today => sum.later += 1,
                (None, Some(_)) => sum.added += 1,
                (Some(_), None) => sum.dropped += 1,
                _ => {}
            }
        }
        sum
    }
}

impl Serialize for Differences {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.rows.len()))?;
        for difference in self.iter() {
            list.serialize_element(&difference)?;
        }
        list.end()
    }
}
