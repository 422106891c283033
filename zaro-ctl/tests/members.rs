//! `zaro-ctl members …`

use chrono::TimeDelta;
use zaro_core::testing::World;
use zaro_core::types::Status;

use crate::command::{on, run};

#[test]
fn show_tells_what_acts_next_and_why() {
    let world = World::new();
    world.member("자취왕", Status::Active);
    world.advance(TimeDelta::days(1));
    let pending = world.member("kim", Status::Pending);
    let show = |who: &str| run(on(&world.test_db, &["members", "show", who]));

    let answer = show("자취왕@zaro.test");
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    assert!(answer.stdout.contains("dormancy notice at 2026-08-01T03:00:00Z"), "{}", answer.stdout);
    assert!(answer.stdout.contains("5 months after the basis 2026-03-01T03:00:00Z"), "{}", answer.stdout);
    let answer = show(&pending.to_string());
    assert!(answer.stdout.contains("removed at 2026-03-03T03:00:00Z"), "{}", answer.stdout);

    let answer = show("nobody@zaro.test");
    assert_eq!(answer.code, Some(1));
    assert!(answer.stderr.contains("there is no member `nobody@zaro.test`"), "{}", answer.stderr);
}

#[test]
fn list_filters_and_pages() {
    let world = World::new();
    for n in 0..5 {
        world.member(&format!("user{n}"), if n % 2 == 0 { Status::Active } else { Status::Dormant });
    }
    let list = |arguments: &[&str]| {
        let all: Vec<&str> = [&["members", "list", "--json"], arguments].concat();
        let answer = run(on(&world.test_db, &all));
        assert_eq!(answer.code, Some(0), "{}", answer.stderr);
        let body = answer.json();
        let names = body["data"].as_array().expect("a list").iter();
        names.map(|member| member["nickname"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(list(&["--status", "dormant"]), ["user1", "user3"]);
    assert_eq!(list(&["--find", "USER4"]), ["user4"]);
    world.member("kim_min", Status::Active);
    assert_eq!(list(&["--find", "kim_m"]), ["kim_min"], "`_` is a letter here");
    assert_eq!(list(&["--find", "%"]), Vec::<String>::new());
    assert_eq!(list(&["--limit", "2", "--after", "2"]), ["user2", "user3"]);
    assert_eq!(list(&["--inactive-since", "2026-02-28"]), Vec::<String>::new());
}
