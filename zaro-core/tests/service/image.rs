//! Uploads and the profile picture (I1 to I6, S5).

use std::sync::Arc;

use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::{Value, json};
use zaro_core::adapters::local_dir::LocalDir;
use zaro_core::models::image::{self, Image};
use zaro_core::policy::retention::{Limit, Limits, Policy};
use zaro_core::policy::upload::{ImageKey, MAX_BYTES, UploadQuery};
use zaro_core::ports::{ObjectInfo, ObjectStore};
use zaro_core::schema::users;
use zaro_core::secrets::random;
use zaro_core::service::image as service;
use zaro_core::testing::{World, pictures};
use zaro_core::types::{ImageState, Status, Time, UserId};
use zaro_core::{Code, Error, Result};

/// A world whose images lie in a folder of its own.
fn local_world() -> World {
    let mut world = World::new();
    let folder = world.test_db.folder().join("media");
    let media = LocalDir::new(&folder, "https://img.zaro.test", random::<32>().to_vec().into());
    let media = Arc::new(media);
    world.ctx.objects = media.clone();
    world.ctx.media = Some(media);
    world
}

fn query(kind: &str, extension: &str, user: Option<UserId>) -> UploadQuery {
    UploadQuery { kind: Some(kind.into()), extension: Some(extension.into()), user_id: user }
}

/// Key, expiry and signature of an upload address.
fn parts(grant: &service::Grant) -> (String, String, String) {
    let path = grant.url.strip_prefix("https://img.zaro.test/media/").expect("our public address");
    let (key, rest) = path.split_once("?expires=").expect("an expiry");
    let (expires, signature) = rest.split_once("&signature=").expect("a signature");
    (key.into(), expires.into(), signature.into())
}

/// What a browser does with a grant.
fn put(world: &World, grant: &service::Grant, content_type: &str, bytes: &[u8]) -> Result<(), Code> {
    let (key, expires, signature) = parts(grant);
    put_raw(world, &key, content_type, &expires, &signature, bytes)
}

fn put_raw(world: &World, key: &str, mime: &str, expires: &str, signature: &str, bytes: &[u8]) -> Result<(), Code> {
    let address = service::UploadAddress { key, content_type: mime, expires, signature };
    service::admit(&world.ctx, &address)
        .and_then(|admitted| service::receive(&world.ctx, admitted, bytes))
        .map_err(|error| error.code())
}

/// A picture of this member, uploaded to the store in memory.
fn uploaded(world: &World, owner: UserId) -> ImageKey {
    let grant = service::grant(&world.ctx, owner, &query("profile", "png", Some(owner))).expect("a grant");
    world.objects.put(grant.key.as_str(), 70);
    grant.key
}

fn row(world: &World, key: &ImageKey) -> Option<Image> {
    world.ctx.db.read(|connection| image::find(connection, key.as_str())).expect("a read")
}

fn set_picture(world: &World, id: UserId, value: &Value) -> Result<Option<String>, Code> {
    let draft = serde_json::from_value(json!({ "profileImage": value })).expect("a draft");
    service::set_profile_image(&world.ctx, id, &draft).map_err(|error| error.code())
}

fn delete(world: &World, id: UserId, key: &str) -> Result<(), Code> {
    service::delete(&world.ctx, id, key).map_err(|error| error.code())
}

fn suspend(world: &World, id: UserId) {
    let end = world.now().plus(TimeDelta::days(1));
    let suspended = world.ctx.db.write_tx(|connection| {
        Ok(diesel::update(users::table.find(id)).set(users::suspended_until.eq(end)).execute(connection)?)
    });
    assert_eq!(suspended.expect("a write"), 1);
}

#[test]
fn i1_to_i5_from_a_grant_to_the_served_picture() {
    let world = local_world();
    let kim = world.member("kim", Status::Active);
    let grant = service::grant(&world.ctx, kim, &query("profile", "JPG", Some(kim))).expect("a grant");
    assert!(grant.key.as_str().starts_with(&format!("images/profile/{kim}-")), "{}", grant.key);
    assert_eq!(grant.key.as_str().rsplit_once('.').map(|(_, extension)| extension), Some("jpg"), "in lower case");
    let issued = row(&world, &grant.key).expect("a row");
    assert_eq!((issued.state, issued.owner_id), (ImageState::Issued, Some(kim)));
    assert_eq!((issued.bytes, issued.detached_at), (None, Some(world.now())));
    assert_eq!(service::serve(&world.ctx, &grant.key).unwrap_err().code(), Code::ImageNotFound);

    let dirty = pictures::jpeg_with(&[(0xe1, pictures::exif_with_gps(1))]);
    put(&world, &grant, "image/jpeg", &dirty).expect("an upload");
    let served = service::serve(&world.ctx, &grant.key).expect("a picture");
    assert_eq!(served, pictures::jpeg(), "where it was taken is gone");
    let stored = row(&world, &grant.key).expect("a row");
    assert_eq!(stored.state, ImageState::Stored);
    assert_eq!(stored.bytes, i64::try_from(served.len()).ok());
    assert_eq!(put(&world, &grant, "image/jpeg", &dirty), Err(Code::UploadUrlInvalid), "one PUT");
    assert_eq!(service::serve(&world.ctx, &grant.key).expect("a picture"), served);
}

#[test]
fn i5_an_address_holds_for_what_it_was_granted_only() {
    let world = local_world();
    let kim = world.member("kim", Status::Active);
    let grant = service::grant(&world.ctx, kim, &query("post", "png", None)).expect("a grant");
    let other = service::grant(&world.ctx, kim, &query("post", "png", None)).expect("another");
    let (key, expires, signature) = parts(&grant);
    let later = (expires.parse::<i64>().expect("seconds") + 60).to_string();
    let long = "9".repeat(30);
    for (what, key, mime, expires, signature) in [
        ("another type", key.as_str(), "image/svg+xml", expires.as_str(), signature.as_str()),
        ("no type", &key, "", &expires, &signature),
        ("another key", other.key.as_str(), "image/png", &expires, &signature),
        ("no key of ours", "images/post/../../zaro.db", "image/png", &expires, &signature),
        ("a longer time", &key, "image/png", &later, &signature),
        ("no time", &key, "image/png", "", &signature),
        ("an impossible time", &key, "image/png", &long, &signature),
        ("no signature", &key, "image/png", &expires, ""),
        ("another signature", &key, "image/png", &expires, parts(&other).2.as_str()),
        ("half a signature", &key, "image/png", &expires, signature.split_at(20).0),
        ("not base64", &key, "image/png", &expires, "=&%00"),
    ] {
        let refused = put_raw(&world, key, mime, expires, signature, &pictures::png());
        assert_eq!(refused, Err(Code::UploadUrlInvalid), "{what}");
    }
    world.advance(TimeDelta::seconds(599));
    put(&world, &grant, "image/png", &pictures::png()).expect("a second before its end");
    world.advance(TimeDelta::seconds(1));
    assert_eq!(put(&world, &other, "image/png", &pictures::png()), Err(Code::UploadUrlInvalid), "ten minutes");
}

#[test]
fn i5_a_removed_grant_takes_nothing_in() {
    let world = local_world();
    let kim = world.member("kim", Status::Active);
    let grant = service::grant(&world.ctx, kim, &query("post", "png", None)).expect("a grant");
    delete(&world, kim, grant.key.as_str()).expect("a removal");
    assert_eq!(put(&world, &grant, "image/png", &pictures::png()), Err(Code::UploadUrlInvalid));
}

#[test]
fn i3_what_is_no_picture_is_refused_and_may_be_tried_again() {
    let world = local_world();
    let kim = world.member("kim", Status::Active);
    let grant = service::grant(&world.ctx, kim, &query("post", "png", None)).expect("a grant");
    let png = pictures::png();
    let truncated = &png[..png.len() - 1];
    let too_long = vec![0x89; MAX_BYTES + 1];
    for (what, bytes, code) in [
        ("nothing", b"".as_slice(), Code::InvalidImageData),
        ("SVG", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", Code::InvalidImageData),
        ("a page", b"<!doctype html><script>alert(1)</script>", Code::InvalidImageData),
        ("a JPEG", &pictures::jpeg(), Code::InvalidImageData),
        ("a WebP", &pictures::webp_lossless(), Code::InvalidImageData),
        ("a truncated PNG", truncated, Code::InvalidImageData),
        ("3,600 megapixels", &pictures::png_of(60_000, 60_000), Code::InvalidImageData),
        ("over 10 MiB", &too_long, Code::PayloadTooLarge),
    ] {
        assert_eq!(put(&world, &grant, "image/png", bytes), Err(code), "{what}");
    }
    assert_eq!(row(&world, &grant.key).expect("a row").state, ImageState::Issued);
    let folder = world.test_db.folder().join("media/images/post");
    assert!(!folder.exists(), "nothing was written");
    put(&world, &grant, "image/png", &png).expect("the address is still good");
    assert_eq!(std::fs::read_dir(folder).expect("a folder").count(), 1, "no leftovers");
}

#[test]
fn i5_of_two_uploads_at_once_one_is_taken() {
    let world = local_world();
    let kim = world.member("kim", Status::Active);
    let grant = service::grant(&world.ctx, kim, &query("post", "png", None)).expect("a grant");
    let pictures: Vec<Vec<u8>> = (0..6_u8).map(|n| pictures::png_with(&[(b"gAMA", &[0, 0, 0xb1, n])])).collect();
    let results: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> =
            pictures.iter().map(|bytes| scope.spawn(|| put(&world, &grant, "image/png", bytes))).collect();
        running.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    let taken: Vec<_> = results.iter().zip(&pictures).filter(|(result, _)| result.is_ok()).collect();
    let [(_, winner)] = taken[..] else { panic!("{results:?}") };
    assert_eq!(&service::serve(&world.ctx, &grant.key).expect("a picture"), winner);
    assert!(results.iter().all(|result| matches!(result, Ok(()) | Err(Code::UploadUrlInvalid))), "{results:?}");
}

#[test]
fn h12_granting_needs_an_active_member() {
    let world = World::new();
    let grant = |id| service::grant(&world.ctx, id, &query("post", "png", None)).map_err(|error| error.code());
    for (name, status, code) in [
        ("pen", Status::Pending, Code::MailNotVerified),
        ("dor", Status::Dormant, Code::DormantUser),
        ("del", Status::Deleted, Code::DeletedUser),
    ] {
        let id = world.member(name, status);
        assert_eq!(grant(id), Err(code));
        assert_eq!(set_picture(&world, id, &Value::Null), Err(code));
        assert_eq!(delete(&world, id, "nonsense"), Err(code), "H6: the state first");
    }
    let kim = world.member("kim", Status::Active);
    let key = uploaded(&world, kim);
    suspend(&world, kim);
    assert_eq!(grant(kim), Err(Code::UserSuspended));
    assert_eq!(set_picture(&world, kim, &json!(key.as_str())), Err(Code::UserSuspended));
    assert_eq!(delete(&world, kim, key.as_str()), Ok(()), "Z2: allowed while suspended");
}

#[test]
fn rl_grants_are_limited_by_member() {
    let limits = Limits { uploads: Limit::new(2, 3600), ..Limits::default() };
    let world = World::with_policy(Policy { limits, ..Policy::default() });
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    let grant = |id| service::grant(&world.ctx, id, &query("post", "png", None)).map_err(|error| error.code());
    assert!(grant(kim).is_ok() && grant(kim).is_ok());
    assert_eq!(grant(kim), Err(Code::RateLimited));
    assert!(grant(lee).is_ok());
    world.advance(TimeDelta::hours(1));
    assert!(grant(kim).is_ok());
}

#[test]
fn i6_an_own_unused_upload_is_removed() {
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    let key = uploaded(&world, kim);
    let unknown = key.as_str().replace(".png", ".webp");
    for (what, id, text, code) in [
        ("blank", kim, "", Code::InvalidRequest),
        ("an address", kim, "https://zaro.test/images/post/x.png", Code::InvalidRequest),
        ("two slashes", kim, &format!("//{key}"), Code::InvalidRequest),
        ("outside", kim, "images/post/../../zaro.db", Code::InvalidRequest),
        ("unknown", kim, &unknown, Code::UnauthorizedImageDelete),
        ("another member's", lee, key.as_str(), Code::UnauthorizedImageDelete),
    ] {
        assert_eq!(delete(&world, id, text), Err(code), "{what}");
    }
    set_picture(&world, kim, &json!(key.as_str())).expect("a picture");
    assert_eq!(delete(&world, kim, key.as_str()), Err(Code::ImageInUse));
    let other = uploaded(&world, kim);
    assert_eq!(delete(&world, kim, &format!("/{other}")), Ok(()));
    assert_eq!((row(&world, &other), world.objects.head(other.as_str()).expect("a look")), (None, None));
    assert_eq!(delete(&world, kim, other.as_str()), Err(Code::UnauthorizedImageDelete), "unknown by now");
}

#[test]
fn i6_a_picture_of_a_post_is_in_use() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let key = service::grant(&world.ctx, kim, &query("post", "png", None)).expect("a grant").key;
    let now = world.now();
    let shown = world.ctx.db.write_tx(|connection| {
        use zaro_core::schema::{post_images, posts};
        diesel::insert_into(posts::table)
            .values((
                (posts::id.eq(1_i64), posts::user_id.eq(kim.0), posts::category.eq("DAILY_LIFE")),
                (posts::tag.eq("TIPS"), posts::title.eq("t"), posts::content.eq("c"), posts::preview.eq("c")),
                (posts::created_at.eq(now), posts::updated_at.eq(now)),
            ))
            .execute(connection)?;
        diesel::insert_into(post_images::table)
            .values((
                post_images::post_id.eq(1_i64),
                post_images::position.eq(0),
                post_images::image_key.eq(key.as_str()),
            ))
            .execute(connection)?;
        Ok((image::attach(connection, key.as_str())?, image::attach(connection, "images/post/unknown.png")?))
    });
    assert_eq!(shown.expect("a write"), (true, false));
    let detach = || world.ctx.db.write_tx(|connection| image::detach(connection, key.as_str(), now));
    detach().expect("a write");
    assert_eq!(row(&world, &key).expect("a row").detached_at, None, "a post still shows it");
    assert_eq!(delete(&world, kim, key.as_str()), Err(Code::ImageInUse));
    let gone = world
        .ctx
        .db
        .write_tx(|connection| Ok(diesel::delete(zaro_core::schema::post_images::table).execute(connection)?));
    assert_eq!(gone.expect("a write"), 1);
    detach().expect("a write");
    assert_eq!(delete(&world, kim, key.as_str()), Ok(()));
}

#[test]
fn s5_only_an_own_upload_becomes_the_picture() {
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    let (own, foreign) = (uploaded(&world, kim), uploaded(&world, lee));
    let for_a_post = service::grant(&world.ctx, kim, &query("post", "png", None)).expect("a grant").key;
    let not_there = service::grant(&world.ctx, kim, &query("profile", "png", Some(kim))).expect("a grant").key;
    let too_long = service::grant(&world.ctx, kim, &query("profile", "png", Some(kim))).expect("a grant").key;
    world.objects.put(too_long.as_str(), i64::try_from(MAX_BYTES).expect("a length") + 1);
    let never_granted = own.as_str().replace(".png", ".webp");
    world.objects.put(&never_granted, 70);
    // Bytes under the caller's prefix, granted to somebody else.
    let own_prefix = foreign.as_str().replace(&format!("{lee}-"), &format!("{kim}-"));
    for (what, value, code) in [
        ("a number", json!(7), Code::InvalidRequest),
        ("a list", json!([own.as_str()]), Code::InvalidRequest),
        ("U+0000", json!(format!("{own}\0")), Code::InvalidRequest),
        ("an address elsewhere", json!("https://evil.test/x.png"), Code::InvalidProfileImage),
        ("Kakao's", json!("http://k.kakaocdn.net/x.png"), Code::InvalidProfileImage),
        ("our own address", json!(format!("https://img.zaro.test/{own}")), Code::InvalidProfileImage),
        ("two slashes", json!(format!("//{own}")), Code::InvalidProfileImage),
        ("outside", json!(format!("/images/profile/{kim}-../../x.png")), Code::InvalidProfileImage),
        ("blanks around", json!(format!(" {own} ")), Code::InvalidProfileImage),
        ("another member's", json!(foreign.as_str()), Code::InvalidProfileImage),
        ("under our name", json!(own_prefix), Code::InvalidProfileImage),
        ("a picture of a post", json!(for_a_post.as_str()), Code::InvalidProfileImage),
        ("never granted", json!(never_granted), Code::InvalidProfileImage),
        ("not uploaded", json!(not_there.as_str()), Code::InvalidProfileImage),
        ("too long", json!(too_long.as_str()), Code::InvalidProfileImage),
    ] {
        assert_eq!(set_picture(&world, kim, &value), Err(code), "{what}");
    }
    assert_eq!(world.user(kim).profile_image, None);
    for value in [format!("/{own}"), own.to_string()] {
        assert_eq!(set_picture(&world, kim, &json!(value)), Ok(Some(own.to_string())));
        assert_eq!(world.user(kim).profile_image.as_deref(), Some(own.as_str()), "stored without a slash");
        assert_eq!(row(&world, &own).expect("a row").detached_at, None);
    }
}

#[test]
fn s5_the_replaced_picture_is_removed() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let (first, second) = (uploaded(&world, kim), uploaded(&world, kim));
    set_picture(&world, kim, &json!(first.as_str())).expect("a picture");
    set_picture(&world, kim, &json!(second.as_str())).expect("another");
    assert_eq!((row(&world, &first), world.objects.head(first.as_str()).expect("a look")), (None, None));
    assert_eq!(set_picture(&world, kim, &json!(first.as_str())), Err(Code::InvalidProfileImage), "it is gone");
    for clear in [Value::Null, json!(""), json!("  ")] {
        assert_eq!(set_picture(&world, kim, &clear), Ok(None));
    }
    assert_eq!((row(&world, &second), world.objects.head(second.as_str()).expect("a look")), (None, None));
    assert_eq!(world.user(kim).profile_image, None);
}

#[test]
fn s5_a_picture_at_kakao_is_let_go() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let now = world.now();
    let set = |key: &str| {
        world.ctx.db.write_tx(|connection| zaro_core::models::user::set_profile_image(connection, kim, Some(key), now))
    };
    set("http://k.kakaocdn.net/dn/picture.jpg").expect("a write");
    let own = uploaded(&world, kim);
    assert_eq!(set_picture(&world, kim, &json!(own.as_str())), Ok(Some(own.to_string())));
    // An imported picture that was never granted here, or that is another member's, is not ours to remove.
    let lee = world.member("lee", Status::Active);
    let foreign = uploaded(&world, lee);
    set(foreign.as_str()).expect("a write");
    assert_eq!(set_picture(&world, kim, &Value::Null), Ok(None));
    assert!(row(&world, &foreign).is_some());
    assert!(world.objects.head(foreign.as_str()).expect("a look").is_some());
}

/// A store that does not answer.
#[derive(Debug)]
struct Away;

impl ObjectStore for Away {
    fn presign_put(&self, key: &str, _mime: &str, _now: Time, _lifetime: TimeDelta) -> Result<String> {
        Ok(format!("away://{key}"))
    }

    fn head(&self, _key: &str) -> Result<Option<ObjectInfo>> {
        Err(Error::Unavailable { what: "the image store", why: "a test".into() })
    }

    fn load(&self, _key: &str) -> Result<Option<Vec<u8>>> {
        Err(Error::Unavailable { what: "the image store", why: "a test".into() })
    }

    fn remove(&self, _key: &str) -> Result<()> {
        Err(Error::Unavailable { what: "the image store", why: "a test".into() })
    }
}

#[test]
fn i4_while_the_store_is_away_an_upload_is_accepted_and_nothing_is_lost() {
    let mut world = World::new();
    world.ctx.objects = Arc::new(Away);
    let kim = world.member("kim", Status::Active);
    let (first, second) = (uploaded(&world, kim), uploaded(&world, kim));
    set_picture(&world, kim, &json!(first.as_str())).expect("accepted unseen");
    let accepted = row(&world, &first).expect("a row");
    assert_eq!((accepted.state, accepted.detached_at), (ImageState::Issued, None), "looked at later");
    set_picture(&world, kim, &json!(second.as_str())).expect("accepted unseen");
    let left = row(&world, &first).expect("kept for the nightly collection");
    assert_eq!((left.state, left.detached_at), (ImageState::Rejected, Some(world.now())));
    assert_eq!(delete(&world, kim, first.as_str()), Err(Code::UnauthorizedImageDelete), "it is gone for its owner");
    assert_eq!(set_picture(&world, kim, &json!(first.as_str())), Err(Code::InvalidProfileImage));
    world.ctx.objects = world.objects.clone();
    service::discard(&world.ctx, &first).expect("the collection tries again");
    assert_eq!(row(&world, &first), None);
    service::discard(&world.ctx, &second).expect("a look");
    assert!(row(&world, &second).is_some(), "what is in use is left alone");
}
