//! Notifications.

use serde::Serialize;
use utoipa::ToSchema;
use zaro_core::service::notification;
use zaro_core::types::{Category, NotificationId, NotificationKind, PostId, Time, UserId};

use super::profile_image;

/// `Notification`, in lists and in the event stream alike.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Notification)]
pub struct NotificationView {
    id: NotificationId,
    #[serde(rename = "type")]
    kind: NotificationKind,
    target_id: i64,
    created_at: Time,
    actor_id: UserId,
    actor_name: String,
    actor_profile_image: Option<String>,
    post_id: Option<PostId>,
    category: Option<Category>,
    thumbnail_image: Option<String>,
    comment: Option<String>,
    read: bool,
}

impl From<notification::NotificationView> for NotificationView {
    fn from(told: notification::NotificationView) -> Self {
        let (post_id, category, thumbnail_image) = match told.post {
            Some(post) => (Some(post.id), Some(post.category), post.thumbnail),
            None => (None, None, None),
        };
        Self {
            id: told.id,
            kind: told.kind,
            target_id: told.target,
            created_at: told.created_at,
            actor_id: told.actor.id,
            actor_profile_image: profile_image(told.actor.profile_image.as_deref()),
            actor_name: told.actor.nickname,
            post_id,
            category,
            thumbnail_image,
            comment: told.comment,
            read: told.read,
        }
    }
}
