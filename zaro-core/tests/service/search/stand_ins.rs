//! Indexes that do what disks and other people do.

use std::sync::{Arc, Mutex};

use zaro_core::adapters::embedded::EmbeddedIndex;
use zaro_core::policy::search::suggest::Typed;
use zaro_core::ports::{Found, IndexBuild, IndexChange, SearchIndex, SearchQuery};
use zaro_core::types::PostId;
use zaro_core::{Error, Result};

/// An index whose disk is full.
pub(super) struct Full(pub(super) EmbeddedIndex);

impl SearchIndex for Full {
    fn apply(&self, changes: &[IndexChange]) -> Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        Err(Error::Unavailable { what: "the search index", why: "no space is left".to_owned() })
    }

    fn query(&self, query: &SearchQuery<'_>) -> Result<Found> {
        self.0.query(query)
    }

    fn suggest(&self, typed: &Typed, limit: usize) -> Result<Vec<PostId>> {
        self.0.suggest(typed, limit)
    }

    fn documents(&self) -> Result<Option<u64>> {
        self.0.documents()
    }

    fn rebuild(&self) -> Result<Box<dyn IndexBuild + '_>> {
        self.0.rebuild()
    }
}

type Act = Box<dyn FnOnce() + Send>;

/// An index during whose rebuild something happens, right after the first posts were written.
pub(super) struct Meddling {
    index: Arc<EmbeddedIndex>,
    act: Mutex<Option<Act>>,
}

impl Meddling {
    pub(super) fn new(index: Arc<EmbeddedIndex>, act: impl FnOnce() + Send + 'static) -> Self {
        Self { index, act: Mutex::new(Some(Box::new(act))) }
    }
}

impl SearchIndex for Meddling {
    fn apply(&self, changes: &[IndexChange]) -> Result<()> {
        self.index.apply(changes)
    }

    fn query(&self, query: &SearchQuery<'_>) -> Result<Found> {
        self.index.query(query)
    }

    fn suggest(&self, typed: &Typed, limit: usize) -> Result<Vec<PostId>> {
        self.index.suggest(typed, limit)
    }

    fn documents(&self) -> Result<Option<u64>> {
        self.index.documents()
    }

    fn rebuild(&self) -> Result<Box<dyn IndexBuild + '_>> {
        Ok(Box::new(Meddled { build: self.index.rebuild()?, act: &self.act }))
    }
}

struct Meddled<'a> {
    build: Box<dyn IndexBuild + 'a>,
    act: &'a Mutex<Option<Act>>,
}

impl IndexBuild for Meddled<'_> {
    fn apply(&mut self, changes: &[IndexChange]) -> Result<()> {
        self.build.apply(changes)?;
        if let Some(act) = self.act.lock().expect("no other thread").take() {
            act();
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<()> {
        self.build.finish()
    }
}
