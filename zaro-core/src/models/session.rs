//! Table `sessions`: the only truth about whether a token is still good.

use diesel::prelude::*;

use crate::db::Connection;
use crate::error::Result;
use crate::schema::{sessions, users};
use crate::types::{RevokedReason, Status, Time, UserId};

/// One sign-in on one device.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
pub struct Session {
    /// 128 random bits, base64url: the `sid` claim.
    pub id: String,
    /// Whose it is.
    pub user_id: UserId,
    /// SHA-256 of the refresh token.
    pub refresh_hash: Vec<u8>,
    /// As sent at sign-in, cut.
    pub user_agent: Option<String>,
    /// Sign-in.
    pub created_at: Time,
    /// Last refresh.
    pub last_used_at: Time,
    /// Sign-in + 7 days.
    pub expires_at: Time,
    /// When it was ended.
    pub revoked_at: Option<Time>,
    /// Why it was ended.
    pub revoked_reason: Option<RevokedReason>,
}

/// What a request needs to know of its caller.
#[derive(Clone, Debug, Queryable)]
pub struct Caller {
    /// The member.
    pub user_id: UserId,
    /// Where the member stands.
    pub status: Status,
    /// Latest end of a live suspension.
    pub suspended_until: Option<Time>,
    /// When the session was ended.
    pub revoked_at: Option<Time>,
    /// When the session ends.
    pub expires_at: Time,
    /// SHA-256 of the refresh token.
    pub refresh_hash: Vec<u8>,
}

/// Opens a session.
pub fn insert(connection: &mut Connection, session: &Session) -> Result<()> {
    diesel::insert_into(sessions::table).values(session).execute(connection)?;
    Ok(())
}

/// The session with its member, whatever its state.
pub fn caller(connection: &mut Connection, id: &str) -> Result<Option<Caller>> {
    let query = sessions::table.inner_join(users::table).filter(sessions::id.eq(id)).select((
        users::id,
        users::status,
        users::suspended_until,
        sessions::revoked_at,
        sessions::expires_at,
        sessions::refresh_hash,
    ));
    Ok(query.first(connection).optional()?)
}

/// T9: live sessions of a member, most recently used first.
pub fn live(connection: &mut Connection, user: UserId, now: Time) -> Result<Vec<Session>> {
    let query = sessions::table
        .filter(sessions::user_id.eq(user))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .order((sessions::last_used_at.desc(), sessions::id.desc()))
        .select(Session::as_select());
    Ok(query.load(connection)?)
}

/// Those of these sessions that are live (T6, N9).
pub fn live_among(connection: &mut Connection, ids: &[&str], now: Time) -> Result<Vec<String>> {
    let query = sessions::table
        .filter(sessions::id.eq_any(ids))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .select(sessions::id);
    Ok(query.load(connection)?)
}

/// T3: notes a refresh.
pub fn touch(connection: &mut Connection, id: &str, now: Time) -> Result<()> {
    diesel::update(sessions::table.find(id)).set(sessions::last_used_at.eq(now)).execute(connection)?;
    Ok(())
}

/// Ends one session if it is live and, where given, the member's own; tells whether it was.
pub fn revoke(
    connection: &mut Connection,
    id: &str,
    owner: Option<UserId>,
    reason: RevokedReason,
    now: Time,
) -> Result<bool> {
    let mut query = diesel::update(sessions::table)
        .filter(sessions::id.eq(id.to_owned()))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .into_boxed();
    if let Some(owner) = owner {
        query = query.filter(sessions::user_id.eq(owner));
    }
    let ended = query.set((sessions::revoked_at.eq(now), sessions::revoked_reason.eq(reason))).execute(connection)?;
    Ok(ended == 1)
}

/// Ends the live sessions of these members, all but `keep`; tells how many.
pub fn revoke_all(
    connection: &mut Connection,
    users: &[UserId],
    keep: Option<&str>,
    reason: RevokedReason,
    now: Time,
) -> Result<usize> {
    let ended = diesel::update(sessions::table)
        .filter(sessions::user_id.eq_any(users))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .filter(sessions::id.ne(keep.unwrap_or_default()))
        .set((sessions::revoked_at.eq(now), sessions::revoked_reason.eq(reason)))
        .execute(connection)?;
    Ok(ended)
}

/// Sessions whose end lies before `before`: ids of one batch.
pub fn ended_before(connection: &mut Connection, before: Time, limit: i64) -> Result<Vec<String>> {
    let query = sessions::table
        .filter(sessions::expires_at.le(before))
        .order((sessions::expires_at.asc(), sessions::id.asc()))
        .limit(limit)
        .select(sessions::id);
    Ok(query.load(connection)?)
}
