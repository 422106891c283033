//! What a member changes about their own account (S1 to S5).

use chrono::{NaiveDate, TimeDelta};
use serde::Deserialize;

use crate::context::Context;
use crate::error::{Code, Error, Refusal, Result};
use crate::models::session;
use crate::models::user::{self, ProfilePatch, User};
use crate::policy::account::WhileSuspended;
use crate::policy::credential::{self, Nickname, check_password};
use crate::policy::field::{Form, Input};
use crate::ports::Ended;
use crate::service::account::{retry_unique, take};
use crate::service::actor::require_active;
use crate::service::effects::{self, Effect};
use crate::service::limit::forget;
use crate::service::password::Verdict;
use crate::types::{RevokedReason, Time, UserId};

/// Body of a nickname change.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct NicknameDraft {
    /// The new one.
    #[serde(default, rename = "newNickname")]
    pub new_nickname: Input,
}

/// Body of a profile change: a full replacement.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProfileDraft {
    /// Date.
    pub birthday: Input,
    /// Date.
    pub live_alone_date: Input,
    /// One of the contract's words.
    pub gender: Input,
    /// One of the contract's words.
    pub mbti: Input,
}

/// Body of a password change.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PasswordDraft {
    /// The present one.
    pub current_password: Input,
    /// The new one.
    pub new_password: Input,
}

/// S1: the caller's account.
pub fn me(ctx: &Context, id: UserId) -> Result<User> {
    ctx.db.read(|connection| user::find(connection, id))?.ok_or_else(|| Code::AuthRequired.into())
}

/// S2: changes the nickname; returns the date from which it can be changed again.
pub fn change_nickname(ctx: &Context, id: UserId, draft: &NicknameDraft) -> Result<(String, NaiveDate)> {
    let now = ctx.now();
    let mut form = Form::new();
    let wanted = form.required("newNickname", &draft.new_nickname, Code::NewNicknameRequired, |text| {
        Nickname::parse(text, Code::NewNicknameRequired)
    });
    form.finish()?;
    let wanted = wanted.ok_or_else(|| Error::from(Code::InvalidRequest))?;
    let cooldown = TimeDelta::days(i64::from(ctx.policy.nickname.cooldown_days));
    retry_unique(|| {
        ctx.db.write_tx(|connection| {
            let user = require_active(connection, id, WhileSuspended::Refused, now)?;
            if user.nickname == wanted.text {
                return Err(Code::NewNicknameEqualsOriginalNickname.into());
            }
            if let Some(again) =
                user.nickname_changed_at.map(|changed| changed.plus(cooldown)).filter(|again| now < *again)
            {
                let date = Some(next_date(again));
                return Err(Error::Refused(Box::new(Refusal { date, ..Code::NicknameUpdateCooldown.into() })));
            }
            let holder = user::find_by_nickname(connection, &wanted.key)?;
            if wanted.is_reserved(&ctx.policy.nickname) || holder.is_some_and(|holder| holder.id != id) {
                return Err(Code::NicknameAlreadyExisted.into());
            }
            user::set_nickname(connection, id, &wanted.text, &wanted.key, now)
        })
    })?;
    Ok((wanted.text, now.plus(cooldown).seoul_date()))
}

/// S2: the first Seoul date on which the whole day is free again would be a day late; the date of the instant is told.
fn next_date(again: Time) -> NaiveDate {
    again.seoul_date()
}

/// S3: replaces the profile as a whole.
pub fn change_profile(ctx: &Context, id: UserId, draft: &ProfileDraft) -> Result<ProfilePatch> {
    let now = ctx.now();
    let mut form = Form::new();
    let date = |text: &str| credential::parse_past_date(text, now);
    let patch = ProfilePatch {
        birthday: form.optional("birthday", &draft.birthday, date),
        live_alone_date: form.optional("liveAloneDate", &draft.live_alone_date, date),
        gender: form.optional("gender", &draft.gender, credential::parse_gender),
        mbti: form.optional("mbti", &draft.mbti, credential::parse_mbti).map(str::to_owned),
    };
    form.finish()?;
    ctx.db.write_tx(|connection| {
        require_active(connection, id, WhileSuspended::Refused, now)?;
        user::set_profile(connection, id, &patch, now)
    })?;
    Ok(patch)
}

/// S4: changes the password and ends all sessions but the caller's.
pub fn change_password(ctx: &Context, id: UserId, session_id: &str, draft: &PasswordDraft) -> Result<()> {
    let now = ctx.now();
    let mut form = Form::new();
    let current = form.required("currentPassword", &draft.current_password, Code::CurrentPasswordRequired, |text| {
        Ok(text.to_owned())
    });
    let new = form.required("newPassword", &draft.new_password, Code::PasswordRequired, |text| {
        check_password(text).map(|()| text.to_owned())
    });
    form.finish()?;
    let (Some(current), Some(new)) = (current, new) else { return Err(Code::InvalidRequest.into()) };
    let limit = format!("wrong-password:{id}");
    take(ctx, &limit, &[ctx.policy.limits.wrong_password], now)?;
    let stored = me(ctx, id)?.password_hash;
    if ctx.passwords.verify(&current, stored.as_deref())? == Verdict::Wrong {
        return Err(Code::CurrentPasswordWrong.into());
    }
    forget(ctx, &limit);
    if current == new {
        return Err(Code::CurrentPasswordEqualsNewPassword.into());
    }
    let hash = ctx.passwords.hash(&new)?;
    ctx.db.write_tx(|connection| {
        let user = require_active(connection, id, WhileSuspended::Allowed, now)?;
        if user.password_hash != stored {
            // Changed or reset elsewhere while this one was being checked.
            return Err(Code::CurrentPasswordWrong.into());
        }
        user::set_password(connection, id, &hash, now)?;
        session::revoke_all(connection, &[id], Some(session_id), RevokedReason::Password, now)?;
        Ok(())
    })?;
    effects::run(ctx, [Effect::sessions_ended([id], Ended::AllBut(session_id.to_owned()))]);
    Ok(())
}
