//! Taking acts back: exactly, once, and not against what came after.

use chrono::TimeDelta;
use zaro_core::models::mail;
use zaro_core::policy::place::Point;
use zaro_core::service::desk::{Act, undo_plan};
use zaro_core::service::moderation_log::first_broken;
use zaro_core::service::place::Correction;
use zaro_core::service::sanction::Measure;
use zaro_core::types::{MailState, ReportReason, Target};

use super::{Town, ids, why};

/// Each act with the acts that must come before it.
type Case = (&'static str, fn(&Town) -> Vec<Act>, fn(&Town) -> Act);

const NONE: fn(&Town) -> Vec<Act> = |_| Vec::new();

fn warning(town: &Town) -> Act {
    Act::Impose { member: town.author, measure: Measure::Warning, reason: ReportReason::Spam, message: None }
}

const CASES: [Case; 16] = [
    ("claim", NONE, |town| Act::ReportClaim { report: town.reports[0], seen: 0 }),
    (
        "release",
        |town| vec![Act::ReportClaim { report: town.reports[0], seen: 0 }],
        |town| Act::ReportRelease { report: town.reports[0], seen: 1 },
    ),
    ("reject, and it comes back", NONE, |town| Act::ReportReject { report: town.reports[0], seen: 0 }),
    ("accept, and it is taken over", NONE, |town| Act::ReportAccept { report: town.reports[0], seen: 0 }),
    ("hide a comment", NONE, |town| Act::Hide { target: Target::Comment(town.comment) }),
    ("hide what reports have hidden", NONE, |town| Act::Hide { target: Target::Post(town.post) }),
    ("unhide", NONE, |town| Act::Unhide { target: Target::Post(town.post) }),
    ("delete a post", NONE, |town| Act::Delete { target: Target::Post(town.post) }),
    ("delete a comment", NONE, |town| Act::Delete { target: Target::Comment(town.comment) }),
    (
        "undelete a comment",
        |town| vec![Act::Delete { target: Target::Comment(town.comment) }],
        |town| Act::Undelete { target: Target::Comment(town.comment) },
    ),
    ("warn", NONE, warning),
    ("suspend for ever", NONE, |town| Act::Impose {
        member: town.author,
        measure: Measure::Suspension { until: None },
        reason: ReportReason::Spam,
        message: None,
    }),
    ("lift", NONE, |town| Act::Lift { sanction: town.sanction }),
    ("accept an appeal", NONE, |town| Act::AppealAccept { appeal: town.appeal, answer: String::new() }),
    ("reject an appeal", NONE, |town| Act::AppealReject { appeal: town.appeal, answer: String::new() }),
    ("correct a place", NONE, |town| Act::PlaceCorrect {
        place: town.place,
        to: Correction {
            name: "새 이름".to_owned(),
            address: String::new(),
            category: "FD6".to_owned(),
            point: Point { lat: 35.123_456_789, lng: 129.1 },
        },
    }),
];

#[test]
fn each_act_is_undone_exactly_and_done_again_exactly() {
    for (name, before, act) in CASES {
        let town = Town::new();
        for act in before(&town) {
            town.perform(&[act]).expect(name);
        }
        let start = town.state();
        town.world.advance(TimeDelta::seconds(7));
        let done = ids(&town.perform(&[act(&town)]).expect(name));
        let end = town.state();
        assert_ne!(end, start, "{name} changes something");
        town.world.advance(TimeDelta::seconds(7));
        let undone = town.undo(done[0]).expect(name);
        assert_eq!(town.state(), start, "{name}, undone");
        assert_eq!(undone.entries.iter().rev().copied().collect::<Vec<_>>(), done, "{name}: all of it, latest first");
        for entry in undone.by.iter().rev() {
            town.undo(*entry).expect(name);
        }
        assert_eq!(town.state(), end, "{name}, done again");
        assert_eq!(first_broken(&town.world.ctx).expect("a log"), None);
    }
}

#[test]
fn a_withdrawal_is_undone_but_for_what_has_ended() {
    let town = Town::new();
    let start = town.state();
    let done = ids(&town.perform(&[Act::MemberWithdraw { member: town.author }]).expect("withdrawn"));
    let undone = town.undo(done[0]).expect("undone");
    assert_eq!(town.state(), start, "who had no sessions is as before");
    assert!(undone.warnings.iter().any(|warning| warning.contains("stay ended")), "{:?}", undone.warnings);
    assert!(
        why(town.undo(undone.by[0])).contains("withdraw the member again"),
        "its thirty days would be over too soon"
    );
}

#[test]
fn l16_a_member_who_is_back_is_withdrawn_anew_and_not_by_undoing() {
    let town = Town::new();
    let restored = town.perform(&[Act::MemberRestore { member: town.gone }]).expect("restored");
    assert!(restored[0].forever.is_some_and(|why| why.contains("withdraw")), "said beforehand");
    let before = town.state();
    assert!(why(town.undo(ids(&restored)[0])).contains("withdraw the member again"));
    assert_eq!(town.state(), before);
}

#[test]
fn what_is_undone_is_not_undone_again_and_a_redo_can_be() {
    let town = Town::new();
    let done = ids(&town.perform(&[Act::Hide { target: Target::Comment(town.comment) }]).expect("hidden"))[0];
    let undone = town.undo(done).expect("undone").by[0];
    assert_eq!(why(town.undo(done)), format!("#{done} is already undone by #{undone}"));
    let plan = undo_plan(&town.world.ctx, done).expect("a plan");
    assert_eq!((plan.refused, plan.entries), (Some(format!("#{done} is already undone by #{undone}")), vec![]));
    let redone = town.undo(undone).expect("done again").by[0];
    let again = town.undo(done).expect("it is in force again").by[0];
    assert!(why(town.undo(undone)).contains(&format!("already undone by #{redone}")));
    assert!(why(town.undo(redone)).contains("is contradicted"), "what it did was taken back by way of the first entry");
    assert!(why(town.undo(done)).contains(&format!("already undone by #{again}")));
    assert!(why(town.undo(4_711)).contains("no entry #4711"));
}

#[test]
fn an_act_that_a_later_one_contradicts_is_not_undone_and_the_later_one_is_named() {
    let town = Town::new();
    let target = Target::Comment(town.comment);
    let hidden = ids(&town.perform(&[Act::Hide { target }]).expect("hidden"))[0];
    let shown = ids(&town.perform(&[Act::Unhide { target }]).expect("shown"))[0];
    let before = town.state();
    let refusal = why(town.undo(hidden));
    assert!(refusal.starts_with(&format!("#{hidden} is contradicted by #{shown}: {target} is not as")), "{refusal}");
    assert_eq!(town.state(), before);
    town.undo(shown).expect("undone");
    town.undo(hidden).expect("undone");
}

#[test]
fn counters_that_moved_meanwhile_stay_moved() {
    let town = Town::new();
    let done = ids(&town.perform(&[Act::ReportReject { report: town.reports[0], seen: 0 }]).expect("rejected"))[0];
    let late = town.world.member("late", zaro_core::types::Status::Active);
    super::super::report::report(&town.world, late, Target::Post(town.post)).expect("a report hides it again");
    assert!(why(town.undo(done)).contains("has been changed since"), "who has hidden it is not the operator's act");
    let done = ids(&town.perform(&[Act::ReportReject { report: town.reports[1], seen: 0 }]).expect("rejected"))[0];
    town.perform(&[Act::ReportReject { report: town.reports[2], seen: 0 }]).expect("rejected");
    town.undo(done).expect("the points of the other one are no contradiction");
    let (counted, real, _) = super::super::report::standing(&town.world, Target::Post(town.post));
    assert_eq!(counted, real);
}

#[test]
fn a_mail_that_waits_is_dropped_and_one_that_was_sent_is_told() {
    for sent in [false, true] {
        let town = Town::new();
        town.world.deliver();
        let done = ids(&town.perform(&[warning(&town)]).expect("warned"))[0];
        if sent {
            town.world.deliver();
        }
        let plan = undo_plan(&town.world.ctx, done).expect("a plan");
        let undone = town.undo(done).expect("undone");
        assert_eq!(plan.warnings, undone.warnings, "what is told beforehand is what happens");
        let warning = &undone.warnings[0];
        let expected = if sent { "was sent and stays sent" } else { "wait to be sent are dropped" };
        assert!(warning.contains(expected), "{warning}");
        let states = town.world.ctx.db.read(mail::count_by_state).expect("counts");
        assert_eq!(states.iter().any(|(state, _)| *state == MailState::Dropped), !sent);
    }
}

#[test]
fn what_was_erased_or_appealed_is_not_undone() {
    let town = Town::new();
    let steps = town.perform(&[warning(&town)]).expect("warned");
    let draft = zaro_core::service::appeal::AppealDraft {
        sanction_id: zaro_core::policy::field::Input::Given(steps[0].made.expect("a measure")),
        text: "왜요?".into(),
    };
    zaro_core::service::appeal::file(&town.world.ctx, town.author, &draft).expect("an appeal");
    assert!(why(town.undo(ids(&steps)[0])).contains("is about it"));
    let withdrawn = ids(&town.perform(&[Act::MemberWithdraw { member: town.author }]).expect("withdrawn"))[0];
    town.world.advance(TimeDelta::days(31));
    super::super::sweep::sweep(&town.world);
    assert!(why(town.undo(withdrawn)).contains("the data was erased"));
}

#[test]
fn a_text_for_a_member_is_not_kept_so_that_its_act_is_not_done_again() {
    let town = Town::new();
    let Act::Impose { member, measure, reason, .. } = warning(&town) else { unreachable!("a measure") };
    let message = Some("그만해 주세요".to_owned());
    let done = ids(&town.perform(&[Act::Impose { member, measure, reason, message }]).expect("warned"))[0];
    let undone = town.undo(done).expect("undone").by[0];
    assert!(why(town.undo(undone)).contains("order it again"));
    let log = &town.world.test_db.content()["moderation_log"];
    assert!(!log.contains("그만해"), "the log keeps no text to a member");
    assert!(log.contains("이유"), "but the operators' own reason");
}
