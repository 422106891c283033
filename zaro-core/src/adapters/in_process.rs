//! Counts, marks and events in this process's memory: exact, and gone with the process, but for the marks.

mod marks;

use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::sync::{Mutex, PoisonError, RwLock};

use self::marks::Marks;
use crate::error::{Error, Result};
use crate::policy::retention::Limit;
use crate::ports::{Event, EventBus, Listener, TokenStore};
use crate::types::Time;

/// Below this many keys nothing is swept out.
const SWEEP_ABOVE: usize = 50_000;
/// H17: with this many live keys somebody is making addresses up; what is costly to abuse waits.
const MOST_KEYS: usize = 1_000_000;

/// A sliding log for each key: the instants taken within the longest of its windows. And marks.
#[derive(Debug, Default)]
pub struct InProcessTokenStore {
    taken: Mutex<Taken>,
    marks: Mutex<Marks>,
}

impl InProcessTokenStore {
    /// A store whose marks outlive the process in this file: what it says to its clients before a restart (N10) it
    /// still knows after it.
    ///
    /// # Errors
    /// When a file is there and cannot be read.
    pub fn kept_in(file: &Path) -> Result<Self> {
        Ok(Self { marks: Mutex::new(Marks::kept_in(file)?), ..Self::default() })
    }
}

#[derive(Debug, Default)]
struct Taken {
    logs: HashMap<String, Log>,
    /// The number of keys at which the forgotten ones are swept out next: twice what the last sweep left, so that each
    /// key pays for its own removal once.
    sweep_at: usize,
}

#[derive(Debug, Default)]
struct Log {
    instants: VecDeque<i64>,
    /// When the newest entry stops to matter.
    until: i64,
}

impl TokenStore for InProcessTokenStore {
    fn take(&self, key: &str, limits: &[Limit], now: Time) -> Result<Option<u64>> {
        let limits = limits.iter().filter(|limit| limit.count > 0);
        let now = now.micros();
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.logs.len() > taken.sweep_at.max(SWEEP_ABOVE) {
            taken.logs.retain(|_, log| log.until > now);
            taken.sweep_at = taken.logs.len() * 2;
        }
        if taken.logs.len() >= MOST_KEYS && !taken.logs.contains_key(key) {
            return Err(Error::Unavailable { what: "the rate limits", why: format!("{MOST_KEYS} keys are in use") });
        }
        let log = taken.logs.entry(key.to_owned()).or_default();
        let (mut wait, mut keep_for, mut keep) = (0, 0, 0);
        for limit in limits {
            let window = i64::from(limit.seconds) * 1_000_000;
            keep_for = keep_for.max(window);
            keep = keep.max(limit.count as usize);
            // The entry that must leave the window before another fits.
            let blocking = log.instants.iter().rev().nth(limit.count as usize - 1);
            if let Some(oldest) = blocking.filter(|oldest| **oldest > now - window) {
                wait = wait.max(oldest + window - now);
            }
        }
        if wait > 0 {
            return Ok(Some(u64::try_from(wait).unwrap_or(0).div_ceil(1_000_000).max(1)));
        }
        log.instants.push_back(now);
        log.until = now + keep_for;
        while log.instants.len() > keep {
            log.instants.pop_front();
        }
        Ok(None)
    }

    fn clear(&self, key: &str) -> Result<()> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).logs.remove(key);
        Ok(())
    }

    fn mark(&self, keys: &[String], seconds: u32, now: Time) -> Result<()> {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner).set(keys, seconds, now)
    }

    fn is_marked(&self, key: &str, now: Time) -> Result<bool> {
        Ok(self.marks.lock().unwrap_or_else(PoisonError::into_inner).has(key, now))
    }
}

/// Tells listeners of this process.
#[derive(Default)]
pub struct InProcessBus {
    listeners: RwLock<Vec<Listener>>,
}

impl EventBus for InProcessBus {
    fn publish(&self, event: Event) -> Result<()> {
        for listener in self.listeners.read().unwrap_or_else(PoisonError::into_inner).iter() {
            listener(&event);
        }
        Ok(())
    }

    fn listen(&self, listener: Listener) {
        self.listeners.write().unwrap_or_else(PoisonError::into_inner).push(listener);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn v6_two_limits_are_taken_together_or_not_at_all() {
        let store = InProcessTokenStore::default();
        let limits = [Limit::new(1, 60), Limit::new(3, 1000)];
        let take = |seconds| store.take("a", &limits, at(seconds)).expect("in memory");
        assert_eq!(take(0), None);
        assert_eq!(take(10), Some(50));
        assert_eq!(take(59), Some(1), "a refused try counts for nothing");
        assert_eq!(take(60), None);
        assert_eq!(take(120), None);
        assert_eq!(take(180), Some(820), "three in a thousand seconds");
        assert_eq!(take(1000), None);
    }

    #[test]
    fn zero_switches_a_limit_off_and_clear_forgets() {
        let store = InProcessTokenStore::default();
        for _ in 0..100 {
            assert_eq!(store.take("a", &[Limit::new(0, 60)], at(0)).expect("in memory"), None);
        }
        assert_eq!(store.take("b", &[Limit::new(1, 60)], at(0)).expect("in memory"), None);
        store.clear("b").expect("in memory");
        assert_eq!(store.take("b", &[Limit::new(1, 60)], at(0)).expect("in memory"), None);
    }
}
