//! A whole context over a test database, and members in it.

use std::sync::Arc;

use argon2::password_hash::PasswordHasher as _;
use argon2::{Algorithm, Argon2, Params, Version};
use chrono::TimeDelta;
use diesel::prelude::*;

use super::{MemoryMailer, MemoryObjects, NoIdentity, TestDb};
use crate::adapters::embedded::EmbeddedIndex;
use crate::adapters::export_dir::ExportDir;
use crate::adapters::in_process::{InProcessBus, InProcessTokenStore};
use crate::clock::FixedClock;
use crate::context::{Context, instance};
use crate::error::Result;
use crate::models::user::{self, NewUser};
use crate::policy::retention::Policy;
use crate::schema::users;
use crate::secrets::{Secrets, random};
use crate::service::desk::{self, Act, Step};
use crate::service::moderation_log::By;
use crate::service::password::PasswordPool;
use crate::service::token::TokenKeys;
use crate::types::{Provider, Status, Time, UserId, Via, fold};

/// The password of every member that [`World::member`] makes.
pub const PASSWORD: &str = "Zaro-test1";

/// Database, fixed clock, ports in memory, and the context over them.
pub struct World {
    /// What services take.
    pub ctx: Context,
    /// Moves time.
    pub clock: Arc<FixedClock>,
    /// Took the mails.
    pub mailer: Arc<MemoryMailer>,
    /// Holds the images.
    pub objects: Arc<MemoryObjects>,
    /// The database.
    pub test_db: TestDb,
}

impl World {
    /// An empty community at noon of 1 March 2026 in Seoul, with the contract's numbers.
    pub fn new() -> Self {
        Self::with_policy(Policy::default())
    }

    /// The same with other numbers.
    ///
    /// # Panics
    /// When the database cannot be made.
    pub fn with_policy(policy: Policy) -> Self {
        let test_db = TestDb::new();
        let clock = Arc::new(FixedClock::new(Time::parse("2026-03-01T03:00:00Z").expect("an instant")));
        let (mailer, objects) = (Arc::new(MemoryMailer::default()), Arc::new(MemoryObjects::default()));
        let key = || random::<32>().to_vec().into();
        let secrets =
            Secrets { access: key(), refresh: key(), media: key(), previous_access: None, previous_refresh: None };
        let ctx = Context {
            db: test_db.db().clone(),
            clock: clock.clone(),
            policy: Arc::new(policy),
            public_url: "https://api.zaro.test".into(),
            frontend_url: "https://zaro.test".into(),
            tokens: Arc::new(TokenKeys::new(&secrets)),
            passwords: Arc::new(PasswordPool::new(2)),
            mailer: mailer.clone(),
            limits: Arc::new(InProcessTokenStore::default()),
            events: Arc::new(InProcessBus::default()),
            objects: objects.clone(),
            media: None,
            exports: Arc::new(ExportDir::new(&test_db.folder().join("exports"))),
            identity: Arc::new(NoIdentity),
            search: Arc::new(EmbeddedIndex::new(&test_db.folder().join("search"))),
            mail_bell: Arc::default(),
            export_bell: Arc::default(),
            search_bell: Arc::default(),
            instance: instance().into(),
        };
        Self { ctx, clock, mailer, objects, test_db }
    }

    /// What time it is.
    pub fn now(&self) -> Time {
        self.ctx.now()
    }

    /// Moves time forward.
    pub fn advance(&self, by: TimeDelta) -> Time {
        self.clock.advance(by)
    }

    /// Makes a member of this name in this state since now; the address is `<name>@zaro.test`, the password [`PASSWORD`].
    ///
    /// # Panics
    /// When the database refuses it.
    pub fn member(&self, name: &str, status: Status) -> UserId {
        let now = self.now();
        let email = format!("{}@zaro.test", name.to_lowercase());
        let verified_at = (status != Status::Pending).then_some(now);
        let new = NewUser {
            email_key: Some(fold(&email)),
            email,
            nickname: name.to_owned(),
            nickname_key: Some(fold(name)),
            password_hash: Some(password_hash()),
            provider: Provider::Local,
            provider_id: None,
            provider_key: None,
            status: if status == Status::Pending { status } else { Status::Active },
            profile_image: None,
            gender: None,
            verified_at,
            status_changed_at: now,
            created_at: now,
            updated_at: now,
        };
        let made = self.ctx.db.write_tx(|connection| {
            let id = user::insert(connection, &new)?;
            let row = diesel::update(users::table.find(id));
            match status {
                Status::Dormant => {
                    row.set((users::status.eq(status), users::dormant_at.eq(now))).execute(connection)?
                }
                Status::Deleted => {
                    row.set((users::status.eq(status), users::deleted_at.eq(now))).execute(connection)?
                }
                Status::Pending | Status::Active => 1,
            };
            Ok(id)
        });
        made.expect("a member is made")
    }

    /// Suspends a member until then (Z2).
    ///
    /// # Panics
    /// When the database refuses it.
    pub fn suspend(&self, id: UserId, until: Time) {
        let suspended = self.ctx.db.write_tx(|connection| {
            Ok(diesel::update(users::table.find(id)).set(users::suspended_until.eq(until)).execute(connection)?)
        });
        assert_eq!(suspended.expect("a write"), 1, "the member is there");
    }

    /// Carries out one order of this operator.
    pub fn order(&self, operator: &str, act: Act) -> Result<Step> {
        let by = By::operator(operator, Via::Cli);
        let mut steps = desk::perform(&self.ctx, &by, &[act], Some("이유"))?;
        Ok(steps.swap_remove(0))
    }

    /// The member as stored.
    ///
    /// # Panics
    /// When there is none.
    pub fn user(&self, id: UserId) -> user::User {
        let found = self.ctx.db.read(|connection| user::find(connection, id)).expect("a read");
        found.expect("the member is there")
    }

    /// Brings the search index up to date.
    ///
    /// # Panics
    /// When it cannot be.
    pub fn index(&self) {
        crate::service::search::catch_up(&self.ctx).expect("the index is worked on");
    }

    /// Delivers all mail that is due.
    ///
    /// # Panics
    /// When the database fails.
    pub fn deliver(&self) -> crate::service::mail::Delivered {
        crate::service::mail::deliver_due(&self.ctx).expect("mail is worked on")
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

/// One hash for all members of a test process, with the least cost that argon2id takes: what is tested is not argon2.
fn password_hash() -> String {
    static HASH: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    HASH.get_or_init(|| {
        let cheap = Params::new(Params::MIN_M_COST, Params::MIN_T_COST, 1, None).expect("the least there is");
        let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, cheap);
        hasher.hash_password_with_salt(PASSWORD.as_bytes(), &random::<16>()).expect("a hash").to_string()
    })
    .clone()
}
