//! Who is told of what (N1, N3).

use crate::types::{CommentId, NotificationKind, PostId, UserId};

/// N4: how many the list holds at most.
pub const LIST_MAX: i64 = 200;
/// N8: how many streams a member may have open; a further one ends the oldest.
pub const STREAMS_MAX: usize = 10;
/// N8: how many events may wait for a stream; one more, and it has fallen too far behind.
pub const LAG_MAX: usize = 64;
/// N6: seconds between two pings.
pub const PING_SECONDS: i64 = 30;
/// N10: how long the token of a stream that we cut short lists no notifications, in seconds.
pub const CUT_SECONDS: u32 = 60;

/// A notification to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Who is told.
    pub receiver: UserId,
    /// Who did it.
    pub actor: UserId,
    /// What was done.
    pub kind: NotificationKind,
    /// LIKE: the post; COMMENT: the comment; FOLLOW: the follower.
    pub target: i64,
    /// The post it is about, if any.
    pub post: Option<PostId>,
    /// The comment it is about, if any.
    pub comment: Option<CommentId>,
}

impl Notice {
    /// N3: at most one unread notification bears this.
    pub fn unread_key(&self) -> String {
        format!("{}:{}:{}:{}", self.receiver, self.actor, self.kind, self.target)
    }
}

/// N1: a comment tells the author of the post, unless they wrote it themselves.
pub fn of_comment(post: PostId, post_author: UserId, comment: CommentId, actor: UserId) -> Option<Notice> {
    (post_author != actor).then_some(Notice {
        receiver: post_author,
        actor,
        kind: NotificationKind::Comment,
        target: comment.0,
        post: Some(post),
        comment: Some(comment),
    })
}

/// N1: a follow tells the followed.
pub const fn of_follow(actor: UserId, target: UserId) -> Notice {
    Notice { receiver: target, actor, kind: NotificationKind::Follow, target: actor.0, post: None, comment: None }
}

/// N1, LK3: a like tells the author of the post, unless it is their own.
pub fn of_like(post: PostId, post_author: UserId, actor: UserId) -> Option<Notice> {
    (post_author != actor).then_some(Notice {
        receiver: post_author,
        actor,
        kind: NotificationKind::Like,
        target: post.0,
        post: Some(post),
        comment: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n1_the_author_of_the_post_is_told_and_nobody_of_their_own_act() {
        let notice = of_comment(PostId(3), UserId(1), CommentId(9), UserId(2)).expect("a notice");
        assert_eq!((notice.receiver, notice.actor, notice.target), (UserId(1), UserId(2), 9));
        assert_eq!(notice.unread_key(), "1:2:COMMENT:9");
        assert_eq!(of_comment(PostId(3), UserId(1), CommentId(9), UserId(1)), None);
    }

    #[test]
    fn n1_the_followed_is_told_of_the_follower() {
        let notice = of_follow(UserId(2), UserId(1));
        assert_eq!((notice.receiver, notice.actor, notice.post, notice.comment), (UserId(1), UserId(2), None, None));
        assert_eq!(notice.unread_key(), "1:2:FOLLOW:2");
    }

    #[test]
    fn lk3_a_like_is_about_the_post_and_nobody_is_told_of_their_own() {
        let notice = of_like(PostId(3), UserId(1), UserId(2)).expect("a notice");
        assert_eq!((notice.unread_key().as_str(), notice.post, notice.comment), ("1:2:LIKE:3", Some(PostId(3)), None));
        assert_eq!(of_like(PostId(3), UserId(1), UserId(1)), None);
    }
}
