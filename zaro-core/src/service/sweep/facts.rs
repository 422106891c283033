//! What the lifecycle needs to know of given members, read the same way for the batch and for `members show`.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::db::Connection;
use crate::error::Result;
use crate::policy::account::{MemberFacts, NoticeFacts};
use crate::policy::credential::is_nobodys;
use crate::policy::forecast::Address;
use crate::schema::{account_tokens, dormancy_notices, users};
use crate::types::{NoticeState, Status, Time, TokenPurpose, UserId};

#[derive(Queryable)]
struct Row {
    id: UserId,
    status: Status,
    created_at: Time,
    basis_at: Option<Time>,
    dormant_at: Option<Time>,
    deleted_at: Option<Time>,
    anonymized_at: Option<Time>,
}

/// The facts of these members, by id; who is gone is missing.
pub(crate) fn of_members(connection: &mut Connection, ids: &[UserId]) -> Result<Vec<(UserId, MemberFacts)>> {
    let rows: Vec<Row> = users::table
        .filter(users::id.eq_any(ids))
        .order(users::id.asc())
        .select((
            users::id,
            users::status,
            users::created_at,
            users::basis_at,
            users::dormant_at,
            users::deleted_at,
            users::anonymized_at,
        ))
        .load(connection)?;
    let in_status =
        |wanted: Status| -> Vec<UserId> { rows.iter().filter(|row| row.status == wanted).map(|row| row.id).collect() };
    let mut notices = notices(connection, &in_status(Status::Active))?;
    let links = links(connection, &in_status(Status::Pending))?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let facts = MemberFacts {
                status: row.status,
                created_at: row.created_at,
                basis_at: row.basis_at,
                notice: row.basis_at.and_then(|basis| notices.remove(&(row.id, basis))),
                link_until: links.get(&row.id).copied(),
                dormant_at: row.dormant_at,
                deleted_at: row.deleted_at,
                anonymized_at: row.anonymized_at,
            };
            (row.id, facts)
        })
        .collect())
}

/// A member as the forecast sees one.
pub(super) struct Prospect {
    pub(super) id: UserId,
    pub(super) facts: MemberFacts,
    pub(super) address: Address,
}

/// A member, the folded address, and the notice for the present basis.
type ProspectRow = (Row, Option<String>, Option<(NoticeState, Option<Time>)>);

/// The members after this one, by id, of those for whom anything can still become due.
///
/// Two statements whatever the number, and both read along a key: a million members are a few seconds.
pub(super) fn of_next(connection: &mut Connection, after: UserId, limit: i64) -> Result<Vec<Prospect>> {
    let notice = dormancy_notices::table.on(dormancy_notices::user_id
        .eq(users::id)
        .and(dormancy_notices::last_checked_login_at.nullable().eq(users::basis_at)));
    let rows: Vec<ProspectRow> = users::table
        .left_join(notice)
        .filter(users::id.gt(after))
        .filter(users::anonymized_at.is_null())
        .order(users::id.asc())
        .limit(limit)
        .select((
            (
                users::id,
                users::status,
                users::created_at,
                users::basis_at,
                users::dormant_at,
                users::deleted_at,
                users::anonymized_at,
            ),
            users::email_key,
            (dormancy_notices::state, dormancy_notices::handed_over_at).nullable(),
        ))
        .load(connection)?;
    let pending: Vec<UserId> =
        rows.iter().filter(|(row, ..)| row.status == Status::Pending).map(|(row, ..)| row.id).collect();
    let links = links(connection, &pending)?;
    let prospect = |(row, email, notice): ProspectRow| Prospect {
        id: row.id,
        address: if email.as_deref().is_some_and(is_nobodys) { Address::Nobodys } else { Address::Reached },
        facts: MemberFacts {
            status: row.status,
            created_at: row.created_at,
            basis_at: row.basis_at,
            notice: notice.map(|(state, handed_over_at)| NoticeFacts { state, handed_over_at }),
            link_until: links.get(&row.id).copied(),
            dormant_at: row.dormant_at,
            deleted_at: row.deleted_at,
            anonymized_at: row.anonymized_at,
        },
    };
    Ok(rows.into_iter().map(prospect).collect())
}

/// The notices of these members for exactly their present basis.
fn notices(connection: &mut Connection, ids: &[UserId]) -> Result<HashMap<(UserId, Time), NoticeFacts>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(UserId, Time, NoticeState, Option<Time>)> = dormancy_notices::table
        .inner_join(users::table)
        .filter(dormancy_notices::user_id.eq_any(ids))
        .filter(users::basis_at.eq(dormancy_notices::last_checked_login_at.nullable()))
        .select((
            dormancy_notices::user_id,
            dormancy_notices::last_checked_login_at,
            dormancy_notices::state,
            dormancy_notices::handed_over_at,
        ))
        .load(connection)?;
    Ok(rows
        .into_iter()
        .map(|(user, basis, state, handed_over_at)| ((user, basis), NoticeFacts { state, handed_over_at }))
        .collect())
}

/// Until when the live verification links of these members can be used.
fn links(connection: &mut Connection, ids: &[UserId]) -> Result<HashMap<UserId, Time>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(UserId, Time)> = account_tokens::table
        .filter(account_tokens::user_id.eq_any(ids))
        .filter(account_tokens::purpose.eq(TokenPurpose::VerifyEmail))
        .filter(account_tokens::live_key.is_not_null())
        .select((account_tokens::user_id, account_tokens::expires_at))
        .load(connection)?;
    Ok(rows.into_iter().collect())
}
