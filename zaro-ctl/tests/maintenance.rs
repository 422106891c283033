//! `zaro-ctl maintenance …`

use serde_json::json;
use zaro_core::testing::TestDb;

use crate::command::{Answer, on, run};

#[test]
fn h18_on_and_off_and_who_did_it() {
    let test_db = TestDb::new();
    let maintenance = |arguments: &[&str]| run(on(&test_db, &[&["maintenance"], arguments, &["--json"]].concat()));
    let is_on = |answer: &Answer| {
        assert_eq!(answer.code, Some(0), "{}", answer.stderr);
        answer.json()["data"]["on"].as_bool().expect("on or off")
    };
    assert!(!is_on(&maintenance(&["status"])));
    assert!(!is_on(&maintenance(&["on", "--dry-run"])));
    assert!(!is_on(&maintenance(&["status"])), "a dry run changes nothing");
    let refused = maintenance(&["on"]);
    assert_eq!(refused.code, Some(2), "without a terminal somebody must say yes");
    assert!(refused.stderr.contains("--yes"), "{}", refused.stderr);

    let first = maintenance(&["on", "--yes"]);
    assert!(is_on(&first));
    let second = maintenance(&["on"]);
    assert!(is_on(&second), "there is nothing left to ask");
    assert_eq!(first.json()["data"], second.json()["data"], "who began keeps it");
    assert_eq!(maintenance(&["status"]).json()["data"], first.json()["data"]);

    assert!(!is_on(&maintenance(&["off"])));
    let again = maintenance(&["off"]);
    assert!(!is_on(&again));
    assert!(again.stderr.contains("off already"), "{}", again.stderr);
    let expected = json!({ "on": false, "since": null, "by": null });
    assert_eq!(maintenance(&["status"]).json()["data"], expected);
}
