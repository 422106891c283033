//! Rules that are about no member: how many rows are due, and doing some of them.

use super::rule::Rule;
use super::{images, purge};
use crate::db::Connection;
use crate::error::Result;
use crate::policy::retention::Policy;
use crate::service::rank;
use crate::types::Time;

/// How many rows are due.
pub(super) fn count(connection: &mut Connection, policy: &Policy, rule: Rule, now: Time) -> Result<i64> {
    match rule {
        Rule::RankBaseline => Ok(i64::from(rank::is_hour_due(connection, now)?)),
        Rule::CollectImages => images::count(connection, policy, now),
        _ => purge::count(connection, policy, rule, now),
    }
}

/// Does at most `limit` of them; tells how many.
pub(super) fn work(connection: &mut Connection, policy: &Policy, rule: Rule, limit: i64, now: Time) -> Result<usize> {
    match rule {
        Rule::RankBaseline => Ok(usize::from(rank::keep_hour(connection, now)?)),
        Rule::CollectImages => images::reject(connection, policy, limit, now),
        _ => purge::remove(connection, policy, rule, limit, now),
    }
}
