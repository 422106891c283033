//! Tokens that were found good a moment ago, so that the several reads of one page look their session up once (T6).
//!
//! Only reads ask here: the state of who writes is never taken from a cache (H12).

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use zaro_core::ports::Ended;
use zaro_core::service::session::CurrentCaller;
use zaro_core::types::{Time, UserId};

/// How many tokens are remembered; each takes about half a kilobyte.
const MOST: usize = 10_000;

/// What was found good, and when.
#[derive(Debug, Default)]
pub(crate) struct Recent(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    tokens: HashMap<String, (CurrentCaller, Instant)>,
    /// How many ends of sessions were heard of.
    ends: u64,
}

/// What was known when a look at the database began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Before(u64);

impl Recent {
    /// The caller of a token that was found good less than `fresh_for` ago and is still valid.
    pub(crate) fn find(&self, token: &str, fresh_for: Duration, now: Time) -> Option<CurrentCaller> {
        let known = self.known();
        let (caller, at) = known.tokens.get(token)?;
        (at.elapsed() < fresh_for && now < caller.token_ends_at).then(|| caller.clone())
    }

    /// To be asked before the look whose outcome is noted.
    pub(crate) fn before(&self) -> Before {
        Before(self.known().ends)
    }

    /// Remembers a token, unless a session ended during the look: it may have been this one's.
    pub(crate) fn note(&self, before: Before, token: String, caller: &CurrentCaller, fresh_for: Duration) {
        let mut known = self.known();
        if known.ends != before.0 || fresh_for.is_zero() {
            return;
        }
        if known.tokens.len() >= MOST {
            known.tokens.retain(|_, (_, at)| at.elapsed() < fresh_for);
        }
        if known.tokens.len() < MOST {
            known.tokens.insert(token, (caller.clone(), Instant::now()));
        }
    }

    /// T6: forgets the tokens of sessions that ended.
    pub(crate) fn forget(&self, users: &[UserId], which: &Ended) {
        let users: HashSet<UserId> = users.iter().copied().collect();
        let mut known = self.known();
        known.ends += 1;
        known.tokens.retain(|_, (caller, _)| !users.contains(&caller.user_id) || !which.holds(&caller.session));
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use zaro_core::types::Status;

    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    fn caller(user: i64, session: &str) -> CurrentCaller {
        CurrentCaller {
            user_id: UserId(user),
            session: session.to_owned(),
            token: "jti".to_owned(),
            token_ends_at: Time::from_micros(1000),
            status: Status::Active,
            suspended_until: None,
        }
    }

    fn found(recent: &Recent, token: &str) -> bool {
        recent.find(token, HOUR, Time::from_micros(999)).is_some()
    }

    #[test]
    fn t6_a_session_that_ends_during_the_look_is_not_remembered() {
        let recent = Recent::default();
        let before = recent.before();
        recent.forget(&[UserId(1)], &Ended::All);
        recent.note(before, "a".to_owned(), &caller(1, "s"), HOUR);
        assert!(!found(&recent, "a"));
        recent.note(recent.before(), "a".to_owned(), &caller(1, "s"), HOUR);
        assert!(found(&recent, "a"));
    }

    #[test]
    fn t11_a_token_is_good_only_up_to_its_end() {
        let recent = Recent::default();
        recent.note(recent.before(), "a".to_owned(), &caller(1, "s"), HOUR);
        assert!(found(&recent, "a"));
        assert_eq!(recent.find("a", HOUR, Time::from_micros(1000)), None);
        assert_eq!(recent.find("a", Duration::ZERO, Time::from_micros(0)), None, "nor is it for ever fresh");
    }

    #[test]
    fn t6_only_the_sessions_that_ended_are_forgotten() {
        let recent = Recent::default();
        for (token, user, session) in [("a", 1, "s"), ("b", 1, "t"), ("c", 2, "u")] {
            recent.note(recent.before(), token.to_owned(), &caller(user, session), HOUR);
        }
        recent.forget(&[UserId(1)], &Ended::One("s".to_owned()));
        assert_eq!(["a", "b", "c"].map(|token| found(&recent, token)), [false, true, true]);
        recent.forget(&[UserId(2)], &Ended::AllBut("u".to_owned()));
        assert!(found(&recent, "c"));
    }

    #[test]
    fn only_so_many_are_remembered() {
        let recent = Recent::default();
        for nth in 0..MOST + 100 {
            recent.note(recent.before(), nth.to_string(), &caller(1, "s"), HOUR);
        }
        assert_eq!(recent.known().tokens.len(), MOST);
    }
}
