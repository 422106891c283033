//! Access and refresh tokens, and the secrets in mailed links (T1, T2, V1).

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::config::Key;
use crate::error::{Error, Result};
use crate::secrets::{Secrets, random};
use crate::types::{Time, UserId};

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Member id as a string.
    pub sub: String,
    /// Session.
    pub sid: String,
    /// Unique: no two tokens are ever equal.
    pub jti: String,
    /// Issued, in whole seconds.
    pub iat: i64,
    /// Expires, in whole seconds.
    pub exp: i64,
}

impl Claims {
    /// T11: no leeway.
    pub fn is_expired(&self, now: Time) -> bool {
        now.seconds() >= self.exp
    }

    /// The first instant at which it is expired.
    pub const fn end(&self) -> Time {
        Time::from_micros(self.exp.saturating_mul(1_000_000))
    }
}

/// One kind of token: the key that signs, and those that verify.
struct Signer {
    signs: EncodingKey,
    verifies: Vec<DecodingKey>,
}

impl Signer {
    fn new(key: &Key, previous: Option<&Key>) -> Self {
        let verifies = std::iter::once(key).chain(previous).map(|key| DecodingKey::from_secret(key.expose_secret()));
        Self { signs: EncodingKey::from_secret(key.expose_secret()), verifies: verifies.collect() }
    }

    fn sign(&self, claims: &Claims) -> Result<String> {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &self.signs)
            .map_err(|error| Error::Internal(format!("a token could not be signed: {error}")))
    }

    fn read(&self, token: &str) -> Option<Claims> {
        let mut validation = Validation::new(Algorithm::HS256);
        // Time is an argument here: see `Claims::is_expired`.
        validation.validate_exp = false;
        self.verifies.iter().find_map(|key| Some(jsonwebtoken::decode::<Claims>(token, key, &validation).ok()?.claims))
    }
}

/// The keys of both kinds of token.
pub struct TokenKeys {
    access: Signer,
    refresh: Signer,
}

impl std::fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenKeys").finish_non_exhaustive()
    }
}

impl TokenKeys {
    /// From the keys of the process.
    pub fn new(secrets: &Secrets) -> Self {
        Self {
            access: Signer::new(&secrets.access, secrets.previous_access.as_ref()),
            refresh: Signer::new(&secrets.refresh, secrets.previous_refresh.as_ref()),
        }
    }

    /// T1: an access token of this session, for so many minutes.
    pub fn access(&self, user: UserId, session: &str, minutes: u32, now: Time) -> Result<String> {
        self.access.sign(&claims(user, session, now, now.plus(TimeDelta::minutes(i64::from(minutes)))))
    }

    /// T2: the refresh token of this session, until its end.
    pub fn refresh(&self, user: UserId, session: &str, end: Time, now: Time) -> Result<String> {
        self.refresh.sign(&claims(user, session, now, end))
    }

    /// The claims of a well-signed access token, expired or not.
    pub fn read_access(&self, token: &str) -> Option<Claims> {
        self.access.read(token)
    }

    /// The claims of a well-signed refresh token, expired or not.
    pub fn read_refresh(&self, token: &str) -> Option<Claims> {
        self.refresh.read(token)
    }
}

fn claims(user: UserId, session: &str, now: Time, end: Time) -> Claims {
    Claims { sub: user.to_string(), sid: session.to_owned(), jti: random_id(), iat: now.seconds(), exp: end.seconds() }
}

/// 128 random bits, base64url: ids of sessions and tokens.
pub fn random_id() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(random::<16>())
}

/// V1: the secret of a mailed link, 256 random bits, base64url.
pub fn link_secret() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(random::<32>())
}

/// What is stored of a secret.
pub fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}
