//! The built `zaro-api` on a data folder.

use std::fs::File;
use std::net::TcpListener;
use std::process::Child;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use ureq::Agent;

use crate::machine;
use crate::sample::Sample;

/// How long anything may take before the bench gives up.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between two questions whether it is there yet.
const ASK: Duration = Duration::from_millis(2);

/// A daemon that serves a data folder; ended when dropped.
pub(crate) struct Daemon {
    child: Child,
    /// Where it listens.
    pub(crate) url: String,
    /// From its start to its first good answer.
    pub(crate) first_answer: Duration,
}

impl Daemon {
    /// Starts it and waits for its first good answer. Cron's jobs are ours here.
    pub(crate) fn start(sample: &Sample) -> Result<Self> {
        // Free now, and in all likelihood still a moment later.
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let listen = format!("127.0.0.1:{port}");
        let mut command = sample.api(&["--listen", &listen, "--set", "sweep.scheduler=off"])?;
        let log = File::create(sample.folder().join("log"))?;
        command.stdout(log.try_clone()?).stderr(log);
        let (agent, started) = (agent(), Instant::now());
        let child = command.spawn().context("zaro-api does not start")?;
        let mut daemon = Self { child, url: format!("http://{listen}"), first_answer: Duration::ZERO };
        let probe = format!("{}/livez", daemon.url);
        while !agent.get(&probe).call().is_ok_and(|answer| answer.status().is_success()) {
            ensure!(started.elapsed() < PATIENCE && daemon.child.try_wait()?.is_none(), "zaro-api did not answer");
            machine::wait(ASK);
        }
        daemon.first_answer = started.elapsed();
        Ok(daemon)
    }

    /// How much memory it has.
    pub(crate) fn resident_kib(&self) -> Result<u32> {
        machine::of_process(self.child.id(), "VmRSS").context("zaro-api is gone")
    }

    /// Ends it; at once, because a stop signal would wait for its proxy.
    pub(crate) fn stop(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.stop();
    }
}

/// A client that keeps its connection.
pub(crate) fn agent() -> Agent {
    Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).build().into()
}
