//! Lists and cases, as operators read them.

use zaro_core::testing::World;
use zaro_core::types::Status;

use super::{town, zaro};

#[test]
fn the_queue_folds_reports_and_shows_who_looks_after_them() {
    let world = town();
    let body = zaro(&world, "reports list --json", &[]).json();
    let items = body["data"].as_array().expect("items");
    let seen: Vec<_> = items.iter().map(|item| (&item["points"], item["reports"].as_array().map(Vec::len))).collect();
    assert_eq!(seen, [(&500.into(), Some(5)), (&100.into(), Some(1))]);
    assert_eq!((&items[0]["post"], &items[1]["comment"]), (&1.into(), &1.into()));
    insta::assert_snapshot!("reports_list", zaro(&world, "reports list", &[]).stdout);
    let comments = zaro(&world, "reports list --kind comment --json", &[]).json();
    assert_eq!(comments["data"].as_array().map(Vec::len), Some(1));
    let none = zaro(&world, "reports list --newer-than 1d --json", &[]).json();
    assert_eq!(none["data"], serde_json::json!([]));
}

#[test]
fn a_case_is_told_whole() {
    let world = town();
    let shown = zaro(&world, "reports show 6", &[]);
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    insta::assert_snapshot!("reports_show", shown.stdout);
    let unknown = zaro(&world, "reports show 99", &[]);
    assert_eq!((unknown.code, unknown.stderr.as_str()), (Some(1), "error: there is no report 99\n"));
}

#[test]
fn appeals_and_places_are_looked_up() {
    let world = town();
    let body = zaro(&world, "appeals list --json", &[]).json();
    assert_eq!((&body["data"][0]["id"], &body["data"][0]["text"]), (&1.into(), &"억울합니다.".into()));
    insta::assert_snapshot!("appeals_show", zaro(&world, "appeals show 1", &[]).stdout);
    assert_eq!(zaro(&world, "appeals show 9", &[]).code, Some(1));
    assert_eq!(zaro(&world, "places show --json", &[]).json()["data"], serde_json::json!([]), "nothing is disputed");
    assert_eq!(zaro(&world, "places show 2 --json", &[]).json()["data"][0]["name"], "장소 2");
    let why = zaro(&world, "members why gone@zaro.test", &[]);
    assert!(why.stdout.contains("gone is DELETED: anonymised at 2026-03-31"), "{}", why.stdout);
}

/// Five reports on each of 20,000 posts.
fn a_hundred_thousand_reports(world: &World) {
    use diesel::RunQueryDsl as _;
    let author = world.member("author", Status::Active).0;
    let first = (0..5).map(|nth| world.member(&format!("many{nth}"), Status::Active).0).min().expect("members");
    let numbers = "WITH RECURSIVE n AS (SELECT 0 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 199)";
    let posts = format!(
        "INSERT INTO posts (user_id, category, tag, title, content, preview, report_count, report_weight, created_at, \
         updated_at) {numbers} SELECT {author}, 'TOGETHER', 'SHARING', '제목', '본문', '본문', 5, 500, 1, 1 \
         FROM n JOIN n AS m ON m.i < 100"
    );
    let reports = format!(
        "INSERT INTO reports (post_id, reporter_id, reason, weight, evidence, state, created_at) {numbers} \
         SELECT posts.id, {first} + n.i, 'SPAM', 100, '{{}}', 'OPEN', posts.id FROM posts JOIN n ON n.i < 5"
    );
    for query in [posts, reports] {
        let written = world.ctx.db.write_tx(|connection| Ok(diesel::sql_query(&query).execute(connection)?));
        assert!(written.expect("a write") >= 20_000);
    }
}

#[test]
#[ignore = "measures; run it in release"]
fn a_thousand_lines_of_a_hundred_thousand_reports_come_within_100_milliseconds() {
    let world = World::new();
    a_hundred_thousand_reports(&world);
    let times = (0..7).map(|_| {
        let begun = std::time::Instant::now();
        let answer = zaro(&world, "reports list --limit 1000 --json", &[]);
        let time = begun.elapsed();
        assert_eq!(answer.json()["data"].as_array().map(Vec::len), Some(1000), "{}", answer.stderr);
        time
    });
    let best = times.min().expect("seven of them");
    assert!(best <= std::time::Duration::from_millis(100), "{best:?}");
}
