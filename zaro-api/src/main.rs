//! `zaro-api`: reads its arguments, then serves until it is told to stop.

use std::fmt::Display;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use zaro_api::{startup, telemetry};
use zaro_core::config::{Config, ConfigError, Sources};

/// The REST daemon of the ZARO community server.
///
/// Without arguments it serves the embedded stack from `./zaro-data`. Settings also come from the environment and a file.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// Read settings from this TOML file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Keep database, outbox, images and secrets here
    #[arg(long, value_name = "DIR")]
    data_dir: Option<String>,
    /// Listen on this address and port
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Use this database, `sqlite://PATH` or `mysql://…`
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Override any setting; can be given many times
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Fill an empty database with a made-up community first
    #[arg(long)]
    demo: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let demo = args.demo;
    let config = match read(args) {
        Ok(config) => config,
        Err(error) => return fail(2, error),
    };
    if let Err(error) = telemetry::init(&config.server) {
        return fail(2, error);
    }
    startup::run(config, demo).map_or_else(|error| fail(1, format!("{error:#}")), |()| ExitCode::SUCCESS)
}

fn read(args: Args) -> Result<Config, ConfigError> {
    let mut sources = Sources::from_process(args.config.as_deref())?;
    args.set.iter().try_for_each(|pair| sources.set(pair))?;
    let named = [("data_dir", args.data_dir), ("server.listen", args.listen), ("database.url", args.database_url)];
    for (key, text) in named.into_iter().filter_map(|(key, text)| Some((key, text?))) {
        sources.flag(key, text);
    }
    Config::read(&sources)
}

/// Says why; nothing can be done when even stderr is gone.
fn fail(code: u8, error: impl Display) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "error: {error}");
    ExitCode::from(code)
}
