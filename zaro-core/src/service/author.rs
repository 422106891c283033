//! Writers as others see them.

use crate::models::author::AuthorRow;
use crate::policy::author::Author;

/// The writer, masked after withdrawal (L10).
pub(crate) fn shown(row: AuthorRow) -> Author {
    let AuthorRow { id, nickname, profile_image, live_alone_date, status } = row;
    Author { id, nickname, profile_image, live_alone_date }.masked(status)
}
