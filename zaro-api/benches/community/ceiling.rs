//! The ceiling: the same axum, on the same runtime, that answers a constant body.

use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;

/// The longest body.
const LONGEST: usize = 1024 * 1024;

/// Serves until it is killed; says where on its first line.
pub(crate) async fn serve() -> Result<()> {
    let body = Bytes::from(vec![b'x'; LONGEST]);
    let answer = move |Path(length): Path<usize>| {
        let body = body.slice(..length.min(LONGEST));
        async move { ([(CONTENT_TYPE, "application/json")], body) }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    super::say(&format!("{}", listener.local_addr()?))?;
    Ok(axum::serve(listener, Router::new().route("/{length}", get(answer))).await?)
}

/// The process; killed when it is dropped.
pub(crate) struct Ceiling {
    child: Child,
    pub(crate) address: String,
}

impl Ceiling {
    pub(crate) fn start() -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut child = command.arg("--ceiling").stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().context("no stdout")?;
        let address = super::first_line(stdout)?;
        Ok(Self { child, address })
    }

    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Ceiling {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
