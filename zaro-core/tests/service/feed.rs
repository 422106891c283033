//! Posts by members whom one follows (P13, PG5).

use chrono::TimeDelta;
use zaro_core::policy::feed::FeedQuery;
use zaro_core::service::feed;
use zaro_core::service::post::{self, Listing};
use zaro_core::testing::World;
use zaro_core::types::{Status, UserId};

use super::follow::follow;
use super::post::{draft, hide, withdraw, write};

fn read(world: &World, viewer: UserId, cursor: Option<&str>, size: u32) -> Listing {
    let query = FeedQuery::read(viewer, cursor, Some(&size.to_string())).expect("a query");
    feed::read(&world.ctx, viewer, query).expect("a feed")
}

fn titles(listing: &Listing) -> Vec<String> {
    listing.posts.iter().map(|entry| entry.post.title.clone()).collect()
}

/// The whole feed, part by part.
fn all(world: &World, viewer: UserId, size: u32) -> Vec<String> {
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let part = read(world, viewer, cursor.as_deref(), size);
        assert_eq!(part.page, None, "uncounted");
        seen.extend(titles(&part));
        match part.next_cursor {
            Some(next) => cursor = Some(next),
            None => return seen,
        }
    }
}

#[test]
fn p13_visible_posts_of_followed_members_newest_first() {
    let world = World::new();
    let [me, kim, lee, gone] = ["me", "kim", "lee", "gone"].map(|name| world.member(name, Status::Active));
    for (author, title) in [(kim, "1"), (lee, "2"), (me, "3"), (gone, "4"), (kim, "5"), (kim, "6")] {
        write(&world, author, &draft(title));
        world.advance(TimeDelta::seconds(1));
    }
    assert_eq!(all(&world, me, 10), [""; 0], "who follows nobody has an empty feed");
    for author in [kim, gone] {
        follow(&world, me, author).expect("a follow");
    }
    assert_eq!(all(&world, me, 10), ["6", "5", "4", "1"]);
    assert_eq!(all(&world, me, 1), ["6", "5", "4", "1"]);
    withdraw(&world, gone);
    let hidden = read(&world, me, None, 10).posts[0].post.id;
    hide(&world, hidden);
    let deleted = read(&world, me, None, 10).posts[0].post.id;
    post::delete(&world.ctx, kim, deleted).expect("a deletion");
    assert_eq!(all(&world, me, 10), ["1"]);
}

#[test]
fn pg5_posts_of_one_instant_are_neither_repeated_nor_skipped() {
    let world = World::new();
    let [me, kim, lee] = ["me", "kim", "lee"].map(|name| world.member(name, Status::Active));
    for nth in 1..=7 {
        write(&world, if nth % 2 == 0 { kim } else { lee }, &draft(&nth.to_string()));
    }
    for author in [kim, lee] {
        follow(&world, me, author).expect("a follow");
    }
    for size in 1..=8 {
        assert_eq!(all(&world, me, size), ["7", "6", "5", "4", "3", "2", "1"], "{size} at a time");
    }
    let first = read(&world, me, None, 3);
    write(&world, kim, &draft("8"));
    let second = read(&world, me, first.next_cursor.as_deref(), 3);
    assert_eq!(titles(&second), ["4", "3", "2"], "what was written meanwhile shifts nothing");
}

/// With more posts than are sorted, the feed is found among all posts; both ways give the same.
#[test]
fn p13_a_feed_of_thousands_is_the_same_list() {
    let world = World::new();
    let [me, kim, lee] = ["me", "kim", "lee"].map(|name| world.member(name, Status::Active));
    follow(&world, me, kim).expect("a follow");
    let now = world.now().micros();
    world
        .ctx
        .db
        .write_tx(|connection| {
            for part in 0..30 {
                let rows: Vec<String> = (part * 100..part * 100 + 100)
                    .map(|n| {
                        let author = if n % 3 == 0 { lee } else { kim };
                        let at = now + n / 2;
                        format!("({author}, 'DAILY_LIFE', 'TIPS', '{n}', 'c', 'c', {at}, {at})")
                    })
                    .collect();
                let columns = "user_id, category, tag, title, content, preview, created_at, updated_at";
                let query = format!("INSERT INTO posts ({columns}) VALUES {}", rows.join(","));
                diesel::RunQueryDsl::execute(diesel::sql_query(query), connection)?;
            }
            Ok(())
        })
        .expect("posts");
    world.advance(TimeDelta::seconds(1));
    // 2,000 of the 3,000 posts are kim's: as many as are sorted.
    let sorted = all(&world, me, 100);
    assert_eq!(sorted.len(), 2000);
    assert_eq!(sorted[..3], ["2999".to_owned(), "2998".to_owned(), "2996".to_owned()]);
    write(&world, kim, &draft("newest"));
    let walked = all(&world, me, 100);
    assert_eq!((walked.len(), walked[0].as_str()), (2001, "newest"));
    assert_eq!(walked[1..], sorted);
    withdraw(&world, kim);
    assert_eq!(all(&world, me, 100), [""; 0]);
}
