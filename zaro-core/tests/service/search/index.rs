//! The index follows the database (Q8, Q9).

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use diesel::prelude::*;
use zaro_core::adapters::embedded::EmbeddedIndex;
use zaro_core::ports::SearchIndex as _;
use zaro_core::schema::{posts, search_outbox};
use zaro_core::service::post::PostEdit;
use zaro_core::service::{post, search};
use zaro_core::testing::{NoSearch, World};
use zaro_core::types::{PostId, Status, Time};

use super::stand_ins::{Full, Meddling};
use super::{edit, found, request, write};

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many changes wait, and the attempts of the one tried most often.
fn waiting(world: &World) -> (i64, Option<i32>) {
    let open = search_outbox::table.filter(search_outbox::done_at.is_null());
    let counts = world.ctx.db.read(|connection| {
        let count = open.count().get_result(connection)?;
        Ok((count, open.select(diesel::dsl::max(search_outbox::attempts)).first(connection)?))
    });
    counts.expect("counts")
}

fn documents(world: &World) -> Option<u64> {
    world.ctx.search.documents().expect("an index")
}

#[test]
fn q8_every_change_of_a_post_reaches_the_index() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let id = write(&world, kim, "첫제목", "글");
    world.index();
    assert_eq!((found(&world, "첫제목"), waiting(&world).0), (vec![id], 0));
    edit(&world, kim, id, "둘째제목", "TIPS");
    assert_eq!(waiting(&world).0, 1);
    world.index();
    assert_eq!((found(&world, "첫제목"), found(&world, "둘째제목")), (vec![], vec![id]));
    post::delete(&world.ctx, kim, id).expect("a deletion");
    world.index();
    assert_eq!((found(&world, "둘째제목"), documents(&world), waiting(&world).0), (vec![], Some(0), 0));
}

#[test]
fn q8_changes_wait_while_the_index_is_away() {
    let mut world = World::new();
    let kim = world.member("kim", Status::Active);
    world.index();
    let index = std::mem::replace(&mut world.ctx.search, Arc::new(NoSearch));
    let id = write(&world, kim, "기다리는글", "글");
    for _ in 0..3 {
        assert!(search::work_due(&world.ctx).is_err());
        world.advance(TimeDelta::minutes(2));
    }
    assert_eq!(waiting(&world), (1, Some(0)), "nothing is claimed in vain");
    world.ctx.search = index;
    world.index();
    assert_eq!((found(&world, "기다리는글"), waiting(&world).0), (vec![id], 0));
}

#[test]
fn q8_every_change_wakes_the_worker() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let woken = |what: &str| {
        let started = Instant::now();
        assert!(world.ctx.search_bell.wait(PATIENCE), "nobody stops it");
        assert!(started.elapsed() < PATIENCE, "{what} does not ring");
    };
    let id = write(&world, kim, "제목", "글");
    woken("creating");
    edit(&world, kim, id, "제목", "TIPS");
    woken("editing");
    post::delete(&world.ctx, kim, id).expect("a deletion");
    woken("deleting");
}

#[test]
fn q8_the_worker_builds_follows_and_stops() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let before = write(&world, kim, "먼저쓴글", "글");
    let until_found = |keyword: &str, id: PostId| {
        let deadline = Instant::now() + PATIENCE;
        while search::search(&world.ctx, &request(keyword))
            .is_ok_and(|page| page.degraded || page.hits.iter().all(|hit| hit.post.id != id))
        {
            assert!(Instant::now() < deadline, "waited in vain for {keyword}");
            std::thread::park_timeout(Duration::from_millis(5));
        }
    };
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| search::run_worker(&world.ctx));
        until_found("먼저쓴글", before);
        let after = write(&world, kim, "나중쓴글", "글");
        until_found("나중쓴글", after);
        world.ctx.search_bell.stop();
        worker.join().expect("it ends");
    });
    assert_eq!(documents(&world), Some(2));
}

#[test]
fn q8_a_failed_change_is_tried_again_with_growing_pauses() {
    let mut world = World::new();
    let kim = world.member("kim", Status::Active);
    let folder = world.test_db.folder().join("other");
    world.ctx.search = Arc::new(Full(EmbeddedIndex::new(&folder)));
    world.index();
    let id = write(&world, kim, "제목", "글");
    for (attempt, pause) in [1, 2, 4, 8, 16, 32, 60, 60].into_iter().enumerate() {
        assert!(search::work_due(&world.ctx).is_err());
        assert_eq!(waiting(&world), (1, i32::try_from(attempt + 1).ok()));
        world.advance(TimeDelta::seconds(pause) - TimeDelta::microseconds(1));
        assert_eq!(search::work_due(&world.ctx).expect("nothing is due"), 0, "{pause}");
        world.advance(TimeDelta::microseconds(1));
    }
    // The folder that was full belongs to an index of its own; another one begins with everything.
    world.ctx.search = Arc::new(EmbeddedIndex::new(&world.test_db.folder().join("search")));
    world.index();
    assert_eq!((found(&world, "제목"), waiting(&world).0), (vec![id], 0));
}

#[test]
fn q8_a_dead_workers_claim_runs_out() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    world.index();
    let id = write(&world, kim, "제목", "글");
    let until = world.now().plus(TimeDelta::minutes(1));
    let claimed = world.ctx.db.write_tx(|connection| {
        let due = zaro_core::models::search_outbox::due(connection, world.now(), 10)?;
        let ours = zaro_core::models::search_outbox::claim(connection, &due, "the dead", world.now(), until)?;
        let again = zaro_core::models::search_outbox::claim(connection, &due, "another", world.now(), until)?;
        Ok((ours.len(), again.len()))
    });
    assert_eq!(claimed.expect("claims"), (1, 0), "one worker a change");
    assert_eq!(search::work_due(&world.ctx).expect("no work"), 0);
    world.clock.set(until);
    assert_eq!(search::work_due(&world.ctx).expect("work"), 1);
    assert_eq!(found(&world, "제목"), [id]);
}

#[test]
fn q9_an_index_that_was_removed_or_outrun_is_built_anew() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let first = write(&world, kim, "하나", "글");
    world.index();
    // As if the database had been restored, or filled past the outbox.
    let changed = world.ctx.db.write_tx(|connection| {
        diesel::update(posts::table.find(first)).set(posts::deleted_at.eq(world.now())).execute(connection)?;
        Ok(diesel::delete(search_outbox::table).execute(connection)?)
    });
    assert_eq!(changed.expect("a write"), 1);
    assert_eq!(documents(&world), Some(1));
    world.index();
    assert_eq!(documents(&world), Some(0), "documents of posts that are gone are gone");
    let second = write(&world, kim, "둘", "글");
    world.index();
    std::fs::remove_dir_all(world.test_db.folder().join("search")).expect("the folder goes");
    assert_eq!(documents(&world), None);
    world.index();
    assert_eq!((found(&world, "둘"), documents(&world)), (vec![second], Some(1)));
}

#[test]
fn q9_a_demo_community_is_found_without_any_outbox_row() {
    let world = World::new();
    let plan = zaro_core::service::demo::DemoPlan {
        members: 200,
        posts: 60,
        comments: 0,
        places: 0,
        seed: 1,
        text: None,
        now: world.now(),
    };
    zaro_core::service::demo::load(&world.ctx, &plan, &mut |_| std::ops::ControlFlow::Continue(())).expect("a load");
    world.index();
    let visible: i64 = world
        .ctx
        .db
        .read(|connection| Ok(posts::table.filter(posts::visible.eq(true)).count().get_result(connection)?))
        .expect("a count");
    assert!(visible > 0);
    assert_eq!(documents(&world), u64::try_from(visible).ok());
}

#[test]
fn q9_the_present_index_goes_on_beside_a_rebuild() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let stays = write(&world, kim, "머무는글", "글");
    let goes = write(&world, kim, "떠나는글", "글");
    world.index();
    let mut build = world.ctx.search.rebuild().expect("a build");
    assert_eq!(found(&world, "머무는글"), [stays], "an empty build beside it");
    // Meanwhile the present index goes on.
    post::delete(&world.ctx, kim, goes).expect("a deletion");
    edit(&world, kim, stays, "고친글", "TIPS");
    while search::work_due(&world.ctx).expect("work") > 0 {}
    assert_eq!(found(&world, "고친글"), [stays]);
    build.apply(&[]).expect("nothing to add");
    drop(build);
    assert_eq!(found(&world, "고친글"), [stays], "a build that was given up leaves nothing behind");
    search::rebuild(&world.ctx).expect("a rebuild");
    assert_eq!((found(&world, "고친글"), found(&world, "떠나는글"), documents(&world)), (vec![stays], vec![], Some(1)));
}

#[test]
fn q9_what_changes_during_a_rebuild_is_in_the_new_index() {
    let mut world = World::new();
    let kim = world.member("kim", Status::Active);
    let [stays, goes] = ["머무는글", "떠나는글"].map(|title| write(&world, kim, title, "글"));
    let index = Arc::new(EmbeddedIndex::new(&world.test_db.folder().join("search")));
    world.ctx.search = index.clone();
    world.index();
    // Both posts have been read for the new index when they change, and the present one has the changes before it goes.
    let ctx = world.ctx.clone();
    let meddling = Meddling::new(index, move || {
        post::delete(&ctx, kim, goes).expect("a deletion");
        let edit =
            PostEdit { title: "고친글".into(), content: "글".into(), tag: "TIPS".into(), ..PostEdit::default() };
        post::update(&ctx, kim, stays, &edit).expect("an edit");
    });
    world.ctx.search = Arc::new(meddling);
    search::rebuild(&world.ctx).expect("a rebuild");
    assert_eq!(waiting(&world).0, 0, "nothing is left that could correct it later");
    assert_eq!(
        (found(&world, "고친글"), found(&world, "머무는글"), found(&world, "떠나는글")),
        (vec![stays], vec![], vec![])
    );
    assert_eq!(documents(&world), Some(1));
}

#[test]
fn q9_only_one_process_writes_and_the_others_follow() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let first = write(&world, kim, "하나", "글");
    world.index();
    let folder = world.test_db.folder().join("search");
    let other = EmbeddedIndex::new(&folder);
    assert_eq!(other.documents().expect("a reader"), Some(1));
    assert!(other.apply(&[]).is_err() && other.rebuild().is_err(), "the folder is held");
    write(&world, kim, "둘", "글");
    world.index();
    assert_eq!(other.documents().expect("a reader"), Some(2));
    search::rebuild(&world.ctx).expect("a rebuild");
    assert_eq!(other.documents().expect("a reader"), Some(2), "into the next generation, too");
    let mut ended = world;
    ended.ctx.search = Arc::new(NoSearch);
    other.apply(&[]).expect("the folder is free");
    ended.ctx.search = Arc::new(other);
    assert_eq!(found(&ended, "하나"), [first]);
}

#[test]
fn an_index_of_another_version_is_none() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let id = write(&world, kim, "하나", "글");
    world.index();
    let folder = world.test_db.folder().join("search");
    let name = std::fs::read_to_string(folder.join("current")).expect("a name");
    let old = name.replacen('v', "v9", 1);
    std::fs::rename(folder.join(&name), folder.join(&old)).expect("renamed");
    std::fs::write(folder.join("current"), &old).expect("written");
    assert_eq!(documents(&world), None);
    world.index();
    assert_eq!(found(&world, "하나"), [id]);
    assert!(!folder.join(&old).exists(), "what nobody can read is removed");
}

#[test]
fn q8_a_change_is_noted_as_done_when_the_index_has_it() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let done_at: Vec<Option<Time>> = {
        write(&world, kim, "하나", "글");
        world.index();
        write(&world, kim, "둘", "글");
        let rows = world.ctx.db.read(|connection| {
            let rows = search_outbox::table.order(search_outbox::id.asc()).select(search_outbox::done_at);
            Ok(rows.load::<Option<i64>>(connection)?)
        });
        rows.expect("rows").into_iter().map(|at| at.map(Time::from_micros)).collect()
    };
    assert_eq!(done_at, [Some(world.now()), None]);
}
