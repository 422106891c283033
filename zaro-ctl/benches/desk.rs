//! What the operators' desk costs with 100,000 open reports: the screens in a pseudo-terminal, and commands.
//!
//! `scripts/bench.sh desk [--reports N]`; a missed target is a word in the table and not a failure.

mod machine;
#[path = "../tests/tui/terminal.rs"]
#[expect(dead_code, reason = "the tests look at more than the time")]
mod terminal;

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use tempfile::TempDir;

use crate::terminal::Terminal;

/// Reports that the targets are meant for.
const REPORTS: u64 = 100_000;
/// Members who write and report.
const MEMBERS: u64 = 20_000;
/// How often a time is taken; the best one counts.
const TRIES: usize = 5;
/// Keys whose frames are waited for.
const KEYS: usize = 1_000;
/// Decisions, one key each.
const DECISIONS: usize = 100;

const USAGE: &str = "usage: scripts/bench.sh desk [--reports N]   (100000)";

fn main() -> Result<()> {
    let mut reports = REPORTS;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            // What `cargo bench` adds.
            "--bench" => {}
            "--reports" => reports = arguments.next().context(USAGE)?.parse().context(USAGE)?,
            _ => bail!(USAGE),
        }
    }
    let folder = TempDir::with_prefix("zaro-bench-desk-")?;
    load(folder.path(), reports)?;
    let mut table = vec!["| what | measured | target | |\n|---|---|---|---|".to_owned()];
    screens(folder.path(), &mut table)?;
    commands(folder.path(), &mut table)?;
    let head = format!("{reports} open reports on {}; best of {TRIES}\n", machine::describe());
    Ok(writeln!(std::io::stdout(), "{head}\n{}", table.join("\n"))?)
}

fn row(table: &mut Vec<String>, what: &str, measured: Duration, most_ms: f64) {
    let ms = measured.as_secs_f64() * 1000.0;
    let word = if ms <= most_ms { "met" } else { "missed" };
    table.push(format!("| {what} | {ms:.1} ms | ≤ {most_ms} ms | {word} |"));
}

fn variables(folder: &Path) -> [(&'static str, String); 1] {
    [("ZARO_DATA_DIR", folder.display().to_string())]
}

fn zaro_ctl(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zaro-ctl"));
    command.args(arguments).envs(variables(folder)).stdin(Stdio::null());
    command
}

/// A demo community, and reports on its posts: most posts have one or two.
fn load(folder: &Path, reports: u64) -> Result<()> {
    let posts = reports * 3 / 5;
    ensure!(zaro_ctl(folder, &["db", "migrate", "--yes", "--quiet"]).status()?.success(), "no database is made");
    let (members, posts_text) = (MEMBERS.to_string(), posts.to_string());
    let arguments =
        ["demo", "load", "--yes", "--quiet", "--members", &members, "--posts", &posts_text, "--comments", "0"];
    ensure!(zaro_ctl(folder, &arguments).status()?.success(), "the community is not loaded");
    let path = folder.join("zaro.db");
    let mut connection = SqliteConnection::establish(path.to_str().context("a path in UTF-8")?)?;
    connection.batch_execute(&format!(
        "PRAGMA synchronous = OFF; \
         DELETE FROM reports; \
         WITH RECURSIVE n(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM n WHERE k + 1 < {reports}) \
         INSERT INTO reports (post_id, reporter_id, reason, reason_text, weight, evidence, state, created_at) \
         SELECT p.id, (k * 7919 + 13 * (k / {posts})) % {MEMBERS} + 1, \
                CASE k % 5 WHEN 0 THEN 'SPAM' WHEN 1 THEN 'INSULT' WHEN 2 THEN 'FRAUD' WHEN 3 THEN 'SEXUAL' ELSE 'ETC' END, \
                '신고 사유', CASE WHEN k % 3 = 0 THEN 50 ELSE 100 END, \
                json_object('title', p.title, 'content', p.content), 'OPEN', p.created_at + k \
         FROM n JOIN posts p ON p.id = k % {posts} + 1; \
         UPDATE posts SET hidden_at = NULL, hidden_reason = NULL, \
                report_count = (SELECT COUNT(*) FROM reports r WHERE r.post_id = posts.id), \
                report_weight = (SELECT COALESCE(SUM(weight), 0) FROM reports r WHERE r.post_id = posts.id); \
         PRAGMA wal_checkpoint(TRUNCATE);"
    ))?;
    Ok(())
}

/// The real binary in a pseudo-terminal of 140 by 40.
fn screens(folder: &Path, table: &mut Vec<String>) -> Result<()> {
    let open = || Terminal::run(&variables(folder), &["tui", "reports"], (140, 40));
    let (mut first, mut filled) = (Duration::MAX, Duration::MAX);
    for _ in 0..TRIES {
        let started = Instant::now();
        let mut terminal = open();
        terminal.wait_for_text("2 reports");
        first = first.min(started.elapsed());
        terminal.wait_for_text("1/100+");
        filled = filled.min(started.elapsed());
        terminal.press("q");
        ensure!(terminal.end().0 == 0, "the screens ended badly");
    }
    row(table, "process start to first frame", first, 100.0);
    row(table, "process start to the queue on the screen", filled, 100.0);
    let mut terminal = open();
    terminal.wait_for_text("1/100+");
    let mut times = Vec::new();
    for key in 2..=KEYS {
        let (started, place) = (Instant::now(), format!(" {key}/"));
        terminal.press("j");
        terminal.wait_for(&place, |screen| screen.contains(&place));
        times.push(started.elapsed());
    }
    row(table, "key to frame, p50, through the terminal", percentile(&mut times, 50), 16.0);
    row(table, "key to frame, p99, through the terminal", percentile(&mut times, 99), 16.0);
    terminal.press("g");
    terminal.wait_for_text(" 1/");
    let started = Instant::now();
    for _ in 0..DECISIONS {
        terminal.press("d");
    }
    terminal.wait_for("all decided", |screen| !screen.contains("being done") && screen.contains("dismissed"));
    row(table, "a decision, of 100 typed ahead", started.elapsed() / u32::try_from(DECISIONS)?, 16.0);
    machine::wait(Duration::from_secs(1));
    let peak = terminal.process_id().and_then(|id| machine::of_process(id, "VmHWM")).context("its size")?;
    let word = if peak <= 80 * 1024 { "met" } else { "missed" };
    table
        .push(format!("| most memory, after 1,000 rows and 100 decisions | {} MiB | ≤ 80 MiB | {word} |", peak / 1024));
    terminal.press("q");
    ensure!(terminal.end().0 == 0, "the screens ended badly");
    Ok(())
}

fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}

/// From the start of the process to its answer.
fn commands(folder: &Path, table: &mut Vec<String>) -> Result<()> {
    for arguments in [
        &["--help"][..],
        &["reports", "list", "--json", "--limit", "1000"],
        &["reports", "list"],
        &["reports", "show", "7"],
        &["audit", "log"],
        &["members", "list"],
        &["sweep", "status"],
        &["maintenance", "status"],
    ] {
        let is_json = arguments.contains(&"--json");
        let mut best = Duration::MAX;
        for _ in 0..TRIES {
            let started = Instant::now();
            let mut child = zaro_ctl(folder, arguments).stdout(Stdio::piped()).spawn()?;
            let mut out = child.stdout.take().context("its answer")?;
            let read = out.read(&mut [0])?;
            let first = started.elapsed();
            out.read_to_end(&mut Vec::new())?;
            // A program reads JSON to its end; a person reads as it comes.
            best = best.min(if is_json { started.elapsed() } else { first });
            ensure!(child.wait()?.success() && read == 1, "{arguments:?} failed");
        }
        let what = if is_json { "whole" } else { "first" };
        row(table, &format!("{what} output of `zaro-ctl {}`", arguments.join(" ")), best, 100.0);
    }
    Ok(())
}
