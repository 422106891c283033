//! A wrong configuration names the setting, the problem and the fix, and nothing is started or written.

use crate::command::{bare, run};

/// Variable, value, what the error must name, what the hint must name.
const WRONG: [(&str, &str, &str, &str); 21] = [
    ("ZARO_LISTEN", "localhost", "not an address with a port", "127.0.0.1:8080"),
    ("ZARO_OPERATOR_LISTEN", "9090", "not an address with a port", "127.0.0.1:9090"),
    ("ZARO_DATABASE_URL", "postgres://x", "scheme `postgres`", "sqlite://PATH"),
    ("ZARO_DATABASE_URL", "sqlite://", "names no file", "sqlite:///"),
    ("ZARO_DATABASE_POOL", "0", "not a whole number from 2 to 200", "2 to 200"),
    ("ZARO_PUBLIC_URL", "zaro.example", "not an address that begins with http", "https://"),
    ("ZARO_FRONTEND_URL", "ftp://zaro.example", "not an address that begins with http", "https://"),
    ("ZARO_CORS_ORIGINS", "https://a.example,,https://b.example", "empty entry", "separated by commas"),
    ("ZARO_CORS_ORIGINS", "https://a.example/path", "no origin", "separated by commas"),
    ("ZARO_TRUSTED_PROXIES", "10.0.0.1,proxy", "has `proxy`", "separated by commas"),
    ("ZARO_TRUSTED_PROXIES", "10.0.0.0/33", "has `10.0.0.0/33`", "e.g. 127.0.0.1"),
    ("ZARO_LOG_FORMAT", "xml", "is `xml`", "`pretty` or `json`"),
    ("ZARO_ACCESS_KEY", "c2hvcnQ=", "at least 32 are needed", "openssl rand"),
    ("ZARO_ACCESS_KEY", "not base64!", "no base64", "openssl rand"),
    ("ZARO_REFRESH_KEY", "Y2hhbmdlLW1lLWNoYW5nZS1tZS1jaGFuZ2UtbWUtY2hhbmdlLW1l", "looks like a sample", "openssl rand"),
    ("ZARO_MAIL_URL", "mailhost:25", "no scheme", "smtp://"),
    ("ZARO_MAIL_URL", "imap://host", "scheme `imap`", "smtp://"),
    ("ZARO_KAKAO_APP_ID", "abc", "not a whole number", "whole number"),
    ("ZARO_SCHEDULER", "maybe", "is `maybe`", "`on` or `off`"),
    ("ZARO_LEASE_SECONDS", "1", "from 5 to 3600", "5 to 3600"),
    ("ZARO_POLICY_FILE", "/does/not/exist.toml", "cannot be read", "deploy/policy.toml"),
];

#[test]
fn a_wrong_value_names_itself_and_writes_nothing() {
    for (variable, value, problem, fix) in WRONG {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let mut command = bare(&["db", "migrate"]);
        command.env("ZARO_DATA_DIR", &data).env(variable, value);
        let answer = run(command);
        assert_eq!(answer.code, Some(2), "{variable}={value}: {}", answer.stderr);
        let (error, hint) = answer.stderr.split_once("hint: ").unwrap_or_else(|| panic!("no hint: {}", answer.stderr));
        assert!(error.contains(variable) && error.contains(problem), "{variable}={value}: {error}");
        assert!(hint.contains(fix), "{variable}={value}: {hint}");
        assert!(!error.contains("c2hvcnQ="), "a key is never printed");
        assert!(!data.exists(), "{variable}={value} wrote something");
    }
}

#[test]
fn a_bad_file_names_its_key_and_the_likely_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("zaro.toml");
    for (text, problem) in [
        ("[server]\nlisen = \"127.0.0.1:1\"\n", "`server.lisen`, which is no setting"),
        ("[server\n", "is no TOML"),
        ("[server]\nlisten = 7\n", "not an address with a port"),
    ] {
        std::fs::write(&file, text).expect("a file");
        let mut command = bare(&["db", "status"]);
        command.arg("--config").arg(&file);
        let answer = run(command);
        assert_eq!(answer.code, Some(2));
        assert!(answer.stderr.contains(problem) && answer.stderr.contains("zaro.toml"), "{}", answer.stderr);
        assert!(answer.stderr.contains("hint: "), "{}", answer.stderr);
    }
}

#[test]
fn flags_win_over_environment_over_file_over_defaults() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("zaro.toml");
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(&file, format!("data_dir = \"{}\"\n", path("from-file"))).expect("a file");
    let migrated = |command: std::process::Command| {
        let answer = run(command);
        assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    };
    let with_file = || {
        let mut command = bare(&["db", "migrate"]);
        command.arg("--config").arg(&file);
        command
    };
    migrated(with_file());
    assert!(folder.path().join("from-file/zaro.db").exists());
    let mut command = with_file();
    command.env("ZARO_DATA_DIR", path("from-env"));
    migrated(command);
    assert!(folder.path().join("from-env/zaro.db").exists());
    let mut command = with_file();
    command.env("ZARO_DATA_DIR", path("not-used")).args(["--data-dir", &path("from-flag")]);
    migrated(command);
    assert!(folder.path().join("from-flag/zaro.db").exists());
    assert!(!folder.path().join("not-used").exists());
}

#[test]
fn a_database_that_is_newer_is_refused_before_anything_is_touched() {
    use diesel::RunQueryDsl as _;
    let test_db = zaro_core::testing::TestDb::new();
    let add = "INSERT INTO __diesel_schema_migrations (version) VALUES ('20990101000000')";
    test_db.db().read(|connection| Ok(diesel::sql_query(add).execute(connection)?)).expect("a future number");
    for arguments in [&["sweep", "run", "--yes"][..], &["db", "migrate", "--yes"], &["members", "list"]] {
        let answer = run(crate::command::on(&test_db, arguments));
        assert_eq!(answer.code, Some(2), "{}", answer.stderr);
        assert!(answer.stderr.contains("20990101000000") && answer.stderr.contains("newer"), "{}", answer.stderr);
    }
    assert!(!test_db.folder().join("secrets.toml").exists());
    assert!(!test_db.folder().join("outbox").exists());
}

#[test]
fn without_a_database_it_says_how_to_get_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = bare(&["sweep", "--json"]);
    command.env("ZARO_DATA_DIR", folder.path().join("nothing"));
    let answer = run(command);
    assert_eq!(answer.code, Some(2));
    let body = answer.json();
    assert_eq!(body["ok"], false);
    assert!(body["hint"].as_str().expect("a hint").contains("db migrate"));
    assert!(!folder.path().join("nothing").exists());
}
