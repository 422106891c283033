//! Members with what belongs to them: profile, devices, links, mails, notices, their first group.

use chrono::{Days, NaiveDate};
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

use super::belongings::{self, Mailbox};
use super::dice::{Subject, chance, pick};
use super::life::Life;
use super::roster::{DEMO_MEMBER, FollowCounts, Roster};
use super::rows::{Bulk as _, GroupRow, LinkRow, MailRow, NoticeRow, SessionRow, UserRow};
use crate::db::Connection;
use crate::error::Result;
use crate::models::user::kakao_key;
use crate::models::withdrawal::{self, NewWithdrawal};
use crate::types::{Gender, MBTI, Provider, Status, Time, UserId, fold};

/// Accounts made through Kakao, of a thousand.
const KAKAO: u32 = 30;
/// Members who still hold a session, of a thousand who signed in lately enough.
const SIGNED_IN: u32 = 500;
/// Members who told their birthday, their gender and so on, of a thousand each.
const TOLD: u32 = 600;

/// Rows of some members, ready to be written.
#[derive(Default)]
pub(super) struct Members {
    users: Vec<UserRow>,
    groups: Vec<GroupRow>,
    sessions: Vec<SessionRow>,
    links: Vec<LinkRow>,
    mails: Vec<MailRow>,
    notices: Vec<NoticeRow>,
    withdrawals: Vec<NewWithdrawal>,
}

/// How many rows those are, beside the members themselves.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Belongings {
    pub(super) groups: usize,
    pub(super) sessions: usize,
    pub(super) links: usize,
    pub(super) mails: usize,
    pub(super) notices: usize,
    pub(super) withdrawals: usize,
}

/// What a member told about himself or herself.
pub(super) struct Profile {
    pub(super) birthday: Option<NaiveDate>,
    pub(super) live_alone_date: Option<NaiveDate>,
    pub(super) gender: Option<Gender>,
    pub(super) mbti: Option<&'static str>,
}

impl Members {
    pub(super) fn write(&self, connection: &mut Connection) -> Result<()> {
        UserRow::write(connection, &self.users)?;
        GroupRow::write(connection, &self.groups)?;
        SessionRow::write(connection, &self.sessions)?;
        LinkRow::write(connection, &self.links)?;
        MailRow::write(connection, &self.mails)?;
        NoticeRow::write(connection, &self.notices)?;
        withdrawal::insert(connection, &self.withdrawals)
    }

    pub(super) const fn belongings(&self) -> Belongings {
        Belongings {
            groups: self.groups.len(),
            sessions: self.sessions.len(),
            links: self.links.len(),
            mails: self.mails.len(),
            notices: self.notices.len(),
            withdrawals: self.withdrawals.len(),
        }
    }

    /// Adds a member with what the nightly purge would have left of the member's belongings.
    pub(super) fn add(
        &mut self,
        roster: &Roster,
        id: u32,
        life: &Life,
        follows: FollowCounts,
        hash: &str,
        mails: &mut Mailbox,
    ) {
        let rng = &mut roster.lives.dice.of(Subject::Profile, id.into());
        let calendar = &roster.lives.calendar;
        let profile = Profile::new(calendar.now, rng);
        let kakao = life.last_login_at.is_some() && id != DEMO_MEMBER && chance(rng, KAKAO);
        let provider = if kakao { Provider::Kakao } else { Provider::Local };
        self.withdrawals.extend(belongings::withdrawal(life, &profile, provider, rng));
        if life.anonymized_at.is_some() {
            self.users.push(emptied(id, life, provider));
            return;
        }
        self.groups.extend(belongings::group(id, life));
        if chance(rng, SIGNED_IN) {
            self.sessions.extend(belongings::session(id, life, calendar, rng));
        }
        self.links.extend(belongings::link(id, life, calendar, rng));
        let (notice, sent) = mails.of(roster, id, life);
        self.notices.extend(notice);
        self.mails.extend(sent);
        let hash = (!kakao).then(|| hash.to_owned());
        self.users.push(UserRow { password_hash: hash, ..held(roster, id, life, &profile, provider, follows) });
    }
}

impl Profile {
    fn new(now: Time, rng: &mut ChaCha8Rng) -> Self {
        let today = now.seoul_date();
        // From 19 to 34 years old, living alone for up to ten of them.
        let birthday = today.checked_sub_days(Days::new(rng.random_range(19 * 366..34 * 366)));
        let alone = today.checked_sub_days(Days::new(rng.random_range(0..3650)));
        let gender = pick(rng, &[Gender::Female, Gender::Female, Gender::Male, Gender::Male, Gender::Unknown]);
        // The last one of the list is never produced by us (F28).
        let mbti = MBTI[rng.random_range(0..16)];
        Self {
            birthday: birthday.filter(|_| chance(rng, TOLD)),
            live_alone_date: alone.filter(|_| chance(rng, TOLD)),
            gender: chance(rng, TOLD).then_some(gender),
            mbti: chance(rng, TOLD).then_some(mbti),
        }
    }
}

/// A member who holds address and name.
fn held(
    roster: &Roster,
    id: u32,
    life: &Life,
    profile: &Profile,
    provider: Provider,
    follows: FollowCounts,
) -> UserRow {
    let (email, nickname) = (Roster::email(id), roster.nickname(id));
    let kakao = (provider == Provider::Kakao).then(|| format!("{}", 3_000_000_000_u64 + u64::from(id)));
    UserRow {
        id: UserId(id.into()),
        email_key: Some(fold(&email)),
        email,
        nickname_key: Some(fold(&nickname)),
        nickname,
        password_hash: None,
        provider,
        provider_key: kakao.as_deref().map(kakao_key),
        provider_id: kakao,
        status: life.status,
        birthday: profile.birthday,
        live_alone_date: profile.live_alone_date,
        gender: profile.gender,
        mbti: profile.mbti.map(str::to_owned),
        follower_count: follows.followers,
        following_count: follows.following,
        verified_at: life.verified_at,
        last_login_at: life.last_login_at,
        status_changed_at: life.status_changed_at(),
        dormant_at: life.dormant_at,
        deleted_at: life.deleted_at,
        anonymized_at: None,
        created_at: life.created_at,
        updated_at: life.last_login_at.unwrap_or(life.created_at).max(life.status_changed_at()),
    }
}

/// L9: what is left of a member.
fn emptied(id: u32, life: &Life, provider: Provider) -> UserRow {
    UserRow {
        id: UserId(id.into()),
        email: format!("deleted-{id}@anonymised.invalid"),
        email_key: None,
        nickname: format!("#{id}"),
        nickname_key: None,
        password_hash: None,
        provider,
        provider_id: None,
        provider_key: None,
        status: Status::Deleted,
        birthday: None,
        live_alone_date: None,
        gender: None,
        mbti: None,
        follower_count: 0,
        following_count: 0,
        verified_at: life.verified_at,
        last_login_at: None,
        status_changed_at: life.status_changed_at(),
        dormant_at: life.dormant_at,
        deleted_at: life.deleted_at,
        anonymized_at: life.anonymized_at,
        created_at: life.created_at,
        updated_at: life.anonymized_at.unwrap_or(life.created_at),
    }
}
