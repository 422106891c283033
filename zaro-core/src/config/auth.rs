//! Section `auth`: the keys that sign tokens (T10).

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretSlice};

use super::{ConfigError, Sources};

/// T10: the shortest key, in bytes.
pub const MIN_KEY_BYTES: usize = 32;
/// A random key has far more different bytes than this; a sample or a repeated letter has fewer.
const MIN_DIFFERENT_BYTES: usize = 12;

/// A signing key; its bytes are not printed and are wiped when dropped.
pub type Key = SecretSlice<u8>;

/// The keys that were configured; what is missing is made by the embedded default at its first start.
#[derive(Clone, Debug, Default)]
pub struct AuthConfig {
    /// Signs access tokens.
    pub access_key: Option<Key>,
    /// Signs refresh tokens.
    pub refresh_key: Option<Key>,
    /// Still verifies access tokens.
    pub previous_access_key: Option<Key>,
    /// Still verifies refresh tokens.
    pub previous_refresh_key: Option<Key>,
    /// Signs upload addresses of the local image store.
    pub media_key: Option<Key>,
}

const HINT: &str = "make one with `openssl rand -base64 32` and keep it out of version control";

impl AuthConfig {
    pub(super) fn read(sources: &Sources) -> Result<Self, ConfigError> {
        let config = Self {
            access_key: key(sources, "auth.access_key")?,
            refresh_key: key(sources, "auth.refresh_key")?,
            previous_access_key: key(sources, "auth.previous_access_key")?,
            previous_refresh_key: key(sources, "auth.previous_refresh_key")?,
            media_key: key(sources, "auth.media_key")?,
        };
        if let (Some(access), Some(refresh)) = (&config.access_key, &config.refresh_key)
            && access.expose_secret() == refresh.expose_secret()
        {
            return Err(ConfigError::new("ZARO_REFRESH_KEY", "equals `ZARO_ACCESS_KEY`", HINT));
        }
        Ok(config)
    }

    /// Refuses missing keys, where they may not be made.
    pub(super) fn check_complete(&self) -> Result<(), ConfigError> {
        for (setting, key) in [
            ("ZARO_ACCESS_KEY", &self.access_key),
            ("ZARO_REFRESH_KEY", &self.refresh_key),
            ("ZARO_MEDIA_KEY", &self.media_key),
        ] {
            if key.is_none() {
                return Err(ConfigError::new(
                    setting,
                    "is missing; only the embedded default makes its own keys",
                    HINT,
                ));
            }
        }
        Ok(())
    }
}

fn key(sources: &Sources, name: &'static str) -> Result<Option<Key>, ConfigError> {
    let Some(value) = sources.get(name) else { return Ok(None) };
    let bytes = decode_key(&value.text).map_err(|problem| value.wrong(problem, HINT))?;
    Ok(Some(bytes.into()))
}

/// The bytes of a key; the error says what is weak about it, never the key itself.
pub(crate) fn decode_key(text: &str) -> Result<Vec<u8>, String> {
    let bytes = BASE64_STANDARD
        .decode(text)
        .or_else(|_| BASE64_URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')))
        .map_err(|_| "is no base64 text".to_owned())?;
    if bytes.len() < MIN_KEY_BYTES {
        return Err(format!("has {} bytes; at least {MIN_KEY_BYTES} are needed", bytes.len()));
    }
    let different: std::collections::BTreeSet<u8> = bytes.iter().copied().collect();
    if different.len() < MIN_DIFFERENT_BYTES || bytes.is_ascii() {
        return Err("is not random: it looks like a sample or a typed text".to_owned());
    }
    Ok(bytes)
}
