//! Searching without the index (Q11).

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use zaro_core::error::Code;
use zaro_core::policy::search::request::{SearchParams, SearchRequest};
use zaro_core::service::post;
use zaro_core::service::search::{self, PATIENCE};
use zaro_core::testing::{NoSearch, World};
use zaro_core::types::Status;

use super::{find, request, write};

#[test]
fn q11_the_database_searches_by_substring_newest_first() {
    let mut world = World::new();
    let kim = world.member("kim", Status::Active);
    let mut ids = Vec::new();
    for (title, content) in
        [("자취방 하나", "A월세B"), ("둘", "자취방 이야기, ab월세"), ("셋", "아무것도"), ("자취방", "월세 없음 AB월세")]
    {
        ids.push(write(&world, kim, title, content));
        world.advance(TimeDelta::seconds(1));
    }
    let deleted = write(&world, kim, "자취방 ab월세", "글");
    post::delete(&world.ctx, kim, deleted).expect("a deletion");
    world.ctx.search = Arc::new(NoSearch);
    let page = find(&world, "취방 B월세");
    assert!(page.degraded);
    let found: Vec<_> = page.hits.iter().map(|hit| hit.post.id).collect();
    assert_eq!((found, page.total, page.total_pages), (vec![ids[3], ids[1]], 2, 1));
    assert_eq!(page.hits[0].highlight_title.as_deref(), Some("자<mark>취방</mark>"));
    assert_eq!(find(&world, "없는말").total, 0);
    assert!(find(&world, "%").hits.is_empty(), "no wildcard");
}

#[test]
fn q11_the_same_filters_and_paging() {
    let mut world = World::new();
    let kim = world.member("kim", Status::Active);
    // More than are looked through at once.
    for number in 0..230 {
        write(&world, kim, &format!("자취방 {number:03}"), "글");
        world.advance(TimeDelta::seconds(1));
    }
    world.ctx.search = Arc::new(NoSearch);
    let page = |number: &str, category: &str| {
        let params = SearchParams {
            keyword: Some("자취방"),
            category: Some(category),
            page: Some(number),
            size: Some("100"),
            ..SearchParams::default()
        };
        search::search(&world.ctx, &SearchRequest::read(&params).expect("a search")).expect("a page")
    };
    let last = page("2", "DAILY_LIFE");
    let titles: Vec<_> = last.hits.iter().map(|hit| hit.post.title.clone()).collect();
    assert_eq!((titles.len(), titles[0].as_str(), titles[29].as_str()), (30, "자취방 029", "자취방 000"));
    assert_eq!((last.total, last.total_pages, last.number), (230, 3, 2));
    assert_eq!(page("0", "TOGETHER").total, 0);
    assert_eq!(page("0", "null").total, 0);
    assert_eq!(page("3", "").hits.len(), 0);
}

#[test]
fn q11_it_gives_up_in_time() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    write(&world, kim, "자취방", "글");
    let given_up = search::search_plainly(&world.ctx, &request("자취방"), Duration::ZERO);
    assert_eq!(given_up.expect_err("no time").code(), Code::SearchUnavailable);
    assert_eq!(search::search_plainly(&world.ctx, &request("자취방"), PATIENCE).expect("a page").total, 1);
}
