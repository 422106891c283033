//! Writing, listing, editing and deleting comments (C1 to C8, N1, CT1).

use chrono::TimeDelta;
use diesel::prelude::*;
use zaro_core::Code;
use zaro_core::policy::comment::HIDDEN_COMMENT;
use zaro_core::policy::credential::UNKNOWN_AUTHOR;
use zaro_core::policy::page::Paging;
use zaro_core::schema::{comments, notifications, posts};
use zaro_core::service::comment::{self, CommentDraft, CommentList, CommentView};
use zaro_core::service::post;
use zaro_core::testing::World;
use zaro_core::types::{CommentId, Direction, NotificationKind, PostId, Status, UserId};

use super::post::{draft as post_draft, hide as hide_post, suspend, withdraw, write as write_post};

fn draft(content: &str) -> CommentDraft {
    CommentDraft { content: content.into(), ..CommentDraft::default() }
}

fn mentioning(nickname: &str) -> CommentDraft {
    CommentDraft { mentioned_nickname: nickname.into(), ..draft("댓글") }
}

fn create(world: &World, author: UserId, post: PostId, draft: &CommentDraft) -> Result<CommentView, Code> {
    comment::create(&world.ctx, author, post, draft, 10).map(|(view, _)| view).map_err(|error| error.code())
}

/// Writes a comment, which must succeed.
pub(super) fn write(world: &World, author: UserId, post: PostId, content: &str) -> CommentId {
    create(world, author, post, &draft(content)).expect("a comment").id
}

fn list(world: &World, viewer: UserId, post: PostId) -> CommentList {
    let page = Paging { page: 0, size: 100 };
    comment::list(&world.ctx, viewer, post, page, Direction::Asc).expect("a list")
}

fn contents(list: &CommentList) -> Vec<&str> {
    list.comments.iter().map(|comment| comment.content.as_str()).collect()
}

/// Hides it, as reports do.
pub(super) fn hide(world: &World, id: CommentId) {
    let now = world.now();
    let hidden = world.ctx.db.write_tx(|connection| {
        let columns = (comments::hidden_at.eq(now), comments::hidden_reason.eq("REPORTS"));
        Ok(diesel::update(comments::table.find(id)).set(columns).execute(connection)?)
    });
    hidden.expect("a hidden comment");
}

/// The counter of the post, and what it should count.
fn counted(world: &World, post: PostId) -> (i64, i64) {
    let counts = world.ctx.db.read(|connection| {
        let counter: i32 = posts::table.find(post).select(posts::comment_count).first(connection)?;
        let live = comments::table.filter(comments::post_id.eq(post)).filter(comments::deleted_at.is_null());
        Ok((i64::from(counter), live.count().get_result(connection)?))
    });
    counts.expect("counts")
}

/// Everybody who was told of something, with the comment.
fn told(world: &World) -> Vec<(UserId, UserId, CommentId)> {
    let query = notifications::table
        .filter(notifications::kind.eq(NotificationKind::Comment))
        .order(notifications::id.asc())
        .select((notifications::user_id, notifications::actor_id, notifications::comment_id.assume_not_null()));
    world.ctx.db.read(|connection| Ok(query.load(connection)?)).expect("notifications")
}

/// A community with two members and a post of the first.
fn kim_lee_and_a_post() -> (World, UserId, UserId, PostId) {
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    let id = write_post(&world, kim, &post_draft("제목"));
    (world, kim, lee, id)
}

#[test]
fn c4_n1_a_comment_moves_the_counter_and_tells_the_author() {
    let (world, kim, lee, post) = kim_lee_and_a_post();
    let made = create(&world, lee, post, &draft(" 댓글\n")).expect("a comment");
    assert_eq!((made.content.as_str(), made.mine), (" 댓글\n", true), "C2: kept as sent");
    assert_eq!((made.created_at, made.edited_at, made.mentioned.clone()), (world.now(), None, None));
    assert_eq!(counted(&world, post), (1, 1));
    assert_eq!(told(&world), [(kim, lee, made.id)]);
    write(&world, kim, post, "내 글에 내 댓글");
    assert_eq!(told(&world).len(), 1, "nobody is told of their own act");
}

#[test]
fn c1_c2_what_is_refused_changes_nothing() {
    let (world, kim, lee, post) = kim_lee_and_a_post();
    for (draft, code) in [
        (CommentDraft::default(), Code::CommentContentBlank),
        (draft(" \n\u{3000}"), Code::CommentContentBlank),
        (draft(&"가".repeat(501)), Code::CommentTooLong),
    ] {
        assert_eq!(create(&world, lee, post, &draft), Err(code));
        assert_eq!(create(&world, lee, PostId(0), &draft), Err(code), "H6: the body comes first");
    }
    let hidden = write_post(&world, kim, &post_draft("숨김"));
    hide_post(&world, hidden);
    for gone in [hidden, PostId(0), PostId(-1)] {
        assert_eq!(create(&world, lee, gone, &draft("댓글")), Err(Code::PostNotFound));
    }
    assert_eq!((counted(&world, post), counted(&world, hidden), told(&world).len()), ((0, 0), (0, 0), 0));
}

#[test]
fn h12_only_active_members_comment() {
    let (world, _, lee, post) = kim_lee_and_a_post();
    for (status, code) in [
        (Status::Pending, Code::MailNotVerified),
        (Status::Dormant, Code::DormantUser),
        (Status::Deleted, Code::DeletedUser),
    ] {
        let member = world.member(status.as_str(), status);
        assert_eq!(create(&world, member, post, &draft("댓글")), Err(code));
    }
    let id = write(&world, lee, post, "하나");
    suspend(&world, lee);
    assert_eq!(create(&world, lee, post, &draft("둘")), Err(Code::UserSuspended));
    assert_eq!(comment::update(&world.ctx, lee, id, &draft("둘")).unwrap_err().code(), Code::UserSuspended);
    comment::delete(&world.ctx, lee, id).expect("Z2: one's own comment can be deleted while suspended");
}

#[test]
fn c3_a_mention_is_an_active_member_or_nobody() {
    let (world, kim, lee, post) = kim_lee_and_a_post();
    world.member("Zoe", Status::Dormant);
    for (nickname, mentioned) in [
        ("KIM", Some((kim, "kim".to_owned()))),
        (" kim ", Some((kim, "kim".to_owned()))),
        ("zoe", None),
        ("x", None),
        ("", None),
    ] {
        let made = create(&world, lee, post, &mentioning(nickname)).expect("a comment");
        assert_eq!(made.mentioned, mentioned, "{nickname:?}");
        assert_eq!(list(&world, kim, post).comments.last(), Some(&CommentView { mine: false, ..made }));
    }
    let notified: Vec<_> = told(&world).into_iter().map(|(user, actor, _)| (user, actor)).collect();
    assert_eq!(notified, vec![(kim, lee); 5], "N2: told as the author of the post, never for a mention");
}

#[test]
fn c3_an_edit_looks_the_mention_up_again() {
    let (world, _, lee, post) = kim_lee_and_a_post();
    let park = world.member("park", Status::Active);
    let id = create(&world, lee, post, &mentioning("kim")).expect("a comment").id;
    let edit = |nickname| comment::update(&world.ctx, lee, id, &mentioning(nickname)).expect("an edit").mentioned;
    assert_eq!(edit("park"), Some((park, "park".to_owned())));
    assert_eq!(edit(""), None);
}

#[test]
fn c3_c8_withdrawn_members_are_unknown_as_authors_and_not_mentioned() {
    let (world, kim, lee, post) = kim_lee_and_a_post();
    create(&world, lee, post, &mentioning("kim")).expect("a comment");
    write(&world, kim, post, "내 글");
    withdraw(&world, kim);
    let seen = list(&world, lee, post);
    assert_eq!(seen.comments[0].mentioned, None);
    let author = &seen.comments[1].author;
    assert_eq!((author.id, author.nickname.as_str()), (kim, UNKNOWN_AUTHOR));
    assert_eq!((&author.profile_image, author.live_alone_date), (&None, None));
}

#[test]
fn c4_the_page_on_which_a_new_comment_stands() {
    let (world, kim, _, post) = kim_lee_and_a_post();
    let page = |size| comment::create(&world.ctx, kim, post, &draft("댓글"), size).expect("a comment").1;
    assert_eq!([page(3), page(3), page(3), page(3)], [1, 1, 1, 2]);
    let ids: Vec<_> = list(&world, kim, post).comments.iter().map(|comment| comment.id).collect();
    comment::delete(&world.ctx, kim, ids[0]).expect("a deletion");
    hide(&world, ids[1]);
    assert_eq!([page(2), page(2)], [2, 3], "hidden ones keep their place, deleted ones do not");
}

#[test]
fn c5_hidden_comments_keep_their_place_and_deleted_ones_do_not() {
    let (world, kim, lee, post) = kim_lee_and_a_post();
    let ids = ["하나", "둘", "셋"].map(|text| write(&world, lee, post, text));
    hide(&world, ids[0]);
    comment::delete(&world.ctx, lee, ids[1]).expect("a deletion");
    for viewer in [kim, lee] {
        let seen = list(&world, viewer, post);
        assert_eq!((contents(&seen), seen.total), (vec![HIDDEN_COMMENT, "셋"], 2));
        assert_eq!(seen.comments.iter().map(|comment| comment.mine).collect::<Vec<_>>(), [viewer == lee; 2]);
    }
}

#[test]
fn c5_a_post_that_is_not_visible_has_an_empty_list() {
    let (world, kim, lee, post) = kim_lee_and_a_post();
    write(&world, lee, post, "댓글");
    let empty = CommentList { comments: Vec::new(), total: 0 };
    hide_post(&world, post);
    let deleted = write_post(&world, kim, &post_draft("둘"));
    write(&world, lee, deleted, "댓글");
    post::delete(&world.ctx, kim, deleted).expect("a deletion");
    for gone in [post, deleted, PostId(0), PostId(-1)] {
        assert_eq!(list(&world, kim, gone), empty);
    }
}

#[test]
fn pg3_comments_run_by_time_and_id_in_both_directions() {
    let (world, kim, _, post) = kim_lee_and_a_post();
    for nth in 1..=5 {
        write(&world, kim, post, &nth.to_string());
        if nth == 3 {
            world.advance(TimeDelta::seconds(1));
        }
    }
    let page = |number, direction| {
        let list = comment::list(&world.ctx, kim, post, Paging { page: number, size: 2 }, direction).expect("a list");
        assert_eq!(list.total, 5);
        contents(&list).join(" ")
    };
    assert_eq!([0, 1, 2, 3].map(|number| page(number, Direction::Asc)), ["1 2", "3 4", "5", ""]);
    assert_eq!([0, 1, 2, 3].map(|number| page(number, Direction::Desc)), ["5 4", "3 2", "1", ""]);
}

#[test]
fn c6_an_edit_shows_its_time_and_moves_nothing() {
    let (world, kim, lee, post) = kim_lee_and_a_post();
    let before = create(&world, lee, post, &draft("하나")).expect("a comment");
    write(&world, kim, post, "둘");
    let later = world.advance(TimeDelta::minutes(5));
    let after = comment::update(&world.ctx, lee, before.id, &draft("고침")).expect("an edit");
    assert_eq!(after, CommentView { content: "고침".to_owned(), edited_at: Some(later), ..before });
    assert_eq!(contents(&list(&world, kim, post)), ["고침", "둘"]);
    assert_eq!(counted(&world, post), (2, 2));
}

#[test]
fn c7_who_may_edit_and_delete_what() {
    let (world, kim, lee, post) = kim_lee_and_a_post();
    let id = write(&world, lee, post, "댓글");
    let edit =
        |actor, id| comment::update(&world.ctx, actor, id, &draft("고침")).map(drop).map_err(|error| error.code());
    let delete = |actor, id| comment::delete(&world.ctx, actor, id).map_err(|error| error.code());
    assert_eq!((edit(kim, id), delete(kim, id)), (Err(Code::NotCommentOwner), Err(Code::NotCommentOwner)));
    for unknown in [CommentId(0), CommentId(-1)] {
        assert_eq!(edit(lee, unknown), Err(Code::CommentNotFound));
        assert_eq!(delete(lee, unknown), Err(Code::CommentNotFound));
    }
    hide(&world, id);
    assert_eq!(edit(lee, id), Err(Code::CommentReportedCannotEdit));
    let under_hidden = write(&world, lee, post, "둘");
    hide_post(&world, post);
    assert_eq!(edit(lee, under_hidden), Err(Code::CommentNotFound));
    assert_eq!((delete(lee, under_hidden), delete(lee, id)), (Ok(()), Ok(())));
    assert_eq!((delete(lee, id), edit(lee, id)), (Err(Code::CommentNotFound), Err(Code::CommentNotFound)), "once");
    assert_eq!((counted(&world, post), told(&world).len()), ((0, 0), 0), "counter and notifications are taken back");
}

#[test]
fn ct1_sixteen_writers_at_once_are_all_counted() {
    let (world, kim, lee, post) = kim_lee_and_a_post();
    let theirs = write_post(&world, lee, &post_draft("둘"));
    std::thread::scope(|scope| {
        for nth in 0..16 {
            let world = &world;
            scope.spawn(move || {
                // Each mentions the other and comments under both posts: whoever waits in a circle shows here.
                let (author, other) = if nth % 2 == 0 { (kim, "lee") } else { (lee, "kim") };
                for target in [post, theirs] {
                    let made = create(world, author, target, &mentioning(other)).expect("a comment");
                    if nth % 4 == 0 {
                        comment::delete(&world.ctx, author, made.id).expect("a deletion");
                    }
                }
            });
        }
    });
    assert_eq!((counted(&world, post), counted(&world, theirs)), ((12, 12), (12, 12)));
    // Of the comments that are left kim wrote four under lee's post, and lee eight under kim's.
    let mut receivers: Vec<_> = told(&world).into_iter().map(|(user, ..)| user).collect();
    receivers.sort_unstable();
    assert_eq!(receivers, [vec![kim; 8], vec![lee; 4]].concat());
}
