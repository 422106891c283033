//! Posts as the index takes them.

use crate::context::Context;
use crate::error::Result;
use crate::models::post::{self, Text};
use crate::policy::preview::plain_text;
use crate::ports::{IndexChange, SearchDocument};
use crate::types::PostId;

/// What the index must do about these posts: read now, whatever the change was.
pub(super) fn changes(ctx: &Context, posts: impl IntoIterator<Item = PostId>) -> Result<Vec<IndexChange>> {
    let mut ids: Vec<PostId> = posts.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    let mut texts = ctx.db.read(|connection| post::texts(connection, &ids))?;
    texts.retain(|text| text.visible);
    let gone = ids.into_iter().filter(|id| !texts.iter().any(|text| text.id == *id)).map(IndexChange::Remove);
    let gone: Vec<IndexChange> = gone.collect();
    Ok(texts.into_iter().map(put).chain(gone).collect())
}

/// A visible post for the index.
pub(super) fn put(text: Text) -> IndexChange {
    IndexChange::Put(SearchDocument {
        id: text.id,
        text: plain_text(&text.content),
        title: text.title,
        category: text.category,
        tag: text.tag,
        score: text.score.into(),
        created_at: text.created_at,
    })
}
