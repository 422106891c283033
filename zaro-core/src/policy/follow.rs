//! Who may follow whom (FO1 to FO3).

use super::page::Paging;
use crate::error::Code;
use crate::types::{Status, UserId};

/// FO3: entries of one part of a list of follows.
pub const FOLLOWS_PAGE: u32 = 1000;

/// FO1: oneself cannot be followed, nor can who is not ACTIVE.
pub fn check_follow(actor: UserId, target: UserId, status: Option<Status>) -> Result<(), Code> {
    if actor == target {
        return Err(Code::FollowSelfNotAllowed);
    }
    if status == Some(Status::Active) { Ok(()) } else { Err(Code::UserNotFound) }
}

/// FO2: whoever was followed once can be let go, whatever became of them.
pub fn check_unfollow(actor: UserId, target: UserId, status: Option<Status>) -> Result<(), Code> {
    if actor == target {
        return Err(Code::FollowUnfollowSelfNotAllowed);
    }
    status.map(drop).ok_or(Code::UserNotFound)
}

/// FO3: the follows of everybody who is still a member can be looked at.
pub fn check_listed(status: Option<Status>) -> Result<(), Code> {
    match status {
        Some(Status::Pending | Status::Active | Status::Dormant) => Ok(()),
        Some(Status::Deleted) | None => Err(Code::UserNotFound),
    }
}

/// CT1: whether a follow counts for the one end while the other one stands here.
pub const fn counts(other_end: Status) -> bool {
    !matches!(other_end, Status::Deleted)
}

/// FO3: the part of a list that was asked for; its size is fixed.
pub fn read_page(page: Option<&str>) -> Paging {
    Paging { page: Paging::read(page, None, FOLLOWS_PAGE).page, size: FOLLOWS_PAGE }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fo1_fo2_who_can_be_followed_and_let_go() {
        let (me, other) = (UserId(1), UserId(2));
        for (target, status, follow, unfollow) in [
            (me, Some(Status::Active), Err(Code::FollowSelfNotAllowed), Err(Code::FollowUnfollowSelfNotAllowed)),
            (other, None, Err(Code::UserNotFound), Err(Code::UserNotFound)),
            (other, Some(Status::Pending), Err(Code::UserNotFound), Ok(())),
            (other, Some(Status::Active), Ok(()), Ok(())),
            (other, Some(Status::Dormant), Err(Code::UserNotFound), Ok(())),
            (other, Some(Status::Deleted), Err(Code::UserNotFound), Ok(())),
        ] {
            assert_eq!(check_follow(me, target, status), follow, "{status:?}");
            assert_eq!(check_unfollow(me, target, status), unfollow, "{status:?}");
        }
    }

    #[test]
    fn fo3_lists_of_all_but_the_deleted_in_parts_of_a_thousand() {
        for status in Status::ALL {
            assert_eq!(check_listed(Some(*status)).is_ok(), *status != Status::Deleted, "{status}");
            assert_eq!(counts(*status), *status != Status::Deleted, "{status}");
        }
        assert_eq!(check_listed(None), Err(Code::UserNotFound));
        let parts = [None, Some("2"), Some("x"), Some("-1")].map(|page| read_page(page).offset());
        assert_eq!(parts, [0, 2000, 0, 0]);
        assert_eq!(read_page(None).limit(), 1000);
    }
}
