//! What waits for the operators: order, folding, filters, and everything about one case.

use chrono::TimeDelta;
use diesel::prelude::*;
use zaro_core::schema::reports;
use zaro_core::service::desk::{self, Act, Item, QueueFilter, queue};
use zaro_core::service::report;
use zaro_core::testing::World;
use zaro_core::types::{PostId, ReportReason, ReportState, Status, Target, UserId};

use super::super::comment::write as write_comment;
use super::super::post::{draft, write};
use super::super::report::draft as report_draft;
use super::Town;

fn reported(world: &World, reporter: UserId, target: Target, reason: &str) {
    report::create(&world.ctx, reporter, target, &report_draft(reason, "")).expect("a report");
}

fn targets(world: &World, filter: &QueueFilter) -> Vec<Target> {
    queue(&world.ctx, filter).expect("the queue").iter().map(|item| item.target).collect()
}

/// Posts with reports that differ in exactly one key of the order each, most urgent first.
fn community() -> (World, UserId, Vec<UserId>, Vec<Target>) {
    let world = World::new();
    let author = world.member("author", Status::Active);
    let members: Vec<UserId> = (0..4).map(|nth| world.member(&format!("rep{nth}"), Status::Active)).collect();
    let new = || Target::Post(write(&world, author, &draft("제목")));
    let (older_spam, newer_spam, violence, double) = (new(), new(), new(), new());
    let Target::Post(post) = older_spam else { unreachable!("a post") };
    let comment = Target::Comment(write_comment(&world, author, post, "댓글"));
    reported(&world, members[0], older_spam, "SPAM");
    world.advance(TimeDelta::days(1));
    reported(&world, members[0], newer_spam, "SPAM");
    reported(&world, members[0], violence, "VIOLENCE");
    reported(&world, members[1], double, "SPAM");
    reported(&world, members[2], double, "INSULT");
    reported(&world, members[3], comment, "FRAUD");
    (world, author, members, vec![double, violence, comment, older_spam, newer_spam])
}

#[test]
fn rp4_the_queue_goes_by_points_number_gravity_and_age() {
    let (world, author, _, expected) = community();
    let items = queue(&world.ctx, &QueueFilter::default()).expect("the queue");
    assert_eq!(items.iter().map(|item| item.target).collect::<Vec<_>>(), expected);
    let first: &Item = &items[0];
    assert_eq!((first.points, first.reports.len(), first.reason), (200, 2, ReportReason::Insult));
    assert_eq!((first.author, first.nickname.as_str(), first.excerpt.as_str()), (author, "author", "제목"));
    // Points that are equal: more reports first.
    let weight = world.ctx.db.write_tx(|connection| {
        let light = reports::table
            .filter(reports::id.eq(zaro_core::types::ReportId(4)).or(reports::id.eq(zaro_core::types::ReportId(5))));
        Ok(diesel::update(light).set(reports::weight.eq(50)).execute(connection)?)
    });
    assert_eq!(weight.expect("a write"), 2);
    assert_eq!(targets(&world, &QueueFilter::default()), expected);
}

#[test]
fn rp4_the_queue_is_filtered_by_report_and_by_item() {
    let (world, author, members, all) = community();
    let [double, violence, comment, older, newer] = all[..] else { unreachable!("five") };
    let none = QueueFilter::default();
    let day = world.now();
    for (name, filter, expected) in [
        ("kind", QueueFilter { kind: Some("COMMENT"), ..none.clone() }, vec![comment]),
        ("reason", QueueFilter { reason: Some(ReportReason::Spam), ..none.clone() }, vec![older, newer, double]),
        ("reporter", QueueFilter { reporter: Some(members[0]), ..none.clone() }, vec![violence, older, newer]),
        ("author", QueueFilter { author: Some(author), ..none.clone() }, all.clone()),
        ("nobody's", QueueFilter { author: Some(members[0]), ..none.clone() }, vec![]),
        ("before", QueueFilter { before: Some(day), ..none.clone() }, vec![older]),
        ("since", QueueFilter { since: Some(day), ..none.clone() }, vec![double, violence, comment, newer]),
        ("at least", QueueFilter { weight_at_least: Some(200), ..none.clone() }, vec![double]),
        ("below", QueueFilter { weight_below: Some(200), ..none.clone() }, vec![violence, comment, older, newer]),
        ("limit", QueueFilter { limit: 2, ..none.clone() }, vec![double, violence]),
        ("decided", QueueFilter { state: ReportState::Accepted, ..none.clone() }, vec![]),
    ] {
        assert_eq!(targets(&world, &filter), expected, "{name}");
    }
    let mut paged: Vec<Target> = Vec::new();
    let mut after = None;
    while let Some(item) = queue(&world.ctx, &QueueFilter { after, limit: 1, ..none.clone() }).expect("a page").first()
    {
        paged.push(item.target);
        after = Some(item.place());
    }
    assert_eq!(paged, all, "page by page");
    let spam = queue(&world.ctx, &QueueFilter { reason: Some(ReportReason::Spam), ..none }).expect("the queue");
    let reports: Vec<_> = spam[2].reports.iter().map(|report| report.reason).collect();
    assert_eq!((spam[2].points, reports), (100, vec![ReportReason::Spam]), "what is left out counts for nothing");
}

#[test]
fn a_case_tells_what_was_seen_what_is_there_and_who_they_are() {
    let town = Town::new();
    let world = &town.world;
    town.perform(&[Act::ReportAccept { report: town.reports[5], seen: 0 }]).expect("accepted");
    let other = write(world, town.gone_author(), &draft("다른 글"));
    let reporter = world.user(zaro_core::types::UserId(2)).id;
    report::create(&world.ctx, reporter, Target::Post(other), &report_draft("INSULT", "")).expect("a report");
    let case = desk::case(&world.ctx, town.reports[0]).expect("a case");
    assert_eq!((case.target, case.title.as_deref(), case.points), (Target::Post(town.post), Some("제목"), 500));
    assert_eq!(case.reports.len(), 5);
    let evidence = case.reports[0].evidence.as_ref().expect("evidence");
    assert_eq!((&evidence["title"], &evidence["content"]), (&"제목".into(), &"글 **본문**".into()));
    let author = &case.author;
    assert_eq!((author.id, author.sanctions.len(), author.accepted_reports), (town.author, 1, 1));
    assert_eq!((author.hidden_things, author.open_elsewhere), (1, 0));
    assert_eq!((case.reports[0].accepted, case.reports[0].decided), (0, 0));
    let comment = desk::case(&world.ctx, town.reports[5]).expect("a case");
    assert_eq!((comment.under, comment.reports[0].accepted, comment.reports[0].decided), (Some(town.post), 1, 1));
    assert_eq!(comment.author.open_elsewhere, 5, "the reports of the post");
    assert_eq!(comment.history.iter().map(|entry| entry.action.as_str()).collect::<Vec<_>>(), ["REPORT_ACCEPT"]);
    assert!(super::why(desk::case_of(&world.ctx, Target::Post(PostId(0)))).contains("no post 0"));
}

impl Town {
    /// Another author than the one of the case.
    fn gone_author(&self) -> UserId {
        self.world.member("other", Status::Active)
    }
}
