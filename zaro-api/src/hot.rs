//! Pages that are the same for everybody and asked for all the time: built once for all who wait, and kept for a moment.
//!
//! A hit costs a look into a map and no thread. A page is as old as its last look at the database, at most
//! [`LIFETIME`]; whatever this process writes is seen at once.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use chrono::TimeDelta;
use tokio::sync::watch;
use tracing::{Instrument as _, Span};
use zaro_core::Code;
use zaro_core::types::{Category, Tag, Time};

use crate::app::App;
use crate::envelope::Written;
use crate::error::{ApiError, Result};

/// RK4: for how long a page is served without another look.
const LIFETIME: TimeDelta = TimeDelta::milliseconds(250);
/// H17: for how long a page is served while the database is away.
const LAST_GOOD: TimeDelta = TimeDelta::minutes(10);
/// How long the database is left alone after it was found away, by pages that have something to show.
const RETRY: TimeDelta = TimeDelta::seconds(1);
/// Routes whose writes can be seen on a page.
const SHOWN: [&str; 3] = ["/api/posts", "/api/comments", "/api/users/me"];

/// Which page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Page {
    /// The home page.
    Home,
    /// The popular posts.
    Rank,
    /// One of the first pages of a board, in the default order and size; of all boards, with a tag.
    Board(Option<Category>, Option<Tag>, u32),
}

impl Page {
    /// H17: whether its last good content is shown while the database is away.
    const fn outlives_the_database(self) -> bool {
        matches!(self, Self::Home | Self::Rank)
    }
}

/// The pages of a process.
#[derive(Debug)]
pub(crate) struct Hot {
    /// Grows with every write that can be seen on a page.
    writes: AtomicU64,
    slots: Mutex<BTreeMap<Page, Slot>>,
    patience: Duration,
}

/// One page.
#[derive(Debug, Default)]
struct Slot {
    good: Option<Good>,
    /// How many builds have begun.
    begun: u64,
    /// The build under way; what it sends is how it ended.
    running: Option<watch::Receiver<Option<Result<()>>>>,
    /// Since when the database is away, as far as the last build knows.
    away_since: Option<Time>,
}

/// A page as it was built.
#[derive(Clone, Debug)]
struct Good {
    written: Written,
    build: Build,
}

/// A request for a page.
struct Visit<F> {
    /// Writes that it must see.
    writes: u64,
    /// Builds that had begun when it came, once it has looked.
    begun: Option<u64>,
    /// Builds the page, once.
    build: Option<F>,
}

/// What a request finds.
enum Look {
    /// Something to be shown.
    Shown(Written),
    /// A build to be waited for, and what may be shown while the database is away.
    Wait(watch::Receiver<Option<Result<()>>>, Option<Written>),
}

/// When a build began, and what it has seen for certain.
#[derive(Clone, Copy, Debug)]
struct Build {
    /// Counted from 1 on.
    number: u64,
    at: Time,
    /// Writes that came before it.
    writes: u64,
}

impl Hot {
    /// Nothing is built yet.
    pub(crate) fn new(patience: Duration) -> Self {
        Self { writes: AtomicU64::new(0), slots: Mutex::default(), patience }
    }

    /// What was built before now is out of date.
    pub(crate) fn forget(&self) {
        self.writes.fetch_add(1, Ordering::SeqCst);
    }

    /// The page, fresh or built by `build`; one build serves all who wait for it.
    ///
    /// The build is a task of its own, so that it outlives the request that happened to start it.
    pub(crate) async fn get<B>(
        self: &Arc<Self>,
        page: Page,
        now: impl Fn() -> Time,
        build: impl FnOnce() -> B,
    ) -> Result<Written>
    where
        B: Future<Output = Result<Written>> + Send + 'static,
    {
        let mut visit = Visit { writes: self.writes.load(Ordering::SeqCst), begun: None, build: Some(build) };
        loop {
            let (mut running, last_good) = match self.look(page, now(), &mut visit)? {
                Look::Shown(written) => return Ok(written),
                Look::Wait(running, last_good) => (running, last_good),
            };
            let ended = async {
                match running.wait_for(Option::is_some).await {
                    Ok(ended) => ended.clone().unwrap_or(Ok(())),
                    Err(_) => Err(ApiError::panicked()),
                }
            };
            let Some(written) = last_good else {
                ended.await?;
                continue;
            };
            match tokio::time::timeout(self.patience, ended).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) if !is_away(&error) => return Err(error),
                Ok(Err(_)) => return Ok(written),
                Err(_) => {
                    self.note_slowness(page, now());
                    return Ok(written);
                }
            }
        }
    }

    /// What there is to be shown, or to be waited for; begins a build when there is neither.
    fn look<B, F>(self: &Arc<Self>, page: Page, at: Time, visit: &mut Visit<F>) -> Result<Look>
    where
        B: Future<Output = Result<Written>> + Send + 'static,
        F: FnOnce() -> B,
    {
        let mut slots = self.slots();
        let slot = slots.entry(page).or_default();
        let begun = *visit.begun.get_or_insert(slot.begun);
        // What began after we came has seen all that was written before we came, however long it took.
        if let Some(good) = &slot.good
            && (good.build.number > begun || good.is_fresh(at, visit.writes))
        {
            return Ok(Look::Shown(good.written.clone()));
        }
        let last_good = slot.last_good(page, at);
        if let (Some(written), true) = (&last_good, slot.is_left_alone(at)) {
            return Ok(Look::Shown(written.clone()));
        }
        let running = match slot.running.clone().filter(|running| running.has_changed().is_ok()) {
            Some(running) => running,
            None => match visit.build.take() {
                Some(build) => self.start(slot, page, at, build()),
                // Ours is done, was not enough, and whoever came after us has died without telling.
                None => return Err(ApiError::panicked()),
            },
        };
        Ok(match last_good {
            // While the database is away, who has something to show does not wait to see whether it is back.
            Some(written) if slot.away_since.is_some() => Look::Shown(written),
            last_good => Look::Wait(running, last_good),
        })
    }

    fn slots(&self) -> MutexGuard<'_, BTreeMap<Page, Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start<B>(self: &Arc<Self>, slot: &mut Slot, page: Page, at: Time, work: B) -> watch::Receiver<Option<Result<()>>>
    where
        B: Future<Output = Result<Written>> + Send + 'static,
    {
        slot.begun += 1;
        let build = Build { number: slot.begun, at, writes: self.writes.load(Ordering::SeqCst) };
        let (tell, running) = watch::channel(None);
        slot.running = Some(running.clone());
        let hot = Arc::clone(self);
        let task = async move {
            let ended = hot.end(page, build, work.await);
            tell.send_replace(Some(ended));
        };
        tokio::spawn(task.instrument(Span::current()));
        running
    }

    /// A build that takes too long finds the database away as far as those are concerned who come while it runs.
    fn note_slowness(&self, page: Page, now: Time) {
        let mut slots = self.slots();
        let slot = slots.entry(page).or_default();
        if slot.running.is_some() {
            slot.away_since.get_or_insert(now);
        }
    }

    /// Keeps what was built.
    fn end(&self, page: Page, build: Build, made: Result<Written>) -> Result<()> {
        let mut slots = self.slots();
        let slot = slots.entry(page).or_default();
        slot.running = None;
        slot.away_since = None;
        match made {
            Ok(written) => {
                slot.good = Some(Good { written, build });
                Ok(())
            }
            Err(error) => {
                if is_away(&error) {
                    slot.away_since = Some(build.at);
                    if slot.last_good(page, build.at).is_some() {
                        // Nobody is told, so nobody else logs it.
                        error.log();
                    }
                }
                Err(error)
            }
        }
    }
}

impl Slot {
    /// H17: what may be shown while the database is away.
    fn last_good(&self, page: Page, now: Time) -> Option<Written> {
        let good = self.good.as_ref().filter(|good| page.outlives_the_database() && good.age(now) <= LAST_GOOD)?;
        Some(good.written.clone())
    }

    /// Whether the database was away a moment ago.
    fn is_left_alone(&self, now: Time) -> bool {
        self.away_since.is_some_and(|since| now.since(since).abs() < RETRY)
    }
}

impl Good {
    fn is_fresh(&self, now: Time, writes: u64) -> bool {
        // A clock that was set back makes it older than it is, not newer.
        self.build.writes >= writes && self.age(now) <= LIFETIME
    }

    fn age(&self, now: Time) -> TimeDelta {
        now.since(self.build.at).abs()
    }
}

fn is_away(error: &ApiError) -> bool {
    error.code() == Code::ServiceUnavailable
}

/// Lets the next reader see what a request has written, before its writer is told that it is done.
pub(crate) async fn forget_after_writes(State(app): State<App>, request: Request, next: Next) -> Response {
    let writes = !request.method().is_safe()
        && request.extensions().get::<MatchedPath>().is_some_and(|path| is_shown(path.as_str()));
    let response = next.run(request).await;
    // Also after a failure of ours, which may have come after the commit.
    if writes && !response.status().is_client_error() {
        app.forget_hot();
    }
    response
}

fn is_shown(route: &str) -> bool {
    SHOWN.iter().any(|prefix| route.starts_with(prefix))
}
