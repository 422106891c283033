//! Every state and every edge of the lifecycle occurs, and a sweep finds due what the report says.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use zaro_core::service::demo::DemoPlan;
use zaro_core::service::sweep::{self, Rule, Shard, Work};
use zaro_core::testing::World;
use zaro_core::types::{Status, Time, UserId};

use super::{loaded, plan};

/// The rules that act on members.
fn rules() -> Vec<Rule> {
    Rule::ALL.into_iter().filter(|rule| rule.decision().is_some()).collect()
}

/// What a sweep at this instant would do with whom.
fn due(world: &World, at: Time) -> BTreeSet<(Rule, UserId)> {
    let planned = sweep::plan(&world.ctx, &rules(), Shard::WHOLE, None, at).expect("a plan");
    let members = planned.rules.into_iter().flat_map(|plan| match plan.work {
        Work::Members(due) => due.into_iter().map(|due| (plan.rule, due.id)).collect(),
        Work::Rows(_) | Work::Counters(_) => Vec::new(),
    });
    members.collect()
}

#[test]
fn the_smallest_community_has_every_state_and_every_edge() {
    let world = World::new();
    let report = loaded(&world, &plan(&world, 200));
    for status in Status::ALL {
        assert!(report.by_status[status] > 0, "{status}");
    }
    // Somebody for whom each rule begins to apply a second ago, now, and in a second.
    for seconds in [-1, 0, 1] {
        let edge = world.now().plus(TimeDelta::seconds(seconds));
        let before = due(&world, edge.minus(TimeDelta::microseconds(1)));
        let begin: Vec<Rule> = due(&world, edge).difference(&before).map(|(rule, _)| *rule).collect();
        // Two edges each: age and link of a sign-up; absence and time since the notice.
        let expected = [
            Rule::PurgePending,
            Rule::PurgePending,
            Rule::Dormancy,
            Rule::Dormancy,
            Rule::EndOfDormancy,
            Rule::Anonymise,
            Rule::DormancyNotices,
        ];
        assert_eq!(begin, expected, "at {seconds} s");
    }
}

#[test]
fn a_tenth_of_a_community_is_due_as_reported() {
    let world = World::new();
    let report = loaded(&world, &DemoPlan { posts: 0, comments: 0, ..plan(&world, 5000) });
    assert!((400..=650).contains(&report.due.total()), "{:?}", report.due);
    assert!(report.by_status[&Status::Active] > 3500, "{:?}", report.by_status);
    let due = due(&world, world.now());
    let of = |wanted| due.iter().filter(|(rule, _)| *rule == wanted).count() as u64;
    assert_eq!(of(Rule::PurgePending), report.due.purge);
    assert_eq!(of(Rule::DormancyNotices), report.due.notice);
    assert_eq!(of(Rule::Dormancy), report.due.dormancy);
    assert_eq!(of(Rule::EndOfDormancy), report.due.soft_delete);
    assert_eq!(of(Rule::Anonymise), report.due.anonymise);
}

#[test]
fn nothing_is_left_for_the_nightly_purge() {
    let world = World::new();
    loaded(&world, &plan(&world, 500));
    let purges = [Rule::PurgeTokens, Rule::PurgeOutboxes, Rule::PurgeNotifications];
    let planned = sweep::plan(&world.ctx, &purges, Shard::WHOLE, None, world.now()).expect("a plan");
    assert!(planned.is_empty(), "{planned:?}");
}
