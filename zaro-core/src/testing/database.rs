//! A database of one's own for each test: SQLite by default, MySQL when `TEST_DATABASE_URL` names a server.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::db::{Db, migrate};
use crate::secrets::random;

/// Connections a test may use at once.
const POOL: u32 = 8;

/// A migrated, empty database that is gone when this is dropped.
pub struct TestDb {
    db: Db,
    url: String,
    /// The SQLite file lives here.
    folder: TempDir,
    /// The MySQL database to drop.
    #[cfg(feature = "mysql")]
    _mysql: Option<mysql::Dropped>,
}

impl TestDb {
    /// A database of the kind that the environment asks for.
    ///
    /// # Panics
    /// When it cannot be made: a test cannot go on.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        #[cfg(feature = "mysql")]
        if let Some(server) = mysql_server() {
            let (url, dropped) = mysql::create(&server);
            let db = Db::open(&url, POOL).expect("the test database opens");
            return Self { db, url, folder, _mysql: Some(dropped) };
        }
        let path = folder.path().join("zaro.db");
        std::fs::copy(template(), &path).expect("the template is copied");
        let url = format!("sqlite://{}", path.display());
        let db = Db::open(&url, POOL).expect("the test database opens");
        Self {
            db,
            url,
            folder,
            #[cfg(feature = "mysql")]
            _mysql: None,
        }
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Its URL, for a process that a test starts.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What every table holds, in one text each, so that two states of the database can be compared.
    ///
    /// # Panics
    /// When it cannot be read.
    pub fn content(&self) -> BTreeMap<String, String> {
        self.db.read(content::of_tables).expect("the tables are read")
    }

    /// A folder of the test's own.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

impl Default for TestDb {
    fn default() -> Self {
        Self::new()
    }
}

/// The MySQL server that tests shall use, if any.
#[cfg(feature = "mysql")]
#[expect(clippy::disallowed_methods, reason = "tests are told by the environment which server to use")]
fn mysql_server() -> Option<String> {
    std::env::var("TEST_DATABASE_URL").ok().filter(|url| url.starts_with("mysql://"))
}

mod content {
    use std::collections::BTreeMap;

    use diesel::prelude::*;
    use diesel::sql_types::Text;

    use crate::db::Connection;
    use crate::error::Result;

    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        line: String,
    }

    fn lines(connection: &mut Connection, query: &str) -> Result<Vec<String>> {
        let rows: Vec<Line> = diesel::sql_query(query).load(connection)?;
        Ok(rows.into_iter().map(|row| row.line).collect())
    }

    pub(super) fn of_tables(connection: &mut Connection) -> Result<BTreeMap<String, String>> {
        let (tables, columns) = match connection {
            Connection::Sqlite(_) => (
                "SELECT name AS line FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
                "SELECT name AS line FROM pragma_table_xinfo('{}')",
            ),
            #[cfg(feature = "mysql")]
            Connection::Mysql(_) => (
                "SELECT CAST(table_name AS CHAR) AS line FROM information_schema.tables \
                 WHERE table_schema = DATABASE()",
                // Hashes are no text.
                "SELECT CAST(CONCAT(IF(data_type LIKE '%binary%', 'HEX(`', 'QUOTE(`'), column_name, '`)') AS CHAR) \
                 AS line FROM information_schema.columns \
                 WHERE table_schema = DATABASE() AND table_name = '{}'",
            ),
        };
        let mut content = BTreeMap::new();
        for table in lines(connection, tables)? {
            let columns = lines(connection, &columns.replace("{}", &table))?;
            let row = match connection {
                Connection::Sqlite(_) => {
                    columns.iter().map(|name| format!("quote({name})")).collect::<Vec<_>>().join(" || ',' || ")
                }
                #[cfg(feature = "mysql")]
                Connection::Mysql(_) => {
                    format!("CAST(CONCAT_WS(',', {}) AS CHAR)", columns.join(", "))
                }
            };
            let rows = lines(connection, &format!("SELECT {row} AS line FROM {table} ORDER BY 1"))?;
            content.insert(table, rows.join("\n"));
        }
        Ok(content)
    }
}

/// An SQLite file migrated once a process, and copied for each test.
fn template() -> &'static PathBuf {
    static TEMPLATE: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = TEMPLATE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join(format!("template-{}.db", u32::from_ne_bytes(random())));
        let db = Db::open(&format!("sqlite://{}", path.display()), 1).expect("the template opens");
        migrate::migrate(&db).expect("the migrations run");
        // Closing the last connection writes the log back, so that the file alone is whole.
        drop(db);
        (folder, path)
    });
    path
}

#[cfg(feature = "mysql")]
mod mysql {
    use std::sync::OnceLock;

    use diesel::connection::SimpleConnection as _;
    use diesel::prelude::*;

    use crate::db::{Db, migrate};
    use crate::secrets::random;

    /// Drops its database.
    pub(super) struct Dropped {
        server: String,
        name: String,
    }

    impl Drop for Dropped {
        fn drop(&mut self) {
            if let Ok(mut connection) = MysqlConnection::establish(&self.server) {
                // A database left behind is swept by the next run; a panic here would hide the test's own.
                let _ = connection.batch_execute(&format!("DROP DATABASE IF EXISTS `{}`", self.name));
            }
        }
    }

    /// The statements that make all tables, asked once from a migrated database and replayed for each test.
    fn dump(server: &str) -> &'static Vec<String> {
        static DUMP: OnceLock<Vec<String>> = OnceLock::new();
        DUMP.get_or_init(|| {
            sweep(server);
            let (url, dropped) = fresh(server);
            migrate::migrate(&Db::open(&url, 1).expect("the template opens")).expect("the migrations run");
            let mut connection = MysqlConnection::establish(&url).expect("the template opens");
            let statements =
                tables(&mut connection).iter().map(|name| create_statement(&mut connection, name)).collect();
            drop(dropped);
            statements
        })
    }

    #[derive(QueryableByName)]
    struct Name {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }

    fn names(connection: &mut MysqlConnection, query: &str) -> Vec<String> {
        let rows: Vec<Name> = diesel::sql_query(query).load(connection).expect("names");
        rows.into_iter().map(|row| row.name).collect()
    }

    fn tables(connection: &mut MysqlConnection) -> Vec<String> {
        names(
            connection,
            "SELECT CAST(table_name AS CHAR) AS name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1",
        )
    }

    fn create_statement(connection: &mut MysqlConnection, table: &str) -> String {
        #[derive(QueryableByName)]
        struct Create {
            #[diesel(sql_type = diesel::sql_types::Text, column_name = "Create Table")]
            statement: String,
        }
        let row: Create =
            diesel::sql_query(format!("SHOW CREATE TABLE `{table}`")).get_result(connection).expect("the statement");
        row.statement
    }

    /// Drops what earlier runs left behind: their processes are gone.
    fn sweep(server: &str) {
        let mut connection = MysqlConnection::establish(server).expect("the test server answers");
        let left = names(
            &mut connection,
            "SELECT CAST(schema_name AS CHAR) AS name FROM information_schema.schemata WHERE schema_name LIKE 'zaro\\_test\\_%'",
        );
        for name in left {
            let pid = name.split('_').nth(2).unwrap_or_default();
            if !std::path::Path::new(&format!("/proc/{pid}")).exists() {
                connection
                    .batch_execute(&format!("DROP DATABASE IF EXISTS `{name}`"))
                    .expect("a left database is dropped");
            }
        }
    }

    fn fresh(server: &str) -> (String, Dropped) {
        let name = format!("zaro_test_{}_{:08x}", std::process::id(), u32::from_ne_bytes(random()));
        let mut connection = MysqlConnection::establish(server).expect("the test server answers");
        connection
            .batch_execute(&format!("CREATE DATABASE `{name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"))
            .expect("a database is made");
        let base = server.rsplit_once('/').map_or(server, |(base, _)| base);
        (format!("{base}/{name}"), Dropped { server: server.to_owned(), name })
    }

    pub(super) fn create(server: &str) -> (String, Dropped) {
        let statements = dump(server);
        let (url, dropped) = fresh(server);
        let mut connection = MysqlConnection::establish(&url).expect("the test database opens");
        connection.batch_execute("SET foreign_key_checks = 0").expect("a session");
        for statement in statements {
            connection.batch_execute(statement).expect("a table is made");
        }
        // Diesel's own table came along empty; the numbers make it known as migrated.
        drop(connection);
        migrate::adopt(&Db::open(&url, 1).expect("the test database opens")).expect("the numbers are noted");
        (url, dropped)
    }
}
