//! Pages and orders of lists (PG1, PG2, PG4).

use crate::error::Code;
use crate::types::{Direction, Sort};

/// PG1: entries of a page when nothing sensible is asked for.
pub const PAGE_SIZE: u32 = 10;
/// PG1: entries of a page at most.
pub const PAGE_SIZE_MAX: u32 = 100;

/// PG1: a page by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paging {
    /// 0-based, echoed in the answer.
    pub page: u32,
    /// Entries of a page, 1 to [`PAGE_SIZE_MAX`].
    pub size: u32,
}

impl Paging {
    /// Reads number and size as they were sent; nothing in them is an error.
    pub fn read(page: Option<&str>, size: Option<&str>, default_size: u32) -> Self {
        let page = page.and_then(|text| text.parse::<i32>().ok()).and_then(|page| page.try_into().ok());
        Self { page: page.unwrap_or(0), size: read_size(size, default_size) }
    }

    /// Entries before this page.
    pub fn offset(self) -> i64 {
        i64::from(self.page) * i64::from(self.size)
    }

    /// Entries of this page at most.
    pub fn limit(self) -> i64 {
        self.size.into()
    }

    /// PG2: pages that this many entries make.
    pub fn total_pages(self, total: i64) -> i64 {
        let size = i64::from(self.size);
        total / size + i64::from(total % size != 0)
    }
}

/// PG1: how many entries a page has.
pub fn read_size(text: Option<&str>, default: u32) -> u32 {
    text.and_then(positive).unwrap_or(default).min(PAGE_SIZE_MAX)
}

/// A positive whole number; one too large for its type is held at the type's end.
fn positive(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|c| c.is_ascii_digit()) {
        return None;
    }
    Some(digits.parse().unwrap_or(u32::MAX)).filter(|number| *number > 0)
}

/// PG4: reads `<property>[,asc|desc]`; without a direction it runs as the default does.
///
/// # Errors
/// `INVALID_REQUEST` for a property that is not allowed, and for anything else.
pub fn read_sort<P: Copy>(text: Option<&str>, allowed: &[(&str, P)], default: Sort<P>) -> Result<Sort<P>, Code> {
    let Some(text) = text else { return Ok(default) };
    let (name, direction) = match text.split_once(',') {
        None => (text, default.direction),
        Some((name, "asc")) => (name, Direction::Asc),
        Some((name, "desc")) => (name, Direction::Desc),
        Some(_) => return Err(Code::InvalidRequest),
    };
    let property = allowed.iter().find(|(known, _)| *known == name).map(|(_, property)| *property);
    property.map(|by| Sort { by, direction }).ok_or(Code::InvalidRequest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pg1_odd_pages_and_sizes_never_fail() {
        for (page, size, expected) in [
            ("3", "20", (3, 20)),
            ("-1", "0", (0, 10)),
            ("x", "-5", (0, 10)),
            ("2147483647", "100", (2_147_483_647, 100)),
            ("2147483648", "101", (0, 100)),
            ("", "99999999999999999999999", (0, 100)),
            ("1.5", "1.5", (0, 10)),
        ] {
            let read = Paging::read(Some(page), Some(size), PAGE_SIZE);
            assert_eq!((read.page, read.size), expected, "{page} {size}");
        }
        assert_eq!(Paging::read(None, None, 12), Paging { page: 0, size: 12 });
    }

    #[test]
    fn pg2_pages_are_counted_up() {
        let paging = Paging { page: 2_147_483_647, size: 100 };
        assert_eq!((paging.offset(), paging.limit()), (214_748_364_700, 100));
        assert_eq!([0, 1, 100, 101].map(|total| paging.total_pages(total)), [0, 1, 1, 2]);
    }

    #[test]
    fn pg4_one_known_property_with_an_optional_direction() {
        let default = Sort { by: 'c', direction: Direction::Desc };
        let read = |text| read_sort(Some(text), &[("createdAt", 'c'), ("likeCount", 'l')], default);
        assert_eq!(read("createdAt"), Ok(default));
        assert_eq!(read("likeCount"), Ok(Sort { by: 'l', ..default }));
        assert_eq!(read("createdAt,asc"), Ok(Sort { direction: Direction::Asc, ..default }));
        for bad in ["", "createdAt,", "createdAt,ASC", "createdAt,asc,desc", "id", " createdAt", "createdAt, asc", ","]
        {
            assert_eq!(read(bad), Err(Code::InvalidRequest), "{bad:?}");
        }
    }
}
