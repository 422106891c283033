//! What a member rule does to the members of one batch, inside its transaction.

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::json;

use super::{anonymise, rule::Rule};
use crate::context::Context;
use crate::db::{Connection, dialect};
use crate::error::{Error, Result};
use crate::models::dormancy_notice::{self, NewNotice};
use crate::models::mail::{self, NewMail};
use crate::models::session;
use crate::models::user::User;
use crate::policy::mail::notice_state;
use crate::schema::users;
use crate::service::mail as mail_service;
use crate::service::withdrawal;
use crate::types::{MailKind, RevokedReason, Status, Time, UserId, WithdrawalKind};

/// Acts on members for whom the rule's decision was made in this transaction; tells how many changed.
pub(super) fn act(ctx: &Context, connection: &mut Connection, rule: Rule, ids: &[UserId], now: Time) -> Result<usize> {
    if ids.is_empty() {
        return Ok(0);
    }
    match rule {
        Rule::PurgePending => withdrawal::purge(connection, ids),
        Rule::Dormancy => make_dormant(ctx, connection, ids, now),
        Rule::EndOfDormancy => {
            let members = users::table.filter(users::id.eq_any(ids)).select(User::as_select()).load(connection)?;
            withdrawal::delete(connection, &ctx.policy, &members, WithdrawalKind::Dormancy, None, now)
        }
        Rule::Anonymise => anonymise::anonymise(connection, ids, now),
        Rule::DormancyNotices => queue_notices(ctx, connection, ids, now),
        Rule::PurgeTokens
        | Rule::PurgeOutboxes
        | Rule::PurgeNotifications
        | Rule::CollectImages
        | Rule::ReconcileCounters
        | Rule::RankBaseline => Err(Error::Internal(format!("{rule} is no rule about members"))),
    }
}

/// L5: ACTIVE → DORMANT, and all sessions end.
fn make_dormant(ctx: &Context, connection: &mut Connection, ids: &[UserId], now: Time) -> Result<usize> {
    // The decision was made on rows that this transaction holds; the condition makes a mistake there harmless.
    let still = crate::policy::retention::latest_due(now, ctx.policy.lifecycle.dormant_months);
    let changed = diesel::update(users::table)
        .filter(users::id.eq_any(ids))
        .filter(dialect::unindexed(users::status).eq(Status::Active))
        .filter(users::basis_at.le(still))
        .set((
            users::status.eq(Status::Dormant),
            users::dormant_at.eq(now),
            users::status_changed_at.eq(now),
            users::updated_at.eq(now),
        ))
        .execute(connection)?;
    crate::fault::point("sweep.dormant_set");
    session::revoke_all(connection, ids, None, RevokedReason::Dormancy, now)?;
    Ok(changed)
}

/// L4: the notice and its mail, in one transaction.
fn queue_notices(ctx: &Context, connection: &mut Connection, ids: &[UserId], now: Time) -> Result<usize> {
    let rows: Vec<(UserId, String, String, Option<Time>)> = users::table
        .filter(users::id.eq_any(ids))
        .order(users::id.asc())
        .select((users::id, users::email, users::nickname, users::basis_at))
        .load(connection)?;
    let mut mails = Vec::with_capacity(rows.len());
    let mut about = Vec::with_capacity(rows.len());
    for (id, email, nickname, basis) in rows {
        let basis = basis.ok_or_else(|| Error::Internal(format!("member {id} is due for a notice without a basis")))?;
        let key = format!("dormancy:{id}:{}", basis.micros());
        let composed =
            mail_service::compose(MailKind::DormancyNotice, Some(id), &email, &json!({ "nickname": nickname }), now);
        about.push((key.clone(), id, basis, composed.state));
        mails.push(NewMail { dedupe_key: Some(key), ..composed });
    }
    mail::insert(connection, &mails)?;
    crate::fault::point("sweep.mail_written");
    let keys: Vec<String> = about.iter().map(|(key, ..)| key.clone()).collect();
    let mail_ids: HashMap<String, i64> = mail::ids_by_dedupe_key(connection, &keys)?.into_iter().collect();
    let months = |months: u32| i32::try_from(months).unwrap_or(i32::MAX);
    let rules = &ctx.policy.lifecycle;
    let notices: Vec<NewNotice> = about
        .into_iter()
        .map(|(key, user_id, basis, mail_state)| {
            let state = notice_state(mail_state);
            NewNotice {
                user_id,
                last_checked_login_at: basis,
                state,
                mail_id: mail_ids.get(&key).copied(),
                dormant_months: months(rules.dormant_months),
                delete_months: months(rules.delete_months),
                created_at: now,
                closed_at: (state != crate::types::NoticeState::Queued).then_some(now),
            }
        })
        .collect();
    dormancy_notice::insert(connection, &notices)?;
    Ok(notices.len())
}
