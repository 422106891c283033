//! Folders, disk, nginx, and the daemons that answer.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use ureq::Agent;
use zaro_core::clock::{Clock as _, SystemClock};
use zaro_core::config::Config;
use zaro_core::types::Time;

use super::Finding;

/// Below this many bytes a disk is full within the day.
const DISK_BROKEN: u64 = 200_000_000;
/// Below this many somebody should make room.
const DISK_WARNING: u64 = 2_000_000_000;
/// A file's time further away from ours than this is another machine's.
const SKEW_MAX: TimeDelta = TimeDelta::seconds(5);
/// How long a daemon may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) fn look(config: &Config) -> Vec<Finding> {
    let mut findings = vec![images(&config.storage.dir), disk(config)];
    findings.extend(nginx());
    findings.push(daemon(config));
    findings
}

/// Writes and removes a file of ours, and compares its time with ours.
fn images(folder: &Path) -> Finding {
    const PART: &str = "images";
    let probe = folder.join(format!(".probe-{}", std::process::id()));
    let fix =
        format!("make `{}` a folder that the daemon's user may write, and run this as that user", folder.display());
    if !folder.exists() {
        return Finding::ok(PART, format!("`{}` is made with the first one", folder.display()));
    }
    let probed = std::fs::write(&probe, b"").and_then(|()| std::fs::metadata(&probe)?.modified());
    // What could not be written need not be removed.
    let _ = std::fs::remove_file(&probe);
    match probed {
        Err(error) => Finding::broken(PART, format!("`{}`: {error}", folder.display()), fix),
        Ok(at) => {
            let skew = Time::from(DateTime::<Utc>::from(at)).since(SystemClock.now());
            if skew.abs() > SKEW_MAX {
                let text =
                    format!("`{}` has a clock that is {} s away from ours", folder.display(), skew.num_seconds());
                return Finding::warning(PART, text, "let the machine of that file system keep its time");
            }
            Finding::ok(PART, format!("`{}` can be written", folder.display()))
        }
    }
}

/// Room where the data lies: the folder, or the nearest one above that is there.
fn disk(config: &Config) -> Finding {
    const PART: &str = "disk";
    let folder: PathBuf = std::path::absolute(&config.data_dir).unwrap_or_else(|_| config.data_dir.clone());
    let Some(there) = folder.ancestors().find(|folder| folder.exists()) else {
        return Finding::broken(PART, format!("`{}` is nowhere", folder.display()), "check `data_dir`");
    };
    let (free, all) = match (fs4::available_space(there), fs4::total_space(there)) {
        (Ok(free), Ok(all)) => (free, all),
        (Err(error), _) | (_, Err(error)) => {
            return Finding::warning(PART, format!("`{}`: {error}", there.display()), "look at it with `df`");
        }
    };
    let text = format!("{} MB of {} MB are free at `{}`", free / 1_000_000, all / 1_000_000, there.display());
    let fix = "make room; old backups and `outbox` files are the first to look at";
    match free {
        ..DISK_BROKEN => Finding::broken(PART, text, fix),
        DISK_BROKEN..DISK_WARNING => Finding::warning(PART, text, fix),
        _ => Finding::ok(PART, text),
    }
}

/// `nginx -t`, where there is an nginx with a configuration.
fn nginx() -> Option<Finding> {
    const PART: &str = "nginx";
    if !Path::new("/etc/nginx/nginx.conf").exists() {
        return None;
    }
    let tested = Command::new("nginx").arg("-t").stdin(Stdio::null()).output();
    Some(match tested {
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        Err(error) => Finding::warning(PART, format!("it cannot be run: {error}"), "run `nginx -t` yourself"),
        Ok(output) if output.status.success() => Finding::ok(PART, "its configuration is good"),
        Ok(output) => {
            let words = String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or_default().to_owned();
            Finding::broken(PART, words, "run `nginx -t` as root and correct what it names")
        }
    })
}

/// Whether the daemon of this configuration answers, and which one it is.
fn daemon(config: &Config) -> Finding {
    const PART: &str = "zaro-api";
    let mut address = config.server.listen;
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() { [127, 0, 0, 1].into() } else { std::net::Ipv6Addr::LOCALHOST.into() });
    }
    let agent: Agent = Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .into();
    let url = format!("http://{address}/readyz");
    let mut answer = match agent.get(&url).call() {
        Ok(answer) => answer,
        Err(error) => {
            let text = format!("{url}: {error}");
            return Finding::warning(PART, text, "systemctl status zaro-api, or check `server.listen`");
        }
    };
    let instance = answer.headers().get("x-zaro-instance").and_then(|name| name.to_str().ok());
    let instance = instance.unwrap_or("something that is no zaro-api").to_owned();
    let body = answer.body_mut().read_to_string().unwrap_or_default();
    let parts: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
    let unwell: Vec<String> = parts["parts"]
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, health)| *health != "ok")
        .map(|(part, health)| format!("{part} {}", health.as_str().unwrap_or("unknown")))
        .collect();
    let text = format!("{instance} at {address}");
    if !answer.status().is_success() {
        return Finding::broken(PART, format!("{text} is not ready: {}", unwell.join(", ")), "its log says why");
    }
    if unwell.is_empty() {
        return Finding::ok(PART, format!("{text} is ready"));
    }
    Finding::warning(PART, format!("{text} is ready, but: {}", unwell.join(", ")), "its log says why")
}
