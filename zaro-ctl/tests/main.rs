//! The built `zaro-ctl`, run as operators and cron run it.

mod backup;
mod command;
mod config;
mod demo;
mod desk;
mod help;
mod jobs;
#[cfg(feature = "faults")]
mod kill;
mod mail;
mod maintenance;
mod members;
mod samples;
mod stats;
mod sweep;
mod tui;
mod upkeep;
