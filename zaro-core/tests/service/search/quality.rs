//! How much of what a reader wants is among the first ten: judged searches over written posts, with eight times as many
//! real sentences about something else around them.

use std::collections::HashMap;

use zaro_core::service::search;
use zaro_core::testing::World;
use zaro_core::types::{PostId, Status};

use super::{found, judged, write};

const BACKGROUND: &str = include_str!("../../data/search/background.txt");
/// What must be found, on average.
const LEAST: f64 = 0.9;

#[test]
fn q2_judged_searches_find_what_readers_want() {
    let world = World::new();
    let kim = world.member("judge", Status::Active);
    let mut ids: HashMap<&str, PostId> = HashMap::new();
    for [key, title, text] in judged::posts() {
        assert!(ids.insert(key, write(&world, kim, title, text)).is_none(), "{key} is there twice");
    }
    for sentence in BACKGROUND.lines().filter(|line| !line.starts_with('#')) {
        let title: Vec<&str> = sentence.split(' ').take(3).collect();
        write(&world, kim, &title.join(" "), sentence);
    }
    world.index();
    let outcome = judged::measure(&ids, |kind, typed| match kind {
        "choseong" => {
            let suggested = search::suggest(&world.ctx, typed).expect("suggestions");
            suggested.into_iter().map(|found| found.post_id).collect()
        }
        _ => found(&world, typed),
    });
    assert!(outcome.judged >= 60.0 && outcome.recall >= LEAST, "{}", outcome.report);
    insta::assert_snapshot!(outcome.report);
}
