//! What reading the community costs: each page beside the ceiling of the same run, and what stays of it in a storm.
//!
//! The built daemon on a demo community of its own, all clients in this process, over loopback on the same machine:
//!
//! ```text
//! scripts/bench.sh community [--posts 100000] [--comments 300000] [--members 10000] [--places 100000] [--seconds 3] [--only PAGE] [--keep DIR]
//! ```

#[path = "community/ceiling.rs"]
mod ceiling;
#[path = "community/load.rs"]
mod load;
mod memory;
#[path = "community/place.rs"]
mod place;

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use serde_json::Value;
use zaro_core::service::demo::{DEMO_EMAIL, DEMO_PASSWORD};

use self::ceiling::Ceiling;
use self::load::{Connection, Shot, Shots, fire, fire_until};
use self::memory::resident_kib;

/// Connections that a page is asked over.
const CONNECTIONS: usize = 32;
/// Of these many clock ticks a second the kernel counts a process's time.
const TICKS: f64 = 100.0;
/// How long the daemon may take to be ready, its search index included.
const PATIENCE: Duration = Duration::from_mins(5);
/// Readers, and the pause between two reads of one, while sign-ins storm.
const READERS: usize = 8;
const READER_PAUSE: Duration = Duration::from_millis(5);
const STORM_ROW: &str = "reads of a post in a storm of sign-ins";
/// Sign-ins that wait at once.
const STORM: usize = 64;

#[derive(Debug, Parser)]
struct Args {
    /// Members of the community
    #[arg(long, default_value_t = 10_000)]
    members: u64,
    /// Their posts
    #[arg(long, default_value_t = 100_000)]
    posts: u64,
    /// Their comments
    #[arg(long, default_value_t = 300_000)]
    comments: u64,
    /// Places they saved
    #[arg(long, default_value_t = 100_000)]
    places: u64,
    /// How long each page is asked for
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Only the pages whose name contains this
    #[arg(long)]
    only: Option<String>,
    /// Keep the community here, and use it again when it is there
    #[arg(long)]
    keep: Option<PathBuf>,
    /// Be the ceiling: the same server that answers a constant body
    #[arg(long, hide = true)]
    ceiling: bool,
    /// What `cargo bench` adds
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let args = Args::parse();
    if args.ceiling {
        return runtime.block_on(ceiling::serve());
    }
    let temporary = tempfile::tempdir()?;
    let folder = args.keep.clone().unwrap_or_else(|| temporary.path().join("community"));
    if !folder.join("zaro.db").exists() {
        tell("making a community")?;
        place::community(&folder, &args)?;
    }
    runtime.block_on(measure(&folder, &args))
}

/// One row of the table.
struct Row {
    what: String,
    measured: String,
    target: String,
    met: Option<bool>,
}

/// A page and what is asked of it.
enum Goal {
    /// A share of the ceiling's requests a second.
    Hot,
    /// A smaller share, and a bound on its CPU time.
    Cold,
    /// As fast as the page before, nearly: a share of its requests a second.
    AsBefore,
    /// A bound on its p99 in milliseconds.
    Latency(f64),
}

async fn measure(folder: &Path, args: &Args) -> Result<()> {
    tell("starting the API")?;
    let daemon = Daemon::start(folder)?;
    let ceiling = Ceiling::start()?;
    let time = Duration::from_secs(args.seconds);
    let mut ask = Connection::open(&daemon.address).await?;
    wait_until_ready(&mut ask).await?;
    let idle = daemon.resident_mib()?;
    let signed_in = json(&mut ask, &sign_in()).await?;
    let token = signed_in["data"]["accessToken"].as_str().context("no token")?.to_owned();
    let busiest = json(&mut ask, &Shot::get("/api/posts?sort=commentCount&size=1&category=DAILY_LIFE", None)).await?;
    let post = &busiest["data"]["content"][0]["postId"];
    // The demo member's own: an author may have gone dormant, and then there is no profile to ask for.
    let me = json(&mut ask, &Shot::get("/api/users/my", Some(&token))).await?;
    let member = &me["data"]["userId"];
    let shallow = cursor(&mut ask, 1).await?;
    let deep = cursor(&mut ask, args.posts / 3 / 2 / 100).await?;

    let (mut rows, mut before) = (Vec::new(), f64::NAN);
    let caller = Some(token.as_str());
    let pages: Vec<(&str, Goal, Vec<Shot>)> = vec![
        ("home", Goal::Hot, vec![Shot::get("/api/posts/home", None)]),
        ("popular posts", Goal::Hot, vec![Shot::get("/api/posts/rank", None)]),
        ("first page of a board", Goal::Hot, vec![Shot::get("/api/posts?category=DAILY_LIFE", None)]),
        ("a post", Goal::Cold, vec![Shot::get(&format!("/api/posts/{post}"), caller)]),
        ("its comments", Goal::Cold, vec![Shot::get(&format!("/api/posts/{post}/comments"), caller)]),
        ("a profile", Goal::Cold, vec![Shot::get(&format!("/api/profile/{member}"), caller)]),
        ("oneself", Goal::Cold, vec![Shot::get("/api/users/my", caller)]),
        ("second page of a board", Goal::Hot, vec![Shot::get("/api/posts?category=DAILY_LIFE&page=1", None)]),
        ("second page by cursor", Goal::Cold, vec![Shot::get(&shallow, None)]),
        ("deep page by cursor", Goal::AsBefore, vec![Shot::get(&deep, None)]),
        ("search", Goal::Latency(20.0), WORDS.iter().map(|word| Shot::get(&search(word), None)).collect()),
        ("places within 2 km", Goal::Latency(10.0), place::spots().map(|path| Shot::get(&path, None)).collect()),
    ];
    let wanted = |what: &str| args.only.as_ref().is_none_or(|only| what.contains(only.as_str()));
    for (what, goal, shots) in pages {
        if !wanted(what) {
            continue;
        }
        tell(what)?;
        rows.push(page(what, &goal, &shots, &daemon, &ceiling, time, &mut before).await?);
    }
    let full = daemon.resident_mib()?;
    rows.push(row("resident when idle", format!("{idle:.0} MiB"), "", None));
    rows.push(row("resident after all that", format!("{full:.0} MiB"), "≤ 120 MiB", Some(full <= 120.0)));
    if wanted(STORM_ROW) {
        tell(STORM_ROW)?;
        rows.push(storm(&daemon, &Shot::get(&format!("/api/posts/{post}"), caller), time).await?);
    }
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{} members, {} posts, {} comments, {} places; {CONNECTIONS} connections\n\n| what | measured | target | |\n|---|---|---|---|",
        args.members, args.posts, args.comments, args.places
    )?;
    for Row { what, measured, target, met } in rows {
        let word = met.map_or("", |met| if met { "met" } else { "missed" });
        writeln!(out, "| {what} | {measured} | {target} | {word} |")?;
    }
    Ok(())
}

fn row(what: &str, measured: String, target: &str, met: Option<bool>) -> Row {
    Row { what: what.to_owned(), measured, target: target.to_owned(), met }
}

/// A page, and a constant body of its length.
async fn page(
    what: &str,
    goal: &Goal,
    shots: &[Shot],
    daemon: &Daemon,
    ceiling: &Ceiling,
    time: Duration,
    page_before: &mut f64,
) -> Result<Row> {
    // A latency is that of a server with room: one request for each core.
    let connections = if matches!(goal, Goal::Latency(_)) { 2 } else { CONNECTIONS };
    // Caches first.
    fire(&daemon.address, shots, connections, time / 6).await?;
    let before = cpu(daemon.process())?;
    let ours = fire(&daemon.address, shots, connections, time).await?;
    let each = 1e6 * (cpu(daemon.process())? - before) / ours.count();
    let constant = Shot::get(&format!("/{}", ours.body), None);
    fire(&ceiling.address, std::slice::from_ref(&constant), connections, time / 6).await?;
    let before = cpu(ceiling.process())?;
    let best = fire(&ceiling.address, &[constant], connections, time).await?;
    let least = 1e6 * (cpu(ceiling.process())? - before) / best.count();
    let share = 100.0 * ours.per_second() / best.per_second();
    let p99 = ours.percentile(99);
    let measured = format!(
        "{:.0} req/s, {share:.0} % of {:.0}; {each:.0} µs CPU (ceiling {least:.0}); p50 {:.1}, p99 {p99:.1} ms; {} bytes",
        ours.per_second(),
        best.per_second(),
        ours.percentile(50),
        ours.body,
    );
    let like_before = 100.0 * ours.per_second() / std::mem::replace(page_before, ours.per_second());
    Ok(match goal {
        Goal::AsBefore => {
            let target = "≥ 80 % of the page before";
            row(what, format!("{measured}; {like_before:.0} % of the page before"), target, Some(like_before >= 80.0))
        }
        Goal::Hot => row(what, measured, "≥ 60 %", Some(share >= 60.0)),
        Goal::Cold => row(what, measured, "≥ 15 %, ≤ 150 µs", Some(share >= 15.0 && each <= 150.0)),
        Goal::Latency(most) => row(what, measured, &format!("p99 ≤ {most} ms"), Some(p99 <= *most)),
    })
}

/// Reads at an even pace, quiet and while everybody signs in.
async fn storm(daemon: &Daemon, read: &Shot, time: Duration) -> Result<Row> {
    let quiet = paced(daemon, read, time).await?;
    let over = Arc::new(AtomicBool::new(false));
    let sign_ins = tokio::spawn({
        let (address, over) = (daemon.address.clone(), Arc::clone(&over));
        // Others than who reads: the 51st sign-in of one member would end the session of the reader (T2).
        let members: Vec<Shot> =
            (2..500).map(|id| sign_in_as(&format!("member{id}@demo.zaro.example")).or_refused()).collect();
        async move { fire_until(&address, &members, STORM, over).await }
    });
    // Under way before the reads are counted.
    paced(daemon, read, time / 6).await?;
    let stormy = paced(daemon, read, time).await;
    over.store(true, Ordering::SeqCst);
    let (stormy, sign_ins) = (stormy?, sign_ins.await??);
    let ratio = stormy.percentile(99) / quiet.percentile(99);
    let measured = format!(
        "p99 {:.1} → {:.1} ms ({ratio:.1} ×) beside {:.0} sign-ins a second",
        quiet.percentile(99),
        stormy.percentile(99),
        sign_ins.per_second()
    );
    Ok(row(STORM_ROW, measured, "≤ 2 ×", Some(ratio <= 2.0)))
}

async fn paced(daemon: &Daemon, read: &Shot, time: Duration) -> Result<Shots> {
    load::fire_paced(&daemon.address, read, READERS, READER_PAUSE, time).await
}

/// What people search for.
const WORDS: [&str; 12] = [
    "자취방",
    "전세",
    "청소",
    "배달 음식",
    "냉장고",
    "고양이",
    "빨래",
    "이사 준비",
    "월세",
    "혼밥",
    "공기청정기",
    "추천",
];

fn search(word: &str) -> String {
    word.bytes().fold("/api/search?keyword=".to_owned(), |path, byte| format!("{path}%{byte:02X}"))
}

fn sign_in() -> Shot {
    sign_in_as(DEMO_EMAIL)
}

fn sign_in_as(email: &str) -> Shot {
    let body = serde_json::json!({ "email": email, "password": DEMO_PASSWORD });
    Shot::post("/api/auth/signin", &body.to_string())
}

/// The address of the page of a board behind so many hundreds of posts, found by reading on.
async fn cursor(ask: &mut Connection, hundreds: u64) -> Result<String> {
    let mut path = "/api/posts?category=DAILY_LIFE&size=100".to_owned();
    for _ in 0..hundreds {
        let page = json(ask, &Shot::get(&path, None)).await?;
        let Some(cursor) = page["data"]["nextCursor"].as_str() else { break };
        path = format!("/api/posts?category=DAILY_LIFE&size=100&cursor={cursor}");
    }
    Ok(path.replace("size=100", "size=10"))
}

async fn json(ask: &mut Connection, shot: &Shot) -> Result<Value> {
    Ok(serde_json::from_slice(ask.ask(shot).await?)?)
}

/// Until everything is there that readiness names.
async fn wait_until_ready(ask: &mut Connection) -> Result<()> {
    let started = Instant::now();
    loop {
        // Too many rows for the database to search in place of the index is a 503, until the index is there.
        let found = json(ask, &Shot::get(&search(WORDS[0]), None).or_unavailable()).await?;
        if found["data"]["total"].as_u64().is_some_and(|total| total > 0) && found["data"]["degraded"] != true {
            return Ok(());
        }
        ensure!(started.elapsed() < PATIENCE, "the search index does not get ready");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// The built daemon; killed when it is dropped.
struct Daemon {
    child: Child,
    address: String,
}

impl Daemon {
    fn start(folder: &Path) -> Result<Self> {
        // One client asks for everything here, which limits by address would take for an attack.
        let policy = folder.join("policy.toml");
        fs::write(&policy, place::POLICY)?;
        let mut child = Command::new(env!("CARGO_BIN_EXE_zaro-api"))
            .env_clear()
            .env("ZARO_POLICY_FILE", &policy)
            .arg("--data-dir")
            .arg(folder)
            .args(["--listen", "127.0.0.1:0", "--set", "sweep.scheduler=off", "--set", "server.log=warn"])
            .stdout(Stdio::piped())
            .spawn()
            .context("the daemon does not start")?;
        let first = first_line(child.stdout.take().context("no stdout")?)?;
        let address = first.strip_prefix("ZARO listens on http://").context("it says something else")?.to_owned();
        Ok(Self { child, address })
    }

    fn process(&self) -> u32 {
        self.child.id()
    }

    fn resident_mib(&self) -> Result<f64> {
        Ok(f64::from(resident_kib(self.process())?) / 1024.0)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The first line of a process's output; the rest is read and dropped, so that it never waits for a reader.
fn first_line(stdout: std::process::ChildStdout) -> Result<String> {
    let mut lines = BufReader::new(stdout).lines();
    let first = lines.next().context("it says nothing")??;
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
    Ok(first)
}

/// CPU seconds that a process has used.
fn cpu(process: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name in front may hold anything; behind its bracket the 12th and 13th field are the ticks.
    let (_, fields) = stat.rsplit_once(')').context("no process")?;
    let ticks: Vec<f64> = fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse().ok()).collect();
    Ok(ticks.iter().sum::<f64>() / TICKS)
}

/// Talk, so that nobody wonders what takes so long.
fn tell(text: &str) -> Result<()> {
    Ok(writeln!(std::io::stderr(), "bench: {text}")?)
}

/// For the process that reads it.
fn say(text: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}
