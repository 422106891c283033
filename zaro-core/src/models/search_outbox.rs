//! Table `search_outbox`: posts whose search document must be looked at again (Q8).

use diesel::prelude::*;

use crate::db::Connection;
use crate::error::Result;
use crate::schema::search_outbox;
use crate::types::{PostId, Time};

/// Q8: notes that a post changed, in the transaction of the change.
pub fn insert(connection: &mut Connection, post: PostId, now: Time) -> Result<()> {
    diesel::insert_into(search_outbox::table)
        .values((
            search_outbox::post_id.eq(post),
            search_outbox::created_at.eq(now),
            search_outbox::next_attempt_at.eq(now),
        ))
        .execute(connection)?;
    Ok(())
}

/// When the first change is due that nobody has worked on yet.
pub fn next_due(connection: &mut Connection) -> Result<Option<Time>> {
    let open = search_outbox::table.filter(search_outbox::done_at.is_null());
    let due: Option<i64> = open.select(diesel::dsl::min(search_outbox::next_attempt_at)).first(connection)?;
    Ok(due.map(Time::from_micros))
}
