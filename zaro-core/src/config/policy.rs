//! The policy file (L14).

use super::{ConfigError, Sources};
use crate::policy::retention::Policy;

/// The contract's numbers, overridden by the file that `policy_file` names.
pub(super) fn read(sources: &Sources) -> Result<Policy, ConfigError> {
    let Some(value) = sources.get("policy_file") else { return Ok(Policy::default()) };
    let hint = "see `deploy/policy.toml` for every key with its default";
    let text = std::fs::read_to_string(&value.text)
        .map_err(|error| value.wrong(format!("names `{}`, which cannot be read: {error}", value.text), hint))?;
    Policy::parse(&text).map_err(|problem| value.wrong(format!("names `{}`: {problem}", value.text), hint))
}
