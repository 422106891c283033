//! A file as the body of an answer: read in pieces, each off the async threads, and only as fast as the client takes it.

use std::fs::File;
use std::io::{self, Read as _};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Bytes, HttpBody};
use http_body::{Frame, SizeHint};
use tokio::task::{JoinHandle, spawn_blocking};

/// Bytes that are in memory at once.
const PIECE: usize = 256 * 1024;

/// The rest of a file.
#[derive(Debug)]
pub struct FileBody {
    state: State,
    left: u64,
}

#[derive(Debug)]
enum State {
    Open(File),
    Reading(JoinHandle<io::Result<(File, Bytes)>>),
    Ended,
}

impl FileBody {
    /// All of this file, as long as it is now.
    pub fn new(file: File) -> io::Result<Self> {
        let left = file.metadata()?.len();
        Ok(Self { state: State::Open(file), left })
    }
}

impl HttpBody for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let mut reading = match std::mem::replace(&mut self.state, State::Ended) {
            State::Open(_) if self.left == 0 => return Poll::Ready(None),
            State::Open(file) => {
                let length = self.left.min(PIECE as u64);
                spawn_blocking(move || piece(file, length))
            }
            State::Reading(reading) => reading,
            State::Ended => return Poll::Ready(None),
        };
        let read = match Pin::new(&mut reading).poll(cx) {
            Poll::Pending => {
                self.state = State::Reading(reading);
                return Poll::Pending;
            }
            Poll::Ready(read) => read.unwrap_or_else(|failed| Err(io::Error::other(failed))),
        };
        match read {
            // Cut off after its length was promised: the client must not take it for whole.
            Ok((_, bytes)) if bytes.is_empty() => Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into()))),
            Ok((file, bytes)) => {
                self.left = self.left.saturating_sub(bytes.len() as u64);
                self.state = State::Open(file);
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Err(error) => Poll::Ready(Some(Err(error))),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.state, State::Ended) || self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

/// The next bytes of a file, so many unless it ends before.
fn piece(mut file: File, length: u64) -> io::Result<(File, Bytes)> {
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(PIECE));
    (&mut file).take(length).read_to_end(&mut bytes)?;
    Ok((file, bytes.into()))
}

#[cfg(test)]
mod tests {
    use std::io::{Seek as _, SeekFrom, Write as _};

    use axum::body::{Body, to_bytes};

    use super::*;

    fn file_of(length: usize) -> File {
        let mut file = tempfile::tempfile().expect("a file");
        let bytes: Vec<u8> = (0..length).map(|n| u8::try_from(n % 251).expect("a byte")).collect();
        file.write_all(&bytes).expect("room");
        file.seek(SeekFrom::Start(0)).expect("its start");
        file
    }

    #[tokio::test]
    async fn a_file_comes_whole_in_pieces() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7] {
            let body = FileBody::new(file_of(length)).expect("a length");
            assert_eq!(body.size_hint().exact(), Some(length as u64));
            let bytes = to_bytes(Body::new(body), usize::MAX).await.expect("a whole body");
            assert_eq!(bytes.len(), length);
            assert!(bytes.iter().enumerate().all(|(n, byte)| usize::from(*byte) == n % 251));
        }
    }

    #[tokio::test]
    async fn a_file_that_shrinks_is_an_error_and_not_a_short_body() {
        let file = file_of(2 * PIECE);
        let body = FileBody::new(file.try_clone().expect("the same file")).expect("a length");
        file.set_len(PIECE as u64).expect("cut");
        to_bytes(Body::new(body), usize::MAX).await.expect_err("cut off");
    }
}
