//! Data exports (E1 to E3): what is in them, when one can be had, and what a crash leaves.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::{Value, json};
use zaro_core::adapters::local_dir::LocalDir;
use zaro_core::fault::{Struck, panic_at};
use zaro_core::policy::field::Input;
use zaro_core::policy::retention::{Limit, Limits, Policy};
use zaro_core::policy::upload::UploadQuery;
use zaro_core::schema::{exports, follows, post_likes};
use zaro_core::secrets::random;
use zaro_core::service::appeal::{self, AppealDraft};
use zaro_core::service::post::PostDraft;
use zaro_core::service::sanction::Measure;
use zaro_core::service::{export, image};
use zaro_core::testing::{World, pictures};
use zaro_core::types::{ExportState, PostId, ReportReason, Status, UserId};
use zaro_core::{Code, Error};

use super::comment::write as write_comment;
use super::post::{draft, withdraw, write as write_post};
use super::sanction::order as order_measure;
use super::sweep::{sign_in, sweep};

/// Lets the worker do one round.
fn work(world: &World) -> bool {
    export::work(&world.ctx, &AtomicBool::new(false)).expect("a round")
}

fn ask(world: &World, who: UserId) -> Result<String, Code> {
    export::request(&world.ctx, who).map(|export| export.id).map_err(|error| error.code())
}

fn state(world: &World, who: UserId) -> ExportState {
    export::latest(&world.ctx, who).expect("an export").state
}

fn fetch(world: &World, who: UserId) -> Result<Vec<u8>, Code> {
    let mut download = export::fetch(&world.ctx, who).map_err(|error| error.code())?;
    let mut bytes = Vec::new();
    download.file.read_to_end(&mut bytes).expect("a file");
    Ok(bytes)
}

/// The files in a ZIP, by name.
fn unzip(bytes: Vec<u8>) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a ZIP");
    let mut files = BTreeMap::new();
    for number in 0..archive.len() {
        let mut file = archive.by_index(number).expect("an entry");
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("its content");
        files.insert(file.name().expect("a name").into_owned(), content);
    }
    files
}

fn document(world: &World, who: UserId) -> Value {
    let files = unzip(fetch(world, who).expect("a file"));
    serde_json::from_slice(&files["zaro.json"]).expect("a document")
}

/// Files in the export folder.
fn files(world: &World) -> Vec<String> {
    world.ctx.exports.ids().expect("a folder")
}

fn execute(world: &World, query: &str) {
    let done = world.ctx.db.write_tx(|connection| Ok(diesel::sql_query(query).execute(connection)?));
    done.unwrap_or_else(|error| panic!("{error}: {query}"));
}

/// A world whose images lie in a folder.
fn with_images() -> World {
    let mut world = World::new();
    let media = Arc::new(LocalDir::new(
        &world.test_db.folder().join("media"),
        "https://img.zaro.test",
        random::<32>().to_vec().into(),
    ));
    world.ctx.objects = media.clone();
    world.ctx.media = Some(media);
    world
}

/// A picture for posts, uploaded by this member; its key.
fn upload(world: &World, owner: UserId) -> String {
    let query = UploadQuery { kind: Some("post".to_owned()), extension: Some("png".to_owned()), user_id: None };
    let key = image::grant(&world.ctx, owner, &query).expect("a grant").key.to_string();
    let media = world.ctx.media.as_ref().expect("a folder");
    media.stage(&key, &pictures::png()).and_then(|staged| staged.publish()).expect("a picture");
    key
}

/// Something of kim's in every table, beside what others own; the keys of kim's picture and of lee's post.
fn fill(world: &World, kim: UserId, lee: UserId, gone: UserId) -> (String, PostId) {
    let now = world.now();
    let key = upload(world, kim);
    let pictured = PostDraft { post_image_list: Input::Given(vec![key.clone()]), ..draft("제 글") };
    let post = write_post(world, kim, &pictured);
    let others = write_post(world, lee, &draft("이웃의 글"));
    write_comment(world, kim, others, "댓글 \"인용\" @lee");
    write_comment(world, lee, post, "이웃의 댓글");
    let rows = world.ctx.db.write_tx(|connection| {
        diesel::insert_into(post_likes::table)
            .values((post_likes::user_id.eq(kim), post_likes::post_id.eq(others), post_likes::created_at.eq(now)))
            .execute(connection)?;
        for (follower, followee) in [(kim, lee), (gone, kim)] {
            diesel::insert_into(follows::table)
                .values((
                    follows::follower_id.eq(follower),
                    follows::followee_id.eq(followee),
                    follows::created_at.eq(now),
                ))
                .execute(connection)?;
        }
        Ok(())
    });
    rows.expect("rows");
    for query in [
        format!(
            "INSERT INTO favorite_groups (id, user_id, name, live_key, visibility, position, favorite_count, created_at, \
             updated_at) VALUES (500, {kim}, '우리 동네', '{kim}:우리 동네', 'PRIVATE', 0, 1, 1, 1)"
        ),
        "INSERT INTO places (id, kakao_place_id, name, address, category, lat, lng, cell, favorite_count, source, \
         created_at, updated_at) VALUES (600, 1, '빵집', '서울', 'FD6', 37.5, 127.0, 18366140, 0, 'SUBMITTED', 1, 1)"
            .to_owned(),
        format!(
            "INSERT INTO favorites (user_id, group_id, place_id, memo, created_at, updated_at) \
             VALUES ({kim}, 500, 600, '소금빵', 1, 1)"
        ),
        format!(
            "INSERT INTO reports (post_id, reporter_id, reason, reason_text, weight, evidence, state, created_at) \
             VALUES ({others}, {kim}, 'ETC', '이상해요', 100, '이웃의 비밀', 'OPEN', 1)"
        ),
        format!(
            "INSERT INTO dormancy_notices (user_id, last_checked_login_at, state, dormant_months, delete_months, \
             created_at, handed_over_at, closed_at) VALUES ({kim}, 2, 'ACCEPTED', 6, 6, 1, 1, 1)"
        ),
    ] {
        execute(world, &query);
    }
    let warned = order_measure(world, "영희", kim, Measure::Warning, ReportReason::Spam, Some("그만"));
    let appealed = AppealDraft { sanction_id: Input::Given(warned.expect("a measure").0), text: "아닙니다".into() };
    appeal::file(&world.ctx, kim, &appealed).expect("an appeal");
    withdraw(world, gone);
    (key, others)
}

#[test]
fn e3_everything_of_the_member_and_of_others_only_id_and_nickname() {
    let world = with_images();
    let (kim, lee, gone) = (
        world.member("kim", Status::Active),
        world.member("lee", Status::Active),
        world.member("gone", Status::Active),
    );
    sign_in(&world, "kim").expect("a session");
    let now = world.now();
    let (key, others) = fill(&world, kim, lee, gone);

    ask(&world, kim).expect("queued");
    assert!(work(&world));
    let mut files = unzip(fetch(&world, kim).expect("a file"));
    let text = String::from_utf8(files.remove("zaro.json").expect("a document")).expect("UTF-8");
    assert_eq!(files, BTreeMap::from([(key.clone(), pictures::png())]), "own images");
    for secret in ["lee@zaro.test", "gone@zaro.test", "$argon2", "이웃의 댓글", "이웃의 글", "이웃의 비밀", "영희"]
    {
        assert!(!text.contains(secret), "`{secret}` is in it");
    }

    let document: Value = serde_json::from_str(&text).expect("JSON");
    let sections: Vec<&str> = document.as_object().expect("members").keys().map(String::as_str).collect();
    let expected = [
        "account",
        "comments",
        "dormancyNotices",
        "exportedAt",
        "followers",
        "followings",
        "groups",
        "images",
        "likes",
        "notifications",
        "posts",
        "reports",
        "sanctions",
        "sessions",
        "settings",
    ];
    assert_eq!(sections, expected);
    let person = |id: UserId, name: &str| json!({ "userId": id, "nickname": name });
    for (pointer, expected) in [
        ("/account/email", json!("kim@zaro.test")),
        ("/account/status", json!("ACTIVE")),
        ("/settings/mbti", json!(null)),
        ("/sessions/0/createdAt", json!(now)),
        ("/posts/0/title", json!("제 글")),
        ("/posts/0/postImageList", json!([key])),
        ("/posts/0/deletedAt", json!(null)),
        ("/comments/0/content", json!("댓글 \"인용\" @lee")),
        ("/likes/0/postId", json!(others)),
        ("/followings/0/user", person(lee, "lee")),
        ("/followers/0/user", person(gone, "떠난이웃")),
        ("/groups/0/name", json!("우리 동네")),
        ("/groups/0/favorites/0/placeName", json!("빵집")),
        ("/groups/0/favorites/0/memo", json!("소금빵")),
        ("/notifications/0/type", json!("COMMENT")),
        ("/notifications/0/actor", person(lee, "lee")),
        ("/reports/0/reasonText", json!("이상해요")),
        ("/sanctions/0/kind", json!("WARNING")),
        ("/sanctions/0/appeal/text", json!("아닙니다")),
        ("/dormancyNotices/0/state", json!("ACCEPTED")),
        ("/images/0/key", json!(key)),
    ] {
        assert_eq!(document.pointer(pointer), Some(&expected), "{pointer}");
    }
}

#[test]
fn e3_more_than_a_page_of_everything_comes_whole_and_in_order() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let written: Vec<i64> = (0..3).map(|n| write_post(&world, kim, &draft(&format!("글 {n}"))).0).collect();
    for chunk in 0..5 {
        let values: Vec<String> =
            (0..100).map(|n| format!("({}, {kim}, 'c{}', 0, 0, 1)", written[0], chunk * 100 + n)).collect();
        let columns = "post_id, user_id, content, report_count, report_weight, created_at";
        execute(&world, &format!("INSERT INTO comments ({columns}) VALUES {}", values.join(",")));
    }
    ask(&world, kim).expect("queued");
    assert!(work(&world));
    let document = document(&world, kim);
    let ids: Vec<_> = document["posts"].as_array().expect("posts").iter().map(|post| post["postId"].as_i64()).collect();
    assert_eq!(ids, written.into_iter().map(Some).collect::<Vec<_>>());
    let contents: Vec<_> =
        document["comments"].as_array().expect("comments").iter().map(|row| row["content"].clone()).collect();
    assert_eq!(contents, (0..500).map(|n| json!(format!("c{n}"))).collect::<Vec<_>>());
}

#[test]
fn e3_a_snapshot_does_not_see_what_is_written_beside_it() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let nickname = |connection: &mut zaro_core::db::Connection| {
        Ok(zaro_core::models::user::find(connection, kim)?.expect("the member").nickname)
    };
    let seen = world.ctx.db.snapshot(|connection| {
        let before = nickname(connection)?;
        execute(&world, &format!("UPDATE users SET nickname = 'lee' WHERE id = {kim}"));
        Ok((before, nickname(connection)?, world.ctx.db.read(nickname)?))
    });
    assert_eq!(seen.expect("a look"), ("kim".to_owned(), "kim".to_owned(), "lee".to_owned()));
    assert_eq!(world.ctx.db.read(nickname).expect("a read"), "lee", "the connection is as it was");
}

#[test]
fn e1_the_one_under_way_is_answered_and_one_a_day_is_finished() {
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    let id = ask(&world, kim).expect("queued");
    assert_eq!(ask(&world, kim), Ok(id.clone()));
    assert_eq!(export::fetch(&world.ctx, kim).map(drop).map_err(|error| error.code()), Err(Code::ExportNotReady));
    assert_ne!(ask(&world, lee).expect("queued"), id);
    assert!(work(&world) && work(&world) && !work(&world), "one after the other");
    assert_eq!(state(&world, kim), ExportState::Ready);
    let refused = export::request(&world.ctx, kim).expect_err("a refusal");
    let Error::Refused(refusal) = refused else { panic!("{refused}") };
    assert_eq!((refusal.code, refusal.retry_after), (Code::RateLimited, Some(86_400)));
    world.advance(TimeDelta::days(1));
    assert_ne!(ask(&world, kim).expect("queued again"), id);
    assert_eq!(fetch(&world, kim), Err(Code::ExportNotReady), "the latest one counts");
}

#[test]
fn rl_a_policy_file_switches_the_limit_off() {
    let limits = Limits { exports: Limit::new(0, 86_400), ..Limits::default() };
    let world = World::with_policy(Policy { limits, ..Policy::default() });
    let kim = world.member("kim", Status::Active);
    for _ in 0..3 {
        ask(&world, kim).expect("queued");
        assert!(work(&world));
    }
}

#[test]
fn e2_a_failed_export_can_be_asked_for_again_at_once() {
    let mut world = with_images();
    let kim = world.member("kim", Status::Active);
    let key = upload(&world, kim);
    let media = world.ctx.objects.clone();
    // A folder where a file should be: the store answers, but badly.
    let path = world.ctx.media.as_ref().expect("a folder").path(&key);
    media.remove(&key).expect("removed");
    std::fs::create_dir_all(&path).expect("a folder");
    ask(&world, kim).expect("queued");
    assert!(work(&world));
    assert_eq!(state(&world, kim), ExportState::Failed);
    assert_eq!((fetch(&world, kim), files(&world)), (Err(Code::ExportNotFound), Vec::new()));
    world.ctx.objects = world.objects.clone();
    // Which one is the latest is told by when it was asked for.
    world.advance(TimeDelta::microseconds(1));
    ask(&world, kim).expect("queued again");
    assert!(work(&world));
    assert_eq!(state(&world, kim), ExportState::Ready);
}

#[test]
fn e2_an_export_is_there_for_seven_days_and_goes_with_its_file() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    ask(&world, kim).expect("queued");
    assert!(work(&world));
    let ready = export::latest(&world.ctx, kim).expect("an export");
    assert_eq!(ready.expires_at, Some(world.now().plus(TimeDelta::days(7))));
    assert_eq!(ready.bytes.map(i64::unsigned_abs), fetch(&world, kim).ok().map(|bytes| bytes.len() as u64));
    world.advance(TimeDelta::days(7) - TimeDelta::microseconds(1));
    sweep(&world);
    assert!(fetch(&world, kim).is_ok());
    world.advance(TimeDelta::microseconds(1));
    assert_eq!((state(&world, kim), fetch(&world, kim)), (ExportState::Expired, Err(Code::ExportNotFound)));
    assert_eq!(files(&world), [ready.id], "until the purge");
    sweep(&world);
    assert_eq!((state(&world, kim), files(&world)), (ExportState::Expired, Vec::new()));
    world.advance(TimeDelta::days(30));
    sweep(&world);
    assert_eq!(export::latest(&world.ctx, kim).map(drop).map_err(|error| error.code()), Err(Code::ExportNotFound));
}

#[test]
fn e2_files_that_no_row_knows_are_removed() {
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    let id = ask(&world, kim).expect("queued");
    assert!(work(&world));
    let waiting = ask(&world, lee).expect("queued");
    for stray in [waiting.as_str(), "AAAAAAAAAAAAAAAAAAAAAA"] {
        world.ctx.exports.begin(stray).expect("a file");
    }
    sweep(&world);
    let mut expected = [id, waiting];
    expected.sort_unstable();
    assert_eq!(files(&world), expected, "what is there, and what is being made");
}

#[test]
fn e3_whatever_a_crash_leaves_the_export_is_made_in_the_end() {
    for point in ["export.begun", "export.written", "export.published"] {
        let world = World::new();
        let kim = world.member("kim", Status::Active);
        let id = ask(&world, kim).expect("queued");
        panic_at(Some((point, 1)));
        let struck = catch_unwind(AssertUnwindSafe(|| work(&world))).expect_err("a crash");
        assert_eq!(struck.downcast_ref(), Some(&Struck(point.to_owned())));
        assert_eq!(state(&world, kim), ExportState::Running, "{point}");
        assert!(!work(&world), "{point}: the dead one's lease still holds");
        world.advance(TimeDelta::seconds(60));
        assert!(work(&world), "{point}");
        assert_eq!((state(&world, kim), files(&world)), (ExportState::Ready, vec![id]), "{point}");
        assert_eq!(document(&world, kim)["account"]["nickname"], "kim");
    }
}

#[test]
fn o3_a_process_that_ends_leaves_its_export_to_the_next() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    ask(&world, kim).expect("queued");
    assert!(!export::work(&world.ctx, &AtomicBool::new(true)).expect("a round"));
    assert_eq!(state(&world, kim), ExportState::Queued);
    assert!(work(&world));
}

#[test]
fn l8_l9_who_leaves_gets_nothing_and_leaves_nothing() {
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    ask(&world, kim).expect("queued");
    assert!(work(&world));
    ask(&world, lee).expect("queued");
    withdraw(&world, kim);
    withdraw(&world, lee);
    assert!(!work(&world), "nothing is made for who has left");
    assert_eq!(state(&world, lee), ExportState::Failed);
    assert_eq!(files(&world).len(), 1);
    world.advance(TimeDelta::days(30));
    sweep(&world);
    assert_eq!(files(&world), Vec::<String>::new());
    let left = world.ctx.db.read(|connection| Ok(exports::table.count().get_result::<i64>(connection)?));
    assert_eq!(left.expect("a count"), 0);
}
