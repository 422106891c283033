//! The rows, one file a group of the contract.
//!
//! A new operation: derive `ToSchema` for its views, write its row into the file of its group (a new group gets a file
//! and a line below), and take its name out of the list `MISSING` in `tests/openapi/contract.rs`. A row says what neither
//! route nor view can: name, summary, parameters, body, and the codes of its own; those of authentication, account state,
//! typed parameters and JSON bodies follow by themselves.

mod auth;
mod comments;
mod exports;
mod favorites;
mod health;
mod images;
mod likes;
mod map;
mod notifications;
mod posts;
mod profile;
mod reports;
mod sanctions;
mod search;
mod users;

use super::operation::Operation;

/// Every operation, group by group.
pub(super) fn all() -> Vec<Operation> {
    let groups = [
        ("auth", auth::operations()),
        ("users", users::operations()),
        ("users", exports::operations()),
        ("users", sanctions::operations()),
        ("posts", posts::operations()),
        ("likes", likes::operations()),
        ("reports", reports::operations()),
        ("search", search::operations()),
        ("comments", comments::operations()),
        ("profile", profile::operations()),
        ("favourites", favorites::operations()),
        ("map", map::operations()),
        ("notifications", notifications::operations()),
        ("images", images::operations()),
        ("operation", health::operations()),
    ];
    groups.into_iter().flat_map(|(tag, rows)| rows.into_iter().map(move |row| row.in_group(tag))).collect()
}
