//! Liking posts (LK1 to LK3, CT1).

use diesel::prelude::*;
use zaro_core::Code;
use zaro_core::policy::retention::{Limit, Policy};
use zaro_core::schema::{notifications, post_likes, posts};
use zaro_core::service::{like, post};
use zaro_core::testing::World;
use zaro_core::types::{NotificationKind, PostId, Status, Time, UserId};

use super::post::{draft, hide, suspend, write};

fn give(world: &World, user: UserId, post: PostId) -> Result<(), Code> {
    like::like(&world.ctx, user, post).map_err(|error| error.code())
}

fn take_back(world: &World, user: UserId, post: PostId) -> Result<(), Code> {
    like::unlike(&world.ctx, user, post).map_err(|error| error.code())
}

fn status(world: &World, user: UserId, post: PostId) -> Result<bool, Code> {
    like::status(&world.ctx, user, post).map_err(|error| error.code())
}

/// The counter of the post, and what it should count.
fn counted(world: &World, post: PostId) -> (i64, i64) {
    let counts = world.ctx.db.read(|connection| {
        let counter: i32 = posts::table.find(post).select(posts::like_count).first(connection)?;
        let rows = post_likes::table.filter(post_likes::post_id.eq(post)).count().get_result(connection)?;
        Ok((i64::from(counter), rows))
    });
    counts.expect("counts")
}

/// Who was told of whose like of which post.
fn told(world: &World) -> Vec<(UserId, UserId, i64)> {
    let query = notifications::table
        .filter(notifications::kind.eq(NotificationKind::Like))
        .order(notifications::id.asc())
        .select((notifications::user_id, notifications::actor_id, notifications::target_id));
    world.ctx.db.read(|connection| Ok(query.load(connection)?)).expect("notifications")
}

/// A community with two members and a post of the first.
fn kim_lee_and_a_post() -> (World, UserId, UserId, PostId) {
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    let id = write(&world, kim, &draft("제목"));
    (world, kim, lee, id)
}

#[test]
fn lk2_lk3_a_like_is_counted_once_and_tells_the_author() {
    let (world, kim, lee, post) = kim_lee_and_a_post();
    assert_eq!(status(&world, lee, post), Ok(false));
    assert_eq!(give(&world, lee, post), Ok(()));
    assert_eq!(give(&world, lee, post), Err(Code::AlreadyLiked));
    assert_eq!((status(&world, lee, post), status(&world, kim, post)), (Ok(true), Ok(false)));
    assert_eq!((counted(&world, post), told(&world)), ((1, 1), vec![(kim, lee, post.0)]));
    assert_eq!(take_back(&world, lee, post), Ok(()));
    assert_eq!(take_back(&world, lee, post), Err(Code::LikeNotPost));
    assert_eq!((counted(&world, post), told(&world)), ((0, 0), vec![]), "the unread notification goes with it");
}

#[test]
fn lk1_lk3_ones_own_post_can_be_liked_and_nobody_is_told() {
    let (world, kim, _, post) = kim_lee_and_a_post();
    assert_eq!(give(&world, kim, post), Ok(()));
    assert_eq!((counted(&world, post), told(&world)), ((1, 1), vec![]));
    assert_eq!(take_back(&world, kim, post), Ok(()));
}

#[test]
fn lk3_what_was_read_stays_and_a_new_like_tells_again() {
    let (world, kim, lee, post) = kim_lee_and_a_post();
    give(&world, lee, post).expect("a like");
    let now = world.now();
    let read = world.ctx.db.write_tx(|connection| {
        let columns = (notifications::read_at.eq(now), notifications::unread_key.eq(None::<String>));
        Ok(diesel::update(notifications::table).set(columns).execute(connection)?)
    });
    assert_eq!(read.expect("a write"), 1);
    take_back(&world, lee, post).expect("an unlike");
    assert_eq!(told(&world), [(kim, lee, post.0)]);
    give(&world, lee, post).expect("a like");
    assert_eq!(told(&world), [(kim, lee, post.0); 2]);
}

#[test]
fn lk1_only_visible_posts() {
    let (world, kim, lee, hidden) = kim_lee_and_a_post();
    give(&world, lee, hidden).expect("a like");
    let deleted = write(&world, kim, &draft("둘"));
    give(&world, lee, deleted).expect("a like");
    hide(&world, hidden);
    post::delete(&world.ctx, kim, deleted).expect("a deletion");
    for gone in [hidden, deleted, PostId(0), PostId(-1)] {
        assert_eq!(give(&world, kim, gone), Err(Code::PostNotFound));
        assert_eq!(take_back(&world, lee, gone), Err(Code::PostNotFound));
        assert_eq!(status(&world, lee, gone), Err(Code::PostNotFound));
    }
    assert_eq!((counted(&world, hidden), counted(&world, deleted)), ((1, 1), (1, 1)));
}

#[test]
fn h12_z2_who_may_like_and_who_may_take_back() {
    let (world, _, lee, post) = kim_lee_and_a_post();
    for (status, code) in [
        (Status::Pending, Code::MailNotVerified),
        (Status::Dormant, Code::DormantUser),
        (Status::Deleted, Code::DeletedUser),
    ] {
        let member = world.member(status.as_str(), status);
        assert_eq!((give(&world, member, post), take_back(&world, member, post)), (Err(code), Err(code)));
    }
    give(&world, lee, post).expect("a like");
    suspend(&world, lee);
    assert_eq!(give(&world, lee, post), Err(Code::UserSuspended));
    assert_eq!(take_back(&world, lee, post), Ok(()));
}

#[test]
fn rl_likes_are_limited_by_member() {
    let mut policy = Policy::default();
    policy.limits.likes = Limit::new(2, 600);
    let world = World::with_policy(policy);
    let (kim, lee) = (UserId(1), UserId(2));
    let count = |user| like::count_try(&world.ctx, user).map_err(|error| error.code());
    assert_eq!([count(kim), count(kim), count(kim), count(lee)], [Ok(()), Ok(()), Err(Code::RateLimited), Ok(())]);
}

#[test]
fn lk2_of_parallel_likes_and_unlikes_by_one_member_one_counts() {
    let (world, kim, lee, post) = kim_lee_and_a_post();
    let at_once = |act: fn(&World, UserId, PostId) -> Result<(), Code>| {
        let mut answers: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..16).map(|_| scope.spawn(|| act(&world, lee, post))).collect();
            threads.into_iter().map(|thread| thread.join().expect("an answer")).collect()
        });
        answers.sort_unstable_by_key(Result::is_err);
        answers
    };
    for _ in 0..3 {
        assert_eq!(at_once(give), [vec![Ok(())], vec![Err(Code::AlreadyLiked); 15]].concat());
        assert_eq!((counted(&world, post), told(&world)), ((1, 1), vec![(kim, lee, post.0)]));
        assert_eq!(at_once(take_back), [vec![Ok(())], vec![Err(Code::LikeNotPost); 15]].concat());
        assert_eq!((counted(&world, post), told(&world)), ((0, 0), vec![]));
    }
}

#[test]
fn lk3_two_who_like_each_others_posts_do_not_wait_in_a_circle() {
    let (world, kim, lee, post) = kim_lee_and_a_post();
    let theirs = write(&world, lee, &draft("둘"));
    std::thread::scope(|scope| {
        for (user, post) in [(kim, theirs), (lee, post)] {
            let world = &world;
            scope.spawn(move || {
                for _ in 0..20 {
                    give(world, user, post).expect("a like");
                    take_back(world, user, post).expect("an unlike");
                }
                give(world, user, post).expect("a like");
            });
        }
    });
    assert_eq!((counted(&world, post), counted(&world, theirs)), ((1, 1), (1, 1)));
    assert_eq!(told(&world).len(), 2);
}

/// RK1 counts from this.
#[test]
fn lk2_a_like_is_of_the_moment_it_was_given() {
    let (world, _, lee, post) = kim_lee_and_a_post();
    let later = world.advance(chrono::TimeDelta::minutes(5));
    give(&world, lee, post).expect("a like");
    let at: Time = world
        .ctx
        .db
        .read(|connection| Ok(post_likes::table.find((lee, post)).select(post_likes::created_at).first(connection)?))
        .expect("the like");
    assert_eq!(at, later);
}
