//! Table `favorite_groups`.

use diesel::prelude::*;

use crate::db::Connection;
use crate::error::Result;
use crate::schema::favorite_groups;
use crate::types::{Time, UserId, fold};

/// FV17: the name of the group that every member starts with.
pub const DEFAULT_GROUP: &str = "내 장소";

/// FV17: makes the first group of a member.
pub fn insert_default(connection: &mut Connection, user: UserId, now: Time) -> Result<()> {
    diesel::insert_into(favorite_groups::table)
        .values((
            favorite_groups::user_id.eq(user),
            favorite_groups::name.eq(DEFAULT_GROUP),
            favorite_groups::live_key.eq(format!("{user}:{}", fold(DEFAULT_GROUP))),
            favorite_groups::visibility.eq("PUBLIC"),
            favorite_groups::position.eq(0),
            favorite_groups::favorite_count.eq(0),
            favorite_groups::created_at.eq(now),
            favorite_groups::updated_at.eq(now),
        ))
        .execute(connection)?;
    Ok(())
}
