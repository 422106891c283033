//! How much of what a reader wants is among the first ten: judged searches over written posts, with eight times as many
//! real sentences about something else around them.

use std::collections::HashMap;

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

    let (mut judged, mut sum, mut kinds) = (0, 0.0, HashMap::<&str, (f64, f64)>::new());
    for [kind, typed, wanted] in rows(QUERIES) {
        let first: Vec<PostId> = if kind == "choseong" {
            search::suggest(&world.ctx, typed).expect("suggestions").into_iter().map(|found| found.post_id).collect()
        } else {
            found(&world, typed)
        };
        let wanted: Vec<&str> = wanted.split(' ').collect();
        let missed: Vec<&&str> = wanted.iter().filter(|key| !first.contains(&ids[**key])).collect();
        #[expect(clippy::cast_precision_loss, reason = "a handful")]
        let recall = 1.0 - missed.len() as f64 / wanted.len() as f64;
        if !missed.is_empty() {
            println!("{kind}: `{typed}` misses {missed:?}, {recall:.2} of {} found", first.len());
        }
        judged += 1;
        sum += recall;
        let kind = kinds.entry(kind).or_default();
        *kind = (kind.0 + recall, kind.1 + 1.0);
    }
    let recall = sum / f64::from(judged);
    for (kind, (sum, count)) in kinds {
        println!("{kind}: {:.3} of {count}", sum / count);
    }
    println!("recall@10 of {judged} searches: {recall:.3}");
    assert!(judged >= 60 && recall >= LEAST, "recall@10 is {recall:.3}");
}
