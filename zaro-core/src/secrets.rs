//! The keys of a process: configured, or made by the embedded default at its first start (T10).

use std::fs;
use std::io::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::config::{AuthConfig, Config, Key, MIN_KEY_BYTES};
use crate::error::{Error, Result};

/// The file in the data directory that holds the keys we made.
pub const SECRETS_FILE: &str = "secrets.toml";

/// Keys that sign and verify.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// Signs access tokens.
    pub access: Key,
    /// Signs refresh tokens.
    pub refresh: Key,
    /// Signs upload addresses.
    pub media: Key,
    /// Still verifies access tokens.
    pub previous_access: Option<Key>,
    /// Still verifies refresh tokens.
    pub previous_refresh: Option<Key>,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct File {
    access: String,
    refresh: String,
    media: String,
}

impl Secrets {
    /// The configured keys; what is missing is read from, or made in, the data directory.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the file cannot be read, written, or is damaged.
    pub fn load_or_create(config: &Config) -> Result<Self> {
        let AuthConfig { access_key, refresh_key, media_key, previous_access_key, previous_refresh_key } =
            config.auth.clone();
        let (access, refresh, media) = match (access_key, refresh_key, media_key) {
            (Some(access), Some(refresh), Some(media)) => (access, refresh, media),
            (access, refresh, media) => {
                let made = read_or_make(&config.data_dir)?;
                (access.unwrap_or(made.0), refresh.unwrap_or(made.1), media.unwrap_or(made.2))
            }
        };
        Ok(Self {
            access,
            refresh,
            media,
            previous_access: previous_access_key,
            previous_refresh: previous_refresh_key,
        })
    }
}

impl Secrets {
    /// Keys for a process that signs nothing which anybody else could be shown.
    pub fn throw_away() -> Self {
        let key = || random::<MIN_KEY_BYTES>().to_vec().into();
        Self { access: key(), refresh: key(), media: key(), previous_access: None, previous_refresh: None }
    }
}

fn read_or_make(data_dir: &Path) -> Result<(Key, Key, Key)> {
    let path = data_dir.join(SECRETS_FILE);
    let failed = |why: String| Error::Unavailable { what: "the secrets", why: format!("`{}` {why}", path.display()) };
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            make(&path).map_err(|e| failed(format!("cannot be made: {e}")))?
        }
        Err(error) => return Err(failed(format!("cannot be read: {error}"))),
    };
    let file: File = toml::from_str(&text).map_err(|_| {
        failed("is damaged; restore it, or remove it to make new keys (all members sign in again)".to_owned())
    })?;
    let key = |name: &str, text: &str| {
        crate::config::decode_key(text)
            .map(Key::from)
            .map_err(|problem| failed(format!("has a bad `{name}`: it {problem}")))
    };
    Ok((key("access", &file.access)?, key("refresh", &file.refresh)?, key("media", &file.media)?))
}

/// Writes new keys, readable by their owner only; of two processes that start together, both end with the same file.
fn make(path: &Path) -> std::io::Result<String> {
    let key = || BASE64_STANDARD.encode(random::<MIN_KEY_BYTES>());
    let text = toml::to_string(&File { access: key(), refresh: key(), media: key() }).map_err(std::io::Error::other)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let part = path.with_extension(format!("part-{}", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&part)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    // A hard link fails when the name is taken, where a rename would replace the other process's keys.
    let linked = fs::hard_link(&part, path);
    fs::remove_file(&part)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => fs::read_to_string(path),
    }
}

/// Random bytes from the operating system.
///
/// # Panics
/// When the operating system has no random source, which leaves nothing safe to do.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
