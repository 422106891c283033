//! The switch that lets everybody read and nobody write (H18).

use chrono::TimeDelta;
use zaro_core::service::maintenance;
use zaro_core::service::session::{self, SignInDraft};
use zaro_core::testing::{PASSWORD, World};
use zaro_core::types::Status;

#[test]
fn h18_it_stays_on_until_it_is_switched_off() {
    let world = World::new();
    let holder = || maintenance::find(&world.ctx).expect("a look").map(|lease| lease.holder);
    assert_eq!(holder(), None);
    maintenance::begin(&world.ctx).expect("on");
    world.advance(TimeDelta::days(365));
    assert_eq!(holder().as_deref(), Some(&*world.ctx.instance));

    let mut other = world.ctx.clone();
    other.instance = "other".into();
    assert_eq!(maintenance::begin(&other).expect("on already").holder, *world.ctx.instance);
    assert!(maintenance::end(&other).expect("off"), "whoever switched it on");
    assert_eq!(holder(), None);
    assert!(!maintenance::end(&other).expect("off already"));
    maintenance::begin(&other).expect("on again");
    assert_eq!(holder().as_deref(), Some("other"));
}

#[test]
fn h18_a_refresh_works_and_writes_nothing() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let draft = SignInDraft { email: "kim@zaro.test".into(), password: PASSWORD.into() };
    let opened = session::sign_in(&world.ctx, &draft, None).expect("a session");
    let last_used = || session::list(&world.ctx, kim).expect("a list").pop().expect("a session").last_used_at;
    let before = last_used();
    world.advance(TimeDelta::minutes(1));
    maintenance::begin(&world.ctx).expect("on");
    session::refresh(&world.ctx, &opened.refresh).expect("a token");
    assert_eq!(last_used(), before);
    maintenance::end(&world.ctx).expect("off");
    session::refresh(&world.ctx, &opened.refresh).expect("a token");
    assert_eq!(last_used(), world.now());
}
