//! `GET /api/posts/rank`

use std::sync::atomic::AtomicBool;

use chrono::TimeDelta;
use serde_json::{Value, json};
use zaro_core::service::sweep::{ApplyOptions, Rule, Shard, apply, plan};
use zaro_core::types::Status;

use super::{comment, good, good_but, write};
use crate::support::TestApp;

async fn ranked(app: &TestApp) -> Value {
    app.get("/api/posts/rank").send().await.data()
}

fn places(data: &Value) -> Vec<(i64, i64, i64, i64)> {
    let number = |post: &Value, name: &str| post[name].as_i64().expect("a number");
    let posts = data["posts"].as_array().expect("a list");
    let place = |post: &Value| {
        let [id, now, then, change] =
            ["postId", "currentRankIndex", "baselineRankIndex", "rankChange"].map(|name| number(post, name));
        (id, now, then, change)
    };
    posts.iter().map(place).collect()
}

#[tokio::test]
async fn rk2_rk5_the_best_first_with_their_places() {
    let app = TestApp::new();
    let (kim, lee) = (app.member("kim", Status::Active), app.member("lee", Status::Active));
    assert_eq!(ranked(&app).await, json!({ "posts": [] }));
    let liked = write(&app, &kim, good()).await;
    let daily = good_but(json!({ "title": "둘", "category": "DAILY_LIFE", "tag": "TIPS" }));
    let discussed = write(&app, &kim, daily).await;
    app.post(&format!("/api/posts/{liked}/like")).token(&lee.access).send().await.data();
    comment(&app, &lee, discussed, "댓글").await;
    assert_eq!(ranked(&app).await, json!({ "posts": [] }), "RK4: computed at most every two seconds");
    app.world.advance(TimeDelta::seconds(2));
    let expected = json!({ "posts": [
        {
            "postId": discussed,
            "title": "둘",
            "likeCount": 0,
            "commentCount": 1,
            "baselineRankIndex": 1,
            "currentRankIndex": 1,
            "rankChange": 0,
            "category": "DAILY_LIFE",
        },
        {
            "postId": liked,
            "title": "제목",
            "likeCount": 1,
            "commentCount": 0,
            "baselineRankIndex": 2,
            "currentRankIndex": 2,
            "rankChange": 0,
            "category": "TOGETHER",
        },
    ]});
    assert_eq!(ranked(&app).await, expected);
}

#[tokio::test]
async fn rk4_counts_are_of_now_and_places_of_the_last_computation() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    let [one, two] = [write(&app, &kim, good()).await, write(&app, &kim, good()).await];
    app.post(&format!("/api/posts/{one}/like")).token(&kim.access).send().await.data();
    assert_eq!(places(&ranked(&app).await), [(one, 1, 1, 0)]);
    comment(&app, &kim, two, "댓글").await;
    app.delete(&format!("/api/posts/{one}/like")).token(&kim.access).send().await.data();
    let data = ranked(&app).await;
    assert_eq!((places(&data), &data["posts"][0]["likeCount"]), (vec![(one, 1, 1, 0)], &json!(0)));
    app.delete(&format!("/api/posts/{one}")).token(&kim.access).send().await.data();
    assert_eq!(ranked(&app).await, json!({ "posts": [] }), "what is gone is left out at once");
    app.world.advance(TimeDelta::seconds(2));
    assert_eq!(places(&ranked(&app).await), [(two, 1, 1, 0)]);
}

/// What the job of every full hour does.
fn keep_hour(app: &TestApp) {
    let ctx = &app.world.ctx;
    let due = plan(ctx, &[Rule::RankBaseline], Shard::WHOLE, None, ctx.now()).expect("a plan");
    let (stop, lease) = (AtomicBool::new(false), TimeDelta::seconds(60));
    let mut options = ApplyOptions { batch: 1, lease, scheduled_for: None, stop: &stop, progress: &mut |_| {} };
    assert_eq!(apply(ctx, &due, &mut options).expect("a run").totals().applied, 1);
}

#[tokio::test]
async fn rk5_a_post_that_moves_up_has_a_positive_change() {
    let app = TestApp::new();
    let kim = app.member("kim", Status::Active);
    app.member("lee", Status::Active);
    let [one, two] = [write(&app, &kim, good()).await, write(&app, &kim, good()).await];
    app.post(&format!("/api/posts/{one}/like")).token(&kim.access).send().await.data();
    comment(&app, &kim, two, "댓글").await;
    app.world.advance(TimeDelta::hours(1));
    keep_hour(&app);
    let lee = app.sign_in("lee");
    app.post(&format!("/api/posts/{one}/like")).token(&lee.access).send().await.data();
    app.world.advance(TimeDelta::seconds(2));
    assert_eq!(places(&ranked(&app).await), [(one, 1, 2, 1), (two, 2, 1, -1)]);
}
