//! Table `users`.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::users;
use crate::types::{Gender, Provider, Status, Time, UserId};

/// A member.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct User {
    /// Id.
    pub id: UserId,
    /// Address as typed.
    pub email: String,
    /// Folded address, while held.
    pub email_key: Option<String>,
    /// Name as chosen.
    pub nickname: String,
    /// Folded name, while held.
    pub nickname_key: Option<String>,
    /// argon2id, or bcrypt from an import.
    pub password_hash: Option<String>,
    /// How the account was made.
    pub provider: Provider,
    /// Id at the provider.
    pub provider_id: Option<String>,
    /// Where the member stands.
    pub status: Status,
    /// Image key, or an address at Kakao.
    pub profile_image: Option<String>,
    /// Birthday.
    pub birthday: Option<NaiveDate>,
    /// Since when the member lives alone.
    pub live_alone_date: Option<NaiveDate>,
    /// Gender.
    pub gender: Option<Gender>,
    /// MBTI type.
    pub mbti: Option<String>,
    /// Latest end of a live suspension.
    pub suspended_until: Option<Time>,
    /// Last change of the nickname.
    pub nickname_changed_at: Option<Time>,
    /// Confirmation of the address.
    pub verified_at: Option<Time>,
    /// Last sign-in.
    pub last_login_at: Option<Time>,
    /// Last sign-in, else confirmation.
    pub basis_at: Option<Time>,
    /// Last change of `status`.
    pub status_changed_at: Time,
    /// Since when DORMANT.
    pub dormant_at: Option<Time>,
    /// Since when DELETED.
    pub deleted_at: Option<Time>,
    /// When emptied.
    pub anonymized_at: Option<Time>,
    /// Sign-up.
    pub created_at: Time,
    /// Last change of the row.
    pub updated_at: Time,
}

/// A member to be.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
pub struct NewUser {
    /// Address as typed.
    pub email: String,
    /// Folded address.
    pub email_key: Option<String>,
    /// Name as chosen.
    pub nickname: String,
    /// Folded name.
    pub nickname_key: Option<String>,
    /// argon2id; none for Kakao.
    pub password_hash: Option<String>,
    /// How the account is made.
    pub provider: Provider,
    /// Id at the provider.
    pub provider_id: Option<String>,
    /// `KAKAO:<id>`.
    pub provider_key: Option<String>,
    /// PENDING, or ACTIVE for Kakao.
    pub status: Status,
    /// Address of a picture at Kakao.
    pub profile_image: Option<String>,
    /// Gender, where Kakao tells it.
    pub gender: Option<Gender>,
    /// Set with ACTIVE.
    pub verified_at: Option<Time>,
    /// Now.
    pub status_changed_at: Time,
    /// Now.
    pub created_at: Time,
    /// Now.
    pub updated_at: Time,
}

/// Inserts a member and returns the id.
pub fn insert(connection: &mut Connection, user: &NewUser) -> Result<UserId> {
    diesel::insert_into(users::table).values(user).execute(connection)?;
    Ok(UserId(dialect::last_id(connection)?))
}

/// The member with this id.
pub fn find(connection: &mut Connection, id: UserId) -> Result<Option<User>> {
    Ok(users::table.find(id).select(User::as_select()).first(connection).optional()?)
}

/// The member with this id, held against other writers until the transaction ends.
pub fn find_for_update(connection: &mut Connection, id: UserId) -> Result<Option<User>> {
    dialect::lock_rows(connection, "users", &[id.0])?;
    find(connection, id)
}

/// The member who holds this folded address.
pub fn find_by_email(connection: &mut Connection, key: &str) -> Result<Option<User>> {
    Ok(users::table.filter(users::email_key.eq(key)).select(User::as_select()).first(connection).optional()?)
}

/// The member who holds this folded nickname.
pub fn find_by_nickname(connection: &mut Connection, key: &str) -> Result<Option<User>> {
    Ok(users::table.filter(users::nickname_key.eq(key)).select(User::as_select()).first(connection).optional()?)
}

/// The member with this id at Kakao.
pub fn find_by_kakao(connection: &mut Connection, id: &str) -> Result<Option<User>> {
    let key = kakao_key(id);
    Ok(users::table.filter(users::provider_key.eq(key)).select(User::as_select()).first(connection).optional()?)
}

/// The live key of a Kakao account.
pub fn kakao_key(id: &str) -> String {
    format!("KAKAO:{id}")
}

/// V4: PENDING → ACTIVE; false when the member is not PENDING any more.
pub fn activate(connection: &mut Connection, id: UserId, now: Time) -> Result<bool> {
    let changed = diesel::update(users::table.find(id).filter(users::status.eq(Status::Pending)))
        .set((
            users::status.eq(Status::Active),
            users::verified_at.eq(now),
            users::status_changed_at.eq(now),
            users::updated_at.eq(now),
        ))
        .execute(connection)?;
    Ok(changed == 1)
}

/// A10: notes a sign-in of a member who is PENDING or ACTIVE.
pub fn touch_login(connection: &mut Connection, id: UserId, now: Time) -> Result<bool> {
    let open = users::status.eq(Status::Pending).or(users::status.eq(Status::Active));
    let changed = diesel::update(users::table.find(id).filter(open))
        .set((users::last_login_at.eq(now), users::updated_at.eq(now)))
        .execute(connection)?;
    Ok(changed == 1)
}

/// L6: DORMANT → ACTIVE by a sign-in.
pub fn wake(connection: &mut Connection, id: UserId, now: Time) -> Result<bool> {
    let changed = diesel::update(users::table.find(id).filter(users::status.eq(Status::Dormant)))
        .set((
            users::status.eq(Status::Active),
            users::dormant_at.eq(None::<Time>),
            users::last_login_at.eq(now),
            users::status_changed_at.eq(now),
            users::updated_at.eq(now),
        ))
        .execute(connection)?;
    Ok(changed == 1)
}

/// L16: DELETED → ACTIVE while nothing was erased; false when it was, or the member has not left.
pub fn restore(connection: &mut Connection, id: UserId, now: Time) -> Result<bool> {
    let left = users::table.find(id).filter(dialect::unindexed(users::status).eq(Status::Deleted));
    let changed = diesel::update(left.filter(users::anonymized_at.is_null()))
        .set((
            users::status.eq(Status::Active),
            users::deleted_at.eq(None::<Time>),
            users::dormant_at.eq(None::<Time>),
            users::status_changed_at.eq(now),
            users::updated_at.eq(now),
        ))
        .execute(connection)?;
    Ok(changed == 1)
}

/// Replaces the password hash.
pub fn set_password(connection: &mut Connection, id: UserId, hash: &str, now: Time) -> Result<()> {
    diesel::update(users::table.find(id))
        .set((users::password_hash.eq(hash), users::updated_at.eq(now)))
        .execute(connection)?;
    Ok(())
}

/// A10: replaces an imported hash by a better one, unless the password was changed meanwhile.
pub fn upgrade_password(connection: &mut Connection, id: UserId, old: &str, new: &str, now: Time) -> Result<()> {
    diesel::update(users::table.find(id).filter(users::password_hash.eq(old)))
        .set((users::password_hash.eq(new), users::updated_at.eq(now)))
        .execute(connection)?;
    Ok(())
}

/// S2: changes the nickname.
pub fn set_nickname(connection: &mut Connection, id: UserId, text: &str, key: &str, now: Time) -> Result<()> {
    diesel::update(users::table.find(id))
        .set((
            users::nickname.eq(text),
            users::nickname_key.eq(key),
            users::nickname_changed_at.eq(now),
            users::updated_at.eq(now),
        ))
        .execute(connection)?;
    Ok(())
}

/// S3: the part of a profile that is replaced as a whole; an empty field clears.
#[derive(Clone, Debug, Default, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = users, treat_none_as_null = true)]
pub struct ProfilePatch {
    /// Birthday.
    pub birthday: Option<NaiveDate>,
    /// Since when the member lives alone.
    pub live_alone_date: Option<NaiveDate>,
    /// Gender.
    pub gender: Option<Gender>,
    /// MBTI type.
    pub mbti: Option<String>,
}

/// S3: replaces the profile.
pub fn set_profile(connection: &mut Connection, id: UserId, patch: &ProfilePatch, now: Time) -> Result<()> {
    diesel::update(users::table.find(id)).set((patch, users::updated_at.eq(now))).execute(connection)?;
    Ok(())
}

/// S5: replaces or clears the picture.
pub fn set_profile_image(connection: &mut Connection, id: UserId, key: Option<&str>, now: Time) -> Result<()> {
    diesel::update(users::table.find(id))
        .set((users::profile_image.eq(key), users::updated_at.eq(now)))
        .execute(connection)?;
    Ok(())
}

/// Z2: notes until when the member cannot write, or that no suspension is live.
pub fn set_suspended_until(connection: &mut Connection, id: UserId, until: Option<Time>, now: Time) -> Result<()> {
    diesel::update(users::table.find(id))
        .set((users::suspended_until.eq(until), users::updated_at.eq(now)))
        .execute(connection)?;
    Ok(())
}

/// The names of these members, in no order.
pub fn nicknames(connection: &mut Connection, ids: &[UserId]) -> Result<Vec<(UserId, String)>> {
    Ok(users::table.filter(users::id.eq_any(ids)).select((users::id, users::nickname)).load(connection)?)
}

/// How many members stand where.
pub fn count_by_status(connection: &mut Connection) -> Result<Vec<(Status, i64)>> {
    let counts = users::table.group_by(users::status).select((users::status, diesel::dsl::count_star()));
    Ok(counts.load(connection)?)
}

/// Which members an operator wants to see.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// Only those who stand here.
    pub status: Option<Status>,
    /// Only those whose address or nickname contains this, folded.
    pub contains: Option<String>,
    /// Only those whose basis lies before.
    pub inactive_since: Option<Time>,
    /// Only ids above this one: the next page.
    pub after: Option<UserId>,
    /// At most so many.
    pub limit: i64,
}

/// Members by id, as filtered.
pub fn list(connection: &mut Connection, filter: &UserFilter) -> Result<Vec<User>> {
    let mut query = users::table.select(User::as_select()).order(users::id.asc()).limit(filter.limit).into_boxed();
    if let Some(status) = filter.status {
        query = query.filter(users::status.eq(status));
    }
    if let Some(text) = &filter.contains {
        let escaped = text.replace('!', "!!").replace('%', "!%").replace('_', "!_");
        let pattern = format!("%{escaped}%");
        let email = users::email_key.like(pattern.clone()).escape('!');
        query = query.filter(email.or(users::nickname_key.like(pattern).escape('!')));
    }
    if let Some(before) = filter.inactive_since {
        query = query.filter(users::basis_at.le(before));
    }
    if let Some(after) = filter.after {
        query = query.filter(users::id.gt(after));
    }
    Ok(query.load(connection)?)
}
