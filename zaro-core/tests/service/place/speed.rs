//! How long the map takes at 100,000 places (FV14); run it in release:
//! `cargo test --release -p zaro-core --features testing,faults --test core -- --ignored --nocapture fv14_a_hundred_thousand`.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use zaro_core::policy::place::{AreaParams, PlaceQuery, Point, cell_of};
use zaro_core::service::place;
use zaro_core::testing::World;

use super::circle;

/// Places on the map.
const PLACES: i64 = 100_000;
/// Members, each with one PUBLIC group.
const MEMBERS: i64 = 5_000;
/// Queries that are timed.
const QUERIES: usize = 1_000;
/// What 99 of 100 may take.
const TARGET: Duration = Duration::from_millis(10);

fn execute(world: &World, query: &str) {
    let done = world.ctx.db.write_tx(|connection| Ok(diesel::sql_query(query).execute(connection)?));
    done.unwrap_or_else(|error| panic!("{error:?}"));
}

fn insert(world: &World, into: &str, rows: &[String]) {
    for part in rows.chunks(1000) {
        execute(world, &format!("INSERT INTO {into} VALUES {}", part.join(",")));
    }
}

/// Places within these bounds, with one favourite mostly and with very many seldom.
fn fill(world: &World, rng: &mut ChaCha8Rng, (south, north): (f64, f64), (west, east): (f64, f64)) {
    let member =
        |id| format!("({id}, 'm{id}@x.kr', 'm{id}@x.kr', 'm{id}', 'm{id}', 'h', 'LOCAL', 'ACTIVE', 1, 1, 1, 1)");
    insert(
        world,
        "users (id, email, email_key, nickname, nickname_key, password_hash, provider, status, verified_at, \
         status_changed_at, created_at, updated_at)",
        &(1..=MEMBERS).map(member).collect::<Vec<_>>(),
    );
    let group = |id| format!("({id}, {id}, 'g', '{id}:g', 'PUBLIC', 0, 0, 1, 1)");
    let columns = "id, user_id, name, live_key, visibility, position, favorite_count, created_at, updated_at";
    insert(world, &format!("favorite_groups ({columns})"), &(1..=MEMBERS).map(group).collect::<Vec<_>>());
    let (mut places, mut favorites) = (Vec::new(), Vec::new());
    for id in 1..=PLACES {
        let point = Point { lat: rng.random_range(south..north), lng: rng.random_range(west..east) };
        // Half have one, a quarter two, and so on.
        let count = i64::from(rng.random::<u32>().leading_zeros()) + 1;
        let first = rng.random_range(0..MEMBERS);
        favorites.extend((0..count).map(|n| {
            let member = (first + n) % MEMBERS + 1;
            format!("({member}, {member}, {id}, {id}, 1)")
        }));
        let (lat, lng, cell) = (point.lat, point.lng, cell_of(point));
        places.push(format!("({id}, {id}, 'p', '', 'ETC', {lat}, {lng}, {cell}, {count}, 'SUBMITTED', 1, 1)"));
    }
    let columns =
        "id, kakao_place_id, name, address, category, lat, lng, cell, favorite_count, source, created_at, updated_at";
    insert(world, &format!("places ({columns})"), &places);
    insert(world, "favorites (user_id, group_id, place_id, created_at, updated_at)", &favorites);
}

/// The times of these queries, shortest first, and the places found on average.
fn timed(world: &World, queries: usize, mut next: impl FnMut() -> AreaParams) -> (Vec<Duration>, usize) {
    let (mut times, mut found) = (Vec::with_capacity(queries), 0);
    for _ in 0..queries {
        let query = PlaceQuery::read(&next()).expect("an area");
        let started = Instant::now();
        found += place::list(&world.ctx, &query).expect("a list").len();
        times.push(started.elapsed());
    }
    times.sort_unstable();
    (times, found / queries)
}

/// What so many of a hundred took at most.
fn at(times: &[Duration], percent: usize) -> Duration {
    times[times.len() * percent / 100]
}

#[test]
#[ignore = "measures; run it in release"]
#[expect(clippy::print_stdout, reason = "what it measures is for a person")]
fn fv14_a_hundred_thousand_places_within_ten_milliseconds() {
    for (what, lat, lng) in
        [("all in Seoul", (37.42, 37.70), (126.76, 127.18)), ("all over the country", (34.0, 38.3), (126.3, 129.4))]
    {
        let world = World::new();
        let mut rng = ChaCha8Rng::seed_from_u64(14);
        fill(&world, &mut rng, lat, lng);
        for km in [1.0, 3.0, 10.0, 20.0] {
            let next = || circle(rng.random_range(lat.0..lat.1), rng.random_range(lng.0..lng.1), km);
            let (times, found) = timed(&world, QUERIES, next);
            println!("{what}, {km} km: {found} places, p50 {:?}, p99 {:?}", at(&times, 50), at(&times, 99));
            assert!(at(&times, 99) <= TARGET, "{what}, {km} km: {:?}", at(&times, 99));
        }
        let next = || {
            let (south, west) = (rng.random_range(33.0..35.0), rng.random_range(124.0..126.0));
            AreaParams {
                min_lat: Some(south),
                max_lat: Some(south + 5.0),
                min_lng: Some(west),
                max_lng: Some(west + 5.0),
                ..AreaParams::default()
            }
        };
        // The largest boxes look at every place in them: told, not promised.
        let (times, found) = timed(&world, 20, next);
        println!("{what}, boxes of 5 degrees: {found} places, p50 {:?}", at(&times, 50));
    }
}
