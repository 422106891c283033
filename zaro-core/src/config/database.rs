//! Section `database`.

use std::path::Path;

use super::{ConfigError, Sources};
use crate::db::{Backend, POOL_SIZE};

/// Where the rows are.
#[derive(Clone)]
pub struct DatabaseConfig {
    /// `sqlite://PATH` or `mysql://…`; can hold a password.
    pub url: String,
    /// Connections of one process.
    pub pool: u32,
}

impl std::fmt::Debug for DatabaseConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatabaseConfig").field("url", &self.redacted()).field("pool", &self.pool).finish()
    }
}

impl DatabaseConfig {
    pub(super) fn read(sources: &Sources, data_dir: &Path) -> Result<Self, ConfigError> {
        let url = match sources.get("database.url") {
            None => format!("sqlite://{}", data_dir.join("zaro.db").display()),
            Some(value) => {
                match Backend::of(&value.text) {
                    Some(Backend::Sqlite { path: "" }) => {
                        return Err(value.wrong("names no file", "e.g. sqlite:///var/lib/zaro/zaro.db"));
                    }
                    Some(Backend::Sqlite { .. }) => {}
                    Some(Backend::Mysql) if cfg!(feature = "mysql") => {}
                    Some(Backend::Mysql) => {
                        return Err(value.wrong(
                            "names a MySQL database, which this build leaves out",
                            "build with `--features production`, or use sqlite://PATH",
                        ));
                    }
                    None => {
                        // Without a scheme the whole text may be a password.
                        let problem = value.text.split_once("://").map_or_else(
                            || "has no scheme".to_owned(),
                            |(scheme, _)| format!("has the scheme `{scheme}`"),
                        );
                        return Err(value.wrong(problem, "use sqlite://PATH or mysql://USER:PASSWORD@HOST/DATABASE"));
                    }
                }
                value.text
            }
        };
        let pool = sources.get("database.pool").map_or(Ok(POOL_SIZE), |value| value.number(2..=200))?;
        Ok(Self { url, pool })
    }

    /// Whether this is the embedded database.
    pub fn is_sqlite(&self) -> bool {
        matches!(Backend::of(&self.url), Some(Backend::Sqlite { .. }))
    }

    /// The URL without user and password, for people's eyes.
    pub fn redacted(&self) -> String {
        match self.url.rsplit_once('@') {
            Some((_, host)) if !self.is_sqlite() => format!("mysql://…@{host}"),
            _ => self.url.clone(),
        }
    }
}
