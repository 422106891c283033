//! Lists of posts by page and by cursor (P8, P9, PG1 to PG5, VM).

use chrono::TimeDelta;
use diesel::prelude::*;
use zaro_core::policy::credential::UNKNOWN_AUTHOR;
use zaro_core::policy::post::list::{ListParams, ListQuery};
use zaro_core::schema::posts;
use zaro_core::service::post::{self, Listing, PostDraft};
use zaro_core::testing::World;
use zaro_core::types::{PostId, Status, UserId};

use super::{draft, hide, withdraw, write};

fn list(world: &World, params: &ListParams<'_>) -> Listing {
    let query = ListQuery::read(params).expect("good parameters");
    post::list(&world.ctx, &query).expect("a list")
}

fn titles(listing: &Listing) -> Vec<&str> {
    listing.posts.iter().map(|entry| entry.post.title.as_str()).collect()
}

fn page(number: &'static str, size: &'static str) -> ListParams<'static> {
    ListParams { page: Some(number), size: Some(size), ..ListParams::default() }
}

/// Posts titled 1 to `count`, two at each instant, so that the id has to decide.
fn some_posts(world: &World, author: UserId, count: u32) -> Vec<PostId> {
    let written = (1..=count).map(|nth| {
        if nth % 2 == 1 {
            world.advance(TimeDelta::seconds(1));
        }
        write(world, author, &draft(&nth.to_string()))
    });
    written.collect()
}

#[test]
fn p8_visible_posts_of_a_board_newest_first() {
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    let ids = some_posts(&world, kim, 5);
    write(&world, lee, &PostDraft { category: "DAILY_LIFE".into(), tag: "TIPS".into(), ..draft("꿀팁") });
    write(&world, lee, &PostDraft { tag: "EXCHANGE".into(), ..draft("교환") });
    hide(&world, ids[1]);
    post::delete(&world.ctx, kim, ids[3]).expect("a deletion");
    let by = |category, tag| list(&world, &ListParams { category: Some(category), tag, ..ListParams::default() });
    assert_eq!(titles(&by("", None)), ["교환", "꿀팁", "5", "3", "1"]);
    assert_eq!(titles(&by("TOGETHER", None)), ["교환", "5", "3", "1"]);
    assert_eq!(titles(&by("TOGETHER", Some("EXCHANGE"))), ["교환"]);
    let empty = by("RANDOM_BUY", None);
    assert_eq!((empty.posts.len(), empty.page, empty.next_cursor), (0, Some((0, 0)), None));
}

#[test]
fn p8_p9_entries_show_plain_text_and_mask_withdrawn_authors() {
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    write(&world, kim, &draft("하나"));
    write(&world, lee, &draft("둘"));
    withdraw(&world, kim);
    let listing = list(&world, &ListParams::default());
    let shown: Vec<_> =
        listing.posts.iter().map(|entry| (entry.post.preview.as_str(), entry.author.nickname.as_str())).collect();
    assert_eq!(shown, [("글 본문", "lee"), ("글 본문", UNKNOWN_AUTHOR)]);
}

#[test]
fn pg2_pages_are_counted_and_one_past_the_end_is_empty() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    some_posts(&world, kim, 5);
    let first = list(&world, &page("0", "2"));
    assert_eq!((titles(&first), first.page), (vec!["5", "4"], Some((0, 3))));
    let last = list(&world, &page("2", "2"));
    assert_eq!((titles(&last), last.page, &last.next_cursor), (vec!["1"], Some((2, 3)), &None));
    for number in ["3", "2147483647"] {
        let past = list(&world, &page(number, "2"));
        assert_eq!((past.posts.len(), past.page), (0, Some((number.parse().expect("a number"), 3))));
    }
}

#[test]
fn pg3_pg4_every_order_is_total_in_both_directions() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let ids = some_posts(&world, kim, 6);
    let counts = world.ctx.db.write_tx(|connection| {
        for (id, likes, comments) in [(ids[0], 5, 0), (ids[1], 0, 4), (ids[2], 5, 1)] {
            let columns = (posts::like_count.eq(likes), posts::comment_count.eq(comments));
            diesel::update(posts::table.find(id)).set(columns).execute(connection)?;
        }
        Ok(())
    });
    counts.expect("counters");
    for (sort, order) in [
        ("createdAt", ["6", "5", "4", "3", "2", "1"]),
        ("createdAt,asc", ["1", "2", "3", "4", "5", "6"]),
        ("likeCount,desc", ["3", "1", "6", "5", "4", "2"]),
        ("likeCount,asc", ["2", "4", "5", "6", "1", "3"]),
        ("commentCount", ["2", "3", "6", "5", "4", "1"]),
        ("score,desc", ["3", "2", "1", "6", "5", "4"]),
        ("score,asc", ["4", "5", "6", "1", "2", "3"]),
    ] {
        let mut seen = Vec::new();
        for number in ["0", "1", "2", "3"] {
            let listing = list(&world, &ListParams { sort: Some(sort), ..page(number, "2") });
            let cursors = sort == "createdAt" && number < "2";
            assert_eq!(listing.next_cursor.is_some(), cursors, "PG5: {sort} page {number}");
            seen.extend(titles(&listing).into_iter().map(str::to_owned));
        }
        assert_eq!(seen, order, "{sort}");
    }
}

#[test]
fn pg5_cursors_neither_shift_nor_repeat_while_others_write() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let ids = some_posts(&world, kim, 9);
    let board = ListParams { category: Some("TOGETHER"), size: Some("2"), ..ListParams::default() };
    let mut listing = list(&world, &board);
    let mut seen: Vec<String> = titles(&listing).into_iter().map(str::to_owned).collect();
    let mut written = 100;
    while let Some(cursor) = listing.next_cursor.take() {
        // Another one at the same instant as the newest, one later, and one gone that was seen already.
        write(&world, kim, &draft(&written.to_string()));
        world.advance(TimeDelta::seconds(1));
        write(&world, kim, &draft(&(written + 1).to_string()));
        written += 2;
        if seen.len() == 4 {
            hide(&world, ids[8]);
        }
        listing = list(&world, &ListParams { cursor: Some(&cursor), ..board });
        assert_eq!(listing.page, None, "uncounted");
        seen.extend(titles(&listing).into_iter().map(str::to_owned));
    }
    assert_eq!(seen, ["9", "8", "7", "6", "5", "4", "3", "2", "1"]);
}

#[test]
fn pg5_a_cursor_stays_good_when_its_entry_is_gone() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let ids = some_posts(&world, kim, 4);
    let first = list(&world, &page("0", "2"));
    let cursor = first.next_cursor.expect("two more");
    post::delete(&world.ctx, kim, ids[2]).expect("a deletion");
    let rest = list(&world, &ListParams { cursor: Some(&cursor), ..ListParams::default() });
    assert_eq!((titles(&rest), &rest.next_cursor), (vec!["2", "1"], &None));
}

#[test]
fn p8_pages_of_random_buy_hold_twelve() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    some_posts(&world, kim, 13);
    let all = |category: &str| {
        // Boards differ in nothing but their name here; pictures are the business of another test.
        let moved = world.ctx.db.write_tx(|connection| {
            let columns = (posts::category.eq("RANDOM_BUY"), posts::tag.eq("REGRET"));
            Ok(diesel::update(posts::table).set(columns).execute(connection)?)
        });
        moved.expect("posts on another board");
        list(&world, &ListParams { category: Some(category), ..ListParams::default() }).posts.len()
    };
    assert_eq!((all("RANDOM_BUY"), all("")), (12, 10));
}
