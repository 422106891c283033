//! The columns of `users` that stand beside what a member wrote.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::schema::users;
use crate::types::{Status, UserId};

/// A writer as stored; what others may see of them is for the policy to say.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct AuthorRow {
    /// Id.
    pub id: UserId,
    /// Name as chosen.
    pub nickname: String,
    /// Image key, or an address at Kakao.
    pub profile_image: Option<String>,
    /// Since when the member lives alone.
    pub live_alone_date: Option<NaiveDate>,
    /// Where the member stands.
    pub status: Status,
}
