//! The columns that posts and comments have in common: what is reported, and what hides it.

use diesel::prelude::*;

use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::{comments, posts};
use crate::types::{HiddenReason, Target, Time, UserId};

/// A post or a comment, as far as reports and hiding go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetState {
    /// Who wrote it.
    pub author: UserId,
    /// Title of a post.
    pub title: Option<String>,
    /// Its text.
    pub content: String,
    /// Since when deleted.
    pub deleted_at: Option<Time>,
    /// Who hid it.
    pub hidden: Option<HiddenReason>,
    /// Reports that are not rejected.
    pub report_count: i32,
    /// Their points.
    pub report_weight: i32,
}

/// Runs the same statement on the table of the target.
macro_rules! on_table_of {
    ($target:expr, |$table:ident, $id:ident| $work:expr) => {
        match $target {
            Target::Post($id) => {
                use posts as $table;
                $work
            }
            Target::Comment($id) => {
                use comments as $table;
                $work
            }
        }
    };
}

type Columns = (UserId, Option<Time>, Option<HiddenReason>, i32, i32, String);

/// How it stands, held against other writers until the transaction ends.
pub fn for_update(connection: &mut Connection, target: Target) -> Result<Option<TargetState>> {
    let (table, id) = match target {
        Target::Post(id) => ("posts", id.0),
        Target::Comment(id) => ("comments", id.0),
    };
    dialect::lock_rows(connection, table, &[id])?;
    let found: Option<Columns> = on_table_of!(target, |table, id| table::table
        .find(id)
        .select((
            table::user_id,
            table::deleted_at,
            table::hidden_reason,
            table::report_count,
            table::report_weight,
            table::content,
        ))
        .first(connection)
        .optional()?);
    let Some((author, deleted_at, hidden, report_count, report_weight, content)) = found else { return Ok(None) };
    let title = match target {
        Target::Post(id) => Some(posts::table.find(id).select(posts::title).first(connection)?),
        Target::Comment(_) => None,
    };
    Ok(Some(TargetState { author, title, content, deleted_at, hidden, report_count, report_weight }))
}

/// CT1: moves the number of reports and their points together, neither below 0.
pub fn move_reports(connection: &mut Connection, target: Target, count: i32, weight: i32) -> Result<()> {
    on_table_of!(target, |table, id| {
        let enough = table::report_count.ge(-count).and(table::report_weight.ge(-weight));
        diesel::update(table::table.filter(table::id.eq(id)).filter(enough))
            .set((
                table::report_count.eq(table::report_count + count),
                table::report_weight.eq(table::report_weight + weight),
            ))
            .execute(connection)?
    });
    Ok(())
}

/// Hides what is not hidden; false when it is.
pub fn hide(connection: &mut Connection, target: Target, reason: HiddenReason, now: Time) -> Result<bool> {
    let hidden = on_table_of!(target, |table, id| {
        diesel::update(table::table.filter(table::id.eq(id)).filter(table::hidden_at.is_null()))
            .set((table::hidden_at.eq(now), table::hidden_reason.eq(reason)))
            .execute(connection)?
    });
    Ok(hidden == 1)
}

/// RP4: makes a hiding by reports the operators' own; false when it is none.
pub fn take_over(connection: &mut Connection, target: Target) -> Result<bool> {
    let taken = on_table_of!(target, |table, id| {
        let by_reports = table::hidden_reason.eq(HiddenReason::Reports);
        diesel::update(table::table.filter(table::id.eq(id)).filter(by_reports))
            .set(table::hidden_reason.eq(HiddenReason::Operator))
            .execute(connection)?
    });
    Ok(taken == 1)
}

/// Shows what is hidden; false when it is not.
pub fn unhide(connection: &mut Connection, target: Target) -> Result<bool> {
    let shown = on_table_of!(target, |table, id| {
        diesel::update(table::table.filter(table::id.eq(id)).filter(table::hidden_at.is_not_null()))
            .set((table::hidden_at.eq(None::<Time>), table::hidden_reason.eq(None::<HiddenReason>)))
            .execute(connection)?
    });
    Ok(shown == 1)
}

/// Deletes, at this instant, what is not deleted, or takes a deletion back; false when it is so already.
pub fn set_deleted(connection: &mut Connection, target: Target, at: Option<Time>) -> Result<bool> {
    let changed = on_table_of!(target, |table, id| {
        let row = table::table.filter(table::id.eq(id));
        let change = table::deleted_at.eq(at);
        if at.is_some() {
            diesel::update(row.filter(table::deleted_at.is_null())).set(change).execute(connection)?
        } else {
            diesel::update(row.filter(table::deleted_at.is_not_null())).set(change).execute(connection)?
        }
    });
    Ok(changed == 1)
}
