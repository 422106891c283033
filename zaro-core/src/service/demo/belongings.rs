//! What belongs to a member: the first group, a session, a link, mails, notices; and what remains of those who left.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use serde_json::json;

use super::calendar::Calendar;
use super::dice::{a_while, chance, pick};
use super::life::{Life, Notice};
use super::members::Profile;
use super::roster::Roster;
use super::rows::{GroupRow, LinkRow, MailRow, NoticeRow, SessionRow};
use crate::models::favorite_group::DEFAULT_GROUP;
use crate::models::withdrawal::NewWithdrawal;
use crate::service::withdrawal::{age_band, months_alone};
use crate::types::{
    MailKind, MailState, NoticeState, Provider, Status, Time, TokenPurpose, UserId, WithdrawalKind, fold,
};

/// What browsers say of themselves.
const DEVICES: [&str; 4] = [
    "Mozilla/5.0 (Linux; Android 15; SM-S921N) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15",
];

/// Why people leave.
const REASONS: [&str; 6] = [
    "본가로 돌아가게 됐어요",
    "자취를 끝내고 결혼했습니다",
    "다른 계정으로 다시 가입할게요",
    "알림이 너무 많아요",
    "잘 쓰지 않게 되네요",
    "개인정보가 걱정돼서요",
];

/// FV17: the group that every member starts with.
pub(super) fn group(id: u32, life: &Life) -> Option<GroupRow> {
    let verified_at = life.verified_at?;
    Some(GroupRow {
        user_id: UserId(id.into()),
        name: DEFAULT_GROUP,
        live_key: format!("{id}:{}", fold(DEFAULT_GROUP)),
        visibility: "PUBLIC",
        position: 0,
        favorite_count: 0,
        created_at: verified_at,
        updated_at: verified_at,
    })
}

/// The session of the last sign-in, while it lives. Nobody can use it: nobody knows what its hash is of.
pub(super) fn session(id: u32, life: &Life, calendar: &Calendar, rng: &mut ChaCha8Rng) -> Option<SessionRow> {
    let created_at = life.last_login_at.filter(|_| life.status == Status::Active)?;
    let expires_at = created_at.plus(calendar.session);
    (expires_at > calendar.now).then(|| SessionRow {
        id: BASE64_URL_SAFE_NO_PAD.encode(rng.random::<[u8; 16]>()),
        user_id: UserId(id.into()),
        refresh_hash: rng.random::<[u8; 32]>().to_vec(),
        user_agent: pick(rng, &DEVICES),
        created_at,
        last_used_at: created_at.plus(a_while(rng, TimeDelta::minutes(1), 12)).min(calendar.now),
        expires_at,
    })
}

/// The newest verification link of a PENDING member, until the purge.
pub(super) fn link(id: u32, life: &Life, calendar: &Calendar, rng: &mut ChaCha8Rng) -> Option<LinkRow> {
    let until = kept_link(life, calendar)?;
    Some(LinkRow {
        purpose: TokenPurpose::VerifyEmail,
        user_id: UserId(id.into()),
        token_hash: rng.random::<[u8; 32]>().to_vec(),
        live_key: format!("{id}:{}", TokenPurpose::VerifyEmail),
        created_at: until.minus(calendar.link),
        expires_at: until,
    })
}

fn kept_link(life: &Life, calendar: &Calendar) -> Option<Time> {
    life.link_until.filter(|until| until.plus(calendar.link_kept) > calendar.now)
}

/// What the history keeps of a member who left.
pub(super) fn withdrawal(
    life: &Life,
    profile: &Profile,
    provider: Provider,
    rng: &mut ChaCha8Rng,
) -> Option<NewWithdrawal> {
    let (kind, at) = (life.leaving?, life.deleted_at?);
    let today = at.seoul_date();
    let reason = (kind == WithdrawalKind::SelfMade && chance(rng, 500)).then(|| pick(rng, &REASONS).to_owned());
    Some(NewWithdrawal {
        kind,
        reason,
        withdrawn_on: today,
        age_band: profile.birthday.map(|birthday| age_band(birthday, today).to_owned()),
        gender: profile.gender,
        mbti: profile.mbti.map(str::to_owned),
        provider,
        months_member: at.months_since(life.created_at),
        months_alone: profile.live_alone_date.filter(|since| *since <= today).map(|since| months_alone(since, at)),
    })
}

/// Hands out the ids of mails.
pub(super) struct Mailbox {
    /// The last id in use.
    pub(super) last: i64,
}

impl Mailbox {
    /// The notice of a member, and the member's mails; closed ones only while they are kept.
    pub(super) fn of(&mut self, roster: &Roster, id: u32, life: &Life) -> (Option<NoticeRow>, Vec<MailRow>) {
        let calendar = &roster.lives.calendar;
        let kept = |closed: &Time| closed.plus(calendar.mail_kept) > calendar.now;
        let mut mails = Vec::new();
        if let Some(until) = kept_link(life, calendar) {
            let at = until.minus(calendar.link);
            mails.push(self.closed(MailKind::VerifyEmail, id, MailState::Accepted, at, at));
        }
        let notice = life.notice.map(|notice| {
            let mail = match notice.closed_at {
                Some(closed) if kept(&closed) => {
                    let state = mail_state(notice.state);
                    Some(self.closed(MailKind::DormancyNotice, id, state, notice.created_at, closed))
                }
                Some(_) => None,
                None => Some(self.queued(id, &roster.nickname(id), notice.created_at)),
            };
            let row = notice_row(id, &notice, mail.as_ref().map(|mail| mail.id), calendar);
            let dedupe_key = Some(format!("dormancy:{id}:{}", notice.basis_at.micros()));
            mails.extend(mail.map(|mail| MailRow { dedupe_key, ..mail }));
            row
        });
        if let Some(at) = life.deleted_at.filter(kept) {
            mails.push(self.closed(MailKind::WithdrawalDone, id, MailState::Accepted, at, at));
        }
        (notice, mails)
    }

    fn closed(&mut self, kind: MailKind, id: u32, state: MailState, created_at: Time, closed: Time) -> MailRow {
        let sent = state != MailState::Dropped;
        MailRow {
            kind,
            state,
            attempts: sent.into(),
            handing_over_at: sent.then_some(closed),
            closed_at: Some(closed),
            payload: None,
            ..self.queued(id, "", created_at)
        }
    }

    /// A dormancy notice that waits; its dates are filled in when it is handed over (L13).
    fn queued(&mut self, id: u32, nickname: &str, at: Time) -> MailRow {
        self.last += 1;
        MailRow {
            id: self.last,
            kind: MailKind::DormancyNotice,
            user_id: UserId(id.into()),
            recipient: Roster::email(id),
            payload: Some(json!({ "nickname": nickname }).to_string()),
            dedupe_key: None,
            state: MailState::Queued,
            attempts: 0,
            next_attempt_at: at,
            handing_over_at: None,
            created_at: at,
            closed_at: None,
        }
    }
}

fn notice_row(id: u32, notice: &Notice, mail_id: Option<i64>, calendar: &Calendar) -> NoticeRow {
    NoticeRow {
        user_id: UserId(id.into()),
        last_checked_login_at: notice.basis_at,
        state: notice.state,
        mail_id,
        dormant_months: calendar.rules.dormant_months.cast_signed(),
        delete_months: calendar.rules.delete_months.cast_signed(),
        created_at: notice.created_at,
        handed_over_at: notice.handed_over_at(),
        closed_at: notice.closed_at,
    }
}

/// The end of the mail that left its notice in this state.
const fn mail_state(notice: NoticeState) -> MailState {
    match notice {
        NoticeState::Queued => MailState::Queued,
        NoticeState::Accepted => MailState::Accepted,
        NoticeState::Bounced => MailState::Bounced,
        NoticeState::Unknown => MailState::Unknown,
        NoticeState::Cancelled => MailState::Dropped,
    }
}
