//! Clients of the stream, and the one that acts.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Before the number of an act in its event.
const MARK: &str = "\"comment\":\"act ";

/// All open streams.
pub(crate) struct Clients {
    open: usize,
    /// When each act was asked for.
    sent: Arc<Mutex<Vec<Option<Instant>>>>,
    seen: UnboundedSender<(usize, Instant)>,
    told: tokio::sync::Mutex<UnboundedReceiver<(usize, Instant)>>,
}

impl Clients {
    pub(crate) fn new(events: usize) -> Self {
        let (seen, told) = unbounded_channel();
        Self { open: 0, sent: Arc::new(Mutex::new(vec![None; events])), seen, told: told.into() }
    }

    pub(crate) const fn len(&self) -> usize {
        self.open
    }

    /// Opens so many streams of this token, and reads on in the background.
    pub(crate) async fn open(&mut self, address: SocketAddr, token: &str, count: usize) -> Result<()> {
        for _ in 0..count {
            let connection = connect(address).await?;
            let request = format!(
                "GET /api/notifications/subscribe HTTP/1.1\r\nHost: zaro.test\r\nAuthorization: Bearer {token}\r\n\r\n"
            );
            write(&connection, request.as_bytes()).await?;
            let mut text = String::new();
            while !text.contains("event:connect") {
                text += &read(&connection).await?;
                ensure!(!text.contains("HTTP/1.1 4") && !text.contains("HTTP/1.1 5"), "{text}");
            }
            let seen = self.seen.clone();
            tokio::spawn(async move {
                let mut rest = String::new();
                while let Ok(text) = read(&connection).await {
                    let now = Instant::now();
                    rest += &text;
                    while let Some((before, after)) = rest.split_once("\n\n") {
                        if let Some(nth) = number(before) {
                            // Nobody waits any more at the end.
                            let _ = seen.send((nth, now));
                        }
                        rest = after.to_owned();
                    }
                }
            });
            self.open += 1;
        }
        Ok(())
    }

    /// This act is asked for now.
    pub(crate) fn sent(&self, nth: usize) {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)[nth] = Some(Instant::now());
    }

    /// Once each act has reached so many streams: how long each took, shortest first.
    pub(crate) async fn times(&self, each: usize) -> Vec<Duration> {
        let mut told = self.told.lock().await;
        let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut times = Vec::new();
        while times.len() < sent.len() * each {
            let Some((nth, at)) = told.recv().await else { break };
            times.extend(sent[nth].map(|sent| at - sent));
        }
        times.sort_unstable();
        times
    }
}

fn number(event: &str) -> Option<usize> {
    event.split_once(MARK)?.1.split('"').next()?.parse().ok()
}

/// A connection that sends at once.
pub(crate) async fn connect(address: SocketAddr) -> Result<TcpStream> {
    let connection = TcpStream::connect(address).await.context("no connection")?;
    connection.set_nodelay(true)?;
    Ok(connection)
}

/// Writes a comment, and waits for the answer.
pub(crate) async fn comment(connection: &mut TcpStream, token: &str, post: i64, nth: usize) -> Result<()> {
    let body = format!("{{\"content\":\"act {nth}\"}}");
    let request = format!(
        "POST /api/posts/{post}/comments HTTP/1.1\r\nHost: zaro.test\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    write(connection, request.as_bytes()).await?;
    let mut text = String::new();
    loop {
        text += &read(connection).await?;
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        ensure!(head.starts_with("HTTP/1.1 201"), "{text}");
        let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if length.is_some_and(|length: usize| body.len() >= length) {
            return Ok(());
        }
    }
}

async fn write(connection: &TcpStream, bytes: &[u8]) -> Result<()> {
    let mut rest = bytes;
    while !rest.is_empty() {
        connection.writable().await?;
        match connection.try_write(rest) {
            Ok(count) => rest = &rest[count..],
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

async fn read(connection: &TcpStream) -> Result<String> {
    loop {
        connection.readable().await?;
        let mut bytes = [0; 2048];
        match connection.try_read(&mut bytes) {
            Ok(0) => bail!("the connection has ended"),
            Ok(count) => return Ok(String::from_utf8_lossy(&bytes[..count]).into_owned()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
    }
}
