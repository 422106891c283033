//! When a member may ask for their data, and what they get (E1, E2).

use chrono::TimeDelta;

use super::retention::Limit;
use crate::error::Code;
use crate::types::{ExportState, Time};

/// E1: whether a new export may be asked for; else the seconds until it may. `finished` are the ends of the member's
/// finished exports within the limit's time, newest first.
pub fn may_ask(finished: &[Time], limit: Limit, now: Time) -> Result<(), u64> {
    let Some(oldest) = (limit.count as usize).checked_sub(1).and_then(|last| finished.get(last)) else {
        return Ok(());
    };
    let free = oldest.plus(TimeDelta::seconds(i64::from(limit.seconds)));
    if free <= now {
        return Ok(());
    }
    let micros = free.since(now).num_microseconds().unwrap_or(i64::MAX);
    Err(micros.unsigned_abs().div_ceil(1_000_000))
}

/// E2: where an export stands: a ready one expires by itself, whenever its file is removed.
pub fn state(stored: ExportState, expires_at: Option<Time>, now: Time) -> ExportState {
    match stored {
        ExportState::Ready if expires_at.is_some_and(|end| end <= now) => ExportState::Expired,
        other => other,
    }
}

/// E2: whether the file of an export in this state can be fetched.
pub fn may_fetch(state: ExportState) -> Result<(), Code> {
    match state {
        ExportState::Ready => Ok(()),
        ExportState::Queued | ExportState::Running => Err(Code::ExportNotReady),
        ExportState::Failed | ExportState::Expired => Err(Code::ExportNotFound),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time::from_micros(1_000_000_000_000_000);

    #[test]
    fn e1_one_finished_export_in_24_hours() {
        let daily = Limit::new(1, 86_400);
        let ago = |seconds: i64| NOW.minus(TimeDelta::seconds(seconds));
        assert_eq!(may_ask(&[], daily, NOW), Ok(()));
        assert_eq!(may_ask(&[ago(86_400)], daily, NOW), Ok(()));
        assert_eq!(may_ask(&[ago(86_399)], daily, NOW), Err(1));
        assert_eq!(may_ask(&[ago(86_399).minus(TimeDelta::microseconds(1))], daily, NOW), Err(1));
        assert_eq!(may_ask(&[ago(10), ago(20)], Limit::new(2, 60), NOW), Err(40));
        assert_eq!(may_ask(&[ago(10)], Limit::new(2, 60), NOW), Ok(()));
        assert_eq!(may_ask(&[ago(10)], Limit::new(0, 60), NOW), Ok(()), "0 switches it off");
    }

    #[test]
    fn e2_what_can_be_fetched() {
        let later = Some(NOW.plus(TimeDelta::microseconds(1)));
        assert_eq!(may_fetch(state(ExportState::Ready, later, NOW)), Ok(()));
        assert_eq!(may_fetch(state(ExportState::Ready, Some(NOW), NOW)), Err(Code::ExportNotFound));
        for (stored, code) in [
            (ExportState::Queued, Code::ExportNotReady),
            (ExportState::Running, Code::ExportNotReady),
            (ExportState::Failed, Code::ExportNotFound),
            (ExportState::Expired, Code::ExportNotFound),
        ] {
            assert_eq!(may_fetch(state(stored, None, NOW)), Err(code), "{stored}");
        }
    }
}
