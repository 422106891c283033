//! What operators do about reports (RP4), and the log of it.

use diesel::prelude::*;
use zaro_core::models::report::{self as report_row, Report};
use zaro_core::policy::page::Paging;
use zaro_core::schema::{moderation_log, reports};
use zaro_core::service::desk::{self, Act};
use zaro_core::service::moderation_log::first_broken;
use zaro_core::service::{comment, post};
use zaro_core::testing::World;
use zaro_core::types::{Direction, HiddenReason, PostId, ReportId, ReportState, Status, Target, Via};
use zaro_core::{Code, Error};

use super::post::{detail, draft, write};
use super::report::{community, history, index_changes, report, reporters, standing};

/// What an operator makes of a report.
#[derive(Clone, Copy)]
enum Verdict {
    Accept,
    Reject,
}

fn decide(world: &World, operator: &str, report: ReportId, seen: i32, verdict: Verdict) -> zaro_core::Result<()> {
    let act = match verdict {
        Verdict::Accept => Act::ReportAccept { report, seen },
        Verdict::Reject => Act::ReportReject { report, seen },
    };
    world.order(operator, act).map(drop)
}

fn hide(world: &World, operator: &str, target: Target) -> zaro_core::Result<()> {
    world.order(operator, Act::Hide { target }).map(drop)
}

fn unhide(world: &World, operator: &str, target: Target) -> zaro_core::Result<()> {
    world.order(operator, Act::Unhide { target }).map(drop)
}

/// Open reports, oldest first.
fn queue(world: &World) -> Vec<Report> {
    let read = world.ctx.db.read(|connection| {
        let open = reports::table.filter(reports::state.eq(ReportState::Open));
        let ids: Vec<ReportId> = open.order(reports::id.asc()).select(reports::id).load(connection)?;
        ids.into_iter().map(|id| Ok(report_row::find(connection, id)?.expect("it is there"))).collect()
    });
    read.expect("the queue")
}

/// Decides it as the queue shows it.
fn verdict(world: &World, report: &Report, verdict: Verdict) {
    decide(world, "park", report.id, report.version, verdict).expect("a verdict");
}

fn refusal(result: zaro_core::Result<()>) -> String {
    match result {
        Err(Error::Precondition(text)) => text,
        Err(Error::Conflict(conflict)) => conflict.to_string(),
        other => panic!("not refused: {other:?}"),
    }
}

/// What the log tells of a target and its reports: who did what, and who has hidden the target before and after.
fn told(world: &World, target: Target) -> Vec<String> {
    let case = desk::case_of(&world.ctx, target).expect("a case");
    let hidden = |state: &Option<String>| {
        let state: serde_json::Value = serde_json::from_str(state.as_deref().unwrap_or("null")).expect("JSON");
        state[target.to_string()]
            .get("hidden_reason")
            .map_or_else(|| "-".to_owned(), |by| by.to_string().replace('"', ""))
    };
    let line = |entry: &zaro_core::models::moderation_log::LogEntry| {
        let (before, after) = (hidden(&entry.before_state), hidden(&entry.after_state));
        format!("{} {}: {before} > {after}", entry.actor, entry.action)
    };
    case.history.iter().map(line).collect()
}

/// A post that five reports have hidden.
fn hidden_by_reports() -> (World, PostId) {
    let (world, _, post, _) = community();
    for reporter in reporters(&world, 5) {
        report(&world, reporter, Target::Post(post)).expect("a report");
    }
    (world, post)
}

#[test]
fn rp4_rejecting_takes_back_and_the_target_comes_back_below_the_edge() {
    let (world, post) = hidden_by_reports();
    let target = Target::Post(post);
    let before = index_changes(&world, post);
    let open = queue(&world);
    verdict(&world, &open[0], Verdict::Reject);
    assert_eq!(standing(&world, target), ((4, 400), (4, 400), None));
    assert!(detail(&world, open[0].reporter_id, post).is_ok(), "everywhere again");
    assert_eq!(index_changes(&world, post), before + 1);
    assert_eq!(told(&world, target)[1..], ["park REPORT_REJECT: REPORTS > null"]);
    let reported = report(&world, open[0].reporter_id, target);
    assert_eq!(reported, Err(Code::AlreadyReportedPost), "who reported once cannot report the same again");
    // One more makes five again.
    report(&world, world.member("choi", Status::Active), target).expect("a report");
    assert_eq!(standing(&world, target), ((5, 500), (5, 500), Some(HiddenReason::Reports)));
}

#[test]
fn rp4_rejecting_what_leaves_enough_points_shows_nothing() {
    let (world, _, post, _) = community();
    let target = Target::Post(post);
    let reporters = reporters(&world, 6);
    for reporter in &reporters[..4] {
        report(&world, *reporter, target).expect("a report");
    }
    hide(&world, "park", target).expect("a hiding");
    verdict(&world, &queue(&world)[0], Verdict::Reject);
    assert_eq!(standing(&world, target), ((3, 300), (3, 300), Some(HiddenReason::Operator)), "the operators' own");
}

#[test]
fn rp4_accepting_makes_the_hiding_the_operators_own() {
    let (world, post) = hidden_by_reports();
    let target = Target::Post(post);
    let open = queue(&world);
    verdict(&world, &open[0], Verdict::Accept);
    assert_eq!(standing(&world, target), ((5, 500), (5, 500), Some(HiddenReason::Operator)));
    for report in &open[1..] {
        verdict(&world, report, Verdict::Reject);
    }
    assert_eq!(standing(&world, target), ((1, 100), (1, 100), Some(HiddenReason::Operator)), "only they end it");
    assert!(queue(&world).is_empty());
    let told = told(&world, target);
    assert_eq!(told[1..3], ["park REPORT_ACCEPT: REPORTS > OPERATOR", "park REPORT_REJECT: - > -"]);
    unhide(&world, "park", target).expect("an unhiding");
    assert_eq!(standing(&world, target), ((1, 100), (1, 100), None));
}

#[test]
fn rp4_accepting_a_report_of_something_visible_hides_nothing() {
    let (world, _, post, _) = community();
    let target = Target::Post(post);
    report(&world, reporters(&world, 1)[0], target).expect("a report");
    verdict(&world, &queue(&world)[0], Verdict::Accept);
    assert_eq!(standing(&world, target), ((1, 100), (1, 100), None));
    assert_eq!(told(&world, target), ["park REPORT_ACCEPT: - > -"]);
}

#[test]
fn rp4_after_an_unhiding_one_more_report_hides_nothing() {
    let (world, post) = hidden_by_reports();
    let target = Target::Post(post);
    unhide(&world, "park", target).expect("an unhiding");
    assert_eq!(standing(&world, target), ((0, 0), (0, 0), None), "the open ones are rejected");
    assert!(queue(&world).is_empty());
    let rejected: i64 = world
        .ctx
        .db
        .read(|connection| {
            let by_park = reports::table.filter(reports::handled_by.eq("park")).filter(reports::version.eq(1));
            Ok(by_park.filter(reports::state.eq(ReportState::Rejected)).count().get_result(connection)?)
        })
        .expect("a count");
    assert_eq!(rejected, 5);
    report(&world, world.member("choi", Status::Active), target).expect("a report");
    assert_eq!(standing(&world, target), ((1, 100), (1, 100), None));
}

#[test]
fn rp4_accepted_reports_do_not_hide_again_what_operators_have_shown() {
    let (world, post) = hidden_by_reports();
    let target = Target::Post(post);
    for report in queue(&world) {
        verdict(&world, &report, Verdict::Accept);
    }
    unhide(&world, "park", target).expect("an unhiding");
    report(&world, world.member("choi", Status::Active), target).expect("a report");
    assert_eq!(standing(&world, target), ((6, 600), (6, 600), None));
}

#[test]
fn rp4_operators_hide_and_show_posts_and_comments() {
    let (world, kim, post, comment) = community();
    for target in [Target::Comment(comment), Target::Post(post)] {
        let changes = index_changes(&world, post);
        hide(&world, "park", target).expect("a hiding");
        assert_eq!(standing(&world, target).2, Some(HiddenReason::Operator));
        assert!(refusal(hide(&world, "lim", target)).contains("hidden already"));
        unhide(&world, "lim", target).expect("an unhiding");
        assert_eq!(standing(&world, target).2, None);
        assert!(refusal(unhide(&world, "lim", target)).contains("is not hidden"));
        let kind = target.kind();
        assert_eq!(
            told(&world, target),
            [format!("park {kind}_HIDE: null > OPERATOR"), format!("lim {kind}_UNHIDE: OPERATOR > null"),]
        );
        let entry = &history(&world, target)[0];
        assert_eq!((entry.via, entry.reason.as_deref()), (Via::Cli, Some("이유")));
        let expected = if target == Target::Post(post) { changes + 2 } else { changes };
        assert_eq!(index_changes(&world, post), expected);
    }
    comment::delete(&world.ctx, kim, comment).expect("a deletion");
    post::delete(&world.ctx, kim, post).expect("a deletion");
    for target in [Target::Comment(comment), Target::Post(post)] {
        assert!(refusal(hide(&world, "park", target)).contains("is deleted"));
    }
    let nothing = Target::Post(PostId(0));
    assert_eq!(refusal(hide(&world, "park", nothing)), "there is no post 0");
    assert_eq!(refusal(unhide(&world, "park", nothing)), "there is no post 0");
}

#[test]
fn rp4_what_reports_have_hidden_operators_can_take_over() {
    let (world, post) = hidden_by_reports();
    hide(&world, "park", Target::Post(post)).expect("a hiding");
    verdict(&world, &queue(&world)[0], Verdict::Reject);
    assert_eq!(standing(&world, Target::Post(post)), ((4, 400), (4, 400), Some(HiddenReason::Operator)));
}

#[test]
fn rp4_what_is_deleted_stays_deleted_when_its_reports_are_rejected() {
    let (world, kim, post, comment) = community();
    let target = Target::Comment(comment);
    for reporter in reporters(&world, 5) {
        report(&world, reporter, target).expect("a report");
    }
    comment::delete(&world.ctx, kim, comment).expect("C7: a hidden comment can be deleted");
    verdict(&world, &queue(&world)[0], Verdict::Reject);
    assert_eq!(standing(&world, target), ((4, 400), (4, 400), None));
    let page = Paging { page: 0, size: 10 };
    assert_eq!(comment::list(&world.ctx, kim, post, page, Direction::Asc).expect("a list").total, 0);
}

#[test]
fn rp4_a_report_is_decided_once_and_as_it_was_seen() {
    let (world, _, post, _) = community();
    report(&world, reporters(&world, 1)[0], Target::Post(post)).expect("a report");
    let seen = queue(&world).pop().expect("a report");
    let stale = decide(&world, "lim", seen.id, seen.version + 1, Verdict::Reject);
    assert!(refusal(stale).contains("has changed meanwhile"));
    verdict(&world, &seen, Verdict::Accept);
    for verdict in [Verdict::Accept, Verdict::Reject] {
        let late = decide(&world, "lim", seen.id, seen.version, verdict);
        assert!(refusal(late).starts_with(&format!("report {} was accepted by park meanwhile (2026-03-01", seen.id)));
    }
    let unknown = decide(&world, "lim", ReportId(0), 0, Verdict::Reject);
    assert_eq!(refusal(unknown), "there is no report 0");
    assert_eq!(standing(&world, Target::Post(post)), ((1, 100), (1, 100), None), "what was refused changed nothing");
}

#[test]
fn rp4_of_operators_who_decide_at_once_one_wins() {
    let (world, post) = hidden_by_reports();
    for seen in queue(&world) {
        let wins: Vec<bool> = std::thread::scope(|scope| {
            let (world, seen) = (&world, &seen);
            let one = |nth: usize| {
                let verdict = if nth.is_multiple_of(2) { Verdict::Accept } else { Verdict::Reject };
                decide(world, &format!("op{nth}"), seen.id, seen.version, verdict).is_ok()
            };
            let threads: Vec<_> = (0..6).map(|nth| scope.spawn(move || one(nth))).collect();
            threads.into_iter().map(|thread| thread.join().expect("an answer")).collect()
        });
        assert_eq!(wins.iter().filter(|won| **won).count(), 1);
    }
    let (counted, real, _) = standing(&world, Target::Post(post));
    assert_eq!(counted, real);
    let decisions: i64 = world
        .ctx
        .db
        .read(|connection| {
            Ok(moderation_log::table.filter(moderation_log::target_kind.eq("REPORT")).count().get_result(connection)?)
        })
        .expect("a count");
    assert_eq!(decisions, 5, "each verdict once in the log");
    assert_eq!(first_broken(&world.ctx).expect("a log"), None);
}

#[test]
fn a_changed_or_missing_entry_of_the_log_shows() {
    let (world, _, post, _) = community();
    for _ in 0..3 {
        hide(&world, "park", Target::Post(post)).expect("a hiding");
        unhide(&world, "park", Target::Post(post)).expect("an unhiding");
    }
    assert_eq!(first_broken(&world.ctx).expect("a log"), None);
    let change = |id: i64, reason: &str| {
        world.ctx.db.write_tx(|connection| {
            let entry = diesel::update(moderation_log::table.find(id));
            Ok(entry.set(moderation_log::reason.eq(reason)).execute(connection)?)
        })
    };
    assert_eq!(change(3, "다른 이유").expect("a write"), 1);
    assert_eq!(first_broken(&world.ctx).expect("a log"), Some(3));
    change(3, "이유").expect("a write");
    assert_eq!(first_broken(&world.ctx).expect("a log"), None);
    let removed =
        world.ctx.db.write_tx(|connection| Ok(diesel::delete(moderation_log::table.find(4)).execute(connection)?));
    assert_eq!(removed.expect("a write"), 1);
    assert_eq!(first_broken(&world.ctx).expect("a log"), Some(5));
}

#[test]
fn entries_written_at_once_follow_each_other_also_at_the_very_beginning() {
    let (world, kim, ..) = community();
    let posts: Vec<PostId> = (0..16).map(|_| write(&world, kim, &draft("제목"))).collect();
    std::thread::scope(|scope| {
        for post in posts {
            let world = &world;
            scope.spawn(move || hide(world, "park", Target::Post(post)).expect("a hiding"));
        }
    });
    let ids: Vec<i64> = world
        .ctx
        .db
        .read(|connection| {
            Ok(moderation_log::table.select(moderation_log::id).order(moderation_log::id).load(connection)?)
        })
        .expect("ids");
    assert_eq!(ids, (1..=16).collect::<Vec<_>>());
    assert_eq!(first_broken(&world.ctx).expect("a log"), None);
}
