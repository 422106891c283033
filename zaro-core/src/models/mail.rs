//! Table `mail_outbox`: every mail, written in the transaction of its cause.

use diesel::prelude::*;

use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::mail_outbox;
use crate::types::{MailKind, MailState, Time, UserId, cut};

/// Longest text of an error that is kept, in characters.
const ERROR_MAX: usize = 500;

/// A mail as stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = mail_outbox)]
pub struct Mail {
    /// Id.
    pub id: i64,
    /// What it is.
    pub kind: MailKind,
    /// Who it is about.
    pub user_id: Option<UserId>,
    /// Address.
    pub recipient: String,
    /// JSON for the template, until closed.
    pub payload: Option<String>,
    /// Where it stands.
    pub state: MailState,
    /// Tries so far.
    pub attempts: i32,
    /// When it is due.
    pub next_attempt_at: Time,
    /// After this it is useless.
    pub not_after: Option<Time>,
    /// Noted before it was given to the mail server.
    pub handing_over_at: Option<Time>,
    /// When it was written.
    pub created_at: Time,
}

/// A mail as an operator looks at it: everything but what it says.
#[derive(Clone, Debug, Queryable, Selectable, serde::Serialize)]
#[diesel(table_name = mail_outbox)]
pub struct MailRow {
    /// Id.
    pub id: i64,
    /// What it is.
    pub kind: MailKind,
    /// Who it is about.
    pub user_id: Option<UserId>,
    /// Address.
    pub recipient: String,
    /// Where it stands.
    pub state: MailState,
    /// Tries so far.
    pub attempts: i32,
    /// When it is due.
    pub next_attempt_at: Time,
    /// After this it is useless.
    pub not_after: Option<Time>,
    /// Noted before it was given to the mail server.
    pub handing_over_at: Option<Time>,
    /// Its `Message-ID`.
    pub message_id: Option<String>,
    /// What the mail server said.
    pub last_error: Option<String>,
    /// When it was written.
    pub created_at: Time,
    /// When it ended.
    pub closed_at: Option<Time>,
}

/// A mail to be.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = mail_outbox, treat_none_as_default_value = false)]
pub struct NewMail {
    /// What it is.
    pub kind: MailKind,
    /// Who it is about; none when the mail outlives its member.
    pub user_id: Option<UserId>,
    /// Address.
    pub recipient: String,
    /// JSON for the template.
    pub payload: Option<String>,
    /// Unique where given.
    pub dedupe_key: Option<String>,
    /// QUEUED, or BOUNCED for an address that belongs to nobody.
    pub state: MailState,
    /// When it is due.
    pub next_attempt_at: Time,
    /// After this it is useless.
    pub not_after: Option<Time>,
    /// Now.
    pub created_at: Time,
    /// Now, when it is closed at once.
    pub closed_at: Option<Time>,
}

/// Writes mails, in pieces that fit one statement.
pub fn insert(connection: &mut Connection, mails: &[NewMail]) -> Result<()> {
    // Ten columns a row; SQLite takes 32,766 values in one statement.
    for part in mails.chunks(1000) {
        dialect::insert_many!(connection, mail_outbox::table, part)?;
    }
    Ok(())
}

/// Writes one mail and returns its number.
pub fn insert_one(connection: &mut Connection, mail: &NewMail) -> Result<i64> {
    diesel::insert_into(mail_outbox::table).values(mail).execute(connection)?;
    dialect::last_id(connection)
}

/// Ids by dedupe key.
pub fn ids_by_dedupe_key(connection: &mut Connection, keys: &[String]) -> Result<Vec<(String, i64)>> {
    let rows: Vec<(Option<String>, i64)> = mail_outbox::table
        .filter(mail_outbox::dedupe_key.eq_any(keys))
        .select((mail_outbox::dedupe_key, mail_outbox::id))
        .load(connection)?;
    Ok(rows.into_iter().filter_map(|(key, id)| Some((key?, id))).collect())
}

/// Due mails, and those whose worker died: ids of one batch.
///
/// Links go first, because they die within half an hour: a hundred thousand dormancy notices that became due before
/// them must not keep anybody from signing up. Otherwise longest due first.
pub fn due(connection: &mut Connection, now: Time, limit: i64) -> Result<Vec<i64>> {
    let mut ids: Vec<i64> = mail_outbox::table
        .filter(mail_outbox::state.eq(MailState::Sending))
        .filter(mail_outbox::claimed_until.le(now))
        .order((mail_outbox::next_attempt_at.asc(), mail_outbox::id.asc()))
        .limit(limit)
        .select(mail_outbox::id)
        .load(connection)?;
    let queued = mail_outbox::table
        .filter(mail_outbox::state.eq(MailState::Queued))
        .filter(mail_outbox::next_attempt_at.le(now))
        .order((mail_outbox::next_attempt_at.asc(), mail_outbox::id.asc()))
        .limit(limit)
        .select(mail_outbox::id);
    // No link outlives the last hour of the outbox by much, so few rows are looked at for them.
    let links: Vec<i64> = queued.filter(mail_outbox::not_after.is_not_null()).load(connection)?;
    let others: Vec<i64> = queued.filter(mail_outbox::not_after.is_null()).load(connection)?;
    ids.extend(links);
    ids.extend(others);
    ids.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(ids)
}

/// When the next mail is due, to sleep until then.
pub fn next_due(connection: &mut Connection) -> Result<Option<Time>> {
    let queued: Option<Time> = mail_outbox::table
        .filter(mail_outbox::state.eq(MailState::Queued))
        .select(diesel::dsl::min(mail_outbox::next_attempt_at))
        .first::<Option<i64>>(connection)?
        .map(Time::from_micros);
    let claimed: Option<Time> = mail_outbox::table
        .filter(mail_outbox::state.eq(MailState::Sending))
        .select(diesel::dsl::min(mail_outbox::claimed_until))
        .first::<Option<i64>>(connection)?
        .map(Time::from_micros);
    Ok([queued, claimed].into_iter().flatten().min())
}

/// The mail, held against other writers until the transaction ends.
pub fn find_for_update(connection: &mut Connection, id: i64) -> Result<Option<(Mail, Option<Time>)>> {
    dialect::lock_rows(connection, "mail_outbox", &[id])?;
    let query = mail_outbox::table.find(id).select((Mail::as_select(), mail_outbox::claimed_until));
    Ok(query.first(connection).optional()?)
}

/// QUEUED → SENDING for a worker until `until`.
pub fn claim(connection: &mut Connection, id: i64, worker: &str, until: Time) -> Result<()> {
    diesel::update(mail_outbox::table.find(id))
        .set((
            mail_outbox::state.eq(MailState::Sending),
            mail_outbox::claimed_by.eq(cut(worker, 100)),
            mail_outbox::claimed_until.eq(until),
        ))
        .execute(connection)?;
    Ok(())
}

/// Notes that the message is about to be given to the mail server; false when the claim is not ours any more.
pub fn hand_over(connection: &mut Connection, id: i64, worker: &str, message_id: &str, now: Time) -> Result<bool> {
    let ours = mail_outbox::table
        .find(id)
        .filter(mail_outbox::state.eq(MailState::Sending))
        .filter(mail_outbox::claimed_by.eq(cut(worker, 100)));
    let noted = diesel::update(ours)
        .set((
            mail_outbox::handing_over_at.eq(now),
            mail_outbox::message_id.eq(cut(message_id, 255)),
            mail_outbox::attempts.eq(mail_outbox::attempts + 1),
        ))
        .execute(connection)?;
    Ok(noted == 1)
}

/// Gives an open mail back for a later try; nothing happens when it is closed already.
pub fn requeue(connection: &mut Connection, id: i64, at: Time, error: Option<&str>) -> Result<()> {
    diesel::update(mail_outbox::table.find(id).filter(mail_outbox::closed_at.is_null()))
        .set((
            mail_outbox::state.eq(MailState::Queued),
            mail_outbox::next_attempt_at.eq(at),
            mail_outbox::claimed_by.eq(None::<String>),
            mail_outbox::claimed_until.eq(None::<Time>),
            mail_outbox::handing_over_at.eq(None::<Time>),
            mail_outbox::last_error.eq(error.map(|text| cut(text, ERROR_MAX))),
        ))
        .execute(connection)?;
    Ok(())
}

/// Closes an open mail; its payload goes (M4). False when it is closed already.
pub fn close(connection: &mut Connection, id: i64, state: MailState, error: Option<&str>, now: Time) -> Result<bool> {
    let open = mail_outbox::table.find(id).filter(mail_outbox::closed_at.is_null());
    let closed = diesel::update(open)
        .set((
            mail_outbox::state.eq(state),
            mail_outbox::payload.eq(None::<String>),
            mail_outbox::claimed_by.eq(None::<String>),
            mail_outbox::claimed_until.eq(None::<Time>),
            mail_outbox::last_error.eq(error.map(|text| cut(text, ERROR_MAX))),
            mail_outbox::closed_at.eq(now),
        ))
        .execute(connection)?;
    Ok(closed == 1)
}

/// Whether this worker still has the mail; a claim that ran out may be another's by now.
pub fn is_claimed_by(connection: &mut Connection, id: i64, worker: &str) -> Result<bool> {
    dialect::lock_rows(connection, "mail_outbox", &[id])?;
    let ours = mail_outbox::table
        .find(id)
        .filter(mail_outbox::state.eq(MailState::Sending))
        .filter(mail_outbox::claimed_by.eq(cut(worker, 100)));
    Ok(ours.count().get_result::<i64>(connection)? == 1)
}

/// Closes, in this state, those of these mails that no worker has begun to hand over; returns the ids that were.
pub fn close_unsent(connection: &mut Connection, ids: &[i64], state: MailState, now: Time) -> Result<Vec<i64>> {
    dialect::lock_rows(connection, "mail_outbox", ids)?;
    let unsent = mail_outbox::table
        .filter(mail_outbox::id.eq_any(ids))
        .filter(mail_outbox::closed_at.is_null())
        .filter(mail_outbox::handing_over_at.is_null())
        .select(mail_outbox::id);
    let ids: Vec<i64> = unsent.load(connection)?;
    diesel::update(mail_outbox::table.filter(mail_outbox::id.eq_any(&ids)))
        .set((
            mail_outbox::state.eq(state),
            mail_outbox::payload.eq(None::<String>),
            mail_outbox::claimed_by.eq(None::<String>),
            mail_outbox::claimed_until.eq(None::<Time>),
            mail_outbox::closed_at.eq(now),
        ))
        .execute(connection)?;
    Ok(ids)
}

/// Open mails of these kinds for these members.
pub fn open_ids(connection: &mut Connection, users: &[UserId], kinds: &[MailKind]) -> Result<Vec<i64>> {
    let open = mail_outbox::table
        .filter(mail_outbox::user_id.eq_any(users))
        .filter(mail_outbox::kind.eq_any(kinds))
        .filter(mail_outbox::closed_at.is_null());
    Ok(open.select(mail_outbox::id).load(connection)?)
}

/// How many mails stand where.
pub fn count_by_state(connection: &mut Connection) -> Result<Vec<(MailState, i64)>> {
    let counts =
        mail_outbox::table.group_by(mail_outbox::state).select((mail_outbox::state, diesel::dsl::count_star()));
    Ok(counts.load(connection)?)
}

/// A mail as operators see it: no text, which holds links.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = mail_outbox)]
pub struct MailLine {
    /// Id.
    pub id: i64,
    /// What it is.
    pub kind: MailKind,
    /// Who it is about.
    pub user_id: Option<UserId>,
    /// Address.
    pub recipient: String,
    /// Where it stands.
    pub state: MailState,
    /// Tries so far.
    pub attempts: i32,
    /// When it is due.
    pub next_attempt_at: Time,
    /// Who is at it.
    pub claimed_by: Option<String>,
    /// What the last try ended with.
    pub last_error: Option<String>,
    /// When it was written.
    pub created_at: Time,
    /// When it ended.
    pub closed_at: Option<Time>,
}

/// Mails before this id, newest first; the latest ones where none is given.
pub fn before(
    connection: &mut Connection,
    id: Option<i64>,
    state: Option<MailState>,
    limit: i64,
) -> Result<Vec<MailLine>> {
    let mut query = mail_outbox::table
        .filter(mail_outbox::id.lt(id.unwrap_or(i64::MAX)))
        .order(mail_outbox::id.desc())
        .limit(limit)
        .select(MailLine::as_select())
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(dialect::unindexed(mail_outbox::state).eq(state));
    }
    Ok(query.load(connection)?)
}

/// One mail, for an operator.
pub fn row(connection: &mut Connection, id: i64) -> Result<Option<MailRow>> {
    Ok(mail_outbox::table.find(id).select(MailRow::as_select()).first(connection).optional()?)
}

/// Mails in these states, longest due first.
pub fn rows(connection: &mut Connection, states: &[MailState], limit: i64) -> Result<Vec<MailRow>> {
    let mails = mail_outbox::table
        .filter(mail_outbox::state.eq_any(states))
        .order((mail_outbox::next_attempt_at.asc(), mail_outbox::id.asc()))
        .limit(limit);
    Ok(mails.select(MailRow::as_select()).load(connection)?)
}

/// Closed mails in these states, the last closed first.
pub fn closed_rows(connection: &mut Connection, states: &[MailState], limit: i64) -> Result<Vec<MailRow>> {
    let mails = mail_outbox::table
        .filter(mail_outbox::state.eq_any(states))
        .order((mail_outbox::closed_at.desc(), mail_outbox::id.desc()))
        .limit(limit);
    Ok(mails.select(MailRow::as_select()).load(connection)?)
}

/// Makes a waiting mail due; false when it is not waiting.
pub fn hasten(connection: &mut Connection, id: i64, now: Time) -> Result<bool> {
    let waiting = mail_outbox::table.find(id).filter(mail_outbox::state.eq(MailState::Queued));
    Ok(diesel::update(waiting).set(mail_outbox::next_attempt_at.eq(now)).execute(connection)? == 1)
}

/// When the oldest mail that is not sent yet was written.
pub fn oldest_open(connection: &mut Connection) -> Result<Option<Time>> {
    let open = mail_outbox::table.filter(mail_outbox::state.eq_any([MailState::Queued, MailState::Sending]));
    let oldest: Option<i64> = open.select(diesel::dsl::min(mail_outbox::created_at)).first(connection)?;
    Ok(oldest.map(Time::from_micros))
}
