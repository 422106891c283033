//! When a mail is tried again, and what a crash or an unclear answer makes of it (M3, L11).

use chrono::TimeDelta;

use crate::types::{MailKind, MailState, NoticeState, Time};

/// M3: pauses after the first temporary failures, in minutes; afterwards every two hours.
const RETRY_MINUTES: [i64; 3] = [1, 5, 30];
/// M3: the pause after those, in minutes.
const RETRY_LATER_MINUTES: i64 = 120;
/// M3: after this many hours a mail that never got through has bounced.
pub const GIVE_UP_HOURS: i64 = 72;

/// What the mail server made of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It took the message.
    Accepted {
        /// Its or our id of the message.
        message_id: String,
    },
    /// It refused the recipient for good (5xx).
    Refused(String),
    /// It certainly did not take the message; trying again makes sense.
    NotNow(String),
    /// The connection broke after the message began to go out: nobody knows.
    Unclear(String),
}

/// What becomes of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailStep {
    /// Close it in this state.
    Close(MailState),
    /// Try again then.
    Again(Time),
}

/// Decides after a try. `attempts` counts this one; `queued_at` is when the mail was written.
pub fn after_try(kind: MailKind, delivery: &Delivery, attempts: i32, queued_at: Time, now: Time) -> MailStep {
    match delivery {
        Delivery::Accepted { .. } => MailStep::Close(MailState::Accepted),
        Delivery::Refused(_) => MailStep::Close(MailState::Bounced),
        // A notice that may have arrived must never go out a second time; other mails may.
        Delivery::Unclear(_) if kind == MailKind::DormancyNotice => MailStep::Close(MailState::Unknown),
        Delivery::NotNow(_) | Delivery::Unclear(_) => {
            let index = usize::try_from(attempts.max(1) - 1).unwrap_or(usize::MAX);
            let pause = RETRY_MINUTES.get(index).copied().unwrap_or(RETRY_LATER_MINUTES);
            let next = now.plus(TimeDelta::minutes(pause));
            if next.since(queued_at) > TimeDelta::hours(GIVE_UP_HOURS) {
                MailStep::Close(MailState::Bounced)
            } else {
                MailStep::Again(next)
            }
        }
    }
}

/// Decides about a mail whose worker died: `handed_over` when the hand-over had begun (M3, L11).
pub fn after_crash(kind: MailKind, handed_over: bool, now: Time) -> MailStep {
    if handed_over && kind == MailKind::DormancyNotice {
        MailStep::Close(MailState::Unknown)
    } else {
        MailStep::Again(now)
    }
}

/// What the notice becomes when its mail is closed in this state.
pub fn notice_state(mail: MailState) -> NoticeState {
    match mail {
        MailState::Accepted => NoticeState::Accepted,
        MailState::Unknown => NoticeState::Unknown,
        MailState::Bounced | MailState::Expired => NoticeState::Bounced,
        MailState::Queued | MailState::Sending => NoticeState::Queued,
        MailState::Dropped => NoticeState::Cancelled,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m3_pauses_grow_and_end_after_three_days() {
        let start = Time::from_micros(0);
        let failed = Delivery::NotNow(String::new());
        let (mut now, mut pauses) = (start, Vec::new());
        for attempt in 1.. {
            match after_try(MailKind::VerifyEmail, &failed, attempt, start, now) {
                MailStep::Again(next) => {
                    pauses.push(next.since(now).num_minutes());
                    now = next;
                }
                MailStep::Close(state) => {
                    assert_eq!(state, MailState::Bounced);
                    break;
                }
            }
        }
        assert_eq!(pauses.get(..5), Some(&[1, 5, 30, 120, 120][..]));
        assert!(now.since(start) <= TimeDelta::hours(72) && now.since(start) > TimeDelta::hours(69));
    }

    #[test]
    fn l11_an_unclear_notice_is_never_sent_again() {
        let unclear = Delivery::Unclear(String::new());
        let now = Time::from_micros(0);
        assert_eq!(after_try(MailKind::DormancyNotice, &unclear, 1, now, now), MailStep::Close(MailState::Unknown));
        assert!(matches!(after_try(MailKind::ResetPassword, &unclear, 1, now, now), MailStep::Again(_)));
        assert_eq!(after_crash(MailKind::DormancyNotice, true, now), MailStep::Close(MailState::Unknown));
        assert_eq!(after_crash(MailKind::DormancyNotice, false, now), MailStep::Again(now));
        assert_eq!(after_crash(MailKind::VerifyEmail, true, now), MailStep::Again(now));
    }
}
