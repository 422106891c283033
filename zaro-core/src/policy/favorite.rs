//! Saved places: their memos, and who may change them (FV2, FV6, FV10, FV11).

use super::group::GroupFacts;
use crate::error::Code;
use crate::types::UserId;

/// FV2: favourites in one group.
pub const FAVORITES_MAX: i64 = 1000;
/// FV10: longest memo, in characters.
pub const MEMO_MAX: usize = 255;

/// FV10: a memo that is not blank; a blank one is none.
pub fn check_memo(text: &str) -> Result<String, Code> {
    if text.chars().count() <= MEMO_MAX { Ok(text.to_owned()) } else { Err(Code::MemoTooLong) }
}

/// What a member wants to do to a favourite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// FV10.
    Memo,
    /// FV11.
    Delete,
}

/// FV6, FV10, FV11: only who saved a place changes its memo and deletes it; `group` is the one it lies in.
pub fn may_change(group: Option<GroupFacts>, actor: UserId, change: Change) -> Result<(), Code> {
    match group {
        Some(group) if group.owner == actor && !group.deleted => Ok(()),
        Some(group) if group.is_public() => Err(match change {
            Change::Memo => Code::UnauthorizedFavoriteUpdate,
            Change::Delete => Code::UnauthorizedFavoriteDelete,
        }),
        _ => Err(Code::FavoriteNotFound),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{Status, Visibility};

    #[test]
    fn fv10_two_hundred_and_fifty_five_characters() {
        assert_eq!(check_memo(&"🏠".repeat(255)), Ok("🏠".repeat(255)));
        assert_eq!(check_memo(&"가".repeat(256)), Err(Code::MemoTooLong));
    }

    #[test]
    fn fv6_favourites_of_what_does_not_exist_do_not_exist() {
        let (me, other) = (UserId(1), UserId(2));
        let public =
            GroupFacts { owner: me, owner_status: Status::Active, deleted: false, visibility: Visibility::Public };
        let private = GroupFacts { visibility: Visibility::Private, ..public };
        let asleep = GroupFacts { owner_status: Status::Dormant, ..public };
        for (group, actor, memo, delete) in [
            (Some(public), me, Ok(()), Ok(())),
            (Some(private), me, Ok(()), Ok(())),
            (Some(public), other, Err(Code::UnauthorizedFavoriteUpdate), Err(Code::UnauthorizedFavoriteDelete)),
            (Some(private), other, Err(Code::FavoriteNotFound), Err(Code::FavoriteNotFound)),
            (Some(asleep), other, Err(Code::FavoriteNotFound), Err(Code::FavoriteNotFound)),
            (None, me, Err(Code::FavoriteNotFound), Err(Code::FavoriteNotFound)),
        ] {
            assert_eq!(may_change(group, actor, Change::Memo), memo, "{group:?} by {actor}");
            assert_eq!(may_change(group, actor, Change::Delete), delete, "{group:?} by {actor}");
        }
    }
}
