//! Section `storage`.

use std::path::{Path, PathBuf};

use super::{ConfigError, ServerConfig, Sources, server};

/// Where images are.
#[derive(Clone, Debug)]
pub struct StorageConfig {
    /// Folder of the local store.
    pub dir: PathBuf,
    /// Folder of members' data exports.
    pub export_dir: PathBuf,
    /// How browsers reach `/media`, without a slash at the end.
    pub public_url: String,
}

impl StorageConfig {
    pub(super) fn read(sources: &Sources, data_dir: &Path, server: &ServerConfig) -> Result<Self, ConfigError> {
        let dir = sources.get("storage.dir").map_or_else(|| data_dir.join("media"), |value| value.text.into());
        let public_url = sources
            .get("storage.public_url")
            .map_or(Ok(server.public_url.clone()), |value| server::base_url(&value))?;
        let export_dir =
            sources.get("storage.export_dir").map_or_else(|| data_dir.join("exports"), |value| value.text.into());
        Ok(Self { dir, export_dir, public_url })
    }
}
