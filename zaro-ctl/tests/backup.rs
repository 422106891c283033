//! `zaro-ctl backup …`

use std::fs;

use zaro_core::testing::World;
use zaro_core::types::Status;

use crate::command::{bare, on, run};

#[test]
fn create_verify_restore() {
    let world = World::new();
    world.member("kim", Status::Active);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("zaro.tar.gz").display().to_string();
    let create = || run(on(&world.test_db, &["backup", "create", &file, "--json"]));
    if !world.ctx.db.is_sqlite() {
        let refused = create();
        assert_eq!(refused.code, Some(2));
        assert!(refused.stderr.contains("mysqldump"), "{}", refused.stderr);
        return;
    }
    let images = world.test_db.folder().join("media/board");
    fs::create_dir_all(&images).expect("a folder");
    fs::write(images.join("1.png"), b"an image").expect("an image");
    let made = create();
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    assert_eq!(made.json()["data"]["images"], 1);
    assert_eq!(create().code, Some(1), "a backup is never overwritten");

    let proved = run(bare(&["backup", "verify", &file]));
    assert_eq!(proved.code, Some(0), "{}", proved.stderr);
    assert!(proved.stdout.contains("whole: restored"), "{}", proved.stdout);

    let data = folder.path().join("data").display().to_string();
    let restore =
        |arguments: &[&str]| run(bare(&[&["backup", "restore", &file, "--data-dir", &data], arguments].concat()));
    assert_eq!(restore(&["--dry-run"]).code, Some(0));
    let refused = restore(&[]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("--yes"), "{}", refused.stderr);
    assert!(!folder.path().join("data").exists(), "neither has begun");
    // What a database that was moved away left behind would be replayed over the restored one.
    fs::create_dir(folder.path().join("data")).expect("a folder");
    let log = folder.path().join("data/zaro.db-wal");
    fs::write(&log, b"an old log").expect("a file");
    let refused = restore(&["--yes"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("zaro.db-wal` is there already"), "{}", refused.stderr);
    fs::remove_file(&log).expect("removed");
    let restored = restore(&["--yes", "--actor", "lee"]);
    assert_eq!(restored.code, Some(0), "{}", restored.stderr);
    assert!(restored.stderr.contains("zaro-ctl mail on"), "{}", restored.stderr);
    assert_eq!(fs::read(folder.path().join("data/media/board/1.png")).expect("the image"), b"an image");
    assert_eq!(restore(&["--yes"]).code, Some(1), "an empty place only");

    let there = |arguments: &[&str]| run(bare(&[arguments, &["--data-dir", &data, "--json"]].concat()));
    assert_eq!(there(&["members", "list"]).json()["data"][0]["nickname"], "kim");
    assert_eq!(there(&["mail", "queue"]).json()["data"]["off"]["holder"], "lee");
    assert_eq!(there(&["mail", "on", "--yes"]).code, Some(0));
    assert!(there(&["mail", "queue"]).json()["data"]["off"].is_null());
}
