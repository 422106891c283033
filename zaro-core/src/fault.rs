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
    let Ok(wanted) = std::env::var("ZARO_FAULT") else { return };
    let (wanted, nth) = wanted.split_once(':').map_or((wanted.as_str(), 1), |(n, k)| (n, k.parse().unwrap_or(1)));
    if wanted == name && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == nth {
        // What `kill -9` looks like from inside: no destructor runs, nothing is written any more.
        std::process::abort();
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
