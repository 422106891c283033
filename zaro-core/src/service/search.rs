//! Finding posts (Q1 to Q12), and keeping the index equal to the database (Q8, Q9).
//!
//! Whoever changes what a search can see of a post calls `changed` in the transaction of the change and runs the effect
//! after the commit. One worker a process ([`run_worker`]) carries the changes over; it reads the post as it is by then,
//! so that the order of changes does not matter and doing one twice does no harm. A change is done only once the index has
//! it on disk.
//!
//! What the rows of the outbox cannot tell (a demo community loaded in bulk, a folder that was removed, a database that was
//! restored) shows in the numbers: an index with nothing left to do must hold as many documents as there are visible
//! posts. If it does not, the worker builds it anew.

pub mod desk;
mod find;
mod load;
mod rebuild;
mod substring;
mod suggest;
mod worker;

pub use find::{SearchHit, SearchPage, search};
pub use rebuild::rebuild;
pub use substring::{PATIENCE, search_plainly};
pub use suggest::{Suggestion, suggest};
pub use worker::{catch_up, run_worker, work_due};

use crate::db::Connection;
use crate::error::Result;
use crate::models::search_outbox;
use crate::service::effects::Effect;
use crate::types::{PostId, Time};

/// Q8: notes in the transaction of a change that a post must be looked at again; what to do after the commit.
pub(crate) fn changed(connection: &mut Connection, post: PostId, now: Time) -> Result<Effect> {
    search_outbox::insert(connection, post, now)?;
    Ok(Effect::Index)
}
