//! RULES section VM: what is seen of posts and comments in every state, and what can still be done with them.

use diesel::prelude::*;
use zaro_core::policy::credential::UNKNOWN_AUTHOR;
use zaro_core::policy::page::Paging;
use zaro_core::policy::post::list::{ListParams, ListQuery};
use zaro_core::schema::users;
use zaro_core::service::desk::Act as Order;
use zaro_core::service::{comment, like, post, rank};
use zaro_core::testing::World;
use zaro_core::types::{CommentId, Direction, PostId, Status, Target, UserId};
use zaro_core::{Code, Error};

use super::comment::write as write_comment;
use super::post::{draft, withdraw, write};
use super::report::{report, reporters};

/// The author, a reader, a post of the author that the reader likes, and a comment of the author under it.
struct Scene {
    world: World,
    author: UserId,
    reader: UserId,
    post: PostId,
    comment: CommentId,
}

impl Scene {
    fn new() -> Self {
        let world = World::new();
        let (author, reader) = (world.member("author", Status::Active), world.member("reader", Status::Active));
        let post = write(&world, author, &draft("제목"));
        let comment = write_comment(&world, author, post, "댓글");
        like::like(&world.ctx, reader, post).expect("a like");
        Self { world, author, reader, post, comment }
    }

    fn hide(&self, target: Target) {
        self.world.order("park", Order::Hide { target }).expect("a hiding");
    }

    fn report_away(&self, target: Target) {
        for reporter in reporters(&self.world, 5) {
            report(&self.world, reporter, target).expect("a report");
        }
    }

    fn make_author_dormant(&self) {
        let now = self.world.now();
        let changed = self.world.ctx.db.write_tx(|connection| {
            let columns = (users::status.eq(Status::Dormant), users::dormant_at.eq(now));
            Ok(diesel::update(users::table.find(self.author)).set(columns).execute(connection)?)
        });
        assert_eq!(changed.expect("a write"), 1);
    }
}

fn name(nickname: &str) -> &str {
    if nickname == UNKNOWN_AUTHOR { "unknown" } else { nickname }
}

fn outcome<T>(result: Result<T, Error>) -> String {
    result.map_or_else(|error| error.code().as_str().to_owned(), |_| "ok".to_owned())
}

/// Where the post is seen, and under whose name; and what the reader can do with it.
fn post_row(scene: &Scene) -> [String; 8] {
    let Scene { world, reader, post, .. } = scene;
    let ctx = &world.ctx;
    let first_name = |list: &[post::PostPreview]| {
        list.first().map_or("gone".to_owned(), |entry| name(&entry.author.nickname).to_owned())
    };
    let query = ListQuery::read(&ListParams::default()).expect("a query");
    let list = first_name(&post::list(ctx, &query).expect("a list").posts);
    let home = first_name(&post::home(ctx).expect("a home page").together);
    let ranked = rank::popular(ctx).expect("a ranking");
    let ranked = if ranked.is_empty() { "gone" } else { "ranked" }.to_owned();
    let detail = post::detail(ctx, *reader, *post)
        .map_or_else(|error| error.code().as_str().to_owned(), |view| name(&view.author.nickname).to_owned());
    let page = Paging { page: 0, size: 10 };
    let comments = comment::list(ctx, *reader, *post, page, Direction::Asc).expect("comments").total.to_string();
    let status = outcome(like::status(ctx, *reader, *post));
    let unlike = outcome(like::unlike(ctx, *reader, *post));
    let reported = report(world, *reader, Target::Post(*post));
    let reported = reported.map_or_else(|code| code.as_str().to_owned(), |()| "ok".to_owned());
    [list, home, ranked, detail, comments, status, unlike, reported]
}

#[test]
fn vm_posts() {
    type Act = fn(&Scene);
    const GONE: [&str; 8] =
        ["gone", "gone", "gone", "POST_NOT_FOUND", "0", "POST_NOT_FOUND", "POST_NOT_FOUND", "POST_NOT_FOUND"];
    const SEEN: [&str; 8] = ["author", "author", "ranked", "author", "1", "ok", "ok", "ok"];
    const MASKED: [&str; 8] = ["unknown", "unknown", "ranked", "unknown", "1", "ok", "ok", "ok"];
    let rows: [(&str, Act, [&str; 8]); 8] = [
        ("visible", |_| (), SEEN),
        ("deleted", |s| post::delete(&s.world.ctx, s.author, s.post).expect("a deletion"), GONE),
        ("hidden by an operator", |s| s.hide(Target::Post(s.post)), GONE),
        ("hidden by reports", |s| s.report_away(Target::Post(s.post)), GONE),
        (
            "hidden, then shown again",
            |s| {
                s.hide(Target::Post(s.post));
                s.world.order("park", Order::Unhide { target: Target::Post(s.post) }).expect("an unhiding");
            },
            SEEN,
        ),
        ("of a withdrawn author", |s| withdraw(&s.world, s.author), MASKED),
        ("of a dormant author", Scene::make_author_dormant, SEEN),
        (
            "hidden, of a withdrawn author",
            |s| {
                s.hide(Target::Post(s.post));
                withdraw(&s.world, s.author);
            },
            GONE,
        ),
    ];
    for (state, act, expected) in rows {
        let scene = Scene::new();
        act(&scene);
        assert_eq!(post_row(&scene), expected, "a post {state}");
    }
}

/// Text and author of the comment as the reader sees it, whether it counts for the ranking, and what can be done with it:
/// the reader reports it, the author edits and deletes it.
fn comment_row(scene: &Scene) -> [String; 6] {
    let Scene { world, author, reader, post, comment } = scene;
    let page = Paging { page: 0, size: 10 };
    let list = comment::list(&world.ctx, *reader, *post, page, Direction::Asc).expect("comments");
    let (text, by) = list.comments.first().map_or(("gone", "gone"), |seen| {
        let text = if seen.content == "댓글" { "text" } else { "placeholder" };
        (text, name(&seen.author.nickname))
    });
    like::unlike(&world.ctx, *reader, *post).expect("an unlike");
    let counts = if rank::popular(&world.ctx).expect("a ranking").is_empty() { "nothing" } else { "counts" };
    let reported = report(world, *reader, Target::Comment(*comment));
    let reported = reported.map_or_else(Code::as_str, |()| "ok").to_owned();
    let edit = comment::CommentDraft { content: "고침".into(), ..comment::CommentDraft::default() };
    let edited = outcome(comment::update(&world.ctx, *author, *comment, &edit));
    let deleted = outcome(comment::delete(&world.ctx, *author, *comment));
    [text.to_owned(), by.to_owned(), counts.to_owned(), reported, edited, deleted]
}

#[test]
fn vm_comments() {
    type Act = fn(&Scene);
    const HIDDEN: [&str; 6] =
        ["placeholder", "author", "nothing", "COMMENT_NOT_FOUND", "COMMENT_REPORTED_CANNOT_EDIT", "ok"];
    let rows: [(&str, Act, [&str; 6]); 6] = [
        ("visible", |_| (), ["text", "author", "counts", "ok", "ok", "ok"]),
        (
            "deleted",
            |s| comment::delete(&s.world.ctx, s.author, s.comment).expect("a deletion"),
            ["gone", "gone", "nothing", "COMMENT_NOT_FOUND", "COMMENT_NOT_FOUND", "COMMENT_NOT_FOUND"],
        ),
        ("hidden by an operator", |s| s.hide(Target::Comment(s.comment)), HIDDEN),
        ("hidden by reports", |s| s.report_away(Target::Comment(s.comment)), HIDDEN),
        (
            "of a withdrawn author",
            |s| withdraw(&s.world, s.author),
            ["text", "unknown", "counts", "ok", "DELETED_USER", "DELETED_USER"],
        ),
        (
            "of a dormant author",
            Scene::make_author_dormant,
            ["text", "author", "counts", "ok", "DORMANT_USER", "DORMANT_USER"],
        ),
    ];
    for (state, act, expected) in rows {
        let scene = Scene::new();
        act(&scene);
        assert_eq!(comment_row(&scene), expected, "a comment {state}");
    }
}
