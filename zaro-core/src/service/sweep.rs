//! Sweeps: what is due is planned, shown, and applied in short batches that can stop anywhere and go on later.
//!
//! The plan only reads. Applying decides each row again inside its batch's transaction, so that whatever happened in
//! between (a sign-in, another sweep) wins.

mod act;
mod anonymise;
mod apply;
mod candidates;
mod facts;
pub mod file;
mod images;
mod pace;
mod plan;
mod purge;
mod reconcile;
mod rows;
mod rule;
mod schedule;
pub mod simulate;
mod status;

pub use apply::{
    ApplyOptions, FileLook, FileReport, Progress, RunReport, SweepReport, apply, apply_file, look_at_file,
};
pub(crate) use facts::of_members as facts_of_members;
pub use plan::{Due, Plan, RulePlan, Shard, Work, plan};
pub use reconcile::Difference;
pub use rule::{Rule, Timetable};
pub use schedule::{missed, next_due, run_scheduler};
pub use status::{SweepStatus, status};
