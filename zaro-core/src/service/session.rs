//! Signing in, refreshing, signing out (A8 to A11, T1 to T11, K1 to K6).

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::context::Context;
use crate::db::Connection;
use crate::error::{Code, Error, Result};
use crate::models::session::{self, Caller, Session};
use crate::models::user::{self, NewUser, User};
use crate::models::{dormancy_notice, favorite_group, mail};
use crate::policy::credential::{EMAIL_MAX, Email, Nickname, clean_nickname};
use crate::policy::field::{Form, Input};
use crate::ports::{Ended, Identity};
use crate::secrets::random;
use crate::service::effects::{self, Effect};
use crate::service::limit::{forget, take_if_counted};
use crate::service::password::Verdict;
use crate::service::{maintenance, token};
use crate::types::{Gender, MailState, Provider, RevokedReason, Status, Time, UserId, cut, fold};

/// Longest user agent that is kept, in characters.
const USER_AGENT_MAX: usize = 255;
/// K5: the only host pictures are kept from, as stored.
const KAKAO_PICTURES: &str = "http://k.kakaocdn.net/";
/// K4: what a nickname is built on when Kakao's is of no use.
const KAKAO_NICKNAME: &str = "자취인";

/// How many sessions one query looks up.
const SESSIONS_AT_ONCE: usize = 500;

/// Body of a sign-in.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct SignInDraft {
    /// Address.
    #[serde(default)]
    pub email: Input,
    /// Password.
    #[serde(default)]
    pub password: Input,
}

/// Body of a Kakao sign-in.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct KakaoSignInDraft {
    /// Kakao's access token.
    #[serde(default, rename = "accessToken")]
    pub access_token: Input,
}

/// A new session.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Access token.
    pub access: String,
    /// Refresh token.
    pub refresh: String,
    /// The member as found at sign-in.
    pub user: User,
}

/// Signs in with e-mail and password (A8 to A11).
///
/// # Errors
/// `INCORRECT_PASSWORD` for everything that is not the right password of a living account, all in the same time;
/// `USER_ALREADY_DELETED` for the right one of a withdrawn account.
pub fn sign_in(ctx: &Context, draft: &SignInDraft, user_agent: Option<&str>) -> Result<SignedIn> {
    let now = ctx.now();
    let mut form = Form::new();
    let email = form.required("email", &draft.email, Code::EmailRequired, |text| Ok(Email::lookup(text)));
    let password = form.required("password", &draft.password, Code::PasswordRequired, |text| Ok(text.to_owned()));
    form.finish()?;
    let (Some(email), Some(password)) = (email, password) else { return Err(Code::InvalidRequest.into()) };

    // No address is longer, so cutting only keeps made-up ones from filling the memory.
    let limit = format!("sign-in:{}", cut(&email.key, EMAIL_MAX));
    if let Some(seconds) = ctx.limits.take(&limit, &[ctx.policy.limits.sign_in_failures], now)? {
        return Err(Error::rate_limited(seconds));
    }
    let found = ctx.db.read(|connection| user::find_by_email(connection, &email.key))?;
    let hash = found.as_ref().and_then(|user| user.password_hash.as_deref());
    let verdict = ctx.passwords.verify(&password, hash)?;
    let (Some(user), false) = (found, verdict == Verdict::Wrong) else { return Err(Code::IncorrectPassword.into()) };
    if user.status == Status::Deleted {
        return Err(Code::UserAlreadyDeleted.into());
    }
    let better = (verdict == Verdict::RightButOld).then(|| ctx.passwords.hash(&password)).transpose()?;
    let (signed_in, ended) = ctx.db.write_tx(|connection| {
        let fresh = user::find_for_update(connection, user.id)?.ok_or_else(|| Error::from(Code::IncorrectPassword))?;
        if fresh.password_hash != user.password_hash {
            // Reset or changed while the old one was being checked.
            return Err(Code::IncorrectPassword.into());
        }
        if let (Some(old), Some(new)) = (&fresh.password_hash, &better) {
            user::upgrade_password(connection, fresh.id, old, new, now)?;
        }
        open(ctx, connection, fresh, user_agent, now)
    })?;
    effects::run(ctx, ended);
    forget(ctx, &limit);
    Ok(signed_in)
}

/// A10: notes the sign-in, wakes a dormant member, cancels a notice that is not out yet, and opens a session; also what
/// to do after the commit about sessions that made room for it.
fn open(
    ctx: &Context,
    connection: &mut Connection,
    user: User,
    user_agent: Option<&str>,
    now: Time,
) -> Result<(SignedIn, Vec<Effect>)> {
    let opened = match user.status {
        Status::Pending | Status::Active => user::touch_login(connection, user.id, now)?,
        Status::Dormant => user::wake(connection, user.id, now)?,
        Status::Deleted => false,
    };
    if !opened {
        return Err(Code::UserAlreadyDeleted.into());
    }
    cancel_notices(connection, &[user.id], now)?;
    crate::fault::point("sign_in.noted");
    let ended = make_room(ctx, connection, user.id, now)?;
    let id = token::random_id();
    let end = ctx.policy.session_end(now);
    let refresh = ctx.tokens.refresh(user.id, &id, end, now)?;
    let access = ctx.tokens.access(user.id, &id, ctx.policy.session.access_minutes, now)?;
    let row = Session {
        id,
        user_id: user.id,
        refresh_hash: token::hash(&refresh),
        user_agent: user_agent.map(|text| cut(text, USER_AGENT_MAX)),
        created_at: now,
        last_used_at: now,
        expires_at: end,
        revoked_at: None,
        revoked_reason: None,
    };
    session::insert(connection, &row)?;
    Ok((SignedIn { access, refresh, user }, ended))
}

/// L11: a notice that has not been handed over when its basis moves, or its member goes, ends as CANCELLED.
pub(crate) fn cancel_notices(connection: &mut Connection, users: &[UserId], now: Time) -> Result<()> {
    let mails = dormancy_notice::queued_mails(connection, users)?;
    if mails.is_empty() {
        return Ok(());
    }
    let dropped = mail::close_unsent(connection, &mails, MailState::Dropped, now)?;
    dormancy_notice::cancel(connection, &dropped, now)
}

/// T2: ends the sessions unused for longest, so that one more fits.
fn make_room(ctx: &Context, connection: &mut Connection, user: UserId, now: Time) -> Result<Vec<Effect>> {
    let keep = ctx.policy.session.max_sessions.saturating_sub(1) as usize;
    let mut ended = Vec::new();
    for old in session::live(connection, user, now)?.into_iter().skip(keep) {
        session::revoke(connection, &old.id, None, RevokedReason::Limit, now)?;
        ended.push(Effect::sessions_ended([user], Ended::One(old.id)));
    }
    Ok(ended)
}

/// Signs in, or signs up, with a Kakao access token (K1 to K6).
pub fn sign_in_kakao(ctx: &Context, draft: &KakaoSignInDraft, user_agent: Option<&str>) -> Result<SignedIn> {
    let now = ctx.now();
    let mut form = Form::new();
    let token = form.required("accessToken", &draft.access_token, Code::InvalidRequest, |text| Ok(text.to_owned()));
    form.finish()?;
    let identity = ctx.identity.identify(&token.unwrap_or_default())?;
    let limit = format!("kakao:{}", identity.id);
    if let Some(seconds) = ctx.limits.take(&limit, &[ctx.policy.limits.kakao_sign_in], now)? {
        return Err(Error::rate_limited(seconds));
    }
    let (signed_in, ended) = crate::service::account::retry_unique(|| {
        ctx.db.write_tx(|connection| {
            let user = match user::find_by_kakao(connection, &identity.id)? {
                Some(known) => user::find_for_update(connection, known.id)?,
                None => Some(register_kakao(ctx, connection, &identity, now)?),
            };
            open(ctx, connection, user.ok_or_else(|| Error::from(Code::UserAlreadyDeleted))?, user_agent, now)
        })
    })?;
    effects::run(ctx, ended);
    Ok(signed_in)
}

/// K3: makes an ACTIVE member out of what Kakao tells.
fn register_kakao(ctx: &Context, connection: &mut Connection, identity: &Identity, now: Time) -> Result<User> {
    let made_up = || Email::lookup(&format!("kakao_{}@kakao.invalid", identity.id));
    let email = identity.email.as_deref().and_then(|text| Email::parse(text).ok()).unwrap_or_else(made_up);
    if let Some(holder) = user::find_by_email(connection, &email.key)? {
        // Made by a parallel first sign-in since we looked for the id, which READ COMMITTED lets happen.
        let is_same = holder.provider == Provider::Kakao && holder.provider_id.as_deref() == Some(&identity.id);
        return if is_same { Ok(holder) } else { Err(Code::EmailAlreadyExisted.into()) };
    }
    let nickname = free_nickname(ctx, connection, identity.nickname.as_deref().unwrap_or_default())?;
    let picture = identity.picture.as_deref().map(|url| url.replacen("https://", "http://", 1));
    let id = user::insert(
        connection,
        &NewUser {
            email: email.text,
            email_key: Some(email.key),
            nickname: nickname.text,
            nickname_key: Some(nickname.key),
            password_hash: None,
            provider: Provider::Kakao,
            provider_id: Some(identity.id.clone()),
            provider_key: Some(user::kakao_key(&identity.id)),
            status: Status::Active,
            profile_image: picture.filter(|url| url.starts_with(KAKAO_PICTURES) && url.chars().count() <= 255),
            gender: Some(match identity.gender.as_deref() {
                Some("male") => Gender::Male,
                Some("female") => Gender::Female,
                _ => Gender::Unknown,
            }),
            verified_at: Some(now),
            status_changed_at: now,
            created_at: now,
            updated_at: now,
        },
    )?;
    favorite_group::insert_default(connection, id, now)?;
    user::find(connection, id)?.ok_or_else(|| Error::Internal("a member just made is not there".to_owned()))
}

/// K4: Kakao's name if it can be had, else one with digits behind it; never fails for want of a name.
fn free_nickname(ctx: &Context, connection: &mut Connection, wanted: &str) -> Result<Nickname> {
    let cleaned = clean_nickname(wanted);
    let base = if cleaned.chars().count() < 2 { KAKAO_NICKNAME.to_owned() } else { cleaned };
    let mut tail = String::new();
    loop {
        let text = format!("{}{tail}", cut(&base, 12 - tail.len()));
        let nickname = Nickname { key: fold(&text), text };
        if !nickname.is_reserved(&ctx.policy.nickname) && user::find_by_nickname(connection, &nickname.key)?.is_none() {
            return Ok(nickname);
        }
        // Six random digits: among a million holders of one name a free one is found at once.
        tail = format!("{:06}", u32::from_ne_bytes(random()) % 1_000_000);
    }
}

/// T3, T4: a new access token for the session of this refresh token.
pub fn refresh(ctx: &Context, token_text: &str) -> Result<String> {
    let now = ctx.now();
    let unusable = || Error::from(Code::InvalidRefreshToken);
    let claims = ctx.tokens.read_refresh(token_text).filter(|claims| !claims.is_expired(now)).ok_or_else(unusable)?;
    let caller = ctx.db.read(|connection| session::caller(connection, &claims.sid))?.ok_or_else(unusable)?;
    if !is_refreshable(&caller, now) || caller.refresh_hash != token::hash(token_text) {
        return Err(unusable());
    }
    let limit = format!("refresh:{}", claims.sid);
    // H17: without the store nobody is signed out.
    take_if_counted(ctx, &limit, &[ctx.policy.limits.refreshes])?;
    let access = ctx.tokens.access(caller.user_id, &claims.sid, ctx.policy.session.access_minutes, now)?;
    // H18: reading needs tokens that live on; when the session was last used is not worth a write then.
    if maintenance::find(ctx)?.is_none() {
        ctx.db.write_tx(|connection| session::touch(connection, &claims.sid, now))?;
    }
    Ok(access)
}

/// Whether this session still yields access tokens.
fn is_refreshable(caller: &Caller, now: Time) -> bool {
    caller.revoked_at.is_none() && now < caller.expires_at && matches!(caller.status, Status::Pending | Status::Active)
}

/// T8: ends the session of an access token, expired or not; anything else is fine, too.
pub fn sign_out(ctx: &Context, access_token: Option<&str>) -> Result<()> {
    let now = ctx.now();
    let Some(claims) = access_token.and_then(|text| ctx.tokens.read_access(text)) else { return Ok(()) };
    let owner = ctx.db.write_tx(|connection| {
        let owner = session::caller(connection, &claims.sid)?.map(|caller| caller.user_id);
        let ended = session::revoke(connection, &claims.sid, None, RevokedReason::SignOut, now)?;
        Ok(owner.filter(|_| ended))
    })?;
    effects::run(ctx, owner.map(|owner| Effect::sessions_ended([owner], Ended::One(claims.sid))));
    Ok(())
}

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrentCaller {
    /// The member.
    pub user_id: UserId,
    /// The session.
    pub session: String,
    /// What tells this token from every other (T1).
    pub token: String,
    /// From when on the token is not good any more: its own end, or that of its session.
    pub token_ends_at: Time,
    /// Where the member stands.
    pub status: Status,
    /// Latest end of a live suspension.
    pub suspended_until: Option<Time>,
}

/// What an `Authorization` header is worth (H11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authentication {
    /// A good access token (T11).
    Good(CurrentCaller),
    /// Well signed, merely expired, and its session could still be refreshed.
    Refreshable,
    /// Anything else.
    None,
}

/// Looks at an access token.
pub fn authenticate(ctx: &Context, access_token: &str) -> Result<Authentication> {
    let now = ctx.now();
    let Some(claims) = ctx.tokens.read_access(access_token) else { return Ok(Authentication::None) };
    let Some(caller) = ctx.db.read(|connection| session::caller(connection, &claims.sid))? else {
        return Ok(Authentication::None);
    };
    if !is_refreshable(&caller, now) {
        return Ok(Authentication::None);
    }
    if claims.is_expired(now) {
        return Ok(Authentication::Refreshable);
    }
    Ok(Authentication::Good(CurrentCaller {
        user_id: caller.user_id,
        token_ends_at: claims.end().min(caller.expires_at),
        token: claims.jti,
        session: claims.sid,
        status: caller.status,
        suspended_until: caller.suspended_until,
    }))
}

/// T9: the caller's live sessions, most recently used first.
pub fn list(ctx: &Context, user: UserId) -> Result<Vec<Session>> {
    let now = ctx.now();
    ctx.db.read(|connection| session::live(connection, user, now))
}

/// T9: ends one own live session.
pub fn revoke(ctx: &Context, user: UserId, id: &str) -> Result<()> {
    let now = ctx.now();
    // MySQL compares an ASCII column with nothing else: it would be an error instead of a miss.
    if !id.is_ascii() {
        return Err(Code::SessionNotFound.into());
    }
    let ended =
        ctx.db.write_tx(|connection| session::revoke(connection, id, Some(user), RevokedReason::Revoked, now))?;
    if !ended {
        return Err(Code::SessionNotFound.into());
    }
    effects::run(ctx, [Effect::sessions_ended([user], Ended::One(id.to_owned()))]);
    Ok(())
}

/// T9: ends all sessions but the caller's; tells how many.
pub fn revoke_others(ctx: &Context, user: UserId, current: &str) -> Result<usize> {
    let now = ctx.now();
    let ended = ctx
        .db
        .write_tx(|connection| session::revoke_all(connection, &[user], Some(current), RevokedReason::Revoked, now))?;
    effects::run(ctx, [Effect::sessions_ended([user], Ended::AllBut(current.to_owned()))]);
    Ok(ended)
}

/// Those of these sessions that are not live any more (T6).
pub fn ended_among(ctx: &Context, mut ids: BTreeSet<String>) -> Result<BTreeSet<String>> {
    let now = ctx.now();
    let asked: Vec<String> = ids.iter().cloned().collect();
    // Each look a short read of its own.
    for some in asked.chunks(SESSIONS_AT_ONCE) {
        let some: Vec<&str> = some.iter().map(String::as_str).collect();
        for live in ctx.db.read(|connection| session::live_among(connection, &some, now))? {
            ids.remove(&live);
        }
    }
    Ok(ids)
}
