//! The same seed makes the same community.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use zaro_core::service::demo::DemoPlan;
use zaro_core::testing::World;

use super::{loaded, plan, texts};

/// All that the loader writes, and how it is ordered.
const TABLES: [(&str, &str, &str); 13] = [
    (
        "users",
        "id, email, nickname, provider_key, password_hash, status, birthday, live_alone_date, gender, mbti, \
         follower_count, following_count, verified_at, last_login_at, dormant_at, deleted_at, anonymized_at, \
         created_at, updated_at",
        "id",
    ),
    ("favorite_groups", "user_id, live_key, created_at", "user_id"),
    ("sessions", "id, user_id, HEX(refresh_hash), user_agent, created_at, last_used_at, expires_at", "id"),
    ("account_tokens", "user_id, HEX(token_hash), live_key, created_at, expires_at", "id"),
    ("mail_outbox", "id, kind, user_id, recipient, payload, dedupe_key, state, created_at, closed_at", "id"),
    ("dormancy_notices", "user_id, last_checked_login_at, state, mail_id, created_at, closed_at", "id"),
    ("withdrawal_history", "kind, reason, withdrawn_on, age_band, gender, mbti, months_member, months_alone", "id"),
    ("follows", "follower_id, followee_id, created_at", "follower_id, followee_id"),
    (
        "posts",
        "id, user_id, category, tag, title, content, preview, thumbnail_key, like_count, comment_count, created_at, \
         updated_at, deleted_at",
        "id",
    ),
    ("images", "image_key, owner_id, bytes, issued_at", "id"),
    ("post_images", "post_id, position, image_key", "post_id, position"),
    ("post_likes", "user_id, post_id, created_at", "user_id, post_id"),
    ("comments", "id, post_id, user_id, content, mentioned_user_id, created_at, edited_at, deleted_at", "id"),
];

/// A checksum of each table.
fn checksums(world: &World) -> BTreeMap<&'static str, String> {
    let sum = |(table, columns, order): (&'static str, &str, &str)| {
        let rows = texts(world, &format!("SELECT CONCAT_WS('|', {columns}) AS text FROM {table} ORDER BY {order}"));
        assert!(!rows.is_empty(), "{table} is filled");
        (table, Sha256::digest(rows.join("\n")).iter().map(|byte| format!("{byte:02x}")).collect())
    };
    TABLES.into_iter().map(sum).collect()
}

#[test]
fn the_same_seed_makes_the_same_community_and_another_seed_another() {
    let (first, second, other) = (World::new(), World::new(), World::new());
    let report = loaded(&first, &plan(&first, 400));
    assert_eq!(loaded(&second, &plan(&second, 400)), report);
    loaded(&other, &DemoPlan { seed: 8, ..plan(&other, 400) });
    assert_eq!(checksums(&first), checksums(&second));
    for (table, sum) in checksums(&other) {
        assert_ne!(checksums(&first)[table], sum, "{table}");
    }
}
