//! Whose streams are open.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use axum::body::Bytes;
use zaro_core::policy::notification::STREAMS_MAX;
use zaro_core::types::{NotificationId, UserId};

use super::line::{Late, Line, Why};

/// The open streams of each member, oldest first.
#[derive(Debug, Default)]
pub(super) struct Registry {
    lines: HashMap<UserId, Vec<Arc<Line>>>,
    ended: BTreeMap<Why, u64>,
    closed: bool,
}

impl Registry {
    /// Whether this member has one.
    pub(super) fn has(&self, user: UserId) -> bool {
        self.lines.contains_key(&user)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.lines.values().map(Vec::len).sum()
    }

    /// How many have ended, by what ended them.
    pub(super) fn ended(&self) -> Vec<(Why, u64)> {
        self.ended.iter().map(|(why, count)| (*why, *count)).collect()
    }

    /// N8: adds one, and ends the member's oldest where it is one too many; false when none may be opened any more.
    pub(super) fn add(&mut self, line: &Arc<Line>) -> bool {
        if self.closed {
            return false;
        }
        let lines = self.lines.entry(line.user).or_default();
        lines.push(Arc::clone(line));
        if lines.len() > STREAMS_MAX {
            let oldest = lines.remove(0);
            oldest.end(Why::Displaced);
            self.count(Why::Displaced);
        }
        true
    }

    /// Takes one off the list, if it still stands there.
    pub(super) fn remove(&mut self, line: &Arc<Line>, why: Why) {
        let Some(lines) = self.lines.get_mut(&line.user) else { return };
        let Some(place) = lines.iter().position(|open| Arc::ptr_eq(open, line)) else { return };
        lines.remove(place);
        if lines.is_empty() {
            self.lines.remove(&line.user);
        }
        self.count(why);
    }

    /// Queues a notification for all streams of its receiver; those that lag too far behind are returned.
    pub(super) fn push(&self, receiver: UserId, id: NotificationId, frame: &Bytes) -> Vec<Arc<Line>> {
        let lines = self.lines.get(&receiver).map_or(&[][..], Vec::as_slice);
        lines.iter().filter(|line| matches!(line.push(id, frame), Err(Late))).cloned().collect()
    }

    /// All streams of a member.
    pub(super) fn of(&self, user: UserId) -> Vec<Arc<Line>> {
        self.lines.get(&user).cloned().unwrap_or_default()
    }

    /// The session of each stream, some of them several times.
    pub(super) fn sessions(&self) -> Vec<String> {
        self.lines.values().flatten().map(|line| line.session.to_string()).collect()
    }

    /// Ends those that `which` names, of one member or of all.
    pub(super) fn end(&mut self, why: Why, user: Option<UserId>, which: impl Fn(&Line) -> bool) {
        let mut ended = 0;
        let mut sift = |lines: &mut Vec<Arc<Line>>| {
            lines.retain(|line| {
                let ends = which(line);
                if ends {
                    line.end(why);
                    ended += 1;
                }
                !ends
            });
            !lines.is_empty()
        };
        match user {
            Some(user) => {
                if let Some(lines) = self.lines.get_mut(&user)
                    && !sift(lines)
                {
                    self.lines.remove(&user);
                }
            }
            None => self.lines.retain(|_, lines| sift(lines)),
        }
        *self.ended.entry(why).or_default() += ended;
    }

    /// N6: pings whom a ping falls due for between these seconds.
    pub(super) fn ping(&self, before: i64, now: i64) {
        self.lines.values().flatten().for_each(|line| line.ping(before, now));
    }

    /// Lets none be opened any more; those that are open.
    pub(super) fn close(&mut self) -> Vec<Arc<Line>> {
        self.closed = true;
        self.lines.values().flatten().cloned().collect()
    }

    fn count(&mut self, why: Why) {
        *self.ended.entry(why).or_default() += 1;
    }
}
