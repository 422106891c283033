//! The public listener: connections that send at once, and that can be cut.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use axum::Router;
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::map_request;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// Serves until `stop` is there, then until the last connection has ended.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let service = router.layer(map_request(name_address)).into_make_service_with_connect_info::<Peer>();
    axum::serve(Cuttable(listener), service).with_graceful_shutdown(stop).await
}

/// What a request can know of its connection, as [`ConnectInfo`].
#[derive(Clone, Debug)]
pub struct Peer {
    /// Who is at the other end: the proxy, where there is one. Also a [`ConnectInfo`] of its own.
    address: SocketAddr,
    pub(crate) switch: Switch,
}

async fn name_address(mut request: Request) -> Request {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<Peer>>() {
        let address = ConnectInfo(peer.address);
        request.extensions_mut().insert(address);
    }
    request
}

impl Connected<IncomingStream<'_, Cuttable>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Cuttable>) -> Self {
        Self { address: *stream.remote_addr(), switch: stream.io().switch.clone() }
    }
}

/// Cuts a connection whose client does not read any more: an answer can end only once there is room for its end, and
/// for such a client there never is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Switch(Arc<SwitchState>);

#[derive(Debug, Default)]
struct SwitchState {
    cut: AtomicBool,
    waiting: Mutex<Option<Waker>>,
}

impl Switch {
    /// Cuts it; what it has sent may still arrive.
    pub(crate) fn cut(&self) {
        self.0.cut.store(true, Ordering::SeqCst);
        if let Some(waker) = self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner).take() {
            waker.wake();
        }
    }

    /// What a write comes to: an error once the connection is cut.
    fn pass<T>(
        &self,
        cx: &mut Context<'_>,
        write: impl FnOnce(&mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let is_cut = || self.0.cut.load(Ordering::SeqCst);
        if !is_cut() {
            let done = write(cx);
            if done.is_ready() {
                return done;
            }
            *self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner) = Some(cx.waker().clone());
            // It may have been cut between the look and the note.
            if !is_cut() {
                return Poll::Pending;
            }
        }
        Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()))
    }
}

/// A listener whose connections can be cut.
#[derive(Debug)]
struct Cuttable(TcpListener);

impl Listener for Cuttable {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // An event must not wait for the acknowledgement of the one before it.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection sends with delay");
        }
        (Connection { stream, switch: Switch::default() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A connection that can be cut.
#[derive(Debug)]
struct Connection {
    stream: TcpStream,
    switch: Switch,
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let Self { stream, switch } = self.get_mut();
        switch.pass(cx, |cx| Pin::new(stream).poll_write(cx, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let Self { stream, switch } = self.get_mut();
        switch.pass(cx, |cx| Pin::new(stream).poll_write_vectored(cx, bytes))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
