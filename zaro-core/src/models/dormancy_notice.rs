//! Table `dormancy_notices`: who was told about dormancy, on which basis, and how it ended.

use diesel::prelude::*;

use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::{dormancy_notices, users};
use crate::types::{NoticeState, Status, Time, UserId, cut};

/// A notice.
#[derive(Clone, Debug, Queryable, Selectable, serde::Serialize)]
#[diesel(table_name = dormancy_notices)]
pub struct Notice {
    /// Id.
    pub id: i64,
    /// The member.
    pub user_id: UserId,
    /// The basis it is about.
    #[diesel(column_name = last_checked_login_at)]
    pub basis_at: Time,
    /// Where it stands.
    pub state: NoticeState,
    /// Its mail.
    pub mail_id: Option<i64>,
    /// When it was queued.
    pub created_at: Time,
    /// When the mail server took it.
    pub handed_over_at: Option<Time>,
    /// When it ended.
    pub closed_at: Option<Time>,
    /// Who settled it.
    pub resolved_by: Option<String>,
}

/// A notice to be.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = dormancy_notices, treat_none_as_default_value = false)]
pub struct NewNotice {
    /// The member.
    pub user_id: UserId,
    /// The basis it is about.
    pub last_checked_login_at: Time,
    /// QUEUED, or BOUNCED for an address that belongs to nobody.
    pub state: NoticeState,
    /// Its mail.
    pub mail_id: Option<i64>,
    /// Number the mail states.
    pub dormant_months: i32,
    /// Number the mail states.
    pub delete_months: i32,
    /// Now.
    pub created_at: Time,
    /// Now, when it is closed at once.
    pub closed_at: Option<Time>,
}

/// Writes notices; a second one for the same basis is an error of the database.
pub fn insert(connection: &mut Connection, notices: &[NewNotice]) -> Result<()> {
    for part in notices.chunks(1000) {
        dialect::insert_many!(connection, dormancy_notices::table, part)?;
    }
    Ok(())
}

/// All notices of a member, newest first.
pub fn of_user(connection: &mut Connection, user: UserId) -> Result<Vec<Notice>> {
    let query = dormancy_notices::table
        .filter(dormancy_notices::user_id.eq(user))
        .order(dormancy_notices::last_checked_login_at.desc())
        .select(Notice::as_select());
    Ok(query.load(connection)?)
}

/// The notice that a mail carries.
pub fn of_mail(connection: &mut Connection, mail: i64) -> Result<Option<Notice>> {
    let query = dormancy_notices::table.filter(dormancy_notices::mail_id.eq(mail)).select(Notice::as_select());
    Ok(query.first(connection).optional()?)
}

/// Ends a notice with its mail.
pub fn close_with_mail(connection: &mut Connection, mail: i64, state: NoticeState, now: Time) -> Result<()> {
    let handed_over = (state == NoticeState::Accepted).then_some(now);
    diesel::update(dormancy_notices::table)
        .filter(dormancy_notices::mail_id.eq(mail))
        .filter(dialect::unindexed(dormancy_notices::state).eq(NoticeState::Queued))
        .set((
            dormancy_notices::state.eq(state),
            dormancy_notices::handed_over_at.eq(handed_over),
            dormancy_notices::closed_at.eq(now),
        ))
        .execute(connection)?;
    Ok(())
}

/// Mails of the member's notices that are still queued.
pub fn queued_mails(connection: &mut Connection, users: &[UserId]) -> Result<Vec<i64>> {
    let mails: Vec<Option<i64>> = dormancy_notices::table
        .filter(dormancy_notices::user_id.eq_any(users))
        .filter(dialect::unindexed(dormancy_notices::state).eq(NoticeState::Queued))
        .select(dormancy_notices::mail_id)
        .load(connection)?;
    Ok(mails.into_iter().flatten().collect())
}

/// A10: ends as CANCELLED the queued notices whose mails were dropped.
pub fn cancel(connection: &mut Connection, mails: &[i64], now: Time) -> Result<()> {
    diesel::update(dormancy_notices::table)
        .filter(dormancy_notices::mail_id.eq_any(mails))
        .filter(dialect::unindexed(dormancy_notices::state).eq(NoticeState::Queued))
        .set((dormancy_notices::state.eq(NoticeState::Cancelled), dormancy_notices::closed_at.eq(now)))
        .execute(connection)?;
    Ok(())
}

/// Notices that bounced or have an unknown fate, and whose member is still as absent as when they were told: one who
/// signed in since has a new basis, and nothing is left to settle.
macro_rules! to_settle {
    () => {
        dormancy_notices::table
            .inner_join(users::table)
            .filter(dormancy_notices::state.eq_any([NoticeState::Bounced, NoticeState::Unknown]))
            .filter(dormancy_notices::resolved_by.is_null())
            .filter(dialect::unindexed(users::status).eq(Status::Active))
            .filter(users::basis_at.eq(dormancy_notices::last_checked_login_at.nullable()))
            // M5: mail to these is never sent, so nobody can do anything about them.
            .filter(users::email_key.not_like("%.invalid"))
    };
}

/// How many notices an operator has to settle.
pub fn count_to_settle(connection: &mut Connection) -> Result<i64> {
    Ok(to_settle!().count().get_result(connection)?)
}

/// The notices that an operator has to settle, oldest first.
pub fn to_settle(connection: &mut Connection, limit: i64) -> Result<Vec<Notice>> {
    let open = to_settle!().order((dormancy_notices::created_at.asc(), dormancy_notices::id.asc())).limit(limit);
    Ok(open.select(Notice::as_select()).load(connection)?)
}

/// A notice.
pub fn find(connection: &mut Connection, id: i64) -> Result<Option<Notice>> {
    Ok(dormancy_notices::table.find(id).select(Notice::as_select()).first(connection).optional()?)
}

/// The notice, held against other writers until the transaction ends.
pub fn find_for_update(connection: &mut Connection, id: i64) -> Result<Option<Notice>> {
    dialect::lock_rows(connection, "dormancy_notices", &[id])?;
    find(connection, id)
}

/// L5: an operator vouches that the notice was handed over then.
pub fn vouch(connection: &mut Connection, id: i64, handed_over: Time, who: &str) -> Result<()> {
    diesel::update(dormancy_notices::table.find(id))
        .set((
            dormancy_notices::state.eq(NoticeState::Accepted),
            dormancy_notices::handed_over_at.eq(handed_over),
            dormancy_notices::resolved_by.eq(cut(who, 64)),
        ))
        .execute(connection)?;
    Ok(())
}

/// An operator knows that the notice never arrived: it waits again, with a new mail.
pub fn reopen(connection: &mut Connection, id: i64, mail: i64, (dormant, delete): (i32, i32)) -> Result<()> {
    diesel::update(dormancy_notices::table.find(id))
        .set((
            dormancy_notices::state.eq(NoticeState::Queued),
            dormancy_notices::mail_id.eq(mail),
            dormancy_notices::dormant_months.eq(dormant),
            dormancy_notices::delete_months.eq(delete),
            dormancy_notices::closed_at.eq(None::<Time>),
        ))
        .execute(connection)?;
    Ok(())
}

/// How many notices stand where.
pub fn count_by_state(connection: &mut Connection) -> Result<Vec<(NoticeState, i64)>> {
    let counts = dormancy_notices::table
        .group_by(dormancy_notices::state)
        .select((dormancy_notices::state, diesel::dsl::count_star()));
    Ok(counts.load(connection)?)
}
