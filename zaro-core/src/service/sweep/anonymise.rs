//! L9: what becomes of each personal column, table by table.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::models::export;
use crate::schema::{
    account_tokens, appeals, comments, dormancy_notices, favorite_groups, favorites, follows, images, mail_outbox,
    notifications, places, post_likes, posts, sanctions, sessions, users,
};
use crate::types::{ImageKind, ImageState, Status, Time, UserId};

#[diesel::declare_sql_function]
extern "SQL" {
    /// Text, number and text in one, on both databases.
    #[sql_name = "concat"]
    fn concat_id(before: Text, id: BigInt, after: Text) -> Text;
}

/// Empties these members, who are DELETED and due; tells how many.
pub(super) fn anonymise(connection: &mut Connection, ids: &[UserId], now: Time) -> Result<usize> {
    lower_likes(connection, ids)?;
    lower_places(connection, ids)?;
    macro_rules! remove {
        ($($column:expr => $table:ident),+ $(,)?) => {
            $(diesel::delete($table::table.filter($column.eq_any(ids))).execute(connection)?;)+
        };
    }
    remove! {
        post_likes::user_id => post_likes,
        favorites::user_id => favorites,
        favorite_groups::user_id => favorite_groups,
        follows::follower_id => follows,
        follows::followee_id => follows,
        notifications::user_id => notifications,
        notifications::actor_id => notifications,
        sessions::user_id => sessions,
        account_tokens::user_id => account_tokens,
    }
    diesel::delete(dormancy_notices::table.filter(dormancy_notices::user_id.eq_any(ids))).execute(connection)?;
    diesel::delete(mail_outbox::table.filter(mail_outbox::user_id.eq_any(ids))).execute(connection)?;
    diesel::update(comments::table.filter(comments::mentioned_user_id.eq_any(ids)))
        .set(comments::mentioned_user_id.eq(None::<i64>))
        .execute(connection)?;
    diesel::update(sanctions::table.filter(sanctions::user_id.eq_any(ids)))
        .set(sanctions::message.eq(None::<String>))
        .execute(connection)?;
    diesel::update(appeals::table.filter(appeals::user_id.eq_any(ids)))
        .set((appeals::text.eq(None::<String>), appeals::answer.eq(None::<String>)))
        .execute(connection)?;
    export::remove_of(connection, ids)?;
    reject_images(connection, ids, now)?;
    crate::fault::point("sweep.belongings_removed");
    empty_rows(connection, ids, now)
}

/// The member's own row.
fn empty_rows(connection: &mut Connection, ids: &[UserId], now: Time) -> Result<usize> {
    let due = users::table
        .filter(users::id.eq_any(ids))
        .filter(dialect::unindexed(users::status).eq(Status::Deleted))
        .filter(users::anonymized_at.is_null());
    let emptied = diesel::update(due)
        .set((
            (
                users::email.eq(concat_id("deleted-", users::id, "@anonymised.invalid")),
                users::email_key.eq(None::<String>),
                users::nickname.eq(concat_id("#", users::id, "")),
                users::nickname_key.eq(None::<String>),
                users::password_hash.eq(None::<String>),
                users::provider_id.eq(None::<String>),
                users::provider_key.eq(None::<String>),
                users::profile_image.eq(None::<String>),
            ),
            (
                users::birthday.eq(None::<chrono::NaiveDate>),
                users::live_alone_date.eq(None::<chrono::NaiveDate>),
                users::gender.eq(None::<String>),
                users::mbti.eq(None::<String>),
                users::last_login_at.eq(None::<Time>),
                users::nickname_changed_at.eq(None::<Time>),
                users::suspended_until.eq(None::<Time>),
            ),
            (
                users::follower_count.eq(0),
                users::following_count.eq(0),
                users::anonymized_at.eq(now),
                users::updated_at.eq(now),
            ),
        ))
        .execute(connection)?;
    Ok(emptied)
}

/// Lowers `like_count` of the posts these members like.
fn lower_likes(connection: &mut Connection, ids: &[UserId]) -> Result<()> {
    let liked: Vec<i64> =
        post_likes::table.filter(post_likes::user_id.eq_any(ids)).select(post_likes::post_id).load(connection)?;
    for (count, part) in by_count(&liked) {
        diesel::update(posts::table.filter(posts::id.eq_any(part)).filter(posts::like_count.ge(count)))
            .set(posts::like_count.eq(posts::like_count - count))
            .execute(connection)?;
    }
    Ok(())
}

/// Lowers `favorite_count` of the places these members saved in live PUBLIC groups (CT1).
fn lower_places(connection: &mut Connection, ids: &[UserId]) -> Result<()> {
    let saved: Vec<i64> = favorites::table
        .inner_join(favorite_groups::table.on(favorite_groups::id.eq(favorites::group_id)))
        .filter(favorites::user_id.eq_any(ids))
        .filter(favorite_groups::deleted_at.is_null())
        .filter(favorite_groups::visibility.eq("PUBLIC"))
        .select(favorites::place_id)
        .load(connection)?;
    for (count, part) in by_count(&saved) {
        diesel::update(places::table.filter(places::id.eq_any(part)).filter(places::favorite_count.ge(count)))
            .set(places::favorite_count.eq(places::favorite_count - count))
            .execute(connection)?;
    }
    Ok(())
}

/// Ids by how often they occur, in parts that fit one statement: most occur once, so few statements do.
fn by_count(ids: &[i64]) -> Vec<(i32, Vec<i64>)> {
    let mut counts: BTreeMap<i64, i32> = BTreeMap::new();
    for id in ids {
        *counts.entry(*id).or_default() += 1;
    }
    let mut groups: BTreeMap<i32, Vec<i64>> = BTreeMap::new();
    for (id, count) in counts {
        groups.entry(count).or_default().push(id);
    }
    groups
        .into_iter()
        .flat_map(|(count, ids)| ids.chunks(1000).map(|part| (count, part.to_vec())).collect::<Vec<_>>())
        .collect()
}

/// Marks profile pictures and unattached uploads for removal: their objects go after the commit, then their rows.
fn reject_images(connection: &mut Connection, ids: &[UserId], now: Time) -> Result<()> {
    let personal = images::kind.eq(ImageKind::Profile).or(images::detached_at.is_not_null());
    diesel::update(images::table.filter(images::owner_id.eq_any(ids)).filter(personal))
        .set((images::state.eq(ImageState::Rejected), images::detached_at.eq(now)))
        .execute(connection)?;
    Ok(())
}
