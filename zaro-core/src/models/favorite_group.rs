//! Table `favorite_groups`.

use diesel::prelude::*;

use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::{favorite_groups, users};
use crate::types::{GroupId, Status, Time, UserId, Visibility, fold};

/// FV17: the name of the group that every member starts with.
pub const DEFAULT_GROUP: &str = "내 장소";

/// FV17: makes the first group of a member.
pub fn insert_default(connection: &mut Connection, user: UserId, now: Time) -> Result<()> {
    diesel::insert_into(favorite_groups::table)
        .values((
            favorite_groups::user_id.eq(user),
            favorite_groups::name.eq(DEFAULT_GROUP),
            favorite_groups::live_key.eq(format!("{user}:{}", fold(DEFAULT_GROUP))),
            favorite_groups::visibility.eq(Visibility::Public),
            favorite_groups::position.eq(0),
            favorite_groups::favorite_count.eq(0),
            favorite_groups::created_at.eq(now),
            favorite_groups::updated_at.eq(now),
        ))
        .execute(connection)?;
    Ok(())
}

/// A group to be.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = favorite_groups, treat_none_as_default_value = false)]
pub struct NewGroup {
    /// Whose it is.
    pub user_id: UserId,
    /// Name.
    pub name: String,
    /// What no other live group has.
    pub live_key: String,
    /// Who sees it.
    pub visibility: Visibility,
    /// Place among the owner's groups.
    pub position: i32,
    /// 0.
    pub favorite_count: i32,
    /// Now.
    pub created_at: Time,
    /// Now.
    pub updated_at: Time,
}

/// A live group.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = favorite_groups)]
pub struct Group {
    /// Id.
    pub id: GroupId,
    /// Name.
    pub name: String,
    /// Who sees it.
    pub visibility: Visibility,
    /// Place among the owner's groups.
    pub position: i32,
    /// Favourites in it.
    pub favorite_count: i32,
    /// When it was made.
    pub created_at: Time,
    /// When its name, visibility or place was changed last.
    pub updated_at: Time,
}

/// What decides about a group.
#[derive(Clone, Copy, Debug, Queryable)]
pub struct GroupState {
    /// Whose it is.
    pub user_id: UserId,
    /// Where the owner stands.
    pub owner_status: Status,
    /// Since when deleted.
    pub deleted_at: Option<Time>,
    /// Who sees it.
    pub visibility: Visibility,
    /// Place among the owner's groups.
    pub position: i32,
    /// Favourites in it.
    pub favorite_count: i32,
}

/// The columns of a change; what is none stays.
#[derive(Clone, Debug, AsChangeset)]
#[diesel(table_name = favorite_groups)]
pub struct GroupPatch {
    /// Name.
    pub name: Option<String>,
    /// What no other live group has.
    pub live_key: Option<String>,
    /// Who sees it.
    pub visibility: Option<Visibility>,
    /// Now.
    pub updated_at: Time,
}

/// Inserts a group and returns the id.
pub fn insert(connection: &mut Connection, group: &NewGroup) -> Result<GroupId> {
    diesel::insert_into(favorite_groups::table).values(group).execute(connection)?;
    Ok(GroupId(dialect::last_id(connection)?))
}

/// FV1: live groups of a member in their order.
pub fn list(connection: &mut Connection, owner: UserId) -> Result<Vec<Group>> {
    let live = favorite_groups::table
        .filter(favorite_groups::user_id.eq(owner))
        .filter(favorite_groups::deleted_at.is_null())
        .order((favorite_groups::position.asc(), favorite_groups::id.asc()));
    Ok(live.select(Group::as_select()).load(connection)?)
}

/// The state of a group and of its owner.
pub fn state(connection: &mut Connection, id: GroupId) -> Result<Option<GroupState>> {
    let query = favorite_groups::table.inner_join(users::table).filter(favorite_groups::id.eq(id)).select((
        favorite_groups::user_id,
        users::status,
        favorite_groups::deleted_at,
        favorite_groups::visibility,
        favorite_groups::position,
        favorite_groups::favorite_count,
    ));
    Ok(query.first(connection).optional()?)
}

/// FV3: the live group that bears this name.
pub fn holder(connection: &mut Connection, live_key: &str) -> Result<Option<GroupId>> {
    let query = favorite_groups::table.filter(favorite_groups::live_key.eq(live_key));
    Ok(query.select(favorite_groups::id).first(connection).optional()?)
}

/// FV4: changes a live group.
pub fn edit(connection: &mut Connection, id: GroupId, patch: &GroupPatch) -> Result<()> {
    let live = favorite_groups::table.filter(favorite_groups::id.eq(id)).filter(favorite_groups::deleted_at.is_null());
    diesel::update(live).set(patch).execute(connection)?;
    Ok(())
}

/// FV4: puts a group in its place.
pub fn set_position(connection: &mut Connection, id: GroupId, position: i32) -> Result<()> {
    diesel::update(favorite_groups::table.find(id)).set(favorite_groups::position.eq(position)).execute(connection)?;
    Ok(())
}

/// FV5: deletes a live group softly, with its favourites gone; false when it is deleted already.
pub fn delete(connection: &mut Connection, id: GroupId, now: Time) -> Result<bool> {
    let live = favorite_groups::table.filter(favorite_groups::id.eq(id)).filter(favorite_groups::deleted_at.is_null());
    let changed = diesel::update(live)
        .set((
            favorite_groups::deleted_at.eq(now),
            favorite_groups::live_key.eq(None::<String>),
            favorite_groups::favorite_count.eq(0),
            favorite_groups::updated_at.eq(now),
        ))
        .execute(connection)?;
    Ok(changed == 1)
}

/// FV5: the groups behind this place move up by one.
pub fn close_up(connection: &mut Connection, owner: UserId, position: i32) -> Result<()> {
    let behind = favorite_groups::table
        .filter(favorite_groups::user_id.eq(owner))
        .filter(favorite_groups::deleted_at.is_null())
        .filter(favorite_groups::position.gt(position));
    diesel::update(behind).set(favorite_groups::position.eq(favorite_groups::position - 1)).execute(connection)?;
    Ok(())
}

/// CT1: moves the number of favourites in a group, never below 0.
pub fn move_count(connection: &mut Connection, id: GroupId, by: i32) -> Result<()> {
    let group =
        favorite_groups::table.filter(favorite_groups::id.eq(id)).filter(favorite_groups::favorite_count.ge(-by));
    diesel::update(group)
        .set(favorite_groups::favorite_count.eq(favorite_groups::favorite_count + by))
        .execute(connection)?;
    Ok(())
}
