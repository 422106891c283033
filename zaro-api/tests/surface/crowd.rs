//! A crowd at once, over HTTP: whatever interleaves, counters equal what they count, and nothing fails (CT1, LK2, RP2).

mod acts;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;
use tokio::task::JoinSet;
use zaro_core::models::moderation_log;
use zaro_core::policy::retention::{Limit, Limits, Policy};
use zaro_core::service::moderation_log::first_broken;
use zaro_core::service::sweep::{Rule, Shard, plan};
use zaro_core::testing::World;
use zaro_core::types::{CommentId, Status, Target, UserId};

use self::acts::{Crowd, Tally};
use crate::support::{Setup, TestApp, Tokens};

const TASKS: u64 = 64;
/// Of one task; ten thousand together.
const ACTS: usize = 157;
const ROUNDS: usize = 20;

/// The contract's numbers, without limits.
fn app() -> TestApp {
    let off = Limit::new(0, 60);
    let limits = Limits {
        comments: off,
        follows: off,
        groups: off,
        favorites: off,
        likes: off,
        reports: off,
        ..Limits::default()
    };
    Setup::over(World::with_policy(Policy { limits, ..Policy::default() })).build()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ct1_ten_thousand_acts_of_sixty_four_tasks_leave_every_counter_right() {
    let crowd = Arc::new(Crowd::new(app()));
    let mut tasks = JoinSet::new();
    for seed in 0..TASKS {
        let crowd = Arc::clone(&crowd);
        tasks.spawn(async move { crowd.play(seed, ACTS).await });
    }
    let mut tally = Tally::default();
    while let Some(done) = tasks.join_next().await {
        tally.add(done.expect("nothing fails"));
    }
    assert!(tally.acts() >= 10_000, "{tally:?}");
    for what in acts::ALL {
        assert!(tally.done(what) > 0, "the crowd never did this: {what:?} of {tally:?}");
    }

    let world = &crowd.app.world;
    assert_eq!(world.wrong_counters(), [""; 0]);
    let repairs = plan(&world.ctx, &[Rule::ReconcileCounters], Shard::WHOLE, None, world.now()).expect("a plan");
    assert_eq!(repairs.len(), 0, "CT2: on a healthy system nothing is found");
    nothing_was_lost(&crowd, &tally);
    hidden_by_points(world);
    told_once(world);
    assert_eq!(first_broken(&world.ctx).expect("a log"), None);
    shown_as_counted(&crowd).await;
}

/// What was answered as done is there, and nothing else: the rows are those that the answers add up to.
fn nothing_was_lost(crowd: &Crowd, tally: &Tally) {
    let world = &crowd.app.world;
    for (post, likes) in &tally.likes {
        assert_eq!(world.count(&format!("post_likes WHERE post_id = {post}")), *likes, "likes of post {post}");
    }
    for (post, live) in &tally.comments {
        let rows = format!("comments WHERE post_id = {post} AND deleted_at IS NULL");
        assert_eq!(world.count(&rows), *live, "comments of post {post}");
    }
    for (followed, followers) in &tally.followers {
        let rows = format!("follows WHERE followee_id = {followed}");
        assert_eq!(world.count(&rows), *followers, "followers of member {followed}");
    }
    for (owner, saved) in &tally.saved {
        assert_eq!(world.count(&format!("favorites WHERE user_id = {owner}")), *saved, "favourites of member {owner}");
    }
    assert_eq!(world.count("reports"), tally.reports, "reports");
    assert_eq!(world.count("reports WHERE state = 'REJECTED'"), tally.rejected, "rejected reports");
}

/// RP2, RP4: hidden is what has 500 points, nothing else; the log tells of every coming and going.
fn hidden_by_points(world: &World) {
    for table in ["posts", "comments"] {
        assert_eq!(world.count(&format!("{table} WHERE report_weight >= 500 AND hidden_reason IS NULL")), 0, "{table}");
        let rows = format!("{table} WHERE report_weight < 500 AND hidden_reason IS NOT NULL");
        assert_eq!(world.count(&rows), 0, "{table}");
    }
    for (kind, table) in [("POST", "posts"), ("COMMENT", "comments")] {
        let hid = world.count(&format!("moderation_log WHERE action = '{kind}_HIDE'"));
        // A rejected report that takes enough points away shows the thing again, in the same act.
        let shown = world.count(&format!(
            "moderation_log WHERE action = 'REPORT_REJECT' AND after_state LIKE '%\"{} %' \
             AND after_state LIKE '%\"hidden_reason\":null%'",
            kind.to_lowercase()
        ));
        let hidden = world.count(&format!("{table} WHERE hidden_reason IS NOT NULL"));
        assert_eq!(hid - shown, hidden, "{table}");
        assert!(hid > 0, "the crowd hid something: {table}");
    }
}

/// N3: one notification for each like, each live comment and each follow of another, and none beside.
fn told_once(world: &World) {
    let told = |kind: &str, from: &str, receiver: &str, actor: &str, target: &str, rows: &str| {
        let others = format!("{rows} AND {receiver} <> {actor}");
        let missing = format!(
            "{from} LEFT JOIN notifications n ON n.type = '{kind}' AND n.user_id = {receiver} AND n.actor_id = {actor} \
             AND n.target_id = {target} WHERE n.id IS NULL AND {others}"
        );
        assert_eq!(world.count(&missing), 0, "{kind}");
        let expected = world.count(&format!("{from} WHERE {others}"));
        assert_eq!(world.count(&format!("notifications WHERE type = '{kind}'")), expected, "{kind}");
        assert!(expected > 0, "{kind}");
    };
    let likes = "post_likes l JOIN posts p ON p.id = l.post_id";
    told("LIKE", likes, "p.user_id", "l.user_id", "p.id", "1 = 1");
    let comments = "comments c JOIN posts p ON p.id = c.post_id";
    told("COMMENT", comments, "p.user_id", "c.user_id", "c.id", "c.deleted_at IS NULL");
    told("FOLLOW", "follows f", "f.followee_id", "f.follower_id", "f.follower_id", "1 = 1");
}

/// What goes over the wire is what is stored.
async fn shown_as_counted(crowd: &Crowd) {
    let world = &crowd.app.world;
    let reader = &crowd.members[0];
    let mut shown = 0;
    for post in &crowd.posts {
        let answer = crowd.app.get(&format!("/api/posts/{post}")).token(&reader.access).send().await;
        if world.count(&format!("posts WHERE id = {post} AND hidden_reason IS NOT NULL")) > 0 {
            answer.refused(404, "POST_NOT_FOUND");
            continue;
        }
        let data = answer.data();
        let likes = world.count(&format!("post_likes WHERE post_id = {post}"));
        let comments = world.count(&format!("comments WHERE post_id = {post} AND deleted_at IS NULL"));
        assert_eq!((&data["likeCount"], &data["commentCount"]), (&json!(likes), &json!(comments)), "{post}");
        shown += 1;
    }
    assert!(shown > 0, "some post is left to be seen");
    for member in &crowd.members {
        let path = format!("/api/profile/{}", member.id);
        let data = crowd.app.get(&path).token(&reader.access).send().await.data();
        let followers = world.count(&format!("follows WHERE followee_id = {}", member.id));
        let followings = world.count(&format!("follows WHERE follower_id = {}", member.id));
        let counts = (&data["followerCount"], &data["followingCount"]);
        assert_eq!(counts, (&json!(followers), &json!(followings)), "{}", member.id);
    }
}

/// Five members report the same at the same time; tells how many of them were taken.
async fn report_at_once(app: &Arc<TestApp>, reporters: &[Tokens], target: Target) -> BTreeMap<String, usize> {
    let kind = if matches!(target, Target::Post(_)) { "posts" } else { "comments" };
    let mut tasks = JoinSet::new();
    for reporter in reporters {
        let (app, token) = (Arc::clone(app), reporter.access.clone());
        let path = format!("/api/{kind}/{}/report", target.id());
        tasks.spawn(async move { app.post(&path).token(&token).json(json!({ "reasonType": "SPAM" })).send().await });
    }
    let mut codes = BTreeMap::new();
    while let Some(answer) = tasks.join_next().await {
        *codes.entry(answer.expect("an answer").code()).or_default() += 1;
    }
    codes
}

/// RP2: nobody is notified of a hiding (N1 knows no such kind); whom the hidden thing was told to is told of it no more,
/// and the search index is told once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rp2_five_parallel_reports_hide_once_log_once_notify_once() {
    let app = Arc::new(app());
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    let reporters: Vec<Tokens> = (0..5).map(|n| app.member(&format!("reporter{n}"), Status::Active)).collect();
    let all = BTreeMap::from([("SUCCESS".to_owned(), 5)]);
    let told = async || {
        let list = app.get("/api/notifications").token(&kim.access).send().await.data();
        list.as_array().expect("a list").len()
    };
    for round in 0..ROUNDS {
        let post = app.post_of(UserId(kim.id));
        let comment = CommentId(app.comment_on(post, UserId(lee.id)));
        let targets = [Target::Comment(comment), Target::Post(post)];
        assert_eq!(told().await, 1, "of the comment");
        for target in targets {
            assert_eq!(report_at_once(&app, &reporters, target).await, all, "{target} in round {round}");
            let entries =
                app.world.ctx.db.read(|connection| moderation_log::of_target(connection, target.kind(), target.id()));
            let actions: Vec<String> = entries.expect("a log").into_iter().map(|entry| entry.action).collect();
            assert_eq!(actions, [format!("{}_HIDE", target.kind())], "round {round}");
            assert_eq!(told().await, 0, "of what nobody sees");
        }
        let hidden = "hidden_reason = 'REPORTS' AND report_count = 5 AND report_weight = 500";
        assert_eq!(app.world.count(&format!("posts WHERE id = {post} AND {hidden}")), 1, "round {round}");
        assert_eq!(app.world.count(&format!("comments WHERE id = {comment} AND {hidden}")), 1, "round {round}");
        app.get(&format!("/api/posts/{post}")).token(&kim.access).send().await.refused(404, "POST_NOT_FOUND");
        // Once as it was written, once as it was hidden.
        assert_eq!(app.world.count(&format!("search_outbox WHERE post_id = {post}")), 2, "round {round}");
        assert_eq!(app.world.count(&format!("notifications WHERE post_id = {post}")), 1, "round {round}");
    }
    assert_eq!(app.world.wrong_counters(), [""; 0]);
    assert_eq!(first_broken(&app.world.ctx).expect("a log"), None);
}
