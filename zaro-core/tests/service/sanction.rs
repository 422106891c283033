//! Measures against members and appeals, as operators handle them (Z1, Z2, Z5).

use chrono::TimeDelta;
use zaro_core::error::Error;
use zaro_core::policy::sanction::WITHOUT_END;
use zaro_core::service::appeal::{self, AppealDraft, Outcome};
use zaro_core::service::desk::Act;
use zaro_core::service::sanction::{self, Measure};
use zaro_core::testing::World;
use zaro_core::types::{AppealId, AppealState, ReportReason, SanctionId, SanctionState, Status, UserId};

use zaro_core::policy::field::Input;

fn impose(world: &World, member: UserId, measure: Measure) -> SanctionId {
    order(world, "영희", member, measure, ReportReason::Insult, Some(" 욕설을 반복했습니다. ")).expect("a measure")
}

/// Orders a measure.
pub(super) fn order(
    world: &World,
    operator: &str,
    member: UserId,
    measure: Measure,
    reason: ReportReason,
    message: Option<&str>,
) -> Result<SanctionId, Error> {
    let act = Act::Impose { member, measure, reason, message: message.map(str::to_owned) };
    world.order(operator, act).map(|step| SanctionId(step.made.expect("a measure was made")))
}

fn lift(world: &World, operator: &str, sanction: SanctionId) -> Result<(), Error> {
    world.order(operator, Act::Lift { sanction }).map(drop)
}

fn answer(world: &World, operator: &str, appeal: AppealId, outcome: Outcome, text: &str) -> Result<(), Error> {
    let answer = text.to_owned();
    let act = match outcome {
        Outcome::Accept => Act::AppealAccept { appeal, answer },
        Outcome::Reject => Act::AppealReject { appeal, answer },
    };
    world.order(operator, act).map(drop)
}

fn suspend(world: &World, member: UserId, days: i64) -> SanctionId {
    impose(world, member, Measure::Suspension { until: Some(world.now().plus(TimeDelta::days(days))) })
}

fn file(world: &World, member: UserId, id: SanctionId) -> AppealId {
    let draft = AppealDraft { sanction_id: Input::Given(id.0), text: "억울합니다.".into() };
    appeal::file(&world.ctx, member, &draft).expect("an appeal").id
}

/// Why an order of an operator was not carried out.
fn why<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::Precondition(why)) => why,
        Err(Error::Conflict(conflict)) => conflict.to_string(),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn z1_a_warning_is_seen_and_mailed_and_stops_nothing() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    impose(&world, kim, Measure::Warning);
    assert_eq!(world.user(kim).suspended_until, None);
    let seen = sanction::list(&world.ctx, kim).expect("a list").pop().expect("a measure");
    assert_eq!((seen.state, seen.sanction.ends_at), (SanctionState::Active, None));
    assert_eq!(seen.sanction.message.as_deref(), Some("욕설을 반복했습니다."));
    assert_eq!(seen.sanction.created_by, "영희");
    world.deliver();
    let mail = world.mailer.taken().pop().expect("a mail");
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("kim@zaro.test", "[ZARO] 운영진의 경고가 있습니다"));
    for words in ["kim님", "욕설이나 비방", "욕설을 반복했습니다."] {
        assert!(mail.text.contains(words), "{words} is missing: {}", mail.text);
    }
    assert!(!mail.text.contains("영희"), "operators act for all operators");
}

#[test]
fn z1_a_suspension_names_its_end_in_the_mail() {
    let world = World::new();
    let kim = world.member("kim", Status::Dormant);
    suspend(&world, kim, 3);
    impose(&world, kim, Measure::Suspension { until: None });
    world.deliver();
    let texts: Vec<_> = world.mailer.taken().into_iter().map(|mail| mail.text).collect();
    assert!(texts[0].contains("정지 기간: 2026년 3월 4일 12:00까지"), "{}", texts[0]);
    assert!(texts[1].contains("정지 기간: 기한 없음"), "{}", texts[1]);
}

#[test]
fn z2_the_latest_live_suspension_counts_and_lifting_takes_it_back() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let until = |days: i64| Some(world.now().plus(TimeDelta::days(days)));
    let (long, short) = (suspend(&world, kim, 9), suspend(&world, kim, 3));
    assert_eq!(world.user(kim).suspended_until, until(9));
    let endless = impose(&world, kim, Measure::Suspension { until: None });
    assert_eq!(world.user(kim).suspended_until, Some(WITHOUT_END));
    lift(&world, "철수", endless).expect("lifted");
    assert_eq!(world.user(kim).suspended_until, until(9));
    lift(&world, "철수", long).expect("lifted");
    assert_eq!(world.user(kim).suspended_until, until(3));
    lift(&world, "철수", short).expect("lifted");
    assert_eq!(world.user(kim).suspended_until, None);
    let seen = sanction::list(&world.ctx, kim).expect("a list");
    assert_eq!(seen.len(), 3, "lifting keeps the rows");
    for view in seen {
        assert_eq!((view.state, view.sanction.lifted_by.as_deref()), (SanctionState::Lifted, Some("철수")));
    }
}

#[test]
fn z1_what_cannot_be_ordered_is_told_and_changes_nothing() {
    let world = World::new();
    let (kim, gone) = (world.member("kim", Status::Active), world.member("gone", Status::Deleted));
    let now = world.now();
    let order = |member, measure, message| order(&world, "op", member, measure, ReportReason::Etc, message);
    assert!(why(order(gone, Measure::Warning, None)).contains("no member"));
    assert!(why(order(UserId(4_711), Measure::Warning, None)).contains("4711"));
    assert!(why(order(kim, Measure::Suspension { until: Some(now) }, None)).contains("past"));
    assert!(why(order(kim, Measure::Warning, Some(&"가".repeat(501)))).contains("500"));
    assert_eq!(sanction::list(&world.ctx, kim).expect("a list"), []);
    assert_eq!(world.deliver().accepted, 0);
}

#[test]
fn z1_a_measure_is_lifted_once_and_only_while_it_is_in_force() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let (lifted, ended) = (suspend(&world, kim, 3), suspend(&world, kim, 3));
    lift(&world, "op", lifted).expect("lifted");
    assert!(why(lift(&world, "op", lifted)).contains("already"));
    world.advance(TimeDelta::days(3));
    assert!(why(lift(&world, "op", ended)).contains("by itself"));
    assert!(why(lift(&world, "op", SanctionId(4_711))).contains("no measure"));
}

#[test]
fn z5_an_accepted_appeal_lifts_the_measure_and_is_mailed() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let id = suspend(&world, kim, 3);
    let filed = file(&world, kim, id);
    answer(&world, "철수", filed, Outcome::Accept, " 확인해 보니 맞습니다. ").expect("an answer");
    assert_eq!(world.user(kim).suspended_until, None);
    let seen = sanction::list(&world.ctx, kim).expect("a list").pop().expect("a measure");
    let appeal = seen.appeal.expect("an appeal");
    assert_eq!((seen.state, appeal.state), (SanctionState::Lifted, AppealState::Accepted));
    assert_eq!((appeal.answer.as_deref(), appeal.handled_at), (Some("확인해 보니 맞습니다."), Some(world.now())));
    world.deliver();
    let mail = world.mailer.taken().pop().expect("a mail");
    assert_eq!(mail.subject, "[ZARO] 이의 제기가 받아들여졌습니다");
    assert!(mail.text.contains("확인해 보니 맞습니다."));
}

#[test]
fn z5_a_rejected_appeal_leaves_the_measure_and_is_mailed() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let filed = file(&world, kim, suspend(&world, kim, 3));
    answer(&world, "철수", filed, Outcome::Reject, "").expect("an answer");
    assert_eq!(world.user(kim).suspended_until, Some(world.now().plus(TimeDelta::days(3))));
    world.deliver();
    let mail = world.mailer.taken().pop().expect("a mail");
    assert_eq!(mail.subject, "[ZARO] 이의 제기가 받아들여지지 않았습니다");
}

#[test]
fn z5_an_appeal_is_decided_once_and_a_lifted_measure_can_still_be_answered() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let id = suspend(&world, kim, 3);
    let filed = file(&world, kim, id);
    lift(&world, "영희", id).expect("lifted");
    answer(&world, "철수", filed, Outcome::Accept, "").expect("an answer");
    let seen = sanction::list(&world.ctx, kim).expect("a list").pop().expect("a measure");
    assert_eq!(seen.sanction.lifted_by.as_deref(), Some("영희"), "who lifted it first");
    assert!(why(answer(&world, "영희", filed, Outcome::Reject, "")).contains("was accepted by 철수 meanwhile"));
    assert!(why(answer(&world, "철수", AppealId(4_711), Outcome::Reject, "")).contains("no appeal"));
    assert!(why(answer(&world, "철수", filed, Outcome::Reject, &"가".repeat(1_001))).contains("1000"));
}

#[test]
fn z5_open_appeals_queue_up_oldest_first() {
    let world = World::new();
    let members: Vec<_> = ["kim", "lee", "han"].map(|name| world.member(name, Status::Active)).into();
    let mut filed = Vec::new();
    for member in &members {
        filed.push(file(&world, *member, suspend(&world, *member, 3)));
        world.advance(TimeDelta::seconds(1));
    }
    answer(&world, "op", filed[1], Outcome::Reject, "").expect("an answer");
    let first = appeal::open(&world.ctx, None, 1).expect("a list").pop().expect("an appeal");
    assert_eq!(first.id, filed[0]);
    let rest = appeal::open(&world.ctx, Some((first.created_at, first.id)), 10).expect("a list");
    assert_eq!(rest.iter().map(|appeal| appeal.id).collect::<Vec<_>>(), [filed[2]]);
}
