//! What follows a commit. Whatever goes wrong here, the act stands (N1).

use crate::context::Context;
use crate::ports::{Ended, Event};
use crate::types::UserId;

/// Something to do once the transaction that caused it is committed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an effect that is not run is lost"]
pub enum Effect {
    /// Tell every process.
    Publish(Event),
    /// Wake the search worker (Q8).
    Index,
}

impl Effect {
    /// T6: sessions of these members ended.
    pub(crate) fn sessions_ended(users: impl Into<Vec<UserId>>, which: Ended) -> Self {
        Self::Publish(Event::SessionsEnded { users: users.into(), which })
    }
}

/// Does them; a failure is logged and fails nobody.
pub fn run(ctx: &Context, effects: impl IntoIterator<Item = Effect>) {
    for effect in effects {
        let done = match effect {
            Effect::Publish(event) => ctx.events.publish(event),
            Effect::Index => {
                ctx.search_bell.ring();
                Ok(())
            }
        };
        if let Err(error) = done {
            tracing::warn!(error = &error as &dyn std::error::Error, "an event was not delivered");
        }
    }
}
