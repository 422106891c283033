//! The event stream: what happens to a member, told at once to every stream they have open (N6 to N10).
//!
//! A stream costs its connection and one small queue: no thread, no timer and no database connection of its own. Three
//! tasks serve all streams of the process: one loads what was raised and queues it, one pings and ends what has
//! expired, one looks for sessions that ended elsewhere.

mod frame;
mod line;
mod registry;
mod tasks;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;
use zaro_core::Error;
use zaro_core::ports::Event;
use zaro_core::service::notification;
use zaro_core::types::{NotificationId, UserId};

use self::line::Line;
pub use self::line::{Subscription, Why};
use self::registry::Registry;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::listener::Switch;

/// How often the tasks look, told by the configuration or by a test.
#[derive(Clone, Copy, Debug)]
pub struct StreamTimes {
    /// Between two looks at the clock: what is due for a ping, and what has expired.
    pub tick: Duration,
    /// Between two looks at the sessions of all open streams: T6 allows five seconds where no event tells of their end.
    pub sessions: Duration,
}

impl Default for StreamTimes {
    fn default() -> Self {
        Self { tick: Duration::from_secs(1), sessions: Duration::from_secs(4) }
    }
}

/// How long the end of streams waits for its note: a process that ends has better to do than to wait for a database.
const NOTE_TIME: Duration = Duration::from_secs(5);

/// A notification that came into being, and whose.
#[derive(Clone, Copy, Debug)]
struct Told {
    receiver: UserId,
    id: NotificationId,
}

/// All open streams of this process.
#[derive(Debug)]
pub struct Streams {
    registry: Mutex<Registry>,
    told: UnboundedSender<Told>,
    /// Until the first stream is opened, and with it the tasks begin.
    inbox: Mutex<Option<UnboundedReceiver<Told>>>,
}

impl Default for Streams {
    fn default() -> Self {
        let (told, inbox) = unbounded_channel();
        Self { registry: Mutex::default(), told, inbox: Mutex::new(Some(inbox)) }
    }
}

impl Streams {
    /// What the event bus tells; called on the thread of whoever did it.
    pub(crate) fn hear(&self, event: &Event) {
        match event {
            Event::Notified { receiver, id } => {
                if self.registry().has(*receiver) {
                    // Without the task that reads them nobody is left to be told.
                    let _ = self.told.send(Told { receiver: *receiver, id: *id });
                }
            }
            Event::SessionsEnded { users, which } => {
                let mut registry = self.registry();
                for user in users {
                    registry.end(Why::SessionEnded, Some(*user), |line| which.holds(&line.session));
                }
            }
        }
    }

    /// How many are open.
    pub fn open_now(&self) -> usize {
        self.registry().len()
    }

    /// How many have ended so far, by what ended them.
    pub fn ended(&self) -> Vec<(Why, u64)> {
        self.registry().ended()
    }

    fn registry(&self) -> std::sync::MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a line off the list; it was ended, or its client has gone.
    fn forget(&self, line: &Arc<Line>, why: Why) {
        self.registry().remove(line, why);
    }
}

/// Opens a stream (N6, N7); it first tells what was missed since `last`.
///
/// # Errors
/// `AUTH_REQUIRED` when the session ends at this moment, `SERVICE_UNAVAILABLE` when the process does.
pub(crate) async fn open(
    app: &App,
    user: &CurrentUser,
    connection: Option<Switch>,
    last: Option<NotificationId>,
) -> Result<Subscription, ApiError> {
    tasks::start(app);
    let line = Arc::new(Line::new(user, connection));
    // From here on the line is told what happens, and what is missed is read only then: nothing falls between.
    if !app.streams().registry().add(&line) {
        let why = "the process is ending".to_owned();
        return Err(Error::Unavailable { what: "the event stream", why }.into());
    }
    let subscription = Subscription::new(Arc::clone(app.streams()), Arc::clone(&line));
    let (id, session) = (user.id(), user.session().to_owned());
    let missed = app.blocking(move |ctx| notification::catch_up(ctx, id, &session, last)).await?;
    let ids = missed.iter().map(|missed| missed.id).collect();
    line.start(frame::greeting(missed), ids);
    Ok(subscription)
}

/// O3: ends all streams, and lets none be opened any more.
pub(crate) async fn drain(app: &App) {
    let lines = app.streams().registry().close();
    cut(app, lines, Why::Drained).await;
}

/// Ends streams before their tokens do, and lets their clients know by N10 that they are to come back.
async fn cut(app: &App, lines: Vec<Arc<Line>>, why: Why) {
    if lines.is_empty() {
        return;
    }
    // First, because the client asks as soon as its stream has ended.
    let tokens: Vec<String> = lines.iter().map(|line| line.token.to_string()).collect();
    let noted = app.blocking(move |ctx| {
        let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
        notification::note_cut(ctx, &tokens)
    });
    match timeout(NOTE_TIME, noted).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => error.log(),
        Err(_) => tracing::warn!("clients of streams that end may not come back by themselves: no slot to note it"),
    }
    for line in lines {
        line.end(why);
        app.streams().forget(&line, why);
    }
}
