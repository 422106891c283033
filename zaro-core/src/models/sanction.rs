//! Table `sanctions`: measures against members.

use diesel::prelude::*;

use super::appeal::Appeal;
use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::{appeals, sanctions};
use crate::types::{ReportReason, SanctionId, SanctionKind, Time, UserId, cut};

/// Longest name of an operator, in characters.
const OPERATOR_MAX: usize = 64;

/// A measure.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = sanctions)]
pub struct Sanction {
    /// Id.
    pub id: SanctionId,
    /// Against whom.
    pub user_id: UserId,
    /// What it is.
    pub kind: SanctionKind,
    /// Why.
    pub reason: ReportReason,
    /// Text for the member.
    pub message: Option<String>,
    /// Since when.
    pub starts_at: Time,
    /// When it ends by itself, if ever.
    pub ends_at: Option<Time>,
    /// When an operator ended it.
    pub lifted_at: Option<Time>,
    /// Who ended it.
    pub lifted_by: Option<String>,
    /// Who gave it.
    pub created_by: String,
}

/// A measure to be.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = sanctions, treat_none_as_default_value = false)]
pub struct NewSanction {
    /// Against whom.
    pub user_id: UserId,
    /// What it is.
    pub kind: SanctionKind,
    /// Why.
    pub reason: ReportReason,
    /// Text for the member.
    pub message: Option<String>,
    /// Now.
    pub starts_at: Time,
    /// When it ends by itself, if ever.
    pub ends_at: Option<Time>,
    /// Who gives it.
    pub created_by: String,
    /// Now.
    pub created_at: Time,
}

/// Inserts a measure and returns its id.
pub fn insert(connection: &mut Connection, sanction: &NewSanction) -> Result<SanctionId> {
    diesel::insert_into(sanctions::table).values(sanction).execute(connection)?;
    Ok(SanctionId(dialect::last_id(connection)?))
}

/// The measure with this id.
pub fn find(connection: &mut Connection, id: SanctionId) -> Result<Option<Sanction>> {
    Ok(sanctions::table.find(id).select(Sanction::as_select()).first(connection).optional()?)
}

/// Measures against a member with their appeals, newest first.
pub fn of_user(connection: &mut Connection, user: UserId, limit: i64) -> Result<Vec<(Sanction, Option<Appeal>)>> {
    let rows = sanctions::table
        .left_join(appeals::table.on(appeals::sanction_id.eq(sanctions::id)))
        .filter(sanctions::user_id.eq(user))
        .order((sanctions::created_at.desc(), sanctions::id.desc()))
        .limit(limit)
        .select((Sanction::as_select(), Option::<Appeal>::as_select()));
    Ok(rows.load(connection)?)
}

/// Suspensions of a member that no operator has ended.
pub fn suspensions(connection: &mut Connection, user: UserId) -> Result<Vec<Sanction>> {
    let rows = sanctions::table
        .filter(sanctions::user_id.eq(user))
        .filter(sanctions::kind.eq(SanctionKind::Suspension))
        .filter(sanctions::lifted_at.is_null())
        .select(Sanction::as_select());
    Ok(rows.load(connection)?)
}

/// Ends a measure; false when an operator has ended it already.
pub fn lift(connection: &mut Connection, id: SanctionId, operator: &str, now: Time) -> Result<bool> {
    let lifted = diesel::update(sanctions::table.find(id).filter(sanctions::lifted_at.is_null()))
        .set((sanctions::lifted_at.eq(now), sanctions::lifted_by.eq(cut(operator, OPERATOR_MAX))))
        .execute(connection)?;
    Ok(lifted == 1)
}
