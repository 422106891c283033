//! Wakes a worker that waits for work.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Rung after a commit that left something to do; a ring nobody waits for is remembered.
#[derive(Debug, Default)]
pub struct Bell {
    rung: Mutex<Ring>,
    wake: Condvar,
}

#[derive(Debug, Default)]
struct Ring {
    rung: bool,
    stopped: bool,
}

impl Bell {
    /// There is something to do.
    pub fn ring(&self) {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner).rung = true;
        self.wake.notify_all();
    }

    /// The process ends: nobody waits any more.
    pub fn stop(&self) {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner).stopped = true;
        self.wake.notify_all();
    }

    /// Whether the process ends.
    pub fn is_stopped(&self) -> bool {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner).stopped
    }

    /// Waits so long, whoever rings; false when the process ends.
    pub fn rest(&self, time: Duration) -> bool {
        let ring = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let (ring, _) =
            self.wake.wait_timeout_while(ring, time, |ring| !ring.stopped).unwrap_or_else(PoisonError::into_inner);
        !ring.stopped
    }

    /// Waits for a ring, at most so long; false when the process ends.
    pub fn wait(&self, patience: Duration) -> bool {
        let ring = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut ring, _) = self
            .wake
            .wait_timeout_while(ring, patience, |ring| !ring.rung && !ring.stopped)
            .unwrap_or_else(PoisonError::into_inner);
        ring.rung = false;
        !ring.stopped
    }
}
