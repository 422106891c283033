//! Notifications, listed and marked (N3 to N5, N7, N10).

use chrono::TimeDelta;
use diesel::prelude::*;
use zaro_core::Code;
use zaro_core::models::notification::{NewNotification, insert};
use zaro_core::policy::credential::UNKNOWN_AUTHOR;
use zaro_core::schema::{notifications, posts};
use zaro_core::service::comment::{self, CommentDraft};
use zaro_core::service::notification::{self, AboutPost, NotificationView};
use zaro_core::service::post;
use zaro_core::service::session::{self, SignInDraft};
use zaro_core::testing::{AwayTokenStore, PASSWORD, World};
use zaro_core::types::{Category, CommentId, NotificationId, NotificationKind, PostId, Status, UserId};

use super::comment::{hide as hide_comment, write as write_comment};
use super::post::{draft, hide, withdraw, write};

struct Scene {
    world: World,
    kim: UserId,
    lee: UserId,
    post: PostId,
}

impl Scene {
    fn new() -> Self {
        let world = World::new();
        let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
        let post = write(&world, kim, &draft("제목"));
        Self { world, kim, lee, post }
    }

    /// Lee likes kim's post, or follows kim.
    fn raise(&self, kind: NotificationKind) -> NotificationId {
        let (target_id, post_id) = match kind {
            NotificationKind::Follow => (self.lee.0, None),
            _ => (self.post.0, Some(self.post)),
        };
        let row = NewNotification {
            user_id: self.kim,
            actor_id: self.lee,
            kind,
            target_id,
            post_id,
            comment_id: None,
            unread_key: format!("{}:{}:{kind}:{target_id}", self.kim, self.lee),
            created_at: self.world.now(),
        };
        self.world.ctx.db.write_tx(|connection| insert(connection, &row)).expect("a row").expect("a new one")
    }

    fn list(&self) -> Vec<NotificationView> {
        notification::list(&self.world.ctx, self.kim).expect("a list")
    }

    fn kinds(&self) -> Vec<NotificationKind> {
        self.list().iter().map(|told| told.kind).collect()
    }

    fn missed(&self, last: i64) -> Vec<NotificationId> {
        let draft = SignInDraft { email: "kim@zaro.test".into(), password: PASSWORD.into() };
        let opened = session::sign_in(&self.world.ctx, &draft, None).expect("a session");
        let session = self.world.ctx.tokens.read_access(&opened.access).expect("claims").sid;
        let missed = notification::catch_up(&self.world.ctx, self.kim, &session, Some(NotificationId(last)));
        missed.expect("a list").iter().map(|told| told.id).collect()
    }
}

#[test]
fn n4_the_newest_first_with_what_they_are_about() {
    let scene = Scene::new();
    scene.raise(NotificationKind::Like);
    let comment = write_comment(&scene.world, scene.lee, scene.post, "댓글");
    scene.raise(NotificationKind::Follow);
    let list = scene.list();
    let post = Some(AboutPost { id: scene.post, category: Category::Together, thumbnail: None });
    let about: Vec<_> = list.iter().map(|told| (told.kind, told.target, &told.post, told.comment.as_deref())).collect();
    let expected = [
        (NotificationKind::Follow, scene.lee.0, &None, None),
        (NotificationKind::Comment, comment.0, &post, Some("댓글")),
        (NotificationKind::Like, scene.post.0, &post, None),
    ];
    assert_eq!(about, expected);
    assert!(list.iter().all(|told| told.actor.id == scene.lee && told.actor.nickname == "lee" && !told.read));
    assert_eq!(notification::list(&scene.world.ctx, scene.lee).expect("a list"), []);
}

#[test]
fn n4_what_is_shown_is_what_is_so_now() {
    let scene = Scene::new();
    let comment = write_comment(&scene.world, scene.lee, scene.post, "댓글");
    let edit = CommentDraft { content: "고침".into(), ..Default::default() };
    comment::update(&scene.world.ctx, scene.lee, comment, &edit).expect("an edit");
    let changed = scene.world.ctx.db.write_tx(|connection| {
        let row = diesel::update(posts::table.find(scene.post));
        Ok(row.set(posts::thumbnail_key.eq("images/post/x.png")).execute(connection)?)
    });
    assert_eq!(changed.expect("a picture"), 1);
    let told = scene.list().pop().expect("a notification");
    assert_eq!(told.comment.as_deref(), Some("고침"));
    assert_eq!(told.post.expect("a post").thumbnail.as_deref(), Some("images/post/x.png"));
    withdraw(&scene.world, scene.lee);
    let told = scene.list().pop().expect("a notification");
    assert_eq!((told.actor.nickname.as_str(), told.actor.profile_image), (UNKNOWN_AUTHOR, None));
}

#[test]
fn n4_what_is_not_visible_is_left_out() {
    use NotificationKind::{Comment, Follow, Like};
    let scene = Scene::new();
    scene.raise(Follow);
    scene.raise(Like);
    let hidden = write_comment(&scene.world, scene.lee, scene.post, "하나");
    write_comment(&scene.world, scene.lee, scene.post, "둘");
    assert_eq!(scene.kinds(), [Comment, Comment, Like, Follow]);
    hide_comment(&scene.world, hidden);
    assert_eq!(scene.kinds(), [Comment, Like, Follow]);
    hide(&scene.world, scene.post);
    assert_eq!(scene.kinds(), [Follow]);
    let other = write(&scene.world, scene.kim, &draft("둘"));
    write_comment(&scene.world, scene.lee, other, "댓글");
    assert_eq!(scene.kinds(), [Comment, Follow]);
    post::delete(&scene.world.ctx, scene.kim, other).expect("a deletion");
    assert_eq!(scene.kinds(), [Follow]);
}

#[test]
fn n4_two_hundred_of_thirty_days() {
    let scene = Scene::new();
    let old = scene.raise(NotificationKind::Follow);
    scene.world.advance(TimeDelta::days(30).checked_sub(&TimeDelta::seconds(1)).expect("a time"));
    assert_eq!(scene.list().len(), 1);
    scene.world.advance(TimeDelta::seconds(1));
    assert_eq!(scene.list().len(), 0);
    assert_eq!(scene.missed(old.0 - 1), []);
    for nth in 0..201 {
        write_comment(&scene.world, scene.lee, scene.post, &nth.to_string());
        if nth == 0 {
            hide_comment(&scene.world, CommentId(1));
        }
    }
    let list = scene.list();
    assert_eq!(list.len(), 200, "what is hidden takes nobody's place");
    assert_eq!((list[0].comment.as_deref(), list[199].comment.as_deref()), (Some("200"), Some("1")));
    let mut ids: Vec<_> = list.iter().map(|told| told.id).collect();
    ids.reverse();
    assert_eq!(scene.missed(0), ids, "N7: the same, oldest first");
    assert_eq!(scene.missed(ids[197].0), ids[198..]);
    assert_eq!(scene.missed(ids[199].0), []);
    assert_eq!(scene.missed(i64::MAX), []);
}

#[test]
fn n5_marking_is_for_the_receiver_and_can_be_repeated() {
    let scene = Scene::new();
    let (like, follow) = (scene.raise(NotificationKind::Like), scene.raise(NotificationKind::Follow));
    let mark = |who, id| notification::mark_read(&scene.world.ctx, who, id).map_err(|error| error.code());
    for (who, id) in [(scene.lee, like), (scene.kim, NotificationId(0)), (scene.kim, NotificationId(-1))] {
        assert_eq!(mark(who, id), Err(Code::NotificationNotFound));
    }
    assert_eq!((mark(scene.kim, like), mark(scene.kim, like)), (Ok(()), Ok(())));
    let read = || scene.list().iter().map(|told| (told.id, told.read)).collect::<Vec<_>>();
    assert_eq!(read(), [(follow, false), (like, true)]);
    let again = scene.raise(NotificationKind::Like);
    assert_eq!(read(), [(again, false), (follow, false), (like, true)], "N3: a read one stands in nobody's way");
    let before = read_at(&scene.world, like);
    scene.world.advance(TimeDelta::minutes(1));
    for _ in 0..2 {
        notification::mark_all_read(&scene.world.ctx, scene.kim).expect("all read");
        assert_eq!(read(), [(again, true), (follow, true), (like, true)]);
    }
    assert_eq!(read_at(&scene.world, like), before, "what was read stays as it was");
}

fn read_at(world: &World, id: NotificationId) -> i64 {
    let query = notifications::table.find(id.0).select(notifications::read_at.assume_not_null());
    world.ctx.db.read(|connection| Ok(query.first(connection)?)).expect("a row")
}

#[test]
fn n7_a_session_that_ended_meanwhile_opens_no_stream() {
    let scene = Scene::new();
    let missed = notification::catch_up(&scene.world.ctx, scene.kim, "none", None);
    assert_eq!(missed.expect_err("no session").code(), Code::AuthRequired);
}

#[test]
fn n10_a_cut_token_lists_nothing_for_a_minute() {
    let mut scene = Scene::new();
    let look = |scene: &Scene, token| notification::refuse_cut(&scene.world.ctx, token).map_err(|error| error.code());
    notification::note_cut(&scene.world.ctx, &["a", "b"]).expect("marks");
    scene.world.advance(TimeDelta::seconds(59));
    assert_eq!(["a", "b", "c"].map(|token| look(&scene, token).is_ok()), [false, false, true]);
    scene.world.advance(TimeDelta::seconds(1));
    assert_eq!(look(&scene, "a"), Ok(()));
    scene.world.ctx.limits = std::sync::Arc::new(AwayTokenStore);
    assert_eq!(look(&scene, "a"), Ok(()), "H17: without the store reading goes on");
}
