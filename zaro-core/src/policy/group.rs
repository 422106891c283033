//! Groups of saved places: their names, who sees them, who may change them (FV1 to FV7).

use crate::error::Code;
use crate::types::{Status, UserId, Visibility, fold};

/// FV2: live groups of one member.
pub const GROUPS_MAX: i64 = 100;
/// FV3: longest name, in characters.
pub const NAME_MAX: usize = 50;

/// FV3: a name that can be stored: white space at the ends cut.
pub fn parse_name(text: &str) -> Result<String, Code> {
    let name = text.trim();
    if name.is_empty() {
        return Err(Code::GroupNameRequired);
    }
    if name.chars().count() <= NAME_MAX { Ok(name.to_owned()) } else { Err(Code::GroupNameTooLong) }
}

/// FV6.
pub fn parse_visibility(text: &str) -> Result<Visibility, Code> {
    Visibility::parse(text).ok_or(Code::InvalidEnum)
}

/// What no other live group of the member has.
pub fn live_key(owner: UserId, name: &str) -> String {
    format!("{owner}:{}", fold(name))
}

/// What decides about a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupFacts {
    /// Whose it is.
    pub owner: UserId,
    /// Where the owner stands.
    pub owner_status: Status,
    /// Whether it is deleted.
    pub deleted: bool,
    /// Who sees it.
    pub visibility: Visibility,
}

impl GroupFacts {
    /// FV6: whether others than its owner can see it.
    pub fn is_public(self) -> bool {
        !self.deleted && self.visibility == Visibility::Public && self.owner_status == Status::Active
    }

    /// FV6: whether it exists for this viewer.
    fn exists_for(self, viewer: Option<UserId>) -> bool {
        if viewer == Some(self.owner) { !self.deleted } else { self.is_public() }
    }
}

/// FV1: the groups of an ACTIVE member can be listed, one's own always.
pub fn check_listed(owner: UserId, status: Option<Status>, viewer: Option<UserId>) -> Result<(), Code> {
    match status {
        Some(Status::Active) => Ok(()),
        Some(_) if viewer == Some(owner) => Ok(()),
        _ => Err(Code::UserNotFound),
    }
}

/// FV6, FV12: whose items can be looked at.
pub fn may_read(facts: Option<GroupFacts>, viewer: Option<UserId>) -> Result<(), Code> {
    if facts.is_some_and(|facts| facts.exists_for(viewer)) { Ok(()) } else { Err(Code::GroupNotFound) }
}

/// FV4, FV7: only the owner changes a group and adds to it.
pub fn may_change(facts: Option<GroupFacts>, actor: UserId) -> Result<GroupFacts, Code> {
    match facts {
        Some(facts) if facts.exists_for(Some(actor)) && facts.owner == actor => Ok(facts),
        Some(facts) if facts.exists_for(Some(actor)) => Err(Code::UnauthorizedGroupUpdate),
        _ => Err(Code::GroupNotFound),
    }
}

/// FV5: only the owner deletes a group, once. What others deleted is as unknown to a member as what never was.
pub fn may_delete(facts: Option<GroupFacts>, actor: UserId) -> Result<GroupFacts, Code> {
    match may_change(facts, actor) {
        Err(Code::UnauthorizedGroupUpdate) => Err(Code::UnauthorizedGroupDelete),
        Err(_) if facts.is_some_and(|facts| facts.owner == actor) => Err(Code::GroupAlreadyDelete),
        other => other,
    }
}

/// FV4: the order of groups once this one has been moved to the wanted place; beyond the end means the end.
pub fn moved<T: Copy + PartialEq>(order: &[T], group: T, wanted: i64) -> Vec<T> {
    let mut others: Vec<T> = order.iter().copied().filter(|other| *other != group).collect();
    let place = usize::try_from(wanted).unwrap_or(usize::MAX).min(others.len());
    others.insert(place, group);
    others
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fv3_names_are_cut_counted_and_folded() {
        assert_eq!(parse_name(" 카페\n"), Ok("카페".to_owned()));
        assert_eq!(parse_name(&"가".repeat(50)), Ok("가".repeat(50)));
        assert_eq!(parse_name(&"가".repeat(51)), Err(Code::GroupNameTooLong));
        assert_eq!(parse_name(" \u{3000}"), Err(Code::GroupNameRequired));
        assert_eq!(live_key(UserId(7), "Cafe\u{1100}\u{1161}"), "7:cafe가");
        assert_eq!(parse_visibility("public"), Err(Code::InvalidEnum));
    }

    /// FV4 to FV7, VM: every kind of group, for its owner and for another member.
    #[test]
    fn vm_who_reads_changes_and_deletes_what() {
        use Code::{
            GroupAlreadyDelete as Again, GroupNotFound as Unknown, UnauthorizedGroupDelete as NoDelete,
            UnauthorizedGroupUpdate as NoUpdate,
        };
        let (me, other) = (UserId(1), UserId(2));
        let public =
            GroupFacts { owner: me, owner_status: Status::Active, deleted: false, visibility: Visibility::Public };
        let private = GroupFacts { visibility: Visibility::Private, ..public };
        let deleted = GroupFacts { deleted: true, ..public };
        let asleep = GroupFacts { owner_status: Status::Dormant, ..public };
        for (facts, actor, read, change, delete) in [
            (Some(public), me, None, None, None),
            (Some(public), other, None, Some(NoUpdate), Some(NoDelete)),
            (Some(private), me, None, None, None),
            (Some(private), other, Some(Unknown), Some(Unknown), Some(Unknown)),
            (Some(asleep), me, None, None, None),
            (Some(asleep), other, Some(Unknown), Some(Unknown), Some(Unknown)),
            (Some(deleted), me, Some(Unknown), Some(Unknown), Some(Again)),
            (Some(deleted), other, Some(Unknown), Some(Unknown), Some(Unknown)),
            (None, me, Some(Unknown), Some(Unknown), Some(Unknown)),
        ] {
            assert_eq!(may_read(facts, Some(actor)).err(), read, "reading {facts:?} by {actor}");
            assert_eq!(may_change(facts, actor).err(), change, "changing {facts:?} by {actor}");
            assert_eq!(may_delete(facts, actor).err(), delete, "deleting {facts:?} by {actor}");
        }
        assert_eq!(may_read(Some(public), None), Ok(()));
        assert_eq!(may_read(Some(private), None), Err(Unknown));
    }

    #[test]
    fn fv1_whose_groups_are_listed() {
        let me = UserId(1);
        for (status, viewer, shown) in [
            (Some(Status::Active), None, true),
            (Some(Status::Active), Some(UserId(2)), true),
            (Some(Status::Pending), Some(me), true),
            (Some(Status::Pending), Some(UserId(2)), false),
            (Some(Status::Dormant), None, false),
            (Some(Status::Deleted), Some(UserId(2)), false),
            (None, Some(me), false),
        ] {
            assert_eq!(check_listed(me, status, viewer).is_ok(), shown, "{status:?} {viewer:?}");
        }
    }

    #[test]
    fn fv4_the_others_close_up() {
        for (group, wanted, order) in [
            ('a', 0, "abcd"),
            ('a', 1, "bacd"),
            ('a', 3, "bcda"),
            ('a', 99, "bcda"),
            ('d', 0, "dabc"),
            ('c', 1, "acbd"),
            ('b', i64::MAX, "acdb"),
        ] {
            assert_eq!(
                moved(&['a', 'b', 'c', 'd'], group, wanted).iter().collect::<String>(),
                order,
                "{group} {wanted}"
            );
        }
    }
}
