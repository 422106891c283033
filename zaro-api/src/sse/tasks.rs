//! What serves all streams of the process; begun with the first stream, ended with the application.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::PoisonError;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Interval, MissedTickBehavior, interval};
use zaro_core::policy::notification::LAG_MAX;
use zaro_core::service::{notification, session};

use super::{Told, Why, cut, frame};
use crate::app::{App, WeakApp};

/// How many notifications are loaded and queued at once: half of what may wait for a stream, so that one whose client
/// keeps up is never taken for one that lags.
const BATCH: usize = LAG_MAX / 2;

/// Begins the tasks, once.
pub(super) fn start(app: &App) {
    let inbox = app.streams().inbox.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(inbox) = inbox else { return };
    let times = app.http().streams;
    tokio::spawn(deliver(app.downgrade(), inbox));
    tokio::spawn(watch_clock(app.downgrade(), app.ctx.now().seconds(), times.tick));
    tokio::spawn(watch_sessions(app.downgrade(), times.sessions));
}

/// N8: loads what was raised, and queues it for every stream of its receiver.
async fn deliver(app: WeakApp, mut inbox: UnboundedReceiver<Told>) {
    let mut batch = Vec::with_capacity(BATCH);
    while inbox.recv_many(&mut batch, BATCH).await > 0 {
        let Some(app) = app.upgrade() else { return };
        let ids: Vec<_> = batch.iter().map(|told| told.id).collect();
        let mut late = Vec::new();
        match app.blocking(move |ctx| notification::shown(ctx, &ids)).await {
            Ok(shown) => {
                let shown: HashMap<_, _> =
                    shown.into_iter().map(|one| (one.id, (one.receiver, frame::notification(one)))).collect();
                let registry = app.streams().registry();
                // In the order in which they were raised; what was taken back meanwhile is not among them.
                for (id, (receiver, frame)) in batch.iter().filter_map(|told| shown.get_key_value(&told.id)) {
                    late.extend(registry.push(*receiver, *id, frame));
                }
            }
            Err(error) => {
                error.log();
                // Nobody knows what they miss: their clients come back and look.
                let registry = app.streams().registry();
                let receivers: HashSet<_> = batch.iter().map(|told| told.receiver).collect();
                late.extend(receivers.into_iter().flat_map(|receiver| registry.of(receiver)));
            }
        }
        batch.clear();
        cut(&app, late, Why::Lagging).await;
    }
}

/// N6, N9: pings, and ends the streams whose tokens have expired.
async fn watch_clock(app: WeakApp, mut before: i64, every: Duration) {
    let mut timer = evenly(every);
    loop {
        timer.tick().await;
        let Some(app) = app.upgrade() else { return };
        let now = app.ctx.now().seconds();
        let mut registry = app.streams().registry();
        registry.end(Why::Expired, None, |line| line.is_over(now));
        registry.ping(before, now);
        before = now;
    }
}

/// T6, N9: ends the streams of sessions that ended without an event: by a command, or while the bus was away.
async fn watch_sessions(app: WeakApp, every: Duration) {
    let mut timer = evenly(every);
    loop {
        timer.tick().await;
        let Some(app) = app.upgrade() else { return };
        let asked: BTreeSet<String> = app.streams().registry().sessions().into_iter().collect();
        if asked.is_empty() {
            continue;
        }
        let ended = app.blocking(move |ctx| session::ended_among(ctx, asked)).await;
        match ended {
            Ok(ended) if ended.is_empty() => {}
            Ok(ended) => app.streams().registry().end(Why::SessionEnded, None, |line| ended.contains(&*line.session)),
            // H17: while the database is away nobody is signed out.
            Err(error) => error.log(),
        }
    }
}

fn evenly(every: Duration) -> Interval {
    let mut timer = interval(every);
    timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    timer
}
