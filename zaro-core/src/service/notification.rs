//! Telling members what others did (N1 to N3).

use crate::db::Connection;
use crate::error::Result;
use crate::models::notification::{self, NewNotification};
use crate::policy::notification::Notice;
use crate::ports::Event;
use crate::service::effects::Effect;
use crate::types::Time;

/// N1, N3: writes a notification in the transaction of the act; what to do after the commit, unless the receiver has the
/// same one unread.
pub(crate) fn raise(connection: &mut Connection, notice: &Notice, now: Time) -> Result<Option<Effect>> {
    let row = NewNotification {
        user_id: notice.receiver,
        actor_id: notice.actor,
        kind: notice.kind,
        target_id: notice.target,
        post_id: notice.post,
        comment_id: notice.comment,
        unread_key: notice.unread_key(),
        created_at: now,
    };
    let made = notification::insert(connection, &row)?;
    Ok(made.map(|id| Effect::Publish(Event::Notified { receiver: notice.receiver, id })))
}

/// N3: takes an unread notification back when its cause is undone.
pub(crate) fn retract(connection: &mut Connection, notice: &Notice) -> Result<()> {
    notification::remove_unread(connection, &notice.unread_key())
}
