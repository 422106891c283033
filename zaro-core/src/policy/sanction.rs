//! Measures against members, and what can be said against them (Z1 to Z5).

use chrono::TimeDelta;

use crate::error::Code;
use crate::types::{ReportReason, SanctionKind, SanctionState, Time};

/// A suspension without end, as `users.suspended_until` holds it: the last instant that four digits of a year can name.
pub const WITHOUT_END: Time = Time::from_micros(253_402_300_799_999_999);
/// Longest text of the operators about a measure, in characters.
pub const MESSAGE_MAX: usize = 500;
/// Z4: longest appeal, in characters.
pub const APPEAL_MAX: usize = 1_000;
/// Longest answer to an appeal, in characters.
pub const ANSWER_MAX: usize = 1_000;
/// Z4: how long after its end a measure can still be appealed.
const APPEAL_TIME: TimeDelta = TimeDelta::days(30);

/// What decides about a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SanctionFacts {
    /// What it is.
    pub kind: SanctionKind,
    /// When it ends by itself, if ever.
    pub ends_at: Option<Time>,
    /// When an operator ended it.
    pub lifted_at: Option<Time>,
}

impl SanctionFacts {
    /// Z3: where it stands. A measure ends at its end, not after it.
    pub fn state(&self, now: Time) -> SanctionState {
        if self.lifted_at.is_some() {
            SanctionState::Lifted
        } else if self.ends_at.is_some_and(|end| end <= now) {
            SanctionState::Expired
        } else {
            SanctionState::Active
        }
    }

    /// Z4: whether an appeal against it can be filed; `appealed` when there is one already.
    pub fn may_appeal(&self, appealed: bool, now: Time) -> Result<(), Code> {
        let late = |end: Time| now > end.plus(APPEAL_TIME);
        if appealed {
            Err(Code::AppealAlreadyExists)
        } else if self.lifted_at.is_some() || self.ends_at.is_some_and(late) {
            Err(Code::AppealClosed)
        } else {
            Ok(())
        }
    }
}

/// Z2: until when a member with these measures cannot write; nothing when no suspension is live.
pub fn suspended_until(sanctions: impl IntoIterator<Item = SanctionFacts>, now: Time) -> Option<Time> {
    let live = sanctions
        .into_iter()
        .filter(|facts| facts.kind == SanctionKind::Suspension && facts.state(now) == SanctionState::Active);
    live.map(|facts| facts.ends_at.unwrap_or(WITHOUT_END)).max()
}

/// FC: checks the text of an appeal that is not blank.
pub fn check_appeal(text: &str) -> Result<(), Code> {
    if text.chars().count() <= APPEAL_MAX { Ok(()) } else { Err(Code::AppealTextTooLong) }
}

/// A reason as members read it.
pub const fn reason_words(reason: ReportReason) -> &'static str {
    match reason {
        ReportReason::Spam => "광고나 도배",
        ReportReason::Insult => "욕설이나 비방",
        ReportReason::Inappropriate => "부적절한 내용",
        ReportReason::Fraud => "사기나 허위 정보",
        ReportReason::Sexual => "음란하거나 선정적인 내용",
        ReportReason::Violence => "폭력적이거나 위협적인 내용",
        ReportReason::Illegal => "불법 정보",
        ReportReason::Etc => "기타",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time::from_micros(1_000_000_000_000_000);

    fn suspension(ends_at: Option<Time>) -> SanctionFacts {
        SanctionFacts { kind: SanctionKind::Suspension, ends_at, lifted_at: None }
    }

    #[test]
    fn z3_a_measure_is_lifted_expired_or_active() {
        let second = TimeDelta::microseconds(1);
        assert_eq!(suspension(None).state(NOW), SanctionState::Active);
        assert_eq!(suspension(Some(NOW.plus(second))).state(NOW), SanctionState::Active);
        assert_eq!(suspension(Some(NOW)).state(NOW), SanctionState::Expired);
        let lifted = SanctionFacts { lifted_at: Some(NOW), ..suspension(Some(NOW)) };
        assert_eq!(lifted.state(NOW), SanctionState::Lifted);
    }

    #[test]
    fn z2_the_latest_live_suspension_counts() {
        let (soon, later) = (NOW.plus(TimeDelta::days(1)), NOW.plus(TimeDelta::days(9)));
        let warning = SanctionFacts { kind: SanctionKind::Warning, ..suspension(None) };
        let lifted = SanctionFacts { lifted_at: Some(NOW), ..suspension(None) };
        assert_eq!(suspended_until([], NOW), None);
        assert_eq!(suspended_until([warning, lifted, suspension(Some(NOW))], NOW), None);
        assert_eq!(suspended_until([suspension(Some(later)), suspension(Some(soon))], NOW), Some(later));
        assert_eq!(suspended_until([suspension(Some(later)), suspension(None)], NOW), Some(WITHOUT_END));
        assert_eq!(WITHOUT_END.to_string(), "9999-12-31T23:59:59Z");
    }

    #[test]
    fn z4_an_appeal_is_possible_until_30_days_after_the_end() {
        let ended = |days: i64| suspension(Some(NOW.minus(TimeDelta::days(days))));
        assert_eq!(suspension(None).may_appeal(false, NOW), Ok(()));
        assert_eq!(ended(30).may_appeal(false, NOW), Ok(()));
        assert_eq!(ended(30).may_appeal(false, NOW.plus(TimeDelta::microseconds(1))), Err(Code::AppealClosed));
        let lifted = SanctionFacts { lifted_at: Some(NOW), ..suspension(None) };
        assert_eq!(lifted.may_appeal(false, NOW), Err(Code::AppealClosed));
        assert_eq!(lifted.may_appeal(true, NOW), Err(Code::AppealAlreadyExists));
    }

    #[test]
    fn z4_a_thousand_characters() {
        assert_eq!(check_appeal(&"🏠".repeat(1_000)), Ok(()));
        assert_eq!(check_appeal(&"가".repeat(1_001)), Err(Code::AppealTextTooLong));
    }
}
