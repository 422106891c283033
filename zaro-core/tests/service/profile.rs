//! Profiles and their lists (PF1 to PF3).

use chrono::TimeDelta;
use diesel::prelude::*;
use zaro_core::Code;
use zaro_core::policy::comment::HIDDEN_COMMENT;
use zaro_core::policy::page::Paging;
use zaro_core::schema::{comments, post_likes};
use zaro_core::service::profile::{self, PageOf};
use zaro_core::service::{comment, post};
use zaro_core::testing::World;
use zaro_core::types::{Direction, PostId, Status, UserId};

use super::comment::write as write_comment;
use super::follow::follow;
use super::post::{draft, hide, write};

const PAGE: Paging = Paging { page: 0, size: 10 };

fn find(world: &World, viewer: Option<UserId>, id: UserId) -> Result<profile::Profile, Code> {
    profile::find(&world.ctx, viewer, id).map_err(|error| error.code())
}

fn posts(world: &World, id: UserId, paging: Paging, direction: Direction) -> Vec<String> {
    let page = profile::posts(&world.ctx, id, paging, direction).expect("a page");
    page.entries.into_iter().map(|post| post.title).collect()
}

fn like(world: &World, who: UserId, post: PostId) {
    let row = (post_likes::user_id.eq(who), post_likes::post_id.eq(post), post_likes::created_at.eq(world.now()));
    world
        .ctx
        .db
        .write_tx(|connection| Ok(diesel::insert_into(post_likes::table).values(row).execute(connection)?))
        .expect("a like");
}

#[test]
fn pf1_only_active_members_have_a_profile_and_lists() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    for status in [Status::Pending, Status::Dormant, Status::Deleted] {
        let other = world.member(status.as_str(), status);
        for viewer in [None, Some(kim), Some(other)] {
            assert_eq!(find(&world, viewer, other), Err(Code::UserNotFound), "{status} {viewer:?}");
        }
        let refused = [
            profile::posts(&world.ctx, other, PAGE, Direction::Desc).err().map(|error| error.code()),
            profile::likes(&world.ctx, other, PAGE, Direction::Desc).err().map(|error| error.code()),
            profile::comments(&world.ctx, other, PAGE, Direction::Desc).err().map(|error| error.code()),
        ];
        assert_eq!(refused, [Some(Code::UserNotFound); 3], "{status}");
    }
    assert_eq!(find(&world, None, UserId(0)), Err(Code::UserNotFound));
    assert!(find(&world, None, kim).is_ok());
}

#[test]
fn pf2_counts_are_those_of_the_lists() {
    let world = World::new();
    let [kim, lee, park] = ["kim", "lee", "park"].map(|name| world.member(name, Status::Active));
    let ids = ["1", "2", "3", "4"].map(|title| write(&world, kim, &draft(title)));
    hide(&world, ids[0]);
    post::delete(&world.ctx, kim, ids[1]).expect("a deletion");
    follow(&world, lee, kim).expect("a follow");
    follow(&world, kim, park).expect("a follow");
    for (viewer, mine, following) in [(None, false, false), (Some(kim), true, false), (Some(lee), false, true)] {
        let seen = find(&world, viewer, kim).expect("a profile");
        assert_eq!((seen.mine, seen.followed_by_viewer), (mine, following), "{viewer:?}");
        assert_eq!((seen.posts, seen.member.follower_count, seen.member.following_count), (2, 1, 1));
    }
    assert_eq!(posts(&world, kim, PAGE, Direction::Desc), ["4", "3"]);
}

#[test]
fn pf3_pg2_pg3_posts_run_by_time_and_id_in_both_directions() {
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    for nth in 1..=5 {
        write(&world, kim, &draft(&nth.to_string()));
        write(&world, lee, &draft("not kim's"));
        if nth == 3 {
            world.advance(TimeDelta::seconds(1));
        }
    }
    let page = |number, direction| posts(&world, kim, Paging { page: number, size: 2 }, direction).join(" ");
    assert_eq!([0, 1, 2, 3].map(|number| page(number, Direction::Desc)), ["5 4", "3 2", "1", ""]);
    assert_eq!([0, 1, 2, 3].map(|number| page(number, Direction::Asc)), ["1 2", "3 4", "5", ""]);
}

#[test]
fn pf3_likes_run_by_the_time_of_the_like() {
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    let ids = ["1", "2", "3", "4"].map(|title| write(&world, lee, &draft(title)));
    for id in [ids[2], ids[0], ids[3], ids[1]] {
        like(&world, kim, id);
        world.advance(TimeDelta::seconds(1));
    }
    hide(&world, ids[3]);
    let list = |direction| {
        let PageOf { entries, total } = profile::likes(&world.ctx, kim, PAGE, direction).expect("a page");
        (entries.into_iter().map(|post| post.title).collect::<Vec<_>>().join(" "), total)
    };
    assert_eq!(list(Direction::Desc), ("2 1 3".to_owned(), 3));
    assert_eq!(list(Direction::Asc), ("3 1 2".to_owned(), 3));
}

#[test]
fn pf3_comments_are_live_on_visible_posts_and_hidden_ones_have_the_placeholder() {
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    let [open, hidden, gone] = ["열림", "숨김", "삭제"].map(|title| write(&world, lee, &draft(title)));
    let ids = ["1", "2", "3"].map(|text| write_comment(&world, kim, open, text));
    write_comment(&world, lee, open, "남의 댓글");
    for post in [hidden, gone] {
        write_comment(&world, kim, post, "안 보임");
    }
    hide(&world, hidden);
    post::delete(&world.ctx, lee, gone).expect("a deletion");
    comment::delete(&world.ctx, kim, ids[0]).expect("a deletion");
    let now = world.now();
    let columns = (comments::hidden_at.eq(now), comments::hidden_reason.eq("OPERATOR"));
    world
        .ctx
        .db
        .write_tx(|connection| Ok(diesel::update(comments::table.find(ids[1])).set(columns).execute(connection)?))
        .expect("a hidden comment");
    let PageOf { entries, total } = profile::comments(&world.ctx, kim, PAGE, Direction::Desc).expect("a page");
    let seen: Vec<_> = entries.iter().map(|line| (line.content.as_str(), line.title.as_str())).collect();
    assert_eq!((seen, total), (vec![("3", "열림"), (HIDDEN_COMMENT, "열림")], 2));
    assert_eq!((entries[0].post_id, entries[0].comment_count, entries[0].created_at), (open, 3, now));
    let oldest = profile::comments(&world.ctx, kim, Paging { page: 0, size: 1 }, Direction::Asc).expect("a page");
    assert_eq!(oldest.entries[0].content, HIDDEN_COMMENT);
}
