//! Places on the map, who saved them, and what operators do about them (FV6, FV9, FV14 to FV16, VM).

mod speed;

use chrono::TimeDelta;
use diesel::prelude::*;
use zaro_core::models::place::Place;
use zaro_core::policy::field::Input;
use zaro_core::policy::place::{AreaParams, Degrees, PlaceQuery, Point};
use zaro_core::schema::places;
use zaro_core::service::desk::Act;
use zaro_core::service::favorite::{self, FavoriteDraft};
use zaro_core::service::place::{self, Correction, PlaceView};
use zaro_core::testing::World;
use zaro_core::types::{FavoriteId, GroupId, PlaceId, PlaceSource, Status, UserId};
use zaro_core::{Code, Error};

use super::counters::wrong_counters;
use super::favorite::{add, counter_of, delete, draft, items, save, set_status, stored};
use super::group::{create as create_group, named, private, show_to, update as update_group};

fn circle(lat: f64, lng: f64, km: f64) -> AreaParams {
    AreaParams { lat: Some(lat), lng: Some(lng), distance_km: Some(km), ..AreaParams::default() }
}

/// Kakao's ids of the places found, and the favourites told of them.
fn found(world: &World, params: &AreaParams) -> Vec<(i64, i64)> {
    let query = PlaceQuery::read(params).expect("an area");
    let list = place::list(&world.ctx, &query).expect("a list");
    list.into_iter().map(|found| (found.place.kakao_place_id, found.favorites)).collect()
}

fn correct(world: &World, place: PlaceId, to: &Correction) -> Result<(), Error> {
    world.order("park", Act::PlaceCorrect { place, to: to.clone() }).map(drop)
}

/// How many favourites were moved and dropped.
fn merge(world: &World, from: PlaceId, into: PlaceId) -> Result<(u64, u64), Error> {
    let step = world.order("park", Act::PlaceMerge { from, into })?;
    let told = |name: &str| step.after[name].as_u64().expect("a number");
    Ok((told("moved"), told("dropped")))
}

fn detail(world: &World, viewer: UserId, id: PlaceId) -> Result<PlaceView, Code> {
    place::detail(&world.ctx, viewer, id).map_err(|error| error.code())
}

/// Saves a place at this point.
fn save_at(world: &World, who: UserId, group: GroupId, kakao: i32, lat: f64, lng: f64) {
    let at = FavoriteDraft { lat: Input::Given(Degrees(lat)), lng: Input::Given(Degrees(lng)), ..draft(kakao) };
    add(world, who, group, &at).expect("a favourite");
}

/// Members with a PUBLIC group each.
fn members<const N: usize>(world: &World) -> [(UserId, GroupId); N] {
    std::array::from_fn(|n| {
        let member = world.member(&format!("member{n}"), Status::Active);
        (member, create_group(world, member, &named("그룹")))
    })
}

#[test]
fn fv14_places_within_a_distance_most_saved_first() {
    let world = World::new();
    let [(kim, a), (lee, b), (park, c)] = members(&world);
    for (kakao, lat) in [(1, 37.50), (2, 37.55), (3, 37.58), (4, 37.60)] {
        save_at(&world, kim, a, kakao, lat, 127.0);
    }
    for (who, group, kakaos) in [(lee, b, &[2, 3][..]), (park, c, &[3])] {
        for kakao in kakaos {
            let lat = stored(&world, *kakao).lat;
            save_at(&world, who, group, *kakao, lat, 127.0);
        }
    }
    // A tenth of a degree of latitude is 11.12 km.
    assert_eq!(found(&world, &circle(37.5, 127.0, 10.0)), [(3, 3), (2, 2), (1, 1)]);
    assert_eq!(found(&world, &circle(37.5, 127.0, 11.2)), [(3, 3), (2, 2), (4, 1), (1, 1)], "PG3: of equals the later");
    assert_eq!(found(&world, &circle(37.5, 127.0, 0.001)), [(1, 1)]);
    assert_eq!(found(&world, &circle(35.0, 127.0, 20.0)), []);
    let limited = AreaParams { limit: Some(2), ..circle(37.5, 127.0, 20.0) };
    assert_eq!(found(&world, &limited), [(3, 3), (2, 2)]);
    let rectangle = AreaParams {
        min_lat: Some(37.55),
        max_lat: Some(37.58),
        min_lng: Some(127.0),
        max_lng: Some(127.0),
        ..AreaParams::default()
    };
    assert_eq!(found(&world, &rectangle), [(3, 3), (2, 2)], "edges belong to the box");
    let wide = AreaParams { min_lat: Some(34.0), max_lat: Some(39.0), max_lng: Some(129.0), ..rectangle };
    let wide = AreaParams { min_lng: Some(124.0), ..wide };
    assert_eq!(found(&world, &wide), found(&world, &circle(37.5, 127.0, 20.0)), "a box of very many cells");
    let first = AreaParams { limit: Some(1), ..wide };
    assert_eq!(found(&world, &first), [(3, 3)]);
    let beside = AreaParams { min_lng: Some(127.01), max_lng: Some(131.9), ..first };
    assert_eq!(found(&world, &beside), [], "what lies in a cell at the edge, but outside, is looked past");
}

#[test]
fn fv14_antimeridian_and_pole() {
    let world = World::new();
    let [(kim, group)] = members(&world);
    for (kakao, lat, lng) in
        [(1, 0.0, 179.95), (2, 0.0, -179.95), (3, 0.0, 180.0), (4, 0.0, -180.0), (5, 89.95, 0.0), (6, 89.95, 180.0)]
    {
        save_at(&world, kim, group, kakao, lat, lng);
    }
    let ids = |params| found(&world, &params).into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    for lng in [179.99, -179.99, 180.0, -180.0] {
        assert_eq!(ids(circle(0.0, lng, 20.0)), [4, 3, 2, 1], "{lng}");
    }
    let edge = AreaParams {
        min_lat: Some(-2.0),
        max_lat: Some(3.0),
        min_lng: Some(175.0),
        max_lng: Some(180.0),
        ..AreaParams::default()
    };
    assert_eq!(ids(edge), [3, 1], "a box ends at the antimeridian, which belongs to it");
    let other_edge = AreaParams { min_lng: Some(-180.0), max_lng: Some(-175.0), ..edge };
    assert_eq!(ids(other_edge), [4, 2]);
    for lng in [0.0, 90.0, -180.0] {
        assert_eq!(ids(circle(89.99, lng, 20.0)), [6, 5], "{lng}");
        assert_eq!(ids(circle(90.0, lng, 20.0)), [6, 5], "{lng}");
    }
}

/// FV14, FV16: places whose savers nobody may see fall out, and others take their place.
#[test]
fn fv16_only_favourites_that_everybody_sees_are_counted() {
    let world = World::new();
    let [(kim, a), (lee, b), (park, c)] = members(&world);
    for kakao in 1..=30 {
        save(&world, kim, a, kakao);
    }
    for kakao in 1..=20 {
        save(&world, lee, b, kakao);
    }
    save(&world, park, c, 30);
    save(&world, park, create_group(&world, park, &private("닫힘")), 29);
    let all = circle(37.0, 127.0, 20.0);
    assert_eq!(found(&world, &AreaParams { limit: Some(3), ..all }), [(30, 2), (20, 2), (19, 2)]);
    // Asleep: twenty places with a counter of 2, of which nobody sees more than one, and nine that nobody sees.
    set_status(&world, kim, Status::Dormant);
    assert_eq!(found(&world, &AreaParams { limit: Some(3), ..all }), [(30, 1), (20, 1), (19, 1)]);
    set_status(&world, lee, Status::Dormant);
    assert_eq!(found(&world, &AreaParams { limit: Some(2), ..all }), [(30, 1)], "found behind all that fell out");
    set_status(&world, park, Status::Deleted);
    assert_eq!(found(&world, &all), []);
}

#[test]
fn fv15_those_who_saved_a_place_newest_first_and_each_once() {
    let world = World::new();
    let [(kim, a), (lee, b), (park, _)] = members(&world);
    let closed = create_group(&world, park, &private("닫힘"));
    let (_, id) = save(&world, kim, a, 1);
    world.advance(TimeDelta::seconds(1));
    favorite::add(&world.ctx, lee, b, &FavoriteDraft { memo: "조용함".into(), ..draft(1) }).expect("a favourite");
    world.advance(TimeDelta::seconds(1));
    save(&world, park, closed, 1);
    let seen = |viewer| {
        let view = detail(&world, viewer, id).expect("a place");
        let savers: Vec<_> = view.savers.iter().map(|(member, memo)| (member.id, memo.clone())).collect();
        assert_eq!(view.favorites, i64::try_from(savers.len()).expect("few"));
        savers
    };
    let everybody = vec![(lee, Some("조용함".to_owned())), (kim, None)];
    assert_eq!(seen(kim), everybody);
    assert_eq!(seen(park), [vec![(park, None)], everybody].concat(), "one's own always");
    assert_eq!(detail(&world, kim, PlaceId(0)).err(), Some(Code::PlaceNotFound));
}

#[test]
fn fv15_a_hundred_are_shown_and_all_are_counted() {
    let world = World::new();
    let all: [(UserId, GroupId); 103] = members(&world);
    let ids = all.map(|(member, group)| save(&world, member, group, 1).1);
    let view = detail(&world, all[0].0, ids[0]).expect("a place");
    assert_eq!((view.favorites, view.savers.len()), (103, 100));
    assert_eq!(view.savers[0].0.id, all[102].0, "of one instant the later first");
}

/// VM: groups, favourites and memos, by the state of their owner and who sees the group.
#[test]
fn vm_who_sees_a_favourite_where() {
    for status in Status::ALL.iter().copied() {
        for (group, is_public) in [(named("열림"), true), (private("닫힘"), false)] {
            let world = World::new();
            let (owner, other) = (world.member("owner", Status::Active), world.member("other", Status::Active));
            let id = create_group(&world, owner, &group);
            let (favorite, place) = save(&world, owner, id, 1);
            set_status(&world, owner, status);
            let shown = is_public && status == Status::Active;
            let what = format!("{status}, {}", if is_public { "PUBLIC" } else { "PRIVATE" });

            let in_list =
                zaro_core::service::group::list(&world.ctx, Some(other), owner).is_ok_and(|all| all.len() == 1);
            let read =
                [items(&world, None, id), items(&world, Some(other), id)].map(|items| items.map(|all| all.len()));
            let expected = if shown { Ok(1) } else { Err(Code::GroupNotFound) };
            assert_eq!((in_list, read), (shown, [expected; 2]), "group: {what}");
            assert_eq!(items(&world, Some(owner), id).map(|all| all.len()), Ok(1), "one's own: {what}");

            let code = |refused, missing| Err(if shown { refused } else { missing });
            let changed = update_group(&world, other, id, &show_to("PUBLIC"));
            assert_eq!(changed, code(Code::UnauthorizedGroupUpdate, Code::GroupNotFound), "change: {what}");
            let added = add(&world, other, id, &draft(2)).map(drop);
            assert_eq!(added, code(Code::UnauthorizedGroupUpdate, Code::GroupNotFound), "adding: {what}");
            let deleted = super::group::delete(&world, other, id);
            assert_eq!(deleted, code(Code::UnauthorizedGroupDelete, Code::GroupNotFound), "deletion: {what}");
            let deleted = delete(&world, other, favorite);
            assert_eq!(deleted, code(Code::UnauthorizedFavoriteDelete, Code::FavoriteNotFound), "favourite: {what}");

            let view = detail(&world, other, place).expect("places are there for everybody");
            assert_eq!((view.favorites, view.savers.len()), (i64::from(shown), usize::from(shown)), "place: {what}");
            let on_map = found(&world, &circle(37.0, 127.0, 20.0));
            assert_eq!(on_map, if shown { vec![(1, 1)] } else { vec![] }, "map: {what}");
        }
    }
}

fn correction(place: &Place) -> Correction {
    Correction {
        name: place.name.clone(),
        address: place.address.clone(),
        category: place.category.clone(),
        point: Point { lat: place.lat, lng: place.lng },
    }
}

#[test]
fn fv9_operators_correct_a_place_and_settle_its_dispute() {
    let world = World::new();
    let [(kim, a), (lee, b)] = members(&world);
    save(&world, kim, a, 1);
    save(&world, kim, a, 2);
    add(&world, lee, b, &FavoriteDraft { place_name: "새 이름".into(), ..draft(1) }).expect("a favourite");
    let open = place::disputed(&world.ctx, 10).expect("a list");
    assert_eq!(open.iter().map(|place| place.kakao_place_id).collect::<Vec<_>>(), [1]);
    let right = Correction {
        name: "새 이름".to_owned(),
        category: "FD6".to_owned(),
        point: Point { lat: 35.1, lng: 129.0 },
        ..correction(&open[0])
    };
    correct(&world, open[0].id, &right).expect("a correction");
    let now = stored(&world, 1);
    assert_eq!((correction(&now), now.source, now.disputed_at), (right.clone(), PlaceSource::Operator, None));
    assert_eq!(found(&world, &circle(35.1, 129.0, 1.0)), [(1, 2)], "it moved on the map, too");
    assert_eq!(place::disputed(&world.ctx, 10).expect("a list"), []);
    for wrong in [
        Correction { name: " ".to_owned(), ..right.clone() },
        Correction { address: "x".repeat(256), ..right.clone() },
        Correction { point: Point { lat: 91.0, lng: 0.0 }, ..right.clone() },
    ] {
        assert!(correct(&world, now.id, &wrong).is_err());
    }
    let nowhere = correct(&world, PlaceId(0), &right).expect_err("no such place");
    assert_eq!(nowhere.to_string(), "there is no place 0");
    assert_eq!(stored(&world, 1), now);
}

#[test]
fn fv9_a_merged_place_answers_as_the_one_it_was_merged_into() {
    let world = World::new();
    let [(kim, a), (lee, b), (park, c), (choi, d)] = members(&world);
    let (older, one) = save(&world, kim, a, 1);
    world.advance(TimeDelta::seconds(1));
    let (younger, two) = save(&world, kim, a, 2);
    let (kept, _) = save(&world, lee, b, 2);
    world.advance(TimeDelta::seconds(1));
    let (dropped, _) = save(&world, lee, b, 1);
    let (moved, _) = save(&world, park, c, 1);
    let closed = create_group(&world, choi, &private("닫힘"));
    save(&world, choi, closed, 1);

    assert_eq!(merge(&world, one, two).expect("a merge"), (3, 2));
    let left = items(&world, Some(kim), a).expect("items");
    assert_eq!(left.iter().map(|item| (item.id, item.place_id)).collect::<Vec<_>>(), [(older, two)], "the older stays");
    let left = items(&world, Some(lee), b).expect("items");
    assert_eq!(left.iter().map(|item| item.id).collect::<Vec<_>>(), [kept]);
    assert_eq!(items(&world, Some(park), c).expect("items")[0].id, moved);
    assert_eq!([delete(&world, kim, younger), delete(&world, lee, dropped)], [Err(Code::FavoriteNotFound); 2]);
    assert_eq!((counter_of(&world, 1), counter_of(&world, 2), wrong_counters(&world)), (0, 3, vec![]));

    let view = detail(&world, kim, one).expect("a place");
    assert_eq!((view.place.id, view.favorites), (two, 3));
    assert!(favorite::check(&world.ctx, kim, one).expect("an answer"));
    assert_eq!(found(&world, &circle(37.0, 127.0, 20.0)), [(2, 3)]);
    // A save under the old id at Kakao is a save of the new place, and disputes nothing.
    assert_eq!(add(&world, kim, a, &draft(1)), Err(Code::FavoriteAlreadyExists));
    let odd = FavoriteDraft { place_name: "옛 이름".into(), ..draft(1) };
    assert_eq!(add(&world, choi, d, &odd), Err(Code::FavoriteAlreadyExists));
    let new = world.member("new", Status::Active);
    let group = create_group(&world, new, &named("그룹"));
    assert_eq!(add(&world, new, group, &odd).expect("a favourite").id, two);
    assert_eq!([1, 2].map(|kakao| stored(&world, kakao).disputed_at), [None; 2]);

    // And what was merged goes along when its own target is merged.
    save(&world, new, group, 3);
    let three = stored(&world, 3).id;
    merge(&world, two, three).expect("a merge");
    assert_eq!([one, two, three].map(|id| detail(&world, kim, id).expect("a place").place.id), [three; 3]);
    assert_eq!((counter_of(&world, 3), wrong_counters(&world)), (4, vec![]));
}

#[test]
fn fv9_what_cannot_be_merged() {
    let world = World::new();
    let [(kim, group)] = members(&world);
    let [one, two, three] = [1, 2, 3].map(|kakao| save(&world, kim, group, kakao).1);
    merge(&world, one, two).expect("a merge");
    for (from, into, why) in [
        (two, two, "cannot be merged into itself"),
        (one, three, "was merged into place"),
        (three, one, "was merged into place"),
        (PlaceId(0), two, "there is no place 0"),
        (two, PlaceId(99), "there is no place 99"),
    ] {
        let refused = merge(&world, from, into).expect_err("a refusal").to_string();
        assert!(refused.contains(why), "{from} into {into}: {refused}");
    }
    let merged: i64 = world
        .ctx
        .db
        .read(|connection| {
            Ok(places::table.filter(places::merged_into_id.is_not_null()).count().get_result(connection)?)
        })
        .expect("a count");
    assert_eq!((merged, delete(&world, kim, FavoriteId(0))), (1, Err(Code::FavoriteNotFound)));
}
