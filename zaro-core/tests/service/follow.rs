//! Following, letting go, and who follows whom (FO1 to FO3, CT1, L10, L16).

use chrono::TimeDelta;
use diesel::prelude::*;
use zaro_core::Code;
use zaro_core::models::{follow as rows, profile};
use zaro_core::policy::follow::read_page;
use zaro_core::policy::retention::{Limit, Policy};
use zaro_core::schema::notifications;
use zaro_core::service::follow::{self, FollowEntry, Side};
use zaro_core::testing::World;
use zaro_core::types::{NotificationKind, Status, UserId};

use super::counters::wrong_counters;
use super::favorite::set_status;
use super::post::{suspend, withdraw};

pub(super) fn follow(world: &World, who: UserId, whom: UserId) -> Result<(), Code> {
    follow::follow(&world.ctx, who, whom).map_err(|error| error.code())
}

fn unfollow(world: &World, who: UserId, whom: UserId) -> Result<(), Code> {
    follow::unfollow(&world.ctx, who, whom).map_err(|error| error.code())
}

/// Followers and followings as the member's counters say.
fn counts(world: &World, id: UserId) -> (i32, i32) {
    let found = world.ctx.db.read(|connection| profile::find(connection, id)).expect("a read").expect("the member");
    (found.follower_count, found.following_count)
}

fn list(world: &World, viewer: UserId, owner: UserId, side: Side) -> Result<Vec<FollowEntry>, Code> {
    follow::list(&world.ctx, viewer, owner, side, read_page(None)).map_err(|error| error.code())
}

fn names(list: &[FollowEntry]) -> Vec<&str> {
    list.iter().map(|entry| entry.nickname.as_str()).collect()
}

/// Who was told by whom, unread or not.
fn told(world: &World) -> Vec<(UserId, UserId)> {
    let query = notifications::table
        .filter(notifications::kind.eq(NotificationKind::Follow))
        .order(notifications::id.asc())
        .select((notifications::user_id, notifications::actor_id));
    world.ctx.db.read(|connection| Ok(query.load(connection)?)).expect("notifications")
}

#[test]
fn fo1_a_follow_moves_both_counters_and_tells_the_followed() {
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    assert_eq!(follow(&world, kim, lee), Ok(()));
    assert_eq!((counts(&world, kim), counts(&world, lee)), ((0, 1), (1, 0)));
    assert_eq!(follow(&world, kim, lee), Err(Code::FollowAlreadyExists));
    assert_eq!(told(&world), [(lee, kim)]);
    assert_eq!(follow(&world, lee, kim), Ok(()));
    assert_eq!((counts(&world, kim), counts(&world, lee)), ((1, 1), (1, 1)));
    assert_eq!(wrong_counters(&world), [""; 0]);
}

#[test]
fn fo1_fo2_what_is_refused_changes_nothing() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    assert_eq!(follow(&world, kim, kim), Err(Code::FollowSelfNotAllowed));
    assert_eq!(unfollow(&world, kim, kim), Err(Code::FollowUnfollowSelfNotAllowed));
    for status in [Status::Pending, Status::Dormant, Status::Deleted] {
        let other = world.member(status.as_str(), status);
        assert_eq!(follow(&world, kim, other), Err(Code::UserNotFound), "{status}");
        assert_eq!(unfollow(&world, kim, other), Err(Code::FollowNotExist), "{status}");
    }
    for nobody in [UserId(0), UserId(-1), UserId(i64::MAX)] {
        assert_eq!(follow(&world, kim, nobody), Err(Code::UserNotFound));
        assert_eq!(unfollow(&world, kim, nobody), Err(Code::UserNotFound));
    }
    assert_eq!((counts(&world, kim), told(&world)), ((0, 0), vec![]));
}

#[test]
fn h12_z2_a_suspended_member_lets_go_and_does_not_follow() {
    let world = World::new();
    let [kim, lee, park] = ["kim", "lee", "park"].map(|name| world.member(name, Status::Active));
    follow(&world, kim, lee).expect("a follow");
    suspend(&world, kim);
    assert_eq!(follow(&world, kim, park), Err(Code::UserSuspended));
    assert_eq!(unfollow(&world, kim, lee), Ok(()));
    let pending = world.member("pending", Status::Pending);
    assert_eq!(follow(&world, pending, lee), Err(Code::MailNotVerified));
    assert_eq!(unfollow(&world, pending, lee), Err(Code::MailNotVerified));
}

#[test]
fn fo2_n3_letting_go_takes_back_what_is_unread() {
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    follow(&world, kim, lee).expect("a follow");
    assert_eq!(unfollow(&world, kim, lee), Ok(()));
    assert_eq!((counts(&world, kim), counts(&world, lee), told(&world)), ((0, 0), (0, 0), vec![]));
    assert_eq!(unfollow(&world, kim, lee), Err(Code::FollowNotExist));
    follow(&world, kim, lee).expect("a follow again");
    let read = world.ctx.db.write_tx(|connection| {
        let columns = (notifications::read_at.eq(1_i64), notifications::unread_key.eq(None::<String>));
        Ok(diesel::update(notifications::table).set(columns).execute(connection)?)
    });
    assert_eq!(read.expect("a write"), 1);
    unfollow(&world, kim, lee).expect("letting go");
    assert_eq!(told(&world), [(lee, kim)], "what was read stays");
}

#[test]
fn fo3_lists_run_from_the_newest_and_tell_whom_the_viewer_follows() {
    let world = World::new();
    let [kim, lee, park, choi] = ["kim", "lee", "park", "choi"].map(|name| world.member(name, Status::Active));
    for (who, whom) in [(lee, kim), (park, kim), (choi, kim), (kim, choi), (park, lee)] {
        follow(&world, who, whom).expect("a follow");
        world.advance(TimeDelta::seconds(1));
    }
    let followers = list(&world, park, kim, Side::Followers).expect("a list");
    assert_eq!(names(&followers), ["choi", "park", "lee"]);
    assert_eq!(followers.iter().map(|entry| entry.followed_by_viewer).collect::<Vec<_>>(), [false, false, true]);
    assert_eq!(names(&list(&world, park, kim, Side::Followings).expect("a list")), ["choi"]);
    assert_eq!(names(&list(&world, kim, park, Side::Followings).expect("a list")), ["lee", "kim"]);
    assert_eq!(list(&world, kim, lee, Side::Followings).expect("a list").len(), 1);
    let past = follow::list(&world.ctx, kim, kim, Side::Followers, read_page(Some("1"))).expect("a list");
    assert_eq!(past, []);
}

#[test]
fn fo3_pg3_follows_of_one_instant_run_by_id() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let fans: Vec<UserId> = (0..5).map(|n| world.member(&format!("fan{n}"), Status::Active)).collect();
    for fan in &fans {
        follow(&world, *fan, kim).expect("a follow");
        follow(&world, kim, *fan).expect("a follow");
    }
    for side in [Side::Followers, Side::Followings] {
        let listed: Vec<UserId> = list(&world, kim, kim, side).expect("a list").iter().map(|entry| entry.id).collect();
        assert_eq!(listed, fans.iter().rev().copied().collect::<Vec<_>>(), "{side:?}");
    }
}

#[test]
fn fo3_whose_lists_there_are_and_who_is_in_them() {
    let world = World::new();
    let [kim, lee] = ["kim", "lee"].map(|name| world.member(name, Status::Active));
    follow(&world, lee, kim).expect("a follow");
    for (status, owner, listed) in
        [(Status::Active, Ok(1), 1), (Status::Dormant, Ok(1), 1), (Status::Deleted, Err(Code::UserNotFound), 0)]
    {
        set_status(&world, kim, status);
        let followers = list(&world, lee, kim, Side::Followers).map(|list| list.len());
        assert_eq!(followers, owner, "{status}");
        assert_eq!(list(&world, lee, lee, Side::Followings).expect("a list").len(), listed, "{status}");
    }
    assert_eq!(list(&world, kim, UserId(0), Side::Followers), Err(Code::UserNotFound));
    let pending = world.member("pending", Status::Pending);
    assert_eq!(list(&world, kim, pending, Side::Followers), Ok(vec![]));
}

/// L10, L16: at every step the counters say what the lists show.
#[test]
fn l10_l16_counters_and_lists_agree_through_withdrawal_and_return() {
    let world = World::new();
    let [kim, lee, park] = ["kim", "lee", "park"].map(|name| world.member(name, Status::Active));
    for (who, whom) in [(kim, lee), (lee, kim), (park, kim), (kim, park), (lee, park)] {
        follow(&world, who, whom).expect("a follow");
    }
    let agree = |members: &[UserId]| {
        for id in members {
            let shown = |side| i32::try_from(list(&world, *id, *id, side).expect("a list").len()).expect("few");
            assert_eq!(counts(&world, *id), (shown(Side::Followers), shown(Side::Followings)), "{id}");
        }
        assert_eq!(wrong_counters(&world), [""; 0]);
    };
    agree(&[kim, lee, park]);
    withdraw(&world, kim);
    assert_eq!((counts(&world, lee), counts(&world, park)), ((0, 1), (1, 0)));
    agree(&[lee, park]);
    withdraw(&world, park);
    assert_eq!(counts(&world, lee), (0, 0), "whoever followed both is left with none");
    agree(&[lee]);
    // FO2: whoever has left can be let go, and no counter moves twice.
    assert_eq!(unfollow(&world, lee, kim), Ok(()));
    agree(&[lee]);
    for back in [kim, park] {
        set_status(&world, back, Status::Active);
        let restored = world.ctx.db.write_tx(|connection| rows::restore_counters(connection, &[back]));
        restored.expect("L16");
    }
    assert_eq!([kim, lee, park].map(|id| counts(&world, id)), [(1, 2), (1, 1), (2, 1)]);
    agree(&[kim, lee, park]);
}

#[test]
fn fo1_fo2_of_many_at_once_one_succeeds() {
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    for (act, refused) in [
        (follow as fn(&World, UserId, UserId) -> Result<(), Code>, Code::FollowAlreadyExists),
        (unfollow, Code::FollowNotExist),
    ] {
        let answers: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| act(&world, kim, lee))).collect();
            threads.into_iter().map(|thread| thread.join().expect("an answer")).collect()
        });
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        assert_eq!(answers.iter().filter(|answer| **answer == Err(refused)).count(), 7);
        assert_eq!(wrong_counters(&world), [""; 0]);
    }
}

#[test]
fn rl_follows_are_counted_both_ways_by_member() {
    let mut policy = Policy::default();
    policy.limits.follows = Limit::new(2, 600);
    let world = World::with_policy(policy);
    let try_as = |member| follow::count_try(&world.ctx, member).map_err(|error| error.code());
    assert_eq!([try_as(UserId(1)), try_as(UserId(1)), try_as(UserId(1))], [Ok(()), Ok(()), Err(Code::RateLimited)]);
    assert_eq!(try_as(UserId(2)), Ok(()));
}
