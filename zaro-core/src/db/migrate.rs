//! The migrations of both databases, embedded in the binary, and the window of schema numbers it can serve.

use diesel::migration::MigrationSource;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Connection, Db};
use crate::error::{Error, Result};

const SQLITE: EmbeddedMigrations = embed_migrations!("../migrations/sqlite");
#[cfg(feature = "mysql")]
const MYSQL: EmbeddedMigrations = embed_migrations!("../migrations/mysql");

/// What the database has and what this binary brings.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct SchemaStatus {
    /// Numbers of the migrations that the database has, oldest first.
    pub applied: Vec<String>,
    /// Numbers that this binary brings and the database lacks.
    pub pending: Vec<String>,
    /// Numbers that the database has and this binary does not know: it is newer.
    pub unknown: Vec<String>,
}

impl SchemaStatus {
    /// The newest number in the database, or `none`.
    pub fn number(&self) -> &str {
        self.applied.last().map_or("none", String::as_str)
    }

    /// Refuses a database that is newer than this binary, before anything is touched.
    pub fn refuse_newer(&self) -> Result<()> {
        if self.unknown.is_empty() {
            return Ok(());
        }
        Err(Error::Internal(format!(
            "the database is newer than this binary: it has {}, which this binary does not know; install the newer \
             release or restore a backup",
            self.unknown.join(", ")
        )))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn internal(error: Box<dyn std::error::Error + Send + Sync>) -> Error {
    Error::Internal(format!("migrations: {error}"))
}

/// The numbers on both sides; writes nothing, not even Diesel's own table.
pub fn status(db: &Db) -> Result<SchemaStatus> {
    db.read(|connection| {
        let applied = if has_history(connection)? { applied(connection)? } else { Vec::new() };
        let known = known(connection)?;
        Ok(SchemaStatus {
            pending: known.iter().filter(|n| !applied.contains(n)).cloned().collect(),
            unknown: applied.iter().filter(|n| !known.contains(n)).cloned().collect(),
            applied,
        })
    })
}

/// What tells this database from others, also after it was moved or restored: when it was made, in digits.
///
/// # Errors
/// [`Error::Internal`] for a database without a schema.
pub fn identity(db: &Db) -> Result<String> {
    #[derive(diesel::QueryableByName)]
    struct Made {
        #[diesel(sql_type = diesel::sql_types::Text)]
        made: String,
    }
    // The first migration is never applied a second time.
    let query = "SELECT CAST(run_on AS CHAR) AS made FROM __diesel_schema_migrations ORDER BY version LIMIT 1";
    let made: Option<Made> = db.read(|connection| {
        Ok(diesel::OptionalExtension::optional(diesel::RunQueryDsl::get_result(diesel::sql_query(query), connection))?)
    })?;
    let made = made.ok_or_else(|| Error::Internal("the database has no schema".to_owned()))?.made;
    Ok(made.chars().filter(char::is_ascii_digit).collect())
}

/// Brings the database up to this binary and returns the numbers that were applied.
///
/// # Errors
/// [`Error::Internal`] when the database is newer than this binary, or a migration fails.
pub fn migrate(db: &Db) -> Result<Vec<String>> {
    status(db)?.refuse_newer()?;
    db.read(|connection| {
        let applied = match connection {
            Connection::Sqlite(sqlite) => sqlite.run_pending_migrations(SQLITE),
            #[cfg(feature = "mysql")]
            Connection::Mysql(mysql) => mysql.run_pending_migrations(MYSQL),
        };
        Ok(applied.map_err(internal)?.iter().map(ToString::to_string).collect())
    })
}

/// Whether Diesel's own table exists; asking Diesel would create it.
fn has_history(connection: &mut Connection) -> Result<bool> {
    #[derive(diesel::QueryableByName)]
    struct Found {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let query = match connection {
        Connection::Sqlite(_) => "SELECT COUNT(*) AS n FROM sqlite_master WHERE name = '__diesel_schema_migrations'",
        #[cfg(feature = "mysql")]
        Connection::Mysql(_) => {
            "SELECT COUNT(*) AS n FROM information_schema.tables \
             WHERE table_schema = DATABASE() AND table_name = '__diesel_schema_migrations'"
        }
    };
    let found: Found = diesel::RunQueryDsl::get_result(diesel::sql_query(query), connection)?;
    Ok(found.n > 0)
}

fn applied(connection: &mut Connection) -> Result<Vec<String>> {
    let versions = match connection {
        Connection::Sqlite(sqlite) => sqlite.applied_migrations(),
        #[cfg(feature = "mysql")]
        Connection::Mysql(mysql) => mysql.applied_migrations(),
    };
    let mut numbers: Vec<String> = versions.map_err(internal)?.iter().map(ToString::to_string).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

fn known(connection: &Connection) -> Result<Vec<String>> {
    let mut numbers: Vec<String> = match connection {
        Connection::Sqlite(_) => {
            let all = MigrationSource::<diesel::sqlite::Sqlite>::migrations(&SQLITE).map_err(internal)?;
            all.iter().map(|m| m.name().version().to_string()).collect()
        }
        #[cfg(feature = "mysql")]
        Connection::Mysql(_) => {
            let all = MigrationSource::<diesel::mysql::Mysql>::migrations(&MYSQL).map_err(internal)?;
            all.iter().map(|m| m.name().version().to_string()).collect()
        }
    };
    numbers.sort_unstable();
    Ok(numbers)
}

/// Notes all migrations as applied in a database whose tables were made otherwise: a test's copy.
#[cfg(all(feature = "testing", feature = "mysql"))]
pub(crate) fn adopt(db: &Db) -> Result<()> {
    db.read(|connection| {
        for number in known(connection)? {
            let note = format!("INSERT INTO __diesel_schema_migrations (version) VALUES ('{number}')");
            diesel::RunQueryDsl::execute(diesel::sql_query(note), connection)?;
        }
        Ok(())
    })
}
