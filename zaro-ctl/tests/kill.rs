//! `kill -9` at every step of a sweep: the next one converges, and nobody is told twice.

use std::process::Command;

use chrono::TimeDelta;
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl as _};
use zaro_core::clock::{Clock as _, SystemClock};
use zaro_core::testing::{World, process};
use zaro_core::types::{Status, Time, UserId};

use crate::command::{Answer, on, run};

/// Fault points of a sweep, each with how often a whole sweep passes it at the least.
const POINTS: [(&str, u32); 7] = [
    ("sweep.batch_decided", 5),
    ("sweep.dormant_set", 1),
    ("sweep.mail_written", 1),
    ("sweep.belongings_removed", 1),
    ("sweep.batch_noted", 5),
    ("sweep.batch_committed", 5),
    ("sweep.run_closed", 8),
];

struct Community {
    world: World,
    pending: UserId,
    absent: UserId,
    warned: UserId,
    dormant: UserId,
    gone: UserId,
}

/// When everything below is due.
fn then() -> Time {
    Time::parse("2027-03-01T03:00:00Z").expect("an instant")
}

/// One member for each rule.
fn community() -> Community {
    let world = World::new();
    let at = |months: u32| world.clock.set(then().sub_months(months));
    at(7);
    let warned = world.member("warned", Status::Active);
    at(2);
    let plan = zaro_core::service::sweep::Rule::ALL;
    let shard = zaro_core::service::sweep::Shard::WHOLE;
    let planned = zaro_core::service::sweep::plan(&world.ctx, &plan, shard, None, world.now()).expect("a plan");
    let mut options = zaro_core::service::sweep::ApplyOptions {
        batch: 1000,
        lease: TimeDelta::seconds(60),
        scheduled_for: None,
        stop: &std::sync::atomic::AtomicBool::new(false),
        progress: &mut |_| {},
    };
    zaro_core::service::sweep::apply(&world.ctx, &planned, &mut options).expect("the notice");
    assert_eq!(world.deliver().accepted, 1);
    at(13);
    let (dormant, gone) = (world.member("dormant", Status::Dormant), world.member("gone", Status::Deleted));
    at(6);
    let absent = world.member("absent", Status::Active);
    world.clock.set(then().minus(TimeDelta::days(2)));
    let pending = world.member("pending", Status::Pending);
    Community { world, pending, absent, warned, dormant, gone }
}

/// A sweep by the binary, whose clock is moved to `then` and `minutes` on.
fn sweep(world: &World, minutes: i64, fault: Option<&str>) -> Answer {
    let mut command: Command = on(&world.test_db, &["sweep", "run", "--yes", "--json"]);
    let wanted = then().plus(TimeDelta::minutes(minutes));
    command.env("ZARO_CLOCK_OFFSET", process::clock_offset(wanted, SystemClock.now()));
    if let Some(fault) = fault {
        command.env("ZARO_FAULT", fault);
    }
    run(command)
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    what: String,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// What there is about these members, counted.
fn counts(community: &Community) -> Vec<String> {
    let query = "SELECT 'notices' AS what, COUNT(*) AS n FROM dormancy_notices \
         UNION ALL SELECT 'notice mails', COUNT(*) FROM mail_outbox WHERE kind = 'DORMANCY_NOTICE' AND state = 'QUEUED' \
         UNION ALL SELECT 'confirmations', COUNT(*) FROM mail_outbox WHERE kind = 'WITHDRAWAL_DONE' \
         UNION ALL SELECT 'histories', COUNT(*) FROM withdrawal_history \
         UNION ALL SELECT 'open runs', COUNT(*) FROM sweep_runs WHERE state = 'RUNNING'";
    let lines: Vec<Line> =
        community.world.ctx.db.read(|connection| Ok(diesel::sql_query(query).load(connection)?)).expect("counts");
    lines.into_iter().map(|line| format!("{}: {}", line.what, line.n)).collect()
}

#[test]
fn a_killed_sweep_converges_at_the_next_one() {
    for (point, times) in POINTS {
        for nth in 1..=times {
            let community = community();
            let world = &community.world;
            let fault = format!("{point}:{nth}");
            let killed = sweep(world, 0, Some(&fault));
            assert_eq!(killed.code, None, "{fault} did not strike: {} {}", killed.stdout, killed.stderr);
            // Two minutes later, when the dead process's lease has run out.
            let next = sweep(world, 2, None);
            assert_eq!(next.code, Some(0), "{fault}: {} {}", next.stdout, next.stderr);
            assert_eq!(world.user(community.warned).status, Status::Dormant, "{fault}");
            assert_eq!(world.user(community.dormant).status, Status::Deleted, "{fault}");
            assert_eq!(world.user(community.absent).status, Status::Active, "{fault}");
            assert!(world.user(community.gone).anonymized_at.is_some(), "{fault}");
            let pending = world.ctx.db.read(|c| zaro_core::models::user::find(c, community.pending)).expect("a read");
            assert!(pending.is_none(), "{fault}");
            let expected = ["notices: 2", "notice mails: 1", "confirmations: 1", "histories: 1", "open runs: 0"];
            assert_eq!(counts(&community), expected, "{fault}");
            let again = sweep(world, 4, None);
            assert_eq!(again.json()["data"]["runs"][3]["applied"], 0, "{fault}");
            assert_eq!(counts(&community), expected, "{fault}");
        }
    }
}
