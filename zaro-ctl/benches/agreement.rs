//! Whether two databases are the same but for the notes of the sweep itself.

use anyhow::{Result, ensure};
use diesel::connection::SimpleConnection as _;
use diesel::{QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query};
use zaro_core::types::Time;

use crate::sample::{Sample, number};

/// Tables whose rows have kept their keys, compared column by column.
const KEYED: [(&str, &[&str]); 7] = [
    ("users", &["id"]),
    ("sessions", &["id"]),
    ("account_tokens", &["id"]),
    ("posts", &["id"]),
    ("comments", &["id"]),
    ("favorite_groups", &["id"]),
    ("follows", &["follower_id", "followee_id"]),
];
/// Tables with new rows, whose ids depend on the order of writing: compared as bags of the other columns.
const BAGS: [(&str, &[&str]); 4] = [
    ("mail_outbox", &["id"]),
    ("dormancy_notices", &["id", "mail_id"]),
    ("withdrawal_history", &["id"]),
    ("post_likes", &[]),
];

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

/// Fails with the first table that differs.
pub(crate) fn check(ours: &Sample, theirs: &Sample, at: Time) -> Result<()> {
    let mut connection = ours.open()?;
    connection.batch_execute(&theirs.attach())?;
    for (table, key) in KEYED {
        let columns = columns(&mut connection, table, &[])?;
        let side = |side: &str| columns.iter().map(|name| format!("{side}.{name}")).collect::<Vec<_>>().join(", ");
        let same = key.iter().map(|name| format!("a.{name} = b.{name}")).collect::<Vec<_>>().join(" AND ");
        let (a, b) = (side("a"), side("b"));
        let differing = format!(
            "SELECT COUNT(*) AS n FROM main.{table} a CROSS JOIN other.{table} b ON {same} WHERE ({a}) IS NOT ({b})"
        );
        let apart =
            format!("SELECT ABS((SELECT COUNT(*) FROM main.{table}) - (SELECT COUNT(*) FROM other.{table})) AS n");
        none(&mut connection, table, &differing)?;
        none(&mut connection, table, &apart)?;
    }
    for (table, but) in BAGS {
        let columns = columns(&mut connection, table, but)?.join(", ");
        let bag = |side: &str| format!("SELECT {columns}, COUNT(*) FROM {side}.{table} GROUP BY {columns}");
        for (one, other) in [("main", "other"), ("other", "main")] {
            let only = format!("SELECT COUNT(*) AS n FROM ({} EXCEPT {})", bag(one), bag(other));
            none(&mut connection, table, &only)?;
        }
    }
    // What is equal because nothing was written would prove nothing.
    let written = format!("SELECT COUNT(*) AS n FROM dormancy_notices WHERE created_at = {}", at.micros());
    ensure!(number(&mut connection, &written)? > 0, "the sweep has queued no notice");
    Ok(())
}

fn none(connection: &mut SqliteConnection, table: &str, query: &str) -> Result<()> {
    let differing = number(connection, query)?;
    ensure!(differing == 0, "the sweep and plain SQL differ in {differing} row(s) of `{table}`:\n{query}");
    Ok(())
}

fn columns(connection: &mut SqliteConnection, table: &str, but: &[&str]) -> Result<Vec<String>> {
    let query = format!("SELECT name FROM pragma_table_xinfo('{table}')");
    let columns: Vec<Column> = sql_query(query).load(connection)?;
    Ok(columns.into_iter().map(|column| column.name).filter(|name| !but.contains(&name.as_str())).collect())
}
