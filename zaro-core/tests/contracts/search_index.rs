//! [`SearchIndex`]: changes are found once they are made, twice is once, and a build takes over as a whole.

use tempfile::TempDir;
use zaro_core::adapters::embedded::EmbeddedIndex;
use zaro_core::policy::search::query::Keyword;
use zaro_core::policy::search::suggest::Typed;
use zaro_core::ports::{IndexChange, SearchDocument, SearchIndex, SearchQuery};
use zaro_core::types::{Category, PostId, Tag, Time};

/// Runs a test against each adapter.
fn each(test: impl Fn(&dyn SearchIndex)) {
    let folder = TempDir::new().expect("a folder");
    test(&EmbeddedIndex::new(folder.path()));
}

fn put(id: i64, title: &str) -> IndexChange {
    IndexChange::Put(SearchDocument {
        id: PostId(id),
        title: title.to_owned(),
        text: "본문".to_owned(),
        category: Category::Together,
        tag: Tag::Sharing,
        score: 0,
        created_at: Time::from_micros(id),
    })
}

fn ids(index: &dyn SearchIndex, keyword: &str) -> Vec<i64> {
    let keyword = Keyword::read(Some(keyword)).expect("a keyword");
    let query = SearchQuery { keyword: &keyword, category: None, tag: None, offset: 0, limit: 10 };
    let found = index.query(&query).expect("an answer");
    assert_eq!(found.total, found.ids.len() as u64);
    found.ids.into_iter().map(|id| id.0).collect()
}

fn built(index: &dyn SearchIndex, changes: &[IndexChange]) {
    let mut build = index.rebuild().expect("a build");
    build.apply(changes).expect("changes");
    build.finish().expect("a whole index");
}

#[test]
fn without_an_index_everything_says_so() {
    each(|index| {
        assert_eq!(index.documents().expect("an answer"), None);
        assert!(index.apply(&[put(1, "원룸")]).is_err());
        let keyword = Keyword::read(Some("원룸")).expect("a keyword");
        let query = SearchQuery { keyword: &keyword, category: None, tag: None, offset: 0, limit: 10 };
        assert!(index.query(&query).is_err());
        assert!(index.suggest(&Typed::read("원").expect("something"), 10).is_err());
    });
}

#[test]
fn changes_are_found_at_once_and_twice_is_once() {
    each(|index| {
        built(index, &[]);
        assert_eq!(index.documents().expect("an answer"), Some(0));
        index.apply(&[put(1, "원룸 하나"), put(2, "원룸 둘"), put(2, "원룸 둘")]).expect("changes");
        index.apply(&[put(1, "원룸 하나")]).expect("changes");
        assert_eq!((index.documents().expect("an answer"), ids(index, "원룸")), (Some(2), vec![2, 1]));
        index
            .apply(&[put(1, "투룸"), IndexChange::Remove(PostId(2)), IndexChange::Remove(PostId(9))])
            .expect("changes");
        assert_eq!((ids(index, "원룸"), ids(index, "투룸")), (vec![], vec![1]));
        index.apply(&[put(3, "셋"), IndexChange::Remove(PostId(3))]).expect("changes");
        assert_eq!(index.documents().expect("an answer"), Some(1), "in order");
    });
}

#[test]
fn filters_and_windows() {
    each(|index| {
        let changes: Vec<_> = (1..=5).map(|id| put(id, "원룸")).collect();
        built(index, &changes);
        let keyword = Keyword::read(Some("원룸")).expect("a keyword");
        let ask = |category, tag, offset, limit| {
            let found =
                index.query(&SearchQuery { keyword: &keyword, category, tag, offset, limit }).expect("an answer");
            (found.ids.into_iter().map(|id| id.0).collect::<Vec<_>>(), found.total)
        };
        assert_eq!(ask(None, None, 1, 2), (vec![4, 3], 5), "of equal ones the newer first");
        assert_eq!(ask(Some(Category::Together), Some(Tag::Sharing), 4, 2), (vec![1], 5));
        assert_eq!(ask(Some(Category::DailyLife), None, 0, 2), (vec![], 0));
        assert_eq!(ask(None, Some(Tag::Tips), 0, 2), (vec![], 0));
        assert_eq!(ask(None, None, 0, 0), (vec![], 5), "counted without being fetched");
    });
}

#[test]
fn a_build_takes_over_as_a_whole_or_not_at_all() {
    each(|index| {
        built(index, &[put(1, "원룸")]);
        let mut build = index.rebuild().expect("a build");
        build.apply(&[put(2, "원룸")]).expect("changes");
        drop(build);
        assert_eq!(ids(index, "원룸"), [1]);
        let mut build = index.rebuild().expect("a build");
        build.apply(&[put(2, "원룸"), put(3, "원룸")]).expect("changes");
        build.apply(&[IndexChange::Remove(PostId(3))]).expect("changes");
        index.apply(&[put(1, "투룸")]).expect("the present one goes on");
        assert_eq!(ids(index, "투룸"), [1]);
        build.finish().expect("a whole index");
        assert_eq!((ids(index, "원룸"), ids(index, "투룸")), (vec![2], vec![]));
        index.apply(&[put(4, "원룸")]).expect("changes");
        assert_eq!(ids(index, "원룸"), [4, 2]);
    });
}

#[test]
fn suggestions_come_by_what_was_typed() {
    each(|index| {
        built(index, &[put(1, "자취방 구하기"), put(2, "전세"), put(3, "넓은 자취방")]);
        let suggest = |typed: &str| {
            let typed = Typed::read(typed).expect("something");
            index.suggest(&typed, 10).expect("an answer").into_iter().map(|id| id.0).collect::<Vec<_>>()
        };
        assert_eq!(suggest("자취"), [1, 3], "the title that begins with it comes first");
        assert_eq!((suggest("ㅈㅅ"), suggest("x")), (vec![2], vec![]));
    });
}
