//! `zaro-ctl stats`

use serde_json::json;
use zaro_core::service::withdrawal::{WithdrawalDraft, withdraw};
use zaro_core::testing::World;
use zaro_core::types::Status;

use crate::command::{on, run};

/// Noon of 1 March 2026 in Seoul is when all of it happens.
fn community() -> World {
    let world = World::new();
    for (name, status) in [("pending", Status::Pending), ("active", Status::Active), ("dormant", Status::Dormant)] {
        world.member(name, status);
    }
    for (name, reason) in [("lee", "이사 가요"), ("park", "이사 가요"), ("choi", "")] {
        let id = world.member(name, Status::Active);
        withdraw(&world.ctx, id, &WithdrawalDraft { reason: reason.into() }).expect("a withdrawal");
    }
    world
}

#[test]
fn a_week_and_a_year_on_one_screen() {
    let world = community();
    let answer = run(on(&world.test_db, &["stats", "--until", "2026-03-02"]));
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    insta::assert_snapshot!("stats", answer.stdout);
}

#[test]
fn as_json_each_day_is_there() {
    let world = community();
    let answer = run(on(&world.test_db, &["stats", "--until", "2026-03-02", "--json"]));
    let data = &answer.json()["data"];
    assert_eq!(data["days"].as_array().map(Vec::len), Some(365));
    assert_eq!((&data["days"][363]["date"], &data["days"][363]["sign_ups"]), (&json!("2026-03-01"), &json!(6)));
    assert_eq!(data["days"][364]["sign_ups"], 0);
    assert_eq!(data["week"]["counts"]["withdrawn_by_themselves"], 3);
    assert_eq!(data["week"]["reasons"][0], json!({ "text": "이사 가요", "members": 2 }));
    let earlier = run(on(&world.test_db, &["stats", "--until", "2026-02-28", "--json"]));
    assert_eq!(earlier.json()["data"]["year"]["counts"]["sign_ups"], 0);
}
