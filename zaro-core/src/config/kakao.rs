//! Section `kakao`.

use super::{ConfigError, Sources, server};

/// Kakao sign-in (K1).
#[derive(Clone, Debug)]
pub struct KakaoConfig {
    /// Base address of Kakao's API, without a slash at the end.
    pub url: String,
    /// Our app id; tokens of other apps are refused, and without one all of them.
    pub app_id: Option<i64>,
}

impl KakaoConfig {
    pub(super) fn read(sources: &Sources) -> Result<Self, ConfigError> {
        let url = sources
            .get("kakao.url")
            .map_or(Ok("https://kapi.kakao.com".to_owned()), |value| server::base_url(&value))?;
        let app_id = sources.get("kakao.app_id").map(|value| value.number(1..=i64::MAX)).transpose()?;
        Ok(Self { url, app_id })
    }
}
