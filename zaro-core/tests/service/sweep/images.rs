//! The nightly collection of images (I8).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::SystemTime;

use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::json;
use zaro_core::adapters::local_dir::LocalDir;
use zaro_core::fault::{Struck, panic_at};
use zaro_core::policy::field::Input;
use zaro_core::policy::upload::UploadQuery;
use zaro_core::ports::ObjectStore as _;
use zaro_core::schema::{images, post_images};
use zaro_core::secrets::random;
use zaro_core::service::image;
use zaro_core::service::post::{self, PostDraft};
use zaro_core::service::sweep::{Rule, RunReport};
use zaro_core::testing::World;
use zaro_core::types::{PostId, RunState, Status, UserId};

use super::super::post::{draft, write};
use super::{plan_now, sweep};

/// An upload of this kind that has arrived; its key.
fn upload(world: &World, owner: UserId, kind: &str) -> String {
    let query = UploadQuery { kind: Some(kind.to_owned()), extension: Some("png".to_owned()), user_id: Some(owner) };
    let key = image::grant(&world.ctx, owner, &query).expect("a grant").key.to_string();
    world.objects.put(&key, 70);
    key
}

fn set_picture(world: &World, owner: UserId, key: &str) {
    let draft = serde_json::from_value(json!({ "profileImage": key })).expect("a draft");
    image::set_profile_image(&world.ctx, owner, &draft).expect("a picture");
}

fn pictured(keys: &[&String]) -> PostDraft {
    PostDraft { post_image_list: Input::Given(keys.iter().map(|key| (*key).clone()).collect()), ..draft("글") }
}

/// Whether object and row of an image are there; both are, or neither.
fn is_there(world: &World, key: &str) -> bool {
    let rows = images::table.filter(images::image_key.eq(key)).count();
    let rows: i64 = world.ctx.db.read(|connection| Ok(rows.get_result(connection)?)).expect("a count");
    let object = world.ctx.objects.head(key).expect("a look").is_some();
    assert_eq!(object, rows == 1, "{key}");
    object
}

/// How many images are due.
fn due(world: &World) -> i64 {
    let plan = plan_now(world);
    plan.rules.iter().find(|plan| plan.rule == Rule::CollectImages).expect("the rule").work.len()
}

fn collect(world: &World) -> RunReport {
    let report = sweep(world);
    report.runs.into_iter().find(|run| run.rule == Rule::CollectImages).expect("the rule")
}

#[test]
fn i8_uploads_that_nothing_used_for_24_hours_are_collected() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let (unused, shown, picture) =
        (upload(&world, kim, "post"), upload(&world, kim, "post"), upload(&world, kim, "profile"));
    let never_came = upload(&world, kim, "post");
    world.objects.remove(&never_came).expect("nothing there");
    write(&world, kim, &pictured(&[&shown]));
    set_picture(&world, kim, &picture);
    world.advance(TimeDelta::hours(24) - TimeDelta::microseconds(1));
    assert_eq!((due(&world), collect(&world).counts.applied), (0, 0));
    world.advance(TimeDelta::microseconds(1));
    assert_eq!(due(&world), 2);
    let run = collect(&world);
    assert_eq!((run.state, run.counts.applied, run.counts.skipped), (Some(RunState::Done), 2, 0));
    assert_eq!([&unused, &never_came, &shown, &picture].map(|key| is_there(&world, key)), [false, false, true, true]);
    assert_eq!(due(&world), 0, "a second run finds nothing");
}

#[test]
fn i8_a_replaced_picture_is_collected_where_it_was_left_over() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let (old, new) = (upload(&world, kim, "profile"), upload(&world, kim, "profile"));
    set_picture(&world, kim, &old);
    set_picture(&world, kim, &new);
    assert!(!is_there(&world, &old), "at once, where the store answers");
    // Where it did not, the row says since when nothing refers to it.
    let left = upload(&world, kim, "profile");
    world.advance(TimeDelta::hours(24));
    // The one in use is never taken, even if its row says otherwise.
    let now = world.now();
    let wrong = world.ctx.db.write_tx(|connection| {
        let row = images::table.filter(images::image_key.eq(&new));
        Ok(diesel::update(row).set(images::detached_at.eq(now.minus(TimeDelta::days(9)))).execute(connection)?)
    });
    assert_eq!(wrong.expect("a row"), 1);
    assert_eq!(collect(&world).counts.applied, 1);
    assert_eq!((is_there(&world, &left), is_there(&world, &new)), (false, true));
}

#[test]
fn i8_pictures_of_posts_deleted_30_days_ago_go_unless_another_post_shows_them() {
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    let (own, shared, twice) = (upload(&world, kim, "post"), upload(&world, kim, "post"), upload(&world, kim, "post"));
    let deleted = [write(&world, kim, &pictured(&[&own, &shared, &twice])), write(&world, kim, &pictured(&[&twice]))];
    let living = write(&world, lee, &pictured(&[&shared]));
    for id in deleted {
        post::delete(&world.ctx, kim, id).expect("deleted");
    }
    world.advance(TimeDelta::days(30) - TimeDelta::microseconds(1));
    assert_eq!(due(&world), 0);
    world.advance(TimeDelta::microseconds(1));
    assert_eq!(due(&world), 4, "each place of a picture in a post");
    assert_eq!(collect(&world).counts.applied, 4);
    assert_eq!([&own, &shared, &twice].map(|key| is_there(&world, key)), [false, true, false]);
    let rows = post_images::table.select((post_images::post_id, post_images::image_key));
    let rows = world.ctx.db.read(|connection| Ok(rows.load::<(PostId, String)>(connection)?)).expect("rows");
    assert_eq!(rows, [(living, shared)]);
    assert_eq!((due(&world), collect(&world).counts.applied), (0, 0));
}

#[test]
fn i8_more_than_a_batch_is_collected_in_one_run() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let now = world.now();
    let values: Vec<_> = (0..1_200)
        .map(|n| {
            format!("('images/post/{n:08}-0000-4000-8000-000000000000.png', {kim}, 'POST', 'image/png', 'ISSUED', {0}, {0})", now.micros())
        })
        .collect();
    let query = format!(
        "INSERT INTO images (image_key, owner_id, kind, mime, state, issued_at, detached_at) VALUES {}",
        values.join(",")
    );
    world.ctx.db.write_tx(|connection| Ok(diesel::sql_query(&query).execute(connection)?)).expect("rows");
    world.advance(TimeDelta::hours(24));
    let run = collect(&world);
    assert_eq!((run.planned, run.counts.applied, run.counts.failed), (1_200, 1_200, 0));
    let left = world.ctx.db.read(|connection| Ok(images::table.count().get_result::<i64>(connection)?));
    assert_eq!(left.expect("a count"), 0);
}

#[test]
fn i8_a_crash_between_store_and_rows_is_made_good_by_the_next_run() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let key = upload(&world, kim, "post");
    world.advance(TimeDelta::hours(24));
    panic_at(Some(("sweep.objects_removed", 1)));
    let struck = catch_unwind(AssertUnwindSafe(|| sweep(&world))).expect_err("a crash");
    assert_eq!(struck.downcast_ref(), Some(&Struck("sweep.objects_removed".to_owned())));
    world.advance(TimeDelta::minutes(1));
    assert_eq!(collect(&world).state, Some(RunState::Done));
    assert!(!is_there(&world, &key));
}

#[test]
fn i8_a_store_that_fails_is_told_and_tried_again() {
    let mut world = World::new();
    let folder = world.test_db.folder().join("media");
    let media = Arc::new(LocalDir::new(&folder, "https://img.zaro.test", random::<32>().to_vec().into()));
    let kim = world.member("kim", Status::Active);
    let key = upload(&world, kim, "post");
    world.ctx.objects = media.clone();
    // A folder that is not empty cannot be removed as a file.
    std::fs::create_dir_all(media.path(&key).join("x")).expect("a folder");
    world.advance(TimeDelta::hours(24));
    let run = collect(&world);
    assert_eq!((run.state, run.counts.applied, run.counts.failed), (Some(RunState::Partial), 1, 1));
    std::fs::remove_dir_all(media.path(&key)).expect("room again");
    assert_eq!(collect(&world).state, Some(RunState::Done));
    assert!(!is_there(&world, &key));
}

#[test]
fn i8_half_written_files_of_a_local_store_are_removed_once_they_are_old() {
    let mut world = World::new();
    let folder = world.test_db.folder().join("media");
    let media = Arc::new(LocalDir::new(&folder, "https://img.zaro.test", random::<32>().to_vec().into()));
    world.ctx.objects = media.clone();
    world.ctx.media = Some(media.clone());
    let old = SystemTime::from(world.now().minus(TimeDelta::hours(25)).to_utc());
    let fresh = SystemTime::from(world.now().minus(TimeDelta::hours(23)).to_utc());
    let file = |name: &str, written| {
        let path = folder.join("images/post").join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, b"x").expect("a file");
        std::fs::File::options().write(true).open(&path).and_then(|file| file.set_modified(written)).expect("a time");
        path
    };
    let (waste, under_way, whole) = (file("a.part-0000beef", old), file("b.part-0000cafe", fresh), file("c.png", old));
    collect(&world);
    assert_eq!([waste, under_way, whole].map(|path| path.exists()), [false, true, true]);
}
