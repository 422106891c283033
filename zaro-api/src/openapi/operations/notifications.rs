//! Notifications and their stream (N).

use serde_json::json;
use zaro_core::Code as C;
use zaro_core::policy::account::WhileSuspended;

use crate::openapi::operation::{Operation, get, patch};
use crate::openapi::parameter::{header, id, query};
use crate::openapi::payload::{list, nothing};
use crate::openapi::value::text;
use crate::views::NotificationView;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        get("/api/notifications", "listNotifications", "Notifications of the caller", "N3, N4, N10")
            .ok("Plain array, newest first", list::<NotificationView>()),
        patch("/api/notifications/{notificationId}", "readNotification", "Mark one notification as read", "N5")
            .with(id("notificationId", "notification id"))
            .writes(WhileSuspended::Allowed)
            .ok("Read; repeating is fine", nothing())
            .refuses(&[C::NotificationNotFound]),
        patch("/api/notifications/bulk", "readAllNotifications", "Mark all notifications as read", "N5")
            .writes(WhileSuspended::Allowed)
            .ok("Read; repeating is fine", nothing()),
        get("/api/notifications/subscribe", "subscribeNotifications", "Event stream", "N6 to N10, F21")
            .note("Events: connect once at the start (data: any text), ping every 30 s (data: keep-alive), notification (data: one line of JSON, schema Notification; the only event with an id line).")
            .with(query("lastEventId", text(), "same meaning as the header"))
            .with(header("Last-Event-ID", text(), "the last event that was seen (N7)"))
            .file("Endless stream", "text/event-stream", text())
            .header("Cache-Control", "never kept", &json!({ "type": "string", "const": "no-cache" }))
            .header("X-Accel-Buffering", "never held back", &json!({ "type": "string", "const": "no" }))
            .extension("x-sse-events", json!({ "connect": { "data": "text", "id": false }, "ping": { "data": "keep-alive", "every": "30 s", "id": false }, "notification": { "data": { "$ref": "#/components/schemas/Notification" }, "id": true } })),
    ]
}
