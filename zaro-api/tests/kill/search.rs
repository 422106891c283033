//! `kill -9` at every step of the search worker: afterwards the index is what the database is (Q8, Q9).

use chrono::TimeDelta;
use zaro_core::models::search_outbox;
use zaro_core::policy::search::request::{SearchParams, SearchRequest};
use zaro_core::service::post::{self, PostDraft, PostEdit};
use zaro_core::service::search;
use zaro_core::testing::World;
use zaro_core::types::{PostId, Status, UserId};

use super::{Daemon, then, until};

fn write(world: &World, author: UserId, title: &str) -> PostId {
    let draft = PostDraft {
        title: title.into(),
        content: "글".into(),
        category: "DAILY_LIFE".into(),
        tag: "TIPS".into(),
        ..PostDraft::default()
    };
    post::create(&world.ctx, author, &draft).expect("a post").post.id
}

fn found(world: &World, keyword: &str) -> Vec<PostId> {
    let params = SearchParams { keyword: Some(keyword), ..SearchParams::default() };
    let page = search::search(&world.ctx, &SearchRequest::read(&params).expect("a search")).expect("a page");
    assert!(!page.degraded, "the index answers");
    page.hits.iter().map(|hit| hit.post.id).collect()
}

#[test]
fn q8_q9_a_killed_search_worker_leaves_the_index_equal_to_the_database() {
    for fault in
        ["search.built", "search.swapped", "search.claimed", "search.written", "search.committed", "search.noted"]
    {
        let world = World::new();
        world.clock.set(then().minus(TimeDelta::minutes(1)));
        let kim = world.member("kim", Status::Active);
        let [stays, changes, goes] = ["머무는글", "바뀌는글", "떠나는글"].map(|title| write(&world, kim, title));
        Daemon::start(&world, 0, Some(fault)).dies(fault);
        let edit =
            PostEdit { title: "바뀐글".into(), content: "글".into(), tag: "TIPS".into(), ..PostEdit::default() };
        post::update(&world.ctx, kim, changes, &edit).expect("an edit");
        post::delete(&world.ctx, kim, goes).expect("a deletion");
        let comes = write(&world, kim, "새로운글");
        // Six minutes later the dead worker's claim has run out.
        let daemon = Daemon::start(&world, 6, None);
        let done = || world.ctx.db.read(search_outbox::next_due).expect("a read").is_none();
        until(fault, || done().then_some(()));
        until(fault, || (world.ctx.search.documents().expect("an index") == Some(3)).then_some(()));
        drop(daemon);
        for (keyword, expected) in [
            ("머무는글", vec![stays]),
            ("바뀌는글", vec![]),
            ("바뀐글", vec![changes]),
            ("떠나는글", vec![]),
            ("새로운글", vec![comes]),
        ] {
            assert_eq!(found(&world, keyword), expected, "{fault}: {keyword}");
        }
    }
}
