//! What a feed is asked for: a size, and where to read on (P13, PG5).

use super::cursor::{self, Position};
use super::page::{PAGE_SIZE, read_size};
use crate::error::Code;
use crate::types::UserId;

/// A part of a feed that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedQuery {
    /// After this entry; none for the beginning.
    pub after: Option<Position>,
    /// At most so many.
    pub size: u32,
}

impl FeedQuery {
    /// Reads the parameters of this member's feed.
    ///
    /// # Errors
    /// `INVALID_REQUEST` for a cursor that is damaged, or of another list.
    pub fn read(viewer: UserId, cursor: Option<&str>, size: Option<&str>) -> Result<Self, Code> {
        let after = cursor.map(|text| cursor::decode(&scope(viewer), text)).transpose()?;
        Ok(Self { after, size: read_size(size, PAGE_SIZE) })
    }
}

/// The cursor after this entry.
pub fn cursor_after(viewer: UserId, last: Position) -> String {
    cursor::encode(&scope(viewer), last)
}

fn scope(viewer: UserId) -> String {
    format!("feed:{viewer}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Time;

    #[test]
    fn pg5_a_cursor_is_bound_to_its_feed() {
        let here = Position { created_at: Time::from_micros(5), id: 7 };
        let (kim, lee) = (UserId(1), UserId(2));
        let cursor = cursor_after(kim, here);
        let read = |viewer, cursor| FeedQuery::read(viewer, cursor, Some("x"));
        assert_eq!(read(kim, Some(&cursor)), Ok(FeedQuery { after: Some(here), size: 10 }));
        assert_eq!(read(kim, None), Ok(FeedQuery { after: None, size: 10 }));
        for (viewer, cursor) in [(lee, cursor.as_str()), (kim, ""), (kim, &cursor::encode("posts::", here))] {
            assert_eq!(read(viewer, Some(cursor)), Err(Code::InvalidRequest), "{cursor}");
        }
    }
}
