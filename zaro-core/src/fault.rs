//! Fault points: named places where a test kills the process, to prove that it converges afterwards.
//!
//! Only with the feature `faults`, which no release has; without it a point compiles to nothing.

/// Ends the process here, without unwinding or flushing, when `ZARO_FAULT` names this point.
///
/// `ZARO_FAULT=name:3` lets the point pass twice and strikes at the third time.
#[cfg(feature = "faults")]
#[expect(clippy::disallowed_methods, reason = "a fault must work without a configuration")]
pub fn point(name: &str) {
    use std::sync::atomic::{AtomicU32, Ordering};
    static PASSED: AtomicU32 = AtomicU32::new(0);
    in_process::strike(name);
    let Ok(wanted) = std::env::var("ZARO_FAULT") else { return };
    let (wanted, nth) = wanted.split_once(':').map_or((wanted.as_str(), 1), |(n, k)| (n, k.parse().unwrap_or(1)));
    if wanted == name && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == nth {
        // What `kill -9` looks like from inside: no destructor runs, nothing is written any more.
        std::process::abort();
    }
}

/// Panics here when `ZARO_PANIC` names this point: for what must happen when something unforeseen does.
///
/// # Panics
/// Then.
#[cfg(feature = "faults")]
#[expect(clippy::disallowed_methods, reason = "a fault must work without a configuration")]
pub fn panic_point(name: &str) {
    assert!(std::env::var("ZARO_PANIC").as_deref() != Ok(name), "the fault `{name}`");
}

/// Nothing, in a build without fault points.
#[cfg(not(feature = "faults"))]
#[inline]
pub fn panic_point(_name: &str) {}

#[cfg(feature = "faults")]
pub use in_process::{Struck, panic_at};

/// Faults that unwind one thread instead of ending the process, for tests that crash a thousand times.
#[cfg(feature = "faults")]
mod in_process {
    use std::cell::RefCell;

    thread_local! {
        static ARMED: RefCell<Option<(String, u32)>> = const { RefCell::new(None) };
    }

    /// What the panic of a fault carries.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Struck(pub String);

    /// Makes this thread panic when it passes the point for the `nth` time; `None` disarms it.
    pub fn panic_at(point: Option<(&str, u32)>) {
        ARMED.set(point.map(|(name, nth)| (name.to_owned(), nth)));
    }

    pub(super) fn strike(name: &str) {
        let struck = ARMED.with_borrow_mut(|armed| match armed {
            Some((wanted, nth)) if wanted == name => {
                *nth = nth.saturating_sub(1);
                *nth == 0
            }
            _ => false,
        });
        if struck {
            ARMED.set(None);
            std::panic::panic_any(Struck(name.to_owned()));
        }
    }
}

/// Nothing, in a build without fault points.
#[cfg(not(feature = "faults"))]
#[inline]
pub fn point(_name: &str) {}

/// How far tests moved the machine's clock (`ZARO_CLOCK_OFFSET`, whole seconds).
#[cfg(feature = "faults")]
#[expect(clippy::disallowed_methods, reason = "a fault must work without a configuration")]
pub(crate) fn clock_offset() -> chrono::TimeDelta {
    let seconds = std::env::var("ZARO_CLOCK_OFFSET").ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    chrono::TimeDelta::seconds(seconds)
}
