//! Runs the built binary and tells how long it took and how large it was.

use std::fs::{self, File};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::machine;
use crate::sample::Sample;

/// Between two looks at a process: its high-water mark only grows, so no more than its last moment is missed.
const LOOK: Duration = Duration::from_millis(5);

/// How a run went.
pub(crate) struct Ran {
    /// From its start to its end.
    pub(crate) wall: Duration,
    /// The most memory it had.
    pub(crate) peak_kib: u32,
    /// What it wrote to stdout.
    pub(crate) stdout: String,
}

impl Ran {
    /// `data` of the one JSON object on stdout.
    pub(crate) fn data(&self) -> Result<Value> {
        let mut body: Value = serde_json::from_str(&self.stdout).context("stdout is no JSON")?;
        Ok(body["data"].take())
    }
}

/// Runs to the end; anything but success is an error.
pub(crate) fn run(command: &mut Command, sample: &Sample) -> Result<Ran> {
    let (out, err) = (sample.folder().join("stdout"), sample.folder().join("stderr"));
    // Files, because a pipe that nobody empties would hold the process up.
    command.stdout(File::create(&out)?).stderr(File::create(&err)?);
    let started = Instant::now();
    let mut child = command.spawn().context("the binary does not start")?;
    let (id, over) = (child.id(), AtomicBool::new(false));
    let (status, wall, peak_kib) = thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut peak = 0;
            while !over.load(Ordering::SeqCst) {
                peak = peak.max(machine::of_process(id, "VmHWM").unwrap_or(0));
                machine::wait(LOOK);
            }
            peak
        });
        let status = child.wait();
        let wall = started.elapsed();
        over.store(true, Ordering::SeqCst);
        (status, wall, watch.join().unwrap_or(0))
    });
    let status = status?;
    ensure!(status.success(), "{command:?}: {status}\n{}", fs::read_to_string(&err)?);
    Ok(Ran { wall, peak_kib, stdout: fs::read_to_string(&out)? })
}
