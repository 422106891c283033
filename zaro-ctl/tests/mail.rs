//! `zaro-ctl mail …`

use zaro_core::service::account::{self, SignUpDraft};
use zaro_core::testing::World;

use crate::command::{Answer, on, run};

/// A sign-up whose verification mail waits.
fn waiting() -> World {
    let world = World::new();
    let draft = SignUpDraft { email: "lee@zaro.test".into(), password: "Zaro-test1".into(), nickname: "lee".into() };
    account::sign_up(&world.ctx, &draft).expect("a sign-up");
    world
}

fn mail(world: &World, arguments: &[&str]) -> Answer {
    run(on(&world.test_db, &[&["mail"], arguments, &["--json"]].concat()))
}

#[test]
fn m3_queue_show_and_drop() {
    let world = waiting();
    let queue = mail(&world, &["queue"]);
    assert_eq!(queue.code, Some(0), "{}", queue.stderr);
    let waiting = queue.json()["data"]["waiting"][0].clone();
    assert_eq!((waiting["kind"].as_str(), waiting["state"].as_str()), (Some("VERIFY_EMAIL"), Some("QUEUED")));
    let id = waiting["id"].to_string();
    let shown = mail(&world, &["show", &id]);
    assert_eq!(shown.json()["data"]["mail"]["recipient"], "lee@zaro.test");
    assert!(!shown.stdout.contains("token="), "a link is nobody's but its reader's");

    assert_eq!(mail(&world, &["drop", &id, "--dry-run"]).code, Some(0));
    let refused = mail(&world, &["drop", &id]);
    assert_eq!(refused.code, Some(2), "without a terminal somebody must say yes");
    assert_eq!(mail(&world, &["show", &id]).json()["data"]["mail"]["state"], "QUEUED");
    assert_eq!(mail(&world, &["drop", &id, "--yes"]).code, Some(0));
    assert_eq!(mail(&world, &["show", &id]).json()["data"]["mail"]["state"], "DROPPED");
    let closed = mail(&world, &["retry", &id, "--yes"]);
    assert_eq!(closed.code, Some(1));
    assert!(closed.json()["hint"].as_str().expect("a hint").contains("--lost"));
    assert_eq!(mail(&world, &["show", "999"]).code, Some(1));
}

#[test]
fn off_and_on_and_off_is_off() {
    let world = waiting();
    assert_eq!(mail(&world, &["off"]).code, Some(2), "without a terminal somebody must say yes");
    assert_eq!(mail(&world, &["off", "--yes"]).code, Some(0));
    assert_eq!(mail(&world, &["off"]).code, Some(0), "there is nothing left to ask");
    assert!(mail(&world, &["queue"]).json()["data"]["off"]["acquired_at"].is_string());
    assert_eq!(mail(&world, &["on", "--dry-run"]).code, Some(0));
    assert!(mail(&world, &["queue"]).json()["data"]["off"].is_object(), "a dry run changes nothing");
    assert_eq!(mail(&world, &["on", "--yes"]).code, Some(0));
    assert!(mail(&world, &["queue"]).json()["data"]["off"].is_null());
}

#[test]
fn preview_and_test() {
    let world = World::new();
    let file = world.test_db.folder().join("notice.html");
    let path = file.display().to_string();
    let preview = mail(&world, &["preview", "dormancy_notice", "-o", &path]);
    assert_eq!(preview.code, Some(0), "{}", preview.stderr);
    let html = std::fs::read_to_string(&file).expect("the HTML part");
    assert!(html.contains("자취왕") && preview.json()["data"]["html"] == html.as_str());
    assert_eq!(mail(&world, &["preview", "nothing"]).code, Some(2));

    let sent = mail(&world, &["test", "me@zaro.test"]);
    assert_eq!(sent.code, Some(0), "{}", sent.stderr);
    let outbox = world.test_db.folder().join("outbox/00000000-me@zaro.test.eml");
    assert!(std::fs::read_to_string(outbox).expect("the mail").contains("zaro-test-"));
    assert_eq!(mail(&world, &["test", "no address"]).code, Some(1));
}
