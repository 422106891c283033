//! Pages and orders of lists (PG1, PG2, PG4).

use crate::error::Code;

/// PG1: entries of a page unless something else is said.
pub const DEFAULT_SIZE: u32 = 10;
/// PG1: most entries of a page.
pub const MAX_SIZE: u32 = 100;

/// Which part of a list is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// 0-based.
    pub number: u32,
    /// Entries of a page.
    pub size: u32,
}

impl Page {
    /// Reads `page` and `size` as they were sent; nothing in them is an error (PG1).
    pub fn read(number: Option<&str>, size: Option<&str>, default_size: u32) -> Self {
        Self { number: read_number(number), size: read_size(size, default_size) }
    }

    /// How many entries lie before it.
    pub fn offset(self) -> i64 {
        i64::from(self.number) * i64::from(self.size)
    }

    /// PG2: how many pages `total` entries fill.
    pub fn count(self, total: i64) -> i64 {
        total.max(0).cast_unsigned().div_ceil(u64::from(self.size)).cast_signed()
    }

    /// C4: the 1-based page on which the entry at this 1-based place stands.
    pub fn of_place(place: i64, size: u32) -> i64 {
        Self { number: 0, size }.count(place).max(1)
    }
}

/// PG1: not a number, negative, or too large for 32 bits is 0.
fn read_number(text: Option<&str>) -> u32 {
    text.and_then(|text| text.trim().parse::<i32>().ok()).map_or(0, |number| number.max(0).cast_unsigned())
}

/// PG1: not a number, 0 or negative is the default; more than the most is the most.
pub fn read_size(text: Option<&str>, default: u32) -> u32 {
    let Some(digits) = text.map(|text| text.trim().trim_start_matches('+')) else { return default };
    match digits.parse::<u32>() {
        Ok(0) => default,
        Ok(size) => size.min(MAX_SIZE),
        // A number that is too large for us is still above 100.
        Err(error) if *error.kind() == std::num::IntErrorKind::PosOverflow => MAX_SIZE,
        Err(_) => default,
    }
}

/// Which way an order runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Smallest, oldest first.
    Ascending,
    /// Largest, newest first.
    Descending,
}

/// PG4: reads `<property>[,asc|desc]`; a property without a direction runs as the list's own `default`.
///
/// # Errors
/// `INVALID_REQUEST` for a property that `find` does not know, and for anything else.
pub fn read_sort<P>(
    text: Option<&str>,
    default: (P, Direction),
    find: impl Fn(&str) -> Option<P>,
) -> Result<(P, Direction), Code> {
    let Some(text) = text else { return Ok(default) };
    let (property, direction) = match text.split_once(',') {
        None => (text, default.1),
        Some((property, "asc")) => (property, Direction::Ascending),
        Some((property, "desc")) => (property, Direction::Descending),
        Some(_) => return Err(Code::InvalidRequest),
    };
    find(property).map(|property| (property, direction)).ok_or(Code::InvalidRequest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pg1_odd_values_are_read_and_never_refused() {
        for (text, number) in
            [("3", 3), ("-1", 0), ("x", 0), ("", 0), ("2147483647", 2_147_483_647), ("2147483648", 0), ("1.5", 0)]
        {
            assert_eq!(Page::read(Some(text), None, 10).number, number, "page={text}");
        }
        for (text, size) in
            [("25", 25), ("0", 12), ("-5", 12), ("x", 12), ("", 12), ("100", 100), ("101", 100), ("99999999999", 100)]
        {
            assert_eq!(Page::read(None, Some(text), 12).size, size, "size={text}");
        }
        assert_eq!(Page::read(None, None, 12), Page { number: 0, size: 12 });
    }

    #[test]
    fn pg2_pages_are_counted_up() {
        let page = Page { number: 2_147_483_647, size: 100 };
        assert_eq!(page.offset(), 214_748_364_700);
        assert_eq!([0, 1, 100, 101].map(|total| page.count(total)), [0, 1, 1, 2]);
        assert_eq!([1, 10, 11, 20, 21].map(|place| Page::of_place(place, 10)), [1, 1, 2, 2, 3]);
    }

    #[test]
    fn pg4_one_known_property_with_an_optional_direction() {
        let read = |text| read_sort(Some(text), ('c', Direction::Descending), |p| (p == "createdAt").then_some('c'));
        assert_eq!(read("createdAt"), Ok(('c', Direction::Descending)));
        assert_eq!(read("createdAt,asc"), Ok(('c', Direction::Ascending)));
        for bad in ["", "createdAt,", "createdAt,ASC", "createdAt,asc,desc", "id", " createdAt", "createdAt, asc", ","]
        {
            assert_eq!(read(bad), Err(Code::InvalidRequest), "{bad:?}");
        }
    }
}
