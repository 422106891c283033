//! How lists are ordered.

/// Which way an order runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Smallest, or oldest, first.
    Asc,
    /// Largest, or newest, first.
    Desc,
}

/// An order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort<P> {
    /// By what.
    pub by: P,
    /// Which way.
    pub direction: Direction,
}

/// What posts can be ordered by (PG4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostProperty {
    /// When it was written.
    CreatedAt,
    /// Likes.
    LikeCount,
    /// Comments.
    CommentCount,
    /// 3 × likes + 5 × comments.
    Score,
}
