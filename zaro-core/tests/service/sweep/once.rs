//! Once and only once: random interleavings of sign-ins, sweeps, crashes and failing mail servers (L4, L5, L11, L12).

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::TimeDelta;
use diesel::prelude::*;
use proptest::prelude::*;
use zaro_core::fault::{Struck, panic_at};
use zaro_core::policy::mail::Delivery;
use zaro_core::schema::{dormancy_notices, users};
use zaro_core::testing::{MailBehaviour, World};
use zaro_core::types::{NoticeState, Status, Time, UserId};

use super::{apply_plan, plan_now, sign_in, sweep};

/// Members in one community.
const MEMBERS: usize = 4;

/// Every fault point on the way of a sweep, a sign-in and a mail.
const POINTS: [&str; 12] = [
    "sweep.batch_decided",
    "sweep.dormant_set",
    "sweep.mail_written",
    "sweep.belongings_removed",
    "sweep.batch_noted",
    "sweep.batch_committed",
    "sweep.run_closed",
    "sign_in.noted",
    "mail.claimed",
    "mail.handing_over",
    "mail.handed_over",
    "mail.noted",
];

#[derive(Clone, Debug)]
enum Step {
    /// Time passes.
    Days(i64),
    /// A member signs in.
    SignIn(usize),
    /// A whole sweep.
    Sweep,
    /// A sweep that a sign-in overtakes between plan and apply.
    SweepOvertaken(usize),
    /// Two sweeps made from one plan, one after the other.
    SweepTwice,
    /// The mail worker.
    Deliver,
    /// What the mail server does next.
    Mail(u8),
    /// The next sweep, sign-in or delivery crashes here.
    Crash(usize, u32),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1_i64..45).prop_map(Step::Days),
        2 => (0..MEMBERS).prop_map(Step::SignIn),
        4 => Just(Step::Sweep),
        1 => (0..MEMBERS).prop_map(Step::SweepOvertaken),
        1 => Just(Step::SweepTwice),
        4 => Just(Step::Deliver),
        2 => (0_u8..3).prop_map(Step::Mail),
        3 => (0..POINTS.len(), 1_u32..3).prop_map(|(point, nth)| Step::Crash(point, nth)),
    ]
}

struct Community {
    world: World,
    ids: Vec<UserId>,
    /// The last sign-in that was answered with a session.
    seen: HashMap<UserId, Time>,
    /// Statuses after the last step.
    before: HashMap<UserId, Status>,
}

impl Community {
    fn new() -> Self {
        let world = World::new();
        let ids = (0..MEMBERS).map(|n| world.member(&format!("user{n}"), Status::Active)).collect();
        Self { world, ids, seen: HashMap::new(), before: HashMap::new() }
    }

    /// Runs work that may crash at an armed fault point; any other panic is a failure of the test.
    fn survive<T>(&self, work: impl FnOnce(&World) -> T) -> Option<T> {
        match catch_unwind(AssertUnwindSafe(|| work(&self.world))) {
            Ok(value) => Some(value),
            Err(panic) if panic.is::<Struck>() => {
                // The process is gone; a new one comes up after the old one's lease and claims ran out.
                self.world.advance(TimeDelta::minutes(6));
                None
            }
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }

    fn sign_in(&mut self, index: usize) {
        let Some(id) = self.ids.get(index).copied() else { return };
        if let Some(Ok(_)) = self.survive(|world| sign_in(world, &format!("user{index}"))) {
            self.seen.insert(id, self.world.now());
        }
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Days(days) => drop(self.world.advance(TimeDelta::days(*days))),
            Step::SignIn(index) => self.sign_in(*index),
            Step::Sweep => drop(self.survive(sweep)),
            Step::SweepOvertaken(index) => {
                let plan = plan_now(&self.world);
                self.sign_in(*index);
                self.survive(|world| apply_plan(world, &plan));
            }
            Step::SweepTwice => {
                let plan = plan_now(&self.world);
                self.survive(|world| apply_plan(world, &plan));
                self.survive(|world| apply_plan(world, &plan));
            }
            Step::Deliver => drop(self.survive(World::deliver)),
            Step::Mail(kind) => self.world.mailer.script([match kind {
                0 => MailBehaviour::Answer(Delivery::NotNow("busy".to_owned())),
                1 => MailBehaviour::Answer(Delivery::Refused("no such mailbox".to_owned())),
                _ => MailBehaviour::TakeAndLoseAnswer,
            }]),
            Step::Crash(point, nth) => panic_at(POINTS.get(*point).map(|name| (*name, *nth))),
        }
    }

    fn statuses(&self) -> HashMap<UserId, (Status, Option<Time>, Option<Time>)> {
        let rows: Vec<(UserId, Status, Option<Time>, Option<Time>)> = self
            .world
            .ctx
            .db
            .read(|connection| {
                Ok(users::table
                    .select((users::id, users::status, users::basis_at, users::dormant_at))
                    .load(connection)?)
            })
            .expect("a read");
        rows.into_iter().map(|(id, status, basis, dormant)| (id, (status, basis, dormant))).collect()
    }

    /// What must hold after every step.
    fn check(&mut self) -> Result<(), TestCaseError> {
        let mut mails: HashMap<String, usize> = HashMap::new();
        for mail in self.world.mailer.taken().into_iter().filter(|mail| mail.subject.contains("휴면 계정으로 바뀔"))
        {
            *mails.entry(mail.message_id).or_default() += 1;
        }
        prop_assert!(mails.values().all(|count| *count == 1), "a notice went out twice: {mails:?}");
        let statuses = self.statuses();
        for (id, (status, basis, dormant_at)) in &statuses {
            if *status == Status::Dormant && self.before.get(id) != Some(&Status::Dormant) {
                let handed_over: Option<Time> = self.handed_over(*id, basis.expect("a basis"));
                let warned = handed_over.map(|at| at.plus(TimeDelta::days(30)));
                prop_assert!(warned.is_some_and(|warned| Some(warned) <= *dormant_at), "{id} was not told in time");
            }
            if let Some(seen) = self.seen.get(id) {
                let safe = self.world.now() < seen.add_months(6);
                prop_assert!(!safe || *status == Status::Active, "{id} signed in at {seen} and is {status}");
            }
        }
        self.before = statuses.into_iter().map(|(id, (status, ..))| (id, status)).collect();
        Ok(())
    }

    fn handed_over(&self, id: UserId, basis: Time) -> Option<Time> {
        let found: Option<Option<Time>> = self
            .world
            .ctx
            .db
            .read(|connection| {
                Ok(dormancy_notices::table
                    .filter(dormancy_notices::user_id.eq(id))
                    .filter(dormancy_notices::last_checked_login_at.eq(basis))
                    .filter(dormancy_notices::state.eq(NoticeState::Accepted))
                    .select(dormancy_notices::handed_over_at)
                    .first(connection)
                    .optional()?)
            })
            .expect("a read");
        found.flatten()
    }

    /// Whether a notice for the present basis waits for a person.
    fn waits_for_operator(&self, id: UserId, basis: Option<Time>) -> bool {
        let count: i64 = self
            .world
            .ctx
            .db
            .read(|connection| {
                Ok(dormancy_notices::table
                    .filter(dormancy_notices::user_id.eq(id))
                    .filter(dormancy_notices::last_checked_login_at.nullable().eq(basis))
                    .filter(dormancy_notices::state.eq_any([NoticeState::Bounced, NoticeState::Unknown]))
                    .count()
                    .get_result(connection)?)
            })
            .expect("a read");
        count > 0
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_each_member_is_told_once_and_nobody_is_forgotten(steps in prop::collection::vec(step(), 10..60)) {
        // A crash is a panic here; its trace would drown what the test has to say.
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !info.payload().is::<Struck>() {
                loud(info);
            }
        }));
        let mut community = Community::new();
        for step in &steps {
            community.take(step);
            community.check()?;
        }
        // Then two quiet years with a mail server that works; a sweep every ten days, which is coarse enough to be late.
        panic_at(None);
        for _ in 0..74 {
            community.world.advance(TimeDelta::days(10));
            sweep(&community.world);
            community.world.deliver();
            community.check()?;
        }
        for (id, (status, basis, _)) in community.statuses() {
            prop_assert!(
                status == Status::Deleted || community.waits_for_operator(id, basis),
                "{id} is still {status} after two years of absence"
            );
        }
    }
}
