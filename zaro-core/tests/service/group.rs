//! Groups of saved places (FV1 to FV6, CT1).

use chrono::TimeDelta;
use zaro_core::Code;
use zaro_core::models::favorite_group::Group;
use zaro_core::policy::field::Input;
use zaro_core::policy::retention::{Limit, Policy};
use zaro_core::service::group::{self, GroupDraft, GroupEdit};
use zaro_core::testing::World;
use zaro_core::types::{GroupId, Status, UserId, Visibility};

use super::counters::wrong_counters;
use super::favorite::{counter_of, save};
use super::post::suspend;

pub(super) fn named(name: &str) -> GroupDraft {
    GroupDraft { group_name: name.into(), ..GroupDraft::default() }
}

pub(super) fn private(name: &str) -> GroupDraft {
    GroupDraft { visibility: "PRIVATE".into(), ..named(name) }
}

fn try_create(world: &World, owner: UserId, draft: &GroupDraft) -> Result<Group, Code> {
    group::create(&world.ctx, owner, draft).map_err(|error| error.code())
}

/// Makes a group, which must succeed.
pub(super) fn create(world: &World, owner: UserId, draft: &GroupDraft) -> GroupId {
    try_create(world, owner, draft).expect("a group").id
}

pub(super) fn update(world: &World, actor: UserId, id: GroupId, edit: &GroupEdit) -> Result<(), Code> {
    group::update(&world.ctx, actor, id, edit).map_err(|error| error.code())
}

pub(super) fn delete(world: &World, actor: UserId, id: GroupId) -> Result<(), Code> {
    group::delete(&world.ctx, actor, id).map_err(|error| error.code())
}

pub(super) fn rename(name: &str) -> GroupEdit {
    GroupEdit { group_name: name.into(), ..GroupEdit::default() }
}

pub(super) fn show_to(visibility: &str) -> GroupEdit {
    GroupEdit { visibility: visibility.into(), ..GroupEdit::default() }
}

fn move_to(position: i64) -> GroupEdit {
    GroupEdit { position: Input::Given(position), ..GroupEdit::default() }
}

fn list(world: &World, viewer: Option<UserId>, owner: UserId) -> Result<Vec<Group>, Code> {
    group::list(&world.ctx, viewer, owner).map_err(|error| error.code())
}

/// Names in order; the positions must count up from 0.
fn names(world: &World, owner: UserId) -> String {
    let groups = list(world, Some(owner), owner).expect("a list");
    assert!(groups.iter().map(|group| group.position).eq(0..i32::try_from(groups.len()).expect("few")));
    groups.into_iter().map(|group| group.name).collect::<Vec<_>>().join(" ")
}

#[test]
fn fv3_names_are_unique_among_live_groups_of_one_member() {
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    let made = try_create(&world, kim, &named(" Cafe ")).expect("a group");
    assert_eq!((made.name.as_str(), made.visibility, made.position), ("Cafe", Visibility::Public, 0));
    assert_eq!(list(&world, Some(kim), kim), Ok(vec![made.clone()]));
    assert_eq!(try_create(&world, kim, &named("CAFE")), Err(Code::GroupAlreadyExist));
    create(&world, lee, &named("cafe"));
    let other = create(&world, kim, &named("b"));
    assert_eq!(update(&world, kim, other, &rename("cafe")), Err(Code::GroupAlreadyExist));
    assert_eq!(update(&world, kim, made.id, &rename("Cafe")), Ok(()), "unchanged");
    assert_eq!(update(&world, kim, made.id, &rename("CAFE")), Ok(()), "only its case");
    assert_eq!(names(&world, kim), "CAFE b");
    delete(&world, kim, made.id).expect("a deletion");
    create(&world, kim, &named("cafe"));
    assert_eq!(names(&world, kim), "b cafe", "the name of a deleted group is free");
}

#[test]
fn fv2_a_hundred_groups_and_no_more() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let ids: Vec<GroupId> = (0..100).map(|n| create(&world, kim, &named(&format!("group{n}")))).collect();
    assert_eq!(try_create(&world, kim, &named("one more")), Err(Code::GroupLimitReached));
    assert_eq!(try_create(&world, kim, &named("group7")), Err(Code::GroupAlreadyExist));
    delete(&world, kim, ids[50]).expect("a deletion");
    create(&world, kim, &named("one more"));
}

#[test]
fn fv4_groups_are_moved_and_the_others_close_up() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| create(&world, kim, &named(name)));
    for (id, position, order) in
        [(d, 0, "d a b c"), (d, 2, "a b d c"), (a, 99, "b d c a"), (a, 3, "b d c a"), (c, i64::MAX, "b d a c")]
    {
        assert_eq!(update(&world, kim, id, &move_to(position)), Ok(()));
        assert_eq!(names(&world, kim), order);
    }
    delete(&world, kim, b).expect("a deletion");
    assert_eq!(names(&world, kim), "d a c");
    let all_three = GroupEdit { position: Input::Given(0), ..show_to("PRIVATE") };
    update(&world, kim, c, &GroupEdit { group_name: "C".into(), ..all_three }).expect("a change");
    assert_eq!(names(&world, kim), "C d a");
    create(&world, kim, &named("e"));
    assert_eq!(names(&world, kim), "C d a e", "a new one goes to the end");
    assert_eq!(update(&world, kim, c, &GroupEdit::default()), Err(Code::GroupNameRequired));
}

#[test]
fn fv1_lists_of_members_in_every_state() {
    let world = World::new();
    let viewer = world.member("viewer", Status::Active);
    for status in Status::ALL.iter().copied() {
        let owner = world.member(status.as_str(), Status::Active);
        create(&world, owner, &named("열림"));
        create(&world, owner, &private("닫힘"));
        super::favorite::set_status(&world, owner, status);
        let seen = |viewer| list(&world, viewer, owner).map(|groups| groups.len());
        let others = if status == Status::Active { Ok(1) } else { Err(Code::UserNotFound) };
        assert_eq!((seen(None), seen(Some(viewer)), seen(Some(owner))), (others, others, Ok(2)), "{status}");
    }
    assert_eq!(list(&world, Some(viewer), UserId(0)), Err(Code::UserNotFound));
    assert_eq!(list(&world, Some(UserId(0)), UserId(0)), Err(Code::UserNotFound));
}

#[test]
fn fv5_a_group_goes_with_its_favourites_once() {
    let world = World::new();
    let [kim, lee] = ["kim", "lee"].map(|name| world.member(name, Status::Active));
    let [open, closed] = [named("열림"), private("닫힘")].map(|draft| create(&world, kim, &draft));
    let hers = create(&world, lee, &named("lee"));
    save(&world, kim, open, 1);
    save(&world, kim, open, 2);
    save(&world, kim, closed, 3);
    save(&world, lee, hers, 1);
    assert_eq!([1, 2, 3].map(|kakao| counter_of(&world, kakao)), [2, 1, 0]);
    assert_eq!(delete(&world, lee, open), Err(Code::UnauthorizedGroupDelete));
    assert_eq!(delete(&world, lee, closed), Err(Code::GroupNotFound), "what is PRIVATE does not exist for others");
    assert_eq!(delete(&world, kim, GroupId(0)), Err(Code::GroupNotFound));
    assert_eq!((delete(&world, kim, open), delete(&world, kim, open)), (Ok(()), Err(Code::GroupAlreadyDelete)));
    assert_eq!((delete(&world, kim, closed), delete(&world, lee, open)), (Ok(()), Err(Code::GroupNotFound)));
    assert_eq!([1, 2, 3].map(|kakao| counter_of(&world, kakao)), [1, 0, 0]);
    assert_eq!(update(&world, kim, open, &rename("x")), Err(Code::GroupNotFound));
    save(&world, kim, create(&world, kim, &named("neu")), 1);
    assert_eq!(wrong_counters(&world), [""; 0]);
}

#[test]
fn ct1_a_change_of_visibility_moves_the_counters_of_the_places() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let id = create(&world, kim, &named("열림"));
    for kakao in 1..=3 {
        save(&world, kim, id, kakao);
    }
    for (visibility, counted) in [("PUBLIC", 1), ("PRIVATE", 0), ("PRIVATE", 0), ("PUBLIC", 1)] {
        assert_eq!(update(&world, kim, id, &show_to(visibility)), Ok(()));
        assert_eq!([1, 2, 3].map(|kakao| counter_of(&world, kakao)), [counted; 3], "{visibility}");
        assert_eq!(wrong_counters(&world), [""; 0]);
    }
}

#[test]
fn h12_z2_who_changes_groups() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let id = create(&world, kim, &named("그룹"));
    suspend(&world, kim);
    assert_eq!(try_create(&world, kim, &named("둘")), Err(Code::UserSuspended));
    assert_eq!(update(&world, kim, id, &rename("둘")), Err(Code::UserSuspended));
    assert_eq!(delete(&world, kim, id), Ok(()));
    let pending = world.member("pending", Status::Pending);
    assert_eq!(try_create(&world, pending, &named("둘")), Err(Code::MailNotVerified));
}

#[test]
fn fv3_of_many_at_once_one_makes_the_group() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let answers: Vec<_> = std::thread::scope(|scope| {
        let create = || try_create(&world, kim, &named("같은 이름")).map(drop);
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(create)).collect();
        threads.into_iter().map(|thread| thread.join().expect("an answer")).collect()
    });
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert_eq!(answers.iter().filter(|answer| **answer == Err(Code::GroupAlreadyExist)).count(), 7);
    assert_eq!(names(&world, kim), "같은 이름");
}

#[test]
fn rl_changes_of_groups_are_counted_by_member() {
    let mut policy = Policy::default();
    (policy.limits.groups, policy.limits.favorites) = (Limit::new(1, 600), Limit::new(1, 600));
    let world = World::with_policy(policy);
    let groups = |member| group::count_try(&world.ctx, member).map_err(|error| error.code());
    let favorites = |member| zaro_core::service::favorite::count_try(&world.ctx, member).map_err(|error| error.code());
    assert_eq!([groups(UserId(1)), groups(UserId(1)), groups(UserId(2))], [Ok(()), Err(Code::RateLimited), Ok(())]);
    assert_eq!([favorites(UserId(1)), favorites(UserId(1))], [Ok(()), Err(Code::RateLimited)]);
    world.advance(TimeDelta::minutes(10));
    assert_eq!((groups(UserId(1)), favorites(UserId(1))), (Ok(()), Ok(())));
}
