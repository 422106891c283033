//! What an act leaves in the moderation log: the columns that it changed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::db::Connection;
use crate::error::{Error, Result};
use crate::models::row_state::{self, RowKey, RowState};

/// Rows as they are at one moment; none for a row that is not there.
pub(super) type Picture = BTreeMap<RowKey, Option<RowState>>;

/// How an entry is undone: by its own states, read backwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Inverse {
    /// Puts back what the entry shows before.
    PutBack {
        /// How many entries after it belong to the same act, and go first.
        #[serde(default, skip_serializing_if = "is_none")]
        following: i64,
        /// Mails that are dropped if they wait still.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mails: Vec<i64>,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes what it asks about by reference")]
const fn is_none(number: &i64) -> bool {
    *number == 0
}

impl Inverse {
    /// As the log keeps it.
    pub(super) fn write(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| Error::Internal(format!("an inverse: {error}")))
    }

    /// As the log has kept it.
    pub(super) fn read(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|error| Error::Internal(format!("an inverse: {error}")))
    }
}

/// Takes a picture of these rows.
pub(super) fn picture(connection: &mut Connection, keys: impl IntoIterator<Item = RowKey>) -> Result<Picture> {
    keys.into_iter().map(|key| Ok((key, row_state::load(connection, key)?))).collect()
}

/// What differs, before and after: of a row that stayed the columns that changed, of one that came or went all.
pub(super) fn difference(before: &Picture, after: &Picture) -> (Map<String, Value>, Map<String, Value>) {
    let (mut was, mut is) = (Map::new(), Map::new());
    for (key, after) in after {
        let before = before.get(key).and_then(Option::as_ref);
        if before == after.as_ref() {
            continue;
        }
        let (old, new) = match (before, after) {
            (Some(before), Some(after)) => (changed(before, after), changed(after, before)),
            (before, after) => (whole(before), whole(after.as_ref())),
        };
        was.insert(key.to_string(), old);
        is.insert(key.to_string(), new);
    }
    (was, is)
}

fn changed(one: &RowState, other: &RowState) -> Value {
    let columns = one.iter().filter(|(column, value)| other.get(*column) != Some(value));
    Value::Object(columns.map(|(column, value)| (column.clone(), value.clone())).collect())
}

fn whole(row: Option<&RowState>) -> Value {
    row.map_or(Value::Null, |row| Value::Object(row.clone()))
}
