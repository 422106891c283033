//! What one entry of the moderation log is, and how the entries are chained so that a changed or missing one shows.

use sha2::{Digest as _, Sha256};

use crate::types::{Time, Via};

/// What comes before the first entry.
pub const GENESIS: [u8; 32] = [0; 32];

/// Every column of an entry but the two hashes.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Its number: entries are numbered without gaps.
    pub id: i64,
    /// An operator, or `system`.
    pub actor: &'a str,
    /// By which way it came.
    pub via: Via,
    /// On which machine.
    pub host: &'a str,
    /// What was done, e.g. `POST_HIDE`.
    pub action: &'a str,
    /// What it was done to.
    pub target_kind: &'a str,
    /// Which of them.
    pub target_id: Option<i64>,
    /// Why, in the operator's words.
    pub reason: Option<&'a str>,
    /// JSON of what changed, before.
    pub before_state: Option<&'a str>,
    /// The same, after.
    pub after_state: Option<&'a str>,
    /// JSON of the act that undoes it.
    pub inverse: Option<&'a str>,
    /// The entry that it undoes.
    pub undoes_id: Option<i64>,
    /// When.
    pub created_at: Time,
}

/// The hash of an entry after the one with the hash `prev`.
///
/// The columns are written as one JSON array in the order of the table, so that no two entries are written alike.
pub fn row_hash(prev: &[u8], entry: &Entry<'_>) -> [u8; 32] {
    let columns = serde_json::json!([
        entry.id,
        entry.actor,
        entry.via.as_str(),
        entry.host,
        entry.action,
        entry.target_kind,
        entry.target_id,
        entry.reason,
        entry.before_state,
        entry.after_state,
        entry.inverse,
        entry.undoes_id,
        entry.created_at.micros(),
    ]);
    Sha256::new().chain_update(prev).chain_update(columns.to_string()).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: Entry<'_> = Entry {
        id: 1,
        actor: "system",
        via: Via::Api,
        host: "one",
        action: "POST_HIDE",
        target_kind: "POST",
        target_id: Some(7),
        reason: None,
        before_state: Some("{}"),
        after_state: None,
        inverse: None,
        undoes_id: None,
        created_at: Time::from_micros(1_772_334_000_000_000),
    };

    /// Written down, because a log that was chained by an older release must still be found whole.
    #[test]
    fn the_hash_of_an_entry_never_changes() {
        let written = r#"[1,"system","API","one","POST_HIDE","POST",7,null,"{}",null,null,null,1772334000000000]"#;
        let expected = Sha256::new().chain_update([0; 32]).chain_update(written).finalize();
        assert_eq!(row_hash(&GENESIS, &ENTRY).as_slice(), expected.as_slice());
    }

    #[test]
    fn every_column_and_the_entry_before_count() {
        let plain = row_hash(&GENESIS, &ENTRY);
        for other in [
            Entry { id: 2, ..ENTRY },
            Entry { actor: "kim", ..ENTRY },
            Entry { via: Via::Cli, ..ENTRY },
            Entry { host: "two", ..ENTRY },
            Entry { action: "POST_UNHIDE", ..ENTRY },
            Entry { target_kind: "COMMENT", ..ENTRY },
            Entry { target_id: None, ..ENTRY },
            Entry { reason: Some(""), ..ENTRY },
            Entry { before_state: None, after_state: Some("{}"), ..ENTRY },
            Entry { after_state: Some("{}"), ..ENTRY },
            Entry { inverse: Some("{}"), ..ENTRY },
            Entry { undoes_id: Some(1), ..ENTRY },
            Entry { created_at: Time::from_micros(0), ..ENTRY },
        ] {
            assert_ne!(row_hash(&GENESIS, &other), plain, "{other:?}");
        }
        assert_ne!(row_hash(&plain, &ENTRY), plain);
    }
}
