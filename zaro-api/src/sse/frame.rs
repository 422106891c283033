//! Events as they go over the wire (N6).

use axum::body::Bytes;
use zaro_core::service::notification;

use crate::views::NotificationView;

const CONNECT: &[u8] = b"event:connect\ndata:connected\n\n";
const PING: &[u8] = b"event:ping\ndata:keep-alive\n\n";

/// A sign of life.
pub(super) const fn ping() -> Bytes {
    Bytes::from_static(PING)
}

/// What a stream begins with: that it is there, and what was missed.
pub(super) fn greeting(missed: Vec<notification::NotificationView>) -> Bytes {
    if missed.is_empty() {
        return Bytes::from_static(CONNECT);
    }
    let mut bytes = CONNECT.to_vec();
    for notification in missed {
        write(&mut bytes, notification);
    }
    bytes.into()
}

/// A notification, with the only id lines there are.
pub(super) fn notification(notification: notification::NotificationView) -> Bytes {
    let mut bytes = Vec::with_capacity(512);
    write(&mut bytes, notification);
    bytes.into()
}

fn write(bytes: &mut Vec<u8>, notification: notification::NotificationView) {
    let id = notification.id;
    // One line: JSON escapes what would break it.
    match serde_json::to_string(&NotificationView::from(notification)) {
        Ok(json) => bytes.extend(format!("id:{id}\nevent:notification\ndata:{json}\n\n").into_bytes()),
        Err(error) => tracing::error!(%error, "a notification could not be written"),
    }
}
