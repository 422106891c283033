//! What a list of posts is asked for: filters, order, page or cursor (P8, PG4, PG5).

use super::check_tag;
use crate::error::Code;
use crate::policy::cursor::{self, Position};
use crate::policy::page::{PAGE_SIZE, Paging, read_sort};
use crate::types::{Category, Direction, PostProperty, Sort, Tag};

/// P8, F6: entries of a page of `RANDOM_BUY`, which are cards in rows of three.
pub const RANDOM_BUY_SIZE: u32 = 12;
/// How far most readers ever leaf through a board: so many pages are kept at hand.
const FRONT_PAGES: u32 = 10;

/// The query parameters as they were sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListParams<'a> {
    /// Board; blank for all.
    pub category: Option<&'a str>,
    /// Tag of that board; blank for all.
    pub tag: Option<&'a str>,
    /// 0-based number.
    pub page: Option<&'a str>,
    /// Entries of a page.
    pub size: Option<&'a str>,
    /// `<property>[,asc|desc]`
    pub sort: Option<&'a str>,
    /// Where to read on.
    pub cursor: Option<&'a str>,
}

/// What `sort` may name.
const PROPERTIES: [(&str, PostProperty); 4] = [
    ("createdAt", PostProperty::CreatedAt),
    ("likeCount", PostProperty::LikeCount),
    ("commentCount", PostProperty::CommentCount),
    ("score", PostProperty::Score),
];
/// The order of a list unless something else is asked for, and the only one with cursors.
pub const NEWEST_FIRST: Sort<PostProperty> = Sort { by: PostProperty::CreatedAt, direction: Direction::Desc };

/// Where a list starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// At this page, counted.
    Page(u32),
    /// After this entry, uncounted.
    After(Position),
}

/// A list of posts that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListQuery {
    /// Only this board.
    pub category: Option<Category>,
    /// Only this tag.
    pub tag: Option<Tag>,
    /// By what, and which way.
    pub sort: Sort<PostProperty>,
    /// Where it starts.
    pub start: Start,
    /// At most so many.
    pub size: u32,
}

impl ListQuery {
    /// Reads and checks the parameters (P8).
    pub fn read(params: &ListParams<'_>) -> Result<Self, Code> {
        let (category, tag) = read_filters(params.category, params.tag)?;
        let sort = read_sort(params.sort, &PROPERTIES, NEWEST_FIRST)?;
        let paging = Paging::read(params.page, params.size, default_size(category));
        let mut query = Self { category, tag, sort, start: Start::Page(paging.page), size: paging.size };
        if let Some(cursor) = params.cursor {
            if sort != NEWEST_FIRST {
                return Err(Code::InvalidRequest);
            }
            query.start = Start::After(cursor::decode(&query.scope(), cursor)?);
        }
        Ok(query)
    }

    /// PG5: the cursor after this entry; only the default order has cursors.
    pub fn cursor_after(&self, last: Position) -> Option<String> {
        (self.sort == NEWEST_FIRST).then(|| cursor::encode(&self.scope(), last))
    }

    /// Which of the first pages of a board as everybody first sees it this is: in the default order and size.
    pub fn front_page(&self) -> Option<u32> {
        match self.start {
            Start::Page(page) if page < FRONT_PAGES => {
                (self.sort == NEWEST_FIRST && self.size == default_size(self.category)).then_some(page)
            }
            Start::Page(_) | Start::After(_) => None,
        }
    }

    /// What a cursor of this list is bound to.
    fn scope(&self) -> String {
        format!("posts:{}:{}", self.category.map_or("", Category::as_str), self.tag.map_or("", Tag::as_str))
    }
}

fn default_size(category: Option<Category>) -> u32 {
    if category == Some(Category::RandomBuy) { RANDOM_BUY_SIZE } else { PAGE_SIZE }
}

/// P8: blank is no filter; a tag needs its board.
fn read_filters(category: Option<&str>, tag: Option<&str>) -> Result<(Option<Category>, Option<Tag>), Code> {
    let given = |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let category = given(category).map(|text| Category::parse(&text).ok_or(Code::InvalidCategory)).transpose()?;
    let Some(tag) = given(tag) else { return Ok((category, None)) };
    let board = category.ok_or(Code::InvalidCategory)?;
    let tag = Tag::parse(&tag).ok_or(Code::InvalidTag)?;
    check_tag(board, tag)?;
    Ok((category, Some(tag)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Time;

    const HERE: Position = Position { created_at: Time::from_micros(5), id: 7 };

    fn read(category: &str, tag: &str) -> Result<ListQuery, Code> {
        ListQuery::read(&ListParams { category: Some(category), tag: Some(tag), ..ListParams::default() })
    }

    #[test]
    fn p8_a_tag_needs_its_board() {
        for (category, tag, answer) in [
            ("", "", Ok((None, None))),
            (" ", "", Ok((None, None))),
            ("TOGETHER", " ", Ok((Some(Category::Together), None))),
            ("TOGETHER", "SHARING", Ok((Some(Category::Together), Some(Tag::Sharing)))),
            ("together", "", Err(Code::InvalidCategory)),
            ("", "SHARING", Err(Code::InvalidCategory)),
            ("TOGETHER", "X", Err(Code::InvalidTag)),
            ("TOGETHER", "TIPS", Err(Code::InvalidTagForCategory)),
        ] {
            assert_eq!(read(category, tag).map(|query| (query.category, query.tag)), answer, "{category} {tag}");
        }
    }

    #[test]
    fn p8_random_buy_has_pages_of_twelve() {
        assert_eq!(read("RANDOM_BUY", "").map(|query| query.size), Ok(12));
        assert_eq!(read("TOGETHER", "").map(|query| query.size), Ok(10));
        let params = ListParams { category: Some("RANDOM_BUY"), size: Some("30"), ..ListParams::default() };
        assert_eq!(ListQuery::read(&params).map(|query| query.size), Ok(30));
    }

    #[test]
    fn the_front_pages_of_a_board_are_known_however_they_are_asked_for() {
        for (category, page, size, sort, front) in [
            (None, None, None, None, Some(0)),
            (Some("TOGETHER"), Some("0"), Some("10"), Some("createdAt,desc"), Some(0)),
            (Some("RANDOM_BUY"), Some("x"), Some("12"), None, Some(0)),
            (Some("RANDOM_BUY"), None, Some("10"), None, None),
            (Some("TOGETHER"), Some("9"), None, None, Some(9)),
            (Some("TOGETHER"), Some("10"), None, None, None),
            (Some("TOGETHER"), None, None, Some("score"), None),
        ] {
            let params = ListParams { category, page, size, sort, ..ListParams::default() };
            assert_eq!(ListQuery::read(&params).map(|query| query.front_page()), Ok(front), "{params:?}");
        }
        let cursor = read("TOGETHER", "").ok().and_then(|query| query.cursor_after(HERE)).expect("a cursor");
        let params = ListParams { category: Some("TOGETHER"), cursor: Some(&cursor), ..ListParams::default() };
        assert_eq!(ListQuery::read(&params).map(|query| query.front_page()), Ok(None));
    }

    #[test]
    fn pg5_a_cursor_is_bound_to_filters_and_order() {
        let cursor = read("TOGETHER", "").ok().and_then(|query| query.cursor_after(HERE)).expect("a cursor");
        let read_on = |category, sort, cursor| {
            let params = ListParams { category, sort, cursor: Some(cursor), ..ListParams::default() };
            ListQuery::read(&params).map(|query| query.start)
        };
        let board = Some("TOGETHER");
        assert_eq!(read_on(board, None, &cursor), Ok(Start::After(HERE)));
        assert_eq!(read_on(board, Some("createdAt,desc"), &cursor), Ok(Start::After(HERE)));
        for (category, sort) in [(board, Some("createdAt,asc")), (board, Some("score")), (None, None)] {
            assert_eq!(read_on(category, sort, &cursor), Err(Code::InvalidRequest), "{category:?} {sort:?}");
        }
        assert_eq!(read_on(board, None, ""), Err(Code::InvalidRequest));
        let by_score =
            ListQuery { sort: Sort { by: PostProperty::Score, ..NEWEST_FIRST }, ..read("", "").expect("a list") };
        assert_eq!(by_score.cursor_after(HERE), None);
    }
}
