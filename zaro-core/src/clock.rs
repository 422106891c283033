//! The one place that asks what time it is.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{TimeDelta, Utc};

use crate::types::Time;

/// Tells the time; services read it once, at their top, and hand the value down.
pub trait Clock: Send + Sync {
    /// The present instant, in whole microseconds.
    fn now(&self) -> Time;
}

/// The machine's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the only caller there is")]
    fn now(&self) -> Time {
        let now = Time::from(Utc::now());
        #[cfg(feature = "faults")]
        let now = now.plus(crate::fault::clock_offset());
        now
    }
}

/// A clock that stands still until it is moved: for tests and simulations.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that shows `start`.
    pub const fn new(start: Time) -> Self {
        Self(AtomicI64::new(start.micros()))
    }

    /// Moves the clock forward and returns what it shows now.
    pub fn advance(&self, by: TimeDelta) -> Time {
        let next = self.now().plus(by);
        self.set(next);
        next
    }

    /// Sets the clock.
    pub fn set(&self, to: Time) {
        self.0.store(to.micros(), Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Time {
        Time::from_micros(self.0.load(Ordering::SeqCst))
    }
}
