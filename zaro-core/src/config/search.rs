//! Section `search`.

use std::path::{Path, PathBuf};

use super::Sources;

/// Where the search index is.
#[derive(Clone, Debug)]
pub struct SearchConfig {
    /// Folder of the embedded index.
    pub dir: PathBuf,
}

impl SearchConfig {
    pub(super) fn read(sources: &Sources, data_dir: &Path) -> Self {
        Self { dir: sources.get("search.dir").map_or_else(|| data_dir.join("search"), |value| value.text.into()) }
    }
}
