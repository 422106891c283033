//! Sign-ins and reads of members, quiet and while a sweep applies.
//!
//! One thread signs in, one lists posts, one reads single posts, each as fast as it is answered, with a pause in
//! between: the machine is to be busy with the server and the sweep, not with us.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use diesel::{QueryableByName, RunQueryDsl as _, sql_query};
use serde_json::{Value, json};
use ureq::Agent;
use zaro_core::service::demo::{DEMO_EMAIL, DEMO_PASSWORD};

use crate::daemon::{Daemon, agent};
use crate::sample::Sample;
use crate::{machine, process};

/// What a member does between two reads.
const READ_PAUSE: Duration = Duration::from_millis(5);
/// What passes between two sign-ins.
const SIGN_IN_PAUSE: Duration = Duration::from_millis(10);
/// Fewest samples of each kind of read, and of sign-ins, in each phase.
const READS: usize = 500;
const SIGN_INS: usize = 100;
/// Shortest quiet phase of one round.
const QUIET: Duration = Duration::from_secs(4);
/// Most rounds, each with a fresh copy and one sweep.
const ROUNDS: usize = 6;
/// Members who sign in, in turn.
const MEMBERS: usize = 20_000;

/// How long requests of one kind took, in milliseconds.
#[derive(Default)]
pub(crate) struct Times(Vec<f64>);

impl Times {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The median.
    pub(crate) fn p50(&self) -> f64 {
        self.percentile(50)
    }

    /// What one in a hundred exceeds.
    pub(crate) fn p99(&self) -> f64 {
        self.percentile(99)
    }

    /// By nearest rank.
    fn percentile(&self, percent: usize) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        let rank = (sorted.len() * percent).div_ceil(100).max(1);
        sorted.get(rank - 1).copied().unwrap_or(f64::NAN)
    }
}

/// What one phase has measured.
#[derive(Default)]
pub(crate) struct Phase {
    /// `POST /api/auth/signin`
    pub(crate) sign_ins: Times,
    /// `GET /api/posts?category=DAILY_LIFE`
    pub(crate) lists: Times,
    /// `GET /api/posts/{id}`
    pub(crate) posts: Times,
}

impl Phase {
    fn is_enough(&self) -> bool {
        self.sign_ins.len() >= SIGN_INS && self.lists.len() >= READS && self.posts.len() >= READS
    }

    fn add(&mut self, other: Self) {
        self.sign_ins.0.extend(other.sign_ins.0);
        self.lists.0.extend(other.lists.0);
        self.posts.0.extend(other.posts.0);
    }
}

/// Rounds of a quiet phase and a sweep, each on a fresh copy, until there are enough samples.
pub(crate) fn measure(base: &Sample) -> Result<(Phase, Phase)> {
    let (mut quiet, mut swept) = (Phase::default(), Phase::default());
    let people = People::of(base)?;
    for _ in 0..ROUNDS {
        let sample = base.copy("traffic")?;
        let mut daemon = Daemon::start(&sample)?;
        sample.wait_for_mail()?;
        let client =
            Client { url: daemon.url.clone(), token: sign_in(&agent(), &daemon.url, DEMO_EMAIL)?, people: &people };
        // Caches of the server, and connections.
        client.while_running(|| {
            machine::wait(Duration::from_millis(500));
            Ok(())
        })?;
        let wait = || {
            machine::wait(QUIET);
            Ok(())
        };
        quiet.add(client.while_running(wait)?.0);
        let sweep = || process::run(&mut sample.ctl(&["sweep", "run", "--yes", "--json"]), &sample);
        let (phase, _) = client.while_running(sweep)?;
        swept.add(phase);
        daemon.stop()?;
        sample.remove()?;
        if quiet.is_enough() && swept.is_enough() {
            return Ok((quiet, swept));
        }
    }
    ensure!(!swept.sign_ins.0.is_empty(), "the sweeps were over before anybody had signed in");
    Ok((quiet, swept))
}

/// Who signs in and what is read.
struct People {
    emails: Vec<String>,
    posts: Vec<i64>,
    next: AtomicUsize,
}

impl People {
    /// Members whom no rule concerns, and posts of one board.
    fn of(base: &Sample) -> Result<Self> {
        #[derive(QueryableByName)]
        struct Member {
            #[diesel(sql_type = diesel::sql_types::Text)]
            email: String,
        }
        #[derive(QueryableByName)]
        struct Post {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            id: i64,
        }
        let mut connection = base.open()?;
        let members: Vec<Member> = sql_query(format!(
            "SELECT email FROM users WHERE status = 'ACTIVE' AND provider = 'LOCAL' AND email <> '{DEMO_EMAIL}' \
             ORDER BY basis_at DESC LIMIT {MEMBERS}"
        ))
        .load(&mut connection)?;
        let posts: Vec<Post> = sql_query(
            "SELECT id FROM posts WHERE visible AND category = 'DAILY_LIFE' ORDER BY created_at DESC LIMIT 500",
        )
        .load(&mut connection)?;
        ensure!(!members.is_empty() && !posts.is_empty(), "there is nobody to sign in, or nothing to read");
        let emails = members.into_iter().map(|member| member.email).collect();
        Ok(Self { emails, posts: posts.into_iter().map(|post| post.id).collect(), next: AtomicUsize::new(0) })
    }

    /// Somebody who has not signed in yet, as long as there is one.
    fn somebody(&self) -> &str {
        &self.emails[self.next.fetch_add(1, Ordering::SeqCst) % self.emails.len()]
    }
}

/// A member's browser, with a session.
struct Client<'a> {
    url: String,
    token: String,
    people: &'a People,
}

impl Client<'_> {
    /// Sends requests while `work` runs.
    fn while_running<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<(Phase, T)> {
        let over = AtomicBool::new(false);
        thread::scope(|scope| {
            let sign_ins = scope.spawn(|| repeat(&over, SIGN_IN_PAUSE, |agent, _| self.sign_in(agent)));
            let lists = scope.spawn(|| repeat(&over, READ_PAUSE, |agent, _| self.list(agent)));
            let posts = scope.spawn(|| repeat(&over, READ_PAUSE, |agent, turn| self.post(agent, turn)));
            let done = work();
            over.store(true, Ordering::SeqCst);
            let [sign_ins, lists, posts] =
                [sign_ins, lists, posts].map(|thread| thread.join().unwrap_or_else(|_| bail!("a client panicked")));
            Ok((Phase { sign_ins: sign_ins?, lists: lists?, posts: posts? }, done?))
        })
    }

    fn sign_in(&self, agent: &Agent) -> Result<()> {
        sign_in(agent, &self.url, self.people.somebody()).map(drop)
    }

    fn list(&self, agent: &Agent) -> Result<()> {
        self.get(agent, "/api/posts?category=DAILY_LIFE")
    }

    fn post(&self, agent: &Agent, turn: usize) -> Result<()> {
        let id = self.people.posts[turn % self.people.posts.len()];
        self.get(agent, &format!("/api/posts/{id}"))
    }

    fn get(&self, agent: &Agent, path: &str) -> Result<()> {
        let request =
            agent.get(format!("{}{path}", self.url)).header("authorization", format!("Bearer {}", self.token));
        let mut answer = request.call().with_context(|| path.to_owned())?;
        // Read to its end, or the connection could not be used again.
        let body = answer.body_mut().read_to_string()?;
        ensure!(answer.status() == 200, "{path}: {} {body}", answer.status());
        Ok(())
    }
}

/// Signs in and returns the access token.
fn sign_in(agent: &Agent, url: &str, email: &str) -> Result<String> {
    let request = agent.post(format!("{url}/api/auth/signin"));
    let mut answer = request.send_json(json!({ "email": email, "password": DEMO_PASSWORD }))?;
    let body: Value = answer.body_mut().read_json()?;
    let token = body["data"]["accessToken"].as_str();
    Ok(token.with_context(|| format!("{email} cannot sign in: {} {body}", answer.status()))?.to_owned())
}

/// Does something again and again over a connection of its own, and takes the time of each.
fn repeat(over: &AtomicBool, pause: Duration, act: impl Fn(&Agent, usize) -> Result<()>) -> Result<Times> {
    let (agent, mut times) = (agent(), Vec::new());
    while !over.load(Ordering::SeqCst) {
        let started = Instant::now();
        act(&agent, times.len())?;
        times.push(started.elapsed().as_secs_f64() * 1000.0);
        machine::wait(pause);
    }
    Ok(Times(times))
}
