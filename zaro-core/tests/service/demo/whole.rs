//! Counters count their rows, and no row contradicts another.

use zaro_core::service::demo::DemoPlan;
use zaro_core::testing::World;

use super::{count, loaded, plan};

/// What must not be, and the query that counts it.
const WRONG: [(&str, &str); 12] = [
    (
        "CT1: places count their favourites in live PUBLIC groups",
        "places WHERE favorite_count <> (SELECT COUNT(*) FROM favorites WHERE place_id = places.id) OR favorite_count < 1",
    ),
    (
        "CT1: groups count their favourites",
        "favorite_groups WHERE favorite_count <> (SELECT COUNT(*) FROM favorites WHERE group_id = favorite_groups.id)",
    ),
    (
        "CT1: followers",
        "users WHERE anonymized_at IS NULL AND follower_count <> (SELECT COUNT(*) FROM follows JOIN users other ON \
         other.id = follower_id WHERE followee_id = users.id AND other.status <> 'DELETED')",
    ),
    (
        "CT1: followings",
        "users WHERE anonymized_at IS NULL AND following_count <> (SELECT COUNT(*) FROM follows JOIN users other ON \
         other.id = followee_id WHERE follower_id = users.id AND other.status <> 'DELETED')",
    ),
    ("CT1: likes", "posts WHERE like_count <> (SELECT COUNT(*) FROM post_likes WHERE post_id = posts.id)"),
    (
        "CT1: comments",
        "posts WHERE comment_count <> (SELECT COUNT(*) FROM comments WHERE post_id = posts.id AND deleted_at IS NULL)",
    ),
    (
        "P2, P5: pictures and thumbnails",
        "posts WHERE (category = 'RANDOM_BUY') <> (thumbnail_key IS NOT NULL AND EXISTS (SELECT 1 FROM post_images \
         WHERE post_id = posts.id AND position = 0 AND image_key = thumbnail_key))",
    ),
    (
        "FV17: first groups",
        "users WHERE (verified_at IS NOT NULL AND anonymized_at IS NULL) <> EXISTS (SELECT 1 FROM favorite_groups \
         WHERE user_id = users.id)",
    ),
    (
        "L9: what the emptied leave behind",
        "users WHERE anonymized_at IS NOT NULL AND (last_login_at IS NOT NULL OR follower_count + following_count > 0 \
         OR EXISTS (SELECT 1 FROM follows WHERE users.id IN (follower_id, followee_id)) \
         OR EXISTS (SELECT 1 FROM post_likes WHERE user_id = users.id) \
         OR EXISTS (SELECT 1 FROM dormancy_notices WHERE user_id = users.id) \
         OR EXISTS (SELECT 1 FROM mail_outbox WHERE user_id = users.id) \
         OR EXISTS (SELECT 1 FROM comments WHERE mentioned_user_id = users.id))",
    ),
    (
        "posts of those who are not members yet or any more",
        "posts JOIN users ON users.id = user_id WHERE posts.created_at < verified_at OR posts.created_at > \
         users.deleted_at",
    ),
    (
        "members' effects before their causes",
        "users WHERE created_at > verified_at OR verified_at > last_login_at OR last_login_at > dormant_at OR \
         dormant_at > deleted_at OR last_login_at > deleted_at OR deleted_at > anonymized_at",
    ),
    (
        "comments before their posts or after their end",
        "comments JOIN posts ON posts.id = post_id WHERE comments.created_at < posts.created_at OR \
         comments.created_at > posts.deleted_at",
    ),
];

/// Where nothing may lie in the future.
const TIMES: [(&str, &str); 10] = [
    ("users", "updated_at"),
    ("posts", "created_at"),
    ("posts", "updated_at"),
    ("comments", "created_at"),
    ("comments", "edited_at"),
    ("post_likes", "created_at"),
    ("follows", "created_at"),
    ("dormancy_notices", "closed_at"),
    ("mail_outbox", "created_at"),
    ("sessions", "last_used_at"),
];

#[test]
fn a_community_contradicts_itself_nowhere() {
    let world = World::new();
    let report = loaded(&world, &DemoPlan { posts: 300, comments: 2000, ..plan(&world, 2000) });
    for (what, wrong) in WRONG {
        assert_eq!(count(&world, &format!("SELECT COUNT(*) AS n FROM {wrong}")), 0, "{what}");
    }
    for (table, column) in TIMES {
        let late = format!("SELECT COUNT(*) AS n FROM {table} WHERE {column} > {}", world.now().micros());
        assert_eq!(count(&world, &late), 0, "{table}.{column}");
    }
    assert!(report.follows > 300 && report.likes > 300 && report.images > 30, "{report:?}");
    assert!(count(&world, "SELECT COUNT(*) AS n FROM comments WHERE mentioned_user_id IS NOT NULL") > 50);
    assert!(count(&world, "SELECT MAX(comment_count) AS n FROM posts") > 20, "some posts are popular");
}

#[test]
fn the_report_counts_what_was_written() {
    let world = World::new();
    let report = loaded(&world, &plan(&world, 500));
    for (table, counted) in [
        ("users", report.members),
        ("users WHERE anonymized_at IS NOT NULL", report.anonymised),
        ("favorite_groups", report.groups),
        ("sessions", report.sessions),
        ("account_tokens", report.links),
        ("dormancy_notices", report.notices),
        ("mail_outbox", report.mails),
        ("withdrawal_history", report.withdrawals),
        ("follows", report.follows),
        ("posts", report.posts),
        ("images", report.images),
        ("post_likes", report.likes),
        ("comments", report.comments),
        ("places", report.places),
        ("favorites", report.favorites),
    ] {
        let rows = count(&world, &format!("SELECT COUNT(*) AS n FROM {table}"));
        assert_eq!(u64::try_from(rows), Ok(counted), "{table}");
    }
    assert_eq!((report.posts, report.comments, report.places), (150, 600, 80), "as planned");
}
