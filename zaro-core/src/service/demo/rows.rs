//! The rows of a demo community, as wide as they are filled, written many in one statement.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::{
    account_tokens, comments, dormancy_notices, favorite_groups, favorites, follows, images, mail_outbox, places,
    post_images, post_likes, posts, sessions, users,
};
use crate::types::{
    Category, Gender, GroupId, ImageKind, ImageState, MailKind, MailState, NoticeState, PlaceId, PlaceSource, PostId,
    Provider, Status, Tag, Time, TokenPurpose, UserId,
};

/// Values that SQLite takes in one statement; MySQL takes twice as many.
const MAX_VALUES: usize = 32_766;

/// What can be written in bulk.
pub(super) trait Bulk: Sized {
    /// Writes all of these.
    fn write(connection: &mut Connection, rows: &[Self]) -> Result<()>;
}

/// `bulk!(Row, table, columns)`: the number of columns tells how many rows fit one statement.
macro_rules! bulk {
    ($row:ty, $table:ident, $columns:literal) => {
        impl Bulk for $row {
            fn write(connection: &mut Connection, rows: &[Self]) -> Result<()> {
                for part in rows.chunks(MAX_VALUES / $columns) {
                    dialect::insert_many!(connection, $table::table, part)?;
                }
                Ok(())
            }
        }
    };
}

#[derive(Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
pub(super) struct UserRow {
    pub(super) id: UserId,
    pub(super) email: String,
    pub(super) email_key: Option<String>,
    pub(super) nickname: String,
    pub(super) nickname_key: Option<String>,
    pub(super) password_hash: Option<String>,
    pub(super) provider: Provider,
    pub(super) provider_id: Option<String>,
    pub(super) provider_key: Option<String>,
    pub(super) status: Status,
    pub(super) birthday: Option<NaiveDate>,
    pub(super) live_alone_date: Option<NaiveDate>,
    pub(super) gender: Option<Gender>,
    pub(super) mbti: Option<String>,
    pub(super) follower_count: i32,
    pub(super) following_count: i32,
    pub(super) verified_at: Option<Time>,
    pub(super) last_login_at: Option<Time>,
    pub(super) status_changed_at: Time,
    pub(super) dormant_at: Option<Time>,
    pub(super) deleted_at: Option<Time>,
    pub(super) anonymized_at: Option<Time>,
    pub(super) created_at: Time,
    pub(super) updated_at: Time,
}
bulk!(UserRow, users, 24);

#[derive(Insertable)]
#[diesel(table_name = favorite_groups)]
pub(super) struct GroupRow {
    pub(super) user_id: UserId,
    pub(super) name: &'static str,
    pub(super) live_key: String,
    pub(super) visibility: &'static str,
    pub(super) position: i32,
    pub(super) favorite_count: i32,
    pub(super) created_at: Time,
    pub(super) updated_at: Time,
}
bulk!(GroupRow, favorite_groups, 8);

#[derive(Insertable)]
#[diesel(table_name = places)]
pub(super) struct PlaceRow {
    pub(super) id: PlaceId,
    pub(super) kakao_place_id: i64,
    pub(super) name: String,
    pub(super) address: String,
    pub(super) category: &'static str,
    pub(super) lat: f64,
    pub(super) lng: f64,
    pub(super) cell: i32,
    pub(super) favorite_count: i32,
    pub(super) source: PlaceSource,
    pub(super) created_at: Time,
    pub(super) updated_at: Time,
}
bulk!(PlaceRow, places, 12);

#[derive(Insertable)]
#[diesel(table_name = favorites)]
pub(super) struct FavoriteRow {
    pub(super) user_id: UserId,
    pub(super) group_id: GroupId,
    pub(super) place_id: PlaceId,
    pub(super) created_at: Time,
    pub(super) updated_at: Time,
}
bulk!(FavoriteRow, favorites, 5);

#[derive(Insertable)]
#[diesel(table_name = sessions)]
pub(super) struct SessionRow {
    pub(super) id: String,
    pub(super) user_id: UserId,
    pub(super) refresh_hash: Vec<u8>,
    pub(super) user_agent: &'static str,
    pub(super) created_at: Time,
    pub(super) last_used_at: Time,
    pub(super) expires_at: Time,
}
bulk!(SessionRow, sessions, 7);

#[derive(Insertable)]
#[diesel(table_name = account_tokens)]
pub(super) struct LinkRow {
    pub(super) purpose: TokenPurpose,
    pub(super) user_id: UserId,
    pub(super) token_hash: Vec<u8>,
    pub(super) live_key: String,
    pub(super) created_at: Time,
    pub(super) expires_at: Time,
}
bulk!(LinkRow, account_tokens, 6);

#[derive(Insertable)]
#[diesel(table_name = mail_outbox, treat_none_as_default_value = false)]
pub(super) struct MailRow {
    pub(super) id: i64,
    pub(super) kind: MailKind,
    pub(super) user_id: UserId,
    pub(super) recipient: String,
    pub(super) payload: Option<String>,
    pub(super) dedupe_key: Option<String>,
    pub(super) state: MailState,
    pub(super) attempts: i32,
    pub(super) next_attempt_at: Time,
    pub(super) handing_over_at: Option<Time>,
    pub(super) created_at: Time,
    pub(super) closed_at: Option<Time>,
}
bulk!(MailRow, mail_outbox, 12);

#[derive(Insertable)]
#[diesel(table_name = dormancy_notices, treat_none_as_default_value = false)]
pub(super) struct NoticeRow {
    pub(super) user_id: UserId,
    pub(super) last_checked_login_at: Time,
    pub(super) state: NoticeState,
    pub(super) mail_id: Option<i64>,
    pub(super) dormant_months: i32,
    pub(super) delete_months: i32,
    pub(super) created_at: Time,
    pub(super) handed_over_at: Option<Time>,
    pub(super) closed_at: Option<Time>,
}
bulk!(NoticeRow, dormancy_notices, 9);

#[derive(Insertable)]
#[diesel(table_name = follows)]
pub(super) struct FollowRow {
    pub(super) follower_id: UserId,
    pub(super) followee_id: UserId,
    pub(super) created_at: Time,
}
bulk!(FollowRow, follows, 3);

#[derive(Insertable)]
#[diesel(table_name = posts, treat_none_as_default_value = false)]
pub(super) struct PostRow {
    pub(super) id: PostId,
    pub(super) user_id: UserId,
    pub(super) category: Category,
    pub(super) tag: Tag,
    pub(super) title: String,
    pub(super) content: String,
    pub(super) preview: String,
    pub(super) thumbnail_key: Option<String>,
    pub(super) like_count: i32,
    pub(super) comment_count: i32,
    pub(super) created_at: Time,
    pub(super) updated_at: Time,
    pub(super) deleted_at: Option<Time>,
}
bulk!(PostRow, posts, 13);

#[derive(Insertable)]
#[diesel(table_name = images)]
pub(super) struct ImageRow {
    pub(super) image_key: String,
    pub(super) owner_id: UserId,
    pub(super) kind: ImageKind,
    pub(super) mime: &'static str,
    pub(super) bytes: i64,
    pub(super) state: ImageState,
    pub(super) issued_at: Time,
    pub(super) stored_at: Time,
}
bulk!(ImageRow, images, 8);

#[derive(Insertable)]
#[diesel(table_name = post_images)]
pub(super) struct PostImageRow {
    pub(super) post_id: PostId,
    pub(super) position: i32,
    pub(super) image_key: String,
}
bulk!(PostImageRow, post_images, 3);

#[derive(Insertable)]
#[diesel(table_name = post_likes)]
pub(super) struct LikeRow {
    pub(super) user_id: UserId,
    pub(super) post_id: PostId,
    pub(super) created_at: Time,
}
bulk!(LikeRow, post_likes, 3);

#[derive(Insertable)]
#[diesel(table_name = comments, treat_none_as_default_value = false)]
pub(super) struct CommentRow {
    pub(super) post_id: PostId,
    pub(super) user_id: UserId,
    pub(super) content: String,
    pub(super) mentioned_user_id: Option<UserId>,
    pub(super) created_at: Time,
    pub(super) edited_at: Option<Time>,
    pub(super) deleted_at: Option<Time>,
}
bulk!(CommentRow, comments, 7);
