//! The columns of `users` that stand beside what a member wrote.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::policy::author::Author;
use crate::schema::users;
use crate::types::{Status, UserId};

/// A writer as stored; [`AuthorRow::shown`] is what others may see.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct AuthorRow {
    id: UserId,
    nickname: String,
    profile_image: Option<String>,
    live_alone_date: Option<NaiveDate>,
    status: Status,
}

impl AuthorRow {
    /// The writer, masked after withdrawal.
    pub fn shown(self) -> Author {
        let Self { id, nickname, profile_image, live_alone_date, status } = self;
        Author { id, nickname, profile_image, live_alone_date }.masked(status)
    }
}
