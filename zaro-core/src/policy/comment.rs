//! What a comment may be and who may change it (C2, C3, C5, C7).

use super::page::{Paging, read_sort};
use crate::error::Code;
use crate::types::{Direction, Sort, UserId, fold};

/// C2: longest comment, in UTF-16 units, which is how the web frontend counts.
pub const COMMENT_MAX: usize = 500;
/// C5: what stands in place of every hidden comment.
pub const HIDDEN_COMMENT: &str = "운영 정책에 따라 숨겨진 댓글입니다.";

/// C2: checks a text that is not blank.
pub fn check_content(text: &str) -> Result<(), Code> {
    if text.encode_utf16().count() <= COMMENT_MAX { Ok(()) } else { Err(Code::CommentTooLong) }
}

/// C3: the folded nickname that a mention is looked up by; blank means no mention.
pub fn mention_key(nickname: &str) -> Option<String> {
    let nickname = nickname.trim();
    (!nickname.is_empty()).then(|| fold(nickname))
}

/// PG4: which way the comments of a post run; oldest first unless something else is asked for.
pub fn read_order(sort: Option<&str>) -> Result<Direction, Code> {
    let default = Sort { by: (), direction: Direction::Asc };
    read_sort(sort, &[("createdAt", ())], default).map(|sort| sort.direction)
}

/// C4: the 1-based page on which the comment at this 1-based place stands.
pub fn page_of(place: i64, size: u32) -> i64 {
    Paging { page: 0, size }.total_pages(place).max(1)
}

/// What decides about a change of a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommentFacts {
    /// Who wrote it.
    pub author: UserId,
    /// Whether it is deleted.
    pub deleted: bool,
    /// Whether it is hidden.
    pub hidden: bool,
    /// Whether its post is neither deleted nor hidden.
    pub post_visible: bool,
}

/// C7: only the author edits, only under a visible post, and nothing that is hidden.
pub fn may_edit(facts: Option<CommentFacts>, actor: UserId) -> Result<(), Code> {
    match facts {
        Some(facts) if !facts.deleted && facts.post_visible => {
            owned(facts, actor)?;
            if facts.hidden { Err(Code::CommentReportedCannotEdit) } else { Ok(()) }
        }
        _ => Err(Code::CommentNotFound),
    }
}

/// C7: only the author deletes, hidden or not, whatever became of the post, and once.
pub fn may_delete(facts: Option<CommentFacts>, actor: UserId) -> Result<(), Code> {
    match facts {
        Some(facts) if !facts.deleted => owned(facts, actor),
        _ => Err(Code::CommentNotFound),
    }
}

fn owned(facts: CommentFacts, actor: UserId) -> Result<(), Code> {
    if facts.author == actor { Ok(()) } else { Err(Code::NotCommentOwner) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c2_five_hundred_utf16_units() {
        assert_eq!(check_content(&"가".repeat(500)), Ok(()));
        assert_eq!(check_content(&"가".repeat(501)), Err(Code::CommentTooLong));
        assert_eq!(check_content(&"🏠".repeat(250)), Ok(()), "outside the BMP a character is two units");
        assert_eq!(check_content(&"🏠".repeat(251)), Err(Code::CommentTooLong));
    }

    #[test]
    fn c3_a_mention_is_folded_and_may_be_blank() {
        assert_eq!(mention_key(" Kim\u{1100}\u{1161} "), Some("kim가".to_owned()));
        assert_eq!(mention_key(" \t"), None);
    }

    #[test]
    fn pg4_comments_run_by_time_only() {
        assert_eq!(read_order(None), Ok(Direction::Asc));
        assert_eq!(read_order(Some("createdAt")), Ok(Direction::Asc));
        assert_eq!(read_order(Some("createdAt,desc")), Ok(Direction::Desc));
        assert_eq!(read_order(Some("likeCount")), Err(Code::InvalidRequest));
    }

    #[test]
    fn c4_pages_are_counted_from_one() {
        assert_eq!([1, 10, 11, 20, 21].map(|place| page_of(place, 10)), [1, 1, 2, 2, 3]);
    }

    #[test]
    fn c7_who_may_edit_and_delete() {
        let mine = CommentFacts { author: UserId(1), deleted: false, hidden: false, post_visible: true };
        let (me, other) = (UserId(1), UserId(2));
        for (facts, actor, edit, delete) in [
            (None, me, Err(Code::CommentNotFound), Err(Code::CommentNotFound)),
            (Some(mine), me, Ok(()), Ok(())),
            (Some(mine), other, Err(Code::NotCommentOwner), Err(Code::NotCommentOwner)),
            (
                Some(CommentFacts { deleted: true, ..mine }),
                other,
                Err(Code::CommentNotFound),
                Err(Code::CommentNotFound),
            ),
            (Some(CommentFacts { hidden: true, ..mine }), me, Err(Code::CommentReportedCannotEdit), Ok(())),
            (
                Some(CommentFacts { hidden: true, ..mine }),
                other,
                Err(Code::NotCommentOwner),
                Err(Code::NotCommentOwner),
            ),
            (Some(CommentFacts { post_visible: false, ..mine }), me, Err(Code::CommentNotFound), Ok(())),
        ] {
            assert_eq!(may_edit(facts, actor), edit, "editing {facts:?} by {actor}");
            assert_eq!(may_delete(facts, actor), delete, "deleting {facts:?} by {actor}");
        }
    }
}
