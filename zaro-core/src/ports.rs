//! The parts outside the database, each as a small trait that services call and adapters implement.

use chrono::TimeDelta;

use crate::error::Result;
use crate::policy::mail::Delivery;
use crate::policy::retention::Limit;
use crate::policy::search::query::Keyword;
use crate::policy::search::suggest::Typed;
use crate::types::{Category, NotificationId, PostId, Tag, Time, UserId};

/// A mail, rendered and addressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingMail {
    /// Number of its row; the same mail tried again has the same number and message id.
    pub id: i64,
    /// Address of the receiver.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// `Message-ID`, with its brackets.
    pub message_id: String,
}

/// Hands mail over.
pub trait Mailer: Send + Sync {
    /// Gives one mail to the mail server and says what it made of it. Never panics, never fails otherwise.
    fn send(&self, mail: &OutgoingMail) -> Delivery;

    /// Whether mail could be handed over now; sends nothing.
    ///
    /// # Errors
    /// In words, why not.
    fn check(&self) -> Result<(), String>;

    /// Where mail goes, for people's eyes; holds no password.
    fn describe(&self) -> String;
}

/// Short-lived counts and marks, shared by all processes where the adapter is.
pub trait TokenStore: Send + Sync {
    /// Takes one from every limit at once, or from none: the seconds to wait when one of them is used up.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when the store is away.
    fn take(&self, key: &str, limits: &[Limit], now: Time) -> Result<Option<u64>>;

    /// Forgets what was taken under this key.
    fn clear(&self, key: &str) -> Result<()>;

    /// Sets marks under these keys, for so many seconds.
    fn mark(&self, keys: &[String], seconds: u32, now: Time) -> Result<()>;

    /// Whether there is a mark under this key.
    fn is_marked(&self, key: &str, now: Time) -> Result<bool>;
}

/// What a stored object is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectInfo {
    /// Its length.
    pub bytes: i64,
}

/// Where images lie.
pub trait ObjectStore: Send + Sync {
    /// An absolute address for one PUT of this key with this content type.
    fn presign_put(&self, key: &str, mime: &str, now: Time, lifetime: TimeDelta) -> Result<String>;

    /// What lies under this key, or nothing.
    fn head(&self, key: &str) -> Result<Option<ObjectInfo>>;

    /// The bytes under this key, or nothing.
    fn load(&self, key: &str) -> Result<Option<Vec<u8>>>;

    /// Removes what lies under this key; nothing there is fine.
    fn remove(&self, key: &str) -> Result<()>;
}

/// A member as a foreign service knows them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// Id at the service.
    pub id: String,
    /// Address, unless absent or marked invalid or unverified.
    pub email: Option<String>,
    /// Nickname.
    pub nickname: Option<String>,
    /// Address of the picture.
    pub picture: Option<String>,
    /// `male`, `female` or something else.
    pub gender: Option<String>,
}

/// Who a foreign token belongs to.
pub trait IdentityProvider: Send + Sync {
    /// Asks the service.
    ///
    /// # Errors
    /// `INVALID_OAUTH_TOKEN` for a token that is refused or of another app, `OAUTH_UPSTREAM_ERROR` when the service does
    /// not answer properly.
    fn identify(&self, token: &str) -> Result<Identity>;
}

/// What a process tells the others, and its own streams, after a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A notification came into being (N1).
    Notified {
        /// Who is told.
        receiver: UserId,
        /// Which one.
        id: NotificationId,
    },
    /// Sessions ended before their time (T6).
    SessionsEnded {
        /// Whose.
        users: Vec<UserId>,
        /// Which of theirs.
        which: Ended,
    },
}

/// Which of a member's sessions ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// This one.
    One(String),
    /// All but this one.
    AllBut(String),
    /// All.
    All,
}

impl Ended {
    /// Whether this session is among them.
    pub fn holds(&self, session: &str) -> bool {
        match self {
            Self::One(ended) => ended == session,
            Self::AllBut(kept) => kept != session,
            Self::All => true,
        }
    }
}

/// Called for each event, on the publisher's thread: it must neither block nor fail.
pub type Listener = Box<dyn Fn(&Event) + Send + Sync>;

/// Carries events to every process (N8).
pub trait EventBus: Send + Sync {
    /// Tells every listener of every process; whoever is not there misses it.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when the bus is away.
    fn publish(&self, event: Event) -> Result<()>;

    /// From now on `listener` is told.
    fn listen(&self, listener: Listener);
}

/// A post as the search index keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchDocument {
    /// Which post.
    pub id: PostId,
    /// Its title.
    pub title: String,
    /// Its content as plain text.
    pub text: String,
    /// Its board.
    pub category: Category,
    /// Its tag.
    pub tag: Tag,
    /// Lifetime score at the time of writing, to choose among suggestions.
    pub score: i64,
    /// When it was written.
    pub created_at: Time,
}

/// What shall become of a post in the index. The same change twice is the same as once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IndexChange {
    /// It is there, exactly like this.
    Put(SearchDocument),
    /// It is not there.
    Remove(PostId),
}

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub struct SearchQuery<'a> {
    /// All parts of it must match in title or text.
    pub keyword: &'a Keyword,
    /// Only this board.
    pub category: Option<Category>,
    /// Only this tag.
    pub tag: Option<Tag>,
    /// Hits before the wanted ones.
    pub offset: usize,
    /// Hits wanted.
    pub limit: usize,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The wanted hits: most relevant first, of equal ones the newer.
    pub ids: Vec<PostId>,
    /// All hits.
    pub total: u64,
    /// Words that were looked for beside the keyword's own, to be marked in what is shown.
    pub also: Vec<String>,
}

/// Finds posts (Q1 to Q11).
///
/// Every method fails with [`crate::Error::Unavailable`] while the index is away or not built yet; nothing about it
/// fails otherwise.
pub trait SearchIndex: Send + Sync {
    /// Makes all changes, in order: once this returns they are on disk and found. With no changes it tells whether this
    /// process could make any.
    fn apply(&self, changes: &[IndexChange]) -> Result<()>;

    /// Looks for posts.
    fn query(&self, query: &SearchQuery<'_>) -> Result<Found>;

    /// Posts whose titles fit what was typed so far, likeliest first.
    fn suggest(&self, typed: &Typed, limit: usize) -> Result<Vec<PostId>>;

    /// How many posts it holds; nothing while there is no index, or one that must be built anew.
    fn documents(&self) -> Result<Option<u64>>;

    /// Begins an index that shall take the place of the present one, which goes on serving (Q9).
    fn rebuild(&self) -> Result<Box<dyn IndexBuild + '_>>;
}

/// An index being built beside the present one; dropped unfinished, it leaves that one as it is.
pub trait IndexBuild {
    /// Adds posts, or takes them out again.
    fn apply(&mut self, changes: &[IndexChange]) -> Result<()>;

    /// Puts it in the place of the present one.
    fn finish(self: Box<Self>) -> Result<()>;
}
