//! The end of a membership: by the member, by dormancy, by an operator (L7, L8, L10).

use chrono::Datelike;
use diesel::prelude::*;
use serde::Deserialize;
use serde_json::json;

use crate::context::Context;
use crate::db::{Connection, dialect};
use crate::error::{Code, Error, Result};
use crate::models::user::{self, User};
use crate::models::withdrawal::{self, NewWithdrawal};
use crate::models::{follow, mail, session};
use crate::policy::field::{Form, Input};
use crate::policy::retention::Policy;
use crate::ports::Ended;
use crate::schema::{account_tokens, users};
use crate::service::effects::{self, Effect};
use crate::service::mail as mail_service;
use crate::service::session::cancel_notices;
use crate::types::{MailKind, MailState, RevokedReason, Status, Time, UserId, WithdrawalKind, cut};

/// L8: longest reason that is kept, in characters.
const REASON_MAX: usize = 255;

/// Body of a withdrawal.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct WithdrawalDraft {
    /// Why, in the member's words.
    #[serde(default)]
    pub reason: Input,
}

/// L8: withdraws the caller; a PENDING one is removed at once.
pub fn withdraw(ctx: &Context, id: UserId, draft: &WithdrawalDraft) -> Result<()> {
    let now = ctx.now();
    let mut form = Form::new();
    let reason = form.optional("reason", &draft.reason, |text| Ok(text.trim().to_owned()));
    form.finish()?;
    let reason = reason.filter(|text| !text.is_empty()).map(|text| cut(&text, REASON_MAX));
    ctx.db.write_tx(|connection| {
        let user = user::find_for_update(connection, id)?.ok_or_else(|| Error::from(Code::UserAlreadyDeleted))?;
        match user.status {
            Status::Deleted => Err(Code::UserAlreadyDeleted.into()),
            Status::Pending => {
                withdrawal::insert(connection, &[history(&user, WithdrawalKind::SelfMade, reason.clone(), now)])?;
                purge(connection, &[id]).map(drop)
            }
            Status::Active | Status::Dormant => {
                delete(connection, &ctx.policy, &[user], WithdrawalKind::SelfMade, reason.as_deref(), now).map(drop)
            }
        }
    })?;
    effects::run(ctx, [Effect::sessions_ended([id], Ended::All)]);
    ctx.mail_bell.ring();
    Ok(())
}

/// L3: removes PENDING members with their links, sessions and unsent mail; tells how many.
pub(crate) fn purge(connection: &mut Connection, ids: &[UserId]) -> Result<usize> {
    // Links, sessions and mail go by their foreign keys.
    let pending = dialect::unindexed(users::status).eq(Status::Pending);
    Ok(diesel::delete(users::table.filter(users::id.eq_any(ids)).filter(pending)).execute(connection)?)
}

/// L7, L8, L10: ACTIVE or DORMANT → DELETED for members who were read in this transaction; tells how many changed.
pub(crate) fn delete(
    connection: &mut Connection,
    policy: &Policy,
    members: &[User],
    kind: WithdrawalKind,
    reason: Option<&str>,
    now: Time,
) -> Result<usize> {
    let ids: Vec<UserId> = members.iter().map(|user| user.id).collect();
    let changed = diesel::update(users::table)
        .filter(users::id.eq_any(&ids))
        .filter(dialect::unindexed(users::status).eq_any([Status::Active, Status::Dormant]))
        .set((
            users::status.eq(Status::Deleted),
            users::deleted_at.eq(now),
            users::status_changed_at.eq(now),
            users::updated_at.eq(now),
        ))
        .execute(connection)?;
    if changed != members.len() {
        return Err(Error::Internal("members changed inside the transaction that holds them".to_owned()));
    }
    session::revoke_all(connection, &ids, None, RevokedReason::Withdrawal, now)?;
    revoke_links(connection, &ids, now)?;
    cancel_notices(connection, &ids, now)?;
    follow::lower_counters(connection, &ids)?;
    let rows: Vec<_> = members.iter().map(|user| history(user, kind, reason.map(str::to_owned), now)).collect();
    withdrawal::insert(connection, &rows)?;
    let mails: Vec<_> = members.iter().map(|user| confirmation(policy, user, kind, now)).collect();
    mail::insert(connection, &mails)?;
    Ok(changed)
}

/// Ends the live links of these members, and closes unsent what would only carry a dead one (M3).
fn revoke_links(connection: &mut Connection, ids: &[UserId], now: Time) -> Result<()> {
    diesel::update(account_tokens::table)
        .filter(account_tokens::user_id.eq_any(ids))
        .filter(account_tokens::live_key.is_not_null())
        .set((account_tokens::live_key.eq(None::<String>), account_tokens::revoked_at.eq(now)))
        .execute(connection)?;
    let dead = mail::open_ids(connection, ids, &[MailKind::VerifyEmail, MailKind::ResetPassword])?;
    mail::close_unsent(connection, &dead, MailState::Expired, now)?;
    Ok(())
}

fn confirmation(policy: &Policy, user: &User, kind: WithdrawalKind, now: Time) -> mail::NewMail {
    let payload = json!({
        "nickname": user.nickname,
        "withdrawn_on": mail_service::korean_date(now.seoul_date()),
        "anonymise_days": policy.lifecycle.anonymise_days,
        "kind": kind.as_str(),
    });
    mail_service::compose(MailKind::WithdrawalDone, Some(user.id), &user.email, &payload, now)
}

/// What the history keeps of a member: nothing that leads back.
fn history(user: &User, kind: WithdrawalKind, reason: Option<String>, now: Time) -> NewWithdrawal {
    let today = now.seoul_date();
    NewWithdrawal {
        kind,
        reason,
        withdrawn_on: today,
        age_band: user.birthday.map(|birthday| age_band(birthday, today).to_owned()),
        gender: user.gender,
        mbti: user.mbti.clone(),
        provider: user.provider,
        months_member: now.months_since(user.created_at),
        months_alone: user.live_alone_date.map(|since| months_alone(since, now)),
    }
}

/// Whole months of living alone.
pub(crate) fn months_alone(since: chrono::NaiveDate, now: Time) -> i32 {
    let midnight = since.and_hms_opt(0, 0, 0).unwrap_or_default().and_utc();
    now.months_since(Time::from(midnight))
}

/// The ten years of life that a member is in.
pub(crate) fn age_band(birthday: chrono::NaiveDate, today: chrono::NaiveDate) -> &'static str {
    let had_birthday = (today.month(), today.day()) >= (birthday.month(), birthday.day());
    let age = today.year() - birthday.year() - i32::from(!had_birthday);
    match age {
        ..20 => "10s",
        20..30 => "20s",
        30..40 => "30s",
        40..50 => "40s",
        50..60 => "50s",
        _ => "60+",
    }
}
