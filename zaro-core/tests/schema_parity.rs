//! The migrations of both databases make one schema, and `src/schema.rs` is what they make.
//!
//! Both databases are asked for the same four lists (columns, keys, foreign keys, checks); what is compared and what is
//! rendered comes from those lists alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use diesel::connection::{LoadConnection, SimpleConnection as _};
use diesel::migration::MigrationConnection;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use diesel::{Connection, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};

/// Diesel is built for tables of at most this many columns.
const MAX_COLUMNS: usize = 32;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    name: String,
    /// As the database writes the type.
    #[diesel(sql_type = Text)]
    declared: String,
    #[diesel(sql_type = Bool)]
    required: bool,
    #[diesel(sql_type = Bool)]
    generated: bool,
    #[diesel(sql_type = Nullable<Text>)]
    default_value: Option<String>,
    /// The length that the type itself allows.
    #[diesel(sql_type = Nullable<BigInt>)]
    bound: Option<i64>,
}

/// One column of a primary key, a unique or an index.
#[derive(QueryableByName)]
struct KeyPart {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    column_name: String,
}

/// One column of a foreign key.
#[derive(QueryableByName)]
struct ReferencePart {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    parent: String,
    #[diesel(sql_type = Text)]
    parent_column: String,
    #[diesel(sql_type = Text)]
    on_delete: String,
}

#[derive(QueryableByName)]
struct Check {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    clause: String,
}

/// The statement that made a table, where SQLite keeps its checks.
#[derive(QueryableByName)]
struct Statement {
    #[diesel(sql_type = Text)]
    sql: String,
}

struct ForeignKey {
    columns: Vec<String>,
    parent: String,
    parent_columns: Vec<String>,
    on_delete: String,
}

/// What one database says about itself.
struct Schema {
    columns: BTreeMap<String, Vec<Column>>,
    primary: BTreeMap<String, Vec<String>>,
    /// Uniques and indexes by table and name, in one map so that a name has one kind.
    keys: BTreeMap<(String, String), (String, Vec<String>)>,
    foreign: BTreeMap<(String, String), ForeignKey>,
    checks: BTreeMap<String, String>,
}

impl Schema {
    fn new(columns: Vec<Column>, keys: Vec<KeyPart>, references: Vec<ReferencePart>, checks: Vec<Check>) -> Self {
        let mut schema = Self {
            columns: BTreeMap::new(),
            primary: BTreeMap::new(),
            keys: BTreeMap::new(),
            foreign: BTreeMap::new(),
            checks: checks.into_iter().map(|check| (check.name, check.clause)).collect(),
        };
        for column in columns {
            schema.columns.entry(column.table_name.clone()).or_default().push(column);
        }
        for part in keys {
            if part.kind == "primary" {
                schema.primary.entry(part.table_name).or_default().push(part.column_name);
            } else {
                let key = schema.keys.entry((part.table_name, part.name)).or_insert((part.kind, Vec::new()));
                key.1.push(part.column_name);
            }
        }
        for part in references {
            let key = schema.foreign.entry((part.table_name, part.name)).or_insert(ForeignKey {
                columns: Vec::new(),
                parent: part.parent,
                parent_columns: Vec::new(),
                on_delete: part.on_delete,
            });
            key.columns.push(part.column_name);
            key.parent_columns.push(part.parent_column);
        }
        schema
    }

    /// Everything that must be the same on both databases, one fact a line.
    fn facts(&self) -> BTreeSet<String> {
        let mut facts = BTreeSet::new();
        for (table, columns) in &self.columns {
            facts.insert(format!("{table}: columns {}", join(columns.iter().map(|column| &column.name))));
            facts.insert(format!("{table}: primary key {}", join(&self.primary[table])));
            for column in columns {
                facts.insert(format!("{table}.{}: {}", column.name, self.describe(column)));
            }
        }
        for ((table, name), (kind, columns)) in &self.keys {
            facts.insert(format!("{table}: {kind} {name} on {}", join(columns)));
        }
        for ((table, _), key) in &self.foreign {
            facts.insert(format!(
                "{table}: {} refers to {} ({}), on delete {}",
                join(&key.columns),
                key.parent,
                join(&key.parent_columns),
                key.on_delete
            ));
        }
        let rules = self.checks.iter().filter(|(_, clause)| length_bound(clause).is_none());
        facts.extend(rules.map(|(name, _)| format!("check {name}")));
        facts
    }

    fn describe(&self, column: &Column) -> String {
        let check = self.checks.get(&format!("ck_{}_{}", column.table_name, column.name));
        let bound = match check {
            // A list of words bounds the column on both databases, whatever length the type has.
            Some(clause) => length_bound(clause),
            None => column.bound,
        };
        let mut text = diesel_type(column, self.is_id(column)).to_owned();
        if let Some(bound) = bound {
            write!(text, " up to {bound}").expect("a string takes all");
        }
        if column.generated {
            // MariaDB has no word for a generated column that is never NULL.
            text.push_str(", generated");
        } else {
            text.push_str(if column.required { ", required" } else { ", nullable" });
        }
        // Quoted by some; MariaDB writes the word NULL where the others have nothing.
        if let Some(value) = column.default_value.as_deref().map(|value| value.trim_matches('\''))
            && value != "NULL"
        {
            write!(text, ", default {value}").expect("a string takes all");
        }
        text
    }

    /// Whether this is the counted key of its table, which SQLite calls INTEGER and which holds 64 bits there.
    fn is_id(&self, column: &Column) -> bool {
        self.primary[&column.table_name] == [column.name.as_str()]
    }

    /// The text of `src/schema.rs`.
    fn render(&self) -> String {
        let mut text = String::from("// @generated by scripts/dump-schema.sh from migrations/sqlite; do not edit.\n");
        for (table, columns) in &self.columns {
            assert!(columns.len() <= MAX_COLUMNS, "`{table}` has more than {MAX_COLUMNS} columns");
            let key = self.primary[table].join(", ");
            let columns: String = columns.iter().map(|column| self.render_column(column)).collect();
            text.extend(["\ndiesel::table! {\n    ", table, " (", &key, ") {\n", &columns, "    }\n}\n"]);
        }
        text.push('\n');
        for (table, parent, column) in self.joins() {
            text.extend(["diesel::joinable!(", table, " -> ", parent, " (", column, "));\n"]);
        }
        text += "\ndiesel::allow_tables_to_appear_in_same_query!(\n";
        text.extend(self.columns.keys().map(|table| format!("    {table},\n")));
        text + ");\n"
    }

    fn render_column(&self, column: &Column) -> String {
        let kind = diesel_type(column, self.is_id(column));
        let kind = if column.required { kind.to_owned() } else { format!("Nullable<{kind}>") };
        match column.name.as_str() {
            // A keyword of Rust.
            "type" => format!("        #[sql_name = \"type\"]\n        kind -> {kind},\n"),
            name => format!("        {name} -> {kind},\n"),
        }
    }

    /// Child, parent and column of each pair of tables that one plain foreign key to the primary key connects.
    fn joins(&self) -> BTreeSet<(&str, &str, &str)> {
        let mut pairs: BTreeMap<(&str, &str), Vec<&ForeignKey>> = BTreeMap::new();
        for ((table, _), key) in &self.foreign {
            pairs.entry((table, &key.parent)).or_default().push(key);
        }
        let joins = pairs.into_iter().filter_map(|((table, parent), keys)| match keys.as_slice() {
            [key] if table != parent && key.parent_columns == self.primary[parent] => match key.columns.as_slice() {
                [column] => Some((table, parent, column.as_str())),
                _ => None,
            },
            _ => None,
        });
        joins.collect()
    }
}

fn join(names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    names.into_iter().map(|name| name.as_ref().to_owned()).collect::<Vec<_>>().join(", ")
}

fn diesel_type(column: &Column, id: bool) -> &'static str {
    match column.declared.to_ascii_lowercase().as_str() {
        "bigint" => "BigInt",
        "integer" if id => "BigInt",
        "integer" | "int" => "Integer",
        "boolean" => "Bool",
        "double" => "Double",
        "date" => "Date",
        "text" | "varchar" | "char" => "Text",
        "blob" | "binary" => "Binary",
        other => {
            panic!("`{}.{}` has the type `{other}`, which no word of the schema means", column.table_name, column.name)
        }
    }
}

/// The number in a check that does nothing but bound the length of a column.
fn length_bound(clause: &str) -> Option<i64> {
    let clause = clause.trim_start_matches('(');
    if !clause.starts_with("length(") && !clause.starts_with("char_length(") {
        return None;
    }
    let (_, number) = clause.rsplit_once("= ")?;
    number.trim_end_matches(')').parse().ok()
}

fn folder(backend: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(backend)
}

/// Applies the migrations as they lie on disk, not as they were when the crate was built.
fn migrate<C>(connection: &mut C, backend: &str)
where
    C: MigrationConnection + LoadConnection + MigrationHarness<C::Backend>,
    C::Backend: diesel::backend::Backend,
{
    let source = FileBasedMigrations::from_path(folder(backend)).expect("the folder has migrations");
    connection.run_pending_migrations(source).expect("every migration goes up");
}

fn sqlite() -> SqliteConnection {
    let mut connection = SqliteConnection::establish(":memory:").expect("SQLite opens in memory");
    connection.batch_execute("PRAGMA foreign_keys = ON").expect("a pragma runs");
    migrate(&mut connection, "sqlite");
    connection
}

fn sqlite_schema(connection: &mut SqliteConnection) -> Schema {
    const TABLES: &str = "WITH tables AS (SELECT name, sql FROM sqlite_master WHERE type = 'table' \
        AND name NOT LIKE 'sqlite~_%' ESCAPE '~' AND name NOT LIKE '~_~_%' ESCAPE '~')";
    let columns = sql_query(format!(
        "{TABLES} SELECT t.name AS table_name, c.name AS name, c.type AS declared, c.\"notnull\" AS required, \
         c.hidden <> 0 AS generated, c.dflt_value AS default_value, NULL AS bound \
         FROM tables t JOIN pragma_table_xinfo(t.name) c ORDER BY t.name, c.cid"
    ));
    let keys = sql_query(format!(
        "{TABLES} SELECT t.name AS table_name, 'primary' AS name, 'primary' AS kind, c.name AS column_name, c.pk AS seq \
         FROM tables t JOIN pragma_table_xinfo(t.name) c WHERE c.pk > 0 \
         UNION ALL \
         SELECT t.name, i.name, CASE i.\"unique\" WHEN 1 THEN 'unique' ELSE 'index' END, p.name, p.seqno \
         FROM tables t JOIN pragma_index_list(t.name) i JOIN pragma_index_info(i.name) p WHERE i.origin <> 'pk' \
         ORDER BY 1, 2, 5"
    ));
    let references = sql_query(format!(
        "{TABLES} SELECT t.name AS table_name, CAST(f.id AS TEXT) AS name, f.\"from\" AS column_name, \
         f.\"table\" AS parent, f.\"to\" AS parent_column, f.on_delete AS on_delete \
         FROM tables t JOIN pragma_foreign_key_list(t.name) f ORDER BY t.name, f.id, f.seq"
    ));
    let statements: Vec<Statement> =
        sql_query(format!("{TABLES} SELECT sql FROM tables")).load(connection).expect("SQLite lists its tables");
    Schema::new(
        columns.load(connection).expect("SQLite lists its columns"),
        keys.load(connection).expect("SQLite lists its keys"),
        references.load(connection).expect("SQLite lists its foreign keys"),
        statements.iter().flat_map(|statement| checks_of(&statement.sql)).collect(),
    )
}

/// The named checks in the statement that made a table.
fn checks_of(sql: &str) -> impl Iterator<Item = Check> {
    sql.split("CONSTRAINT ").skip(1).filter_map(|rest| {
        let (name, clause) = rest.split_once(" CHECK (")?;
        let clause = clause.trim_end().trim_end_matches(',');
        name.starts_with("ck_").then(|| Check { name: name.to_owned(), clause: clause_of(clause).to_owned() })
    })
}

/// `text` up to the parenthesis that closes the one before it.
fn clause_of(text: &str) -> &str {
    let mut open = 1;
    let end = text.find(|c| {
        open += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        open == 0
    });
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

fn names(backend: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder(backend)).expect("the folder of migrations is there");
    entries.map(|entry| entry.expect("the folder can be read").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = (names("sqlite"), names("mysql"));
    assert_eq!(names.0, names.1);
    for (backend, name) in ["sqlite", "mysql"].iter().flat_map(|b| names.0.iter().map(move |n| (b, n))) {
        for file in ["up.sql", "down.sql"] {
            assert!(folder(backend).join(name).join(file).is_file(), "`{backend}/{name}` has no `{file}`");
        }
    }
}

#[test]
fn schema_rs_is_what_the_migrations_make() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/schema.rs");
    let made = sqlite_schema(&mut sqlite()).render();
    #[expect(clippy::disallowed_methods, reason = "a switch of this test, not a setting of the program")]
    let update = std::env::var("ZARO_UPDATE_SCHEMA").is_ok_and(|value| value == "1");
    if update {
        std::fs::write(&path, made).expect("`src/schema.rs` can be written");
        return;
    }
    let kept = std::fs::read_to_string(&path).expect("`src/schema.rs` is there");
    assert!(kept == made, "`src/schema.rs` is out of date; run `scripts/dump-schema.sh`");
}

#[test]
fn sqlite_goes_down_and_up_again() {
    let mut connection = sqlite();
    let before = sqlite_schema(&mut connection).facts();
    let source = || FileBasedMigrations::from_path(folder("sqlite")).expect("the folder has migrations");
    connection.revert_all_migrations(source()).expect("every migration goes down");
    assert!(sqlite_schema(&mut connection).columns.is_empty(), "a table is left after going down");
    migrate(&mut connection, "sqlite");
    assert_eq!(sqlite_schema(&mut connection).facts(), before);
}

#[cfg(feature = "mysql")]
mod mysql {
    //! Runs where `TEST_DATABASE_URL` names a MySQL or MariaDB server.

    use diesel::MysqlConnection;

    use super::*;

    /// A database of its own, gone when the test ends.
    struct Scratch {
        server: MysqlConnection,
        connection: MysqlConnection,
        name: String,
    }

    impl Scratch {
        fn on(url: &str) -> Self {
            let name = format!("zaro_parity_{}", std::process::id());
            let (rest, query) = url.split_once('?').map_or((url, String::new()), |(rest, q)| (rest, format!("?{q}")));
            let (base, _) = rest.rsplit_once('/').expect("`TEST_DATABASE_URL` names a database");
            let mut server = MysqlConnection::establish(url).expect("the server of `TEST_DATABASE_URL` answers");
            server.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).expect("a leftover can be dropped");
            server.batch_execute(&format!("CREATE DATABASE {name}")).expect("a database can be made");
            let connection = MysqlConnection::establish(&format!("{base}/{name}{query}")).expect("it can be opened");
            Self { server, connection, name }
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let dropped = self.server.batch_execute(&format!("DROP DATABASE {}", self.name));
            assert!(dropped.is_ok() || std::thread::panicking(), "`{}` stays behind", self.name);
        }
    }

    #[derive(QueryableByName)]
    struct Odd {
        #[diesel(sql_type = Text)]
        name: String,
    }

    fn schema(connection: &mut MysqlConnection) -> Schema {
        let columns = sql_query(
            "SELECT table_name AS table_name, column_name AS name, \
             CASE column_type WHEN 'tinyint(1)' THEN 'boolean' ELSE data_type END AS declared, \
             is_nullable = 'NO' AS required, extra LIKE '%STORED GENERATED%' AS `generated`, \
             column_default AS default_value, character_maximum_length AS bound \
             FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name NOT LIKE '\\_\\_%' \
             ORDER BY table_name, ordinal_position",
        );
        let keys = sql_query(
            "SELECT table_name AS table_name, index_name AS name, column_name AS column_name, \
             CASE WHEN index_name = 'PRIMARY' THEN 'primary' WHEN non_unique = 0 THEN 'unique' ELSE 'index' END AS kind \
             FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name NOT LIKE '\\_\\_%' \
             ORDER BY table_name, index_name, seq_in_index",
        );
        let references = sql_query(
            "SELECT k.table_name AS table_name, k.constraint_name AS name, k.column_name AS column_name, \
             k.referenced_table_name AS parent, k.referenced_column_name AS parent_column, r.delete_rule AS on_delete \
             FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r \
             ON r.constraint_schema = k.constraint_schema AND r.table_name = k.table_name \
             AND r.constraint_name = k.constraint_name \
             WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL \
             ORDER BY k.table_name, k.constraint_name, k.ordinal_position",
        );
        let checks = sql_query(
            "SELECT constraint_name AS name, REPLACE(check_clause, '`', '') AS clause \
             FROM information_schema.check_constraints WHERE constraint_schema = DATABASE()",
        );
        Schema::new(
            columns.load(connection).expect("the server lists its columns"),
            keys.load(connection).expect("the server lists its keys"),
            references.load(connection).expect("the server lists its foreign keys"),
            checks.load(connection).expect("the server lists its checks"),
        )
    }

    /// Tables of another engine or collation, and columns of another collation.
    fn odd(connection: &mut MysqlConnection) -> Vec<String> {
        let odd: Vec<Odd> = sql_query(
            "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() \
             AND table_name NOT LIKE '\\_\\_%' AND (engine <> 'InnoDB' OR table_collation <> 'utf8mb4_bin') \
             UNION ALL SELECT CONCAT(table_name, '.', column_name) FROM information_schema.columns \
             WHERE table_schema = DATABASE() AND table_name NOT LIKE '\\_\\_%' AND collation_name IS NOT NULL \
             AND collation_name <> CASE data_type WHEN 'char' THEN 'ascii_bin' ELSE 'utf8mb4_bin' END",
        )
        .load(connection)
        .expect("the server lists its collations");
        odd.into_iter().map(|odd| odd.name).collect()
    }

    #[test]
    fn mysql_has_the_schema_of_sqlite() {
        #[expect(clippy::disallowed_methods, reason = "a switch of the tests, not a setting of the program")]
        let Some(url) = std::env::var("TEST_DATABASE_URL").ok().filter(|url| url.starts_with("mysql://")) else {
            return;
        };
        let mut scratch = Scratch::on(&url);
        migrate(&mut scratch.connection, "mysql");
        let there = schema(&mut scratch.connection).facts();
        let here = sqlite_schema(&mut sqlite()).facts();
        let differences: Vec<String> = (here.difference(&there).map(|fact| format!("SQLite only: {fact}")))
            .chain(there.difference(&here).map(|fact| format!("MySQL only:  {fact}")))
            .collect();
        assert!(differences.is_empty(), "the schemas differ\n{}", differences.join("\n"));
        assert_eq!(odd(&mut scratch.connection), Vec::<String>::new(), "another engine or collation");

        let source = FileBasedMigrations::from_path(folder("mysql")).expect("the folder has migrations");
        scratch.connection.revert_all_migrations(source).expect("every migration goes down");
        assert!(schema(&mut scratch.connection).columns.is_empty(), "a table is left after going down");
    }
}
