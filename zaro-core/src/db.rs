//! The database: a pool, reads, and writes in one short transaction each.

mod checkpoint;
mod connection;
pub mod dialect;
pub mod migrate;
pub mod picture;
mod types;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

pub use connection::AnyConnection as Connection;
use diesel::r2d2::R2D2Connection;

use crate::error::{Error, Result};

/// Connections of one process. Reads run beside each other; SQLite has one writer at a time anyway.
pub const POOL_SIZE: u32 = 16;
/// How long a request waits for a free connection before it is told to come back later.
const POOL_PATIENCE: Duration = Duration::from_secs(5);

/// What a database URL names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend<'a> {
    /// `sqlite://<path>`
    Sqlite {
        /// The file.
        path: &'a str,
    },
    /// `mysql://<user>:<password>@<host>/<database>`
    Mysql,
}

impl<'a> Backend<'a> {
    /// The backend of a URL, or nothing when the scheme is another one.
    pub fn of(url: &'a str) -> Option<Self> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            return Some(Self::Sqlite { path });
        }
        url.starts_with("mysql://").then_some(Self::Mysql)
    }
}

/// Opens and checks connections for the pool.
#[derive(Debug)]
struct Manager {
    url: String,
}

impl r2d2::ManageConnection for Manager {
    type Connection = Connection;
    type Error = diesel::ConnectionError;

    fn connect(&self) -> Result<Connection, Self::Error> {
        dialect::open(&self.url)
    }

    fn is_valid(&self, connection: &mut Connection) -> Result<(), Self::Error> {
        connection.ping().map_err(diesel::ConnectionError::CouldntSetupConfiguration)
    }

    fn has_broken(&self, connection: &mut Connection) -> bool {
        connection.is_broken()
    }
}

/// The database of a process; cheap to clone.
#[derive(Clone)]
pub struct Db {
    pool: r2d2::Pool<Manager>,
    url: Arc<str>,
    /// On SQLite only.
    checkpointer: Option<Arc<checkpoint::Checkpointer>>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The URL can hold a password.
        f.debug_struct("Db").finish_non_exhaustive()
    }
}

impl Db {
    /// A pool of up to `size` connections; the first one is opened here, so that a wrong URL shows at once.
    ///
    /// # Errors
    /// [`Error::Unavailable`] with the driver's own words when no connection can be made.
    pub fn open(url: &str, size: u32) -> Result<Self> {
        if let Some(Backend::Sqlite { path }) = Backend::of(url)
            && let Some(folder) = Path::new(path).parent()
        {
            std::fs::create_dir_all(folder).map_err(|error| Error::Unavailable {
                what: "the database",
                why: format!("`{}` cannot be made: {error}", folder.display()),
            })?;
        }
        let first =
            dialect::open(url).map_err(|error| Error::Unavailable { what: "the database", why: error.to_string() })?;
        drop(first);
        let pool = r2d2::Pool::builder()
            .max_size(size)
            .min_idle(Some(1))
            // A ping before each use costs a round trip; SQLite has nothing that could have gone away.
            .test_on_check_out(matches!(Backend::of(url), Some(Backend::Mysql)))
            .connection_timeout(POOL_PATIENCE)
            .build_unchecked(Manager { url: url.to_owned() });
        let checkpointer = match Backend::of(url) {
            Some(Backend::Sqlite { .. }) => Some(Arc::new(checkpoint::Checkpointer::start(url)?)),
            _ => None,
        };
        Ok(Self { pool, url: url.into(), checkpointer })
    }

    /// Whether this is SQLite, where ids count up in commit order and one process writes at a time.
    pub fn is_sqlite(&self) -> bool {
        matches!(Backend::of(&self.url), Some(Backend::Sqlite { .. }))
    }

    /// Runs `work` on a connection of its own; nothing in it may write.
    pub fn read<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        work(&mut *self.pool.get()?)
    }

    /// How much of the pool is in use (O4).
    pub fn pool_use(&self) -> PoolUse {
        let state = self.pool.state();
        PoolUse {
            idle: state.idle_connections,
            used: state.connections.saturating_sub(state.idle_connections),
            unopened: self.pool.max_size().saturating_sub(state.connections),
        }
    }

    /// The most trivial query there is: whether the database answers (O1).
    pub fn ping(&self) -> Result<()> {
        self.read(|connection| Ok(connection.ping()?))
    }

    /// Runs `work` on one unchanging picture of the database, however long it takes; nothing in it may write.
    pub fn snapshot<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        dialect::snapshot(&mut *self.pool.get()?, work)
    }

    /// Runs `work` in one write transaction: committed when it returns a value, undone when it returns an error.
    ///
    /// On SQLite the write lock is taken at the start, so nothing read inside can be outdated by the time it is
    /// written. On MySQL a transaction that lost a deadlock is run again.
    pub fn write_tx<T>(&self, work: impl FnMut(&mut Connection) -> Result<T>) -> Result<T> {
        self.write_on(&mut *self.pool.get()?, work)
    }

    fn write_on<T>(
        &self,
        connection: &mut Connection,
        mut work: impl FnMut(&mut Connection) -> Result<T>,
    ) -> Result<T> {
        let done = dialect::write_tx(connection, &mut work);
        if let Some(checkpointer) = &self.checkpointer {
            checkpointer.written();
        }
        done
    }

    /// A connection for one load of very many rows; see [`Bulk`].
    pub fn bulk(&self) -> Result<Bulk> {
        let mut connection = self.pool.get()?;
        dialect::bulk_session(&mut connection)?;
        Ok(Bulk { connection, db: self.clone() })
    }
}

/// How much of a pool is in use; the three together are its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolUse {
    /// Connections that wait for work.
    pub idle: u32,
    /// Connections at work.
    pub used: u32,
    /// Connections that may still be opened.
    pub unopened: u32,
}

/// A connection that is set up for one load of very many rows, until it is dropped.
pub struct Bulk {
    connection: r2d2::PooledConnection<Manager>,
    db: Db,
}

impl std::fmt::Debug for Bulk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bulk").finish_non_exhaustive()
    }
}

impl Bulk {
    /// Runs `work` in one write transaction; see [`Db::write_tx`].
    pub fn write_tx<T>(&mut self, work: impl FnMut(&mut Connection) -> Result<T>) -> Result<T> {
        self.db.write_on(&mut self.connection, work)
    }
}

impl Drop for Bulk {
    fn drop(&mut self) {
        // The connection goes back to the pool; with the wrong settings it would be slower, not wrong.
        if let Err(error) = dialect::usual_session(&mut self.connection) {
            tracing::warn!(%error, "a connection keeps the settings of a bulk load");
        }
    }
}
