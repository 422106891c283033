//! The machine that the figures are of.

use std::fs;
use std::time::{Duration, Instant};

/// Cores, memory and load in one line.
pub(crate) fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let memory = kib_of(&fs::read_to_string("/proc/meminfo").unwrap_or_default(), "MemTotal").unwrap_or(0);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: Vec<&str> = load.split_whitespace().take(3).collect();
    let mib = memory / 1024;
    format!("{cores} cores, {mib} MiB of memory, load at the end {} (1, 5, 15 minutes)", load.join(" "))
}

/// Waits for so long: a parked thread may be woken before, by threads that end.
pub(crate) fn wait(time: Duration) {
    let started = Instant::now();
    while let Some(rest) = time.checked_sub(started.elapsed()).filter(|rest| !rest.is_zero()) {
        std::thread::park_timeout(rest);
    }
}

/// A figure in KiB from a file of `/proc`.
pub(crate) fn kib_of(text: &str, key: &str) -> Option<u32> {
    let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse().ok()
}

/// A figure in KiB of a process; none when it is gone.
pub(crate) fn of_process(id: u32, key: &str) -> Option<u32> {
    kib_of(&fs::read_to_string(format!("/proc/{id}/status")).ok()?, key)
}
