//! A believable community for demonstrations, benchmarks and tests of scale.
//!
//! Everything follows from the seed and `now`: the same two give the same rows. Each member, post and comment has a
//! stream of chance of its own, so that nothing is kept in memory but a few bytes of each; counters are known before
//! the first row is written.
//!
//! What a real community has and this one lacks:
//! - `search_outbox` rows for posts, which at scale would double them: the search worker sees that its index lacks them,
//!   and builds it anew from the posts themselves;
//! - the objects behind the pictures of posts;
//! - mails and links that the nightly purge would have removed: an old notice has no mail any more.

mod belongings;
mod board;
mod calendar;
mod comments;
mod dice;
mod life;
mod lives;
mod load;
mod members;
mod names;
mod places;
mod posts;
mod report;
mod roster;
mod rows;
mod standing;
mod text;

use std::ops::ControlFlow;
use std::path::PathBuf;

pub use report::{DemoReport, Due};

use crate::context::Context;
use crate::error::{Error, Result};
use crate::models::user;
use crate::types::Time;

/// Address of the member whom people try the community as.
pub const DEMO_EMAIL: &str = "demo@zaro.example";
/// That member's nickname.
pub const DEMO_NICKNAME: &str = "자취왕";
/// The password of every member with a password.
pub const DEMO_PASSWORD: &str = "Zaro-demo1!";

/// Most members of a community: a few bytes of each are kept in memory, and the tries stop being believable.
pub const MEMBERS_MAX: u64 = 10_000_000;
/// Most posts, and most comments.
pub const TEXTS_MAX: u64 = 50_000_000;

/// What to load.
#[derive(Clone, Debug)]
pub struct DemoPlan {
    /// So many members; from 200 on every state and every edge of the lifecycle is among them.
    pub members: u64,
    /// So many posts.
    pub posts: u64,
    /// So many comments.
    pub comments: u64,
    /// So many places; none when nobody is there to save them.
    pub places: u64,
    /// Another seed makes another community.
    pub seed: u64,
    /// A gzipped file of `id<TAB>text` lines to write posts and comments with, instead of the embedded sentences.
    pub text: Option<PathBuf>,
    /// The instant that everything is dated back from.
    pub now: Time,
}

/// How far the load is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being written.
    pub stage: &'static str,
    /// Rows of this stage so far.
    pub done: u64,
    /// Rows of this stage in the end.
    pub total: u64,
}

/// Fills an empty database as planned, one transaction for each batch.
///
/// `progress` is told before the first batch of a stage and after each; where it breaks, the report says
/// [`DemoReport::interrupted`] and what has been written stays.
///
/// # Errors
/// [`Error::Precondition`] when the database has members, when the plan contradicts itself or when the text file
/// cannot be read; whatever the database says.
pub fn load(
    ctx: &Context,
    plan: &DemoPlan,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<DemoReport> {
    check(plan)?;
    let members: i64 = ctx.db.read(user::count_by_status)?.into_iter().map(|(_, count)| count).sum();
    if members > 0 {
        return Err(Error::Precondition(format!(
            "the database has {members} members already; a demo community needs an empty one\n\
             hint: to start over, make a new database (on SQLite: remove the file), then run `zaro-ctl db migrate`"
        )));
    }
    load::run(ctx, plan, progress)
}

/// Refuses a plan that cannot be carried out.
fn check(plan: &DemoPlan) -> Result<()> {
    let refuse = |text: &str| Err(Error::Precondition(text.to_owned()));
    if plan.members > MEMBERS_MAX || [plan.posts, plan.comments, plan.places].into_iter().any(|count| count > TEXTS_MAX)
    {
        return Err(Error::Precondition(format!(
            "a demo community has at most {MEMBERS_MAX} members, {TEXTS_MAX} posts, comments and places"
        )));
    }
    match (plan.members, plan.posts, plan.comments) {
        (0, _, _) => refuse("a demo community has at least one member"),
        (_, 0, 1..) => refuse("comments need at least one post"),
        _ => Ok(()),
    }
}
