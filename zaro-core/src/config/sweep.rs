//! Section `sweep`.

use chrono::TimeDelta;

use super::{ConfigError, Sources};

/// How jobs run.
#[derive(Clone, Copy, Debug)]
pub struct SweepConfig {
    /// Whether the API runs them at their times; otherwise cron does.
    pub scheduler: bool,
    /// After this long without a sign of life a lease is free.
    pub lease: TimeDelta,
}

impl SweepConfig {
    pub(super) fn read(sources: &Sources) -> Result<Self, ConfigError> {
        let scheduler = sources.get("sweep.scheduler").map_or(Ok(true), |value| value.switch())?;
        let seconds = sources.get("sweep.lease_seconds").map_or(Ok(60), |value| value.number(5..=3600))?;
        Ok(Self { scheduler, lease: TimeDelta::seconds(seconds) })
    }
}
