//! CT1, CT2: every counter counts its rows, whatever happens at the same time; and what is wrong is found and repaired.

use std::collections::BTreeMap;
use std::sync::Mutex;

use diesel::prelude::*;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use zaro_core::Code;
use zaro_core::schema::{favorites, places};
use zaro_core::service::demo;
use zaro_core::service::desk::Act;
use zaro_core::service::sweep::{Plan, Rule, Shard, Work, plan};
use zaro_core::service::withdrawal::{self, WithdrawalDraft};
use zaro_core::service::{favorite, follow, group};
use zaro_core::testing::World;
use zaro_core::types::{FavoriteId, GroupId, PlaceId, Status, UserId};

use super::favorite::{draft, save};
use super::group::{create as create_group, named, rename, show_to};
use super::sweep::apply_plan;

/// Names of the counters that are wrong somewhere.
pub(super) fn wrong_counters(world: &World) -> Vec<&'static str> {
    world.wrong_counters()
}

fn reconciliation(world: &World) -> Plan {
    plan(&world.ctx, &[Rule::ReconcileCounters], Shard::WHOLE, None, world.now()).expect("a plan")
}

fn execute(world: &World, query: &str) {
    assert!(world.execute(query) > 0, "{query}");
}

#[test]
fn ct2_on_a_healthy_system_nothing_is_found() {
    let world = World::new();
    let wanted =
        demo::DemoPlan { members: 500, posts: 150, comments: 600, places: 80, seed: 1, text: None, now: world.now() };
    demo::load(&world.ctx, &wanted, &mut |_| std::ops::ControlFlow::Continue(())).expect("a community");
    assert_eq!(reconciliation(&world).rules[0].work, Work::Counters(Vec::new()));
    assert_eq!(wrong_counters(&world), [""; 0]);
}

/// A community in which every counter of CT1 has something to count.
fn counted() -> World {
    let world = World::new();
    let [kim, lee] = ["kim", "lee"].map(|name| world.member(name, Status::Active));
    follow::follow(&world.ctx, kim, lee).expect("a follow");
    save(&world, kim, create_group(&world, kim, &named("그룹")), 1);
    let post = super::post::write(&world, kim, &super::post::draft("제목"));
    let comment = super::comment::write(&world, lee, post, "댓글");
    for query in [
        format!("INSERT INTO post_likes (user_id, post_id, created_at) VALUES ({lee}, {post}, 1)"),
        format!(
            "INSERT INTO reports (post_id, reporter_id, reason, weight, state, created_at) \
             VALUES ({post}, {lee}, 'SPAM', 50, 'OPEN', 1)"
        ),
        format!(
            "INSERT INTO reports (post_id, reporter_id, reason, weight, state, handled_at, created_at) \
             VALUES ({post}, {kim}, 'SPAM', 100, 'REJECTED', 1, 1)"
        ),
        format!(
            "INSERT INTO reports (comment_id, reporter_id, reason, weight, state, handled_at, created_at) \
             VALUES ({comment}, {kim}, 'SPAM', 100, 'ACCEPTED', 1, 1)"
        ),
        "UPDATE posts SET like_count = 1, report_count = 1, report_weight = 50".to_owned(),
        "UPDATE comments SET report_count = 1, report_weight = 100".to_owned(),
    ] {
        execute(&world, &query);
    }
    assert_eq!(reconciliation(&world).len(), 0);
    world
}

#[test]
fn ct2_every_counter_that_is_wrong_is_found_repaired_and_reported() {
    for (table, columns) in [
        ("users", &["follower_count", "following_count"][..]),
        ("posts", &["like_count", "comment_count", "report_count", "report_weight"]),
        ("comments", &["report_count", "report_weight"]),
        ("places", &["favorite_count"]),
        ("favorite_groups", &["favorite_count"]),
    ] {
        for column in columns {
            let world = counted();
            execute(&world, &format!("UPDATE {table} SET {column} = {column} + 7 WHERE {column} > 0"));
            let planned = reconciliation(&world);
            let Work::Counters(found) = &planned.rules[0].work else { panic!("counters") };
            let told: Vec<_> = found.iter().map(|wrong| (wrong.table, wrong.column)).collect();
            assert_eq!(told, [(table, *column)]);
            assert_eq!(i64::from(found[0].stored), found[0].counted + 7);
            let report = apply_plan(&world, &planned);
            assert_eq!((report.totals().applied, report.totals().skipped, report.totals().failed), (1, 0, 0));
            assert_eq!((reconciliation(&world).len(), wrong_counters(&world)), (0, vec![]), "{table}.{column}");
        }
    }
}

#[test]
fn ct2_what_came_right_in_between_is_left_alone() {
    let world = counted();
    execute(&world, "UPDATE users SET follower_count = 5");
    let planned = reconciliation(&world);
    assert_eq!(planned.len(), 2);
    execute(&world, "UPDATE users SET follower_count = 0 WHERE nickname = 'kim'");
    let report = apply_plan(&world, &planned);
    assert_eq!((report.totals().applied, report.totals().skipped), (1, 1));
    assert_eq!(reconciliation(&world).len(), 0);
    let again = apply_plan(&world, &planned);
    assert_eq!((again.totals().applied, again.totals().skipped), (0, 2), "a repeated run changes nothing");
}

#[test]
fn ct2_only_as_many_as_asked_for_and_only_by_the_first_shard() {
    let world = counted();
    execute(&world, "UPDATE users SET follower_count = 5, following_count = 5");
    let rules = [Rule::ReconcileCounters];
    let of = |shard, limit| plan(&world.ctx, &rules, shard, limit, world.now()).expect("a plan").len();
    let [first, second] = ["0/2", "1/2"].map(|text| Shard::parse(text).expect("a shard"));
    assert_eq!((of(Shard::WHOLE, None), of(Shard::WHOLE, Some(3)), of(first, None), of(second, None)), (4, 3, 4, 0));
}

const MEMBERS: usize = 12;
const THREADS: u64 = 8;
const ACTS: usize = 500;
const KAKAO_IDS: i32 = 25;

/// What everybody does at random: mostly what moves counters.
fn act(world: &World, rng: &mut ChaCha8Rng, members: &[UserId]) -> zaro_core::Result<()> {
    let ctx = &world.ctx;
    let who = members[rng.random_range(0..members.len())];
    let other = members[rng.random_range(0..members.len())];
    let group = |rng: &mut ChaCha8Rng| -> zaro_core::Result<GroupId> {
        let groups = group::list(ctx, Some(who), who)?;
        let found = groups.get(rng.random_range(0..groups.len().max(1)));
        Ok(found.map_or(GroupId(0), |group| group.id))
    };
    let name = |rng: &mut ChaCha8Rng| format!("그룹{}", rng.random_range(0..4));
    match rng.random_range(0..100) {
        0..25 => follow::follow(ctx, who, other),
        25..45 => follow::unfollow(ctx, who, other),
        45..65 => {
            let group = group(rng)?;
            favorite::add(ctx, who, group, &draft(rng.random_range(1..=KAKAO_IDS))).map(drop)
        }
        65..78 => {
            let query = favorites::table.filter(favorites::user_id.eq(who)).select(favorites::id);
            let all: Vec<FavoriteId> = ctx.db.read(|connection| Ok(query.load(connection)?))?;
            let id = all.get(rng.random_range(0..all.len().max(1))).copied().unwrap_or(FavoriteId(0));
            favorite::delete(ctx, who, id)
        }
        78..84 => group::create(ctx, who, &named(&name(rng))).map(drop),
        84..87 => group::update(ctx, who, group(rng)?, &rename(&name(rng))),
        87..94 => {
            let seen_by = if rng.random() { "PUBLIC" } else { "PRIVATE" };
            group::update(ctx, who, group(rng)?, &show_to(seen_by))
        }
        94..98 => group::delete(ctx, who, group(rng)?),
        _ => {
            let all: Vec<PlaceId> = ctx
                .db
                .read(|c| Ok(places::table.filter(places::merged_into_id.is_null()).select(places::id).load(c)?))?;
            let pick = |rng: &mut ChaCha8Rng| all.get(rng.random_range(0..all.len().max(1))).copied();
            match (pick(rng), pick(rng)) {
                // So many are merged that a few are left.
                (Some(from), Some(into)) if from != into && all.len() > 8 => {
                    world.order("park", Act::PlaceMerge { from, into }).map(drop)
                }
                _ => Ok(()),
            }
        }
    }
}

#[test]
fn ct1_thousands_of_acts_at_once_leave_every_counter_right() {
    let world = World::new();
    let members: Vec<UserId> = (0..MEMBERS).map(|n| world.member(&format!("member{n}"), Status::Active)).collect();
    for member in &members {
        create_group(&world, *member, &named("그룹0"));
    }
    let answers: Mutex<BTreeMap<String, usize>> = Mutex::default();
    std::thread::scope(|scope| {
        for seed in 0..THREADS {
            let (world, members, answers) = (&world, &members, &answers);
            scope.spawn(move || {
                let mut rng = ChaCha8Rng::seed_from_u64(seed);
                for nth in 0..ACTS {
                    let answer = match act(world, &mut rng, members) {
                        Ok(()) => "done".to_owned(),
                        // Two operators merged the same place.
                        Err(zaro_core::Error::Precondition(_)) => "merged already".to_owned(),
                        Err(zaro_core::Error::Refused(refusal)) => refusal.code.to_string(),
                        Err(other) => panic!("{other:?}"),
                    };
                    *answers.lock().expect("a count").entry(answer).or_default() += 1;
                    if nth == ACTS / 2 && seed < 2 {
                        let leaving = members[usize::try_from(seed).expect("small")];
                        withdrawal::withdraw(&world.ctx, leaving, &WithdrawalDraft::default()).expect("a withdrawal");
                    }
                }
            });
        }
    });
    let answers = answers.into_inner().expect("counts");
    let expected = [
        Code::FollowSelfNotAllowed,
        Code::FollowUnfollowSelfNotAllowed,
        Code::FollowAlreadyExists,
        Code::FollowNotExist,
        Code::UserNotFound,
        Code::DeletedUser,
        Code::FavoriteAlreadyExists,
        Code::FavoriteNotFound,
        Code::GroupNotFound,
        Code::GroupAlreadyDelete,
        Code::GroupAlreadyExist,
    ]
    .map(|code| code.to_string());
    let known = |answer: &String| answer == "done" || answer == "merged already" || expected.contains(answer);
    assert!(answers.keys().all(known), "{answers:?}");
    assert_eq!(answers.values().sum::<usize>(), ACTS * usize::try_from(THREADS).expect("small"));
    assert!(answers["done"] > ACTS, "{answers:?}");
    assert_eq!(wrong_counters(&world), [""; 0], "{answers:?}");
    assert_eq!(reconciliation(&world).len(), 0);
}
