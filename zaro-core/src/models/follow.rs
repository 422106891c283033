//! Table `follows`.

use diesel::prelude::*;

use crate::db::Connection;
use crate::error::Result;
use crate::schema::{follows, users};
use crate::types::UserId;

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
    for (user, count) in followed {
        let by = sign * i32::try_from(count).unwrap_or(i32::MAX);
        diesel::update(users::table.find(user).filter(users::follower_count.ge(-by)))
            .set(users::follower_count.eq(users::follower_count + by))
            .execute(connection)?;
    }
    let followers: Vec<(UserId, i64)> = follows::table
        .filter(follows::followee_id.eq_any(members))
        .group_by(follows::follower_id)
        .select((follows::follower_id, diesel::dsl::count_star()))
        .load(connection)?;
    for (user, count) in followers {
        let by = sign * i32::try_from(count).unwrap_or(i32::MAX);
        diesel::update(users::table.find(user).filter(users::following_count.ge(-by)))
            .set(users::following_count.eq(users::following_count + by))
            .execute(connection)?;
    }
    Ok(())
}

/// Whether `who` follows `whom`.
pub fn exists(connection: &mut Connection, who: UserId, whom: UserId) -> Result<bool> {
    let row = follows::table.find((who, whom));
    Ok(diesel::select(diesel::dsl::exists(row)).get_result(connection)?)
}
