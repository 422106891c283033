//! Requests as fast as a number of connections allows, and what became of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// One kind of request, sent again and again; several are sent in turn.
#[derive(Clone, Debug)]
pub(crate) struct Shot {
    bytes: Vec<u8>,
    /// Statuses that count as an answer, but for 20x.
    also: &'static str,
}

impl Shot {
    /// A GET of this path, with an access token or without.
    pub(crate) fn get(path: &str, token: Option<&str>) -> Self {
        let token = token.map_or_else(String::new, |token| format!("authorization: Bearer {token}\r\n"));
        let bytes = format!("GET {path} HTTP/1.1\r\nhost: bench\r\n{token}\r\n").into_bytes();
        Self { bytes, also: "" }
    }

    /// A POST of this JSON.
    pub(crate) fn post(path: &str, body: &str) -> Self {
        let length = body.len();
        let head = format!("POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-length: {length}\r\n\r\n{body}");
        Self { bytes: head.into_bytes(), also: "" }
    }
}

impl Shot {
    /// The same, of which a refusal is an answer like any other: some demo members have withdrawn.
    pub(crate) fn or_refused(self) -> Self {
        Self { also: "4", ..self }
    }

    /// The same, of which 503 is an answer.
    pub(crate) fn or_unavailable(self) -> Self {
        Self { also: "503", ..self }
    }
}

/// What many requests took.
#[derive(Debug, Default)]
pub(crate) struct Shots {
    /// Each request's time in milliseconds, sorted.
    times: Vec<f64>,
    /// By the clock.
    pub(crate) wall: Duration,
    /// Length of the last body.
    pub(crate) body: usize,
}

impl Shots {
    pub(crate) fn count(&self) -> f64 {
        f64::from(u32::try_from(self.times.len()).unwrap_or(u32::MAX))
    }

    pub(crate) fn per_second(&self) -> f64 {
        self.count() / self.wall.as_secs_f64()
    }

    /// The time that so many of a hundred requests stayed below, in milliseconds.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let last = self.times.len().saturating_sub(1);
        self.times.get(last * percent / 100).copied().unwrap_or(f64::NAN)
    }
}

/// Sends these requests in turn over so many connections until the time is up; each must be answered with 200.
pub(crate) async fn fire(address: &str, shots: &[Shot], connections: usize, time: Duration) -> Result<Shots> {
    let over = Arc::new(AtomicBool::new(false));
    let firing = fire_until(address, shots, connections, Arc::clone(&over));
    let timer = async {
        tokio::time::sleep(time).await;
        over.store(true, Ordering::SeqCst);
    };
    tokio::join!(firing, timer).0
}

/// The same until told.
pub(crate) async fn fire_until(
    address: &str,
    shots: &[Shot],
    connections: usize,
    over: Arc<AtomicBool>,
) -> Result<Shots> {
    let started = Instant::now();
    let mut tasks = Vec::new();
    for nth in 0..connections {
        let (over, shots) = (Arc::clone(&over), shots.to_vec());
        let mut connection = Connection::open(address).await?;
        tasks.push(tokio::spawn(async move {
            let (mut times, mut body) = (Vec::new(), 0);
            for shot in shots.iter().cycle().skip(nth) {
                if over.load(Ordering::SeqCst) {
                    break;
                }
                let sent = Instant::now();
                body = connection.call(shot).await?;
                times.push(sent.elapsed().as_secs_f64() * 1000.0);
            }
            anyhow::Ok((times, body))
        }));
    }
    let mut all = Shots::default();
    for task in tasks {
        let (times, body) = task.await??;
        all.times.extend(times);
        all.body = body;
    }
    all.wall = started.elapsed();
    all.times.sort_by(f64::total_cmp);
    Ok(all)
}

/// Sends this request over so many connections, with a pause between an answer and the next request, until the time is
/// up: how long a server takes that is not asked for all it has.
pub(crate) async fn fire_paced(
    address: &str,
    shot: &Shot,
    connections: usize,
    pause: Duration,
    time: Duration,
) -> Result<Shots> {
    let started = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..connections {
        let (shot, mut connection) = (shot.clone(), Connection::open(address).await?);
        tasks.push(tokio::spawn(async move {
            let mut times = Vec::new();
            while started.elapsed() < time {
                let sent = Instant::now();
                connection.call(&shot).await?;
                times.push(sent.elapsed().as_secs_f64() * 1000.0);
                tokio::time::sleep(pause).await;
            }
            anyhow::Ok(times)
        }));
    }
    let mut all = Shots::default();
    for task in tasks {
        all.times.extend(task.await??);
    }
    all.wall = started.elapsed();
    all.times.sort_by(f64::total_cmp);
    Ok(all)
}

/// A connection that is kept.
pub(crate) struct Connection {
    socket: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: &str) -> Result<Self> {
        let socket = TcpStream::connect(address).await.context("the server is not there")?;
        socket.set_nodelay(true)?;
        Ok(Self { socket, buffer: Vec::with_capacity(64 * 1024) })
    }

    /// Sends one request and reads its answer; the length of its body.
    async fn call(&mut self, shot: &Shot) -> Result<usize> {
        Ok(self.ask(shot).await?.len())
    }

    /// The same; the body itself.
    pub(crate) async fn ask(&mut self, shot: &Shot) -> Result<&[u8]> {
        self.socket.write_all(&shot.bytes).await?;
        self.buffer.clear();
        let head = loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end + 4;
            }
            ensure!(self.socket.read_buf(&mut self.buffer).await? > 0, "the server hung up");
        };
        let text = String::from_utf8_lossy(&self.buffer[..head]).to_ascii_lowercase();
        let length: usize =
            text.lines().find_map(|line| line.strip_prefix("content-length:")).context("no length")?.trim().parse()?;
        while self.buffer.len() < head + length {
            ensure!(self.socket.read_buf(&mut self.buffer).await? > 0, "the server hung up");
        }
        let body = &self.buffer[head..head + length];
        let status = text.trim_start_matches("http/1.1 ");
        let good = status.starts_with("20") || (!shot.also.is_empty() && status.starts_with(shot.also));
        ensure!(good, "{}\n{text}{}", lossy(&shot.bytes), lossy(body));
        Ok(body)
    }
}

fn lossy(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
