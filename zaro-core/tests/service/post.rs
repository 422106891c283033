//! Writing, reading, editing and deleting posts (P2 to P11).

mod home;
mod images;
mod list;

use chrono::TimeDelta;
use diesel::prelude::*;
use zaro_core::error::{Code, Result};
use zaro_core::policy::credential::UNKNOWN_AUTHOR;
use zaro_core::policy::field::Input;
use zaro_core::policy::retention::{Limit, Policy};
use zaro_core::schema::{comments, follows, posts, search_outbox};
use zaro_core::service::comment;
use zaro_core::service::post::{self, PostDraft, PostEdit, PostView};
use zaro_core::testing::{AwayTokenStore, World};
use zaro_core::types::{Category, PostId, Status, Tag, Time, UserId};

/// A post of this title in TOGETHER, as a body would ask for it.
pub(super) fn draft(title: &str) -> PostDraft {
    PostDraft {
        title: title.into(),
        content: "글 **본문**".into(),
        category: "TOGETHER".into(),
        tag: "SHARING".into(),
        ..PostDraft::default()
    }
}

/// The same text as an edit.
fn edit(title: &str) -> PostEdit {
    PostEdit { title: title.into(), content: "고친 글".into(), tag: "EXCHANGE".into(), ..PostEdit::default() }
}

/// Writes a post, which must succeed.
pub(super) fn write(world: &World, author: UserId, draft: &PostDraft) -> PostId {
    post::create(&world.ctx, author, draft).expect("a post").post.id
}

pub(super) fn detail(world: &World, viewer: UserId, id: PostId) -> Result<PostView, Code> {
    post::detail(&world.ctx, viewer, id).map_err(|error| error.code())
}

/// Hides a post as an operator would.
pub(super) fn hide(world: &World, id: PostId) {
    let now = world.now();
    world
        .ctx
        .db
        .write_tx(|connection| {
            let columns = (posts::hidden_at.eq(now), posts::hidden_reason.eq("OPERATOR"));
            Ok(diesel::update(posts::table.find(id)).set(columns).execute(connection)?)
        })
        .expect("a hidden post");
}

/// Ends a membership.
pub(super) fn withdraw(world: &World, id: UserId) {
    let draft = zaro_core::service::withdrawal::WithdrawalDraft::default();
    zaro_core::service::withdrawal::withdraw(&world.ctx, id, &draft).expect("a withdrawal");
}

/// Suspends a member for a day.
pub(super) fn suspend(world: &World, id: UserId) {
    world.suspend(id, world.now().plus(TimeDelta::days(1)));
}

/// How many rows the search worker will find for this post.
fn index_changes(world: &World, id: PostId) -> i64 {
    let query = search_outbox::table.filter(search_outbox::post_id.eq(id)).count();
    world.ctx.db.read(|connection| Ok(query.get_result(connection)?)).expect("a count")
}

#[test]
fn p2_p6_a_post_and_its_index_change_are_written_together() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let made = post::create(&world.ctx, kim, &draft("  제목 ")).expect("a post");
    assert_eq!((made.post.title.as_str(), made.post.content.as_str()), ("제목", "글 **본문**"));
    assert_eq!((made.post.category, made.post.tag), (Category::Together, Tag::Sharing));
    assert_eq!((made.post.like_count, made.post.comment_count, made.post.created_at), (0, 0, world.now()));
    assert_eq!((made.author.nickname.as_str(), made.following), ("kim", false));
    assert_eq!((made.images.len(), made.post.thumbnail_key.as_deref()), (0, None));
    assert_eq!(index_changes(&world, made.post.id), 1);
    assert_eq!(detail(&world, kim, made.post.id), Ok(made));
}

#[test]
fn p2_a_refused_post_leaves_nothing_behind() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let random_buy = PostDraft { category: "RANDOM_BUY".into(), tag: "TREASURE".into(), ..draft("제목") };
    let foreign_tag = PostDraft { tag: "TIPS".into(), ..draft("제목") };
    for (draft, code) in [
        (PostDraft::default(), Code::TitleRequired),
        (random_buy, Code::ImageRequiredForRandomBuy),
        (foreign_tag, Code::InvalidTagForCategory),
    ] {
        assert_eq!(post::create(&world.ctx, kim, &draft).unwrap_err().code(), code);
    }
    let rows = |connection: &mut zaro_core::db::Connection| {
        let posts: i64 = posts::table.count().get_result(connection)?;
        let changes: i64 = search_outbox::table.count().get_result(connection)?;
        Ok((posts, changes))
    };
    assert_eq!(world.ctx.db.read(rows).expect("counts"), (0, 0));
}

#[test]
fn h12_only_active_members_write() {
    let world = World::new();
    for (status, code) in [
        (Status::Pending, Code::MailNotVerified),
        (Status::Dormant, Code::DormantUser),
        (Status::Deleted, Code::DeletedUser),
    ] {
        let member = world.member(status.as_str(), status);
        assert_eq!(post::create(&world.ctx, member, &draft("제목")).unwrap_err().code(), code);
    }
    let kim = world.member("kim", Status::Active);
    let id = write(&world, kim, &draft("제목"));
    suspend(&world, kim);
    assert_eq!(post::create(&world.ctx, kim, &draft("제목")).unwrap_err().code(), Code::UserSuspended);
    assert_eq!(post::update(&world.ctx, kim, id, &edit("제목")).unwrap_err().code(), Code::UserSuspended);
    post::delete(&world.ctx, kim, id).expect("Z2: one's own post can be deleted while suspended");
}

#[test]
fn rl_tries_are_counted_by_member_and_kind() {
    let mut policy = Policy::default();
    (policy.limits.posts, policy.limits.comments) = (Limit::new(2, 600), Limit::new(1, 600));
    let world = World::with_policy(policy);
    let (kim, lee) = (UserId(1), UserId(2));
    let posts = |member| post::count_try(&world.ctx, member).map_err(|error| error.code());
    let comments = |member| comment::count_try(&world.ctx, member).map_err(|error| error.code());
    assert_eq!([posts(kim), posts(kim), posts(kim)], [Ok(()), Ok(()), Err(Code::RateLimited)]);
    assert_eq!([comments(kim), comments(kim)], [Ok(()), Err(Code::RateLimited)]);
    assert_eq!((posts(lee), comments(lee)), (Ok(()), Ok(())));
    world.advance(TimeDelta::minutes(10));
    assert_eq!((posts(kim), comments(kim)), (Ok(()), Ok(())));
}

#[test]
fn h17_writing_goes_on_while_nobody_can_count() {
    let mut world = World::new();
    world.ctx.limits = std::sync::Arc::new(AwayTokenStore);
    post::count_try(&world.ctx, UserId(1)).expect("no limit");
    comment::count_try(&world.ctx, UserId(1)).expect("no limit");
}

#[test]
fn p7_deleted_and_hidden_posts_are_gone_for_everybody() {
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    let (deleted, hidden) = (write(&world, kim, &draft("하나")), write(&world, kim, &draft("둘")));
    post::delete(&world.ctx, kim, deleted).expect("a deletion");
    hide(&world, hidden);
    for id in [deleted, hidden, PostId(0), PostId(-1), PostId(i64::MAX)] {
        for viewer in [kim, lee] {
            assert_eq!(detail(&world, viewer, id), Err(Code::PostNotFound), "{id} for {viewer}");
        }
        assert_eq!(post::update(&world.ctx, kim, id, &edit("셋")).unwrap_err().code(), Code::PostNotFound);
        assert_eq!(post::delete(&world.ctx, kim, id).unwrap_err().code(), Code::PostNotFound, "P11: once");
    }
}

#[test]
fn p7_a_withdrawn_author_is_unknown_and_keeps_the_id() {
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    let id = write(&world, kim, &draft("제목"));
    withdraw(&world, kim);
    let seen = detail(&world, lee, id).expect("the post stays");
    assert_eq!((seen.author.id, seen.author.nickname.as_str()), (kim, UNKNOWN_AUTHOR));
    assert_eq!((seen.author.profile_image, seen.author.live_alone_date), (None, None));
}

#[test]
fn p7_following_is_the_viewers_and_never_ones_own() {
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    let id = write(&world, kim, &draft("제목"));
    let now = world.now();
    let follow = (follows::follower_id.eq(lee), follows::followee_id.eq(kim), follows::created_at.eq(now));
    let followed = world
        .ctx
        .db
        .write_tx(|connection| Ok(diesel::insert_into(follows::table).values(&follow).execute(connection)?));
    followed.expect("a follow");
    assert!(detail(&world, lee, id).expect("a post").following);
    assert!(!detail(&world, kim, id).expect("a post").following);
}

#[test]
fn p10_an_edit_replaces_text_and_tag_and_nothing_else() {
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    let id = write(&world, kim, &draft("제목"));
    let before = detail(&world, kim, id).expect("a post");
    world.advance(TimeDelta::hours(1));
    assert_eq!(post::update(&world.ctx, lee, id, &edit("새 제목")).unwrap_err().code(), Code::InvalidPostOwner);
    let other_board = PostEdit { tag: "TIPS".into(), ..edit("새 제목") };
    assert_eq!(post::update(&world.ctx, kim, id, &other_board).unwrap_err().code(), Code::InvalidTagForCategory);
    assert_eq!(detail(&world, kim, id), Ok(before.clone()), "a refused edit changes nothing");

    post::update(&world.ctx, kim, id, &edit("새 제목")).expect("an edit");
    let after = detail(&world, kim, id).expect("a post");
    assert_eq!(
        (after.post.title.as_str(), after.post.content.as_str(), after.post.tag),
        ("새 제목", "고친 글", Tag::Exchange)
    );
    assert_eq!((after.post.category, after.post.created_at), (before.post.category, before.post.created_at));
    let stored = |connection: &mut zaro_core::db::Connection| {
        let row: (Time, String) =
            posts::table.find(id).select((posts::updated_at, posts::preview)).first(connection)?;
        Ok(row)
    };
    assert_eq!(world.ctx.db.read(stored).expect("a row"), (world.now(), "고친 글".to_owned()));
    assert_eq!(index_changes(&world, id), 2);
}

#[test]
fn p10_the_same_checks_as_for_a_new_post() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let id = write(&world, kim, &draft("제목"));
    for (wrong, code) in [
        (PostEdit { title: "".into(), ..edit("x") }, Code::TitleRequired),
        (PostEdit { content: Input::Absent, ..edit("x") }, Code::ContentRequired),
        (PostEdit { tag: Input::Absent, ..edit("x") }, Code::InvalidTag),
        (PostEdit { thumbnail_image: "x".into(), ..edit("x") }, Code::ThumbnailNotInImageList),
    ] {
        assert_eq!(post::update(&world.ctx, kim, id, &wrong).unwrap_err().code(), code);
        assert_eq!(
            post::update(&world.ctx, kim, PostId(0), &wrong).unwrap_err().code(),
            code,
            "H6: the body comes first"
        );
    }
}

#[test]
fn p11_a_deleted_post_keeps_its_comments() {
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    let id = write(&world, kim, &draft("제목"));
    super::comment::write(&world, lee, id, "댓글");
    assert_eq!(post::delete(&world.ctx, lee, id).unwrap_err().code(), Code::InvalidPostOwner);
    post::delete(&world.ctx, kim, id).expect("a deletion");
    let live = comments::table.filter(comments::deleted_at.is_null()).count();
    let live: i64 = world.ctx.db.read(|connection| Ok(live.get_result(connection)?)).expect("a count");
    assert_eq!((live, index_changes(&world, id)), (1, 2));
}
