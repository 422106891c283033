//! `kill -9` at every step of the mail worker: every mail arrives, a notice at most once, and the one moment that nobody
//! can decide shows up as UNKNOWN.

mod search;

use std::process::{Child, Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use zaro_core::clock::{Clock as _, SystemClock};
use zaro_core::models::{dormancy_notice, mail};
use zaro_core::service::account;
use zaro_core::service::sweep::{ApplyOptions, Rule, Shard, apply, plan};
use zaro_core::testing::{PASSWORD, World, process};
use zaro_core::types::{MailState, NoticeState, Status, Time, UserId};

/// How long a daemon may take to do what a test waits for.
const PATIENCE: Duration = Duration::from_secs(30);

/// When the mails below are due.
fn then() -> Time {
    Time::parse("2027-03-01T03:00:00Z").expect("an instant")
}

/// A verification mail and, behind it, a dormancy notice, both waiting.
fn waiting() -> (World, UserId) {
    let world = World::new();
    world.clock.set(then().sub_months(5));
    let absent = world.member("absent", Status::Active);
    world.clock.set(then().minus(TimeDelta::minutes(1)));
    let draft =
        account::SignUpDraft { email: "new@zaro.test".into(), password: PASSWORD.into(), nickname: "newcomer".into() };
    account::sign_up(&world.ctx, &draft).expect("a sign-up");
    world.clock.set(then());
    let planned = plan(&world.ctx, &[Rule::DormancyNotices], Shard::WHOLE, None, then()).expect("a plan");
    let mut options = ApplyOptions {
        batch: 1000,
        lease: TimeDelta::seconds(60),
        scheduled_for: None,
        stop: &AtomicBool::new(false),
        progress: &mut |_| {},
    };
    assert_eq!(apply(&world.ctx, &planned, &mut options).expect("a sweep").totals().applied, 1);
    (world, absent)
}

/// The daemon on the world's database, with its clock moved to `then` and `minutes` on; killed when dropped.
struct Daemon(Child);

impl Daemon {
    fn start(world: &World, minutes: i64, fault: Option<&str>) -> Self {
        let wanted = then().plus(TimeDelta::minutes(minutes));
        let mut command = Command::new(env!("CARGO_BIN_EXE_zaro-api"));
        command
            .env_clear()
            .envs(process::environment(&world.test_db))
            .env("ZARO_SCHEDULER", "off")
            .env("ZARO_CLOCK_OFFSET", process::clock_offset(wanted, SystemClock.now()))
            .args(["--listen", "127.0.0.1:0"])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if let Some(fault) = fault {
            command.env("ZARO_FAULT", fault);
        }
        Self(command.spawn().expect("the daemon starts"))
    }

    /// Waits until the daemon has killed itself.
    fn dies(&mut self, why: &str) {
        until(why, || self.0.try_wait().expect("a child").map(drop));
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may be dead already, which is what some of these tests are about.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn until(what: &str, mut look: impl FnMut() -> Option<()>) {
    let deadline = Instant::now() + PATIENCE;
    while look().is_none() {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

fn states(world: &World) -> Vec<(MailState, i64)> {
    world.ctx.db.read(mail::count_by_state).expect("a read")
}

fn is_all_closed(world: &World) -> bool {
    states(world).iter().all(|(state, _)| !matches!(state, MailState::Queued | MailState::Sending))
}

#[test]
fn a_killed_mail_worker_loses_nothing_and_repeats_no_notice() {
    use NoticeState::{Accepted, Unknown};
    // The verification mail is due first, so the second passage of a point is the notice's.
    for (fault, notice) in [
        ("mail.claimed:1", Accepted),
        ("mail.handing_over:1", Accepted),
        ("mail.handed_over:1", Accepted),
        ("mail.noted:1", Accepted),
        ("mail.claimed:2", Accepted),
        ("mail.handing_over:2", Unknown),
        ("mail.handed_over:2", Unknown),
        ("mail.noted:2", Accepted),
    ] {
        let (world, absent) = waiting();
        Daemon::start(&world, 0, Some(fault)).dies(fault);
        // Six minutes later the dead worker's claim has run out.
        let daemon = Daemon::start(&world, 6, None);
        until(fault, || is_all_closed(&world).then_some(()));
        drop(daemon);
        let notices = world.ctx.db.read(|connection| dormancy_notice::of_user(connection, absent)).expect("a read");
        assert_eq!(notices.iter().map(|notice| notice.state).collect::<Vec<_>>(), [notice], "{fault}");
        let mut expected = vec![(MailState::Accepted, 2)];
        if notice == Unknown {
            expected = vec![(MailState::Accepted, 1), (MailState::Unknown, 1)];
        }
        let mut found = states(&world);
        found.sort();
        assert_eq!(found, expected, "{fault}");
        let files = std::fs::read_dir(world.test_db.folder().join("outbox")).expect("the outbox");
        let sent = files.flatten().filter(|file| file.path().extension().is_some_and(|kind| kind == "eml")).count();
        // A worker that died before it handed the notice over left none; nobody can tell the two cases apart, so none
        // is sent again.
        assert_eq!(sent, if fault == "mail.handing_over:2" { 1 } else { 2 }, "{fault}");
    }
}
