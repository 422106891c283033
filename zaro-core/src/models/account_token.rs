//! Table `account_tokens`: mailed one-time links, stored hashed.

use diesel::prelude::*;

use crate::db::Connection;
use crate::error::Result;
use crate::schema::account_tokens;
use crate::types::{Time, TokenPurpose, UserId};

/// A mailed link.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = account_tokens)]
pub struct AccountToken {
    /// Id.
    pub id: i64,
    /// What it is for.
    pub purpose: TokenPurpose,
    /// Whose it is.
    pub user_id: UserId,
    /// Its end.
    pub expires_at: Time,
    /// When it was used.
    pub used_at: Option<Time>,
    /// When a newer one replaced it.
    pub revoked_at: Option<Time>,
}

/// V1: revokes the live link of this member and purpose, if there is one.
pub fn revoke_live(connection: &mut Connection, user: UserId, purpose: TokenPurpose, now: Time) -> Result<()> {
    diesel::update(account_tokens::table.filter(account_tokens::live_key.eq(live_key(user, purpose))))
        .set((account_tokens::live_key.eq(None::<String>), account_tokens::revoked_at.eq(now)))
        .execute(connection)?;
    Ok(())
}

/// V1: stores a new live link; the older one must be revoked in the same transaction.
pub fn insert(
    connection: &mut Connection,
    user: UserId,
    purpose: TokenPurpose,
    hash: &[u8],
    now: Time,
    expires_at: Time,
) -> Result<()> {
    diesel::insert_into(account_tokens::table)
        .values((
            account_tokens::purpose.eq(purpose),
            account_tokens::user_id.eq(user),
            account_tokens::token_hash.eq(hash),
            account_tokens::live_key.eq(live_key(user, purpose)),
            account_tokens::created_at.eq(now),
            account_tokens::expires_at.eq(expires_at),
        ))
        .execute(connection)?;
    Ok(())
}

/// The link with this hash, if it is for this purpose.
pub fn find(connection: &mut Connection, purpose: TokenPurpose, hash: &[u8]) -> Result<Option<AccountToken>> {
    let query = account_tokens::table
        .filter(account_tokens::token_hash.eq(hash))
        .filter(account_tokens::purpose.eq(purpose))
        .select(AccountToken::as_select());
    Ok(query.first(connection).optional()?)
}

/// Uses a link up; false when somebody else did first.
pub fn consume(connection: &mut Connection, id: i64, now: Time) -> Result<bool> {
    let open = account_tokens::table
        .find(id)
        .filter(account_tokens::used_at.is_null())
        .filter(account_tokens::revoked_at.is_null());
    let used = diesel::update(open)
        .set((account_tokens::used_at.eq(now), account_tokens::live_key.eq(None::<String>)))
        .execute(connection)?;
    Ok(used == 1)
}

/// The live key of a member's link.
fn live_key(user: UserId, purpose: TokenPurpose) -> String {
    format!("{user}:{purpose}")
}
