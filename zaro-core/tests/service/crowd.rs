//! A crowd at once: whatever interleaves, counters equal what they count, and nothing fails (CT1, LK2, RP2).

use std::collections::BTreeMap;

use diesel::prelude::*;
use zaro_core::Code;
use zaro_core::error::Result;
use zaro_core::models::moderation_log;
use zaro_core::schema::{comments, notifications, post_likes, posts, reports};
use zaro_core::service::comment::CommentDraft;
use zaro_core::service::moderation_log::first_broken;
use zaro_core::service::{comment, like, report};
use zaro_core::testing::World;
use zaro_core::types::{CommentId, HiddenReason, PostId, Status, Target, UserId};

use super::post::{draft, write};
use super::report::draft as report_draft;

const THREADS: usize = 64;
const ACTS: usize = 50;
const POSTS: usize = 6;

/// What an act of the crowd may be refused with; anything else is a failure.
const FINE: [Code; 9] = [
    Code::AlreadyLiked,
    Code::LikeNotPost,
    Code::PostNotFound,
    Code::CommentNotFound,
    Code::AlreadyReportedPost,
    Code::AlreadyReportedComment,
    Code::CannotReportOwnPost,
    Code::CannotReportOwnComment,
    Code::NotCommentOwner,
];

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % limit
    }
}

/// One member of the crowd: what they do, one after the other.
fn act(world: &World, me: UserId, posts: &[PostId], seed: usize) -> BTreeMap<&'static str, usize> {
    let mut dice = Dice(seed as u64 * 7919 + 1);
    let mut mine: Vec<CommentId> = Vec::new();
    let mut done = BTreeMap::new();
    for _ in 0..ACTS {
        let post = posts[dice.below(posts.len())];
        let (what, result): (_, Result<()>) = match dice.below(10) {
            0..4 => ("like", like::like(&world.ctx, me, post)),
            4..6 => ("unlike", like::unlike(&world.ctx, me, post)),
            6..8 => {
                let text = CommentDraft { content: "댓글".into(), ..CommentDraft::default() };
                let made = comment::create(&world.ctx, me, post, &text, 10).map(|(view, _)| mine.push(view.id));
                ("comment", made)
            }
            8 => match mine.pop() {
                Some(id) if dice.below(2) == 0 => ("uncomment", comment::delete(&world.ctx, me, id)),
                // Whichever it is: of one's own, of others, deleted, hidden.
                _ => {
                    let target = Target::Comment(CommentId(i64::try_from(dice.below(20)).expect("small") + 1));
                    ("report comment", report::create(&world.ctx, me, target, &report_draft("SPAM", "")).map(drop))
                }
            },
            _ if dice.below(3) > 0 => continue,
            _ => (
                "report post",
                report::create(&world.ctx, me, Target::Post(posts[dice.below(2)]), &report_draft("SPAM", "")).map(drop),
            ),
        };
        match result {
            Ok(()) => *done.entry(what).or_default() += 1,
            Err(error) if FINE.contains(&error.code()) => {}
            Err(error) => panic!("{what}: {error:?}"),
        }
    }
    done
}

/// A post with its likes, live comments, reports and their points.
type PostCounters = (PostId, i32, i32, i32, i32);

/// Every counter beside what it counts.
fn counters(world: &World) -> Vec<(String, i64, i64)> {
    let read = world.ctx.db.read(|connection| {
        let mut all = Vec::new();
        let columns = (posts::id, posts::like_count, posts::comment_count, posts::report_count, posts::report_weight);
        for (id, likes, live, reported, weight) in posts::table.select(columns).load::<PostCounters>(connection)? {
            let rows: i64 = post_likes::table.filter(post_likes::post_id.eq(id)).count().get_result(connection)?;
            all.push((format!("likes of {id}"), i64::from(likes), rows));
            let rows = comments::table.filter(comments::post_id.eq(id)).filter(comments::deleted_at.is_null());
            all.push((format!("comments of {id}"), i64::from(live), rows.count().get_result(connection)?));
            let weights: Vec<i32> =
                reports::table.filter(reports::post_id.eq(id)).select(reports::weight).load(connection)?;
            all.push((format!("reports of post {id}"), i64::from(reported), weights.len().try_into().expect("few")));
            all.push((format!("points of post {id}"), i64::from(weight), weights.iter().map(|w| i64::from(*w)).sum()));
        }
        let columns = (comments::id, comments::report_count, comments::report_weight);
        for (id, reported, weight) in comments::table.select(columns).load::<(CommentId, i32, i32)>(connection)? {
            let weights: Vec<i32> =
                reports::table.filter(reports::comment_id.eq(id)).select(reports::weight).load(connection)?;
            all.push((format!("reports of comment {id}"), i64::from(reported), weights.len().try_into().expect("few")));
            all.push((
                format!("points of comment {id}"),
                i64::from(weight),
                weights.iter().map(|w| i64::from(*w)).sum(),
            ));
        }
        Ok(all)
    });
    read.expect("counters")
}

#[test]
fn ct1_counters_equal_their_rows_after_three_thousand_acts_of_sixty_four_members_at_once() {
    let world = World::new();
    let members: Vec<UserId> = (0..THREADS).map(|nth| world.member(&format!("crowd{nth}"), Status::Active)).collect();
    // Of the crowd's own, so that everybody is told of what others do while they do something themselves.
    let posts: Vec<PostId> = members.iter().take(POSTS).map(|author| write(&world, *author, &draft("제목"))).collect();
    let done = std::thread::scope(|scope| {
        let (world, posts) = (&world, &posts);
        let threads: Vec<_> =
            members.iter().enumerate().map(|(nth, me)| scope.spawn(move || act(world, *me, posts, nth))).collect();
        let mut done: BTreeMap<&str, usize> = BTreeMap::new();
        for thread in threads {
            for (what, count) in thread.join().expect("nothing fails") {
                *done.entry(what).or_default() += count;
            }
        }
        done
    });
    for what in ["like", "unlike", "comment", "uncomment", "report comment", "report post"] {
        assert!(done.get(what).is_some_and(|count| *count > 0), "the crowd never did this: {what} of {done:?}");
    }
    for (what, counter, rows) in counters(&world) {
        assert_eq!(counter, rows, "{what}");
    }
    hidden_once_each(&world);
    told_of_what_is_there(&world);
}

/// RP2: what has reached the edge is hidden, nothing else is, and the log tells of each once.
fn hidden_once_each(world: &World) {
    let read = world.ctx.db.read(|connection| {
        let columns = (posts::id, posts::report_weight, posts::hidden_reason);
        let of_posts: Vec<(PostId, i32, Option<HiddenReason>)> = posts::table.select(columns).load(connection)?;
        let columns = (comments::id, comments::report_weight, comments::hidden_reason);
        let of_comments: Vec<(CommentId, i32, Option<HiddenReason>)> =
            comments::table.select(columns).load(connection)?;
        let of_posts = of_posts.into_iter().map(|(id, weight, hidden)| (Target::Post(id), weight, hidden));
        let of_comments = of_comments.into_iter().map(|(id, weight, hidden)| (Target::Comment(id), weight, hidden));
        let mut all = Vec::new();
        for (target, weight, hidden) in of_posts.chain(of_comments) {
            let told = moderation_log::of_target(connection, target.kind(), target.id())?.len();
            all.push((target, weight, hidden, told));
        }
        Ok(all)
    });
    let all = read.expect("what is hidden");
    for (target, weight, hidden, told) in &all {
        let expected = (*weight >= 500).then_some(HiddenReason::Reports);
        assert_eq!((*hidden, *told), (expected, usize::from(expected.is_some())), "{target} with {weight} points");
    }
    assert!(all.iter().any(|(_, _, hidden, _)| hidden.is_some()), "the crowd hid something");
    assert_eq!(first_broken(&world.ctx).expect("a log"), None);
}

/// N3, LK3: exactly one unread notification for each like and each live comment by somebody else, and none beside.
fn told_of_what_is_there(world: &World) {
    let read = world.ctx.db.read(|connection| {
        let told: Vec<Option<String>> = notifications::table.select(notifications::unread_key).load(connection)?;
        let likes: Vec<(UserId, UserId, PostId)> = post_likes::table
            .inner_join(posts::table)
            .select((posts::user_id, post_likes::user_id, posts::id))
            .load(connection)?;
        let live: Vec<(UserId, UserId, CommentId)> = comments::table
            .inner_join(posts::table)
            .filter(comments::deleted_at.is_null())
            .select((posts::user_id, comments::user_id, comments::id))
            .load(connection)?;
        Ok((told, likes, live))
    });
    let (told, likes, live) = read.expect("rows");
    let likes = likes.into_iter().filter(|(to, by, _)| to != by).map(|(to, by, id)| format!("{to}:{by}:LIKE:{id}"));
    let live = live.into_iter().filter(|(to, by, _)| to != by).map(|(to, by, id)| format!("{to}:{by}:COMMENT:{id}"));
    let mut expected: Vec<Option<String>> = likes.chain(live).map(Some).collect();
    expected.sort_unstable();
    let mut told = told;
    told.sort_unstable();
    assert_eq!(told, expected);
}
