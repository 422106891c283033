//! A data folder with a demo community, and its copies.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query};
use zaro_core::config::{Config, Sources};
use zaro_core::context::Context;
use zaro_core::db::{Db, migrate};
use zaro_core::service::demo::{self, DemoPlan, DemoReport, Progress};
use zaro_core::types::Time;

use crate::machine;

/// Posts, and comments, for each member: 10,000 and 30,000 for a million.
const MEMBERS_PER_POST: u64 = 100;
const COMMENTS_PER_POST: u64 = 3;
/// Another seed makes another community.
const SEED: u64 = 1;
/// How long the API may take to hand over the mail of a community.
const MAIL_PATIENCE: Duration = Duration::from_mins(2);
/// The session settings of `zaro_core::db::dialect`, so that plain SQL has no other cache and no other durability.
const SESSION: &str = "PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 5000; \
     PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4000; PRAGMA mmap_size = 0;";

/// One number of a query.
#[derive(QueryableByName)]
pub(crate) struct Number {
    /// The column must have this name.
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    pub(crate) n: i64,
}

/// The one number that a query `SELECT … AS n` yields.
pub(crate) fn number(connection: &mut SqliteConnection, query: &str) -> Result<i64> {
    let row: Number = sql_query(query).get_result(connection).with_context(|| query.to_owned())?;
    Ok(row.n)
}

/// A data folder.
pub(crate) struct Sample {
    folder: PathBuf,
}

impl Sample {
    /// The folder of this name, which may not be there yet.
    pub(crate) fn in_folder(folder: &Path, name: &str) -> Self {
        Self { folder: folder.join(name) }
    }

    /// The folder of this name beside this one.
    pub(crate) fn sibling(&self, name: &str) -> Self {
        Self { folder: self.folder.with_file_name(name) }
    }

    /// Where it is.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    fn database(&self) -> PathBuf {
        self.folder.join("zaro.db")
    }

    /// Whether a community is there.
    pub(crate) fn exists(&self) -> bool {
        self.database().exists()
    }

    /// Fills it.
    pub(crate) fn load(
        &self,
        members: u64,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<DemoReport> {
        let mut sources = Sources::default();
        sources.flag("data_dir", self.folder.display().to_string());
        let config = Config::read(&sources)?;
        let db = Db::open(&config.database.url, config.database.pool)?;
        migrate::migrate(&db)?;
        let ctx = Context::with_db(&config, db)?;
        let posts = members / MEMBERS_PER_POST;
        let comments = posts * COMMENTS_PER_POST;
        let plan = DemoPlan { members, posts, comments, places: 0, seed: SEED, text: None, now: ctx.now() };
        Ok(demo::load(&ctx, &plan, progress)?)
    }

    /// A fresh copy under this name.
    pub(crate) fn copy(&self, name: &str) -> Result<Self> {
        let copy = self.sibling(name);
        copy.remove()?;
        fs::create_dir_all(&copy.folder)?;
        // Whoever closed the database last has folded its log back.
        let log = self.folder.join("zaro.db-wal");
        ensure!(!fs::metadata(&log).is_ok_and(|file| file.len() > 0), "`{}` is in use", self.folder.display());
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                fs::copy(entry.path(), copy.folder.join(entry.file_name()))?;
            }
        }
        // The copy reaches the disk now, and not while something is measured.
        fs::File::open(copy.database())?.sync_all()?;
        Ok(copy)
    }

    /// Removes the folder.
    pub(crate) fn remove(&self) -> Result<()> {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder)?;
        }
        Ok(())
    }

    /// The built `zaro-ctl` on this folder, without any setting of the caller's environment.
    pub(crate) fn ctl(&self, arguments: &[&str]) -> Command {
        self.command(Path::new(env!("CARGO_BIN_EXE_zaro-ctl")), arguments)
    }

    /// The built `zaro-api` on this folder; `scripts/bench.sh` builds it.
    pub(crate) fn api(&self, arguments: &[&str]) -> Result<Command> {
        let path = Path::new(env!("CARGO_BIN_EXE_zaro-ctl")).with_file_name("zaro-api");
        ensure!(path.exists(), "`{}` is not built: run scripts/bench.sh", path.display());
        let mut command = self.command(&path, arguments);
        // As deploy/systemd starts it.
        command.envs([("MALLOC_MMAP_THRESHOLD_", "131072"), ("MALLOC_TRIM_THRESHOLD_", "131072")]);
        Ok(command)
    }

    fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.env_clear().arg("--data-dir").arg(&self.folder).args(arguments).stdin(Stdio::null());
        command
    }

    /// A connection with the session settings of the programs.
    pub(crate) fn open(&self) -> Result<SqliteConnection> {
        let mut connection = SqliteConnection::establish(&self.database().display().to_string())?;
        connection.batch_execute(SESSION)?;
        Ok(connection)
    }

    /// SQL that makes this database known to another one's connection as `other`.
    pub(crate) fn attach(&self) -> String {
        format!("ATTACH '{}' AS other", self.database().display())
    }

    /// The instant of the sweep that was applied here: it is what the rows say.
    pub(crate) fn swept_at(&self) -> Result<Time> {
        let query = "SELECT MAX(deleted_at) AS n FROM users WHERE status = 'DELETED' AND anonymized_at IS NULL";
        Ok(Time::from_micros(number(&mut self.open()?, query)?))
    }

    /// How long the one sweep here was at it, by its own clock: from its first run's start to its last one's end.
    pub(crate) fn swept_for(&self) -> Result<Duration> {
        let query = "SELECT MAX(finished_at) - MIN(started_at) AS n FROM sweep_runs";
        Ok(Duration::from_micros(number(&mut self.open()?, query)?.try_into()?))
    }

    /// Waits until no mail waits for a daemon that runs here.
    pub(crate) fn wait_for_mail(&self) -> Result<()> {
        let query = "SELECT COUNT(*) AS n FROM mail_outbox WHERE closed_at IS NULL";
        let (mut connection, started) = (self.open()?, Instant::now());
        while number(&mut connection, query)? > 0 {
            ensure!(started.elapsed() < MAIL_PATIENCE, "mail is still waiting");
            machine::wait(Duration::from_millis(200));
        }
        Ok(())
    }
}
