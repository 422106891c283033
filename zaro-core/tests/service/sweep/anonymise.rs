//! L9: ten thousand members at once, and the proof that nothing personal is left.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use zaro_core::db::Connection;
use zaro_core::testing::World;
use zaro_core::types::Status;

use super::sweep;

/// Members who are anonymised in one sweep.
const MANY: i64 = 10_000;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn count(connection: &mut Connection, query: &str) -> i64 {
    let row: Count = diesel::sql_query(query).get_result(connection).unwrap_or_else(|error| panic!("{query}: {error}"));
    row.n
}

fn execute(connection: &mut Connection, query: &str) {
    diesel::sql_query(query).execute(connection).unwrap_or_else(|error| panic!("{query}: {error}"));
}

/// Everything personal that may be left of members who are anonymised; each query counts rows.
const PROOF: [&str; 16] = [
    "SELECT COUNT(*) AS n FROM users WHERE anonymized_at IS NOT NULL AND (email NOT LIKE 'deleted-%@anonymised.invalid' \
     OR nickname NOT LIKE '#%' OR email_key IS NOT NULL OR nickname_key IS NOT NULL OR provider_key IS NOT NULL \
     OR password_hash IS NOT NULL OR provider_id IS NOT NULL OR profile_image IS NOT NULL OR birthday IS NOT NULL \
     OR live_alone_date IS NOT NULL OR gender IS NOT NULL OR mbti IS NOT NULL OR last_login_at IS NOT NULL \
     OR nickname_changed_at IS NOT NULL OR suspended_until IS NOT NULL OR follower_count <> 0 OR following_count <> 0)",
    "SELECT COUNT(*) AS n FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.anonymized_at IS NOT NULL",
    "SELECT COUNT(*) AS n FROM account_tokens t JOIN users u ON u.id = t.user_id WHERE u.anonymized_at IS NOT NULL",
    "SELECT COUNT(*) AS n FROM dormancy_notices t JOIN users u ON u.id = t.user_id WHERE u.anonymized_at IS NOT NULL",
    "SELECT COUNT(*) AS n FROM exports t JOIN users u ON u.id = t.user_id WHERE u.anonymized_at IS NOT NULL",
    "SELECT COUNT(*) AS n FROM mail_outbox t JOIN users u ON u.id = t.user_id WHERE u.anonymized_at IS NOT NULL",
    "SELECT COUNT(*) AS n FROM follows t JOIN users u ON u.id = t.follower_id WHERE u.anonymized_at IS NOT NULL",
    "SELECT COUNT(*) AS n FROM follows t JOIN users u ON u.id = t.followee_id WHERE u.anonymized_at IS NOT NULL",
    "SELECT COUNT(*) AS n FROM post_likes t JOIN users u ON u.id = t.user_id WHERE u.anonymized_at IS NOT NULL",
    "SELECT COUNT(*) AS n FROM favorites t JOIN users u ON u.id = t.user_id WHERE u.anonymized_at IS NOT NULL",
    "SELECT COUNT(*) AS n FROM favorite_groups t JOIN users u ON u.id = t.user_id WHERE u.anonymized_at IS NOT NULL",
    "SELECT COUNT(*) AS n FROM notifications t JOIN users u ON u.id = t.user_id OR u.id = t.actor_id \
     WHERE u.anonymized_at IS NOT NULL",
    "SELECT COUNT(*) AS n FROM comments t JOIN users u ON u.id = t.mentioned_user_id WHERE u.anonymized_at IS NOT NULL",
    "SELECT COUNT(*) AS n FROM images t JOIN users u ON u.id = t.owner_id WHERE u.anonymized_at IS NOT NULL \
     AND (t.kind = 'PROFILE' OR t.detached_at IS NOT NULL)",
    "SELECT COUNT(*) AS n FROM sanctions t JOIN users u ON u.id = t.user_id WHERE u.anonymized_at IS NOT NULL \
     AND t.message IS NOT NULL",
    "SELECT COUNT(*) AS n FROM appeals t JOIN users u ON u.id = t.user_id WHERE u.anonymized_at IS NOT NULL \
     AND (t.text IS NOT NULL OR t.answer IS NOT NULL)",
];

/// Numbers 1 to [`MANY`] as a table `n(i)`, on both databases.
fn numbers() -> String {
    let digit = "(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL \
                 SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)";
    format!(
        "(SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d AS i FROM {digit} a, {digit} b, {digit} c, {digit} e) n"
    )
}

/// Ten thousand withdrawn members with something in every table that knows them, and one who stays.
fn fill(connection: &mut Connection, now: i64) {
    let n = numbers();
    let then = now - 31 * 86_400 * 1_000_000_i64;
    execute(
        connection,
        &format!(
            "INSERT INTO users (id, email, email_key, nickname, nickname_key, password_hash, provider, status, birthday, \
             live_alone_date, gender, mbti, profile_image, follower_count, following_count, verified_at, last_login_at, \
             nickname_changed_at, suspended_until, status_changed_at, deleted_at, created_at, updated_at) \
             SELECT i, concat('m', i, '@zaro.test'), concat('m', i, '@zaro.test'), concat('m', i), concat('m', i), 'hash', \
             'LOCAL', 'DELETED', '1999-01-01', '2020-01-01', 'MALE', 'INTJ', concat('images/profile/', i, '-x.png'), 1, 1, \
             1, 2, 3, 4, {then}, {then}, 1, 1 FROM {n}"
        ),
    );
    execute(
        connection,
        "INSERT INTO users (id, email, email_key, nickname, nickname_key, password_hash, provider, status, verified_at, \
         last_login_at, follower_count, following_count, status_changed_at, created_at, updated_at) \
         VALUES (20000, 'stay@zaro.test', 'stay@zaro.test', 'stay', 'stay', 'hash', 'LOCAL', 'ACTIVE', 1, 1, 0, 0, 1, 1, 1)",
    );
    execute(
        connection,
        "INSERT INTO posts (id, user_id, category, tag, title, content, preview, like_count, comment_count, report_count, \
         report_weight, created_at, updated_at) VALUES (30000, 20000, 'DAILY_LIFE', 'TIPS', 't', 'c', 'c', 10000, 10000, 0, 0, 1, 1)",
    );
    for query in [
        "INSERT INTO posts (user_id, category, tag, title, content, preview, like_count, comment_count, report_count, \
         report_weight, created_at, updated_at) SELECT i, 'DAILY_LIFE', 'TIPS', 't', 'c', 'c', 0, 0, 0, 0, 1, 1 FROM ",
        "INSERT INTO comments (post_id, user_id, content, mentioned_user_id, report_count, report_weight, created_at) \
         SELECT 30000, i, 'c', i, 0, 0, 1 FROM ",
        "INSERT INTO post_likes (user_id, post_id, created_at) SELECT i, 30000, 1 FROM ",
        "INSERT INTO follows (follower_id, followee_id, created_at) SELECT i, 20000, 1 FROM ",
        "INSERT INTO follows (follower_id, followee_id, created_at) SELECT 20000, i, 1 FROM ",
        "INSERT INTO sessions (id, user_id, refresh_hash, created_at, last_used_at, expires_at) \
         SELECT concat(i + 1000000000000000000, 'abc'), i, HASH32, 1, 1, 2 FROM ",
        "INSERT INTO dormancy_notices (user_id, last_checked_login_at, state, dormant_months, delete_months, created_at, \
         handed_over_at, closed_at) SELECT i, 2, 'ACCEPTED', 6, 6, 1, 1, 1 FROM ",
        "INSERT INTO mail_outbox (kind, user_id, recipient, state, attempts, next_attempt_at, created_at, closed_at) \
         SELECT 'WITHDRAWAL_DONE', i, concat('m', i, '@zaro.test'), 'ACCEPTED', 1, NOW_US, NOW_US, NOW_US FROM ",
        "INSERT INTO favorite_groups (id, user_id, name, live_key, visibility, position, favorite_count, created_at, \
         updated_at) SELECT i, i, 'g', concat(i, ':g'), 'PUBLIC', 0, 1, 1, 1 FROM ",
        "INSERT INTO images (image_key, owner_id, kind, mime, state, issued_at) \
         SELECT concat('images/profile/', i, '-x.png'), i, 'PROFILE', 'image/png', 'STORED', 1 FROM ",
        "INSERT INTO sanctions (user_id, kind, reason, message, starts_at, created_by, created_at) \
         SELECT i, 'WARNING', 'SPAM', 'm', 1, 'op', 1 FROM ",
        "INSERT INTO notifications (user_id, actor_id, type, target_id, post_id, unread_key, created_at) \
         SELECT 20000, i, 'LIKE', 30000, 30000, concat('k', i), NOW_US FROM ",
    ] {
        let hash = "X'0000000000000000000000000000000000000000000000000000000000000000'";
        let query = query.replace("HASH32", hash).replace("NOW_US", &now.to_string());
        execute(connection, &format!("{query}{n}"));
    }
    execute(
        connection,
        "INSERT INTO places (id, kakao_place_id, name, address, category, lat, lng, cell, favorite_count, source, created_at, \
         updated_at) VALUES (40000, 1, 'p', '', 'ETC', 37.5, 127.0, 18366140, 10000, 'SUBMITTED', 1, 1)",
    );
    execute(
        connection,
        &format!(
            "INSERT INTO favorites (user_id, group_id, place_id, created_at, updated_at) SELECT i, i, 40000, 1, 1 FROM {n}"
        ),
    );
}

#[test]
fn l9_ten_thousand_members_at_once_and_nothing_personal_is_left() {
    let world = World::new();
    let now = world.now().micros();
    world
        .ctx
        .db
        .write_tx(|connection| {
            fill(connection, now);
            Ok(())
        })
        .expect("the members are there");
    for i in 1..=MANY {
        world.objects.put(&format!("images/profile/{i}-x.png"), 1);
    }

    let report = sweep(&world);
    let run = report.runs.iter().find(|run| run.rule.name() == "anonymise").expect("the run");
    assert_eq!((run.counts.applied, run.counts.skipped, run.counts.failed), (MANY, 0, 0));

    let check = |connection: &mut Connection| {
        assert_eq!(count(connection, "SELECT COUNT(*) AS n FROM users WHERE anonymized_at IS NOT NULL"), MANY);
        for query in PROOF {
            assert_eq!(count(connection, query), 0, "{query}");
        }
        let kept =
            "SELECT COUNT(*) AS n FROM posts p JOIN users u ON u.id = p.user_id WHERE u.anonymized_at IS NOT NULL";
        assert_eq!(count(connection, kept), MANY, "their posts stay");
        assert_eq!(count(connection, "SELECT COUNT(*) AS n FROM comments"), MANY, "their comments stay");
        let counters = "SELECT CAST(like_count AS SIGNED) AS n FROM posts WHERE id = 30000";
        assert_eq!(count(connection, &for_sqlite(connection, counters)), 0);
        let counters = "SELECT CAST(favorite_count AS SIGNED) AS n FROM places WHERE id = 40000";
        assert_eq!(count(connection, &for_sqlite(connection, counters)), 0);
        Ok(())
    };
    world.ctx.db.read(check).expect("the proof");
    assert!(world.ctx.objects.head("images/profile/1-x.png").expect("in memory").is_none(), "the object is gone");

    let again = sweep(&world);
    assert_eq!(again.totals().applied, 0, "a second run changes nothing");
    world.ctx.db.read(check).expect("the proof");
    assert_eq!(world.user(zaro_core::types::UserId(20000)).status, Status::Active);
}

/// SQLite's word for a 64-bit number in a cast.
fn for_sqlite(connection: &Connection, query: &str) -> String {
    match connection {
        Connection::Sqlite(_) => query.replace("AS SIGNED", "AS BIGINT"),
        #[cfg(feature = "mysql")]
        Connection::Mysql(_) => query.to_owned(),
    }
}
