//! The columns that operators' acts change, of whichever row, as JSON: what an act has changed is the difference between
//! two of these, and putting it back is writing the older one.
//!
//! No column here holds an address, a name or a text of a member, nor what operators wrote to one: states go into the
//! moderation log, which nothing is ever erased from.

use std::fmt;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::db::{Connection, dialect};
use crate::error::{Error, Result};
use crate::schema::{appeals, comments, places, posts, reports, sanctions, users};
use crate::types::{AppealId, CommentId, PlaceId, PostId, ReportId, SanctionId, Target, UserId};

/// A row, in the order in which rows are locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKey {
    /// A member.
    User(UserId),
    /// A post.
    Post(PostId),
    /// A comment.
    Comment(CommentId),
    /// A report.
    Report(ReportId),
    /// A measure.
    Sanction(SanctionId),
    /// An appeal.
    Appeal(AppealId),
    /// A place.
    Place(PlaceId),
}

/// Columns by name.
pub type RowState = Map<String, Value>;

impl RowKey {
    /// Table and id.
    pub const fn place(self) -> (&'static str, i64) {
        match self {
            Self::User(id) => ("users", id.0),
            Self::Post(id) => ("posts", id.0),
            Self::Comment(id) => ("comments", id.0),
            Self::Report(id) => ("reports", id.0),
            Self::Sanction(id) => ("sanctions", id.0),
            Self::Appeal(id) => ("appeals", id.0),
            Self::Place(id) => ("places", id.0),
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::User(_) => "member",
            Self::Post(_) => "post",
            Self::Comment(_) => "comment",
            Self::Report(_) => "report",
            Self::Sanction(_) => "sanction",
            Self::Appeal(_) => "appeal",
            Self::Place(_) => "place",
        }
    }

    /// Reads what [`RowKey`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let (word, id) = text.split_once(' ')?;
        let id = id.parse().ok()?;
        Some(match word {
            "member" => Self::User(UserId(id)),
            "post" => Self::Post(PostId(id)),
            "comment" => Self::Comment(CommentId(id)),
            "report" => Self::Report(ReportId(id)),
            "sanction" => Self::Sanction(SanctionId(id)),
            "appeal" => Self::Appeal(AppealId(id)),
            "place" => Self::Place(PlaceId(id)),
            _ => return None,
        })
    }
}

impl fmt::Display for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.word(), self.place().1)
    }
}

impl From<Target> for RowKey {
    fn from(target: Target) -> Self {
        match target {
            Target::Post(id) => Self::Post(id),
            Target::Comment(id) => Self::Comment(id),
        }
    }
}

/// Declares the columns of a table that are looked at and put back, as they are stored.
macro_rules! columns {
    ($name:ident, $table:ident, { $($(#[$attribute:meta])* $column:ident: $kind:ty,)+ }) => {
        #[derive(Serialize, Deserialize, Queryable, Selectable, AsChangeset)]
        #[diesel(table_name = $table, treat_none_as_null = true)]
        struct $name {
            $($(#[$attribute])* $column: $kind,)+
        }
    };
}

columns!(UserColumns, users, {
    status: String,
    suspended_until: Option<i64>,
    status_changed_at: i64,
    dormant_at: Option<i64>,
    deleted_at: Option<i64>,
    updated_at: i64,
});
columns!(PostColumns, posts, {
    comment_count: i32,
    report_count: i32,
    report_weight: i32,
    deleted_at: Option<i64>,
    hidden_at: Option<i64>,
    hidden_reason: Option<String>,
});
columns!(CommentColumns, comments, {
    report_count: i32,
    report_weight: i32,
    deleted_at: Option<i64>,
    hidden_at: Option<i64>,
    hidden_reason: Option<String>,
});
columns!(ReportColumns, reports, {
    state: String,
    claimed_by: Option<String>,
    claimed_at: Option<i64>,
    version: i32,
    handled_by: Option<String>,
    handled_at: Option<i64>,
});
columns!(AppealColumns, appeals, {
    state: String,
    handled_by: Option<String>,
    handled_at: Option<i64>,
});
columns!(PlaceColumns, places, {
    name: String,
    address: String,
    category: String,
    #[serde(with = "exact")]
    lat: f64,
    #[serde(with = "exact")]
    lng: f64,
    cell: i32,
    source: String,
    disputed_at: Option<i64>,
    updated_at: i64,
});

/// A measure as a whole, but for what was written to the member.
#[derive(Serialize, Deserialize, Queryable, Selectable, AsChangeset, Insertable)]
#[diesel(table_name = sanctions, treat_none_as_null = true, treat_none_as_default_value = false)]
struct SanctionColumns {
    user_id: i64,
    kind: String,
    reason: String,
    starts_at: i64,
    ends_at: Option<i64>,
    lifted_at: Option<i64>,
    lifted_by: Option<String>,
    created_by: String,
    created_at: i64,
}

/// A coordinate as the shortest text that is read back as the very same number.
mod exact {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes what it writes by reference")]
    pub(super) fn serialize<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(number)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// Runs the same statement on the table of the row, with the struct of its columns.
macro_rules! on_table_of {
    ($key:expr, |$table:ident, $id:ident, $columns:ident| $work:expr) => {
        match $key {
            RowKey::User($id) => on_table_of!(users, UserColumns, $table, $columns, $work),
            RowKey::Post($id) => on_table_of!(posts, PostColumns, $table, $columns, $work),
            RowKey::Comment($id) => on_table_of!(comments, CommentColumns, $table, $columns, $work),
            RowKey::Report($id) => on_table_of!(reports, ReportColumns, $table, $columns, $work),
            RowKey::Sanction($id) => on_table_of!(sanctions, SanctionColumns, $table, $columns, $work),
            RowKey::Appeal($id) => on_table_of!(appeals, AppealColumns, $table, $columns, $work),
            RowKey::Place($id) => on_table_of!(places, PlaceColumns, $table, $columns, $work),
        }
    };
    ($from:ident, $struct:ident, $table:ident, $columns:ident, $work:expr) => {{
        use $from as $table;
        use $struct as $columns;
        $work
    }};
}

/// The columns of a row as they are; nothing when there is no such row.
pub fn load(connection: &mut Connection, key: RowKey) -> Result<Option<RowState>> {
    on_table_of!(key, |table, id, Columns| {
        let row = table::table.find(id).select(Columns::as_select()).first(connection).optional()?;
        row.map(|row| to_map(&row)).transpose()
    })
}

/// Writes the columns of a row that is there.
pub fn store(connection: &mut Connection, key: RowKey, state: RowState) -> Result<()> {
    on_table_of!(key, |table, id, Columns| {
        let columns: Columns = from_map(state)?;
        diesel::update(table::table.find(id)).set(columns).execute(connection)?
    });
    Ok(())
}

/// Writes a measure that was taken out again, under its old id and without what was written to the member.
pub fn insert_sanction(connection: &mut Connection, id: SanctionId, state: RowState) -> Result<()> {
    let columns: SanctionColumns = from_map(state)?;
    diesel::insert_into(sanctions::table).values((sanctions::id.eq(id), columns)).execute(connection)?;
    Ok(())
}

/// Takes a measure out.
pub fn delete_sanction(connection: &mut Connection, id: SanctionId) -> Result<()> {
    diesel::delete(sanctions::table.find(id)).execute(connection)?;
    Ok(())
}

/// Holds these rows against other writers until the transaction ends.
pub fn hold(connection: &mut Connection, keys: &[RowKey]) -> Result<()> {
    let mut sorted = keys.to_vec();
    sorted.sort_unstable();
    for same in sorted.chunk_by(|one, other| one.place().0 == other.place().0) {
        let ids: Vec<i64> = same.iter().map(|key| key.place().1).collect();
        if let Some(first) = same.first() {
            dialect::lock_rows(connection, first.place().0, &ids)?;
        }
    }
    Ok(())
}

fn to_map(columns: &impl Serialize) -> Result<RowState> {
    match serde_json::to_value(columns) {
        Ok(Value::Object(map)) => Ok(map),
        _ => Err(Error::Internal("columns that are no JSON object".to_owned())),
    }
}

fn from_map<T: for<'a> Deserialize<'a>>(state: RowState) -> Result<T> {
    serde_json::from_value(Value::Object(state))
        .map_err(|error| Error::Internal(format!("a state that the moderation log names: {error}")))
}
