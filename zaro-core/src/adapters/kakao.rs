//! Kakao, over HTTP (K1).

use std::time::Duration;

use serde::Deserialize;
use ureq::Agent;

use crate::config::KakaoConfig;
use crate::error::{Code, Error, Result};
use crate::ports::{Identity, IdentityProvider};

/// K1: how long Kakao may take, in all.
const PATIENCE: Duration = Duration::from_secs(5);

/// A client of Kakao's API.
pub struct Kakao {
    agent: Agent,
    config: KakaoConfig,
}

#[derive(Deserialize)]
struct TokenInfo {
    app_id: i64,
}

#[derive(Deserialize)]
struct Me {
    id: i64,
    kakao_account: Option<Account>,
}

#[derive(Deserialize, Default)]
struct Account {
    email: Option<String>,
    is_email_valid: Option<bool>,
    is_email_verified: Option<bool>,
    gender: Option<String>,
    profile: Option<Profile>,
}

#[derive(Deserialize)]
struct Profile {
    nickname: Option<String>,
    profile_image_url: Option<String>,
}

impl Kakao {
    /// A client with its own time limit.
    pub fn new(config: KakaoConfig) -> Self {
        let agent = Agent::config_builder().timeout_global(Some(PATIENCE)).max_redirects(0).build().into();
        Self { agent, config }
    }

    fn get<T: serde::de::DeserializeOwned>(&self, path: &str, token: &str) -> Result<T> {
        let answer = self
            .agent
            .get(format!("{}{path}", self.config.url))
            .header("Authorization", format!("Bearer {token}"))
            .call();
        match answer {
            Ok(mut answer) => answer.body_mut().read_json().map_err(|error| upstream(&error)),
            // Others, 429 above all, say nothing about the token.
            Err(ureq::Error::StatusCode(400 | 401 | 403)) => Err(Code::InvalidOauthToken.into()),
            Err(error) => Err(upstream(&error)),
        }
    }
}

fn upstream(error: &ureq::Error) -> Error {
    tracing::warn!(error = %error, "kakao does not answer properly");
    Code::OauthUpstreamError.into()
}

impl IdentityProvider for Kakao {
    fn identify(&self, token: &str) -> Result<Identity> {
        // A token with other characters could not be a header, let alone Kakao's.
        if token.is_empty() || !token.bytes().all(|c| c.is_ascii_graphic()) {
            return Err(Code::InvalidOauthToken.into());
        }
        let info: TokenInfo = self.get("/v1/user/access_token_info", token)?;
        if self.config.app_id != Some(info.app_id) {
            return Err(Code::InvalidOauthToken.into());
        }
        let me: Me = self.get("/v2/user/me", token)?;
        let account = me.kakao_account.unwrap_or_default();
        let trusted = account.is_email_valid != Some(false) && account.is_email_verified != Some(false);
        let (nickname, picture) = account.profile.map_or((None, None), |p| (p.nickname, p.profile_image_url));
        Ok(Identity {
            id: me.id.to_string(),
            email: account.email.filter(|_| trusted),
            nickname,
            picture,
            gender: account.gender,
        })
    }
}
