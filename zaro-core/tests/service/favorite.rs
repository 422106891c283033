//! Saving places (FV2, FV6 to FV13, CT1).

use chrono::TimeDelta;
use diesel::prelude::*;
use zaro_core::Code;
use zaro_core::models::favorite::Item;
use zaro_core::models::place::{self as places, Place};
use zaro_core::policy::field::Input;
use zaro_core::policy::place::{Degrees, KakaoPlaceId};
use zaro_core::schema::{favorite_groups, favorites, users};
use zaro_core::service::favorite::{self, FavoriteDraft, MemoDraft};
use zaro_core::testing::World;
use zaro_core::types::{FavoriteId, GroupId, PlaceId, Status, Time, UserId};

use super::counters::wrong_counters;
use super::group::{create as create_group, named, private};
use super::post::suspend;

/// A place with this id at Kakao, as its first save says it: the higher the id, the farther north.
pub(super) fn draft(kakao: i32) -> FavoriteDraft {
    FavoriteDraft {
        kakao_place_id: Input::Given(KakaoPlaceId(kakao.into())),
        place_name: format!("장소 {kakao}").as_str().into(),
        address: "서울 관악구".into(),
        lat: Input::Given(Degrees(37.0 + f64::from(kakao) / 1000.0)),
        lng: Input::Given(Degrees(127.0)),
        category: "CE7".into(),
        ..FavoriteDraft::default()
    }
}

pub(super) fn add(world: &World, actor: UserId, group: GroupId, draft: &FavoriteDraft) -> Result<Place, Code> {
    favorite::add(&world.ctx, actor, group, draft).map(|(place, _)| place).map_err(|error| error.code())
}

/// Saves a place, which must succeed; tells the favourite and its place.
pub(super) fn save(world: &World, actor: UserId, group: GroupId, kakao: i32) -> (FavoriteId, PlaceId) {
    let place = add(world, actor, group, &draft(kakao)).expect("a favourite").id;
    let query = favorites::table.filter(favorites::user_id.eq(actor)).filter(favorites::place_id.eq(place));
    let id = world.ctx.db.read(|connection| Ok(query.select(favorites::id).first(connection)?)).expect("the favourite");
    (id, place)
}

pub(super) fn stored(world: &World, kakao: i32) -> Place {
    let found = world.ctx.db.read(|connection| places::find_by_kakao(connection, kakao.into())).expect("a read");
    found.expect("the place")
}

pub(super) fn counter_of(world: &World, kakao: i32) -> i32 {
    stored(world, kakao).favorite_count
}

pub(super) fn delete(world: &World, actor: UserId, id: FavoriteId) -> Result<(), Code> {
    favorite::delete(&world.ctx, actor, id).map_err(|error| error.code())
}

fn set_memo(world: &World, actor: UserId, id: FavoriteId, memo: &str) -> Result<(), Code> {
    favorite::set_memo(&world.ctx, actor, id, &MemoDraft { memo: memo.into() }).map_err(|error| error.code())
}

pub(super) fn items(world: &World, viewer: Option<UserId>, group: GroupId) -> Result<Vec<Item>, Code> {
    favorite::items(&world.ctx, viewer, group).map_err(|error| error.code())
}

/// Puts a member into a state, as the lifecycle would.
pub(super) fn set_status(world: &World, id: UserId, status: Status) {
    let now = world.now();
    let verified: Option<Time> = (status != Status::Pending).then_some(now);
    let dormant: Option<Time> = (status == Status::Dormant).then_some(now);
    let deleted: Option<Time> = (status == Status::Deleted).then_some(now);
    let columns = (
        users::status.eq(status),
        users::verified_at.eq(verified),
        users::dormant_at.eq(dormant),
        users::deleted_at.eq(deleted),
    );
    let changed = world.ctx.db.write_tx(|c| Ok(diesel::update(users::table.find(id)).set(columns).execute(c)?));
    assert_eq!(changed.expect("a change"), 1);
}

#[test]
fn fv7_ct1_a_save_makes_the_place_and_moves_both_counters() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let [open, closed] = [named("열림"), private("닫힘")].map(|draft| create_group(&world, kim, &draft));
    let memo = FavoriteDraft { memo: "맛집".into(), ..draft(1) };
    let (place, noted) = favorite::add(&world.ctx, kim, open, &memo).expect("a favourite");
    assert_eq!(
        (place.name.as_str(), place.address.as_str(), noted.as_deref()),
        ("장소 1", "서울 관악구", Some("맛집"))
    );
    assert_eq!((place.category.as_str(), place.kakao_place_id, place.lat, place.lng), ("CE7", 1, 37.001, 127.0));
    save(&world, kim, closed, 2);
    assert_eq!((counter_of(&world, 1), counter_of(&world, 2)), (1, 0), "what only its owner sees is not counted");
    let seen = items(&world, Some(kim), open).expect("items");
    assert_eq!((seen.len(), seen[0].memo.as_deref(), seen[0].place_id), (1, Some("맛집"), place.id));
    assert_eq!(wrong_counters(&world), [""; 0]);
}

#[test]
fn fv7_fv8_a_place_is_saved_once_by_each_member_in_whatever_group() {
    let world = World::new();
    let [kim, lee] = ["kim", "lee"].map(|name| world.member(name, Status::Active));
    let [one, two] = ["하나", "둘"].map(|name| create_group(&world, kim, &named(name)));
    let hers = create_group(&world, lee, &named("lee"));
    let (id, _) = save(&world, kim, one, 1);
    for group in [one, two] {
        assert_eq!(add(&world, kim, group, &draft(1)), Err(Code::FavoriteAlreadyExists));
    }
    save(&world, lee, hers, 1);
    assert_eq!(counter_of(&world, 1), 2);
    delete(&world, kim, id).expect("a deletion");
    save(&world, kim, two, 1);
    assert_eq!((counter_of(&world, 1), wrong_counters(&world)), (2, vec![]));
}

#[test]
fn fv7_a_refused_save_leaves_no_place_behind() {
    let world = World::new();
    let [kim, lee] = ["kim", "lee"].map(|name| world.member(name, Status::Active));
    let [open, closed, gone] =
        [named("열림"), private("닫힘"), named("삭제")].map(|draft| create_group(&world, lee, &draft));
    super::group::delete(&world, lee, gone).expect("a deletion");
    for (group, code) in [
        (open, Code::UnauthorizedGroupUpdate),
        (closed, Code::GroupNotFound),
        (gone, Code::GroupNotFound),
        (GroupId(0), Code::GroupNotFound),
    ] {
        assert_eq!(add(&world, kim, group, &draft(1)), Err(code), "{group}");
    }
    suspend(&world, lee);
    assert_eq!(add(&world, lee, open, &draft(1)), Err(Code::UserSuspended));
    let found = world.ctx.db.read(|connection| places::find_by_kakao(connection, 1)).expect("a read");
    assert_eq!(found, None);
}

#[test]
fn fv2_a_thousand_favourites_in_a_group_and_no_more() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let group = create_group(&world, kim, &named("가득"));
    let filled = world.ctx.db.write_tx(|connection| {
        let full = favorite_groups::favorite_count.eq(1000);
        Ok(diesel::update(favorite_groups::table.find(group)).set(full).execute(connection)?)
    });
    assert_eq!(filled.expect("a write"), 1);
    assert_eq!(add(&world, kim, group, &draft(1)), Err(Code::FavoriteLimitReached));
    let other = create_group(&world, kim, &named("다른"));
    save(&world, kim, other, 1);
    assert_eq!(add(&world, kim, group, &draft(1)), Err(Code::FavoriteAlreadyExists));
}

#[test]
fn fv9_the_first_save_defines_the_place_and_others_can_dispute_it() {
    let world = World::new();
    let members = ["kim", "lee", "park", "choi"].map(|name| world.member(name, Status::Active));
    let groups = members.map(|member| create_group(&world, member, &named("그룹")));
    save(&world, members[0], groups[0], 1);
    let first = stored(&world, 1);
    world.advance(TimeDelta::minutes(1));
    let near = FavoriteDraft { lat: Input::Given(Degrees(first.lat + 0.0017)), ..draft(1) };
    let same = FavoriteDraft { address: "다른 주소".into(), category: "FD6".into(), ..near };
    assert_eq!(add(&world, members[1], groups[1], &same).expect("a favourite").name, first.name);
    assert_eq!(stored(&world, 1).disputed_at, None, "189 m away, by another address");
    let far = FavoriteDraft { lat: Input::Given(Degrees(first.lat + 0.0019)), ..draft(1) };
    add(&world, members[2], groups[2], &far).expect("a favourite");
    let disputed = stored(&world, 1);
    assert_eq!(disputed, Place { disputed_at: Some(world.now()), favorite_count: 3, ..first.clone() });
    world.advance(TimeDelta::minutes(1));
    let renamed = FavoriteDraft { place_name: "다른 이름".into(), ..draft(1) };
    assert_eq!(add(&world, members[3], groups[3], &renamed).expect("a favourite").name, first.name);
    assert_eq!(stored(&world, 1).disputed_at, disputed.disputed_at, "the first dispute stays");
}

#[test]
fn fv10_fv11_who_changes_and_deletes_what() {
    let world = World::new();
    let [kim, lee] = ["kim", "lee"].map(|name| world.member(name, Status::Active));
    let [open, closed] = [named("열림"), private("닫힘")].map(|draft| create_group(&world, kim, &draft));
    let ((seen, _), (unseen, _)) = (save(&world, kim, open, 1), save(&world, kim, closed, 2));
    assert_eq!(set_memo(&world, lee, seen, "x"), Err(Code::UnauthorizedFavoriteUpdate));
    assert_eq!(delete(&world, lee, seen), Err(Code::UnauthorizedFavoriteDelete));
    for id in [unseen, FavoriteId(0)] {
        assert_eq!(set_memo(&world, lee, id, "x"), Err(Code::FavoriteNotFound));
        assert_eq!(delete(&world, lee, id), Err(Code::FavoriteNotFound));
    }
    world.advance(TimeDelta::minutes(1));
    let note = |memo| {
        set_memo(&world, kim, unseen, memo).expect("a memo");
        items(&world, Some(kim), closed).expect("items")[0].memo.clone()
    };
    assert_eq!([note("메모"), note(" ")], [Some("메모".to_owned()), None]);
    assert_eq!(items(&world, Some(kim), closed).expect("items")[0].updated_at, world.now());
    suspend(&world, kim);
    assert_eq!(set_memo(&world, kim, seen, "x"), Err(Code::UserSuspended));
    assert_eq!((delete(&world, kim, seen), delete(&world, kim, seen)), (Ok(()), Err(Code::FavoriteNotFound)));
    assert_eq!((delete(&world, kim, unseen), wrong_counters(&world)), (Ok(()), vec![]));
}

#[test]
fn fv12_items_run_from_the_newest() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let group = create_group(&world, kim, &named("그룹"));
    assert_eq!(items(&world, None, group), Ok(vec![]));
    for kakao in [1, 2, 3] {
        save(&world, kim, group, kakao);
    }
    world.advance(TimeDelta::seconds(1));
    save(&world, kim, group, 0x7fff);
    let names = items(&world, None, group).expect("items").into_iter().map(|item| item.place_name);
    assert_eq!(names.collect::<Vec<_>>(), ["장소 32767", "장소 3", "장소 2", "장소 1"]);
    assert_eq!(items(&world, None, GroupId(0)), Err(Code::GroupNotFound));
}

#[test]
fn fv13_whether_the_caller_has_saved_a_place() {
    let world = World::new();
    let [kim, lee] = ["kim", "lee"].map(|name| world.member(name, Status::Active));
    let (id, place) = save(&world, kim, create_group(&world, kim, &private("닫힘")), 1);
    let check = |who, place| favorite::check(&world.ctx, who, place).map_err(|error| error.code());
    assert_eq!((check(kim, place), check(lee, place)), (Ok(true), Ok(false)));
    assert_eq!(check(kim, PlaceId(0)), Err(Code::PlaceNotFound));
    delete(&world, kim, id).expect("a deletion");
    assert_eq!(check(kim, place), Ok(false));
}

#[test]
fn fv7_fv11_of_many_at_once_one_succeeds() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let groups = [0, 1].map(|n| create_group(&world, kim, &named(&format!("그룹{n}"))));
    let at_once = |act: &(dyn Fn(usize) -> Result<(), Code> + Sync)| -> Vec<Result<(), Code>> {
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|n| scope.spawn(move || act(n))).collect();
            threads.into_iter().map(|thread| thread.join().expect("an answer")).collect()
        })
    };
    let added = at_once(&|n| add(&world, kim, groups[n % 2], &draft(1)).map(drop));
    assert_eq!(added.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert_eq!(added.iter().filter(|answer| **answer == Err(Code::FavoriteAlreadyExists)).count(), 7);
    let query = favorites::table.select(favorites::id);
    let id = world.ctx.db.read(|connection| Ok(query.first(connection)?)).expect("the favourite");
    let deleted = at_once(&|_| delete(&world, kim, id));
    assert_eq!(deleted.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert_eq!((counter_of(&world, 1), wrong_counters(&world)), (0, vec![]));
}
