//! Every age and limit by name, with its source, and the policy file that overrides them (L14).

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::types::Time;

/// The version of the policy file that this build reads.
pub const POLICY_VERSION: u32 = 1;

/// All numbers in force. [`Policy::default`] is the contract's (RULES section LIM).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Version of the file; must be [`POLICY_VERSION`].
    pub version: u32,
    /// Ages of the member lifecycle.
    pub lifecycle: Lifecycle,
    /// Tokens, sessions and mailed links.
    pub session: SessionRules,
    /// What a nickname may be and how often it may change.
    pub nickname: NicknameRules,
    /// How long rows are kept that serve nobody any more.
    pub purge: Purge,
    /// Rate limits (RULES section RL).
    pub limits: Limits,
}

/// Ages of the member lifecycle (L2). Months are calendar months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lifecycle {
    /// L3: days after which an unconfirmed sign-up is removed.
    pub pending_days: u32,
    /// L4: months since the basis after which the notice goes out.
    pub notice_months: u32,
    /// L5: months since the basis after which a member becomes dormant.
    pub dormant_months: u32,
    /// L5: days that must lie between the notice's hand-over and dormancy.
    pub notice_lead_days: u32,
    /// L7: months from dormancy to deletion.
    pub delete_months: u32,
    /// L9: days from deletion to anonymisation.
    pub anonymise_days: u32,
}

/// Ages of tokens, sessions and mailed links.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SessionRules {
    /// T1: minutes an access token lives.
    pub access_minutes: u32,
    /// T2: days a session and its refresh token live, counted from the sign-in.
    pub session_days: u32,
    /// T2: live sessions of one member.
    pub max_sessions: u32,
    /// V1: minutes a mailed link lives.
    pub link_minutes: u32,
}

/// What a nickname may be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NicknameRules {
    /// S2: days between two changes.
    pub cooldown_days: u32,
    /// A3: names that nobody may take, beside that of the unknown author.
    pub reserved: Vec<String>,
}

/// How long rows are kept that serve nobody any more (RULES section J).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Purge {
    /// Days a mailed link is kept past its expiry.
    pub link_days: u32,
    /// Days a session is kept past its end.
    pub session_days: u32,
    /// Days a closed mail is kept.
    pub mail_days: u32,
    /// Days a done search change is kept, for the replay after a rebuild.
    pub search_days: u32,
    /// Days an hourly ranking is kept.
    pub rank_days: u32,
    /// Days a notification is kept.
    pub notification_days: u32,
    /// Days a run of a job is kept.
    pub run_days: u32,
    /// I8: hours an upload may be used by nothing.
    pub upload_hours: u32,
    /// I8: days the pictures of a deleted post are kept.
    pub post_image_days: u32,
    /// E2: days a finished export can be fetched.
    pub export_days: u32,
    /// Days it is remembered that an export expired or failed.
    pub ended_export_days: u32,
}

/// So many in so many seconds; a count of 0 switches the limit off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// How many are granted.
    pub count: u32,
    /// Within how many seconds.
    pub seconds: u32,
}

impl Limit {
    /// `count` within `seconds`.
    pub const fn new(count: u32, seconds: u32) -> Self {
        Self { count, seconds }
    }
}

/// Rate limits by name; what each is counted by stands in RULES section RL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Failed sign-ins of one e-mail address.
    pub sign_in_failures: Limit,
    /// Sign-ups with one e-mail address.
    pub sign_up_email: Limit,
    /// Sign-ups with one nickname.
    pub sign_up_nickname: Limit,
    /// The shortest time between two mails to one address.
    pub mail_spacing: Limit,
    /// Mails to one address in a day.
    pub mail_daily: Limit,
    /// Sign-ins of one Kakao account.
    pub kakao_sign_in: Limit,
    /// Wrong current passwords of one member.
    pub wrong_password: Limit,
    /// Posts of one member.
    pub posts: Limit,
    /// Comments of one member.
    pub comments: Limit,
    /// Follows and unfollows of one member.
    pub follows: Limit,
    /// Changes of one member's groups.
    pub groups: Limit,
    /// Changes of one member's favourites.
    pub favorites: Limit,
    /// Looks at the map from one address.
    pub place_reads: Limit,
    /// Looks at members' groups from one address.
    pub group_reads: Limit,
    /// Looks into groups from one address.
    pub item_reads: Limit,
    /// Likes of one member, given and taken back.
    pub likes: Limit,
    /// Reports of one member.
    pub reports: Limit,
    /// Upload grants of one member.
    pub uploads: Limit,
    /// Searches of one client address; suggestions the same number again.
    pub searches: Limit,
    /// Refreshes of one session.
    pub refreshes: Limit,
    /// E1: finished exports of one member.
    pub exports: Limit,
}

/// A century in days: beyond that a typing error is likelier than a wish.
const MOST: u32 = 36_500;

const MINUTE: u32 = 60;
const HOUR: u32 = 60 * MINUTE;
const DAY: u32 = 24 * HOUR;

impl Default for Policy {
    fn default() -> Self {
        Self {
            version: POLICY_VERSION,
            lifecycle: Lifecycle::default(),
            session: SessionRules::default(),
            nickname: NicknameRules::default(),
            purge: Purge::default(),
            limits: Limits::default(),
        }
    }
}

impl Default for Lifecycle {
    fn default() -> Self {
        Self {
            pending_days: 1,
            notice_months: 5,
            dormant_months: 6,
            notice_lead_days: 30,
            delete_months: 6,
            anonymise_days: 30,
        }
    }
}

impl Default for SessionRules {
    fn default() -> Self {
        Self { access_minutes: 30, session_days: 7, max_sessions: 50, link_minutes: 30 }
    }
}

impl Default for NicknameRules {
    fn default() -> Self {
        let reserved = ["운영자", "관리자", "자취의로망", "zaro", "admin", "operator", "system"];
        Self { cooldown_days: 14, reserved: reserved.map(String::from).into() }
    }
}

impl Default for Purge {
    fn default() -> Self {
        Self {
            link_days: 1,
            session_days: 7,
            mail_days: 30,
            search_days: 7,
            rank_days: 7,
            notification_days: 30,
            run_days: 400,
            upload_hours: 24,
            post_image_days: 30,
            export_days: 7,
            ended_export_days: 30,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sign_in_failures: Limit::new(10, 15 * MINUTE),
            sign_up_email: Limit::new(10, HOUR),
            sign_up_nickname: Limit::new(20, HOUR),
            mail_spacing: Limit::new(1, MINUTE),
            mail_daily: Limit::new(5, DAY),
            kakao_sign_in: Limit::new(20, 10 * MINUTE),
            wrong_password: Limit::new(5, 15 * MINUTE),
            posts: Limit::new(60, 10 * MINUTE),
            comments: Limit::new(300, 10 * MINUTE),
            follows: Limit::new(300, 10 * MINUTE),
            groups: Limit::new(300, 10 * MINUTE),
            favorites: Limit::new(300, 10 * MINUTE),
            place_reads: Limit::new(600, MINUTE),
            group_reads: Limit::new(600, MINUTE),
            item_reads: Limit::new(600, MINUTE),
            likes: Limit::new(300, 10 * MINUTE),
            reports: Limit::new(30, HOUR),
            uploads: Limit::new(100, HOUR),
            searches: Limit::new(600, MINUTE),
            refreshes: Limit::new(100, 10),
            exports: Limit::new(1, DAY),
        }
    }
}

impl Policy {
    /// Reads a policy file; what it does not name keeps the contract's number.
    ///
    /// # Errors
    /// One line that names the key and what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
        if !table.contains_key("version") {
            return Err(format!("`version` is missing; this build reads version {POLICY_VERSION}"));
        }
        let policy: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(0, |span| text.bytes().take(span.start).filter(|b| *b == b'\n').count() + 1);
            format!("line {line}: {}", error.message().replace('\n', " "))
        })?;
        policy.check()?;
        Ok(policy)
    }

    /// Refuses numbers that would contradict each other or make no sense.
    fn check(&self) -> Result<(), String> {
        let (life, session, purge) = (&self.lifecycle, &self.session, &self.purge);
        if self.version != POLICY_VERSION {
            return Err(format!("`version` is {}; this build reads version {POLICY_VERSION}", self.version));
        }
        let at_least_one = [
            ("lifecycle.pending_days", life.pending_days),
            ("lifecycle.notice_months", life.notice_months),
            ("lifecycle.dormant_months", life.dormant_months),
            ("lifecycle.notice_lead_days", life.notice_lead_days),
            ("lifecycle.delete_months", life.delete_months),
            ("lifecycle.anonymise_days", life.anonymise_days),
            ("session.access_minutes", session.access_minutes),
            ("session.session_days", session.session_days),
            ("session.max_sessions", session.max_sessions),
            ("session.link_minutes", session.link_minutes),
            ("purge.mail_days", purge.mail_days),
            ("purge.run_days", purge.run_days),
            ("purge.upload_hours", purge.upload_hours),
            ("purge.post_image_days", purge.post_image_days),
            ("purge.export_days", purge.export_days),
        ];
        for (key, value) in at_least_one {
            if value == 0 || value > MOST {
                return Err(format!("`{key}` is {value}; it must be from 1 to {MOST}"));
            }
        }
        if life.notice_months >= life.dormant_months {
            return Err(format!(
                "`lifecycle.notice_months` is {}, not before `lifecycle.dormant_months` ({})",
                life.notice_months, life.dormant_months
            ));
        }
        Ok(())
    }

    /// The end of a session opened at `now`.
    pub fn session_end(&self, now: Time) -> Time {
        now.plus(TimeDelta::days(i64::from(self.session.session_days)))
    }

    /// The end of a link mailed at `now`.
    pub fn link_end(&self, now: Time) -> Time {
        now.plus(TimeDelta::minutes(i64::from(self.session.link_minutes)))
    }
}

/// The latest basis that can be due at `now` after this many months, generously.
///
/// Adding months is not monotone at the end of a month (31 August and 28 August both lead to 28 February), so a query
/// asks for a superset, three days more than the plain difference, and [`super::account::decide`] decides.
pub fn latest_due(now: Time, months: u32) -> Time {
    now.sub_months(months).plus(TimeDelta::days(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l14_a_policy_file_overrides_what_it_names() {
        let policy = Policy::parse("version = 1\n[lifecycle]\ndelete_months = 12\n").expect("a policy");
        assert_eq!(policy.lifecycle.delete_months, 12);
        assert_eq!(policy.lifecycle.dormant_months, 6);
    }

    #[test]
    fn the_sample_file_is_the_default() {
        let sample = include_str!("../../../deploy/policy.toml");
        assert_eq!(Policy::parse(sample), Ok(Policy::default()));
    }

    #[test]
    fn l14_a_bad_policy_file_names_the_key() {
        for (text, key) in [
            ("[lifecycle]\n", "version"),
            ("version = 2\n", "version"),
            ("version = 1\n[lifecycle]\nnotice_month = 5\n", "notice_month"),
            ("version = 1\n[lifecycle]\nnotice_months = 6\n", "lifecycle.notice_months"),
            ("version = 1\n[lifecycle]\nanonymise_days = 0\n", "lifecycle.anonymise_days"),
            ("version = 1\n[limits]\nposts = { count = 1 }\n", "seconds"),
        ] {
            let error = Policy::parse(text).expect_err("a refusal");
            assert!(error.contains(key), "{error}");
        }
    }

    #[test]
    fn no_due_basis_is_missed_at_the_end_of_a_month() {
        let mut now = Time::parse("2027-02-27T00:00:00Z").expect("an instant");
        for _ in 0..60 {
            for days in 150..220 {
                let basis = now.minus(TimeDelta::days(days));
                if basis.add_months(6) <= now {
                    assert!(basis <= latest_due(now, 6), "{basis} at {now}");
                }
            }
            now = now.plus(TimeDelta::hours(23));
        }
    }
}
