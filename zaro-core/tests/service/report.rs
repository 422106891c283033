//! Reporting posts and comments, and what reports hide (RP1 to RP3, CT1).

use diesel::prelude::*;
use zaro_core::Code;
use zaro_core::models::moderation_log::{self, LogEntry};
use zaro_core::policy::comment::HIDDEN_COMMENT;
use zaro_core::policy::page::Paging;
use zaro_core::policy::retention::{Limit, Policy};
use zaro_core::schema::{comments, posts, reports, search_outbox};
use zaro_core::service::report::{self, ReportDraft, Reported};
use zaro_core::service::{comment, moderation_log as log, post};
use zaro_core::testing::World;
use zaro_core::types::{
    CommentId, Direction, HiddenReason, PostId, ReportReason, ReportState, Status, Target, UserId, Via,
};

use super::comment::write as write_comment;
use super::post::{detail, draft as post_draft, suspend, write as write_post};

pub(super) fn draft(reason: &str, text: &str) -> ReportDraft {
    ReportDraft { reason_type: reason.into(), reason_text: text.into() }
}

/// Reports it as spam.
pub(super) fn report(world: &World, reporter: UserId, target: Target) -> Result<(), Code> {
    let made = report::create(&world.ctx, reporter, target, &draft("SPAM", ""));
    made.map(drop).map_err(|error| error.code())
}

/// Members who report.
pub(super) fn reporters(world: &World, count: usize) -> Vec<UserId> {
    (0..count).map(|nth| world.member(&format!("rep{nth}"), Status::Active)).collect()
}

/// Number and points of the reports as the target counts them, and as they are; and who has hidden it.
pub(super) fn standing(world: &World, target: Target) -> ((i32, i32), (i32, i32), Option<HiddenReason>) {
    let read = world.ctx.db.read(|connection| {
        let (count, weight, hidden) = match target {
            Target::Post(id) => posts::table
                .find(id)
                .select((posts::report_count, posts::report_weight, posts::hidden_reason))
                .first(connection)?,
            Target::Comment(id) => comments::table
                .find(id)
                .select((comments::report_count, comments::report_weight, comments::hidden_reason))
                .first(connection)?,
        };
        let rows = reports::table.filter(reports::state.ne(ReportState::Rejected)).select(reports::weight).into_boxed();
        let weights: Vec<i32> = match target {
            Target::Post(id) => rows.filter(reports::post_id.eq(id)).load(connection)?,
            Target::Comment(id) => rows.filter(reports::comment_id.eq(id)).load(connection)?,
        };
        Ok(((count, weight), (i32::try_from(weights.len()).expect("few"), weights.iter().sum()), hidden))
    });
    read.expect("a standing")
}

/// What the log tells of a target.
pub(super) fn history(world: &World, target: Target) -> Vec<LogEntry> {
    let read = world.ctx.db.read(|connection| moderation_log::of_target(connection, target.kind(), target.id()));
    read.expect("the log")
}

pub(super) fn index_changes(world: &World, id: PostId) -> i64 {
    let query = search_outbox::table.filter(search_outbox::post_id.eq(id)).count();
    world.ctx.db.read(|connection| Ok(query.get_result(connection)?)).expect("a count")
}

/// Reporter, reason, its words, points, evidence and state.
type ReportRow = (UserId, ReportReason, Option<String>, i32, Option<String>, ReportState);

/// A community with an author, a post and a comment of theirs.
pub(super) fn community() -> (World, UserId, PostId, CommentId) {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let post = write_post(&world, kim, &post_draft("제목"));
    let comment = write_comment(&world, kim, post, "댓글");
    (world, kim, post, comment)
}

#[test]
fn rp1_rp2_a_report_is_kept_with_what_was_there_to_be_seen() {
    let (world, kim, post, comment) = community();
    let lee = world.member("lee", Status::Active);
    for (target, reason, text, evidence) in [
        (Target::Post(post), "SPAM", "", r#"{"title":"제목","content":"글 **본문**"}"#),
        (Target::Comment(comment), "ETC", " 이유 ", r#"{"content":"댓글"}"#),
    ] {
        let made = report::create(&world.ctx, lee, target, &draft(reason, text)).expect("a report");
        let expected_text = (!text.is_empty()).then(|| text.to_owned());
        assert_eq!((made.reason.as_str(), &made.text), (reason, &expected_text));
        let row: ReportRow = world
            .ctx
            .db
            .read(|connection| {
                let columns = (
                    reports::reporter_id,
                    reports::reason,
                    reports::reason_text,
                    reports::weight,
                    reports::evidence,
                    reports::state,
                );
                Ok(reports::table.order(reports::id.desc()).select(columns).first(connection)?)
            })
            .expect("the report");
        let expected = (lee, made.reason, expected_text, 100, Some(evidence.to_owned()), ReportState::Open);
        assert_eq!(row, expected);
        assert_eq!(standing(&world, target), ((1, 100), (1, 100), None));
    }
    let edit = zaro_core::service::post::PostEdit {
        title: "고침".into(),
        content: "고침".into(),
        tag: "SHARING".into(),
        ..Default::default()
    };
    post::update(&world.ctx, kim, post, &edit).expect("an edit");
    let evidence: Vec<Option<String>> =
        world.ctx.db.read(|connection| Ok(reports::table.select(reports::evidence).load(connection)?)).expect("rows");
    assert!(evidence[0].as_ref().is_some_and(|text| text.contains("제목")), "an edit changes no evidence");
}

#[test]
fn rp1_what_is_refused_in_which_order() {
    let (world, kim, post, comment) = community();
    let lee = world.member("lee", Status::Active);
    let code = |reporter, target, draft: &ReportDraft| {
        report::create(&world.ctx, reporter, target, draft).map_err(|error| error.code())
    };
    for (target, own, again, gone) in [
        (Target::Post(post), Code::CannotReportOwnPost, Code::AlreadyReportedPost, Code::PostNotFound),
        (Target::Comment(comment), Code::CannotReportOwnComment, Code::AlreadyReportedComment, Code::CommentNotFound),
    ] {
        let nothing = match target {
            Target::Post(_) => Target::Post(PostId(0)),
            Target::Comment(_) => Target::Comment(CommentId(0)),
        };
        for (draft, refused) in [
            (draft("", ""), Code::ReasonTypeRequired),
            (draft("spam", ""), Code::InvalidEnum),
            (draft("ETC", " \n"), Code::ReasonTextRequiredForEtc),
            (draft("SPAM", &"가".repeat(256)), Code::ReasonTextTooLong),
            (draft("ETC", &"가".repeat(256)), Code::ReasonTextTooLong),
        ] {
            assert_eq!(code(lee, nothing, &draft), Err(refused), "fields first");
        }
        assert_eq!(code(lee, nothing, &draft("SPAM", "")), Err(gone));
        assert_eq!(code(kim, target, &draft("SPAM", "")), Err(own));
        let longest = "가".repeat(255);
        let made = Reported { reason: ReportReason::Etc, text: Some(longest.clone()) };
        assert_eq!(code(lee, target, &draft("ETC", &longest)), Ok(made));
        assert_eq!(code(lee, target, &draft("FRAUD", "")), Err(again));
        assert_eq!(standing(&world, target), ((1, 100), (1, 100), None));
    }
}

#[test]
fn rp1_nothing_that_is_gone_can_be_reported() {
    let (world, kim, hidden, comment) = community();
    let lee = world.member("lee", Status::Active);
    let deleted = write_post(&world, kim, &post_draft("둘"));
    super::post::hide(&world, hidden);
    post::delete(&world.ctx, kim, deleted).expect("a deletion");
    for gone in [hidden, deleted] {
        assert_eq!(report(&world, lee, Target::Post(gone)), Err(Code::PostNotFound));
        assert_eq!(report(&world, kim, Target::Post(gone)), Err(Code::PostNotFound), "before one's own");
    }
    comment::delete(&world.ctx, kim, comment).expect("a deletion");
    assert_eq!(report(&world, lee, Target::Comment(comment)), Err(Code::CommentNotFound));
}

#[test]
fn h12_only_active_members_report() {
    let (world, _, post, _) = community();
    for (status, code) in [
        (Status::Pending, Code::MailNotVerified),
        (Status::Dormant, Code::DormantUser),
        (Status::Deleted, Code::DeletedUser),
    ] {
        let member = world.member(status.as_str(), status);
        assert_eq!(report(&world, member, Target::Post(post)), Err(code));
    }
    let lee = world.member("lee", Status::Active);
    suspend(&world, lee);
    assert_eq!(report(&world, lee, Target::Post(post)), Err(Code::UserSuspended));
}

#[test]
fn rl_reports_are_limited_by_member() {
    let mut policy = Policy::default();
    policy.limits.reports = Limit::new(1, 3600);
    let world = World::with_policy(policy);
    let count = || report::count_try(&world.ctx, UserId(1)).map_err(|error| error.code());
    assert_eq!([count(), count()], [Ok(()), Err(Code::RateLimited)]);
}

#[test]
fn rp2_the_fifth_ordinary_report_hides() {
    let (world, kim, post, comment) = community();
    let reporters = reporters(&world, 6);
    for target in [Target::Comment(comment), Target::Post(post)] {
        for reporter in &reporters[..4] {
            assert_eq!(report(&world, *reporter, target), Ok(()));
        }
        assert_eq!(standing(&world, target), ((4, 400), (4, 400), None));
        assert!(history(&world, target).is_empty());
        assert_eq!(report(&world, reporters[4], target), Ok(()));
        assert_eq!(standing(&world, target), ((5, 500), (5, 500), Some(HiddenReason::Reports)));
        let [entry] = &history(&world, target)[..] else { panic!("one entry") };
        assert_eq!((entry.actor.as_str(), entry.via), ("system", Via::Api));
        assert_eq!(entry.action, format!("{}_HIDE", target.kind()));
        assert_eq!(entry.before_state.as_deref(), Some(r#"{"hidden":null,"points":400}"#));
        assert_eq!(entry.after_state.as_deref(), Some(r#"{"hidden":"REPORTS","points":500}"#));
        let gone = if target == Target::Post(post) { Code::PostNotFound } else { Code::CommentNotFound };
        assert_eq!(report(&world, reporters[5], target), Err(gone));
        if target == Target::Comment(comment) {
            let page = Paging { page: 0, size: 10 };
            let list = comment::list(&world.ctx, kim, post, page, Direction::Asc).expect("a list");
            assert_eq!((list.comments[0].content.as_str(), list.total), (HIDDEN_COMMENT, 1));
            assert_eq!(index_changes(&world, post), 1, "comments are not in the index");
        }
    }
    assert_eq!(detail(&world, kim, post), Err(Code::PostNotFound), "the author, too");
    assert_eq!(index_changes(&world, post), 2);
    assert_eq!(log::first_broken(&world.ctx).expect("a log"), None);
}

/// Gives a member decided reports, the oldest first.
fn give_record(world: &World, kim: UserId, reporter: UserId, states: &[ReportState]) {
    let now = world.now();
    for (nth, state) in states.iter().enumerate() {
        let post = write_post(world, kim, &post_draft("기록"));
        let row = (
            reports::post_id.eq(post),
            reports::reporter_id.eq(reporter),
            reports::reason.eq(ReportReason::Spam),
            reports::state.eq(*state),
            reports::handled_by.eq("op"),
            reports::handled_at.eq(now),
            reports::created_at.eq(now.plus(chrono::TimeDelta::seconds(i64::try_from(nth).expect("few")))),
        );
        let made = world
            .ctx
            .db
            .write_tx(|connection| Ok(diesel::insert_into(reports::table).values(row).execute(connection)?));
        assert_eq!(made.expect("a report"), 1);
    }
}

#[test]
fn rp2_a_report_weighs_by_the_last_twenty_decisions() {
    use ReportState::{Accepted, Rejected};
    let (world, kim, ..) = community();
    for (record, points) in [
        (vec![Rejected; 4], 100),
        (vec![Rejected; 5], 0),
        ([vec![Accepted; 5], vec![Rejected; 5]].concat(), 50),
        // Twenty accepted ones since: what was rejected before them is forgotten.
        ([vec![Rejected; 15], vec![Accepted; 20]].concat(), 100),
        ([vec![Accepted; 30], vec![Rejected; 16], vec![Accepted; 4]].concat(), 0),
    ] {
        let reporter = world.member(&format!("rec{}p{points}", record.len()), Status::Active);
        give_record(&world, kim, reporter, &record);
        let target = Target::Post(write_post(&world, kim, &post_draft("대상")));
        assert_eq!(report(&world, reporter, target), Ok(()));
        assert_eq!(standing(&world, target), ((1, points), (1, points), None), "{record:?}");
    }
}

#[test]
fn rp2_reports_without_weight_hide_nothing() {
    let (world, kim, post, _) = community();
    let target = Target::Post(post);
    for reporter in reporters(&world, 6) {
        give_record(&world, kim, reporter, &[ReportState::Rejected; 5]);
        assert_eq!(report(&world, reporter, target), Ok(()));
    }
    assert_eq!(standing(&world, target), ((6, 0), (6, 0), None));
}

#[test]
fn rp2_five_reports_at_once_hide_once() {
    let (world, kim, ..) = community();
    let reporters = reporters(&world, 8);
    for round in 0..5 {
        let post = write_post(&world, kim, &post_draft("제목"));
        let target = match round % 2 {
            0 => Target::Post(post),
            _ => Target::Comment(write_comment(&world, kim, post, "댓글")),
        };
        let mut answers: Vec<_> = std::thread::scope(|scope| {
            let world = &world;
            let threads: Vec<_> =
                reporters.iter().map(|who| scope.spawn(move || report(world, *who, target))).collect();
            threads.into_iter().map(|thread| thread.join().expect("an answer")).collect()
        });
        answers.sort_unstable_by_key(Result::is_err);
        let gone = if round % 2 == 0 { Code::PostNotFound } else { Code::CommentNotFound };
        assert_eq!(answers, [vec![Ok(()); 5], vec![Err(gone); 3]].concat());
        assert_eq!(standing(&world, target), ((5, 500), (5, 500), Some(HiddenReason::Reports)));
        assert_eq!(history(&world, target).len(), 1, "one entry");
        assert_eq!(index_changes(&world, post), if round % 2 == 0 { 2 } else { 1 });
    }
    assert_eq!(log::first_broken(&world.ctx).expect("a log"), None);
}
