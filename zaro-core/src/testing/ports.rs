//! Ports in memory that remember what they were asked.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;

use crate::error::{Code, Error, Result};
use crate::policy::mail::Delivery;
use crate::policy::retention::Limit;
use crate::policy::search::suggest::Typed;
use crate::ports::{
    Found, Identity, IdentityProvider, IndexBuild, IndexChange, Mailer, ObjectInfo, ObjectStore, OutgoingMail,
    SearchIndex, SearchQuery, TokenStore,
};
use crate::types::{PostId, Time};

/// What a [`MemoryMailer`] answers next.
#[derive(Clone, Debug)]
pub enum MailBehaviour {
    /// Takes the mail.
    Accept,
    /// Refuses it, temporarily or for good, without taking it.
    Answer(Delivery),
    /// Takes it and loses the answer.
    TakeAndLoseAnswer,
}

/// A mail server that keeps what it took.
#[derive(Debug, Default)]
pub struct MemoryMailer {
    taken: Mutex<Vec<OutgoingMail>>,
    script: Mutex<VecDeque<MailBehaviour>>,
}

impl MemoryMailer {
    /// All mails that were taken, in order.
    pub fn taken(&self) -> Vec<OutgoingMail> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What the next mails meet; afterwards all are accepted.
    pub fn script(&self, next: impl IntoIterator<Item = MailBehaviour>) {
        self.script.lock().unwrap_or_else(PoisonError::into_inner).extend(next);
    }

    fn take(&self, mail: &OutgoingMail) {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).push(mail.clone());
    }
}

impl Mailer for MemoryMailer {
    fn send(&self, mail: &OutgoingMail) -> Delivery {
        let next = self.script.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        match next.unwrap_or(MailBehaviour::Accept) {
            MailBehaviour::Accept => {
                self.take(mail);
                Delivery::Accepted { message_id: mail.message_id.clone() }
            }
            MailBehaviour::Answer(delivery) => delivery,
            MailBehaviour::TakeAndLoseAnswer => {
                self.take(mail);
                Delivery::Unclear("the connection broke".to_owned())
            }
        }
    }

    fn check(&self) -> Result<(), String> {
        Ok(())
    }

    fn describe(&self) -> String {
        "memory".to_owned()
    }
}

/// An image store that knows lengths only.
#[derive(Debug, Default)]
pub struct MemoryObjects(Mutex<BTreeMap<String, i64>>);

impl MemoryObjects {
    /// Puts an object there.
    pub fn put(&self, key: &str, bytes: i64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), bytes);
    }
}

impl ObjectStore for MemoryObjects {
    fn presign_put(&self, key: &str, _mime: &str, now: Time, lifetime: TimeDelta) -> Result<String> {
        Ok(format!("memory://{key}?expires={}", now.plus(lifetime).seconds()))
    }

    fn head(&self, key: &str) -> Result<Option<ObjectInfo>> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).map(|bytes| ObjectInfo { bytes: *bytes }))
    }

    fn load(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let length = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).copied();
        Ok(length.map(|length| vec![0; usize::try_from(length).unwrap_or_default()]))
    }

    fn remove(&self, key: &str) -> Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
        Ok(())
    }
}

/// A Kakao that knows nobody.
#[derive(Debug, Default, Clone, Copy)]
pub struct NoIdentity;

impl IdentityProvider for NoIdentity {
    fn identify(&self, _token: &str) -> Result<Identity> {
        Err(Code::InvalidOauthToken.into())
    }
}

/// A token store that cannot be reached (H17).
#[derive(Debug, Default, Clone, Copy)]
pub struct AwayTokenStore;

impl AwayTokenStore {
    fn away<T>() -> Result<T> {
        Err(Error::Unavailable { what: "the token store", why: "10.0.0.7 refused the connection".to_owned() })
    }
}

impl TokenStore for AwayTokenStore {
    fn take(&self, _: &str, _: &[Limit], _: Time) -> Result<Option<u64>> {
        Self::away()
    }

    fn clear(&self, _: &str) -> Result<()> {
        Self::away()
    }

    fn mark(&self, _: &[String], _: u32, _: Time) -> Result<()> {
        Self::away()
    }

    fn is_marked(&self, _: &str, _: Time) -> Result<bool> {
        Self::away()
    }
}

/// A search index that is away.
#[derive(Debug, Default, Clone, Copy)]
pub struct NoSearch;

impl NoSearch {
    fn away<T>() -> Result<T> {
        Err(Error::Unavailable { what: "the search index", why: "10.0.0.9 refused the connection".to_owned() })
    }
}

impl SearchIndex for NoSearch {
    fn apply(&self, _changes: &[IndexChange]) -> Result<()> {
        Self::away()
    }

    fn query(&self, _query: &SearchQuery<'_>) -> Result<Found> {
        Self::away()
    }

    fn suggest(&self, _typed: &Typed, _limit: usize) -> Result<Vec<PostId>> {
        Self::away()
    }

    fn documents(&self) -> Result<Option<u64>> {
        Self::away()
    }

    fn rebuild(&self) -> Result<Box<dyn IndexBuild + '_>> {
        Self::away()
    }
}
