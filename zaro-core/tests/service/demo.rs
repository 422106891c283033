//! A demo community: the same for the same seed, whole, and with every state and edge of the lifecycle.

mod lifecycle;
mod same;
mod text;
mod whole;

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use zaro_core::Code;
use zaro_core::policy::credential::{Email, Nickname};
use zaro_core::service::demo::{DEMO_EMAIL, DEMO_PASSWORD, DemoPlan, DemoReport, load};
use zaro_core::service::session::{SignInDraft, sign_in};
use zaro_core::testing::World;
use zaro_core::types::Status;

fn plan(world: &World, members: u64) -> DemoPlan {
    DemoPlan { members, posts: 150, comments: 600, places: 80, seed: 7, text: None, now: world.now() }
}

fn loaded(world: &World, plan: &DemoPlan) -> DemoReport {
    load(&world.ctx, plan, &mut |_| ControlFlow::Continue(())).expect("a community")
}

/// Runs a query for one column of text.
pub(crate) fn texts(world: &World, query: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        text: String,
    }
    let rows: Vec<Row> =
        world.ctx.db.read(|connection| Ok(diesel::sql_query(query).load(connection)?)).expect("a query");
    rows.into_iter().map(|row| row.text).collect()
}

fn count(world: &World, query: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    let row: Row =
        world.ctx.db.read(|connection| Ok(diesel::sql_query(query).get_result(connection)?)).expect("a count");
    row.n
}

#[test]
fn names_and_addresses_are_those_of_the_policy() {
    let world = World::new();
    loaded(&world, &DemoPlan { posts: 0, comments: 0, ..plan(&world, 5000) });
    let emails = texts(&world, "SELECT email AS text FROM users WHERE anonymized_at IS NULL");
    let nicknames = texts(&world, "SELECT nickname AS text FROM users WHERE anonymized_at IS NULL");
    assert!(emails.iter().all(|email| Email::parse(email).is_ok()));
    let keys: BTreeSet<_> = nicknames
        .iter()
        .map(|name| Nickname::parse(name, Code::NicknameRequired).expect("a nickname"))
        .inspect(|name| assert!(!name.is_reserved(&world.ctx.policy.nickname), "{}", name.text))
        .map(|name| name.key)
        .collect();
    assert_eq!(keys.len(), nicknames.len());
    assert!(nicknames.iter().any(|name| name.ends_with(|c: char| c.is_ascii_digit())), "5,000 need numbers");
}

#[test]
fn the_demo_member_can_sign_in_and_the_queued_notices_can_be_sent() {
    let world = World::new();
    loaded(&world, &plan(&world, 200));
    let draft = SignInDraft { email: DEMO_EMAIL.into(), password: DEMO_PASSWORD.into() };
    let signed_in = sign_in(&world.ctx, &draft, None).expect("a session");
    assert_eq!(signed_in.user.nickname, "자취왕");
    world.deliver();
    assert!(world.mailer.taken().iter().any(|mail| mail.to.starts_with("member")), "a notice went out");
}

#[test]
fn a_community_is_never_mixed_with_members_who_are_there() {
    let world = World::new();
    world.member("kim", Status::Active);
    let error = load(&world.ctx, &plan(&world, 200), &mut |_| ControlFlow::Continue(())).expect_err("a refusal");
    assert!(error.to_string().contains("hint: to start over"), "{error}");
    assert_eq!(count(&world, "SELECT COUNT(*) AS n FROM users"), 1);
}

#[test]
fn a_load_stops_between_batches_and_says_so() {
    let world = World::new();
    let mut stages = Vec::new();
    let report = load(&world.ctx, &plan(&world, 300), &mut |progress| {
        stages.push((progress.stage, progress.done, progress.total));
        if progress.stage == "posts" { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let report = report.expect("a report");
    assert!(report.interrupted && report.members == 300 && report.posts == 0, "{report:?}");
    assert_eq!(stages[..3], [("plan", 0, 300), ("members", 0, 300), ("members", 300, 300)]);
    assert!(load(&world.ctx, &plan(&world, 300), &mut |_| ControlFlow::Continue(())).is_err());
}
