//! The application on a real socket, and clients of its event stream.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio::time::timeout;
use zaro_api::listener;

use super::TestApp;

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(20);
/// Small enough that a client that does not read is noticed soon.
const SMALL_BUFFER: u32 = 4096;

/// An application that listens; until it is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    _stop: oneshot::Sender<()>,
}

impl Server {
    pub(crate) fn start(app: &TestApp) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        // Connections inherit it.
        socket.set_send_buffer_size(SMALL_BUFFER).expect("a small buffer");
        socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a port");
        Self::on(socket.listen(64).expect("a listener"), app)
    }

    fn on(listener: TcpListener, app: &TestApp) -> Self {
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let router = app.router.clone();
        tokio::spawn(listener::serve(listener, router, async {
            let _ = stopped.await;
        }));
        Self { address, _stop: stop }
    }

    /// A stream of this token, which must open.
    pub(crate) async fn stream(&self, token: &str) -> Stream {
        self.stream_with(token, "", "").await
    }

    /// The same with a query (`?…`) and further header lines.
    pub(crate) async fn stream_with(&self, token: &str, query: &str, headers: &str) -> Stream {
        let mut stream = self.ask(token, query, headers).await;
        assert!(stream.head.starts_with("http/1.1 200 "), "{}", stream.head);
        assert_eq!(stream.next().await.expect("an event").name, "connect");
        stream
    }

    /// Whatever comes back.
    pub(crate) async fn ask(&self, token: &str, query: &str, headers: &str) -> Stream {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(SMALL_BUFFER).expect("a small buffer");
        let socket = socket.connect(self.address).await.expect("a connection");
        let mut stream = Stream { socket, buffer: Vec::new(), head: String::new(), text: String::new(), over: None };
        let request = format!(
            "GET /api/notifications/subscribe{query} HTTP/1.1\r\nHost: zaro.test\r\nAuthorization: Bearer {token}\r\n\
             Accept: text/event-stream\r\n{headers}\r\n"
        );
        stream.write(request.as_bytes()).await;
        stream.read_head().await;
        stream
    }
}

/// An event as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) id: Option<i64>,
    pub(crate) data: String,
}

impl Event {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.data).unwrap_or_else(|_| panic!("no JSON: {}", self.data))
    }
}

/// How a stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// As an answer ends.
    Whole,
    /// The connection went.
    Torn,
}

/// A client that reads as slowly as the test does.
pub(crate) struct Stream {
    socket: TcpStream,
    /// What has arrived and is not taken apart yet.
    buffer: Vec<u8>,
    /// Status line and headers, in lower case.
    pub(crate) head: String,
    /// The body so far, without the events that were taken out of it.
    text: String,
    over: Option<End>,
}

impl Stream {
    /// A header of the answer.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// The next event; none once the stream has ended.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (parse(event), rest.to_owned());
                self.text = rest;
                return Some(event);
            }
            if self.over.is_some() {
                assert_eq!(self.text, "", "half an event");
                return None;
            }
            self.read_chunk().await;
        }
    }

    /// The next notification; pings are passed over.
    pub(crate) async fn notification(&mut self) -> Event {
        loop {
            let event = self.next().await.expect("an event");
            match event.name.as_str() {
                "notification" => return event,
                other => assert_eq!(other, "ping"),
            }
        }
    }

    /// The notifications up to its end, and how it ended.
    pub(crate) async fn rest(mut self) -> (Vec<Event>, End) {
        let mut events = Vec::new();
        while let Some(event) = self.next().await {
            if event.name == "notification" {
                events.push(event);
            }
        }
        (events, self.over.expect("an end"))
    }

    async fn write(&self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            timeout(PATIENCE, self.socket.writable()).await.expect("room in time").expect("a connection");
            match self.socket.try_write(rest) {
                Ok(count) => rest = &rest[count..],
                Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
            }
        }
    }

    /// Reads some more; false at the end of the connection.
    async fn read(&mut self) -> bool {
        loop {
            timeout(PATIENCE, self.socket.readable()).await.expect("something in time").expect("a connection");
            let mut bytes = [0; 1024];
            match self.socket.try_read(&mut bytes) {
                Ok(count) => {
                    self.buffer.extend(&bytes[..count]);
                    return count > 0;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => return false,
            }
        }
    }

    async fn read_head(&mut self) {
        loop {
            if let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                let head: Vec<u8> = self.buffer.drain(..end + 4).collect();
                self.head = String::from_utf8(head).expect("ASCII").replace("\r\n", "\n").to_lowercase();
                return;
            }
            assert!(self.read().await, "no answer");
        }
    }

    /// Reads one chunk of the body, or its end.
    async fn read_chunk(&mut self) {
        loop {
            if let Some(line) = self.buffer.windows(2).position(|two| two == b"\r\n") {
                let size = std::str::from_utf8(&self.buffer[..line]).expect("ASCII");
                let size = usize::from_str_radix(size, 16).expect("a length");
                if self.buffer.len() >= line + 2 + size + 2 {
                    let chunk = self.buffer[line + 2..line + 2 + size].to_vec();
                    self.buffer.drain(..line + 2 + size + 2);
                    self.text += std::str::from_utf8(&chunk).expect("UTF-8");
                    self.over = (size == 0).then_some(End::Whole);
                    return;
                }
            }
            if !self.read().await {
                self.over = Some(End::Torn);
                self.buffer.clear();
                // Whatever was cut off in the middle was not sent.
                self.text = self.text.rsplit_once("\n\n").map_or(String::new(), |(whole, _)| format!("{whole}\n\n"));
                return;
            }
        }
    }
}

/// N6: the fields there are, each at most once, and no other.
fn parse(text: &str) -> Event {
    let mut event = Event::default();
    for line in text.lines() {
        let (field, value) = line.split_once(':').expect("a field");
        match field {
            "event" if event.name.is_empty() => value.clone_into(&mut event.name),
            "data" if event.data.is_empty() => value.clone_into(&mut event.data),
            "id" if event.id.is_none() => event.id = Some(value.parse().expect("a number")),
            _ => panic!("{text}"),
        }
    }
    assert_eq!(event.id.is_some(), event.name == "notification", "{text}");
    event
}

/// Asks again and again, up to [`PATIENCE`].
pub(crate) async fn eventually(what: &str, condition: impl Fn() -> bool) {
    let asking = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    assert!(timeout(PATIENCE, asking).await.is_ok(), "waited in vain: {what}");
}
