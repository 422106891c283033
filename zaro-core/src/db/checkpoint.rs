//! Copies SQLite's write-ahead log back into the database, beside the writers.
//!
//! As shipped, SQLite does so within whatever commit finds a thousand pages in the log, so that the member who signs in
//! while a sweep runs waits for the sweep's pages to reach the disk. Here a thread of its own does. A commit helps only
//! when the log has grown past the bound in the session's settings, which is what keeps the log that small.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use super::dialect;
use crate::error::{Error, Result};

/// Between two looks at a log that is being written: long enough to find pages that were written twice, short enough
/// that a sweep at full speed (100 MB/s) stays below the bound.
const PAUSE: Duration = Duration::from_millis(100);

/// The thread; it ends with the last [`super::Db`] that shares it.
#[derive(Debug)]
pub(super) struct Checkpointer {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    written: bool,
    stopped: bool,
}

impl Checkpointer {
    /// Starts the thread; it opens its connection when there is something to copy.
    pub(super) fn start(url: &str) -> Result<Self> {
        let shared = Arc::<Shared>::default();
        let (seen, url) = (Arc::clone(&shared), url.to_owned());
        let thread = Builder::new().name("checkpoint".to_owned()).spawn(move || run(&seen, &url));
        let thread = thread
            .map_err(|error| Error::Unavailable { what: "the database", why: format!("no thread for it: {error}") })?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Something was committed.
    pub(super) fn written(&self) {
        let mut state = self.shared.lock();
        if !state.written {
            state.written = true;
            self.shared.changed.notify_one();
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.shared.lock().stopped = true;
        self.shared.changed.notify_one();
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the checkpoint thread had panicked");
        }
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a commit, then for the pause; false when the thread is to end.
    fn wait(&self) -> bool {
        let state = self
            .changed
            .wait_while(self.lock(), |state| !state.written && !state.stopped)
            .unwrap_or_else(PoisonError::into_inner);
        let (mut state, _) = self
            .changed
            .wait_timeout_while(state, PAUSE, |state| !state.stopped)
            .unwrap_or_else(PoisonError::into_inner);
        state.written = false;
        !state.stopped
    }
}

fn run(shared: &Shared, url: &str) {
    let mut connection = None;
    while shared.wait() {
        let opened = match connection.take() {
            Some(opened) => Ok(opened),
            None => dialect::open(url).map_err(|error| error.to_string()),
        };
        let copied = opened.and_then(|mut opened| match dialect::checkpoint(&mut opened) {
            Ok(()) => Ok(opened),
            Err(error) => Err(error.to_string()),
        });
        match copied {
            Ok(opened) => connection = Some(opened),
            // Nothing is lost: the pages are in the log, and the next commit, or the next start, copies them.
            Err(error) => tracing::warn!(error, "the write-ahead log was not copied back"),
        }
    }
}
