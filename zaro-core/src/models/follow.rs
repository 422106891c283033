//! Table `follows`.

use std::collections::{BTreeMap, HashSet};

use diesel::prelude::*;

use super::author::AuthorRow;
use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::{follows, users};
use crate::types::{Status, Time, UserId};

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

/// FO1: makes a follow; false when it is there already.
pub fn insert(connection: &mut Connection, who: UserId, whom: UserId, now: Time) -> Result<bool> {
    let row = (follows::follower_id.eq(who), follows::followee_id.eq(whom), follows::created_at.eq(now));
    Ok(dialect::insert_ignore!(connection, follows::table, row)? == 1)
}

/// FO2: ends a follow; false when there was none.
pub fn delete(connection: &mut Connection, who: UserId, whom: UserId) -> Result<bool> {
    Ok(diesel::delete(follows::table.find((who, whom))).execute(connection)? == 1)
}

/// CT1: moves the number of members whom this one follows, never below 0.
pub fn move_following(connection: &mut Connection, id: UserId, by: i32) -> Result<()> {
    diesel::update(users::table.filter(users::id.eq(id)).filter(users::following_count.ge(-by)))
        .set(users::following_count.eq(users::following_count + by))
        .execute(connection)?;
    Ok(())
}

/// CT1: moves the number of this member's followers, never below 0.
pub fn move_followers(connection: &mut Connection, id: UserId, by: i32) -> Result<()> {
    diesel::update(users::table.filter(users::id.eq(id)).filter(users::follower_count.ge(-by)))
        .set(users::follower_count.eq(users::follower_count + by))
        .execute(connection)?;
    Ok(())
}

/// FO3: whom a member follows, newest follow first, without those who are DELETED.
pub fn followings(connection: &mut Connection, of: UserId, offset: i64, limit: i64) -> Result<Vec<AuthorRow>> {
    let list = follows::table
        .inner_join(users::table.on(users::id.eq(follows::followee_id)))
        .filter(follows::follower_id.eq(of))
        .filter(users::status.ne(Status::Deleted))
        .order((follows::created_at.desc(), follows::followee_id.desc()));
    Ok(list.offset(offset).limit(limit).select(AuthorRow::as_select()).load(connection)?)
}

/// FO3: who follows a member, the same way.
pub fn followers(connection: &mut Connection, of: UserId, offset: i64, limit: i64) -> Result<Vec<AuthorRow>> {
    let list = follows::table
        .inner_join(users::table.on(users::id.eq(follows::follower_id)))
        .filter(follows::followee_id.eq(of))
        .filter(users::status.ne(Status::Deleted))
        .order((follows::created_at.desc(), follows::follower_id.desc()));
    Ok(list.offset(offset).limit(limit).select(AuthorRow::as_select()).load(connection)?)
}

/// Which of these a member follows.
pub fn followed_among(connection: &mut Connection, who: UserId, ids: &[UserId]) -> Result<HashSet<UserId>> {
    let followed = follows::table.filter(follows::follower_id.eq(who)).filter(follows::followee_id.eq_any(ids));
    Ok(followed.select(follows::followee_id).load(connection)?.into_iter().collect())
}
