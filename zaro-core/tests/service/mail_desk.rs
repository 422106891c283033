//! What operators do about mail: the switch, one mail at a time, and notices whose fate nobody knows.

use chrono::TimeDelta;
use zaro_core::models::dormancy_notice::{self, Notice};
use zaro_core::models::moderation_log;
use zaro_core::policy::mail::Delivery;
use zaro_core::service::mail::desk::{self, Verdict};
use zaro_core::service::mail::{render, sample, switch};
use zaro_core::service::moderation_log::{By, first_broken};
use zaro_core::testing::{MailBehaviour, World};
use zaro_core::types::{MailKind, MailState, NoticeState, Status, UserId, Via};

use super::sweep::sweep;

fn by() -> By {
    By::operator("kim", Via::Cli)
}

/// A member five months absent, and the notice that is queued for them.
fn absent() -> (World, UserId) {
    let world = World::new();
    let member = world.member("lee", Status::Active);
    world.clock.set(world.now().add_months(5));
    sweep(&world);
    (world, member)
}

fn notice(world: &World, member: UserId) -> Notice {
    let found = world.ctx.db.read(|connection| dormancy_notice::of_user(connection, member)).expect("notices");
    found.into_iter().next().expect("a notice")
}

/// The same after the mail server has taken it and the answer was lost.
fn unclear() -> (World, UserId, Notice) {
    let (world, member) = absent();
    world.mailer.script([MailBehaviour::TakeAndLoseAnswer]);
    world.deliver();
    let notice = notice(&world, member);
    assert_eq!(notice.state, NoticeState::Unknown);
    (world, member, notice)
}

fn log(world: &World) -> Vec<String> {
    assert_eq!(first_broken(&world.ctx).expect("the log"), None);
    let entries = world.ctx.db.read(|connection| moderation_log::after(connection, 0, 100)).expect("the log");
    entries.into_iter().map(|entry| format!("{} {}", entry.actor, entry.action)).collect()
}

#[test]
fn while_mail_is_off_nothing_leaves_and_nothing_is_lost() {
    let (world, _) = absent();
    assert!(switch::off(&world.ctx, &by()).expect("off"));
    assert!(!switch::off(&world.ctx, &by()).expect("off already"));
    assert_eq!(world.deliver(), zaro_core::service::mail::Delivered::default());
    world.advance(TimeDelta::days(30));
    world.deliver();
    assert_eq!(world.mailer.taken().len(), 0);
    assert_eq!(desk::queue(&world.ctx, 10).expect("the queue").off.expect("off").holder, "kim");

    assert!(switch::on(&world.ctx, &by()).expect("on"));
    assert!(!switch::on(&world.ctx, &by()).expect("on already"));
    assert_eq!(world.deliver().accepted, 1);
    assert_eq!(log(&world), ["kim MAIL_OFF", "kim MAIL_ON"]);
}

#[test]
fn m3_a_waiting_mail_is_tried_at_once() {
    let (world, _) = absent();
    world.mailer.script([MailBehaviour::Answer(Delivery::NotNow("greylisted".to_owned()))]);
    assert_eq!(world.deliver().postponed, 1);
    assert_eq!(world.deliver().accepted, 0, "not due yet");
    let waiting = desk::queue(&world.ctx, 10).expect("the queue").waiting;
    let mail = waiting.first().expect("a mail");
    assert_eq!(mail.last_error.as_deref(), Some("greylisted"));
    desk::retry(&world.ctx, mail.id, &by()).expect("a try");
    assert_eq!(world.deliver().accepted, 1);
    let refused = desk::retry(&world.ctx, mail.id, &by()).expect_err("it is closed").to_string();
    assert!(refused.contains("closed as ACCEPTED"), "{refused}");
    assert!(desk::retry(&world.ctx, 999, &by()).expect_err("none").to_string().contains("there is no mail 999"));
    assert_eq!(log(&world), ["kim MAIL_RETRY"]);
}

#[test]
fn m3_a_dropped_mail_never_leaves_and_its_notice_is_cancelled() {
    let (world, member) = absent();
    let mail = notice(&world, member).mail_id.expect("a mail");
    desk::drop_unsent(&world.ctx, mail, &by()).expect("dropped");
    assert_eq!(world.deliver().accepted, 0);
    assert_eq!(desk::show(&world.ctx, mail).expect("a mail").mail.state, MailState::Dropped);
    assert_eq!(notice(&world, member).state, NoticeState::Cancelled);
    assert!(desk::drop_unsent(&world.ctx, mail, &by()).is_err());
    assert_eq!(log(&world), ["kim MAIL_DROP"]);
}

#[test]
fn l5_a_notice_that_was_accepted_counts_from_its_hand_over() {
    let (world, member, unknown) = unclear();
    let handed_over = world.now();
    world.advance(TimeDelta::days(3));
    assert_eq!(desk::bounces(&world.ctx, 10).expect("a look").notices.len(), 1);
    desk::settle(&world.ctx, unknown.id, Verdict::Accepted, &by()).expect("settled");
    let settled = notice(&world, member);
    assert_eq!((settled.state, settled.handed_over_at), (NoticeState::Accepted, Some(handed_over)));
    assert_eq!(settled.resolved_by.as_deref(), Some("kim"));
    assert_eq!(desk::bounces(&world.ctx, 10).expect("a look").notices.len(), 0);
    let again = desk::settle(&world.ctx, unknown.id, Verdict::Lost, &by()).expect_err("settled").to_string();
    assert!(again.contains("settled by kim"), "{again}");
    world.advance(TimeDelta::days(40));
    sweep(&world);
    assert_eq!(world.user(member).status, Status::Dormant);
    assert_eq!(log(&world), ["kim NOTICE_RESOLVE"]);
}

#[test]
fn l11_a_notice_that_was_lost_goes_again_once() {
    let (world, member, unknown) = unclear();
    world.advance(TimeDelta::days(3));
    desk::settle(&world.ctx, unknown.id, Verdict::Lost, &by()).expect("settled");
    let taken = world.mailer.taken().len();
    assert_eq!(world.deliver().accepted, 1);
    assert_eq!(world.mailer.taken().len(), taken + 1);
    let settled = notice(&world, member);
    assert_eq!((settled.id, settled.state), (unknown.id, NoticeState::Accepted), "one notice for each basis");
    assert_eq!(settled.handed_over_at, Some(world.now()));
    sweep(&world);
    assert_eq!(world.deliver().accepted, 0);
    world.advance(TimeDelta::days(40));
    sweep(&world);
    assert_eq!(world.user(member).status, Status::Dormant);
}

#[test]
fn l11_a_member_who_is_back_is_told_nothing() {
    let (world, member, unknown) = unclear();
    super::sweep::sign_in(&world, "lee").expect("a session");
    let refused = desk::settle(&world.ctx, unknown.id, Verdict::Lost, &by()).expect_err("nothing to tell").to_string();
    assert!(refused.contains("signed in or left since"), "{refused}");
    assert_eq!(notice(&world, member).state, NoticeState::Unknown);
    assert_eq!(log(&world), Vec::<String>::new());
}

#[test]
fn every_template_has_a_sample() {
    let world = World::new();
    for kind in MailKind::ALL {
        let mail = render(*kind, &sample(&world.ctx, *kind).to_string()).expect("a mail");
        assert!(mail.subject.starts_with("[ZARO] "), "{kind}: {}", mail.subject);
    }
}
