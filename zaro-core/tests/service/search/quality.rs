//! How much of what a reader wants is among the first ten: judged searches over written posts, with eight times as many
//! real sentences about something else around them.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use zaro_core::service::search;
use zaro_core::testing::World;
use zaro_core::types::{PostId, Status};

use super::{found, write};

const POSTS: &str = include_str!("../../data/search/posts.txt");
const QUERIES: &str = include_str!("../../data/search/queries.txt");
const BACKGROUND: &str = include_str!("../../data/search/background.txt");
/// What must be found, on average.
const LEAST: f64 = 0.9;

fn rows(text: &str) -> impl Iterator<Item = [&str; 3]> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let mut columns = line.split(" | ");
        [(); 3].map(|()| columns.next().expect("three columns"))
    })
}

#[test]
fn q2_judged_searches_find_what_readers_want() {
    let world = World::new();
    let kim = world.member("judge", Status::Active);
    let mut ids: HashMap<&str, PostId> = HashMap::new();
    for [key, title, text] in rows(POSTS) {
        assert!(ids.insert(key, write(&world, kim, title, text)).is_none(), "{key} is there twice");
    }
    for sentence in BACKGROUND.lines().filter(|line| !line.starts_with('#')) {
        let title: Vec<&str> = sentence.split(' ').take(3).collect();
        write(&world, kim, &title.join(" "), sentence);
    }
    world.index();

    let mut kinds: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    let mut report = String::new();
    for [kind, typed, wanted] in rows(QUERIES) {
        let first: Vec<PostId> = if kind == "choseong" {
            search::suggest(&world.ctx, typed).expect("suggestions").into_iter().map(|found| found.post_id).collect()
        } else {
            found(&world, typed)
        };
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
    assert!(judged >= 60.0 && recall >= LEAST, "{report}");
    insta::assert_snapshot!(report);
}
