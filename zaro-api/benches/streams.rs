//! What event streams cost: memory for each idle one, and from an act to the screens of whom it concerns (N6, N8).
//!
//! The built daemon on a database of its own, and all clients in this process, over loopback on the same machine:
//!
//! ```text
//! cargo bench -p zaro-api --bench streams -- [--streams 10000] [--events 2000] [--rate 200]
//! ```

mod client;
mod daemon;
mod memory;

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use clap::Parser;
use zaro_core::testing::World;
use zaro_core::types::Status;

use self::client::{Clients, comment};
use self::daemon::Daemon;

/// Streams of one member (N8).
const PER_MEMBER: usize = 10;
/// How many requests are under way at once while acts happen.
const ACTORS: usize = 16;
/// Files that are open beside the streams.
const OTHER_FILES: usize = 500;
/// How long anything may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// What is measured, and against what.
const MOST_KIB: f64 = 20.0;
const MOST_MS: f64 = 100.0;

#[derive(Debug, Parser)]
struct Args {
    /// Idle streams, ten of each member
    #[arg(long, default_value_t = 10_000)]
    streams: usize,
    /// Acts that are told to ten streams each
    #[arg(long, default_value_t = 2_000)]
    events: usize,
    /// Acts in a second
    #[arg(long, default_value_t = 200)]
    rate: u32,
    /// What `cargo bench` adds
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Result<ExitCode> {
    let args = Args::parse();
    if let Some(done) = daemon::with_files(args.streams + OTHER_FILES)? {
        return Ok(done);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(measure(&args))?;
    Ok(ExitCode::SUCCESS)
}

async fn measure(args: &Args) -> Result<()> {
    let world = World::new();
    let count = args.streams.div_ceil(PER_MEMBER);
    let members: Vec<_> = (0..count).map(|nth| world.member(&format!("m{nth}"), Status::Active)).collect();
    let daemon = Daemon::start(&world)?;
    let tokens = daemon.tokens(&members)?;
    let posts = daemon.posts(&members)?;

    // Once through everything, so that what is needed once is not counted for the streams.
    let mut clients = Clients::new(args.events);
    clients.open(daemon.address, &tokens[0], 1).await?;
    let idle = daemon.resident_kib()?;
    let started = Instant::now();
    for token in &tokens {
        let more = PER_MEMBER.min(args.streams + 1 - clients.len());
        // The first member has one already.
        clients.open(daemon.address, token, if clients.len() == 1 { more - 1 } else { more }).await?;
    }
    let opened = started.elapsed();
    let full = daemon.resident_kib()?;
    let each = f64::from(full.saturating_sub(idle)) / f64::from(u32::try_from(clients.len() - 1)?);

    let every = Duration::from_secs(1) / args.rate;
    let clients = Arc::new(clients);
    let begin = Instant::now() + every;
    let mut actors = Vec::new();
    for actor in 0..ACTORS {
        let (clients, tokens, posts) = (Arc::clone(&clients), tokens.clone(), posts.clone());
        let (address, events) = (daemon.address, args.events);
        actors.push(tokio::spawn(async move {
            let mut connection = client::connect(address).await?;
            for nth in (actor..events).step_by(ACTORS) {
                let due = begin + every * u32::try_from(nth)?;
                tokio::time::sleep_until(due.into()).await;
                // Never the author, who would not be told.
                let (post, by) = (nth % posts.len(), (nth + 1) % tokens.len());
                clients.sent(nth);
                comment(&mut connection, &tokens[by], posts[post], nth).await?;
            }
            anyhow::Ok(())
        }));
    }
    for actor in actors {
        actor.await??;
    }
    let times = tokio::time::timeout(PATIENCE, clients.times(PER_MEMBER)).await.context("not everybody was told")?;
    let busy = daemon.resident_kib()?;
    ensure!(!times.is_empty(), "nobody was told");
    let at = |per_mille: usize| times[(times.len() - 1) * per_mille / 1000].as_secs_f64() * 1000.0;

    let verdict = |met: bool| if met { "met" } else { "missed" };
    let mut out = std::io::stdout().lock();
    writeln!(out, "| what | measured | target | |\n|---|---|---|---|")?;
    writeln!(out, "| streams | {} opened in {:.1} s | | |", clients.len(), opened.as_secs_f64())?;
    writeln!(out, "| resident, idle daemon | {:.1} MiB | | |", f64::from(idle) / 1024.0)?;
    writeln!(out, "| resident, all streams | {:.1} MiB | | |", f64::from(full) / 1024.0)?;
    writeln!(out, "| resident, after the acts | {:.1} MiB | | |", f64::from(busy) / 1024.0)?;
    writeln!(out, "| each idle stream | {each:.1} KiB | ≤ {MOST_KIB} KiB | {} |", verdict(each <= MOST_KIB))?;
    writeln!(out, "| acts | {} at {} a second, {} events received | | |", args.events, args.rate, times.len())?;
    writeln!(out, "| from the request to the event, p50 | {:.1} ms | | |", at(500))?;
    writeln!(out, "| p99 | {:.1} ms | ≤ {MOST_MS} ms | {} |", at(990), verdict(at(990) <= MOST_MS))?;
    writeln!(out, "| longest | {:.1} ms | | |", at(1000))?;
    if each > MOST_KIB || at(990) > MOST_MS {
        bail!("a target was missed");
    }
    Ok(())
}
