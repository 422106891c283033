//! The pictures of posts (P4, P5, I4).

use diesel::prelude::*;
use zaro_core::Code;
use zaro_core::error::{Error, Result};
use zaro_core::policy::field::Input;
use zaro_core::ports::{ObjectInfo, ObjectStore};
use zaro_core::schema::images;
use zaro_core::service::post::{self, PostDraft, PostEdit};
use zaro_core::testing::World;
use zaro_core::types::{ImageKind, ImageState, PostId, Status, Time, UserId};

use super::{detail, draft, edit, write};

fn key(nth: u32) -> String {
    format!("images/post/00000000-0000-4000-8000-{nth:012}.webp")
}

/// Grants an upload to somebody and says how far it got.
pub(super) fn granted(world: &World, owner: UserId, nth: u32, state: ImageState) -> String {
    let (key, now) = (key(nth), world.now());
    let made = world.ctx.db.write_tx(|connection| {
        let row = (
            images::image_key.eq(key.clone()),
            images::owner_id.eq(owner),
            images::kind.eq(ImageKind::Post),
            images::mime.eq("image/webp"),
            images::state.eq(state),
            images::issued_at.eq(now),
            images::detached_at.eq(now),
        );
        Ok(diesel::insert_into(images::table).values(row).execute(connection)?)
    });
    made.expect("a grant");
    key
}

fn list(keys: &[&String]) -> Input<Vec<String>> {
    Input::Given(keys.iter().map(|key| (*key).clone()).collect())
}

/// Since when nothing shows the picture.
fn detached_at(world: &World, key: &str) -> Option<Time> {
    let query = images::table.filter(images::image_key.eq(key.to_owned())).select(images::detached_at);
    world.ctx.db.read(|connection| Ok(query.first(connection)?)).expect("an image")
}

fn shown(world: &World, viewer: UserId, id: PostId) -> (Vec<String>, Option<String>) {
    let view = detail(world, viewer, id).expect("a post");
    (view.images, view.post.thumbnail_key)
}

#[test]
fn p4_only_granted_pictures_that_are_there_are_shown_in_order() {
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    let stored = granted(&world, kim, 1, ImageState::Stored);
    let uploaded = granted(&world, lee, 2, ImageState::Issued);
    world.objects.put(&uploaded, 1000);
    let missing = granted(&world, kim, 3, ImageState::Issued);
    let too_large = granted(&world, kim, 4, ImageState::Issued);
    world.objects.put(&too_large, 10 * 1024 * 1024 + 1);
    let rejected = granted(&world, kim, 5, ImageState::Rejected);
    let never = key(6);
    let elsewhere = "https://elsewhere.kr/a.png".to_owned();
    let sent = [&uploaded, &missing, &never, &elsewhere, &stored, &too_large, &uploaded, &rejected];
    let id = write(&world, kim, &PostDraft { post_image_list: list(&sent), ..draft("제목") });
    assert_eq!(shown(&world, kim, id), (vec![uploaded.clone(), stored.clone()], Some(uploaded.clone())));
    assert_eq!([&uploaded, &stored].map(|key| detached_at(&world, key)), [None, None]);
    assert_eq!(detached_at(&world, &missing), Some(world.now()));
}

#[test]
fn p5_the_thumbnail_falls_back_to_the_first_picture() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let [a, b] = [1, 2].map(|nth| granted(&world, kim, nth, ImageState::Stored));
    let missing = key(3);
    for (thumbnail, expected) in [(&b, &b), (&missing, &a)] {
        let sent = list(&[&a, &b, &missing]);
        let draft = PostDraft { post_image_list: sent, thumbnail_image: thumbnail.as_str().into(), ..draft("제목") };
        let id = write(&world, kim, &draft);
        assert_eq!(shown(&world, kim, id).1.as_ref(), Some(expected));
    }
}

#[test]
fn p2_random_buy_needs_a_picture_that_is_left() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let stored = granted(&world, kim, 1, ImageState::Stored);
    let bought = |keys: &[&String]| PostDraft {
        category: "RANDOM_BUY".into(),
        tag: "REGRET".into(),
        post_image_list: list(keys),
        ..draft("제목")
    };
    let missing = post::create(&world.ctx, kim, &bought(&[&key(2)])).unwrap_err();
    assert_eq!(missing.code(), Code::ImageRequiredForRandomBuy);
    let id = write(&world, kim, &bought(&[&stored]));
    let emptied = post::update(&world.ctx, kim, id, &PostEdit { tag: "TREASURE".into(), ..edit("제목") }).unwrap_err();
    assert_eq!(emptied.code(), Code::ImageRequiredForRandomBuy);
    assert_eq!(shown(&world, kim, id).0, [stored], "a refused edit takes nothing away");
}

#[test]
fn p10_an_edit_replaces_the_list_and_lets_go_of_what_nothing_shows() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let [a, b, c] = [1, 2, 3].map(|nth| granted(&world, kim, nth, ImageState::Stored));
    let id = write(&world, kim, &PostDraft { post_image_list: list(&[&a, &b]), ..draft("하나") });
    let other = write(&world, kim, &PostDraft { post_image_list: list(&[&b]), ..draft("둘") });
    let later = world.advance(chrono::TimeDelta::hours(1));
    post::update(&world.ctx, kim, id, &PostEdit { post_image_list: list(&[&c, &a]), ..edit("하나") }).expect("an edit");
    assert_eq!(shown(&world, kim, id), (vec![c.clone(), a.clone()], Some(c.clone())));
    assert_eq!(detached_at(&world, &b), None, "the other post still shows it");
    post::update(&world.ctx, kim, other, &edit("둘")).expect("an edit");
    assert_eq!(shown(&world, kim, other), (Vec::new(), None), "an absent list is an empty one");
    assert_eq!([&a, &b, &c].map(|key| detached_at(&world, key)), [None, Some(later), None]);
}

/// A store that cannot be reached, and notes how often that was tried.
#[derive(Default)]
struct Away(std::sync::atomic::AtomicU32);

impl ObjectStore for Away {
    fn presign_put(&self, _: &str, _: &str, _: Time, _: chrono::TimeDelta) -> Result<String> {
        Err(Error::Unavailable { what: "the store", why: "away".to_owned() })
    }

    fn head(&self, _: &str) -> Result<Option<ObjectInfo>> {
        self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Err(Error::Unavailable { what: "the store", why: "away".to_owned() })
    }

    fn load(&self, _: &str) -> Result<Option<Vec<u8>>> {
        Err(Error::Unavailable { what: "the store", why: "away".to_owned() })
    }

    fn remove(&self, _: &str) -> Result<()> {
        Err(Error::Unavailable { what: "the store", why: "away".to_owned() })
    }
}

#[test]
fn i4_pictures_are_accepted_while_the_store_is_away() {
    let mut world = World::new();
    let kim = world.member("kim", Status::Active);
    let [a, b] = [1, 2].map(|nth| granted(&world, kim, nth, ImageState::Issued));
    let away = std::sync::Arc::new(Away::default());
    world.ctx.objects = away.clone();
    let id = write(&world, kim, &PostDraft { post_image_list: list(&[&a, &b, &key(3)]), ..draft("제목") });
    assert_eq!(shown(&world, kim, id).0, [a, b], "what was never granted is left out all the same");
    assert_eq!(away.0.load(std::sync::atomic::Ordering::SeqCst), 1, "a store that is away is asked once");
}
