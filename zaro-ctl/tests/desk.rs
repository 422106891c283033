//! What operators order: each command shown beforehand, refused without a yes, done, and taken back.

mod bulk;
mod log;
mod look;

use std::collections::BTreeMap;

use zaro_core::policy::field::Input;
use zaro_core::policy::place::{Degrees, KakaoPlaceId};
use zaro_core::service::appeal::{self, AppealDraft};
use zaro_core::service::comment::{self, CommentDraft};
use zaro_core::service::desk::Act;
use zaro_core::service::favorite::{self, FavoriteDraft};
use zaro_core::service::group::{self, GroupDraft};
use zaro_core::service::post::{self, PostDraft};
use zaro_core::service::report::{self, ReportDraft};
use zaro_core::service::sanction::Measure;
use zaro_core::service::session::{self, SignInDraft};
use zaro_core::testing::World;
use zaro_core::types::{CommentId, PostId, ReportId, ReportReason, Status, Target, UserId};

use crate::command::{Answer, on, run};

/// Tables that only grow, or that a worker empties.
const APART: [&str; 3] = ["moderation_log", "mail_outbox", "search_outbox"];

/// A post with reports 1 to 5 that have hidden it, a comment with report 6, of kim; appeal 1 of kim against an endless
/// suspension; a pending, a withdrawn and a signed-in member; two places; and one entry of an operator in the log.
fn town() -> World {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let post = write_post(&world, kim);
    let comment = write_comment(&world, kim, post);
    for nth in 1..=6 {
        let reporter = world.member(&format!("rep{nth}"), Status::Active);
        let target = if nth < 6 { Target::Post(post) } else { Target::Comment(comment) };
        report(&world, reporter, target, "SPAM");
    }
    let measure = Measure::Suspension { until: None };
    let suspend = Act::Impose { member: kim, measure, reason: ReportReason::Insult, message: None };
    let made = world.order("영희", suspend).expect("a measure").made.expect("its id");
    let draft = AppealDraft { sanction_id: Input::Given(made), text: "억울합니다.".into() };
    appeal::file(&world.ctx, kim, &draft).expect("an appeal");
    world.member("pending", Status::Pending);
    let gone = world.member("gone", Status::Deleted);
    assert_eq!(world.user(gone).status, Status::Deleted);
    let lee = world.member("lee", Status::Active);
    let group = group::create(&world.ctx, lee, &GroupDraft { group_name: "그룹".into(), ..GroupDraft::default() });
    let group = group.expect("a group").id;
    for kakao in 1..=2 {
        save(&world, lee, group, kakao);
    }
    world.order("영희", Act::ReportClaim { report: ReportId(6), seen: 0 }).expect("a claim");
    world
}

fn write_post(world: &World, author: UserId) -> PostId {
    let draft = PostDraft {
        category: "TOGETHER".into(),
        tag: "SHARING".into(),
        title: "제목".into(),
        content: "본문".into(),
        ..PostDraft::default()
    };
    post::create(&world.ctx, author, &draft).expect("a post").post.id
}

fn write_comment(world: &World, author: UserId, post: PostId) -> CommentId {
    let draft = CommentDraft { content: "댓글".into(), ..CommentDraft::default() };
    comment::create(&world.ctx, author, post, &draft, 10).expect("a comment").0.id
}

fn report(world: &World, reporter: UserId, target: Target, reason: &str) {
    let draft = ReportDraft { reason_type: reason.into(), ..ReportDraft::default() };
    report::create(&world.ctx, reporter, target, &draft).expect("a report");
}

fn save(world: &World, who: UserId, group: zaro_core::types::GroupId, kakao: i32) {
    let draft = FavoriteDraft {
        kakao_place_id: Input::Given(KakaoPlaceId(i64::from(kakao))),
        place_name: format!("장소 {kakao}").as_str().into(),
        lat: Input::Given(Degrees(37.0 + f64::from(kakao) / 1000.0)),
        lng: Input::Given(Degrees(127.0)),
        ..FavoriteDraft::default()
    };
    favorite::add(&world.ctx, who, group, &draft).expect("a favourite");
}

/// Everything but what only grows.
fn state(world: &World) -> BTreeMap<String, String> {
    let mut content = world.test_db.content();
    content.retain(|table, _| !APART.contains(&table.as_str()));
    content
}

fn zaro(world: &World, command: &str, more: &[&str]) -> Answer {
    let words: Vec<&str> = command.split(' ').chain(more.iter().copied()).collect();
    run(on(&world.test_db, &words))
}

/// Every command that changes something.
const MUTATING: [&str; 24] = [
    "reports claim 1",
    "reports release 6",
    "reports dismiss 1",
    "reports accept 6 --hide --warn",
    "reports hide 6 --suspend 7d --text 그만",
    "reports restore 1",
    "reports delete 6",
    "reports warn 6",
    "reports suspend 6 --for forever",
    "reports dismiss --reason-kind SPAM --weight-below 1000",
    "reports delete 1 6",
    "members warn 1 --reason-kind SPAM",
    "members suspend lee@zaro.test --for 12h --reason-kind INSULT",
    "members unsuspend kim@zaro.test",
    "members withdraw kim@zaro.test",
    "members restore gone@zaro.test",
    "members verify-mail pending@zaro.test",
    "members rename lee@zaro.test --to 새이름",
    "appeals accept 1 --text 네",
    "appeals reject 1",
    "places rename 1 --name 새이름 --lat 36.5",
    "places merge 1 --into 2",
    "audit undo 3",
    "audit undo 1-3",
];

#[test]
fn a_dry_run_of_every_command_changes_no_table_and_without_a_yes_each_refuses() {
    let world = town();
    let before = world.test_db.content();
    for command in MUTATING {
        let answer = zaro(&world, command, &["--dry-run"]);
        assert_eq!(answer.code, Some(0), "{command}: {}", answer.stderr);
        assert!(!answer.stdout.trim().is_empty(), "{command} shows what it would do");
        assert_eq!(world.test_db.content(), before, "{command} --dry-run");
        let answer = zaro(&world, command, &[]);
        assert_eq!(answer.code, Some(2), "{command}: {}", answer.stderr);
        assert!(answer.stderr.contains("hint: look at it with `--dry-run`, then give `--yes`"), "{}", answer.stderr);
        assert_eq!(world.test_db.content(), before, "{command}");
    }
}

#[test]
fn every_command_does_with_a_yes_what_it_says_and_signs_it() {
    for command in MUTATING {
        let world = town();
        let before = world.test_db.content();
        let answer = zaro(&world, command, &["--yes", "--json", "--actor", "박서준"]);
        // Of a range, the suspension that is appealed is not undone.
        let expected = i32::from(command == "audit undo 1-3");
        assert_eq!(answer.code, Some(expected), "{command}: {}", answer.stderr);
        assert_eq!(answer.json()["ok"], true);
        let after = world.test_db.content();
        assert_ne!(after, before, "{command}");
        let (log, old) = (&after["moderation_log"], &before["moderation_log"]);
        assert!(old.lines().all(|entry| log.lines().any(|now| now == entry)), "the log only grows");
        let new: Vec<&str> = log.lines().filter(|entry| !old.lines().any(|was| was == *entry)).collect();
        assert!(!new.is_empty() && new.iter().all(|entry| entry.contains("'박서준'")), "{command} is signed: {new:?}");
        assert_eq!(zaro(&world, "audit verify", &[]).code, Some(0));
    }
}

#[test]
fn sessions_are_shown_and_ended() {
    let world = town();
    let draft = SignInDraft { email: "lee@zaro.test".into(), password: zaro_core::testing::PASSWORD.into() };
    let now = zaro_core::clock::Clock::now(&zaro_core::clock::SystemClock);
    world.clock.set(now);
    session::sign_in(&world.ctx, &draft, Some("Firefox")).expect("signed in");
    let listed = zaro(&world, "members sessions lee@zaro.test", &["--json"]).json();
    assert_eq!(listed["data"][0]["user_agent"], "Firefox");
    assert_eq!(zaro(&world, "members sessions lee@zaro.test", &["--end"]).code, Some(2));
    let ended = zaro(&world, "members sessions lee@zaro.test", &["--end", "--yes", "--json"]);
    assert_eq!(ended.json()["data"][0]["after"]["sessions_ended"], 1, "{}", ended.stderr);
    assert_eq!(zaro(&world, "members sessions lee@zaro.test", &["--json"]).json()["data"], serde_json::json!([]));
}

#[test]
fn two_operators_see_each_other() {
    let world = town();
    let first = zaro(&world, "reports dismiss 6", &["--yes", "--actor", "박서준"]);
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    let before = world.test_db.content();
    for second in ["accept 6", "hide 6", "delete 6", "warn 6", "suspend 6 --for 7d"] {
        let second = zaro(&world, &format!("reports {second}"), &["--yes", "--actor", "최우식"]);
        assert_eq!(second.code, Some(1));
        assert!(second.stderr.contains("report 6 was rejected by 박서준 ("), "{}", second.stderr);
    }
    assert_eq!(world.test_db.content(), before, "nobody is warned for a report that is wrong");
}

#[test]
fn members_are_told_in_canned_words() {
    let world = town();
    let warn = |key: &str| zaro(&world, "members warn lee@zaro.test --reason-kind INSULT --yes --canned", &[key]);
    let answer = warn("insult");
    assert_eq!(answer.code, Some(2));
    assert!(answer.stderr.contains("cannot be read"), "{}", answer.stderr);
    let file = world.test_db.folder().join("reasons.toml");
    std::fs::write(file, "[reasons]\ninsult = \"욕설은 삼가 주세요.\"\nspam = \"광고입니다.\"\n").expect("a file");
    let answer = warn("rude");
    assert_eq!(answer.code, Some(2));
    assert!(answer.stderr.contains("hint: it has insult, spam"), "{}", answer.stderr);
    assert_eq!(warn("insult").code, Some(0));
    let sanctions = &world.test_db.content()["sanctions"];
    assert!(sanctions.contains("욕설은 삼가 주세요."), "{sanctions}");
    let nobody = zaro(&world, "reports dismiss 6 --yes --canned spam", &[]);
    assert!(nobody.stderr.contains("nobody is told anything by this"), "{}", nobody.stderr);
}
