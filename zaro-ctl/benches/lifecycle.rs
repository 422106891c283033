//! What the member lifecycle costs at scale, as one table: load, plan, apply, plain SQL beside them, sign-ins and reads
//! while a sweep runs, and the start of the API.
//!
//! `scripts/bench.sh [--members N] [--keep DIR] [--only PART]`; a missed target is a word in the table and not a failure. Wall times
//! are the best of [`TRIES`], because the machine is seldom ours alone.

mod agreement;
mod daemon;
mod machine;
mod plain;
mod process;
mod report;
mod sample;
mod traffic;

use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;
use zaro_core::clock::{Clock as _, SystemClock};
use zaro_core::types::Time;

use crate::daemon::Daemon;
use crate::plain::Cutoffs;
use crate::report::{Report, Target};
use crate::sample::Sample;

/// How often a time is taken; the best one counts.
const TRIES: usize = 3;
/// How long the API is left alone before its size is looked at.
const IDLE: Duration = Duration::from_secs(2);
/// Members of the community that the targets are meant for.
const MEMBERS: u64 = 1_000_000;

/// What is measured on a community.
const PARTS: [(&str, Part); 7] = [
    ("start", start),
    ("plan", plan),
    ("file", file),
    ("simulate", simulate),
    ("stats", stats),
    ("apply", apply),
    ("beside", beside),
];

/// Measures one thing.
type Part = fn(&Sample, &mut Report) -> Result<()>;

const USAGE: &str = "\
usage: scripts/bench.sh [--members N] [--keep DIR] [--only PART]

  --members N   size of the community (1000000); the targets are meant for that size
  --keep DIR    keep the databases there; a community that is there already is used again
  --only PART   start, plan, file, simulate, stats, apply or beside";

fn main() -> Result<()> {
    let Some(wanted) = Wanted::read(std::env::args().skip(1))? else {
        return say(USAGE);
    };
    let temporary = TempDir::with_prefix("zaro-bench-")?;
    let folder = wanted.keep.clone().unwrap_or_else(|| temporary.path().to_owned());
    std::fs::create_dir_all(&folder)?;
    let mut report = Report::new(wanted.members);
    let sample = load(&folder, wanted.members, &mut report)?;
    for (name, part) in PARTS {
        if wanted.only.as_ref().is_none_or(|only| only == name) {
            part(&sample, &mut report)?;
        }
    }
    say(&report.to_string())
}

/// What was asked for.
struct Wanted {
    members: u64,
    keep: Option<PathBuf>,
    only: Option<String>,
}

impl Wanted {
    /// Nothing when help was asked for.
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>> {
        let mut wanted = Self { members: MEMBERS, keep: None, only: None };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                // What `cargo bench` adds.
                "--bench" => {}
                "--help" | "-h" => return Ok(None),
                "--members" => {
                    let number = arguments.next().context(USAGE)?;
                    wanted.members = number.parse().with_context(|| format!("`{number}` is no number\n\n{USAGE}"))?;
                }
                "--keep" => wanted.keep = Some(arguments.next().context(USAGE)?.into()),
                "--only" => wanted.only = Some(arguments.next().context(USAGE)?),
                _ => bail!("`{argument}` is unknown\n\n{USAGE}"),
            }
        }
        Ok(Some(wanted))
    }
}

fn say(text: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}

/// Talk, so that nobody wonders what takes so long.
fn tell(text: &str) -> Result<()> {
    Ok(writeln!(std::io::stderr(), "bench: {text}")?)
}

/// 1: a demo community.
fn load(folder: &Path, members: u64, report: &mut Report) -> Result<Sample> {
    let sample = Sample::in_folder(folder, "base");
    if sample.exists() {
        tell("a community is there already")?;
        report.note("demo load", "kept from an earlier run");
        return Ok(sample);
    }
    tell(&format!("loading {members} members"))?;
    let started = Instant::now();
    let mut last = "";
    let loaded = sample.load(members, &mut |progress| {
        if progress.stage != last {
            last = progress.stage;
            // A closed stderr is no reason to stop.
            let _ = tell(&format!("  {last}: {}", progress.total));
        }
        ControlFlow::Continue(())
    })?;
    let time = started.elapsed();
    let what = format!("demo load, {} members, {} posts, {} comments", loaded.members, loaded.posts, loaded.comments);
    report.add(&what, seconds(time), Target::at_most(time.as_secs_f64(), 120.0, "s"));
    Ok(sample)
}

/// 6: how fast the API is there, and how small it is when nothing happens.
fn start(base: &Sample, report: &mut Report) -> Result<()> {
    tell("starting the API")?;
    let sample = base.copy("start")?;
    // Mail that is due goes out before anything is measured.
    let mut daemon = Daemon::start(&sample)?;
    sample.wait_for_mail()?;
    daemon.stop()?;
    let (mut best, mut resident) = (Duration::MAX, 0);
    for _ in 0..TRIES {
        daemon = Daemon::start(&sample)?;
        best = best.min(daemon.first_answer);
        machine::wait(IDLE);
        resident = resident.max(daemon.resident_kib()?);
        daemon.stop()?;
    }
    let resident = mib(resident);
    let ms = best.as_secs_f64() * 1000.0;
    report.add("API: start to first answer", format!("{ms:.0} ms"), Target::at_most(ms, 300.0, "ms"));
    report.add("API: resident when idle", format!("{resident:.1} MiB"), Target::at_most(resident, 40.0, "MiB"));
    sample.remove()
}

/// 2, and the queries of 4: what is due.
fn plan(base: &Sample, report: &mut Report) -> Result<()> {
    tell("planning")?;
    let (mut best, mut peak, mut by_sql) = (Duration::MAX, 0, Duration::MAX);
    for _ in 0..TRIES {
        // Given, because two instants a moment apart need not have the same due.
        let at = SystemClock.now().to_string();
        let ran = process::run(&mut base.ctl(&["sweep", "plan", "--json", "--at", &at]), base)?;
        let plan = ran.data()?;
        best = best.min(ran.wall);
        peak = peak.max(ran.peak_kib);
        let cutoffs = Cutoffs::at(Time::parse(&at).context("an instant")?);
        let started = Instant::now();
        let due = plain::plan(&mut base.open()?, &cutoffs)?;
        by_sql = by_sql.min(started.elapsed());
        ensure!(Some(due) == plan["due"].as_i64(), "by_sql SQL finds {due} due, the plan {}", plan["due"]);
    }
    let peak = mib(peak);
    report.add("sweep plan", seconds(best), Target::at_most(best.as_secs_f64(), 5.0, "s"));
    report.add("sweep plan: peak resident", format!("{peak:.1} MiB"), Target::at_most(peak, 64.0, "MiB"));
    report.add_ratio("sweep plan / by_sql SQL", best, by_sql, 2.0);
    Ok(())
}

/// What is due as a file: written, and looked at again.
fn file(base: &Sample, report: &mut Report) -> Result<()> {
    tell("writing a plan file")?;
    let sample = base.copy("file")?;
    let path = sample.folder().join("plan.json").display().to_string();
    let at = SystemClock.now().to_string();
    let (mut written, mut looked) = ((Duration::MAX, 0), (Duration::MAX, 0));
    for _ in 0..TRIES {
        let ran = process::run(&mut sample.ctl(&["sweep", "plan", "--json", "--at", &at, "-o", &path]), &sample)?;
        written = (written.0.min(ran.wall), written.1.max(ran.peak_kib));
        let due = ran.data()?["due"].as_i64();
        let ran = process::run(&mut sample.ctl(&["sweep", "run", &path, "--dry-run", "--json"]), &sample)?;
        looked = (looked.0.min(ran.wall), looked.1.max(ran.peak_kib));
        let rules = ran.data()?["rules"].as_array().cloned().unwrap_or_default();
        let found: i64 = rules.iter().filter_map(|rule| rule["due"].as_i64()).sum();
        ensure!(due == Some(found), "the file names {due:?} rows, and {found} of them are due");
    }
    for (what, (wall, peak)) in [("sweep plan -o FILE", written), ("sweep run FILE --dry-run", looked)] {
        let peak = mib(peak);
        report.note(what, &seconds(wall));
        report.add(&format!("{what}: peak resident"), format!("{peak:.1} MiB"), Target::at_most(peak, 64.0, "MiB"));
    }
    sample.remove()
}

/// A year ahead, under the policy in force, and held against another one that changes everybody's course.
fn simulate(base: &Sample, report: &mut Report) -> Result<()> {
    tell("looking a year ahead")?;
    let policy = base.folder().with_file_name("policy.toml");
    std::fs::write(&policy, "version = 1\n[lifecycle]\nnotice_months = 3\ndormant_months = 4\ndelete_months = 3\n")?;
    let policy = policy.display().to_string();
    let today = SystemClock.now().seoul_date();
    let last = today.checked_add_days(chrono::Days::new(364)).context("a date")?.to_string();
    for (what, more) in [("sweep simulate, 365 days", &[][..]), ("the same with --policy", &["--policy", &policy][..])]
    {
        let (mut best, mut peak, mut seen) = (Duration::MAX, 0, None);
        for _ in 0..TRIES {
            let arguments = [&["sweep", "simulate", "--to", &last, "--json"], more].concat();
            let ran = process::run(&mut base.ctl(&arguments), base)?;
            best = best.min(ran.wall);
            peak = peak.max(ran.peak_kib);
            let data = ran.data()?;
            let days = data["forecast"]["days"].as_array().map_or(0, Vec::len);
            ensure!(days == 365, "{days} days were told of");
            seen = data["other"]["differing"].as_i64();
        }
        let peak = mib(peak);
        let what = seen.map_or_else(|| what.to_owned(), |seen| format!("{what}, {seen} fare differently"));
        report.add(&what, seconds(best), Target::at_most(best.as_secs_f64(), 10.0, "s"));
        report.add(&format!("{what}: peak resident"), format!("{peak:.1} MiB"), Target::at_most(peak, 400.0, "MiB"));
    }
    Ok(())
}

/// The community in numbers.
fn stats(base: &Sample, report: &mut Report) -> Result<()> {
    tell("counting")?;
    let (mut best, mut peak) = (Duration::MAX, 0);
    for _ in 0..TRIES {
        let ran = process::run(&mut base.ctl(&["stats", "--json"]), base)?;
        best = best.min(ran.wall);
        peak = peak.max(ran.peak_kib);
        ensure!(ran.data()?["days"].as_array().is_some_and(|days| days.len() == 365), "365 days are told of");
    }
    report.add("stats, a year", seconds(best), Target::at_most(best.as_secs_f64(), 2.0, "s"));
    report.note("stats: peak resident", &format!("{:.1} MiB", mib(peak)));
    Ok(())
}

/// 3, and the statements of 4: the same changes by a sweep and by plain SQL, on copies that must end up equal.
fn apply(base: &Sample, report: &mut Report) -> Result<()> {
    let (mut best, mut whole, mut plain, mut applied) = (Duration::MAX, Duration::MAX, Duration::MAX, 0);
    for turn in 0..TRIES {
        tell(&format!("applying, {} of {TRIES}", turn + 1))?;
        let ours = base.copy("applied")?;
        let ran = process::run(&mut ours.ctl(&["sweep", "run", "--yes", "--json"]), &ours)?;
        applied = plain::applied(&ran.data()?)?;
        best = best.min(ours.swept_for()?);
        whole = whole.min(ran.wall);
        let theirs = base.copy("plain")?;
        let cutoffs = Cutoffs::at(ours.swept_at()?);
        let started = Instant::now();
        plain::apply(theirs.open()?, &cutoffs)?;
        plain = plain.min(started.elapsed());
        agreement::check(&ours, &theirs, cutoffs.at)?;
    }
    base.sibling("applied").remove()?;
    base.sibling("plain").remove()?;
    let rate = f64::from(i32::try_from(applied)?) / best.as_secs_f64();
    let what = format!("sweep apply, {applied} rows, {}", seconds(best));
    report.add(&what, format!("{rate:.0} rows/s"), Target::at_least(rate, 20_000.0, "rows/s"));
    // The command also opens, plans, and copies the log back as the last one out.
    report.add_ratio("the whole command `sweep run` / plain SQL", whole, plain, 2.0);
    report.note("sweep and plain SQL leave the same rows", "compared, equal");
    Ok(())
}

/// 5: sign-ins and reads, quiet and while a sweep applies.
fn beside(base: &Sample, report: &mut Report) -> Result<()> {
    tell("sign-ins and reads, quiet and beside a sweep")?;
    let (quiet, swept) = traffic::measure(base)?;
    for (what, quiet, swept) in [
        ("sign-ins", &quiet.sign_ins, &swept.sign_ins),
        ("list of posts", &quiet.lists, &swept.lists),
        ("one post", &quiet.posts, &swept.posts),
    ] {
        let name = format!("{what} beside a sweep ({} and {} samples)", quiet.len(), swept.len());
        let ratio = swept.p99() / quiet.p99();
        let measured = format!(
            "p50 {:.1} → {:.1} ms, p99 {:.1} → {:.1} ms ({ratio:.2} ×)",
            quiet.p50(),
            swept.p50(),
            quiet.p99(),
            swept.p99()
        );
        report.add(&name, measured, Target::at_most(ratio, 2.0, "× quiet p99"));
    }
    Ok(())
}

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

fn mib(kib: u32) -> f64 {
    f64::from(kib) / 1024.0
}
