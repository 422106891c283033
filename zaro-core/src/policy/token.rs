//! What a mailed one-time link is worth (V3, R3).

use crate::error::Code;
use crate::types::{Status, Time};

/// What is stored of a link.
#[derive(Clone, Copy, Debug)]
pub struct LinkFacts {
    /// When it was used.
    pub used_at: Option<Time>,
    /// When a newer one replaced it.
    pub revoked_at: Option<Time>,
    /// Its end.
    pub expires_at: Time,
}

/// Where a verification link leads (V3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyOutcome {
    /// Live and its member PENDING: activate.
    Activate,
    /// Used a moment ago; the second click of a mail scanner.
    JustUsed,
    /// Used long ago.
    AlreadyVerified,
    /// Expired, or replaced by a newer one.
    Expired,
    /// Unknown, or its member is not PENDING for another reason.
    Invalid,
}

/// Decides what a click on a verification link does.
pub fn verify(link: Option<LinkFacts>, member: Option<Status>, now: Time) -> VerifyOutcome {
    let (Some(link), Some(member)) = (link, member) else { return VerifyOutcome::Invalid };
    if link.used_at.is_some() {
        return if now < link.expires_at { VerifyOutcome::JustUsed } else { VerifyOutcome::AlreadyVerified };
    }
    if link.revoked_at.is_some() || now >= link.expires_at {
        return VerifyOutcome::Expired;
    }
    if member == Status::Pending { VerifyOutcome::Activate } else { VerifyOutcome::Invalid }
}

/// Whether a password-reset link may be used (R3).
pub fn reset(link: Option<LinkFacts>, now: Time) -> Result<(), Code> {
    let link = link.ok_or(Code::ResetTokenNotFound)?;
    if link.used_at.is_some() {
        return Err(Code::ResetTokenAlreadyUsed);
    }
    if link.revoked_at.is_some() || now >= link.expires_at {
        return Err(Code::ResetTokenExpired);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(used: Option<i64>, revoked: Option<i64>) -> LinkFacts {
        let at = |t: Option<i64>| t.map(Time::from_micros);
        LinkFacts { used_at: at(used), revoked_at: at(revoked), expires_at: Time::from_micros(100) }
    }

    #[test]
    fn v3_where_a_link_leads() {
        use VerifyOutcome::*;
        let pending = Some(Status::Pending);
        for (facts, member, now, expected) in [
            (Some(link(None, None)), pending, 99, Activate),
            (Some(link(None, None)), pending, 100, Expired),
            (Some(link(None, Some(5))), pending, 50, Expired),
            (Some(link(Some(5), None)), Some(Status::Active), 99, JustUsed),
            (Some(link(Some(5), None)), Some(Status::Active), 100, AlreadyVerified),
            (Some(link(None, None)), Some(Status::Deleted), 50, Invalid),
            (None, None, 50, Invalid),
        ] {
            assert_eq!(verify(facts, member, Time::from_micros(now)), expected, "{facts:?} at {now}");
        }
    }

    #[test]
    fn r3_what_a_reset_link_answers() {
        for (facts, now, expected) in [
            (Some(link(None, None)), 99, Ok(())),
            (Some(link(None, None)), 100, Err(Code::ResetTokenExpired)),
            (Some(link(None, Some(5))), 50, Err(Code::ResetTokenExpired)),
            (Some(link(Some(5), None)), 100, Err(Code::ResetTokenAlreadyUsed)),
            (None, 50, Err(Code::ResetTokenNotFound)),
        ] {
            assert_eq!(reset(facts, Time::from_micros(now)), expected, "{facts:?} at {now}");
        }
    }
}
