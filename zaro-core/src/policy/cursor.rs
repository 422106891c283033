//! Where to read on in a list: an opaque text, bound to the list it was made for (PG5).

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::error::Code;
use crate::types::Time;

/// First byte of every cursor: the layout of the rest.
const LAYOUT: u8 = 1;
/// Bytes of the checksum. It tells damaged and foreign cursors apart from ours; it is no secret and need not be one,
/// because a made-up position shows nothing that a page number would not.
const CHECK: usize = 4;
/// Layout, instant, id, checksum: a multiple of three, so that no bit of the text is left without a meaning.
const LENGTH: usize = 1 + 8 + 8 + CHECK;

/// The place of an entry in a list ordered by time and id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// When the entry was made.
    pub created_at: Time,
    /// Its id.
    pub id: i64,
}

/// The cursor after this entry of the list that `scope` names (which list, and with which filters).
pub fn encode(scope: &str, position: Position) -> String {
    let mut bytes = Vec::with_capacity(LENGTH);
    bytes.push(LAYOUT);
    bytes.extend_from_slice(&position.created_at.micros().to_be_bytes());
    bytes.extend_from_slice(&position.id.to_be_bytes());
    let check = checksum(scope, &bytes);
    bytes.extend_from_slice(&check);
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads a cursor of this list.
///
/// # Errors
/// `INVALID_REQUEST` when it is damaged or belongs to another list.
pub fn decode(scope: &str, text: &str) -> Result<Position, Code> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| Code::InvalidRequest)?;
    let bytes: [u8; LENGTH] = bytes.try_into().map_err(|_| Code::InvalidRequest)?;
    let (body, check) = bytes.split_at(LENGTH - CHECK);
    if body[0] != LAYOUT || check != checksum(scope, body) {
        return Err(Code::InvalidRequest);
    }
    let number = |from: usize| {
        let mut number = [0; 8];
        number.copy_from_slice(&body[from..from + 8]);
        i64::from_be_bytes(number)
    };
    Ok(Position { created_at: Time::from_micros(number(1)), id: number(9) })
}

fn checksum(scope: &str, body: &[u8]) -> [u8; CHECK] {
    let digest = Sha256::new().chain_update(scope).chain_update([0]).chain_update(body).finalize();
    let mut check = [0; CHECK];
    check.copy_from_slice(&digest[..CHECK]);
    check
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Position = Position { created_at: Time::from_micros(1_772_334_000_123_456), id: 42 };

    #[test]
    fn pg5_a_cursor_leads_back_to_its_place() {
        let cursor = encode("posts:TOGETHER:", HERE);
        assert_eq!(decode("posts:TOGETHER:", &cursor), Ok(HERE));
        assert_eq!(cursor, "AQAGS-2qgC5AAAAAAAAAACq3P4iC", "valid for ever: the text of a cursor must not change");
    }

    #[test]
    fn pg5_foreign_and_damaged_cursors_are_refused() {
        let cursor = encode("posts:TOGETHER:", HERE);
        assert_eq!(decode("posts::", &cursor), Err(Code::InvalidRequest), "made with another filter");
        for at in 0..cursor.len() {
            let mut damaged = cursor.clone().into_bytes();
            damaged[at] = if damaged[at] == b'A' { b'B' } else { b'A' };
            let damaged = String::from_utf8(damaged).expect("ASCII");
            assert_eq!(decode("posts:TOGETHER:", &damaged), Err(Code::InvalidRequest), "{damaged}");
        }
        for bad in ["", "x", "====", "💥", &format!("{cursor}="), &format!("A{cursor}")] {
            assert_eq!(decode("posts:TOGETHER:", bad), Err(Code::InvalidRequest), "{bad}");
        }
    }
}
