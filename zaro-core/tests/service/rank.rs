//! Popular posts: the score, the one ranking of the database, and the baseline of the hour (RK1 to RK5).

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use chrono::TimeDelta;
use diesel::prelude::*;
use zaro_core::clock::FixedClock;
use zaro_core::context::Context;
use zaro_core::db::Db;
use zaro_core::models::rank_snapshot;
use zaro_core::policy::ranking::{Entry, serves};
use zaro_core::schema::{comments, post_likes, rank_snapshots, sweep_runs};
use zaro_core::service::rank::{RankedPost, popular};
use zaro_core::service::sweep::{ApplyOptions, Rule, Shard, SweepReport, apply, plan};
use zaro_core::service::{comment, like, post};
use zaro_core::testing::World;
use zaro_core::types::{CommentId, PostId, RankKind, Status, Time, UserId};

use super::comment::write as write_comment;
use super::post::{draft, hide, write};

/// A like or comment: its post, and when.
type Given = (i64, Time);

/// Microseconds of the window.
const WEEK: i64 = 7 * 24 * 3600 * 1_000_000;
const SECOND: i64 = 1_000_000;

/// Post, place and place in the baseline.
fn places(ctx: &Context) -> Vec<(i64, i32, i32)> {
    let ranked = popular(ctx).expect("a ranking");
    ranked.iter().map(|ranked: &RankedPost| (ranked.post.id.0, ranked.place, ranked.baseline)).collect()
}

/// Just the posts, best first.
fn order(world: &World) -> Vec<i64> {
    places(&world.ctx).into_iter().map(|(id, ..)| id).collect()
}

/// The stored ranking.
fn entries(world: &World, kind: RankKind) -> Vec<(i64, i64)> {
    let read = world.ctx.db.read(|connection| {
        let stored = rank_snapshots::table.filter(rank_snapshots::kind.eq(kind)).order(rank_snapshots::slot_at.desc());
        Ok(stored.select(rank_snapshots::entries).first::<String>(connection)?)
    });
    let entries: Vec<Entry> = serde_json::from_str(&read.expect("a snapshot")).expect("entries");
    entries.into_iter().map(|entry| (entry.post_id, entry.score)).collect()
}

/// Moves on to where the ranking is computed anew.
fn recompute(world: &World) {
    world.advance(TimeDelta::seconds(2));
}

fn give(world: &World, user: UserId, post: PostId) {
    like::like(&world.ctx, user, post).expect("a like");
}

struct Board {
    world: World,
    kim: UserId,
    lee: UserId,
    posts: Vec<PostId>,
}

/// Two members and so many posts of the first, a second apart, on a full hour.
fn board(count: usize) -> Board {
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    let start = world.now();
    let posts = (0..count)
        .map(|_| {
            world.advance(TimeDelta::seconds(1));
            write(&world, kim, &draft("제목"))
        })
        .collect();
    world.clock.set(start.plus(TimeDelta::hours(1)));
    Board { world, kim, lee, posts }
}

#[test]
fn rk1_a_like_weighs_three_and_a_comment_five_and_both_fade_in_a_week() {
    let Board { world, kim, lee, posts } = board(3);
    let [liked, discussed, quiet] = posts[..] else { panic!("three posts") };
    give(&world, lee, liked);
    world.advance(TimeDelta::hours(1));
    let comment = write_comment(&world, lee, discussed, "댓글");
    let expected = |now: &[(PostId, i64)]| now.iter().map(|(id, score)| (id.0, *score)).collect::<Vec<_>>();
    let check = |golden: &[(PostId, i64)]| {
        let order: Vec<i64> = golden.iter().map(|(id, _)| id.0).collect();
        assert_eq!(self::order(&world), order);
        assert_eq!(entries(&world, RankKind::Current), expected(golden), "at {}", world.now());
    };
    let hour = 3600 * SECOND;
    check(&[(discussed, 5 * WEEK), (liked, 3 * (WEEK - hour))]);
    // Two fresh likes outdo a comment that has faded.
    world.advance(TimeDelta::days(3));
    give(&world, kim, liked);
    let faded = 3 * 24 * hour;
    check(&[(liked, 3 * (WEEK - faded - hour) + 3 * WEEK), (discussed, 5 * (WEEK - faded))]);
    // The first like leaves the window with its last microsecond.
    world.advance(TimeDelta::days(4) - TimeDelta::hours(1) - TimeDelta::microseconds(1));
    let four_days = 4 * 24 * hour;
    check(&[(liked, 3 * (WEEK - four_days + hour + 1) + 3), (discussed, 5 * (hour + 1))]);
    world.advance(TimeDelta::microseconds(1) + TimeDelta::seconds(2));
    check(&[(liked, 3 * (WEEK - four_days + hour - 2 * SECOND)), (discussed, 5 * (hour - 2 * SECOND))]);
    give(&world, lee, quiet);
    comment::delete(&world.ctx, lee, comment).expect("a deletion");
    recompute(&world);
    check(&[(quiet, 3 * (WEEK - 2 * SECOND)), (liked, 3 * (WEEK - four_days + hour - 4 * SECOND))]);
    world.advance(TimeDelta::days(8));
    check(&[]);
}

#[test]
fn rk1_only_visible_comments_count() {
    let Board { world, lee, posts, .. } = board(1);
    let ids: Vec<CommentId> = ["하나", "둘", "셋"].map(|text| write_comment(&world, lee, posts[0], text)).into();
    comment::delete(&world.ctx, lee, ids[0]).expect("a deletion");
    let now = world.now();
    let hidden = world.ctx.db.write_tx(|connection| {
        let columns = (comments::hidden_at.eq(now), comments::hidden_reason.eq("OPERATOR"));
        Ok(diesel::update(comments::table.find(ids[1])).set(columns).execute(connection)?)
    });
    assert_eq!(hidden.expect("a write"), 1);
    places(&world.ctx);
    assert_eq!(entries(&world, RankKind::Current), [(posts[0].0, 5 * WEEK)]);
}

#[test]
fn rk2_of_equal_scores_the_newer_post_and_five_go_out_of_fifty() {
    let Board { world, lee, posts, .. } = board(55);
    for post in &posts {
        give(&world, lee, *post);
    }
    let newest_first: Vec<i64> = posts.iter().rev().map(|post| post.0).collect();
    assert_eq!(order(&world), newest_first[..5]);
    let kept: Vec<i64> = entries(&world, RankKind::Current).into_iter().map(|(id, _)| id).collect();
    assert_eq!(kept, newest_first[..50]);
}

#[test]
fn rk2_of_posts_of_one_instant_the_higher_id() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let posts = [0; 3].map(|_| write(&world, kim, &draft("제목")));
    for post in posts {
        give(&world, kim, post);
    }
    assert_eq!(order(&world), [posts[2].0, posts[1].0, posts[0].0]);
}

#[test]
fn rk3_rk4_unliking_lowers_at_the_next_computation() {
    let Board { world, lee, posts, .. } = board(2);
    give(&world, lee, posts[0]);
    assert_eq!(order(&world), [posts[0].0]);
    like::unlike(&world.ctx, lee, posts[0]).expect("an unlike");
    give(&world, lee, posts[1]);
    world.advance(TimeDelta::microseconds(1_999_999));
    let ranked = popular(&world.ctx).expect("a ranking");
    assert_eq!((ranked.len(), ranked[0].post.id, ranked[0].post.like_count), (1, posts[0], 0), "counts are of now");
    world.advance(TimeDelta::microseconds(1));
    assert_eq!(order(&world), [posts[1].0]);
}

#[test]
fn rk4_what_is_gone_is_left_out_at_once_and_the_others_keep_their_places() {
    let Board { world, kim, lee, posts } = board(7);
    for post in &posts {
        give(&world, lee, *post);
    }
    let id = |nth: usize| posts[7 - nth].0;
    assert_eq!(places(&world.ctx).len(), 5);
    hide(&world, PostId(id(1)));
    post::delete(&world.ctx, kim, PostId(id(3))).expect("a deletion");
    let expected = [2, 4, 5, 6, 7].map(|nth| (id(nth), i32::try_from(nth).expect("small")));
    let seen: Vec<_> = places(&world.ctx).into_iter().map(|(id, place, _)| (id, place)).collect();
    assert_eq!(seen, expected);
    recompute(&world);
    let seen: Vec<_> = places(&world.ctx).into_iter().map(|(id, place, _)| (id, place)).collect();
    assert_eq!(seen, [(id(2), 1), (id(4), 2), (id(5), 3), (id(6), 4), (id(7), 5)]);
}

/// A second process over the same database, with a clock of its own.
fn another(world: &World, behind: TimeDelta) -> (Context, Arc<FixedClock>) {
    let clock = Arc::new(FixedClock::new(world.now().minus(behind)));
    let db = Db::open(world.test_db.url(), 4).expect("a second pool");
    (Context { db, clock: clock.clone(), ..world.ctx.clone() }, clock)
}

#[test]
fn rk4_every_process_answers_the_same_whoever_computed_it() {
    let Board { world, lee, posts, .. } = board(3);
    let (other, other_clock) = another(&world, TimeDelta::milliseconds(700));
    give(&world, lee, posts[0]);
    assert_eq!(places(&other), [], "its clock has not seen the like yet");
    assert_eq!(places(&world.ctx), [], "and it has just computed");
    for post in [posts[1], posts[2]] {
        let now = world.advance(TimeDelta::milliseconds(1_500));
        other_clock.set(now.minus(TimeDelta::milliseconds(700)));
        give(&world, lee, post);
        assert_eq!(places(&world.ctx), places(&other));
        assert_eq!(places(&other), places(&world.ctx));
    }
    let now = world.advance(TimeDelta::seconds(4));
    other_clock.set(now);
    let expected = [posts[2], posts[1], posts[0]].map(|post| post.0);
    let seen = places(&other);
    assert_eq!(seen.iter().map(|(id, ..)| *id).collect::<Vec<_>>(), expected, "within four seconds");
    assert_eq!(places(&world.ctx), seen);
}

#[test]
fn rk4_of_all_who_find_it_too_old_one_computes() {
    let Board { world, lee, posts, .. } = board(1);
    give(&world, lee, posts[0]);
    let (other, _) = another(&world, TimeDelta::zero());
    let at_once = |contexts: [&Context; 2]| -> Vec<Vec<(i64, i32, i32)>> {
        std::thread::scope(|scope| {
            let ask = |nth: usize| places(contexts[nth % 2]);
            let threads: Vec<_> = (0..12).map(|nth| scope.spawn(move || ask(nth))).collect();
            threads.into_iter().map(|thread| thread.join().expect("an answer")).collect()
        })
    };
    assert_eq!(at_once([&world.ctx, &other]), vec![vec![(posts[0].0, 1, 1)]; 12], "also the very first");
    recompute(&world);
    let now = world.now();
    let won: Vec<bool> = std::thread::scope(|scope| {
        let claim = || world.ctx.db.write_tx(|connection| rank_snapshot::claim(connection, now, &serves(now)));
        let threads: Vec<_> = (0..12).map(|_| scope.spawn(claim)).collect();
        threads.into_iter().map(|thread| thread.join().expect("an answer").expect("a claim")).collect()
    });
    assert_eq!(won.iter().filter(|won| **won).count(), 1);
    assert_eq!(places(&world.ctx), [(posts[0].0, 1, 1)], "until it is written, what was there serves");
    let late = now.minus(TimeDelta::seconds(2));
    let written = world.ctx.db.write_tx(|connection| rank_snapshot::write(connection, late, "[]"));
    assert!(!written.expect("a write"), "who was slower than the next claim writes nothing");
    assert_eq!(places(&other), [(posts[0].0, 1, 1)]);
}

#[test]
fn rk4_a_ranking_from_a_clock_that_was_set_back_is_computed_anew() {
    let Board { world, lee, posts, .. } = board(1);
    let start = world.now();
    world.advance(TimeDelta::days(30));
    assert_eq!(places(&world.ctx), []);
    world.clock.set(start);
    give(&world, lee, posts[0]);
    assert_eq!(order(&world), [posts[0].0]);
}

/// One run of the job, as the scheduler or an operator starts it.
fn keep_hour(world: &World, scheduled_for: Option<Time>) -> SweepReport {
    let planned = plan(&world.ctx, &[Rule::RankBaseline], Shard::WHOLE, None, world.now()).expect("a plan");
    let stop = AtomicBool::new(false);
    let lease = TimeDelta::seconds(60);
    let mut options = ApplyOptions { batch: 1000, lease, scheduled_for, stop: &stop, progress: &mut |_| {} };
    apply(&world.ctx, &planned, &mut options).expect("a run")
}

#[test]
fn rk5_changes_are_told_against_the_last_full_hour() {
    let Board { world, kim, lee, posts } = board(4);
    let [a, b, c, d] = posts[..] else { panic!("four posts") };
    give(&world, lee, a);
    write_comment(&world, lee, b, "댓글");
    let seen = |expected: &[(PostId, i32, i32)]| {
        let expected: Vec<_> = expected.iter().map(|(id, place, baseline)| (id.0, *place, *baseline)).collect();
        assert_eq!(places(&world.ctx), expected);
    };
    seen(&[(b, 1, 1), (a, 2, 2)]);
    // What came after the hour is not in its ranking, however late it is kept.
    world.advance(TimeDelta::hours(1) + TimeDelta::seconds(5));
    give(&world, kim, a);
    write_comment(&world, lee, c, "댓글");
    assert_eq!(keep_hour(&world, None).totals().applied, 1);
    let kept: Vec<i64> = entries(&world, RankKind::Hourly).into_iter().map(|(id, _)| id).collect();
    assert_eq!(kept, [b.0, a.0]);
    seen(&[(a, 1, 2), (c, 2, 2), (b, 3, 1)]);
    // Asking changes nothing, and neither does keeping the same hour again.
    assert_eq!(keep_hour(&world, None).totals().applied, 0);
    seen(&[(a, 1, 2), (c, 2, 2), (b, 3, 1)]);
    world.advance(TimeDelta::hours(1));
    write_comment(&world, kim, d, "댓글");
    assert_eq!(keep_hour(&world, None).totals().applied, 1);
    seen(&[(a, 1, 1), (d, 2, 2), (c, 3, 2), (b, 4, 3)]);
}

#[test]
fn rk5_an_empty_ranking_is_kept_only_where_it_replaces_one() {
    let Board { world, lee, posts, .. } = board(1);
    assert_eq!(keep_hour(&world, None).totals().applied, 0, "nobody has anything to be told against");
    give(&world, lee, posts[0]);
    world.advance(TimeDelta::hours(1));
    assert_eq!(keep_hour(&world, None).totals().applied, 1);
    like::unlike(&world.ctx, lee, posts[0]).expect("an unlike");
    world.advance(TimeDelta::hours(1));
    assert_eq!(keep_hour(&world, None).totals().applied, 1);
    assert_eq!(entries(&world, RankKind::Hourly), []);
    world.advance(TimeDelta::hours(1));
    assert_eq!(keep_hour(&world, None).totals().applied, 0);
}

#[test]
fn j1_the_hour_is_kept_once_over_all_processes_and_every_run_leaves_a_row() {
    let Board { world, lee, posts, .. } = board(1);
    give(&world, lee, posts[0]);
    let hour = world.advance(TimeDelta::hours(1));
    let reports: Vec<SweepReport> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| keep_hour(&world, Some(hour)))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a report")).collect()
    });
    assert_eq!(reports.iter().map(|report| report.totals().applied).sum::<i64>(), 1);
    let rows = |world: &World| -> Vec<(String, i64, i64)> {
        let query =
            sweep_runs::table.order(sweep_runs::id).select((sweep_runs::job, sweep_runs::planned, sweep_runs::applied));
        world.ctx.db.read(|connection| Ok(query.load(connection)?)).expect("runs")
    };
    assert_eq!(rows(&world), [("rank_baseline".to_owned(), 1, 1)]);
    keep_hour(&world, Some(hour.plus(TimeDelta::hours(1))));
    assert_eq!(rows(&world)[1], ("rank_baseline".to_owned(), 0, 0), "also when it found nothing to do");
}

#[test]
fn rk1_the_database_scores_as_a_few_lines_of_arithmetic_do() {
    let Board { world, kim, lee, posts } = board(12);
    let more: Vec<UserId> = (0..10).map(|nth| world.member(&format!("user{nth}"), Status::Active)).collect();
    let mut number = 12_345_u64;
    let mut next = |below: usize| {
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(number >> 33).expect("31 bits") % below
    };
    for _ in 0..150 {
        world.advance(TimeDelta::microseconds(i64::try_from(next(6_000_000_000)).expect("small")));
        let (who, post) = (more[next(more.len())], posts[next(posts.len())]);
        match next(3) {
            0 => drop(like::like(&world.ctx, who, post)),
            1 => drop(like::unlike(&world.ctx, who, post)),
            _ => drop(write_comment(&world, [kim, lee][next(2)], post, "댓글")),
        }
    }
    let now = world.now();
    let weight = |at: Time| (WEEK - now.since(at).num_microseconds().expect("a span")).max(0);
    let (likes, comments): (Vec<Given>, Vec<Given>) = world
        .ctx
        .db
        .read(|connection| {
            let likes = post_likes::table.select((post_likes::post_id, post_likes::created_at)).load(connection)?;
            Ok((likes, comments::table.select((comments::post_id, comments::created_at)).load(connection)?))
        })
        .expect("rows");
    let mut expected: Vec<(i64, i64)> = posts
        .iter()
        .map(|post| {
            let sum =
                |rows: &[Given]| rows.iter().filter(|(id, _)| *id == post.0).map(|(_, at)| weight(*at)).sum::<i64>();
            (post.0, 3 * sum(&likes) + 5 * sum(&comments))
        })
        .filter(|(_, score)| *score > 0)
        .collect();
    expected.sort_unstable_by_key(|(id, score)| std::cmp::Reverse((*score, *id)));
    places(&world.ctx);
    assert!(expected.len() > 8, "there is something to compare");
    assert_eq!(entries(&world, RankKind::Current), expected);
}
