//! Everything a service needs, built from the configuration in one place, for the API and the CLI alike.

use std::sync::Arc;

use lettre::message::Mailbox;

use crate::adapters::embedded::EmbeddedIndex;
use crate::adapters::export_dir::ExportDir;
use crate::adapters::in_process::{InProcessBus, InProcessTokenStore};
use crate::adapters::kakao::Kakao;
use crate::adapters::local_dir::LocalDir;
use crate::adapters::outbox_dir::OutboxDir;
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, MailTarget};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::policy::retention::Policy;
use crate::ports::{EventBus, IdentityProvider, Mailer, ObjectStore, SearchIndex, TokenStore};
use crate::secrets::{Secrets, random};
use crate::service::bell::Bell;
use crate::service::password::PasswordPool;
use crate::service::token::TokenKeys;
use crate::types::Time;

/// File of the marks in the data directory, where the token store is this process.
const MARKS: &str = "marks";

/// The parts of a running process; cheap to clone.
#[derive(Clone)]
pub struct Context {
    /// The rows.
    pub db: Db,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Ages and limits in force.
    pub policy: Arc<Policy>,
    /// How members reach the API, without a slash at the end.
    pub public_url: Arc<str>,
    /// The web frontend, without a slash at the end.
    pub frontend_url: Arc<str>,
    /// Signs and verifies tokens.
    pub tokens: Arc<TokenKeys>,
    /// Hashes passwords.
    pub passwords: Arc<PasswordPool>,
    /// Hands mail over.
    pub mailer: Arc<dyn Mailer>,
    /// Counts for rate limits.
    pub limits: Arc<dyn TokenStore>,
    /// Tells every process what happened.
    pub events: Arc<dyn EventBus>,
    /// Where images lie.
    pub objects: Arc<dyn ObjectStore>,
    /// The same, where the API itself serves them.
    pub media: Option<Arc<LocalDir>>,
    /// Where members' data exports lie.
    pub exports: Arc<ExportDir>,
    /// Kakao.
    pub identity: Arc<dyn IdentityProvider>,
    /// Finds posts.
    pub search: Arc<dyn SearchIndex>,
    /// Wakes the mail worker.
    pub mail_bell: Arc<Bell>,
    /// Wakes the export worker.
    pub export_bell: Arc<Bell>,
    /// Wakes the search worker.
    pub search_bell: Arc<Bell>,
    /// Who we are in leases, claims and headers: host, process id and a random part.
    pub instance: Arc<str>,
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("instance", &self.instance).finish_non_exhaustive()
    }
}

impl Context {
    /// Opens every part that the configuration names; the database must be reachable.
    pub fn open(config: &Config) -> Result<Self> {
        let db = Db::open(&config.database.url, config.database.pool)?;
        Self::with_db(config, db)
    }

    /// The same with a database that is open already.
    pub fn with_db(config: &Config, db: Db) -> Result<Self> {
        let mut ctx = Self::with_secrets(config, db, &Secrets::load_or_create(config)?)?;
        ctx.limits = Arc::new(InProcessTokenStore::kept_in(&config.data_dir.join(MARKS))?);
        Ok(ctx)
    }

    /// For commands, which sign nothing: no key is read or made, so that an operator needs the database only, and a look
    /// leaves nothing behind.
    pub fn without_keys(config: &Config, db: Db) -> Result<Self> {
        Self::with_secrets(config, db, &Secrets::throw_away())
    }

    fn with_secrets(config: &Config, db: Db, secrets: &Secrets) -> Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let media = Arc::new(LocalDir::new(&config.storage.dir, &config.storage.public_url, secrets.media.clone()));
        Ok(Self {
            db,
            policy: Arc::new(config.policy.clone()),
            public_url: config.server.public_url.as_str().into(),
            frontend_url: config.server.frontend_url.as_str().into(),
            tokens: Arc::new(TokenKeys::new(secrets)),
            passwords: Arc::new(PasswordPool::for_this_machine()),
            mailer: mailer(config, &clock)?,
            limits: Arc::new(InProcessTokenStore::default()),
            events: Arc::new(InProcessBus::default()),
            objects: media.clone(),
            media: Some(media),
            exports: Arc::new(ExportDir::new(&config.storage.export_dir)),
            identity: Arc::new(Kakao::new(config.kakao.clone())),
            search: Arc::new(EmbeddedIndex::new(&config.search.dir)),
            mail_bell: Arc::default(),
            export_bell: Arc::default(),
            search_bell: Arc::default(),
            instance: instance().into(),
            clock,
        })
    }

    /// What time it is; read once at the top of a service.
    pub fn now(&self) -> Time {
        self.clock.now()
    }
}

fn mailer(config: &Config, clock: &Arc<dyn Clock>) -> Result<Arc<dyn Mailer>> {
    let from: Mailbox = config.mail.from.parse().map_err(|error| Error::Internal(format!("the sender: {error}")))?;
    match &config.mail.target {
        MailTarget::Outbox(folder) => Ok(Arc::new(OutboxDir::new(folder, from, clock.clone()))),
        #[cfg(feature = "smtp")]
        MailTarget::Smtp(url) => {
            use secrecy::ExposeSecret as _;
            Ok(Arc::new(crate::adapters::smtp::Smtp::new(url.expose_secret(), from, clock.clone())?))
        }
        #[cfg(not(feature = "smtp"))]
        MailTarget::Smtp(_) => Err(Error::Internal("this build leaves mail servers out".to_owned())),
    }
}

/// Name of this machine.
pub fn host() -> String {
    gethostname::gethostname().to_string_lossy().into_owned()
}

/// Host, process id and a random part: unique among all processes there ever were.
pub fn instance() -> String {
    format!("{}:{}:{:08x}", host(), std::process::id(), u32::from_ne_bytes(random()))
}
