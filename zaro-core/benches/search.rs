//! What searching costs at scale: the build of the index, one change, searches and suggestions through the services, with
//! the database behind them.
//!
//! `cargo bench -p zaro-core --bench search -- [--posts N] [--text FILE] [--judged]`; the file, gzipped `id<TAB>text` lines,
//! takes the place of the demo community's own sentences. With `--judged` the posts of the judged searches of the tests are
//! among so many others, and what is printed is how many of them are found: at least, because nobody has judged the others.

#[path = "../tests/service/search/judged.rs"]
mod judged;

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use zaro_core::config::{Config, Sources};
use zaro_core::context::Context;
use zaro_core::db::{Db, migrate};
use zaro_core::models::{post, user};
use zaro_core::policy::search::request::{SearchParams, SearchRequest};
use zaro_core::ports::IndexChange;
use zaro_core::service::demo::{self, DEMO_EMAIL, DemoPlan};
use zaro_core::service::post::PostDraft;
use zaro_core::service::{self, search};
use zaro_core::types::PostId;

/// Posts of the community.
const POSTS: u64 = 100_000;
/// Searches, and words typed for suggestions, that are timed.
const SEARCHES: usize = 2_000;
/// Changes that are timed.
const CHANGES: i64 = 50;
/// The next post whose words are looked for.
const STRIDE: u64 = 7_919;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> Outcome {
    let Arguments { posts, text, judged } = arguments()?;
    let folder = TempDir::with_prefix("zaro-search-")?;
    let ctx = open(folder.path())?;
    say(&format!("{posts} posts\n"))?;
    let plan = DemoPlan { members: 1_000, posts, comments: 0, places: 0, seed: 1, text, now: ctx.now() };
    demo::load(&ctx, &plan, &mut |_| ControlFlow::Continue(()))?;
    let wanted = if judged { write_judged(&ctx)? } else { HashMap::new() };
    let resident = memory("RssAnon")?;
    let started = Instant::now();
    search::catch_up(&ctx)?;
    let built = started.elapsed();
    let documents = ctx.search.documents()?.unwrap_or_default();
    say(&format!(
        "built in {:.1} s: {documents} documents, {:.0} documents/s, {:.1} MB on disk\n",
        built.as_secs_f64(),
        f64::from(u32::try_from(documents)?) / built.as_secs_f64(),
        megabytes(&folder.path().join("search"))?,
    ))?;
    say(&format!(
        "memory of its own: {resident} before, {} after the build; resident at most, with what is mapped, {}\n",
        memory("RssAnon")?,
        memory("VmHWM")?
    ))?;
    if judged {
        return say(&quality(&ctx, &wanted));
    }
    let titles = titles(&ctx, posts)?;
    time("one change, committed and found", changes(&ctx)?)?;
    time("search, one word of a title", searches(&ctx, &titles, 1)?)?;
    time("search, two words of a title", searches(&ctx, &titles, 2)?)?;
    time("search, one frequent syllable", one(&ctx, "이")?)?;
    time("suggest, each beginning of a title's first word", suggestions(&ctx, &titles, |c| c)?)?;
    time("suggest, by initial consonants", suggestions(&ctx, &titles, initial)?)?;
    say(&format!("memory of its own in the end: {}\n", memory("RssAnon")?))
}

struct Arguments {
    posts: u64,
    text: Option<PathBuf>,
    judged: bool,
}

fn arguments() -> Outcome<Arguments> {
    let (mut posts, mut text, mut judged) = (POSTS, None, false);
    let mut given = std::env::args().skip(1);
    while let Some(name) = given.next() {
        match name.as_str() {
            "--posts" => posts = given.next().ok_or("--posts wants a number")?.parse()?,
            "--text" => text = Some(PathBuf::from(given.next().ok_or("--text wants a file")?)),
            "--judged" => judged = true,
            // What `cargo bench` itself adds.
            "--bench" => {}
            other => return Err(format!("`{other}` is unknown").into()),
        }
    }
    Ok(Arguments { posts, text, judged })
}

fn open(folder: &Path) -> Outcome<Context> {
    let mut sources = Sources::default();
    sources.flag("data_dir", folder.display().to_string());
    let config = Config::read(&sources)?;
    let db = Db::open(&config.database.url, config.database.pool)?;
    migrate::migrate(&db)?;
    Ok(Context::without_keys(&config, db)?)
}

/// The posts that judged searches want, by their keys.
fn write_judged(ctx: &Context) -> Outcome<HashMap<&'static str, PostId>> {
    let author = ctx.db.read(|connection| user::find_by_email(connection, DEMO_EMAIL))?.ok_or("no demo member")?.id;
    let mut ids = HashMap::new();
    for [key, title, content] in judged::posts() {
        let draft = PostDraft {
            title: title.into(),
            content: content.into(),
            category: "DAILY_LIFE".into(),
            tag: "TIPS".into(),
            ..PostDraft::default()
        };
        ids.insert(key, service::post::create(ctx, author, &draft)?.post.id);
    }
    Ok(ids)
}

fn quality(ctx: &Context, wanted: &HashMap<&str, PostId>) -> String {
    let found = judged::measure(wanted, |kind, typed| {
        let first = if kind == "choseong" {
            search::suggest(ctx, typed).map(|found| found.into_iter().map(|one| one.post_id).collect())
        } else {
            let request = SearchRequest::read(&SearchParams { keyword: Some(typed), ..SearchParams::default() });
            request.map_err(Into::into).and_then(|request| {
                Ok(search::search(ctx, &request)?.hits.into_iter().map(|hit| hit.post.id).collect())
            })
        };
        first.unwrap_or_default()
    });
    let met = if found.judged >= 60.0 && found.recall >= 0.9 { "met" } else { "missed" };
    format!("{}; at least 0.9 of at least 60: {met}\n", found.report)
}

/// Titles from all over the community.
fn titles(ctx: &Context, posts: u64) -> Outcome<Vec<String>> {
    let ids: Vec<PostId> =
        (0..SEARCHES as u64).map(|nth| PostId(i64::try_from(nth * STRIDE % posts + 1).unwrap_or(1))).collect();
    Ok(ctx.db.read(|connection| post::titles(connection, &ids))?.into_iter().map(|post| post.title).collect())
}

fn changes(ctx: &Context) -> Outcome<Vec<Duration>> {
    let mut times = Vec::new();
    for id in 1..=CHANGES {
        let started = Instant::now();
        ctx.search.apply(&[IndexChange::Remove(PostId(id))])?;
        times.push(started.elapsed());
    }
    Ok(times)
}

fn timed<T>(work: impl FnOnce() -> zaro_core::Result<T>) -> Outcome<Duration> {
    let started = Instant::now();
    black_box(work()?);
    Ok(started.elapsed())
}

fn searched(ctx: &Context, keyword: &str) -> Outcome<Duration> {
    let request = SearchRequest::read(&SearchParams { keyword: Some(keyword), ..SearchParams::default() });
    let request = request.map_err(|code| code.to_string())?;
    timed(|| search::search(ctx, &request))
}

fn searches(ctx: &Context, titles: &[String], words: usize) -> Outcome<Vec<Duration>> {
    let keywords = titles.iter().map(|title| title.split_whitespace().take(words).collect::<Vec<_>>().join(" "));
    keywords.filter(|keyword| !keyword.is_empty()).map(|keyword| searched(ctx, &keyword)).collect()
}

fn one(ctx: &Context, keyword: &str) -> Outcome<Vec<Duration>> {
    (0..200).map(|_| searched(ctx, keyword)).collect()
}

/// What is typed on the way to a title, changed letter by letter.
fn suggestions(ctx: &Context, titles: &[String], letter: fn(char) -> char) -> Outcome<Vec<Duration>> {
    let mut times = Vec::new();
    for title in titles.iter().take(SEARCHES / 5) {
        let word: Vec<char> = title.split_whitespace().next().unwrap_or_default().chars().map(letter).collect();
        for length in 1..=word.len() {
            let typed: String = word.iter().take(length).collect();
            times.push(timed(|| search::suggest(ctx, &typed))?);
        }
    }
    Ok(times)
}

fn initial(c: char) -> char {
    zaro_core::policy::search::hangul::initial(c).unwrap_or(c)
}

fn time(what: &str, mut times: Vec<Duration>) -> Outcome {
    times.sort_unstable();
    let at = |percent: usize| times.get((times.len() * percent / 100).min(times.len().saturating_sub(1)));
    let at = |percent| at(percent).map_or(0.0, |time| time.as_secs_f64() * 1_000.0);
    let (middle, most, nearly, worst) = (at(50), at(95), at(99), at(100));
    say(&format!(
        "{what}: p50 {middle:.1} ms, p95 {most:.1}, p99 {nearly:.1}, max {worst:.1} ({} times)\n",
        times.len()
    ))
}

fn megabytes(folder: &Path) -> Outcome<f64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            bytes += fs::read_dir(entry.path())?
                .flatten()
                .filter_map(|file| file.metadata().ok())
                .map(|file| file.len())
                .sum::<u64>();
        }
    }
    Ok(f64::from(u32::try_from(bytes / 1_000)?) / 1_000.0)
}

/// A line of `/proc/self/status`.
fn memory(name: &str) -> Outcome<String> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    Ok(line.ok_or("no such line")?.trim().to_owned())
}

fn say(text: &str) -> Outcome {
    let mut stdout = std::io::stdout();
    Ok(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush())?)
}
