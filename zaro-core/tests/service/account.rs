//! Signing up, confirming, signing in (A, V, R, T).

use chrono::TimeDelta;
use zaro_core::Code;
use zaro_core::policy::token::VerifyOutcome;
use zaro_core::service::{account, session};
use zaro_core::testing::{PASSWORD, World};
use zaro_core::types::Status;

/// A sign-up of this name with the tests' password.
fn sign_up(world: &World, name: &str) -> Result<account::SignedUp, Code> {
    let draft = account::SignUpDraft {
        email: format!("{name}@Zaro.test").as_str().into(),
        password: PASSWORD.into(),
        nickname: name.into(),
    };
    account::sign_up(&world.ctx, &draft).map_err(|error| error.code())
}

fn sign_in(world: &World, name: &str, password: &str) -> Result<session::SignedIn, Code> {
    let draft = session::SignInDraft { email: format!(" {name}@ZARO.test").as_str().into(), password: password.into() };
    session::sign_in(&world.ctx, &draft, Some("test")).map_err(|error| error.code())
}

/// The secret in the newest mail.
fn mailed_secret(world: &World) -> String {
    world.deliver();
    let mail = world.mailer.taken().pop().expect("a mail");
    let rest = mail.text.split("token=").nth(1).expect("a link").to_owned();
    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect()
}

#[test]
fn a1_to_v4_from_sign_up_to_an_active_member() {
    let world = World::new();
    let made = sign_up(&world, "kim").expect("a new member");
    assert_eq!(world.user(made.id).status, Status::Pending);
    let secret = mailed_secret(&world);
    assert_eq!(account::verify(&world.ctx, &secret).expect("a click"), VerifyOutcome::Activate);
    assert_eq!(account::verify(&world.ctx, &secret).expect("a second click"), VerifyOutcome::JustUsed);
    let user = world.user(made.id);
    assert_eq!((user.status, user.basis_at), (Status::Active, Some(world.now())));
    sign_in(&world, "kim", PASSWORD).expect("a session");
}

#[test]
fn a6_a_repeated_sign_up_mails_a_new_working_link() {
    let world = World::new();
    sign_up(&world, "kim").expect("a new member");
    let old = mailed_secret(&world);
    assert_eq!(sign_up(&world, "kim").unwrap_err(), Code::AlreadySignedUpNotVerifiedYet);
    let new = mailed_secret(&world);
    assert_ne!(old, new);
    assert_eq!(account::verify(&world.ctx, &old).expect("a click"), VerifyOutcome::Expired);
    assert_eq!(sign_up(&world, "kim").unwrap_err(), Code::RateLimited, "V6: a minute apart");
    assert_eq!(account::verify(&world.ctx, &new).expect("a click"), VerifyOutcome::Activate);
}

#[test]
fn a5_what_is_held_is_told_in_order() {
    let world = World::new();
    world.member("kim", Status::Active);
    assert_eq!(sign_up(&world, "kim").unwrap_err(), Code::EmailAlreadyExisted);
    let draft = |email: &str, nickname: &str| account::SignUpDraft {
        email: email.into(),
        password: PASSWORD.into(),
        nickname: nickname.into(),
    };
    let taken = account::sign_up(&world.ctx, &draft("lee@zaro.test", "KIM")).unwrap_err();
    assert_eq!(taken.code(), Code::NicknameAlreadyExisted);
}

#[test]
fn l6_a_dormant_member_wakes_up_by_signing_in() {
    let world = World::new();
    let id = world.member("kim", Status::Dormant);
    world.advance(TimeDelta::days(3));
    sign_in(&world, "kim", PASSWORD).expect("a session");
    let user = world.user(id);
    assert_eq!((user.status, user.dormant_at, user.basis_at), (Status::Active, None, Some(world.now())));
}

#[test]
fn t3_t6_a_session_refreshes_until_it_is_ended() {
    let world = World::new();
    world.member("kim", Status::Active);
    let signed_in = sign_in(&world, "kim", PASSWORD).expect("a session");
    let access = session::refresh(&world.ctx, &signed_in.refresh).expect("a new access token");
    assert_ne!(access, signed_in.access);
    assert!(matches!(session::authenticate(&world.ctx, &access).expect("a look"), session::Authentication::Good(_)));
    world.advance(TimeDelta::minutes(30));
    assert_eq!(session::authenticate(&world.ctx, &access).expect("a look"), session::Authentication::Refreshable);
    session::sign_out(&world.ctx, Some(&access)).expect("an expired token still signs out");
    assert_eq!(session::refresh(&world.ctx, &signed_in.refresh).unwrap_err().code(), Code::InvalidRefreshToken);
}
