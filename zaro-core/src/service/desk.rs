//! The operators' desk: everything that they can do, done in one place, written into the moderation log and undone.
//!
//! An [`Act`] is what an operator orders. [`perform()`] carries several out in one transaction, each leaving one entry in
//! the log with the columns that it changed, before and after; [`preview()`] runs the same and takes it back, so that what
//! is shown beforehand is what happens. [`undo()`] writes the columns of an entry back while they are what the entry left,
//! and leaves an entry itself, which can be undone in turn. [`queue()`] and [`case()`] are what there is to decide about.

mod act;
mod carry_out;
mod case;
mod entry;
mod perform;
mod queue;
mod undo;

pub use crate::models::report_queue::Place;
pub use act::Act;
pub use case::{Author, AuthorSanction, Case, CaseReport, Verdict, acts_of, case, case_of};
pub use perform::{Step, perform, preview};
pub use queue::{Item, ItemReport, QueueFilter, queue};
pub use undo::{UndoPlan, Undone, undo, undo_plan};
