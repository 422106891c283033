//! Table `appeals`: what members say against a measure, once for each.

use diesel::prelude::*;

use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::appeals;
use crate::types::{AppealId, AppealState, SanctionId, Time, UserId, cut};

/// Longest name of an operator, in characters.
const OPERATOR_MAX: usize = 64;

/// An appeal.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = appeals)]
pub struct Appeal {
    /// Id.
    pub id: AppealId,
    /// Against which measure.
    pub sanction_id: SanctionId,
    /// By whom.
    pub user_id: UserId,
    /// Text; gone with the member.
    pub text: Option<String>,
    /// Where it stands.
    pub state: AppealState,
    /// What the operators say to it.
    pub answer: Option<String>,
    /// Who decided.
    pub handled_by: Option<String>,
    /// When it was decided.
    pub handled_at: Option<Time>,
    /// When it was filed.
    pub created_at: Time,
}

/// An appeal to be.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = appeals)]
pub struct NewAppeal<'a> {
    /// Against which measure.
    pub sanction_id: SanctionId,
    /// By whom.
    pub user_id: UserId,
    /// Text.
    pub text: &'a str,
    /// OPEN.
    pub state: AppealState,
    /// Now.
    pub created_at: Time,
}

/// Inserts an appeal; nothing when the measure has one.
pub fn insert(connection: &mut Connection, appeal: &NewAppeal<'_>) -> Result<Option<AppealId>> {
    if dialect::insert_ignore!(connection, appeals::table, appeal)? == 0 {
        return Ok(None);
    }
    Ok(Some(AppealId(dialect::last_id(connection)?)))
}

/// The appeal with this id.
pub fn find(connection: &mut Connection, id: AppealId) -> Result<Option<Appeal>> {
    Ok(appeals::table.find(id).select(Appeal::as_select()).first(connection).optional()?)
}

/// The appeal against this measure.
pub fn of_sanction(connection: &mut Connection, sanction: SanctionId) -> Result<Option<Appeal>> {
    let found = appeals::table.filter(appeals::sanction_id.eq(sanction)).select(Appeal::as_select());
    Ok(found.first(connection).optional()?)
}

/// Appeals of a member, newest first.
pub fn of_user(connection: &mut Connection, user: UserId, limit: i64) -> Result<Vec<Appeal>> {
    let rows = appeals::table
        .filter(appeals::user_id.eq(user))
        .order((appeals::created_at.desc(), appeals::id.desc()))
        .limit(limit)
        .select(Appeal::as_select());
    Ok(rows.load(connection)?)
}

/// Appeals that wait for a decision, oldest first, after this one.
pub fn open(connection: &mut Connection, after: Option<(Time, AppealId)>, limit: i64) -> Result<Vec<Appeal>> {
    let (at, id) = after.unwrap_or((Time::from_micros(i64::MIN), AppealId(0)));
    let rows = appeals::table
        .filter(appeals::state.eq(AppealState::Open))
        .filter(appeals::created_at.ge(at))
        .filter(appeals::created_at.gt(at).or(appeals::id.gt(id)))
        .order((appeals::created_at.asc(), appeals::id.asc()))
        .limit(limit)
        .select(Appeal::as_select());
    Ok(rows.load(connection)?)
}

/// How many appeals wait for the operators, and since when the oldest does.
pub fn waiting(connection: &mut Connection) -> Result<(i64, Option<Time>)> {
    let open = appeals::table.filter(appeals::state.eq(AppealState::Open));
    let found: (i64, Option<i64>) =
        open.select((diesel::dsl::count_star(), diesel::dsl::min(appeals::created_at))).first(connection)?;
    Ok((found.0, found.1.map(Time::from_micros)))
}

/// OPEN → decided; false when it was decided already.
pub fn decide(
    connection: &mut Connection,
    id: AppealId,
    state: AppealState,
    answer: Option<&str>,
    operator: &str,
    now: Time,
) -> Result<bool> {
    let open = appeals::table.find(id).filter(dialect::unindexed(appeals::state).eq(AppealState::Open));
    let decided = diesel::update(open)
        .set((
            appeals::state.eq(state),
            appeals::answer.eq(answer),
            appeals::handled_by.eq(cut(operator, OPERATOR_MAX)),
            appeals::handled_at.eq(now),
        ))
        .execute(connection)?;
    Ok(decided == 1)
}

/// Takes out what the operators have said to an appeal that waits for them again.
pub fn forget_answer(connection: &mut Connection, id: AppealId) -> Result<()> {
    let open = appeals::table.find(id).filter(dialect::unindexed(appeals::state).eq(AppealState::Open));
    diesel::update(open).set(appeals::answer.eq(None::<String>)).execute(connection)?;
    Ok(())
}
