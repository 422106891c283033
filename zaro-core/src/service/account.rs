//! Signing up, confirming the address, and setting a forgotten password anew (A1 to A7, V1 to V6, R1 to R3).

use diesel::result::{DatabaseErrorKind, Error as Diesel};
use serde::Deserialize;
use serde_json::json;

use crate::context::Context;
use crate::db::Connection;
use crate::error::{Code, Error, Result};
use crate::models::user::{self, NewUser, User};
use crate::models::{account_token, favorite_group, mail, session};
use crate::policy::credential::{Email, Nickname, check_password};
use crate::policy::field::{Form, Input};
use crate::policy::retention::Limit;
use crate::policy::token::{LinkFacts, VerifyOutcome};
use crate::policy::{credential, token as token_policy};
use crate::ports::Ended;
use crate::service::effects::{self, Effect};
use crate::service::limit::forget;
use crate::service::mail as mail_service;
use crate::service::token;
use crate::types::{MailKind, MailState, Provider, RevokedReason, Status, Time, TokenPurpose, UserId};

/// Body of a sign-up.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct SignUpDraft {
    /// Address.
    #[serde(default)]
    pub email: Input,
    /// Password.
    #[serde(default)]
    pub password: Input,
    /// Nickname.
    #[serde(default)]
    pub nickname: Input,
}

/// Body of a request for a mail.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct EmailDraft {
    /// Address.
    #[serde(default)]
    pub email: Input,
}

/// Body of a password reset.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct PasswordResetDraft {
    /// Secret of the mailed link.
    #[serde(default)]
    pub token: Input,
    /// New password.
    #[serde(default, rename = "newPassword")]
    pub new_password: Input,
}

/// A member just made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedUp {
    /// Id.
    pub id: UserId,
    /// Address as typed.
    pub email: String,
    /// Nickname as chosen.
    pub nickname: String,
}

/// What a sign-up meets (A5).
enum Meets {
    /// Nothing: go on.
    Nobody,
    /// The same address and nickname in one PENDING member (A6).
    Pending(Box<User>),
}

/// What a sign-up's transaction did.
enum SignUp {
    /// A member.
    Created(UserId),
    /// A6.
    Repeated(UserId),
    /// Nothing: a parallel sign-up came first, and this one has no leave for another mail yet.
    Overtaken,
}

/// How often a lost race for a unique key is run again; each time another key may be the one that is lost.
const UNIQUE_RETRIES: usize = 5;

/// Runs a transaction again when it lost a race for a unique key: the next look then finds what is taken.
pub(crate) fn retry_unique<T>(mut work: impl FnMut() -> Result<T>) -> Result<T> {
    for _ in 0..UNIQUE_RETRIES {
        match work() {
            Err(Error::Database(Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, _))) => {}
            other => return other,
        }
    }
    work()
}

/// Makes a PENDING member with a link and its mail, or repeats that for one who waits already (A1 to A7).
pub fn sign_up(ctx: &Context, draft: &SignUpDraft) -> Result<SignedUp> {
    let now = ctx.now();
    let mut form = Form::new();
    let email = form.required("email", &draft.email, Code::EmailRequired, Email::parse);
    let password = form.required("password", &draft.password, Code::PasswordRequired, |text| {
        check_password(text).map(|()| text.to_owned())
    });
    let nickname = form.required("nickname", &draft.nickname, Code::NicknameRequired, |text| {
        Nickname::parse(text, Code::NicknameRequired)
    });
    form.finish()?;
    let (Some(email), Some(password), Some(nickname)) = (email, password, nickname) else {
        return Err(Code::InvalidRequest.into());
    };
    let limits = &ctx.policy.limits;
    take(ctx, &format!("sign-up-email:{}", email.key), &[limits.sign_up_email], now)?;
    take(ctx, &format!("sign-up-nickname:{}", nickname.key), &[limits.sign_up_nickname], now)?;

    let mut hash = None;
    // Whether this request was granted another mail (V6): asked outside the transaction, in which nothing may be asked
    // of the token store.
    let mut granted = false;
    let made = loop {
        // A first look, so that a refusal does not cost the hash, which takes 20 ms.
        let met = ctx.db.read(|connection| meets(ctx, connection, &email, &nickname))?;
        if matches!(met, Meets::Pending(_)) && !granted {
            take(ctx, &verify_key(&email), &mail_limits(ctx), now)?;
            granted = true;
        }
        let hash = match &hash {
            Some(hash) => hash,
            None => hash.insert(ctx.passwords.hash(&password)?),
        };
        let outcome = retry_unique(|| {
            ctx.db.write_tx(|connection| match meets(ctx, connection, &email, &nickname)? {
                Meets::Pending(_) if !granted => Ok(SignUp::Overtaken),
                Meets::Pending(found) => match user::find_for_update(connection, found.id)? {
                    Some(user) if user.status == Status::Pending => {
                        repeat(ctx, connection, &user, hash, now).map(|()| SignUp::Repeated(user.id))
                    }
                    // Confirmed or purged between the look and the lock: look again.
                    _ => Ok(SignUp::Overtaken),
                },
                Meets::Nobody => create(ctx, connection, &email, &nickname, hash, now).map(SignUp::Created),
            })
        })?;
        match outcome {
            SignUp::Created(id) => break Some(id),
            SignUp::Repeated(id) => {
                effects::run(ctx, [Effect::sessions_ended([id], Ended::All)]);
                break None;
            }
            SignUp::Overtaken => {}
        }
    };
    ctx.mail_bell.ring();
    match made {
        Some(id) => Ok(SignedUp { id, email: email.text, nickname: nickname.text }),
        None => Err(Code::AlreadySignedUpNotVerifiedYet.into()),
    }
}

/// The member who holds an address, held against other writers and read again once held.
fn holder_for_update(connection: &mut Connection, email: &Email) -> Result<Option<User>> {
    match user::find_by_email(connection, &email.key)? {
        Some(found) => user::find_for_update(connection, found.id),
        None => Ok(None),
    }
}

/// A5: who stands in the way, in the contract's order.
fn meets(ctx: &Context, connection: &mut Connection, email: &Email, nickname: &Nickname) -> Result<Meets> {
    if let Some(holder) = user::find_by_email(connection, &email.key)? {
        return same_email(holder, nickname);
    }
    if nickname.is_reserved(&ctx.policy.nickname) {
        return Err(Code::NicknameAlreadyExisted.into());
    }
    match user::find_by_nickname(connection, &nickname.key)? {
        // Made by a parallel sign-up between the two looks, which READ COMMITTED lets happen.
        Some(holder) if holder.email_key.as_deref() == Some(&email.key) => same_email(holder, nickname),
        Some(_) => Err(Code::NicknameAlreadyExisted.into()),
        None => Ok(Meets::Nobody),
    }
}

/// A5, A6: what the holder of the address means for a sign-up with this nickname.
fn same_email(holder: User, nickname: &Nickname) -> Result<Meets> {
    let same_nickname = holder.nickname_key.as_deref() == Some(&nickname.key);
    if holder.status == Status::Pending && same_nickname {
        return Ok(Meets::Pending(Box::new(holder)));
    }
    Err(Code::EmailAlreadyExisted.into())
}

fn create(
    ctx: &Context,
    connection: &mut Connection,
    email: &Email,
    nickname: &Nickname,
    hash: &str,
    now: Time,
) -> Result<UserId> {
    let id = user::insert(
        connection,
        &NewUser {
            email: email.text.clone(),
            email_key: Some(email.key.clone()),
            nickname: nickname.text.clone(),
            nickname_key: Some(nickname.key.clone()),
            password_hash: Some(hash.to_owned()),
            provider: Provider::Local,
            provider_id: None,
            provider_key: None,
            status: Status::Pending,
            profile_image: None,
            gender: None,
            verified_at: None,
            status_changed_at: now,
            created_at: now,
            updated_at: now,
        },
    )?;
    mail_link(ctx, connection, id, &email.text, &nickname.text, TokenPurpose::VerifyEmail, now)?;
    Ok(id)
}

/// A6: a new password, a new link, and no session that knew the old one.
fn repeat(ctx: &Context, connection: &mut Connection, pending: &User, hash: &str, now: Time) -> Result<()> {
    user::set_password(connection, pending.id, hash, now)?;
    session::revoke_all(connection, &[pending.id], None, RevokedReason::Password, now)?;
    mail_link(ctx, connection, pending.id, &pending.email, &pending.nickname, TokenPurpose::VerifyEmail, now)
}

/// V1: replaces the live link of a member by a new one and mails it; an older mail that is not out yet is dropped.
fn mail_link(
    ctx: &Context,
    connection: &mut Connection,
    user: UserId,
    recipient: &str,
    nickname: &str,
    purpose: TokenPurpose,
    now: Time,
) -> Result<()> {
    let secret = token::link_secret();
    let end = ctx.policy.link_end(now);
    account_token::revoke_live(connection, user, purpose, now)?;
    account_token::insert(connection, user, purpose, &token::hash(&secret), now, end)?;
    let (kind, link) = match purpose {
        TokenPurpose::VerifyEmail => {
            (MailKind::VerifyEmail, format!("{}/api/auth/email/verify?token={secret}", ctx.public_url))
        }
        TokenPurpose::ResetPassword => {
            (MailKind::ResetPassword, format!("{}/password-reset?token={secret}", ctx.frontend_url))
        }
    };
    let outdated = mail::open_ids(connection, &[user], &[kind])?;
    mail::close_unsent(connection, &outdated, MailState::Expired, now)?;
    let payload = json!({ "nickname": nickname, "link": link, "minutes": ctx.policy.session.link_minutes });
    let new = mail_service::compose(kind, Some(user), recipient, &payload, now);
    mail::insert(connection, &[mail::NewMail { not_after: Some(end), ..new }])
}

/// What a click on a verification link led to (V3, V4).
pub fn verify(ctx: &Context, secret: &str) -> Result<VerifyOutcome> {
    let now = ctx.now();
    ctx.db.write_tx(|connection| {
        let link = account_token::find(connection, TokenPurpose::VerifyEmail, &token::hash(secret))?;
        let member = match &link {
            Some(link) => user::find_for_update(connection, link.user_id)?,
            None => None,
        };
        let outcome = token_policy::verify(link.as_ref().map(facts), member.as_ref().map(|user| user.status), now);
        if let (VerifyOutcome::Activate, Some(link), Some(member)) = (outcome, &link, &member) {
            if !account_token::consume(connection, link.id, now)? || !user::activate(connection, member.id, now)? {
                return Ok(VerifyOutcome::JustUsed);
            }
            favorite_group::insert_default(connection, member.id, now)?;
        }
        Ok(outcome)
    })
}

fn facts(link: &account_token::AccountToken) -> LinkFacts {
    LinkFacts { used_at: link.used_at, revoked_at: link.revoked_at, expires_at: link.expires_at }
}

/// V5, V6: mails a new verification link to a PENDING member; answers alike for everybody else.
pub fn resend_verification(ctx: &Context, draft: &EmailDraft) -> Result<()> {
    let now = ctx.now();
    let email = wanted_email(draft)?;
    take(ctx, &verify_key(&email), &mail_limits(ctx), now)?;
    retry_unique(|| {
        ctx.db.write_tx(|connection| match holder_for_update(connection, &email)? {
            Some(user) if user.status == Status::Pending => {
                mail_link(ctx, connection, user.id, &user.email, &user.nickname, TokenPurpose::VerifyEmail, now)
            }
            _ => Ok(()),
        })
    })?;
    ctx.mail_bell.ring();
    Ok(())
}

/// R1: mails a reset link to a LOCAL member who has not withdrawn; answers alike for everybody else. Returns the address.
pub fn request_password_reset(ctx: &Context, draft: &EmailDraft) -> Result<String> {
    let now = ctx.now();
    let email = wanted_email(draft)?;
    take(ctx, &format!("reset-mail:{}", email.key), &mail_limits(ctx), now)?;
    retry_unique(|| {
        ctx.db.write_tx(|connection| match holder_for_update(connection, &email)? {
            Some(user) if user.provider == Provider::Local && user.status != Status::Deleted => {
                mail_link(ctx, connection, user.id, &user.email, &user.nickname, TokenPurpose::ResetPassword, now)
            }
            _ => Ok(()),
        })
    })?;
    ctx.mail_bell.ring();
    let Input::Given(sent) = &draft.email else { return Ok(email.text) };
    Ok(sent.clone())
}

/// R3: sets a new password with a mailed link and ends all sessions.
pub fn reset_password(ctx: &Context, draft: &PasswordResetDraft) -> Result<()> {
    let now = ctx.now();
    let mut form = Form::new();
    let secret = form.required("token", &draft.token, Code::ResetTokenNotFound, |text| Ok(text.to_owned()));
    let password = form.required("newPassword", &draft.new_password, Code::PasswordRequired, |text| {
        check_password(text).map(|()| text.to_owned())
    });
    form.finish()?;
    let hashed = token::hash(&secret.unwrap_or_default());
    let find = |connection: &mut Connection| account_token::find(connection, TokenPurpose::ResetPassword, &hashed);
    // A first look, so that a bad link does not cost a hash.
    token_policy::reset(ctx.db.read(find)?.as_ref().map(facts), now)?;
    let password_hash = ctx.passwords.hash(&password.unwrap_or_default())?;
    let (id, email_key) = ctx.db.write_tx(|connection| {
        let link = find(connection)?;
        token_policy::reset(link.as_ref().map(facts), now)?;
        let link = link.ok_or_else(|| Error::from(Code::ResetTokenNotFound))?;
        let member =
            user::find_for_update(connection, link.user_id)?.ok_or_else(|| Error::from(Code::ResetTokenNotFound))?;
        if !account_token::consume(connection, link.id, now)? {
            return Err(Code::ResetTokenAlreadyUsed.into());
        }
        if member.status == Status::Deleted {
            // Its links ended with the membership; one that was made meanwhile is worth as little.
            return Err(Code::ResetTokenExpired.into());
        }
        user::set_password(connection, member.id, &password_hash, now)?;
        session::revoke_all(connection, &[member.id], None, RevokedReason::Password, now)?;
        Ok((member.id, member.email_key))
    })?;
    effects::run(ctx, [Effect::sessions_ended([id], Ended::All)]);
    if let Some(key) = email_key {
        forget(ctx, &format!("sign-in:{key}"));
    }
    Ok(())
}

/// An address that a mail is asked for.
fn wanted_email(draft: &EmailDraft) -> Result<Email> {
    let mut form = Form::new();
    let email = form.required("email", &draft.email, Code::EmailRequired, credential::Email::parse);
    form.finish()?;
    email.ok_or_else(|| Code::InvalidRequest.into())
}

/// Takes from limits, or refuses.
pub(crate) fn take(ctx: &Context, key: &str, limits: &[Limit], now: Time) -> Result<()> {
    match ctx.limits.take(key, limits, now)? {
        Some(seconds) => Err(Error::rate_limited(seconds)),
        None => Ok(()),
    }
}

/// V6: resends and repeated sign-ups are counted together.
fn verify_key(email: &Email) -> String {
    format!("verify-mail:{}", email.key)
}

fn mail_limits(ctx: &Context) -> [Limit; 2] {
    [ctx.policy.limits.mail_spacing, ctx.policy.limits.mail_daily]
}
