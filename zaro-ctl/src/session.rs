//! What every command starts with: the configuration, the database, and a flag that Ctrl-C sets.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use indicatif::ProgressStyle;
use tracing_subscriber::EnvFilter;
use zaro_core::config::{Config, Sources};
use zaro_core::context::Context;
use zaro_core::db::{Backend, Db, migrate};

use crate::cli::Global;
use crate::exit::{Exit, Failure};

/// Reads the configuration as both binaries do; writes nothing.
pub(crate) fn config(global: &Global) -> Result<Config, Failure> {
    Ok(Config::read(&sources(global)?)?)
}

/// Everything that was given, wherever.
pub(crate) fn sources(global: &Global) -> Result<Sources, Failure> {
    let mut sources = Sources::from_process(global.config.as_deref())?;
    if let Some(folder) = &global.data_dir {
        sources.flag("data_dir", folder.display().to_string());
    }
    if let Some(url) = &global.database_url {
        sources.flag("database.url", url);
    }
    for pair in &global.set {
        sources.set(pair)?;
    }
    Ok(sources)
}

/// Log lines of services, on stderr: warnings only, or with `--verbose` what is done.
pub(crate) fn start_log(global: &Global) {
    let level = if global.verbose { "info" } else { "warn" };
    // Started twice only in tests, where the first one serves.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(level))
        .with_writer(std::io::stderr)
        .without_time()
        .try_init();
}

/// Opens the database of the configuration; it must be there, unless this command may make it.
pub(crate) fn open_db(config: &Config, may_make: bool) -> Result<Db, Failure> {
    if let Some(Backend::Sqlite { path }) = Backend::of(&config.database.url)
        && !may_make
        && !Path::new(path).exists()
    {
        return Err(Failure::new(
            Exit::Usage,
            format!("there is no database at `{path}`"),
            "name its folder with `--data-dir` or `ZARO_DATA_DIR`, or make one with `zaro-ctl db migrate`",
        ));
    }
    Ok(Db::open(&config.database.url, config.database.pool)?)
}

/// Everything a service needs, over a database whose schema this binary knows.
pub(crate) fn open(config: &Config) -> Result<Context, Failure> {
    let db = open_db(config, false)?;
    let status = migrate::status(&db)?;
    status.refuse_newer()?;
    if !status.pending.is_empty() {
        return Err(Failure::new(
            Exit::Usage,
            format!("the database is older than this binary: it lacks {}", status.pending.join(", ")),
            "bring it up to date with `zaro-ctl db migrate`",
        ));
    }
    Ok(Context::without_keys(config, db)?)
}

/// A flag that Ctrl-C and a stop signal set: work ends after the batch under way.
pub(crate) fn stop_flag() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    ctrlc::set_handler(move || flag.store(true, Ordering::SeqCst))
        .map_err(|error| Failure::new(Exit::Usage, format!("signals cannot be caught: {error}"), "report this"))?;
    Ok(stop)
}

/// The command line that was typed, for a shell.
pub(crate) fn command_line() -> String {
    std::env::args().map(|argument| quoted(&argument)).collect::<Vec<_>>().join(" ")
}

/// An argument as a shell reads it back.
fn quoted(argument: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) {
        argument.to_owned()
    } else {
        format!("'{}'", argument.replace('\'', r"'\''"))
    }
}

/// How a progress bar looks: what, how far, how fast, how long still.
pub(crate) fn bar_style() -> Result<ProgressStyle, Failure> {
    ProgressStyle::with_template("{msg:20} {wide_bar} {pos}/{len} {per_sec} {eta}")
        .map_err(|error| Failure::new(Exit::Usage, format!("the progress bar: {error}"), "report this"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_an_argument_back() {
        for (argument, shell) in [
            ("plan.json", "plan.json"),
            ("--at=2027-01-01T03:30:00+09:00", "--at=2027-01-01T03:30:00+09:00"),
            ("my plan.json", "'my plan.json'"),
            ("it's", r"'it'\''s'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(argument), shell);
        }
    }
}
