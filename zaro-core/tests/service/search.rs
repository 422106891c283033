//! Finding posts (Q1 to Q12).

mod crash;
mod desk;
mod find;
mod index;
mod judged;
mod plainly;
mod quality;
mod stand_ins;
mod suggest;

use zaro_core::policy::search::request::{SearchParams, SearchRequest};
use zaro_core::service::post::{self, PostDraft, PostEdit};
use zaro_core::service::search::{self, SearchPage};
use zaro_core::testing::World;
use zaro_core::types::{PostId, UserId};

/// Writes a post on `DAILY_LIFE`.
fn write(world: &World, author: UserId, title: &str, content: &str) -> PostId {
    let draft = PostDraft {
        title: title.into(),
        content: content.into(),
        category: "DAILY_LIFE".into(),
        tag: "TIPS".into(),
        ..PostDraft::default()
    };
    post::create(&world.ctx, author, &draft).expect("a post").post.id
}

/// Edits a post of `DAILY_LIFE`.
fn edit(world: &World, author: UserId, id: PostId, title: &str, tag: &str) {
    let edit = PostEdit { title: title.into(), content: "고친 글".into(), tag: tag.into(), ..PostEdit::default() };
    post::update(&world.ctx, author, id, &edit).expect("an edit");
}

fn request(keyword: &str) -> SearchRequest {
    SearchRequest::read(&SearchParams { keyword: Some(keyword), ..SearchParams::default() }).expect("a search")
}

fn find(world: &World, keyword: &str) -> SearchPage {
    search::search(&world.ctx, &request(keyword)).expect("a page")
}

/// Ids of the first page.
fn found(world: &World, keyword: &str) -> Vec<PostId> {
    let page = find(world, keyword);
    assert!(!page.degraded, "the index answers");
    page.hits.iter().map(|hit| hit.post.id).collect()
}
