//! What operators do about reports (RP4), and the log of it.

use diesel::prelude::*;
use zaro_core::models::report::Report;
use zaro_core::policy::page::Paging;
use zaro_core::schema::{moderation_log, reports};
use zaro_core::service::moderation::{self, Verdict, decide, hide, open_reports, unhide};
use zaro_core::service::moderation_log::{By, first_broken};
use zaro_core::service::{comment, post};
use zaro_core::testing::World;
use zaro_core::types::{Direction, HiddenReason, PostId, ReportId, ReportState, Status, Target, Via};
use zaro_core::{Code, Error};

use super::post::{detail, draft, write};
use super::report::{community, history, index_changes, report, reporters, standing};

fn by(name: &str) -> By {
    By::operator(name, Via::Cli)
}

fn queue(world: &World) -> Vec<Report> {
    open_reports(&world.ctx, None, 100).expect("the queue")
}

/// Decides it as the queue shows it.
fn verdict(world: &World, report: &Report, verdict: Verdict) {
    decide(&world.ctx, &by("park"), report.id, report.version, verdict, Some("이유")).expect("a verdict");
}

fn refusal(result: zaro_core::Result<()>) -> String {
    match result {
        Err(Error::Precondition(text)) => text,
        other => panic!("not refused: {other:?}"),
    }
}

/// What the log tells of a target, in words.
fn told(world: &World, target: Target) -> Vec<String> {
    let bare = |json: &Option<String>| json.clone().unwrap_or_default().replace(['"', '{', '}'], "");
    let line = |entry: &zaro_core::models::moderation_log::LogEntry| {
        format!("{} {}: {} > {}", entry.actor, entry.action, bare(&entry.before_state), bare(&entry.after_state))
    };
    history(world, target).iter().map(line).collect()
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
    assert_eq!(told(&world, target)[1..], ["park POST_UNHIDE: hidden:REPORTS,points:500 > hidden:null,points:400"]);
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
    hide(&world.ctx, &by("park"), target, "이유").expect("a hiding");
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
    assert_eq!(told[1..], ["park POST_HIDE: hidden:REPORTS,points:500 > hidden:OPERATOR,points:500"]);
    unhide(&world.ctx, &by("park"), target, "이유").expect("an unhiding");
    assert_eq!(standing(&world, target), ((1, 100), (1, 100), None));
}

#[test]
fn rp4_accepting_a_report_of_something_visible_hides_nothing() {
    let (world, _, post, _) = community();
    let target = Target::Post(post);
    report(&world, reporters(&world, 1)[0], target).expect("a report");
    verdict(&world, &queue(&world)[0], Verdict::Accept);
    assert_eq!(standing(&world, target), ((1, 100), (1, 100), None));
    assert!(history(&world, target).is_empty());
}

#[test]
fn rp4_after_an_unhiding_one_more_report_hides_nothing() {
    let (world, post) = hidden_by_reports();
    let target = Target::Post(post);
    unhide(&world.ctx, &by("park"), target, "괜찮은 글").expect("an unhiding");
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
    unhide(&world.ctx, &by("park"), target, "이유").expect("an unhiding");
    report(&world, world.member("choi", Status::Active), target).expect("a report");
    assert_eq!(standing(&world, target), ((6, 600), (6, 600), None));
}

#[test]
fn rp4_operators_hide_and_show_posts_and_comments() {
    let (world, kim, post, comment) = community();
    for target in [Target::Comment(comment), Target::Post(post)] {
        let changes = index_changes(&world, post);
        hide(&world.ctx, &by("park"), target, "이유").expect("a hiding");
        assert_eq!(standing(&world, target).2, Some(HiddenReason::Operator));
        assert!(refusal(hide(&world.ctx, &by("lim"), target, "이유")).contains("hidden already"));
        unhide(&world.ctx, &by("lim"), target, "이유").expect("an unhiding");
        assert_eq!(standing(&world, target).2, None);
        assert!(refusal(unhide(&world.ctx, &by("lim"), target, "이유")).contains("is not hidden"));
        let kind = target.kind();
        assert_eq!(
            told(&world, target),
            [
                format!("park {kind}_HIDE: hidden:null,points:0 > hidden:OPERATOR,points:0"),
                format!("lim {kind}_UNHIDE: hidden:OPERATOR,points:0 > hidden:null,points:0"),
            ]
        );
        let entry = &history(&world, target)[0];
        assert_eq!((entry.via, entry.reason.as_deref()), (Via::Cli, Some("이유")));
        let expected = if target == Target::Post(post) { changes + 2 } else { changes };
        assert_eq!(index_changes(&world, post), expected);
    }
    comment::delete(&world.ctx, kim, comment).expect("a deletion");
    post::delete(&world.ctx, kim, post).expect("a deletion");
    for target in [Target::Comment(comment), Target::Post(post)] {
        assert!(refusal(hide(&world.ctx, &by("park"), target, "이유")).contains("is deleted"));
    }
    let nothing = Target::Post(PostId(0));
    assert_eq!(refusal(hide(&world.ctx, &by("park"), nothing, "이유")), "there is no post 0");
    assert_eq!(refusal(unhide(&world.ctx, &by("park"), nothing, "이유")), "there is no post 0");
}

#[test]
fn rp4_what_reports_have_hidden_operators_can_take_over() {
    let (world, post) = hidden_by_reports();
    hide(&world.ctx, &by("park"), Target::Post(post), "이유").expect("a hiding");
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
    let stale = decide(&world.ctx, &by("lim"), seen.id, seen.version + 1, Verdict::Reject, None);
    assert!(refusal(stale).contains("has changed meanwhile"));
    verdict(&world, &seen, Verdict::Accept);
    for verdict in [Verdict::Accept, Verdict::Reject] {
        let late = decide(&world.ctx, &by("lim"), seen.id, seen.version, verdict, None);
        assert_eq!(refusal(late), format!("report {} was accepted by park meanwhile", seen.id));
    }
    let unknown = decide(&world.ctx, &by("lim"), ReportId(0), 0, Verdict::Reject, None);
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
                moderation::decide(&world.ctx, &by(&format!("op{nth}")), seen.id, seen.version, verdict, None).is_ok()
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
fn rp4_the_queue_is_read_page_by_page_oldest_first() {
    let (world, kim, ..) = community();
    let reporters = reporters(&world, 5);
    for (nth, reporter) in reporters.iter().enumerate() {
        let target = Target::Post(write(&world, kim, &draft("제목")));
        report(&world, *reporter, target).expect("a report");
        if nth % 2 == 0 {
            world.advance(chrono::TimeDelta::seconds(1));
        }
    }
    let (mut read, mut after) = (Vec::new(), None);
    loop {
        let page = open_reports(&world.ctx, after, 2).expect("a page");
        let Some(last) = page.last() else { break };
        after = Some((last.created_at, last.id));
        read.extend(page.iter().map(|report| report.reporter_id));
    }
    assert_eq!(read, reporters);
}

#[test]
fn a_changed_or_missing_entry_of_the_log_shows() {
    let (world, _, post, _) = community();
    for _ in 0..3 {
        hide(&world.ctx, &by("park"), Target::Post(post), "이유").expect("a hiding");
        unhide(&world.ctx, &by("park"), Target::Post(post), "이유").expect("an unhiding");
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
            scope.spawn(move || hide(&world.ctx, &by("park"), Target::Post(post), "이유").expect("a hiding"));
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
