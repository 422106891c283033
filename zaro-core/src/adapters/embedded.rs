//! The search index in a folder of this machine.
//!
//! One folder holds a file `current`, which names the generation in use, and a folder for each generation. A rebuild
//! writes a new generation and then replaces `current` by rename, so that a crash leaves either the old one or the new
//! one, whole. The name of a generation begins with the version of the analysis: one of another version is no index, and
//! the worker builds a new one.
//!
//! **One writer.** The process that writes first takes a lock on `writer.lock` and keeps it for its life; the operating
//! system gives it back even after `kill -9`. Another process on the same folder (the next release during a switch, say)
//! is told [`Error::Unavailable`] when it wants to write, and reads what the writer commits, half a second later at the
//! latest. `zaro-ctl` never writes here: it changes rows and leaves `search_outbox` rows behind, as everybody does, and to
//! have the index built anew it removes `current`, which the worker notices within seconds. Because the folder is one
//! machine's, an API on several machines wants an index server instead.
//!
//! **Memory.** The writer's buffer is bounded and empty between commits; everything read is mapped, not loaded.

mod best;
mod folder;
mod query;
mod schema;
mod suggest;
mod tokenizer;

use std::fmt::Display;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tantivy::indexer::IndexWriterOptions;
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, Term};

use crate::error::{Error, Result};
use crate::fault;
use crate::policy::search::suggest::Typed;
use crate::ports::{Found, IndexBuild, IndexChange, SearchIndex, SearchQuery};
use crate::types::PostId;
use schema::Fields;

/// The writer's buffer: the least that tantivy takes.
const WRITER_BYTES: usize = 15_000_000;
/// Text that waits for the writer at most: its queue would take ten thousand posts, however long they are.
const WAITING_BYTES: usize = 500_000;
/// How often a process that does not write looks for what the writer did.
const FOLLOW: Duration = Duration::from_millis(500);

/// A search index in a folder; nothing is opened or made before it is used.
#[derive(Debug)]
pub struct EmbeddedIndex {
    folder: PathBuf,
    /// Held by the one process that writes.
    lock: Mutex<Option<File>>,
    writer: Mutex<Option<Writer>>,
    live: Mutex<Live>,
}

/// The generation that is searched.
#[derive(Debug, Default)]
struct Live {
    generation: Option<Arc<Generation>>,
    looked: Option<Instant>,
}

/// An open generation.
struct Generation {
    name: String,
    index: Index,
    reader: IndexReader,
    fields: Fields,
}

struct Writer {
    generation: Arc<Generation>,
    index: IndexWriter,
}

impl std::fmt::Debug for Generation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Generation").field("name", &self.name).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("generation", &self.generation).finish_non_exhaustive()
    }
}

/// Whatever the engine says, to its callers the index is away.
fn away(why: impl Display) -> Error {
    Error::Unavailable { what: "the search index", why: why.to_string() }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl EmbeddedIndex {
    /// The index in this folder.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), lock: Mutex::default(), writer: Mutex::default(), live: Mutex::default() }
    }

    /// The generation in use, with everything that is committed to it.
    fn live(&self) -> Result<Arc<Generation>> {
        self.current()?.ok_or_else(|| away("it is not built yet"))
    }

    fn current(&self) -> Result<Option<Arc<Generation>>> {
        let mut live = lock(&self.live);
        let fresh = live.looked.is_some_and(|looked| looked.elapsed() < FOLLOW);
        if !fresh || live.generation.is_none() {
            live.looked = Some(Instant::now());
            let name = folder::current(&self.folder);
            live.generation = match (name, live.generation.take()) {
                (Some(name), Some(open)) if open.name == name => {
                    open.reader.reload().map_err(away)?;
                    Some(open)
                }
                (Some(name), _) => Some(Arc::new(Generation::open(&self.folder, name)?)),
                (None, _) => None,
            };
        }
        Ok(live.generation.clone())
    }

    /// Makes sure that this process is the one that writes.
    fn exclusive(&self) -> Result<()> {
        let mut held = lock(&self.lock);
        if held.is_none() || !folder::is_whole(&self.folder) {
            // A lock on a file that somebody removed keeps nobody out.
            *held = None;
            let file = folder::lock(&self.folder)?;
            folder::remove_others(&self.folder, folder::current(&self.folder).as_deref());
            *held = Some(file);
        }
        Ok(())
    }
}

impl Generation {
    fn open(folder: &Path, name: String) -> Result<Self> {
        let index = Index::open_in_dir(folder.join(&name)).map_err(away)?;
        Self::with(name, index)
    }

    fn create(folder: &Path, name: String) -> Result<Self> {
        let path = folder.join(&name);
        std::fs::create_dir_all(&path).map_err(away)?;
        let (schema, _) = schema::schema();
        Self::with(name, Index::create_in_dir(path, schema).map_err(away)?)
    }

    fn with(name: String, index: Index) -> Result<Self> {
        tokenizer::register(&index);
        let (schema, fields) = schema::schema();
        if index.schema() != schema {
            return Err(away("it was written by another version"));
        }
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(away)?;
        Ok(Self { name, index, reader, fields })
    }

    fn writer(&self) -> Result<IndexWriter> {
        let options = IndexWriterOptions::builder()
            .memory_budget_per_thread(WRITER_BYTES)
            .num_worker_threads(1)
            .num_merge_threads(1)
            .build();
        self.index.writer_with_options(options).map_err(away)
    }

    /// Writes without committing. Whatever is known of a post goes first, so that the same change twice is one.
    fn write(&self, writer: &IndexWriter, changes: &[IndexChange]) -> Result<()> {
        for change in changes {
            let (IndexChange::Remove(id) | IndexChange::Put(crate::ports::SearchDocument { id, .. })) = change;
            writer.delete_term(self.key(*id));
            if let IndexChange::Put(document) = change {
                writer.add_document(self.fields.document(document)).map_err(away)?;
            }
        }
        Ok(())
    }

    fn key(&self, id: PostId) -> Term {
        Term::from_field_i64(self.fields.id, id.0)
    }
}

impl Writer {
    fn apply(&mut self, changes: &[IndexChange]) -> Result<()> {
        self.generation.write(&self.index, changes)?;
        fault::point("search.written");
        self.index.commit().map_err(away)?;
        fault::point("search.committed");
        self.generation.reader.reload().map_err(away)
    }
}

impl SearchIndex for EmbeddedIndex {
    fn apply(&self, changes: &[IndexChange]) -> Result<()> {
        self.exclusive()?;
        let live = self.live()?;
        if changes.is_empty() {
            return Ok(());
        }
        let mut slot = lock(&self.writer);
        // Taken out while it works: a writer that failed or panicked is not used again.
        let writer = slot.take().filter(|writer| writer.generation.name == live.name);
        let mut writer = match writer {
            Some(writer) => writer,
            None => Writer { index: live.writer()?, generation: live },
        };
        writer.apply(changes)?;
        *slot = Some(writer);
        Ok(())
    }

    fn query(&self, query: &SearchQuery<'_>) -> Result<Found> {
        let live = self.live()?;
        query::run(&live.reader.searcher(), &live.fields, query).map_err(away)
    }

    fn suggest(&self, typed: &Typed, limit: usize) -> Result<Vec<PostId>> {
        let live = self.live()?;
        suggest::run(&live.reader.searcher(), &live.fields, typed, limit).map_err(away)
    }

    fn documents(&self) -> Result<Option<u64>> {
        // Looked at anew: the folder may have been removed since.
        lock(&self.live).looked = None;
        Ok(self.current()?.map(|live| live.reader.searcher().num_docs()))
    }

    fn rebuild(&self) -> Result<Box<dyn IndexBuild + '_>> {
        std::fs::create_dir_all(&self.folder).map_err(away)?;
        self.exclusive()?;
        folder::remove_others(&self.folder, folder::current(&self.folder).as_deref());
        let generation = Generation::create(&self.folder, folder::next_name(&self.folder))?;
        let writer = generation.writer()?;
        Ok(Box::new(Build { index: self, generation, writer, waiting: 0 }))
    }
}

fn text_bytes(change: &IndexChange) -> usize {
    match change {
        IndexChange::Put(document) => document.title.len() + document.text.len(),
        IndexChange::Remove(_) => 0,
    }
}

/// A generation that is not in use yet.
struct Build<'a> {
    index: &'a EmbeddedIndex,
    generation: Generation,
    writer: IndexWriter,
    /// Bytes of text written since the last commit.
    waiting: usize,
}

impl IndexBuild for Build<'_> {
    fn apply(&mut self, changes: &[IndexChange]) -> Result<()> {
        self.generation.write(&self.writer, changes)?;
        self.waiting += changes.iter().map(text_bytes).sum::<usize>();
        if self.waiting > WAITING_BYTES {
            // Nobody sees it yet; it only empties the queue.
            self.writer.commit().map_err(away)?;
            self.waiting = 0;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<()> {
        let Self { index, generation, mut writer, .. } = *self;
        writer.commit().map_err(away)?;
        writer.wait_merging_threads().map_err(away)?;
        generation.reader.reload().map_err(away)?;
        fault::point("search.built");
        folder::set_current(&index.folder, &generation.name)?;
        fault::point("search.swapped");
        // Searches under way keep the old generation open until they are done; its files may go at once.
        *lock(&index.writer) = None;
        let name = generation.name.clone();
        *lock(&index.live) = Live { generation: Some(Arc::new(generation)), looked: Some(Instant::now()) };
        folder::remove_others(&index.folder, Some(&name));
        Ok(())
    }
}
