//! One connection type over both databases.

// The derive writes a module of public items without docs; nothing of it is named outside this crate.
#![expect(missing_docs, reason = "written by the MultiConnection derive")]

#[cfg(feature = "mysql")]
use diesel::MysqlConnection;
use diesel::SqliteConnection;

/// A connection to whichever database the configuration names.
#[cfg(feature = "mysql")]
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    Sqlite(SqliteConnection),
    Mysql(MysqlConnection),
}

/// A connection to the one database this build knows.
#[cfg(not(feature = "mysql"))]
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    Sqlite(SqliteConnection),
}
