//! What a search asks for (Q1, Q3, Q5, PG1).

use super::query::{HITS_MAX, Keyword};
use crate::error::Code;
use crate::policy::page::{PAGE_SIZE, Paging};
use crate::types::{Category, Tag};

/// The parameters of a search as they were sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct SearchParams<'a> {
    /// What is looked for.
    pub keyword: Option<&'a str>,
    /// Board.
    pub category: Option<&'a str>,
    /// Tag.
    pub tag: Option<&'a str>,
    /// Page number.
    pub page: Option<&'a str>,
    /// Page size.
    pub size: Option<&'a str>,
}

/// A search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchRequest {
    /// What is looked for.
    pub keyword: Keyword,
    /// Where; nothing when a filter names what does not exist, so that nothing can be found (Q3).
    pub filter: Option<Filter>,
    /// Which page.
    pub paging: Paging,
}

/// Q3: exact filters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this board.
    pub category: Option<Category>,
    /// Only this tag.
    pub tag: Option<Tag>,
}

impl SearchRequest {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `SEARCH_KEYWORD_REQUIRED` without a keyword; nothing else is an error.
    pub fn read(params: &SearchParams<'_>) -> Result<Self, Code> {
        let filter = match (known(params.category, Category::parse), known(params.tag, Tag::parse)) {
            (Ok(category), Ok(tag)) => Some(Filter { category, tag }),
            _ => None,
        };
        Ok(Self {
            keyword: Keyword::read(params.keyword)?,
            filter,
            paging: Paging::read(params.page, params.size, PAGE_SIZE),
        })
    }

    /// Q5: the hits of the page, as numbers of hits before it and in it; none beyond those that are counted.
    pub fn window(&self) -> (u32, u32) {
        let offset = u32::try_from(self.paging.offset()).unwrap_or(HITS_MAX).min(HITS_MAX);
        (offset, self.paging.size.min(HITS_MAX - offset))
    }
}

/// A filter that names what does not exist.
struct Unknown;

/// What a filter names; nothing when it is absent.
fn known<T>(sent: Option<&str>, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Unknown> {
    let named = sent.map(str::trim).filter(|text| !text.is_empty());
    named.map(|text| parse(text).ok_or(Unknown)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(category: &str, tag: &str) -> SearchRequest {
        let params =
            SearchParams { keyword: Some("방"), category: Some(category), tag: Some(tag), ..SearchParams::default() };
        SearchRequest::read(&params).expect("a search")
    }

    #[test]
    fn q3_unknown_filters_are_no_error() {
        assert_eq!(read("", " ").filter, Some(Filter::default()));
        let filter = Filter { category: Some(Category::Together), tag: Some(Tag::Sharing) };
        assert_eq!(read("TOGETHER", "SHARING").filter, Some(filter));
        for (category, tag) in [("null", ""), ("", "x"), ("together", ""), ("X", "SHARING")] {
            assert_eq!(read(category, tag).filter, None, "{category} {tag}");
        }
    }

    #[test]
    fn q5_nothing_beyond_ten_thousand_hits() {
        let window = |page: &str, size: &str| {
            let params =
                SearchParams { keyword: Some("방"), page: Some(page), size: Some(size), ..SearchParams::default() };
            SearchRequest::read(&params).expect("a search").window()
        };
        assert_eq!(window("0", "10"), (0, 10));
        assert_eq!(window("99", "100"), (9_900, 100));
        assert_eq!(window("100", "100"), (10_000, 0));
        assert_eq!(window("142", "70"), (9_940, 60));
        assert_eq!(window("2147483647", "100"), (10_000, 0));
    }
}
