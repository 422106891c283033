//! Judged searches: posts, what readers type, and which of the posts they would want among the first ten.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use zaro_core::types::PostId;

const POSTS: &str = include_str!("../../data/search/posts.txt");
const QUERIES: &str = include_str!("../../data/search/queries.txt");

/// Keys, titles and texts of the posts that are wanted.
pub(crate) fn posts() -> impl Iterator<Item = [&'static str; 3]> {
    rows(POSTS)
}

fn rows(text: &'static str) -> impl Iterator<Item = [&'static str; 3]> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let mut columns = line.split(" | ");
        [(); 3].map(|()| columns.next().expect("three columns"))
    })
}

/// How much was found.
pub(crate) struct Found {
    /// What is missing, and the share that was found of each kind of search.
    pub(crate) report: String,
    /// Recall at ten, on average.
    pub(crate) recall: f64,
    /// Searches.
    pub(crate) judged: f64,
}

/// Asks all searches; `ask` is given the kind and what was typed, and tells the first ten.
pub(crate) fn measure(ids: &HashMap<&str, PostId>, mut ask: impl FnMut(&str, &str) -> Vec<PostId>) -> Found {
    let mut kinds: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    let mut report = String::new();
    for [kind, typed, wanted] in rows(QUERIES) {
        let first = ask(kind, typed);
        let wanted: Vec<&str> = wanted.split(' ').collect();
        let missed: Vec<&str> = wanted.iter().copied().filter(|key| !first.contains(&ids[key])).collect();
        if !missed.is_empty() {
            writeln!(report, "{kind}: `{typed}` misses {} ({} found)", missed.join(" "), first.len()).expect("a text");
        }
        #[expect(clippy::cast_precision_loss, reason = "a handful")]
        let recall = 1.0 - missed.len() as f64 / wanted.len() as f64;
        let kind = kinds.entry(kind).or_default();
        *kind = (kind.0 + recall, kind.1 + 1.0);
    }
    for (kind, (sum, count)) in &kinds {
        writeln!(report, "{kind}: {:.3} of {count}", sum / count).expect("a text");
    }
    let (sum, judged) =
        kinds.values().fold((0.0, 0.0), |(sum, judged), (recall, count)| (sum + recall, judged + count));
    let recall = sum / judged;
    write!(report, "recall@10: {recall:.3} of {judged}").expect("a text");
    Found { report, recall, judged }
}
