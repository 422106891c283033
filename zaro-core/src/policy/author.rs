//! How the writer of a post or a comment is shown (L10, P7, C8).

use chrono::NaiveDate;

use super::credential::UNKNOWN_AUTHOR;
use crate::types::{Status, UserId};

/// A writer as others see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// Stays, also after withdrawal.
    pub id: UserId,
    /// Name, or that of the unknown author.
    pub nickname: String,
    /// Image key, or an address at Kakao.
    pub profile_image: Option<String>,
    /// Since when the member lives alone.
    pub live_alone_date: Option<NaiveDate>,
}

impl Author {
    /// The same writer, masked once the membership has ended.
    #[must_use]
    pub fn masked(self, status: Status) -> Self {
        match status {
            Status::Pending | Status::Active | Status::Dormant => self,
            Status::Deleted => {
                Self { id: self.id, nickname: UNKNOWN_AUTHOR.to_owned(), profile_image: None, live_alone_date: None }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l10_only_a_withdrawn_author_is_masked() {
        let kim = Author {
            id: UserId(7),
            nickname: "kim".to_owned(),
            profile_image: Some("images/profile/7-x.png".to_owned()),
            live_alone_date: NaiveDate::from_ymd_opt(2024, 3, 1),
        };
        assert_eq!(kim.clone().masked(Status::Dormant), kim, "dormant authors are shown as usual");
        let gone = kim.masked(Status::Deleted);
        assert_eq!((gone.id, gone.nickname.as_str()), (UserId(7), UNKNOWN_AUTHOR));
        assert_eq!((gone.profile_image, gone.live_alone_date), (None, None));
    }
}
