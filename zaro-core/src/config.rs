//! The configuration: flags over environment over one TOML file over defaults, the same for both binaries.
//!
//! Reading it writes nothing and opens nothing. Every error names the setting where it was given, what is wrong with
//! its value, and what to do.

mod auth;
mod database;
mod kakao;
mod mail;
mod policy;
mod proxies;
mod search;
mod server;
mod sources;
mod storage;
mod sweep;

use std::path::PathBuf;

pub(crate) use auth::decode_key;
pub use auth::{AuthConfig, Key, MIN_KEY_BYTES};
pub use database::DatabaseConfig;
pub use kakao::KakaoConfig;
pub use mail::{MailConfig, MailTarget};
pub use proxies::Proxies;
pub use search::SearchConfig;
pub use server::{LogFormat, OperatorListen, ServerConfig};
pub use sources::{ConfigError, Origin, Setting, Sources, Value};
pub use storage::StorageConfig;
pub use sweep::SweepConfig;

use crate::policy::retention::Policy;

/// Where everything is kept when nothing else is said.
pub const DEFAULT_DATA_DIR: &str = "./zaro-data";

/// Everything a process needs to know before it opens anything.
#[derive(Clone, Debug)]
pub struct Config {
    /// Database file, outbox, images and secrets of the embedded default.
    pub data_dir: PathBuf,
    /// Where the rows are.
    pub database: DatabaseConfig,
    /// Addresses and logs of the daemon.
    pub server: ServerConfig,
    /// Keys that sign tokens.
    pub auth: AuthConfig,
    /// Kakao sign-in.
    pub kakao: KakaoConfig,
    /// How mail leaves.
    pub mail: MailConfig,
    /// Where images are.
    pub storage: StorageConfig,
    /// Where the search index is.
    pub search: SearchConfig,
    /// How jobs run.
    pub sweep: SweepConfig,
    /// Ages and limits.
    pub policy: Policy,
}

/// Every setting there is: the only list, from which the environment, the file and the help are read.
pub const SETTINGS: &[Setting] = &[
    Setting::new("data_dir", "ZARO_DATA_DIR", DEFAULT_DATA_DIR, "folder for database, outbox, images and secrets"),
    Setting::new("database.url", "ZARO_DATABASE_URL", "sqlite://<data dir>/zaro.db", "sqlite://PATH or mysql://…"),
    Setting::new("database.pool", "ZARO_DATABASE_POOL", "16", "connections of one process, 2 to 200"),
    Setting::new("server.listen", "ZARO_LISTEN", "127.0.0.1:8080", "address and port of the public API"),
    Setting::new(
        "server.operator_listen",
        "ZARO_OPERATOR_LISTEN",
        "127.0.0.1:9090",
        "address and port of metrics and probes, or off",
    ),
    Setting::new("server.public_url", "ZARO_PUBLIC_URL", "http://<listen>", "how members reach the API, without /api"),
    Setting::new(
        "server.frontend_url",
        "ZARO_FRONTEND_URL",
        "http://localhost:3000",
        "the web frontend, for links in mails",
    ),
    Setting::new(
        "server.cors_origins",
        "ZARO_CORS_ORIGINS",
        "the frontend's origin",
        "exact origins, separated by commas",
    ),
    Setting::new(
        "server.trusted_proxies",
        "ZARO_TRUSTED_PROXIES",
        "127.0.0.0/8,::1",
        "proxies whose X-Forwarded-For is believed: addresses and networks, separated by commas",
    ),
    Setting::new("server.log_format", "ZARO_LOG_FORMAT", "pretty", "pretty or json"),
    Setting::new("server.log", "ZARO_LOG", "info", "log filter, e.g. info,zaro_api=debug"),
    Setting::new("server.swagger_ui", "ZARO_SWAGGER_UI", "on with the embedded stack", "on: /swagger-ui shows the API"),
    Setting::new("auth.access_key", "ZARO_ACCESS_KEY", "made at first start", "base64 of at least 32 random bytes"),
    Setting::new("auth.refresh_key", "ZARO_REFRESH_KEY", "made at first start", "base64 of at least 32 random bytes"),
    Setting::new("auth.previous_access_key", "ZARO_PREVIOUS_ACCESS_KEY", "none", "still verifies, no longer signs"),
    Setting::new("auth.previous_refresh_key", "ZARO_PREVIOUS_REFRESH_KEY", "none", "still verifies, no longer signs"),
    Setting::new(
        "auth.media_key",
        "ZARO_MEDIA_KEY",
        "made at first start",
        "signs upload addresses of the local store",
    ),
    Setting::new("kakao.url", "ZARO_KAKAO_URL", "https://kapi.kakao.com", "base address of Kakao's API"),
    Setting::new("kakao.app_id", "ZARO_KAKAO_APP_ID", "none", "our app id; without it Kakao sign-in is refused"),
    Setting::new("mail.url", "ZARO_MAIL_URL", "outbox://<data dir>/outbox", "outbox://FOLDER, smtp://… or smtps://…"),
    Setting::new("mail.from", "ZARO_MAIL_FROM", "자취의 로망 <no-reply@zaro.example>", "sender of every mail"),
    Setting::new("storage.dir", "ZARO_STORAGE_DIR", "<data dir>/media", "folder of the images"),
    Setting::new("storage.public_url", "ZARO_STORAGE_PUBLIC_URL", "the public URL", "how browsers reach /media"),
    Setting::new(
        "storage.export_dir",
        "ZARO_EXPORT_DIR",
        "<data dir>/exports",
        "folder of members' data exports; one for all hosts",
    ),
    Setting::new("search.dir", "ZARO_SEARCH_DIR", "<data dir>/search", "folder of the search index"),
    Setting::new("sweep.scheduler", "ZARO_SCHEDULER", "on", "on: the API runs the jobs; off: cron does"),
    Setting::new(
        "sweep.lease_seconds",
        "ZARO_LEASE_SECONDS",
        "60",
        "after this long without a sign a job's lease is free",
    ),
    Setting::new("policy_file", "ZARO_POLICY_FILE", "none", "TOML file that overrides ages and limits"),
];

impl Config {
    /// Reads and checks everything.
    pub fn read(sources: &Sources) -> Result<Self, ConfigError> {
        let data_dir = PathBuf::from(sources.get("data_dir").map_or(DEFAULT_DATA_DIR.to_owned(), |value| value.text));
        let database = DatabaseConfig::read(sources, &data_dir)?;
        let server = ServerConfig::read(sources)?;
        let mail = MailConfig::read(sources, &data_dir)?;
        let config = Self {
            auth: AuthConfig::read(sources)?,
            kakao: KakaoConfig::read(sources)?,
            storage: StorageConfig::read(sources, &data_dir, &server)?,
            search: SearchConfig::read(sources, &data_dir),
            sweep: SweepConfig::read(sources)?,
            policy: policy::read(sources)?,
            data_dir,
            database,
            server,
            mail,
        };
        config.check_production()?;
        Ok(config)
    }

    /// Whether every part is the embedded default, which may make its own secrets (T10).
    pub fn is_embedded(&self) -> bool {
        self.database.is_sqlite() && matches!(self.mail.target, MailTarget::Outbox(_))
    }

    /// What only matters once real members are reached: own keys, and no development address in a mail (M2).
    fn check_production(&self) -> Result<(), ConfigError> {
        if self.is_embedded() {
            return Ok(());
        }
        self.auth.check_complete()?;
        if matches!(self.mail.target, MailTarget::Smtp(_)) {
            for (setting, url) in
                [("ZARO_PUBLIC_URL", &self.server.public_url), ("ZARO_FRONTEND_URL", &self.server.frontend_url)]
            {
                if server::is_development(url) {
                    return Err(ConfigError::new(
                        setting,
                        format!("is `{url}`, a development address, but mail goes to real members (`ZARO_MAIL_URL`)"),
                        format!("set `{setting}` to the address that members use, e.g. https://zaro.example"),
                    ));
                }
            }
        }
        Ok(())
    }
}
