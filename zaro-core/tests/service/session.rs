//! Sessions that end, and who is told (T5, T6, H17).

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use zaro_core::policy::retention::Policy;
use zaro_core::ports::{Ended, Event};
use zaro_core::service::account::{self, EmailDraft, PasswordResetDraft, SignUpDraft};
use zaro_core::service::member::{self, PasswordDraft};
use zaro_core::service::session::{self, SignInDraft, SignedIn};
use zaro_core::service::sweep::{self, ApplyOptions, Rule, Shard};
use zaro_core::service::withdrawal::{self, WithdrawalDraft};
use zaro_core::testing::{AwayTokenStore, PASSWORD, World};
use zaro_core::types::{Status, UserId};

fn sign_in(world: &World) -> SignedIn {
    let draft = SignInDraft { email: "kim@zaro.test".into(), password: PASSWORD.into() };
    session::sign_in(&world.ctx, &draft, None).expect("a session")
}

fn id_of(world: &World, opened: &SignedIn) -> String {
    world.ctx.tokens.read_access(&opened.access).expect("claims").sid
}

/// The secret of the link in the newest mail.
fn mailed_secret(world: &World) -> String {
    world.deliver();
    let mail = world.mailer.taken().pop().expect("a mail");
    let rest = mail.text.split("token=").nth(1).expect("a link");
    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect()
}

#[test]
fn t6_every_end_of_a_session_is_told() {
    let mut policy = Policy::default();
    policy.session.max_sessions = 3;
    let world = World::with_policy(policy);
    let kim = world.member("kim", Status::Active);
    let told = Arc::new(Mutex::new(Vec::new()));
    let hear = Arc::clone(&told);
    world.ctx.events.listen(Box::new(move |event| hear.lock().expect("nobody panicked").push(event.clone())));
    let heard = || std::mem::take(&mut *told.lock().expect("nobody panicked"));
    let ended = |user: UserId, which: Ended| vec![Event::SessionsEnded { users: vec![user], which }];
    let ctx = &world.ctx;

    let opened = [sign_in(&world), sign_in(&world), sign_in(&world)];
    let ids: Vec<String> = opened.iter().map(|opened| id_of(&world, opened)).collect();
    assert_eq!(heard(), []);
    session::sign_out(ctx, Some(&opened[0].access)).expect("a sign-out");
    assert_eq!(heard(), ended(kim, Ended::One(ids[0].clone())));
    session::sign_out(ctx, Some(&opened[0].access)).expect("a sign-out of nothing");
    session::sign_out(ctx, Some("x")).expect("a sign-out of nobody");
    assert_eq!(heard(), [], "nothing ended");
    session::revoke(ctx, kim, &ids[1]).expect("an end");
    assert_eq!(heard(), ended(kim, Ended::One(ids[1].clone())));
    session::revoke_others(ctx, kim, &ids[2]).expect("an end");
    assert_eq!(heard(), ended(kim, Ended::AllBut(ids[2].clone())));

    sign_in(&world);
    sign_in(&world);
    assert_eq!(heard(), []);
    sign_in(&world);
    let Some(Event::SessionsEnded { which: Ended::One(displaced), .. }) = heard().pop() else { panic!("nothing told") };
    assert_eq!(session::ended_among(ctx, [displaced].into()).expect("a look").len(), 1);

    let new = "Brand-new2";
    let draft = PasswordDraft { current_password: PASSWORD.into(), new_password: new.into() };
    member::change_password(ctx, kim, &ids[2], &draft).expect("a change");
    assert_eq!(heard(), ended(kim, Ended::AllBut(ids[2].clone())));
    account::request_password_reset(ctx, &EmailDraft { email: "kim@zaro.test".into() }).expect("a mail");
    let draft = PasswordResetDraft { token: mailed_secret(&world).as_str().into(), new_password: PASSWORD.into() };
    account::reset_password(ctx, &draft).expect("a reset");
    assert_eq!(heard(), ended(kim, Ended::All));
    withdrawal::withdraw(ctx, kim, &WithdrawalDraft::default()).expect("a withdrawal");
    assert_eq!(heard(), ended(kim, Ended::All));

    let draft = SignUpDraft { email: "lee@zaro.test".into(), password: PASSWORD.into(), nickname: "lee".into() };
    let lee = account::sign_up(ctx, &draft).expect("a member").id;
    assert_eq!(heard(), []);
    world.advance(chrono::TimeDelta::minutes(2));
    account::sign_up(ctx, &draft).expect_err("a repeated sign-up");
    assert_eq!(heard(), ended(lee, Ended::All));

    world.advance(chrono::TimeDelta::days(2));
    let stop = AtomicBool::new(false);
    let mut options = ApplyOptions {
        batch: 100,
        lease: chrono::TimeDelta::minutes(1),
        scheduled_for: None,
        stop: &stop,
        progress: &mut |_| {},
    };
    let plan = sweep::plan(ctx, &[Rule::PurgePending], Shard::WHOLE, None, world.now()).expect("a plan");
    sweep::apply(ctx, &plan, &mut options).expect("a run");
    assert_eq!(heard(), ended(lee, Ended::All), "L3: whoever could sign in is gone");
}

#[test]
fn t6_which_sessions_an_end_means() {
    for (which, a, b) in [
        (Ended::One("a".to_owned()), true, false),
        (Ended::AllBut("a".to_owned()), false, true),
        (Ended::All, true, true),
    ] {
        assert_eq!((which.holds("a"), which.holds("b")), (a, b), "{which:?}");
    }
}

#[test]
fn h17_without_the_token_store_nobody_is_signed_out() {
    let mut world = World::new();
    world.member("kim", Status::Active);
    let opened = sign_in(&world);
    world.ctx.limits = Arc::new(AwayTokenStore);
    session::refresh(&world.ctx, &opened.refresh).expect("a token");
}
