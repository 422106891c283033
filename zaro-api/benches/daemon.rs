//! The built daemon on the database of a test's world.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitCode, Stdio};

use anyhow::{Context as _, Result, ensure};
use zaro_core::clock::{Clock as _, SystemClock};
use zaro_core::config::{Config, Sources};
use zaro_core::context::Context;
use zaro_core::models::session::{self, Session};
use zaro_core::service::post::{self, PostDraft};
use zaro_core::service::token;
use zaro_core::testing::{World, process};
use zaro_core::types::UserId;

use crate::memory::resident_kib;

/// Set in the process that was started again with more files.
const AGAIN: &str = "ZARO_BENCH_AGAIN";

/// Starts this program again where it may not open as many files; its exit code then.
pub(crate) fn with_files(wanted: usize) -> Result<Option<ExitCode>> {
    let limits = fs::read_to_string("/proc/self/limits").context("no limits to read")?;
    let line = limits.lines().find(|line| line.starts_with("Max open files")).context("no limit of files")?;
    let numbers: Vec<usize> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [soft, hard] = numbers[..] else { return Ok(None) };
    if soft >= wanted {
        return Ok(None);
    }
    let again = std::env::vars().any(|(name, _)| name == AGAIN);
    ensure!(hard >= wanted && !again, "{wanted} files are needed, {hard} may be opened: ask for fewer `--streams`");
    let status = Command::new("sh")
        .args(["-c", "ulimit -n \"$1\" && shift && exec \"$@\"", "sh", &wanted.to_string()])
        .args(std::env::args_os())
        .env(AGAIN, "1")
        .status()?;
    Ok(Some(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }))
}

/// A running daemon, killed when it is dropped.
pub(crate) struct Daemon {
    child: Child,
    ctx: Context,
    pub(crate) address: SocketAddr,
}

impl Daemon {
    pub(crate) fn start(world: &World) -> Result<Self> {
        let folder = world.test_db.folder();
        let mut child = Command::new(env!("CARGO_BIN_EXE_zaro-api"))
            .env_clear()
            .envs(process::environment(&world.test_db))
            .env("ZARO_DATABASE_POOL", "16")
            .args(["--listen", "127.0.0.1:0", "--set", "server.log=warn"])
            .stdout(Stdio::piped())
            .spawn()
            .context("the daemon does not start")?;
        let mut lines = BufReader::new(child.stdout.take().context("no stdout")?).lines();
        let first = lines.next().context("it says nothing")??;
        let address = first.strip_prefix("ZARO listens on http://").context("it says something else")?.parse()?;
        // All of it, so that the daemon never waits for a reader.
        lines.take_while(|line| line.as_ref().is_ok_and(|line| !line.contains("/api/posts"))).for_each(drop);
        let mut sources = Sources::default();
        sources.flag("data_dir", folder.display().to_string());
        sources.flag("database.url", world.test_db.url().to_owned());
        // The keys that the daemon has just made.
        let ctx = Context::open(&Config::read(&sources)?)?;
        Ok(Self { child, ctx, address })
    }

    /// An access token of a session of each member.
    pub(crate) fn tokens(&self, members: &[UserId]) -> Result<Vec<String>> {
        let now = SystemClock.now();
        let mut tokens = Vec::new();
        for member in members {
            let row = Session {
                id: token::random_id(),
                user_id: *member,
                refresh_hash: token::hash("none"),
                user_agent: None,
                created_at: now,
                last_used_at: now,
                expires_at: self.ctx.policy.session_end(now),
                revoked_at: None,
                revoked_reason: None,
            };
            self.ctx.db.write_tx(|connection| session::insert(connection, &row))?;
            tokens.push(self.ctx.tokens.access(*member, &row.id, 30, now)?);
        }
        Ok(tokens)
    }

    /// A post of each member.
    pub(crate) fn posts(&self, members: &[UserId]) -> Result<Vec<i64>> {
        let draft = PostDraft {
            title: "제목".into(),
            content: "글".into(),
            category: "TOGETHER".into(),
            tag: "SHARING".into(),
            ..PostDraft::default()
        };
        members.iter().map(|member| Ok(post::create(&self.ctx, *member, &draft)?.post.id.0)).collect()
    }

    /// Its resident memory.
    pub(crate) fn resident_kib(&self) -> Result<u32> {
        resident_kib(self.child.id())
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
