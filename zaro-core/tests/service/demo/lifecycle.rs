//! Every state, decision and edge of the lifecycle occurs.

use std::collections::BTreeMap;

use diesel::prelude::*;
use zaro_core::policy::account::{AccountDecision, MemberFacts, NoticeFacts, decide};
use zaro_core::schema::{account_tokens, dormancy_notices, users};
use zaro_core::service::demo::DemoPlan;
use zaro_core::testing::World;
use zaro_core::types::{NoticeState, Status, Time, UserId};

use super::{count, loaded, plan};

/// What policy knows of each member.
fn facts(world: &World) -> Vec<(UserId, MemberFacts)> {
    type Member = (UserId, Status, Time, Option<Time>, Option<Time>, Option<Time>, Option<Time>);
    let members: Vec<Member> = world
        .ctx
        .db
        .read(|connection| {
            let columns = (
                users::id,
                users::status,
                users::created_at,
                users::basis_at,
                users::dormant_at,
                users::deleted_at,
                users::anonymized_at,
            );
            Ok(users::table.select(columns).load(connection)?)
        })
        .expect("members");
    let notices: Vec<(UserId, Time, NoticeState, Option<Time>)> = world
        .ctx
        .db
        .read(|connection| {
            let columns = (
                dormancy_notices::user_id,
                dormancy_notices::last_checked_login_at,
                dormancy_notices::state,
                dormancy_notices::handed_over_at,
            );
            Ok(dormancy_notices::table.select(columns).load(connection)?)
        })
        .expect("notices");
    let links: Vec<(UserId, Time)> = world
        .ctx
        .db
        .read(|connection| {
            Ok(account_tokens::table.select((account_tokens::user_id, account_tokens::expires_at)).load(connection)?)
        })
        .expect("links");
    let notices: BTreeMap<_, _> = notices
        .into_iter()
        .map(|(user, basis, state, handed_over_at)| ((user, Some(basis)), NoticeFacts { state, handed_over_at }))
        .collect();
    let links: BTreeMap<_, _> = links.into_iter().collect();
    members
        .into_iter()
        .map(|(id, status, created_at, basis_at, dormant_at, deleted_at, anonymized_at)| {
            let notice = notices.get(&(id, basis_at)).copied();
            let link_until = links.get(&id).copied();
            let facts =
                MemberFacts { status, created_at, basis_at, notice, link_until, dormant_at, deleted_at, anonymized_at };
            (id, facts)
        })
        .collect()
}

#[test]
fn every_state_decision_and_edge_occurs_in_the_smallest_community() {
    let world = World::new();
    let report = loaded(&world, &plan(&world, 200));
    let (rules, now) = (world.ctx.policy.lifecycle, world.now());
    let facts = facts(&world);
    let decision_at =
        |facts: &MemberFacts, micros: i64| decide(facts, &rules, Time::from_micros(now.micros() + micros));
    let due = |decision| facts.iter().filter(|(_, facts)| decision_at(facts, 0) == decision).count() as u64;
    assert_eq!(due(AccountDecision::Purge), report.due.purge);
    assert_eq!(due(AccountDecision::SendDormancyNotice), report.due.notice);
    assert_eq!(due(AccountDecision::MakeDormant), report.due.dormancy);
    assert_eq!(due(AccountDecision::SoftDelete), report.due.soft_delete);
    assert_eq!(due(AccountDecision::Anonymise), report.due.anonymise);
    assert_eq!(due(AccountDecision::Keep), report.members - report.due.total());
    for status in Status::ALL {
        assert!(report.by_status[status] > 0, "{status}");
    }
    // Somebody for whom each rule begins to apply in a second, now, and a second ago.
    const SECOND: i64 = 1_000_000;
    for edge in [-SECOND, 0, SECOND] {
        let begins = |(_, facts): &(UserId, MemberFacts)| {
            let due = decision_at(facts, edge);
            (due != AccountDecision::Keep && decision_at(facts, edge - 1) == AccountDecision::Keep).then_some(due)
        };
        let mut found: Vec<_> = facts.iter().filter_map(begins).map(|decision| format!("{decision:?}")).collect();
        found.sort_unstable();
        let wanted = ["Anonymise", "MakeDormant", "MakeDormant", "Purge", "Purge", "SendDormancyNotice", "SoftDelete"];
        assert_eq!(found, wanted, "at {edge}");
    }
}

#[test]
fn a_tenth_of_a_larger_community_is_due() {
    let world = World::new();
    let report = loaded(&world, &DemoPlan { posts: 0, comments: 0, ..plan(&world, 5000) });
    assert_eq!(report.members, 5000);
    assert!((400..=650).contains(&report.due.total()), "{:?}", report.due);
    assert!(report.by_status[&Status::Active] > 3500);
    assert_eq!(count(&world, "SELECT COUNT(*) AS n FROM users"), 5000);
    assert_eq!(u64::try_from(count(&world, "SELECT COUNT(*) AS n FROM follows")), Ok(report.follows));
}
