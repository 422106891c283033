//! What an e-mail address, a nickname, a password and a profile may be (A2 to A4, S2, S3).

use chrono::NaiveDate;

use super::retention::NicknameRules;
use crate::error::Code;
use crate::types::{Gender, MBTI, Time, cut, fold};

/// The name that stands in place of every withdrawn member (L10). Holds no blank (F19) and cannot be chosen (A3).
pub const UNKNOWN_AUTHOR: &str = "떠난이웃";
/// A2: longest address, in characters.
pub const EMAIL_MAX: usize = 255;
/// A3: shortest and longest nickname, in characters.
pub const NICKNAME_LENGTH: std::ops::RangeInclusive<usize> = 2..=12;
/// A4: shortest and longest password, in characters.
pub const PASSWORD_LENGTH: std::ops::RangeInclusive<usize> = 8..=64;
/// A9: a longer password is wrong without being hashed, in bytes.
pub const PASSWORD_MAX_BYTES: usize = 1024;
/// S3: the earliest date that a profile takes.
const EARLIEST_DATE: Option<NaiveDate> = NaiveDate::from_ymd_opt(1900, 1, 1);

/// An address as typed, white space cut, with its folded form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    /// As typed, white space at both ends cut.
    pub text: String,
    /// What is compared and unique.
    pub key: String,
}

impl Email {
    /// Checks a new address (A2).
    pub fn parse(text: &str) -> Result<Self, Code> {
        let email = Self::lookup(text);
        if email.text.is_empty() {
            return Err(Code::EmailRequired);
        }
        let good =
            email.text.chars().count() <= EMAIL_MAX && is_address(&email.text) && !email.key.ends_with(".invalid");
        if good { Ok(email) } else { Err(Code::InvalidEmailFormat) }
    }

    /// Cuts and folds an address that is only looked up (A9).
    pub fn lookup(text: &str) -> Self {
        let text = text.trim().to_owned();
        Self { key: fold(&text), text }
    }
}

/// `^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$`, spelled out.
fn is_address(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else { return false };
    let Some((name, top)) = host.rsplit_once('.') else { return false };
    let letters = |c: u8| c.is_ascii_alphanumeric();
    !local.is_empty()
        && local.bytes().all(|c| letters(c) || b"._%+-".contains(&c))
        && !name.is_empty()
        && name.bytes().all(|c| letters(c) || b".-".contains(&c))
        && top.len() >= 2
        && top.bytes().all(|c| c.is_ascii_alphabetic())
}

/// The folded form of an address as stored or typed.
pub fn fold_email(text: &str) -> String {
    fold(text.trim())
}

/// M5: whether mail to this (folded) address is never sent, because it belongs to nobody.
pub fn is_nobodys(key: &str) -> bool {
    let made_up = |rest: &str| !rest.is_empty() && rest.bytes().all(|c| c.is_ascii_digit());
    key.ends_with(".invalid")
        || key.strip_prefix("kakao_").and_then(|k| k.strip_suffix("@kakao-user.com")).is_some_and(made_up)
}

/// A nickname with its folded form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nickname {
    /// As chosen.
    pub text: String,
    /// What is compared and unique.
    pub key: String,
}

impl Nickname {
    /// Checks a new nickname (A3); `required` is the code for a missing one.
    pub fn parse(text: &str, required: Code) -> Result<Self, Code> {
        if text.trim().is_empty() {
            return Err(required);
        }
        if !NICKNAME_LENGTH.contains(&text.chars().count()) || !text.chars().all(is_nickname_char) {
            return Err(Code::InvalidNicknameFormat);
        }
        Ok(Self { text: text.to_owned(), key: fold(text) })
    }

    /// Whether nobody may take it: the unknown author's name and the reserved ones.
    pub fn is_reserved(&self, rules: &NicknameRules) -> bool {
        self.key == fold(UNKNOWN_AUTHOR) || rules.reserved.iter().any(|name| fold(name) == self.key)
    }
}

fn is_nickname_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || ('가'..='힣').contains(&c) || c == '_' || c == '-'
}

/// K4: what remains of a foreign nickname; may be too short.
pub fn clean_nickname(text: &str) -> String {
    cut(&text.chars().filter(|c| is_nickname_char(*c)).collect::<String>(), *NICKNAME_LENGTH.end())
}

/// Checks a new password (A4).
pub fn check_password(text: &str) -> Result<(), Code> {
    if text.trim().is_empty() {
        return Err(Code::PasswordRequired);
    }
    let has = |wanted: fn(char) -> bool| text.chars().any(wanted);
    let good = PASSWORD_LENGTH.contains(&text.chars().count())
        && !has(char::is_control)
        && has(|c| c.is_ascii_uppercase())
        && has(|c| c.is_ascii_lowercase())
        && has(|c| c.is_ascii_digit())
        && has(is_symbol);
    if good { Ok(()) } else { Err(Code::InvalidPasswordFormat) }
}

/// Any printable character that is neither letter nor digit nor white space (A4).
fn is_symbol(c: char) -> bool {
    !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control()
}

/// S3: a real date from 1900-01-01 to today in Seoul.
pub fn parse_past_date(text: &str, now: Time) -> Result<NaiveDate, Code> {
    let strict = text.len() == 10
        && text.bytes().enumerate().all(|(i, c)| if i == 4 || i == 7 { c == b'-' } else { c.is_ascii_digit() });
    let date = strict.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten();
    date.filter(|date| Some(*date) >= EARLIEST_DATE && *date <= now.seoul_date()).ok_or(Code::InvalidRequest)
}

/// S3: a gender of the contract.
pub fn parse_gender(text: &str) -> Result<Gender, Code> {
    Gender::parse(text).ok_or(Code::InvalidEnum)
}

/// S3: an MBTI type of the contract.
pub fn parse_mbti(text: &str) -> Result<&'static str, Code> {
    MBTI.into_iter().find(|known| *known == text).ok_or(Code::InvalidEnum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a2_addresses() {
        for good in ["a@b.kr", " Kim.Min+1@Mail.Example.COM ", "x_%-@a-b.co"] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        for bad in
            ["a", "a@b", "@b.kr", "a@.k", "a@b.k1", "a b@c.kr", "가@b.kr", "a@b.invalid", "a@x.INVALID", "a@b@c.kr"]
        {
            assert_eq!(Email::parse(bad), Err(Code::InvalidEmailFormat), "{bad}");
        }
        assert_eq!(Email::parse("  "), Err(Code::EmailRequired));
        let long = format!("{}@b.kr", "a".repeat(250));
        assert_eq!(long.chars().count(), 255);
        assert!(Email::parse(&long).is_ok());
        assert!(Email::parse(&format!("a{long}")).is_err());
    }

    #[test]
    fn a3_nicknames() {
        let parse = |text| Nickname::parse(text, Code::NicknameRequired);
        for good in ["자취", "Zaro_01", "한글닉네임열두글자입니다"] {
            assert!(parse(good).is_ok(), "{good}");
        }
        for bad in ["자", "한글닉네임열두글자입니다요", "ㅈㅊ방", "a b", "a.b", "좋아요!"] {
            assert_eq!(parse(bad), Err(Code::InvalidNicknameFormat), "{bad}");
        }
        assert_eq!(parse(" "), Err(Code::NicknameRequired));
        let rules = NicknameRules::default();
        assert!(parse("ADMIN").expect("well formed").is_reserved(&rules));
        assert!(parse(UNKNOWN_AUTHOR).expect("well formed").is_reserved(&rules));
    }

    #[test]
    fn a4_passwords() {
        for good in ["Abcdef1!", "Aa1 가나다!", &format!("Aa1!{}", "x".repeat(60))] {
            assert_eq!(check_password(good), Ok(()), "{good}");
        }
        for bad in [
            "Abcde1!",
            "abcdef1!",
            "ABCDEF1!",
            "Abcdefg!",
            "Abcdefg1",
            "Abcdef1!\u{7}",
            &format!("Aa1!{}", "x".repeat(61)),
        ] {
            assert_eq!(check_password(bad), Err(Code::InvalidPasswordFormat), "{bad}");
        }
        assert_eq!(check_password("   "), Err(Code::PasswordRequired));
    }

    #[test]
    fn s3_dates_are_real_and_not_in_the_future() {
        let now = Time::parse("2026-05-21T15:00:00Z").expect("an instant");
        assert!(parse_past_date("2026-05-22", now).is_ok(), "today in Seoul");
        for bad in ["2026-05-23", "1899-12-31", "2026-02-30", "2026-5-21", "21.05.2026", "+2026-05-2"] {
            assert_eq!(parse_past_date(bad, now), Err(Code::InvalidRequest), "{bad}");
        }
    }

    #[test]
    fn m5_made_up_addresses_belong_to_nobody() {
        for key in ["kakao_12@kakao.invalid", "kakao_99@kakao-user.com"] {
            assert!(is_nobodys(key), "{key}");
        }
        for key in ["kakao_@kakao-user.com", "kakao_1x@kakao-user.com", "me@kakao-user.com"] {
            assert!(!is_nobodys(key), "{key}");
        }
    }
}
