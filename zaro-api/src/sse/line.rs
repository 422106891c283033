//! One stream: what waits for it, and the body that carries it out.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use axum::body::{Bytes, HttpBody};
use http_body::Frame;
use zaro_core::policy::notification::{LAG_MAX, PING_SECONDS};
use zaro_core::types::{NotificationId, UserId};

use super::{Streams, frame};
use crate::auth::CurrentUser;
use crate::listener::Switch;

/// What ends a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Its client has gone.
    Left,
    /// Its access token has expired (N9).
    Expired,
    /// Its session has ended (N9).
    SessionEnded,
    /// The member opened one too many (N8).
    Displaced,
    /// More waited for it than may (N8), or something for it could not be read.
    Lagging,
    /// The process ends (O3).
    Drained,
}

impl Why {
    /// As a label.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Expired => "expired",
            Self::SessionEnded => "session_ended",
            Self::Displaced => "displaced",
            Self::Lagging => "lagging",
            Self::Drained => "drained",
        }
    }
}

/// More waits for a stream than may: it is to be ended.
#[derive(Debug)]
pub(super) struct Late;

/// A stream as the tasks know it.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) user: UserId,
    pub(super) session: Box<str>,
    /// What tells its access token from every other.
    pub(super) token: Box<str>,
    /// In whole seconds, as pings and expiry are.
    opened_at: i64,
    ends_at: i64,
    connection: Option<Switch>,
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<(NotificationId, Bytes)>,
    /// What goes out before all that.
    first: Option<Bytes>,
    /// Sent with the greeting: not to be sent again when the event of it comes later.
    sent: Vec<NotificationId>,
    started: bool,
    ended: bool,
    waker: Option<Waker>,
}

impl Line {
    /// A stream that holds back what comes until it is started.
    pub(super) fn new(user: &CurrentUser, connection: Option<Switch>) -> Self {
        Self {
            user: user.id(),
            session: user.session().into(),
            token: user.token().into(),
            opened_at: user.seen_at().seconds(),
            ends_at: user.token_ends_at().seconds(),
            connection,
            queue: Mutex::default(),
        }
    }

    /// Lets it out: the greeting, then what came meanwhile and was not in it.
    pub(super) fn start(&self, greeting: Bytes, mut sent: Vec<NotificationId>) {
        sent.sort_unstable();
        let mut queue = self.queue();
        queue.waiting.retain(|(id, _)| sent.binary_search(id).is_err());
        (queue.first, queue.sent, queue.started) = (Some(greeting), sent, true);
        queue.wake();
    }

    /// Queues a notification.
    pub(super) fn push(&self, id: NotificationId, frame: &Bytes) -> Result<(), Late> {
        let mut queue = self.queue();
        if queue.ended || queue.sent.binary_search(&id).is_ok() {
            return Ok(());
        }
        if queue.waiting.len() >= LAG_MAX {
            return Err(Late);
        }
        queue.waiting.push_back((id, frame.clone()));
        queue.wake();
        Ok(())
    }

    /// Puts a ping before what waits, if one falls due between these seconds.
    pub(super) fn ping(&self, before: i64, now: i64) {
        let nth = |at: i64| (at - self.opened_at).div_euclid(PING_SECONDS);
        if nth(now) <= nth(before) {
            return;
        }
        let mut queue = self.queue();
        if queue.started && !queue.ended && queue.first.is_none() {
            queue.first = Some(frame::ping());
            queue.wake();
        }
    }

    /// Whether the access token has expired by then (T11).
    pub(super) const fn is_over(&self, now: i64) -> bool {
        self.ends_at <= now
    }

    /// Ends it; only a drained one still gets what waits.
    pub(super) fn end(&self, why: Why) {
        let mut queue = self.queue();
        queue.ended = true;
        if why != Why::Drained {
            queue.first = None;
            queue.waiting.clear();
        }
        queue.wake();
        drop(queue);
        // Its client may never read again, and then the end of the answer would never reach it.
        if why == Why::Lagging
            && let Some(connection) = &self.connection
        {
            connection.cut();
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn poll(&self, cx: &Context<'_>) -> Poll<Option<Bytes>> {
        let mut queue = self.queue();
        let next = queue.first.take().or_else(|| Some(queue.waiting.pop_front()?.1));
        if next.is_some() || queue.ended {
            return Poll::Ready(next);
        }
        match &mut queue.waker {
            Some(waker) => waker.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
        Poll::Pending
    }
}

impl Queue {
    fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

/// The body of the answer; the stream is open as long as this lives.
#[derive(Debug)]
pub struct Subscription {
    streams: Arc<Streams>,
    line: Arc<Line>,
}

impl Subscription {
    pub(super) const fn new(streams: Arc<Streams>, line: Arc<Line>) -> Self {
        Self { streams, line }
    }
}

impl HttpBody for Subscription {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.line.poll(cx).map(|next| next.map(|bytes| Ok(Frame::data(bytes))))
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.streams.forget(&self.line, Why::Left);
    }
}
