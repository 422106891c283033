//! The only place that asks which database it talks to.

use std::time::{Duration, Instant};

#[cfg(feature = "mysql")]
use diesel::MysqlConnection;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::result::{DatabaseErrorKind, Error as Diesel};
use diesel::{Connection as _, ConnectionError, SqliteConnection};

use super::{Backend, Connection};
use crate::error::{Error, Result};

/// How long a writer waits for SQLite's write lock before the request is told to come back later.
const WRITE_PATIENCE: Duration = Duration::from_secs(5);
/// Between two tries for the write lock: shorter than the gap a sweep leaves between batches ([`SWEEP_GAP`]),
/// so that a request gets in after at most one batch.
const WRITE_RETRY: Duration = Duration::from_micros(300);
/// The gap a sweep leaves between two write transactions on SQLite.
pub const SWEEP_GAP: Duration = Duration::from_millis(1);
/// How often a transaction that lost a deadlock is run again.
const DEADLOCK_RETRIES: u32 = 5;

/// Session settings of SQLite (SCHEMA, conventions). Writes wait in `begin_immediate`, not in the busy handler:
/// the handler's growing pauses would let a sweep starve a sign-in. The log is copied back by a thread
/// ([`super::checkpoint`]); a commit does so only beyond 256 MB.
const SQLITE_SESSION: &str = "PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 5000; \
     PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000; PRAGMA mmap_size = 0; PRAGMA wal_autocheckpoint = 65536;";

/// What a bulk load changes of that: a cache that holds the indexes it fills. Durability stays as it is.
const SQLITE_BULK: &str = "PRAGMA cache_size = -65536;";
/// What undoes it.
const SQLITE_USUAL: &str = "PRAGMA cache_size = -8000; PRAGMA shrink_memory;";

/// Session settings of MySQL and MariaDB (SCHEMA, conventions).
#[cfg(feature = "mysql")]
const MYSQL_SESSION: &str = "SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES'), time_zone = '+00:00', \
     NAMES utf8mb4 COLLATE utf8mb4_bin; SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;";

/// Opens a connection and sets its session up.
pub(super) fn open(url: &str) -> Result<Connection, ConnectionError> {
    match Backend::of(url) {
        Some(Backend::Sqlite { path }) => {
            let mut connection = SqliteConnection::establish(path)?;
            connection.batch_execute(SQLITE_SESSION).map_err(ConnectionError::CouldntSetupConfiguration)?;
            Ok(Connection::Sqlite(connection))
        }
        #[cfg(feature = "mysql")]
        Some(Backend::Mysql) => {
            let mut connection = MysqlConnection::establish(url)?;
            connection.batch_execute(MYSQL_SESSION).map_err(ConnectionError::CouldntSetupConfiguration)?;
            Ok(Connection::Mysql(connection))
        }
        _ => Err(ConnectionError::InvalidConnectionUrl("neither `sqlite://` nor a database of this build".into())),
    }
}

/// Sets a session up for a load of very many rows.
pub(super) fn bulk_session(connection: &mut Connection) -> Result<(), Diesel> {
    match connection {
        Connection::Sqlite(sqlite) => sqlite.batch_execute(SQLITE_BULK),
        // Its cache and log belong to the server, not to a session.
        #[cfg(feature = "mysql")]
        Connection::Mysql(_) => Ok(()),
    }
}

/// Undoes [`bulk_session`].
pub(super) fn usual_session(connection: &mut Connection) -> Result<(), Diesel> {
    match connection {
        Connection::Sqlite(sqlite) => sqlite.batch_execute(SQLITE_USUAL),
        #[cfg(feature = "mysql")]
        Connection::Mysql(_) => Ok(()),
    }
}

diesel::prefix_operator!(Plus, "+ ", diesel::sql_types::Text);

/// A text column in a condition that shall choose no index, because the rows are given by their ids.
///
/// On SQLite without statistics, `id IN (…) AND status = ?` walks through all members in that state, not through the
/// ids; MySQL reads the sign as nothing.
pub(crate) const fn unindexed<T: diesel::Expression>(column: T) -> Plus<T> {
    Plus { expr: column }
}

/// Runs a write transaction; see [`super::Db::write_tx`].
pub(super) fn write_tx<T>(
    connection: &mut Connection,
    work: &mut dyn FnMut(&mut Connection) -> Result<T>,
) -> Result<T> {
    let mut tries = 0;
    loop {
        tries += 1;
        let result = match connection {
            Connection::Sqlite(_) => sqlite_tx(connection, work),
            #[cfg(feature = "mysql")]
            Connection::Mysql(_) => connection.transaction(|connection| work(connection)),
        };
        match result {
            Err(Error::Database(error)) if tries <= DEADLOCK_RETRIES && is_deadlock(&error) => {}
            other => return other,
        }
    }
}

/// Runs reads on one picture of the database; see [`super::Db::snapshot`].
pub(super) fn snapshot<T>(connection: &mut Connection, work: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
    match connection {
        // Its first read fixes what all others see; writers go on beside it.
        Connection::Sqlite(sqlite) => AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN DEFERRED")?,
        #[cfg(feature = "mysql")]
        Connection::Mysql(mysql) => {
            // For this transaction only: the session reads what is committed (MYSQL_SESSION).
            mysql.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")?;
            let begin = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";
            AnsiTransactionManager::begin_transaction_sql(mysql, begin)?;
        }
    }
    let result = work(connection);
    // Nothing was written that could be committed.
    rollback(connection)?;
    result
}

/// A deadlock or serialisation failure: the database undid the transaction and asks for another try.
fn is_deadlock(error: &Diesel) -> bool {
    match error {
        Diesel::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
        Diesel::DatabaseError(_, info) => info.message().contains("Deadlock found"),
        _ => false,
    }
}

/// Takes the write lock at the start, waits for it in short even steps, and commits or rolls back.
fn sqlite_tx<T>(connection: &mut Connection, work: &mut dyn FnMut(&mut Connection) -> Result<T>) -> Result<T> {
    begin_immediate(connection)?;
    match work(connection) {
        Ok(value) => {
            commit(connection)?;
            Ok(value)
        }
        Err(error) => {
            // The first error is the one worth telling; a connection whose rollback failed is dropped by the pool.
            if let Err(rollback) = rollback(connection) {
                tracing::error!(error = %rollback, "a rollback failed");
            }
            Err(error)
        }
    }
}

fn begin_immediate(connection: &mut Connection) -> Result<()> {
    let started = Instant::now();
    loop {
        match try_begin(connection) {
            Ok(()) => return Ok(()),
            Err(Diesel::DatabaseError(_, info))
                if info.message().contains("locked") && started.elapsed() < WRITE_PATIENCE =>
            {
                pause(WRITE_RETRY);
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Waits a moment; the one sleep of this crate outside the workers.
#[expect(clippy::disallowed_methods, reason = "SQLite offers no queue for its write lock, only asking again")]
pub(crate) fn pause(time: Duration) {
    std::thread::sleep(time);
}

fn try_begin(connection: &mut Connection) -> Result<(), Diesel> {
    match connection {
        Connection::Sqlite(sqlite) => {
            // Without a wait of its own: see WRITE_RETRY.
            sqlite.batch_execute("PRAGMA busy_timeout = 0")?;
            let begun = AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE");
            sqlite.batch_execute("PRAGMA busy_timeout = 5000")?;
            begun
        }
        #[cfg(feature = "mysql")]
        Connection::Mysql(mysql) => AnsiTransactionManager::begin_transaction(mysql),
    }
}

fn commit(connection: &mut Connection) -> Result<(), Diesel> {
    match connection {
        Connection::Sqlite(sqlite) => AnsiTransactionManager::commit_transaction(sqlite),
        #[cfg(feature = "mysql")]
        Connection::Mysql(mysql) => AnsiTransactionManager::commit_transaction(mysql),
    }
}

fn rollback(connection: &mut Connection) -> Result<(), Diesel> {
    match connection {
        Connection::Sqlite(sqlite) => AnsiTransactionManager::rollback_transaction(sqlite),
        #[cfg(feature = "mysql")]
        Connection::Mysql(mysql) => AnsiTransactionManager::rollback_transaction(mysql),
    }
}

/// The id that the last single-row insert of this connection was given.
pub(crate) fn last_id(connection: &mut Connection) -> Result<i64> {
    #[derive(diesel::QueryableByName)]
    struct Last {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        id: i64,
    }
    let query = match connection {
        Connection::Sqlite(_) => "SELECT last_insert_rowid() AS id",
        #[cfg(feature = "mysql")]
        Connection::Mysql(_) => "SELECT CAST(LAST_INSERT_ID() AS SIGNED) AS id",
    };
    let last: Last = diesel::RunQueryDsl::get_result(diesel::sql_query(query), connection)?;
    Ok(last.id)
}

/// Holds these rows against other writers until the transaction ends, in id order so that two never wait in a circle.
///
/// On SQLite the write transaction itself holds everything.
#[cfg_attr(
    not(feature = "mysql"),
    expect(unused_variables, clippy::unnecessary_wraps, reason = "SQLite has nothing to lock; MySQL has")
)]
pub(crate) fn lock_rows(connection: &mut Connection, table: &'static str, ids: &[i64]) -> Result<()> {
    match connection {
        Connection::Sqlite(_) => Ok(()),
        #[cfg(feature = "mysql")]
        Connection::Mysql(_) if ids.is_empty() => Ok(()),
        #[cfg(feature = "mysql")]
        Connection::Mysql(mysql) => {
            // The ids are numbers of ours; as binds a thousand of them would make a new statement each time anyway.
            let list = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
            let query = format!("SELECT id FROM {table} WHERE id IN ({list}) ORDER BY id FOR UPDATE");
            diesel::RunQueryDsl::execute(diesel::sql_query(query), mysql)?;
            Ok(())
        }
    }
}

/// Inserts many rows in one statement: `insert_many!(connection, table, &rows)`, with rows that fit one statement.
///
/// A macro, because the rows' SQL is written for each database by its own Diesel backend.
macro_rules! insert_many {
    ($connection:expr, $table:expr, $rows:expr) => {
        match $connection {
            $crate::db::Connection::Sqlite(sqlite) => {
                diesel::RunQueryDsl::execute(diesel::insert_into($table).values($rows), sqlite)
            }
            #[cfg(feature = "mysql")]
            $crate::db::Connection::Mysql(mysql) => {
                diesel::RunQueryDsl::execute(diesel::insert_into($table).values($rows), mysql)
            }
        }
    };
}
pub(crate) use insert_many;

/// Inserts rows whose unique keys are free and leaves the others alone; tells how many came into being.
macro_rules! insert_ignore {
    ($connection:expr, $table:expr, $rows:expr) => {
        match $connection {
            $crate::db::Connection::Sqlite(sqlite) => {
                diesel::RunQueryDsl::execute(diesel::insert_or_ignore_into($table).values($rows), sqlite)
            }
            #[cfg(feature = "mysql")]
            $crate::db::Connection::Mysql(mysql) => {
                diesel::RunQueryDsl::execute(diesel::insert_or_ignore_into($table).values($rows), mysql)
            }
        }
    };
}
pub(crate) use insert_ignore;

/// Copies SQLite's log back into the database as far as no reader needs it; waits for nobody.
pub(super) fn checkpoint(connection: &mut Connection) -> Result<(), Diesel> {
    match connection {
        Connection::Sqlite(sqlite) => sqlite.batch_execute("PRAGMA wal_checkpoint(PASSIVE)"),
        #[cfg(feature = "mysql")]
        Connection::Mysql(_) => Ok(()),
    }
}

/// A number that changes when another connection of whatever process commits; SQLite only, constant elsewhere, where
/// nobody waits for a lock on the whole database.
pub(crate) fn data_version(connection: &mut Connection) -> Result<i64> {
    #[derive(diesel::QueryableByName)]
    struct Version {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        data_version: i64,
    }
    match connection {
        Connection::Sqlite(sqlite) => {
            let row: Version = diesel::RunQueryDsl::get_result(diesel::sql_query("PRAGMA data_version"), sqlite)?;
            Ok(row.data_version)
        }
        #[cfg(feature = "mysql")]
        Connection::Mysql(_) => Ok(0),
    }
}

/// After large changes: lets SQLite look at its statistics; nothing elsewhere.
pub fn tidy(db: &super::Db) -> Result<()> {
    db.read(|connection| match connection {
        Connection::Sqlite(sqlite) => Ok(sqlite.batch_execute("PRAGMA optimize")?),
        #[cfg(feature = "mysql")]
        Connection::Mysql(_) => Ok(()),
    })
}
