//! What is due, found without changing anything.

use std::ops::ControlFlow;

use serde::Serialize;

use super::candidates::Candidate;
use super::rule::Rule;
use super::{candidates, reconcile, rows};
use crate::context::Context;
use crate::db::Connection;
use crate::error::Result;
use crate::policy::account::decide;
use crate::policy::retention::Policy;
use crate::types::{Time, UserId};

/// Members looked at between two looks at the clock; large enough to cost nothing, small enough to stay small.
const PAGE: i64 = 1_000;

/// The part of the members that one of several sweeps looks after: those with `id % of == index`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    index: u32,
    of: u32,
}

impl Shard {
    /// All members.
    pub const WHOLE: Self = Self { index: 0, of: 1 };

    /// Reads `i/n` with 0 ≤ i < n ≤ 1000.
    pub fn parse(text: &str) -> Option<Self> {
        let (index, of) = text.split_once('/')?;
        let shard = Self { index: index.parse().ok()?, of: of.parse().ok()? };
        (shard.index < shard.of && shard.of <= 1000).then_some(shard)
    }

    fn has(self, id: UserId) -> bool {
        id.0.rem_euclid(i64::from(self.of)) == i64::from(self.index)
    }

    /// Whether rows that belong to no member are ours, too.
    const fn is_first(self) -> bool {
        self.index == 0
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

/// A member for whom something is due, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The member.
    pub id: UserId,
    /// The instant that the rule counts from.
    pub since: Time,
}

/// What a rule has to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Work {
    /// These members, longest due first.
    Members(Vec<Due>),
    /// So many rows that belong to no member's lifecycle.
    Rows(i64),
    /// Counters that are wrong.
    Counters(Vec<reconcile::Difference>),
}

impl Work {
    /// How many rows that is.
    pub fn len(&self) -> i64 {
        match self {
            Self::Members(due) => i64::try_from(due.len()).unwrap_or(i64::MAX),
            Self::Rows(count) => *count,
            Self::Counters(wrong) => i64::try_from(wrong.len()).unwrap_or(i64::MAX),
        }
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What one rule would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RulePlan {
    /// Which rule.
    pub rule: Rule,
    /// What is due.
    pub work: Work,
}

/// What a sweep would do at one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The instant it was made for.
    pub at: Time,
    /// Which part of the members it looked at.
    pub shard: Shard,
    /// Each rule with what is due, in the order of applying.
    pub rules: Vec<RulePlan>,
}

impl Plan {
    /// How many rows are due in all.
    pub fn len(&self) -> i64 {
        self.rules.iter().map(|plan| plan.work.len()).sum()
    }

    /// Whether nothing is due.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Finds what is due at `at` for these rules; of each rule at most `limit` rows.
pub fn plan(ctx: &Context, rules: &[Rule], shard: Shard, limit: Option<usize>, at: Time) -> Result<Plan> {
    let mut plans = Vec::with_capacity(rules.len());
    for rule in Rule::ALL.into_iter().filter(|rule| rules.contains(rule)) {
        let work = if rule.decision().is_some() {
            Work::Members(ctx.db.read(|connection| members(connection, &ctx.policy, rule, shard, limit, at))?)
        } else if rule == Rule::ReconcileCounters {
            let all = limit.unwrap_or(usize::MAX);
            Work::Counters(if shard.is_first() { reconcile::find(ctx, all)? } else { Vec::new() })
        } else {
            let count = if shard.is_first() { ctx.db.read(|c| rows::count(c, &ctx.policy, rule, at))? } else { 0 };
            Work::Rows(limit.map_or(count, |limit| count.min(i64::try_from(limit).unwrap_or(i64::MAX))))
        };
        plans.push(RulePlan { rule, work });
    }
    Ok(Plan { at, shard, rules: plans })
}

fn members(
    connection: &mut Connection,
    policy: &Policy,
    rule: Rule,
    shard: Shard,
    limit: Option<usize>,
    at: Time,
) -> Result<Vec<Due>> {
    let mut due = Vec::new();
    for_each_due(connection, policy, rule, shard, limit, at, &mut |candidate| {
        due.push(Due { id: candidate.id, since: candidate.since });
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(due)
}

/// Tells of each member for whom a rule is due, longest due first, until it hears to stop.
pub(super) fn for_each_due(
    connection: &mut Connection,
    policy: &Policy,
    rule: Rule,
    shard: Shard,
    limit: Option<usize>,
    at: Time,
    told: &mut dyn FnMut(&Candidate) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let (mut left, mut position) = (limit.unwrap_or(usize::MAX), None);
    while left > 0 {
        let page = candidates::next(connection, rule, &policy.lifecycle, at, position, PAGE)?;
        let Some(last) = page.last() else { break };
        position = Some((last.since, last.id));
        let due = page.iter().filter(|candidate| {
            shard.has(candidate.id) && Some(decide(&candidate.facts, &policy.lifecycle, at)) == rule.decision()
        });
        for candidate in due.take(left) {
            if told(candidate)?.is_break() {
                return Ok(());
            }
            left -= 1;
        }
    }
    Ok(())
}
