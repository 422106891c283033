//! PG6: which indexes SQLite reads for the lists of members and places. Without statistics, as in a young database, it
//! chooses by the form of a query alone, and a new version may choose otherwise.

use std::sync::{Arc, Mutex};

use diesel::Connection as _;
use diesel::connection::{Instrumentation, InstrumentationEvent};
use diesel::prelude::*;
use diesel::sql_types::Text;
use zaro_core::db::Connection;
use zaro_core::models::place::Square;
use zaro_core::models::report_queue::{self, Fold};
use zaro_core::models::statistics::{self, Span};
use zaro_core::models::{favorite, favorite_group, feed, follow, place, post, profile};
use zaro_core::policy::post::list::NEWEST_FIRST;
use zaro_core::policy::report::severity;
use zaro_core::testing::World;
use zaro_core::types::{
    CELLS_PER_ROW, Category, Direction, GroupId, PlaceId, ReportReason, ReportState, Status, Time, UserId,
};

use super::follow::follow as follow_member;
use super::post::{draft, write};

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// Every statement of a connection.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Instrumentation for Heard {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            self.0.lock().expect("a list").push(query.to_string());
        }
    }
}

/// What SQLite does for each statement of `ask`, as one text.
fn plans<T>(connection: &mut Connection, ask: impl FnOnce(&mut Connection) -> zaro_core::Result<T>) -> Vec<String> {
    let heard = Heard::default();
    connection.set_instrumentation(heard.clone());
    ask(connection).expect("an answer");
    connection.set_instrumentation(None::<Box<dyn Instrumentation>>);
    let statements = heard.0.lock().expect("a list").clone();
    let plan = |statement: &String| {
        let sql = statement.split(" -- binds: ").next().expect("a statement");
        let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(connection).expect("a plan");
        steps.into_iter().map(|step| step.detail).collect::<Vec<_>>().join("; ")
    };
    statements.iter().map(plan).collect()
}

#[test]
fn pg6_lists_of_members_and_places_read_the_indexes_of_the_schema() {
    let world = World::new();
    if !world.ctx.db.is_sqlite() {
        return;
    }
    let [kim, lee] = ["kim", "lee"].map(|name| world.member(name, Status::Active));
    follow_member(&world, kim, lee).expect("a follow");
    write(&world, lee, &draft("제목"));
    let (first, all) = (Direction::Desc, Some((Time::from_micros(i64::MAX), zaro_core::types::PostId(0))));
    let square = |columns| Square { lat: 0.0..=1.0, lng: 0.0..=1.0, rows: 1800..=1801, columns };
    let nobody = UserId(i64::MAX);
    let board = post::ListFilter { category: Some(Category::Together), tag: None, sort: NEWEST_FIRST };
    world
        .ctx
        .db
        .read(|c| {
            for (what, plans, indexes) in [
                ("followings", plans(c, |c| follow::followings(c, kim, 0, 10)), &["ix_follows_follower"][..]),
                ("followers", plans(c, |c| follow::followers(c, kim, 0, 10)), &["ix_follows_followee"]),
                ("feed", plans(c, |c| feed::ids(c, kim, all, 10)), &["follows", "ix_posts_user"]),
                ("posts", plans(c, |c| profile::post_ids(c, kim, first, 0, 10)), &["ix_posts_user"]),
                ("post count", plans(c, |c| profile::post_count(c, kim)), &["ix_posts_user"]),
                ("likes", plans(c, |c| profile::liked_ids(c, kim, first, 0, 10)), &["ix_post_likes_user"]),
                ("comments", plans(c, |c| profile::comments(c, kim, first, 0, 10)), &["ix_comments_user"]),
                ("comment count", plans(c, |c| profile::comment_count(c, kim)), &["ix_comments_user"]),
                (
                    "read on",
                    plans(c, |c| post::previews_after(c, board, all.expect("a place"), 10)),
                    &["ix_posts_board"],
                ),
                ("groups", plans(c, |c| favorite_group::list(c, nobody)), &["ix_favorite_groups_user"]),
                ("items", plans(c, |c| favorite::items(c, GroupId(1), 10)), &["ix_favorites_group"]),
                ("savers", plans(c, |c| favorite::savers(c, PlaceId(1), kim, 10)), &["ix_favorites_place"]),
                (
                    "counts",
                    plans(c, |c| favorite::public_counts(c, &[PlaceId(1)])),
                    &["COVERING INDEX ix_favorites_count"],
                ),
                ("disputed", plans(c, |c| place::disputed(c, 10)), &["ix_places_disputed"]),
                (
                    "a circle",
                    plans(c, |c| place::candidates(c, &[square(3600..=3603)], 10, |_| true)),
                    &["ix_places_cell (cell=? AND favorite_count>?)"],
                ),
                (
                    "a wide box",
                    plans(c, |c| place::candidates(c, &[square(0..=CELLS_PER_ROW)], 10, |_| true)),
                    &["COVERING INDEX ix_places_cell"],
                ),
            ] {
                assert_eq!(plans.len(), indexes.len(), "{what}: {plans:#?}");
                for (plan, index) in plans.iter().zip(indexes) {
                    assert!(plan.contains(index) && !plan.contains("SCAN"), "{what}: {plan}");
                }
            }
            Ok(())
        })
        .expect("the plans");
}

#[test]
fn pg6_statistics_read_the_indexes_of_the_schema() {
    let world = World::new();
    if !world.ctx.db.is_sqlite() {
        return;
    }
    let span = Span { from: Time::from_micros(1), until: Time::from_micros(2) };
    let (first, last) = (chrono::NaiveDate::MIN, chrono::NaiveDate::MAX);
    let read = world.ctx.db.read(|c| {
        for (what, plans, statements, index) in [
            (
                "sign-ups",
                plans(c, |c| statistics::sign_ups(c, span)),
                4,
                "COVERING INDEX ix_users_created (status=? AND",
            ),
            ("posts", plans(c, |c| statistics::posts(c, span)), 2, "INDEX ix_posts_all (visible=? AND"),
            ("comments", plans(c, |c| statistics::comments(c, span)), 1, "COVERING INDEX ix_comments_window"),
            ("reports", plans(c, |c| statistics::reports(c, span)), 3, "COVERING INDEX ix_reports_queue (state=? AND"),
            ("waits", plans(c, |c| statistics::decided_reports(c, span)), 2, "INDEX ix_reports_queue (state=? AND"),
            ("open", plans(c, statistics::open_reports), 2, "COVERING INDEX ix_reports_queue (state=?)"),
            ("withdrawals", plans(c, |c| statistics::withdrawals(c, first, last)), 1, "ix_withdrawal_history_on"),
            ("reasons", plans(c, |c| statistics::withdrawal_reasons(c, first, last, 9)), 1, "ix_withdrawal_history_on"),
        ] {
            assert_eq!(plans.len(), statements, "{what}: {plans:#?}");
            for plan in plans {
                assert!(plan.contains(index) && !plan.contains("SCAN"), "{what}: {plan}");
            }
        }
        Ok(())
    });
    read.expect("the plans");
}

/// Whoever follows more members than the feed sorts by is served from the newest posts of all.
#[test]
fn p13_the_walk_through_all_posts_asks_of_each_whether_its_author_is_followed() {
    let world = World::new();
    if !world.ctx.db.is_sqlite() {
        return;
    }
    let kim = world.member("kim", Status::Active);
    let fill = "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 1100)";
    let users = "INSERT INTO users (id, email, email_key, nickname, nickname_key, password_hash, provider, status, \
                 verified_at, status_changed_at, created_at, updated_at) \
                 SELECT i, 'm' || i, 'm' || i, 'm' || i, 'm' || i, 'h', 'LOCAL', 'ACTIVE', 1, 1, 1, 1 FROM n";
    let follows = format!("INSERT INTO follows (follower_id, followee_id, created_at) SELECT {kim}, i, 1 FROM n");
    let plans = world.ctx.db.write_tx(|c| {
        for rows in [users, &follows] {
            diesel::sql_query(format!("{fill} {rows}")).execute(c)?;
        }
        Ok(plans(c, |c| feed::ids(c, kim, None, 10)))
    });
    let plans = plans.expect("the plans");
    assert!(plans.len() == 2 && plans[1].starts_with("SEARCH posts USING INDEX ix_posts_all"), "{plans:#?}");
}

#[test]
fn rp4_the_queue_of_the_operators_is_folded_from_one_index_alone() {
    let world = World::new();
    if !world.ctx.db.is_sqlite() {
        return;
    }
    let open = Fold {
        state: ReportState::Open,
        kind: None,
        reason: None,
        reporter: None,
        author: None,
        before: None,
        since: None,
        weight_at_least: None,
        weight_below: None,
        after: None,
        limit: 1000,
    };
    let old = Fold { reason: Some(ReportReason::Spam), before: Some(world.now()), ..open.clone() };
    for fold in [open, old] {
        let read = world
            .ctx
            .db
            .read(|connection| Ok(plans(connection, |connection| report_queue::fold(connection, &fold, severity))));
        let plans = read.expect("plans");
        assert_eq!(plans.len(), 1);
        assert!(plans[0].starts_with("SEARCH reports USING COVERING INDEX ix_reports_fold"), "{}", plans[0]);
        assert!(!plans[0].contains("FOR GROUP BY"), "{}", plans[0]);
    }
}
