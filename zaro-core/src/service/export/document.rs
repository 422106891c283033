//! The JSON document: all that is known of a member (E3). Others stand in it by id and nickname only.

use std::collections::HashMap;
use std::io::Write;

use serde_json::{Value, json};

use super::archive::unwritable;
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::models::belongings::{self, Other, OwnComment, OwnFavorite, OwnNotification, OwnPost, OwnReport};
use crate::models::sanction::Sanction;
use crate::models::user::{self, User};
use crate::models::{appeal, dormancy_notice, sanction};
use crate::policy::credential::UNKNOWN_AUTHOR;
use crate::types::{PostId, Status, Time, UserId};

/// Rows that are in memory at once.
const PAGE: i64 = 200;
/// More measures than two operators take against one member.
const SANCTIONS: i64 = 10_000;

/// Writes the document of a member, read from one snapshot; tells the keys of their images.
pub(super) fn write(
    connection: &mut Connection,
    id: UserId,
    now: Time,
    to: &mut dyn Write,
    pulse: &mut dyn FnMut() -> Result<()>,
) -> Result<Vec<String>> {
    let member = user::find(connection, id)?;
    let member = member.ok_or_else(|| Error::Internal(format!("member {id} is gone")))?;
    let mut images = Vec::new();
    let mut writer = Writer { connection, id, to, pulse, first: true };
    writer.raw("{")?;
    writer.member("exportedAt", &json!(now))?;
    writer.member("account", &account(&member))?;
    writer.member("settings", &settings(&member))?;
    writer.sessions()?;
    writer.section("posts", belongings::posts, posts)?;
    writer.section("comments", belongings::comments, each(|row: OwnComment| (row.id, comment(row))))?;
    writer.section(
        "likes",
        belongings::likes,
        each(|(post, at)| (post, json!({ "postId": post, "createdAt": at }))),
    )?;
    writer.section("followings", belongings::followings, each(follow))?;
    writer.section("followers", belongings::followers, each(follow))?;
    writer.section("groups", belongings::groups, groups)?;
    writer.section(
        "notifications",
        belongings::notifications,
        each(|row: OwnNotification| (row.id, notification(row))),
    )?;
    writer.section("reports", belongings::reports, each(|row: OwnReport| (row.id, report(&row))))?;
    writer.sanctions()?;
    writer.notices()?;
    let keep = |row: belongings::OwnImage| {
        let value = json!({ "key": row.key, "kind": row.kind, "createdAt": row.issued_at });
        images.push(row.key);
        (row.id, value)
    };
    writer.section("images", belongings::images, each(keep))?;
    writer.raw("}\n")?;
    Ok(images)
}

/// Writes the document member by member.
struct Writer<'a> {
    connection: &'a mut Connection,
    id: UserId,
    to: &'a mut dyn Write,
    pulse: &'a mut dyn FnMut() -> Result<()>,
    first: bool,
}

/// A query that goes on after a key.
type Query<R> = fn(&mut Connection, UserId, i64, i64) -> Result<Vec<R>>;

impl Writer<'_> {
    fn raw(&mut self, text: &str) -> Result<()> {
        self.to.write_all(text.as_bytes()).map_err(|error| unwritable(&error))
    }

    fn value(&mut self, value: &Value) -> Result<()> {
        serde_json::to_writer(&mut *self.to, value).map_err(|error| unwritable(&error))
    }

    fn name(&mut self, name: &str) -> Result<()> {
        let comma = if std::mem::take(&mut self.first) { "" } else { "," };
        self.raw(&format!("{comma}\n\"{name}\":"))
    }

    fn member(&mut self, name: &str, value: &Value) -> Result<()> {
        self.name(name)?;
        self.value(value)
    }

    /// A list of which only a page is in memory; `write` gives each row's key and JSON, in the order of the keys.
    fn section<R>(
        &mut self,
        name: &str,
        query: Query<R>,
        mut write: impl FnMut(&mut Connection, Vec<R>) -> Result<Vec<(i64, Value)>>,
    ) -> Result<()> {
        self.name(name)?;
        self.raw("[")?;
        let (mut after, mut comma) = (i64::MIN, "\n");
        loop {
            (self.pulse)()?;
            let rows = query(self.connection, self.id, after, PAGE)?;
            let written = write(self.connection, rows)?;
            let Some((last, _)) = written.last() else { break };
            after = *last;
            for (_, value) in &written {
                self.raw(comma)?;
                self.value(value)?;
                comma = ",\n";
            }
        }
        self.raw("]")
    }

    fn sessions(&mut self) -> Result<()> {
        let rows = belongings::sessions(self.connection, self.id)?;
        let rows = rows.into_iter().map(|row| {
            json!({
                "userAgent": row.user_agent,
                "createdAt": row.created_at,
                "lastUsedAt": row.last_used_at,
                "expiresAt": row.expires_at,
                "endedAt": row.revoked_at,
            })
        });
        self.member("sessions", &rows.collect())
    }

    fn sanctions(&mut self) -> Result<()> {
        let rows = sanction::of_user(self.connection, self.id, SANCTIONS)?;
        self.member("sanctions", &rows.into_iter().map(measure).collect())
    }

    fn notices(&mut self) -> Result<()> {
        let rows = dormancy_notice::of_user(self.connection, self.id)?;
        let rows = rows.into_iter().map(|row| {
            json!({
                "lastLoginAt": row.basis_at,
                "state": row.state,
                "createdAt": row.created_at,
                "handedOverAt": row.handed_over_at,
            })
        });
        self.member("dormancyNotices", &rows.collect())
    }
}

/// Rows that are written each by itself.
fn each<R>(
    mut write: impl FnMut(R) -> (i64, Value),
) -> impl FnMut(&mut Connection, Vec<R>) -> Result<Vec<(i64, Value)>> {
    move |_, rows| Ok(rows.into_iter().map(&mut write).collect())
}

fn account(member: &User) -> Value {
    json!({
        "userId": member.id,
        "email": member.email,
        "nickname": member.nickname,
        "provider": member.provider,
        "providerId": member.provider_id,
        "status": member.status,
        "createdAt": member.created_at,
        "verifiedAt": member.verified_at,
        "lastLoginAt": member.last_login_at,
        "suspendedUntil": member.suspended_until,
    })
}

fn settings(member: &User) -> Value {
    json!({
        "profileImage": member.profile_image,
        "birthday": member.birthday,
        "liveAloneDate": member.live_alone_date,
        "gender": member.gender,
        "mbti": member.mbti,
        "nicknameChangedAt": member.nickname_changed_at,
    })
}

/// Another member, as everybody sees them.
fn other((id, nickname, status): Other) -> Value {
    let nickname = if status == Status::Deleted { UNKNOWN_AUTHOR.to_owned() } else { nickname };
    json!({ "userId": id, "nickname": nickname })
}

fn posts(connection: &mut Connection, rows: Vec<OwnPost>) -> Result<Vec<(i64, Value)>> {
    let ids: Vec<PostId> = rows.iter().map(|(post, ..)| post.id).collect();
    let mut pictures: HashMap<PostId, Vec<String>> = HashMap::new();
    for (post, key) in belongings::pictures(connection, &ids)? {
        pictures.entry(post).or_default().push(key);
    }
    let written = rows.into_iter().map(|(post, updated_at, deleted_at, hidden_at)| {
        let value = json!({
            "postId": post.id,
            "category": post.category,
            "tag": post.tag,
            "title": post.title,
            "content": post.content,
            "thumbnailImage": post.thumbnail_key,
            "postImageList": pictures.remove(&post.id).unwrap_or_default(),
            "likeCount": post.like_count,
            "commentCount": post.comment_count,
            "createdAt": post.created_at,
            "updatedAt": updated_at,
            "deletedAt": deleted_at,
            "hiddenAt": hidden_at,
        });
        (post.id.0, value)
    });
    Ok(written.collect())
}

fn comment(row: OwnComment) -> Value {
    json!({
        "commentId": row.id,
        "postId": row.post_id,
        "content": row.content,
        "mentionedUser": row.mentioned.map(other),
        "createdAt": row.created_at,
        "editedAt": row.edited_at,
        "deletedAt": row.deleted_at,
        "hiddenAt": row.hidden_at,
    })
}

fn follow((who, since): (Other, Time)) -> (i64, Value) {
    (who.0.0, json!({ "user": other(who), "createdAt": since }))
}

/// Each group with its places, of which there are a thousand at most (FV2).
fn groups(connection: &mut Connection, rows: Vec<belongings::OwnGroup>) -> Result<Vec<(i64, Value)>> {
    let mut written = Vec::with_capacity(rows.len());
    for row in rows {
        let favorites = belongings::favorites(connection, row.id)?;
        let value = json!({
            "groupId": row.id,
            "name": row.name,
            "visibility": row.visibility,
            "createdAt": row.created_at,
            "updatedAt": row.updated_at,
            "favorites": favorites.iter().map(favorite).collect::<Value>(),
        });
        written.push((row.id, value));
    }
    Ok(written)
}

fn favorite(row: &OwnFavorite) -> Value {
    json!({
        "favoriteId": row.id,
        "placeName": row.place,
        "address": row.address,
        "lat": row.lat,
        "lng": row.lng,
        "memo": row.memo,
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
    })
}

fn notification(row: OwnNotification) -> Value {
    json!({
        "notificationId": row.id,
        "type": row.kind,
        "actor": other(row.actor),
        "targetId": row.target_id,
        "postId": row.post_id,
        "commentId": row.comment_id,
        "readAt": row.read_at,
        "createdAt": row.created_at,
    })
}

fn report(row: &OwnReport) -> Value {
    json!({
        "reportId": row.id,
        "postId": row.post_id,
        "commentId": row.comment_id,
        "reasonType": row.reason,
        "reasonText": row.reason_text,
        "state": row.state,
        "createdAt": row.created_at,
    })
}

/// A measure and the appeal against it; which operator acted is nobody's business.
fn measure((row, appeal): (Sanction, Option<appeal::Appeal>)) -> Value {
    let appeal = appeal.map(|appeal| {
        json!({
            "text": appeal.text,
            "state": appeal.state,
            "answer": appeal.answer,
            "createdAt": appeal.created_at,
            "answeredAt": appeal.handled_at,
        })
    });
    json!({
        "sanctionId": row.id,
        "kind": row.kind,
        "reason": row.reason,
        "message": row.message,
        "startsAt": row.starts_at,
        "endsAt": row.ends_at,
        "liftedAt": row.lifted_at,
        "appeal": appeal,
    })
}
