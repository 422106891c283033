//! Whose profile can be looked at, and in which order its lists run (PF1, PG4).

use super::page::read_sort;
use crate::error::Code;
use crate::types::{Direction, Sort, Status};

/// PF1: only ACTIVE members have a profile; others have none, for themselves neither.
pub fn check_shown(status: Option<Status>) -> Result<(), Code> {
    if status == Some(Status::Active) { Ok(()) } else { Err(Code::UserNotFound) }
}

/// PG4: which way the lists of a profile run; newest first unless something else is asked for.
pub fn read_order(sort: Option<&str>) -> Result<Direction, Code> {
    let default = Sort { by: (), direction: Direction::Desc };
    read_sort(sort, &[("createdAt", ())], default).map(|sort| sort.direction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pf1_only_active_members_have_a_profile() {
        assert_eq!(check_shown(Some(Status::Active)), Ok(()));
        for status in [Status::Pending, Status::Dormant, Status::Deleted] {
            assert_eq!(check_shown(Some(status)), Err(Code::UserNotFound), "{status}");
        }
        assert_eq!(check_shown(None), Err(Code::UserNotFound));
    }

    #[test]
    fn pg4_profile_lists_run_by_time_only() {
        assert_eq!(read_order(None), Ok(Direction::Desc));
        assert_eq!(read_order(Some("createdAt")), Ok(Direction::Desc));
        assert_eq!(read_order(Some("createdAt,asc")), Ok(Direction::Asc));
        assert_eq!(read_order(Some("likeCount")), Err(Code::InvalidRequest));
    }
}
