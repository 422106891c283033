//! A database as a whole: copied in one consistent picture, counted, checked, and asked for its time.

use std::collections::BTreeMap;
use std::path::Path;

use diesel::RunQueryDsl as _;
use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{BigInt, Text};

use super::{Connection, Db};
#[cfg(feature = "mysql")]
use crate::error::Error;
use crate::error::Result;
use crate::types::Time;

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(diesel::QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

/// Writes the whole of an SQLite database, as it is at this instant, into a file that is not there yet.
///
/// `VACUUM INTO` and not the backup API: it is one read transaction, so that writers go on beside it and nothing of
/// theirs is in it, where the API begins anew whenever another process commits; it leaves out free pages; and it needs
/// no unsafe code.
///
/// # Errors
/// [`Error::Precondition`] for a database that is no file; [`Error::Database`] when the file cannot be written.
pub fn copy_into(db: &Db, file: &Path) -> Result<()> {
    db.read(|connection| match connection {
        Connection::Sqlite(sqlite) => {
            let into = diesel::sql_query("VACUUM INTO ?").bind::<Text, _>(file.display().to_string());
            into.execute(sqlite)?;
            Ok(())
        }
        #[cfg(feature = "mysql")]
        Connection::Mysql(_) => Err(Error::Precondition("a database server is copied by its own tools".to_owned())),
    })
}

/// Writes SQLite's log back, so that the file alone is the whole database.
pub fn settle(db: &Db) -> Result<()> {
    db.read(|connection| match connection {
        Connection::Sqlite(sqlite) => Ok(sqlite.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")?),
        #[cfg(feature = "mysql")]
        Connection::Mysql(_) => Ok(()),
    })
}

/// How many rows each table has.
pub fn counts(connection: &mut Connection) -> Result<BTreeMap<String, i64>> {
    let query = match connection {
        Connection::Sqlite(_) => {
            "SELECT name AS word FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        }
        #[cfg(feature = "mysql")]
        Connection::Mysql(_) => {
            "SELECT table_name AS word FROM information_schema.tables \
             WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'"
        }
    };
    let tables: Vec<Word> = diesel::sql_query(query).load(connection)?;
    let mut counts = BTreeMap::new();
    for Word { word: table } in tables {
        // Names of our own migrations, or of somebody who could alter our tables anyway.
        let counted: Number = diesel::sql_query(format!("SELECT COUNT(*) AS n FROM {table}")).get_result(connection)?;
        counts.insert(table, counted.n);
    }
    Ok(counts)
}

/// What is damaged in an SQLite file, in its own words; a database server looks after itself.
pub fn damage(connection: &mut Connection) -> Result<Vec<String>> {
    match connection {
        Connection::Sqlite(sqlite) => {
            let query = "SELECT integrity_check AS word FROM pragma_integrity_check \
                 WHERE integrity_check <> 'ok' LIMIT 20";
            let found: Vec<Word> = diesel::sql_query(query).load(sqlite)?;
            let mut words: Vec<String> = found.into_iter().map(|found| found.word).collect();
            let query =
                "SELECT \"table\" || ' lacks a row of ' || parent AS word FROM pragma_foreign_key_check LIMIT 20";
            let found: Vec<Word> = diesel::sql_query(query).load(sqlite)?;
            words.extend(found.into_iter().map(|found| found.word));
            Ok(words)
        }
        #[cfg(feature = "mysql")]
        Connection::Mysql(_) => Ok(Vec::new()),
    }
}

/// What time the database says it is.
pub fn clock(connection: &mut Connection) -> Result<Time> {
    let query = match connection {
        Connection::Sqlite(_) => "SELECT CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER) AS n",
        #[cfg(feature = "mysql")]
        Connection::Mysql(_) => "SELECT CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED) AS n",
    };
    let now: Number = diesel::sql_query(query).get_result(connection)?;
    Ok(Time::from_micros(now.n))
}
