//! From the configuration to a serving process, and to its orderly end.

use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::ops::ControlFlow;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use tokio::runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use zaro_core::config::{Config, OperatorListen};
use zaro_core::context::Context;
use zaro_core::db::{Db, migrate};
use zaro_core::service::demo::{self, DemoPlan};
use zaro_core::service::roster;

use crate::app::{App, HttpSettings};
use crate::background::Background;
use crate::listener;
use crate::router::{build_operator_router, build_router};

/// O3: how long new connections are still served after a stop signal, so that the proxy sees `/readyz` first.
const GRACE: Duration = Duration::from_secs(2);
/// O3: how long running requests get after that.
const DRAIN: Duration = Duration::from_secs(30);
/// How long work whose request was given up may still hold the process.
const LEFTOVERS: Duration = Duration::from_secs(5);
/// `--demo`: enough to page through, and loaded within a second or two by an unoptimised build.
const DEMO_MEMBERS: u64 = 1_000;
const DEMO_POSTS: u64 = 300;
const DEMO_COMMENTS: u64 = 1_000;
const DEMO_PLACES: u64 = 300;
/// Threads for what is not a service call: name look-ups, for instance.
const SPARE_THREADS: usize = 16;

/// Serves until a stop signal.
///
/// The port comes first: a second start by mistake ends there, before it has touched the database. A database that is
/// newer than this binary is refused before anything is written.
///
/// # Errors
/// What kept the process from starting, or from ending in time.
pub fn run(mut config: Config, demo: bool) -> Result<()> {
    let listener = bind(config.server.listen)?;
    let address = listener.local_addr()?;
    let operator = bind_operator(config.server.operator_listen)?;
    name_port(&mut config, address);
    let db = Db::open(&config.database.url, config.database.pool)?;
    let schema = migrate::status(&db)?;
    schema.refuse_newer()?;
    let applied = migrate::migrate(&db)?;
    if !applied.is_empty() {
        tracing::info!(migrations = applied.len(), "the database is up to date");
    }
    let ctx = Context::with_db(&config, db)?;
    if demo {
        load_demo(&ctx)?;
    }
    let http = HttpSettings::of(&config);
    let threads = http.threads() + SPARE_THREADS;
    let app = App::new(ctx, http);
    let runtime = runtime::Builder::new_multi_thread().enable_all().max_blocking_threads(threads).build()?;
    let background = Background::start(&app.ctx, config.sweep)?;
    let metrics = operator.as_ref().and_then(|operator| operator.local_addr().ok());
    greet(&config, address, metrics, &app.ctx.mailer.describe())?;
    let served = runtime.block_on(serve(app, &background, listener, operator));
    background.stop();
    runtime.shutdown_timeout(LEFTOVERS);
    tracing::info!("stopped");
    served
}

/// Fills an empty database; one that has members keeps them, so that a second start with the same command is harmless.
fn load_demo(ctx: &Context) -> Result<()> {
    let members: i64 = roster::counts(ctx)?.into_iter().map(|(_, count)| count).sum();
    if members > 0 {
        tracing::info!(members, "the database has members already; no demo community is loaded");
        return Ok(());
    }
    let plan = DemoPlan {
        members: DEMO_MEMBERS,
        posts: DEMO_POSTS,
        comments: DEMO_COMMENTS,
        places: DEMO_PLACES,
        seed: 1,
        text: None,
        now: ctx.now(),
    };
    let report = demo::load(ctx, &plan, &mut |_| ControlFlow::Continue(()))?;
    tracing::info!(
        members = report.members,
        posts = report.posts,
        comments = report.comments,
        "a demo community is loaded; sign in as {} with the password {}",
        demo::DEMO_EMAIL,
        demo::DEMO_PASSWORD
    );
    Ok(())
}

/// Takes the port.
fn bind(address: SocketAddr) -> Result<TcpListener> {
    listen(address).map_err(|error| unbound(error, address, "`--listen ADDR` or `ZARO_LISTEN`"))
}

/// H1: takes the operator's port; somebody else on the default one costs the metrics, not the members.
fn bind_operator(wanted: OperatorListen) -> Result<Option<TcpListener>> {
    let (address, is_default) = match wanted {
        OperatorListen::Off => return Ok(None),
        OperatorListen::Chosen(address) => (address, false),
        OperatorListen::Default(address) => (address, true),
    };
    match listen(address) {
        Ok(listener) => Ok(Some(listener)),
        Err(error) if is_default => {
            tracing::warn!(%error, "`{address}` is not free: no metrics; choose with `ZARO_OPERATOR_LISTEN`");
            Ok(None)
        }
        Err(error) => Err(unbound(error, address, "`ZARO_OPERATOR_LISTEN`, or switch it `off` there")),
    }
}

fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

fn unbound(error: std::io::Error, address: SocketAddr, setting: &str) -> anyhow::Error {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            anyhow!("`{address}` is in use by another process\nhint: stop it, or choose another one with {setting}")
        }
        _ => anyhow!(error).context(format!("`{address}` cannot be listened on")),
    }
}

/// Puts the real port into addresses that were made up from port 0, which lets the system choose one.
fn name_port(config: &mut Config, address: SocketAddr) {
    let (chosen, real) = (format!("http://{}", config.server.listen), format!("http://{address}"));
    if config.server.listen.port() == 0 {
        for url in [&mut config.server.public_url, &mut config.storage.public_url] {
            if *url == chosen {
                url.clone_from(&real);
            }
        }
    }
}

/// Says where everything is and what to try; the only thing on stdout.
fn greet(config: &Config, address: SocketAddr, operator: Option<SocketAddr>, mails: &str) -> Result<()> {
    let url = &config.server.public_url;
    let metrics = operator.map_or("off".to_owned(), |address| format!("http://{address}/metrics"));
    let text = format!(
        "ZARO listens on http://{address}\n\
         database: {database}\n\
         mails: {mails}\n\
         metrics: {metrics}\n\
         \n\
         Sign up, sign in, read:\n  \
         curl -X POST {url}/api/auth/signup -d '{{\"email\":\"me@zaro.example\",\"password\":\"Zaro-2026!\",\"nickname\":\"자취생\"}}'\n  \
         curl -X POST {url}/api/auth/signin -d '{{\"email\":\"me@zaro.example\",\"password\":\"Zaro-2026!\"}}'\n  \
         curl '{url}/api/posts?category=DAILY_LIFE'\n",
        database = config.database.redacted(),
    );
    let mut stdout = std::io::stdout();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).context("stdout cannot be written")
}

/// Serves until a stop signal, then ends in the order of O3.
async fn serve(app: App, background: &Background, listener: TcpListener, operator: Option<TcpListener>) -> Result<()> {
    let mut stops = Stops::new()?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let (close, closed) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(listener::serve(listener, build_router(app.clone()), async {
        // Dropped or sent: either way it is over.
        let _ = closed.await;
    }));
    if let Some(operator) = operator {
        // Until the very end: this is where one watches the rest of it.
        let operator = tokio::net::TcpListener::from_std(operator)?;
        tokio::spawn(axum::serve(operator, build_operator_router(app.clone())).into_future());
    }
    stops.next().await;
    tracing::info!(grace_seconds = GRACE.as_secs(), "stopping: not ready any more");
    app.drain();
    background.stop_jobs();
    tokio::select! {
        () = tokio::time::sleep(GRACE) => {}
        () = stops.next() => {}
    }
    tracing::info!(streams = app.streams().open_now(), "stopping: no new connections, and the streams end");
    drop(close);
    // Only now: their clients come back at once, and are to reach somebody else.
    app.end_streams().await;
    tokio::select! {
        ended = tokio::time::timeout(DRAIN, server) => match ended {
            Ok(ended) => Ok(ended??),
            Err(_) => Err(anyhow!("requests were still running {} s after the stop signal", DRAIN.as_secs())),
        },
        () = stops.next() => Err(anyhow!("stopped at once by a further signal")),
    }
}

/// The signals that ask the process to end.
struct Stops {
    interrupt: Signal,
    terminate: Signal,
}

impl Stops {
    fn new() -> Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
