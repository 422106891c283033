//! `zaro-ctl demo …`

use zaro_core::testing::TestDb;

use crate::command::{on, run};

#[test]
fn load_fills_an_empty_database_and_no_other() {
    let test_db = TestDb::new();
    let arguments = ["demo", "load", "--members", "300", "--posts", "20", "--comments", "50", "--yes"];
    let answer = run(on(&test_db, &[&arguments[..], &["--dry-run"]].concat()));
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    let list = || run(on(&test_db, &["members", "list", "--limit", "1000", "--json"])).json()["data"].clone();
    assert_eq!(list().as_array().map(Vec::len), Some(0), "a dry run writes nothing");

    let answer = run(on(&test_db, &[&arguments[..], &["--json"]].concat()));
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    assert_eq!(answer.json()["data"]["members"], 300);
    let members = list();
    let members = members.as_array().expect("a list");
    assert_eq!(members.len(), 300);
    for status in ["PENDING", "ACTIVE", "DORMANT", "DELETED"] {
        assert!(members.iter().any(|member| member["status"] == status), "nobody is {status}");
    }

    let again = run(on(&test_db, &arguments));
    assert_eq!(again.code, Some(1));
    assert!(again.stderr.contains("has 300 members already"), "{}", again.stderr);
    assert!(again.stderr.contains("hint: to start over"), "{}", again.stderr);
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let test_db = TestDb::new();
    let answer = run(on(&test_db, &["demo", "load", "--yes", "--text", "/does/not/exist.tsv.gz"]));
    assert_eq!(answer.code, Some(1), "{}", answer.stderr);
    assert!(answer.stderr.contains("/does/not/exist.tsv.gz"), "{}", answer.stderr);
}
