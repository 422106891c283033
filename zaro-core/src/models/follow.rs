//! Table `follows`.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::db::Connection;
use crate::error::Result;
use crate::schema::{follows, users};
use crate::types::UserId;

/// Ids in one statement, far below what either database takes.
const PER_STATEMENT: usize = 1000;

/// L10: lowers the follow counters of everyone at the other end of a follow of these members.
///
/// Called once for each member, when DELETED; [`restore_counters`] is its inverse (L16).
pub fn lower_counters(connection: &mut Connection, gone: &[UserId]) -> Result<()> {
    move_counters(connection, gone, -1)
}

/// L16: raises them again.
pub fn restore_counters(connection: &mut Connection, back: &[UserId]) -> Result<()> {
    move_counters(connection, back, 1)
}

fn move_counters(connection: &mut Connection, members: &[UserId], sign: i32) -> Result<()> {
    let followed: Vec<(UserId, i64)> = follows::table
        .filter(follows::follower_id.eq_any(members))
        .group_by(follows::followee_id)
        .select((follows::followee_id, diesel::dsl::count_star()))
        .load(connection)?;
    for (by, users) in alike(followed, sign) {
        diesel::update(users::table.filter(users::id.eq_any(users)).filter(users::follower_count.ge(-by)))
            .set(users::follower_count.eq(users::follower_count + by))
            .execute(connection)?;
    }
    let followers: Vec<(UserId, i64)> = follows::table
        .filter(follows::followee_id.eq_any(members))
        .group_by(follows::follower_id)
        .select((follows::follower_id, diesel::dsl::count_star()))
        .load(connection)?;
    for (by, users) in alike(followers, sign) {
        diesel::update(users::table.filter(users::id.eq_any(users)).filter(users::following_count.ge(-by)))
            .set(users::following_count.eq(users::following_count + by))
            .execute(connection)?;
    }
    Ok(())
}

/// Members by how far their counter moves: most move by one, so few statements do.
fn alike(counts: Vec<(UserId, i64)>, sign: i32) -> Vec<(i32, Vec<UserId>)> {
    let mut groups: BTreeMap<i32, Vec<UserId>> = BTreeMap::new();
    for (user, count) in counts {
        groups.entry(sign * i32::try_from(count).unwrap_or(i32::MAX)).or_default().push(user);
    }
    let parts = |(by, users): (i32, Vec<UserId>)| {
        users.chunks(PER_STATEMENT).map(|part| (by, part.to_vec())).collect::<Vec<_>>()
    };
    groups.into_iter().flat_map(parts).collect()
}

/// Whether `who` follows `whom`.
pub fn exists(connection: &mut Connection, who: UserId, whom: UserId) -> Result<bool> {
    let row = follows::table.find((who, whom));
    Ok(diesel::select(diesel::dsl::exists(row)).get_result(connection)?)
}
