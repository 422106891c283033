//! Backups: one consistent picture, proved by restoring it, all or nothing on the way back.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::TimeDelta;
use zaro_core::db::{Db, picture};
use zaro_core::models::{lease, moderation_log};
use zaro_core::service::backup::{self, Created, Places, Watch};
use zaro_core::service::mail::{deliver_due, switch};
use zaro_core::service::moderation_log::By;
use zaro_core::testing::World;
use zaro_core::types::{Status, Via};
use zaro_core::{Error, Result};

/// A community with some images, and folders for what is made of it.
struct Place {
    world: World,
    folder: tempfile::TempDir,
}

impl Place {
    /// Nothing on a database server: it is no file, and its own tools copy it.
    fn new() -> Option<Self> {
        let world = World::new();
        if !world.ctx.db.is_sqlite() {
            return None;
        }
        for n in 0..20 {
            world.member(&format!("member{n}"), Status::Active);
        }
        let place = Self { world, folder: tempfile::tempdir().expect("a folder") };
        for n in 0..30_u8 {
            let path = place.images().join(format!("board/{n:02}/{n}.png"));
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, vec![n; 5_000 + usize::from(n)]).expect("an image");
        }
        Some(place)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn images(&self) -> PathBuf {
        self.path("media")
    }

    fn create(&self, name: &str) -> Result<Created> {
        watched(|watch| backup::create(&self.world.ctx.db, &self.images(), &self.path(name), self.world.now(), watch))
    }

    fn restore(&self, file: &str, to: &str) -> Result<backup::Restored> {
        let to = self.path(to);
        let (database, images, search) = (to.join("zaro.db"), to.join("media"), to.join("search"));
        let places = Places { database: &database, images: &images, search: &search };
        let by = By::operator("kim", Via::Cli);
        watched(|watch| backup::restore(&self.path(file), places, &by, self.world.now(), watch))
    }

    /// Everything in the folder that the test did not put there.
    fn left_behind(&self, known: &[&str]) -> Vec<String> {
        let names = fs::read_dir(self.folder.path()).expect("a folder").flatten();
        let mut names: Vec<String> = names.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.retain(|name| name != "media" && !known.contains(&name.as_str()));
        names
    }
}

fn watched<T>(work: impl FnOnce(&mut Watch<'_>) -> Result<T>) -> Result<T> {
    let stop = AtomicBool::new(false);
    work(&mut Watch { stop: &stop, progress: &mut |_| {} })
}

/// Works until so many reports of progress have come, then wants it to end.
fn stopped_after<T>(reports: usize, work: impl FnOnce(&mut Watch<'_>) -> Result<T>) -> Result<T> {
    let stop = AtomicBool::new(false);
    let mut seen = 0;
    let mut progress = |_| {
        seen += 1;
        stop.store(seen >= reports, Ordering::SeqCst);
    };
    work(&mut Watch { stop: &stop, progress: &mut progress })
}

/// Files below a folder, by name.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below it").to_owned();
                found.insert(name, fs::read(path).expect("a file"));
            }
        }
    }
    found
}

fn counts(db: &Db) -> BTreeMap<String, i64> {
    db.read(picture::counts).expect("counts")
}

fn words<T: std::fmt::Debug>(result: Result<T>) -> String {
    result.expect_err("a refusal").to_string()
}

#[test]
fn what_goes_in_comes_back_and_mail_stays_off() {
    let Some(place) = Place::new() else { return };
    let made = place.create("b.tar.gz").expect("a backup");
    assert_eq!(made.images, 30);
    let proved = watched(|watch| backup::verify(&place.path("b.tar.gz"), watch)).expect("a whole backup");
    assert_eq!((proved.images, &proved.manifest), (30, &made.manifest));
    assert_eq!(made.manifest.tables, counts(&place.world.ctx.db));
    assert_eq!(proved.rows, made.manifest.tables.values().sum::<i64>());

    let restored = place.restore("b.tar.gz", "new").expect("a restore");
    assert_eq!((restored.images, restored.rows), (30, proved.rows));
    assert_eq!(files(&place.path("new/media")), files(&place.images()));
    #[cfg(unix)]
    for folder in ["new", "new/media"] {
        use std::os::unix::fs::PermissionsExt as _;
        let rights = |path: &Path| fs::metadata(path).expect("a folder").permissions().mode();
        assert_eq!(rights(&place.path(folder)), rights(&place.images()), "the daemon's user can look into `{folder}`");
    }
    let mut ctx = place.world.ctx.clone();
    ctx.db = Db::open(&format!("sqlite://{}", place.path("new/zaro.db").display()), 2).expect("it opens");
    let mut expected = made.manifest.tables.clone();
    for added in ["leases", "moderation_log"] {
        *expected.get_mut(added).expect("a table") += 1;
    }
    assert_eq!(counts(&ctx.db), expected, "the switch and the entry of the log, and nothing else");

    let by = By::operator("lee", Via::Cli);
    assert_eq!(switch::find(&ctx).expect("a look").expect("mail is off").holder, "kim");
    let log = ctx.db.read(|connection| moderation_log::after(connection, 0, 10)).expect("the log");
    assert_eq!(
        log.iter().map(|entry| (entry.actor.as_str(), entry.action.as_str())).collect::<Vec<_>>(),
        [("kim", "BACKUP_RESTORE")]
    );
    assert!(switch::on(&ctx, &by).expect("on"));
    assert!(deliver_due(&ctx).is_ok());
    assert_eq!(place.left_behind(&["b.tar.gz", "new"]), Vec::<String>::new());
}

#[test]
fn it_is_one_picture_while_others_write() {
    let Some(place) = Place::new() else { return };
    let ctx = &place.world.ctx;
    let stop = AtomicBool::new(false);
    let made = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut written = 0;
            while !stop.load(Ordering::SeqCst) {
                // Each transaction adds a pair: a picture between its two rows would hold an odd number of them.
                ctx.db
                    .write_tx(|connection| {
                        for half in ["a", "b"] {
                            let name = format!("pair:{written}:{half}");
                            let taken = lease::acquire(connection, &name, "test", ctx.now(), TimeDelta::hours(1))?;
                            assert!(taken.is_ok());
                        }
                        Ok(())
                    })
                    .expect("a pair");
                written += 1;
            }
            written
        });
        let made: Vec<Created> = (0..5).map(|n| place.create(&format!("{n}.tar.gz")).expect("a backup")).collect();
        stop.store(true, Ordering::SeqCst);
        assert!(writer.join().expect("the writer") > 0, "it wrote meanwhile");
        made
    });
    for made in made {
        assert_eq!(made.manifest.tables.get("leases").expect("a table") % 2, 0);
        watched(|watch| backup::verify(&made.file, watch)).expect("a whole backup");
    }
}

#[test]
fn one_altered_or_missing_byte_is_found() {
    let Some(place) = Place::new() else { return };
    place.create("b.tar.gz").expect("a backup");
    let whole = fs::read(place.path("b.tar.gz")).expect("a file");
    let verify = |bytes: &[u8]| {
        fs::write(place.path("x.tar.gz"), bytes).expect("a file");
        words(watched(|watch| backup::verify(&place.path("x.tar.gz"), watch)))
    };
    for cut in [0, 100, whole.len() / 3, whole.len() / 2, whole.len() - 700, whole.len() - 1] {
        let words = verify(whole.get(..cut).expect("a part"));
        assert!(words.contains("is no whole backup"), "cut at {cut}: {words}");
    }
    let content = |packed: &[u8]| {
        let mut content = Vec::new();
        flate2::read::MultiGzDecoder::new(packed).read_to_end(&mut content).map(|_| content)
    };
    let before = content(&whole).expect("its content");
    let mut found = 0;
    for at in (10..whole.len()).step_by(whole.len() / 40) {
        let mut altered = whole.clone();
        *altered.get_mut(at).expect("a byte") ^= 0x40;
        // A run of equal bytes can be packed in several ways: then nothing that was put in has changed.
        if content(&altered).is_ok_and(|after| after == before) {
            continue;
        }
        let words = verify(&altered);
        assert!(words.contains("is no whole backup") || words.contains("cannot be unpacked"), "at {at}: {words}");
        found += 1;
    }
    assert!(found > 20, "{found}");
    verify(whole.get(..whole.len() / 2).expect("a part"));
    let mut refused = place.restore("x.tar.gz", "new");
    assert!(refused.is_err());
    assert!(!place.path("new/zaro.db").exists() && !place.path("new/media").exists());
    refused = place.restore("b.tar.gz", "new");
    assert!(refused.is_ok(), "the failed try is in nobody's way");
}

#[test]
fn nothing_is_overwritten() {
    let Some(place) = Place::new() else { return };
    place.create("b.tar.gz").expect("a backup");
    assert!(words(place.create("b.tar.gz")).contains("is there already"));
    place.restore("b.tar.gz", "new").expect("a restore");
    let before = fs::read(place.path("new/zaro.db")).expect("the database");
    let refusal = words(place.restore("b.tar.gz", "new"));
    assert!(refusal.contains("zaro.db` is there already") && refusal.contains("hint: "), "{refusal}");
    assert_eq!(fs::read(place.path("new/zaro.db")).expect("the database"), before);
    fs::remove_file(place.path("new/zaro.db")).expect("a file goes");
    assert!(words(place.restore("b.tar.gz", "new")).contains("media` is there already and not empty"));
}

#[test]
fn stopped_anywhere_it_leaves_nothing() {
    let Some(place) = Place::new() else { return };
    place.create("b.tar.gz").expect("a backup");
    for reports in [1, 2, 5, 20] {
        let made = stopped_after(reports, |watch| {
            backup::create(&place.world.ctx.db, &place.images(), &place.path("c.tar.gz"), place.world.now(), watch)
        });
        assert!(made.as_ref().is_err_and(backup::is_stop), "{made:?}");
        let to = place.path("new");
        let (database, images, search) = (to.join("zaro.db"), to.join("media"), to.join("search"));
        let places = Places { database: &database, images: &images, search: &search };
        let by = By::operator("kim", Via::Cli);
        let restored = stopped_after(reports, |watch| {
            backup::restore(&place.path("b.tar.gz"), places, &by, place.world.now(), watch)
        });
        assert!(restored.as_ref().is_err_and(backup::is_stop), "{restored:?}");
        assert_eq!(files(&to), BTreeMap::new(), "after {reports}");
        let proved = stopped_after(reports, |watch| backup::verify(&place.path("b.tar.gz"), watch));
        assert!(proved.as_ref().is_err_and(backup::is_stop), "{proved:?}");
        assert_eq!(place.left_behind(&["b.tar.gz", "new"]), Vec::<String>::new());
    }
}

#[test]
fn a_file_that_is_no_backup_is_refused() {
    let Some(place) = Place::new() else { return };
    fs::write(place.path("x.tar.gz"), b"not a backup").expect("a file");
    assert!(words(backup::manifest(&place.path("x.tar.gz"))).contains("is no whole backup"));
    let absent = backup::manifest(&place.path("absent.tar.gz"));
    assert!(matches!(&absent, Err(Error::Precondition(text)) if text.contains("cannot be read")), "{absent:?}");
}
