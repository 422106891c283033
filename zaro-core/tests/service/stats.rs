//! The community in numbers.

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use zaro_core::schema::reports;
use zaro_core::service::stats::{Counts, Statistics, WEEK, YEAR, statistics};
use zaro_core::service::sweep::Rule;
use zaro_core::testing::World;
use zaro_core::types::{PostId, Status, Time, UserId};

use super::post::{draft, write};

fn told(world: &World) -> Statistics {
    statistics(&world.ctx, world.now().seoul_date()).expect("numbers")
}

/// A report that was made now; decided so many seconds later, if at all.
fn report(world: &World, post: PostId, by: UserId, decided_after: Option<i64>) {
    let now = world.now();
    let handled_at = decided_after.map(|seconds| now.plus(TimeDelta::seconds(seconds)));
    let state = if decided_after.is_some() { "ACCEPTED" } else { "OPEN" };
    let row = (
        (
            reports::post_id.eq(post.0),
            reports::reporter_id.eq(by.0),
            reports::reason.eq("SPAM"),
            reports::weight.eq(100),
        ),
        (reports::state.eq(state), reports::handled_at.eq(handled_at), reports::created_at.eq(now)),
    );
    let made =
        world.ctx.db.write_tx(|connection| Ok(diesel::insert_into(reports::table).values(&row).execute(connection)?));
    assert_eq!(made.expect("a report"), 1);
}

fn member_on(world: &World, name: &str, at: Time) -> UserId {
    world.clock.set(at);
    world.member(name, Status::Active)
}

#[test]
fn days_are_those_of_seoul_and_each_counts_once() {
    let world = World::new();
    let midnight = Time::seoul_midnight(NaiveDate::from_ymd_opt(2026, 3, 1).expect("a date"));
    let second = TimeDelta::seconds(1);
    for (name, at) in [
        ("tooold", midnight.minus(TimeDelta::days(364)).minus(second)),
        ("first", midnight.minus(TimeDelta::days(364))),
        ("lastweek", midnight.minus(TimeDelta::days(6)).minus(second)),
        ("thisweek", midnight.minus(TimeDelta::days(6))),
        ("yesterday", midnight.minus(second)),
        ("today", midnight),
    ] {
        member_on(&world, name, at);
    }
    let told = told(&world);
    assert_eq!((told.days.len(), told.week.to.to_string().as_str()), (YEAR, "2026-03-01"));
    let counted: Vec<_> = told.days.iter().filter(|day| day.counts.sign_ups > 0).collect();
    assert_eq!(counted.len(), 5);
    assert_eq!((counted[0].date, counted[4].date), (told.year.from, told.year.to));
    let sign_ups = [&told.week, &told.week_before, &told.year].map(|period| period.counts.sign_ups);
    assert_eq!(sign_ups, [3, 1, 5]);
    assert_eq!((told.week.to - told.week_before.to).num_days(), i64::try_from(WEEK).expect("few"));
    assert_eq!(told.states, [(Status::Active, 6)]);
}

#[test]
fn posts_comments_and_reports_count_whatever_became_of_them() {
    let world = World::new();
    let [kim, lee] = ["kim", "lee"].map(|name| world.member(name, Status::Active));
    let posts = [write(&world, kim, &draft("하나")), write(&world, kim, &draft("둘"))];
    zaro_core::service::post::delete(&world.ctx, kim, posts[0]).expect("a deletion");
    let text = zaro_core::service::comment::CommentDraft { content: "댓글".into(), ..Default::default() };
    let (view, _) = zaro_core::service::comment::create(&world.ctx, lee, posts[1], &text, 10).expect("a comment");
    zaro_core::service::comment::delete(&world.ctx, lee, view.id).expect("a deletion");
    report(&world, posts[1], lee, None);
    let told = told(&world);
    let expected = Counts { sign_ups: 2, posts: 2, comments: 1, reports: 1, ..Counts::default() };
    assert_eq!((told.week.counts, told.year.counts, told.week_before.counts), (expected, expected, Counts::default()));
}

#[test]
fn reports_wait_for_as_long_as_they_were_open() {
    let world = World::new();
    let author = world.member("author", Status::Active);
    let posts: Vec<PostId> = (0..11).map(|n| write(&world, author, &draft(&format!("글 {n}")))).collect();
    let kim = world.member("kim", Status::Active);
    let (long_ago, oldest_open) = (world.now(), world.now().plus(TimeDelta::days(1)));
    report(&world, posts[0], kim, Some(9_000_000));
    world.clock.set(oldest_open);
    report(&world, posts[1], kim, None);
    world.clock.set(long_ago.plus(TimeDelta::days(100)));
    for (seconds, post) in (1..).zip(&posts[2..]) {
        report(&world, *post, kim, Some(seconds * 60));
    }
    let told = told(&world);
    let waited = |period: &zaro_core::service::stats::Period| {
        (period.response.decided, period.response.median_seconds, period.response.p90_seconds)
    };
    assert_eq!(waited(&told.week), (9, Some(300), Some(540)));
    assert_eq!(waited(&told.year), (10, Some(300), Some(540)));
    assert_eq!(waited(&told.week_before), (0, None, None));
    assert_eq!((told.open_reports, told.oldest_open_report), (1, Some(oldest_open)));
}

#[test]
fn members_leave_for_reasons_and_by_dormancy() {
    let world = World::new();
    for (name, reason) in [("kim", "이사"), ("lee", " 이사 "), ("park", ""), ("choi", "결혼")] {
        let id = world.member(name, Status::Active);
        let draft = zaro_core::service::withdrawal::WithdrawalDraft { reason: reason.into() };
        zaro_core::service::withdrawal::withdraw(&world.ctx, id, &draft).expect("a withdrawal");
    }
    world.member("dormant", Status::Dormant);
    world.clock.set(world.now().add_months(6));
    let planned = zaro_core::service::sweep::plan(
        &world.ctx,
        &[Rule::EndOfDormancy],
        zaro_core::service::sweep::Shard::WHOLE,
        None,
        world.now(),
    );
    super::sweep::apply_plan(&world, &planned.expect("a plan"));
    let told = told(&world);
    let year = told.year.counts;
    assert_eq!((year.withdrawn_by_themselves, year.withdrawn_by_dormancy, year.withdrawn_by_operator), (4, 1, 0));
    assert_eq!(told.week.counts.withdrawn_by_dormancy, 1);
    let reasons: Vec<_> = told.year.reasons.iter().map(|reason| (reason.text.as_deref(), reason.members)).collect();
    assert_eq!(reasons, [(Some("이사"), 2), (None, 1), (Some("결혼"), 1)]);
    assert!(told.week.reasons.is_empty());
}

#[test]
fn an_empty_community_is_all_zeros() {
    let world = World::new();
    let told = told(&world);
    assert_eq!((told.year.counts, told.year.response.decided, told.open_reports), (Counts::default(), 0, 0));
    assert!(told.states.is_empty() && told.year.reasons.is_empty());
}
