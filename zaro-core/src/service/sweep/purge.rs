//! Rows that serve nobody any more (RULES section J).

use chrono::TimeDelta;
use diesel::prelude::*;

use super::rule::Rule;
use crate::db::Connection;
use crate::error::Result;
use crate::models::export;
use crate::policy::retention::Policy;
use crate::schema::{
    account_tokens, exports, mail_outbox, notifications, rank_snapshots, search_outbox, sessions, sweep_runs,
};
use crate::types::{ExportState, RunState, Time};

/// For each table of a rule: `count` tells how many rows are too old, `remove` removes at most so many of them.
///
/// A macro, because each table is a type of its own; ids are read first, so that a batch deletes by primary key on both
/// databases (MariaDB refuses a sub-select with a limit).
macro_rules! tables {
    ($rule:expr, $policy:expr, $now:expr, $each:ident) => {{
        let before = |days: u32| $now.minus(TimeDelta::days(i64::from(days)));
        let keep = &$policy.purge;
        match $rule {
            Rule::PurgeTokens => {
                $each!(account_tokens, account_tokens::expires_at.le(before(keep.link_days)), i64);
                $each!(sessions, sessions::expires_at.le(before(keep.session_days)), String);
            }
            Rule::PurgeOutboxes => {
                $each!(mail_outbox, mail_outbox::closed_at.le(before(keep.mail_days)), i64);
                $each!(search_outbox, search_outbox::done_at.le(before(keep.search_days)), i64);
                $each!(
                    rank_snapshots,
                    rank_snapshots::kind.eq("HOURLY").and(rank_snapshots::slot_at.le(before(keep.rank_days))),
                    i64
                );
                $each!(
                    sweep_runs,
                    sweep_runs::started_at.le(before(keep.run_days)).and(sweep_runs::state.ne(RunState::Running)),
                    i64
                );
                $each!(
                    exports,
                    exports::state
                        .eq_any([ExportState::Expired, ExportState::Failed])
                        .and(exports::object_key.is_null())
                        .and(exports::finished_at.le(before(keep.ended_export_days))),
                    String
                );
            }
            Rule::PurgeNotifications => {
                $each!(notifications, notifications::created_at.le(before(keep.notification_days)), i64);
            }
            Rule::PurgePending
            | Rule::Dormancy
            | Rule::EndOfDormancy
            | Rule::Anonymise
            | Rule::CollectImages
            | Rule::DormancyNotices
            | Rule::ReconcileCounters
            | Rule::RankBaseline => {}
        }
    }};
}

/// How many rows are too old.
pub(super) fn count(connection: &mut Connection, policy: &Policy, rule: Rule, now: Time) -> Result<i64> {
    let mut total = 0;
    macro_rules! each {
        ($table:ident, $old:expr, $key:ty) => {
            total += $table::table.filter($old).count().get_result::<i64>(connection)?;
        };
    }
    tables!(rule, policy, now, each);
    if rule == Rule::PurgeOutboxes {
        total += export::count_due(connection, now)?;
    }
    Ok(total)
}

/// Removes at most `limit` rows that are too old; tells how many.
pub(super) fn remove(connection: &mut Connection, policy: &Policy, rule: Rule, limit: i64, now: Time) -> Result<usize> {
    let mut removed = 0;
    macro_rules! each {
        ($table:ident, $old:expr, $key:ty) => {
            let left = limit - i64::try_from(removed).unwrap_or(limit);
            if left > 0 {
                let ids: Vec<$key> = $table::table.filter($old).limit(left).select($table::id).load(connection)?;
                removed += diesel::delete($table::table.filter($table::id.eq_any(&ids))).execute(connection)?;
            }
        };
    }
    tables!(rule, policy, now, each);
    let left = limit - i64::try_from(removed).unwrap_or(limit);
    if rule == Rule::PurgeOutboxes && left > 0 {
        // Their files go after the last batch.
        removed += export::expire_due(connection, now, left)?;
    }
    Ok(removed)
}
