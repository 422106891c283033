//! `zaro-ctl doctor`, `config`, `search`, `completions` and `man`.

use serde_json::Value;
use zaro_core::service::post::{self, PostDraft};
use zaro_core::testing::World;
use zaro_core::types::Status;

use crate::command::{bare, on, run};

/// The doctor's finding about a part.
fn finding(body: &Value, part: &str) -> Value {
    let findings = body["data"].as_array().expect("findings");
    findings.iter().find(|finding| finding["part"] == part).cloned().unwrap_or_else(|| panic!("no `{part}`: {body}"))
}

#[test]
fn the_doctor_names_what_is_broken_and_how_to_fix_it() {
    let world = World::new();
    // Port 9 is discard: no daemon of ours.
    let doctor = || run(on(&world.test_db, &["doctor", "--json", "--set", "server.listen=127.0.0.1:9"]));
    let answer = doctor();
    let body = answer.json();
    for part in ["database", "schema", "clock", "mail", "maintenance", "notices"] {
        assert_eq!(finding(&body, part)["health"], "ok", "{body}");
    }
    for part in ["search", "sweeps", "zaro-api"] {
        let found = finding(&body, part);
        assert_eq!(found["health"], "warning", "{body}");
        assert!(found["fix"].as_str().is_some_and(|fix| !fix.is_empty()), "{body}");
    }
    assert_eq!(answer.code, Some(0), "nothing is broken: {}", answer.stderr);

    run(on(&world.test_db, &["mail", "off", "--yes"]));
    run(on(&world.test_db, &["maintenance", "on", "--yes"]));
    let body = doctor().json();
    assert_eq!(finding(&body, "mail")["fix"], "zaro-ctl mail on");
    assert_eq!(finding(&body, "maintenance")["fix"], "zaro-ctl maintenance off");

    // A file where the outbox's folder should be.
    run(on(&world.test_db, &["mail", "on", "--yes"]));
    std::fs::write(world.test_db.folder().join("outbox"), b"").expect("a file");
    let answer = doctor();
    assert_eq!(answer.code, Some(1), "{}", answer.stdout);
    assert_eq!(finding(&answer.json(), "mail")["health"], "broken");
    assert!(answer.stderr.contains("1 part(s) are broken"), "{}", answer.stderr);
}

#[test]
fn the_doctor_is_of_use_without_a_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("none").display().to_string();
    let answer = run(bare(&["doctor", "--json", "--data-dir", &data, "--set", "server.listen=127.0.0.1:9"]));
    assert_eq!(answer.code, Some(1));
    let found = finding(&answer.json(), "database");
    assert!(found["fix"].as_str().expect("a fix").contains("zaro-ctl db migrate"), "{found}");
    assert!(!folder.path().join("none").exists(), "a look leaves nothing behind");
}

#[test]
fn config_shows_where_a_value_comes_from_and_no_secret() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("zaro.toml");
    std::fs::write(&file, "[server]\nlog = \"warn\"\nlisten = \"127.0.0.1:1\"\n").expect("a file");
    let show = || {
        let mut command = bare(&["config", "show", "--origin", "--json", "--set", "sweep.lease_seconds=30"]);
        command.arg("--config").arg(&file);
        command.env("ZARO_LISTEN", "127.0.0.1:2").env("ZARO_ACCESS_KEY", "hush-hush");
        command.env("ZARO_MAIL_URL", "smtp://user:hush-hush@mail.example:587");
        run(command)
    };
    let answer = show();
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    assert!(!answer.stdout.contains("hush"), "{}", answer.stdout);
    let body = answer.json();
    let held = |key: &str| {
        let list = body["data"].as_array().expect("settings");
        let held = list.iter().find(|held| held["key"] == key).expect("a setting");
        (held["value"].as_str().expect("a value").to_owned(), held["origin"].as_str().expect("an origin").to_owned())
    };
    assert_eq!(held("server.log"), ("warn".to_owned(), "file".to_owned()));
    assert_eq!(held("server.listen"), ("127.0.0.1:2".to_owned(), "env".to_owned()));
    assert_eq!(held("sweep.lease_seconds"), ("30".to_owned(), "flag".to_owned()));
    assert_eq!(held("data_dir"), ("./zaro-data".to_owned(), "default".to_owned()));
    assert_eq!(held("mail.url").0, "smtp://…@mail.example:587");

    let good = run(bare(&["config", "check"]));
    assert_eq!(good.code, Some(0), "{}", good.stderr);
    let wrong = run(bare(&["config", "check", "--set", "sweep.scheduler=maybe"]));
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("sweep.scheduler") && wrong.stderr.contains("hint: "), "{}", wrong.stderr);
}

#[test]
fn q9_search_status_reindex_and_query() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let draft = PostDraft {
        title: "자취 요리".into(),
        content: "라면 끓이는 법".into(),
        category: "DAILY_LIFE".into(),
        tag: "TIPS".into(),
        ..PostDraft::default()
    };
    post::create(&world.ctx, kim, &draft).expect("a post");
    let search = |arguments: &[&str]| {
        let answer = run(on(&world.test_db, &[&["search"], arguments, &["--json"]].concat()));
        assert_eq!(answer.code, Some(0), "{}", answer.stderr);
        answer.json()["data"].clone()
    };
    assert!(search(&["status"])["documents"].is_null());
    assert!(search(&["reindex", "--dry-run"])["documents"].is_null(), "a dry run builds nothing");
    assert_eq!(run(on(&world.test_db, &["search", "reindex"])).code, Some(2));
    assert_eq!(search(&["reindex", "--yes"])["documents"], 1);
    let found = search(&["query", "라면"]);
    assert_eq!((&found["total"], &found["degraded"]), (&1.into(), &false.into()));
    assert_eq!(found["hits"][0]["title"], "자취 요리");
}

#[test]
fn completions_and_manual_pages_know_every_command() {
    for (shell, mark) in [("bash", "complete -F"), ("zsh", "#compdef zaro-ctl"), ("fish", "complete -c zaro-ctl")] {
        let answer = run(bare(&["completions", shell]));
        assert_eq!(answer.code, Some(0), "{}", answer.stderr);
        assert!(answer.stdout.contains(mark), "{shell}");
        for noun in ["sweep", "members", "backup", "doctor"] {
            assert!(answer.stdout.contains(noun), "{shell} lacks {noun}");
        }
    }
    assert_eq!(run(bare(&["completions", "tcsh"])).code, Some(2));
    let page = run(bare(&["man"]));
    assert!(page.stdout.contains(".TH zaro-ctl 1"), "{}", page.stdout);
    let folder = tempfile::tempdir().expect("a folder");
    let made = run(bare(&["man", &folder.path().display().to_string()]));
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    for name in ["zaro-ctl.1", "zaro-ctl-backup.1", "zaro-ctl-backup-restore.1", "zaro-ctl-sweep-run.1"] {
        assert!(folder.path().join(name).exists(), "no page {name}");
    }
}
