//! The operators' desk: acts, what they leave in the log, and taking them back.

mod any;
mod queue;
mod undo;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use zaro_core::Error;
use zaro_core::policy::field::Input;
use zaro_core::service::appeal::{self, AppealDraft};
use zaro_core::service::desk::{self, Act, Step, Verdict, acts_of};
use zaro_core::service::moderation_log::{By, first_broken};
use zaro_core::service::sanction::Measure;
use zaro_core::testing::World;
use zaro_core::types::{
    AppealId, CommentId, PlaceId, PostId, ReportId, ReportReason, SanctionId, Status, Target, UserId, Via,
};

use super::report::{community, report, reporters};

/// Tables that only grow, or that a worker empties: they are not what an undo puts back.
const APART: [&str; 4] = ["moderation_log", "mail_outbox", "search_outbox", "withdrawal_history"];

/// A community with everything that an operator can act on.
pub(super) struct Town {
    pub(super) world: World,
    pub(super) author: UserId,
    pub(super) gone: UserId,
    pub(super) post: PostId,
    pub(super) comment: CommentId,
    pub(super) place: PlaceId,
    pub(super) reports: Vec<ReportId>,
    pub(super) sanction: SanctionId,
    pub(super) appeal: AppealId,
}

impl Town {
    pub(super) fn new() -> Self {
        let (world, author, post, comment) = community();
        for (nth, reporter) in reporters(&world, 6).into_iter().enumerate() {
            let target = if nth < 5 { Target::Post(post) } else { Target::Comment(comment) };
            report(&world, reporter, target).expect("a report");
        }
        let group = super::group::create(&world, author, &super::group::named("그룹"));
        let (_, place) = super::favorite::save(&world, author, group, 1);
        let gone = world.member("gone", Status::Active);
        zaro_core::service::follow::follow(&world.ctx, gone, author).expect("a follow");
        super::post::withdraw(&world, gone);
        let until = Some(world.now().plus(TimeDelta::days(9)));
        let suspension = Measure::Suspension { until };
        let order = super::sanction::order(&world, "철수", author, suspension, ReportReason::Insult, Some("욕설"));
        let sanction = order.expect("a measure");
        let draft = AppealDraft { sanction_id: Input::Given(sanction.0), text: "억울합니다.".into() };
        let appeal = appeal::file(&world.ctx, author, &draft).expect("an appeal").id;
        let reports = (1..=6).map(ReportId).collect();
        Self { world, author, gone, post, comment, place, reports, sanction, appeal }
    }

    /// Everything but what only grows.
    pub(super) fn state(&self) -> BTreeMap<String, String> {
        let mut content = self.world.test_db.content();
        content.retain(|table, _| !APART.contains(&table.as_str()));
        content
    }

    pub(super) fn perform(&self, acts: &[Act]) -> Result<Vec<Step>, Error> {
        desk::perform(&self.world.ctx, &by("park"), acts, Some("이유"))
    }

    pub(super) fn undo(&self, entry: i64) -> Result<desk::Undone, Error> {
        desk::undo(&self.world.ctx, &by("lim"), entry, None)
    }
}

pub(super) fn by(name: &str) -> By {
    By::operator(name, Via::Cli)
}

/// Why an order was refused.
pub(super) fn why<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(error @ (Error::Precondition(_) | Error::Conflict(_))) => error.to_string(),
        other => panic!("not refused: {other:?}"),
    }
}

pub(super) fn ids(steps: &[Step]) -> Vec<i64> {
    steps.iter().map(|step| step.entry.expect("it is written down")).collect()
}

#[test]
fn what_is_shown_beforehand_is_what_happens_and_changes_nothing() {
    let town = Town::new();
    let case = desk::case(&town.world.ctx, town.reports[0]).expect("a case");
    let until = Some(town.world.now().plus(TimeDelta::days(7)));
    let verdict = Verdict {
        accept: Some(true),
        hide: true,
        measures: vec![Measure::Warning, Measure::Suspension { until }],
        ..Verdict::default()
    };
    let acts = acts_of(&case, &verdict);
    let whole = town.world.test_db.content();
    let shown = desk::preview(&town.world.ctx, &by("park"), &acts).expect("a look");
    assert_eq!(town.world.test_db.content(), whole, "a look changes no table");
    let done = town.perform(&acts).expect("done");
    let names: Vec<&str> = done.iter().map(|step| step.action.as_str()).collect();
    let expected = [&["REPORT_ACCEPT"; 5][..], &["MEMBER_WARN", "MEMBER_SUSPEND"]].concat();
    assert_eq!(names, expected, "accepting has taken the hiding over already");
    assert_eq!(shown.len(), done.len());
    for (shown, done) in shown.iter().zip(&done) {
        // The number of a row that is made is known when it is made.
        let after = |step: &Step| step.after.values().cloned().collect::<Vec<_>>();
        assert_eq!((&shown.action, after(shown)), (&done.action, after(done)));
        assert_eq!((shown.entry, shown.mails, shown.made.is_some()), (None, done.mails, done.made.is_some()));
        assert!(done.made.is_some() || (&shown.before, &shown.after) == (&done.before, &done.after), "{done:?}");
    }
    assert_eq!(first_broken(&town.world.ctx).expect("a log"), None);
}

#[test]
fn several_acts_are_all_done_or_none() {
    let town = Town::new();
    let (post, before) = (Target::Post(town.post), town.world.test_db.content());
    let acts = [
        Act::ReportAccept { report: town.reports[0], seen: 0 },
        Act::Undelete { target: post },
        Act::MemberWithdraw { member: town.author },
    ];
    assert_eq!(why(town.perform(&acts)), format!("{post} is not deleted"));
    assert_eq!(town.world.test_db.content(), before);
}

#[test]
fn a_report_that_somebody_looks_after_says_so_to_others() {
    let town = Town::new();
    let report = town.reports[5];
    let claim = |operator: &str, seen| town.world.order(operator, Act::ReportClaim { report, seen });
    claim("park", 0).expect("claimed");
    assert!(why(claim("lim", 0)).starts_with(&format!("report {report} was claimed by park meanwhile")));
    assert!(why(claim("lim", 1)).contains("claimed by park"), "it is not taken away either");
    let unseen = town.world.order("lim", Act::ReportReject { report, seen: 0 });
    assert!(why(unseen).contains("claimed by park"), "who decides has seen the claim");
    town.world.order("lim", Act::ReportRelease { report, seen: 1 }).expect("released");
    assert!(why(town.world.order("lim", Act::ReportRelease { report, seen: 2 })).contains("nobody's"));
    town.world.order("lim", Act::ReportReject { report, seen: 2 }).expect("decided");
    assert!(why(claim("park", 3)).contains("was rejected by lim"));
}

#[test]
fn of_two_who_decide_a_report_at_once_one_wins_and_the_other_sees_whose_it_was() {
    let town = Town::new();
    let report = town.reports[5];
    let answers: Vec<Result<Step, Error>> = std::thread::scope(|scope| {
        let world = &town.world;
        let accept = scope.spawn(move || world.order("park", Act::ReportAccept { report, seen: 0 }));
        let reject = scope.spawn(move || world.order("lim", Act::ReportReject { report, seen: 0 }));
        [accept, reject].map(|thread| thread.join().expect("an answer")).into()
    });
    let won = answers.iter().position(Result::is_ok).expect("one wins");
    let Some(Err(Error::Conflict(conflict))) = answers.get(1 - won) else { panic!("the other loses: {answers:?}") };
    let expected = [("park", "accepted"), ("lim", "rejected")][won];
    assert_eq!((conflict.by.as_str(), conflict.done), expected);
    assert_eq!(conflict.at, Some(town.world.now()));
}

#[test]
fn l16_a_member_is_restored_until_nothing_is_left_of_them() {
    let town = Town::new();
    let follower_count = |count: i64| {
        let users = town.world.test_db.content();
        assert!(super::counters::wrong_counters(&town.world).is_empty(), "{count} {}", users["users"]);
    };
    town.world.order("park", Act::MemberRestore { member: town.gone }).expect("restored");
    let member = town.world.user(town.gone);
    assert_eq!((member.status, member.deleted_at), (Status::Active, None));
    follower_count(1);
    let again = town.world.order("park", Act::MemberRestore { member: town.gone });
    assert!(why(again).contains("has not left"));
    town.world.order("park", Act::MemberWithdraw { member: town.gone }).expect("withdrawn");
    follower_count(0);
    town.world.advance(TimeDelta::days(31));
    super::sweep::sweep(&town.world);
    let late = town.world.order("park", Act::MemberRestore { member: town.gone });
    assert!(why(late).contains("anonymised"));
}

#[test]
fn a_member_is_confirmed_renamed_and_signed_out() {
    let town = Town::new();
    let order = |act| town.world.order("park", act);
    let member = town.world.member("new", Status::Pending);
    order(Act::MemberVerify { member }).expect("confirmed");
    assert_eq!(town.world.user(member).status, Status::Active);
    assert!(why(order(Act::MemberVerify { member })).contains("waits for no confirmation"));
    let rename = |nickname: &str| order(Act::MemberRename { member, nickname: nickname.to_owned() });
    assert!(why(rename("kim")).contains("taken"), "the author has it");
    assert!(why(rename("!")).contains("no nickname"));
    let step = rename("새이름").expect("renamed");
    assert_eq!(town.world.user(member).nickname, "새이름");
    let told = serde_json::to_string(&(&step.before, &step.after)).expect("JSON");
    assert!(!told.contains("새이름") && !told.contains("new"), "no name goes into the log: {told}");
    assert!(why(order(Act::MemberSignOut { member })).contains("no live session"));
    super::sweep::sign_in(&town.world, "new").expect("signed in");
    let step = order(Act::MemberSignOut { member }).expect("signed out");
    assert_eq!(step.after["sessions_ended"], 1);
    assert!(why(town.undo(step.entry.expect("an entry"))).contains("stay ended"));
}
