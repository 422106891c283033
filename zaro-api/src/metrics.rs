//! What the process counts, as Prometheus reads it (O4). No personal data: labels are route templates and fixed words.

mod text;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::{Method, StatusCode};
use zaro_core::Code;
use zaro_core::service::vitals::{Vitals, vitals};

use self::text::Text;
use crate::app::App;

/// Upper bounds of the histogram of answer times, in seconds.
const BOUNDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// Requests by route.
#[derive(Debug, Default)]
pub struct Metrics {
    routes: Mutex<HashMap<String, Route>>,
}

#[derive(Debug, Default)]
struct Route {
    methods: BTreeMap<&'static str, Series>,
    rate_limited: u64,
}

#[derive(Debug, Default)]
struct Series {
    statuses: BTreeMap<u16, u64>,
    /// How many fell between each bound and the one below it; the last one is unbounded.
    times: [u64; BOUNDS.len() + 1],
    seconds: f64,
}

impl Metrics {
    /// Counts an answer.
    pub(crate) fn count(&self, route: &str, method: &Method, status: StatusCode, code: Option<Code>, time: Duration) {
        let mut routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        let known = match routes.get_mut(route) {
            Some(known) => known,
            None => routes.entry(route.to_owned()).or_default(),
        };
        if code == Some(Code::RateLimited) {
            known.rate_limited += 1;
        }
        let series = known.methods.entry(label(method)).or_default();
        *series.statuses.entry(status.as_u16()).or_default() += 1;
        let seconds = time.as_secs_f64();
        series.times[BOUNDS.partition_point(|bound| *bound < seconds)] += 1;
        series.seconds += seconds;
    }
}

/// A method as a label: whatever a client makes up is one of a few.
fn label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Everything, as it is now.
pub(crate) async fn render(app: &App) -> String {
    let vitals = app.blocking(vitals).await;
    let mut text = Text::default();
    requests(&mut text, &app.metrics().routes.lock().unwrap_or_else(PoisonError::into_inner));
    streams(&mut text, app);
    pool(&mut text, app);
    text.gauge("zaro_draining", "1 once the process is about to end.", [([], u8::from(app.is_draining()))]);
    text.gauge("zaro_database_up", "1 while the database answers.", [([], u8::from(vitals.is_ok()))]);
    match vitals {
        Ok(vitals) => stored(&mut text, &vitals),
        // The rest is still worth reading.
        Err(error) => error.log(),
    }
    text.finish()
}

fn requests(text: &mut Text, routes: &HashMap<String, Route>) {
    let mut routes: Vec<_> = routes.iter().collect();
    routes.sort_unstable_by_key(|(name, _)| *name);
    let series = || {
        routes.iter().flat_map(|(name, route)| {
            route.methods.iter().map(move |(method, series)| (name.as_str(), *method, series))
        })
    };
    text.counter(
        "zaro_http_requests_total",
        "Answers by route, method and status.",
        series().flat_map(|(route, method, series)| {
            series.statuses.iter().map(move |(status, count)| {
                ([("route", route.to_owned()), ("method", method.to_owned()), ("status", status.to_string())], *count)
            })
        }),
    );
    text.histogram(
        "zaro_http_request_seconds",
        "From a request's arrival to the head of its answer.",
        &BOUNDS,
        series().map(|(route, method, series)| {
            ([("route", route.to_owned()), ("method", method.to_owned())], &series.times[..], series.seconds)
        }),
    );
    text.counter(
        "zaro_rate_limited_total",
        "Requests that a rate limit refused.",
        routes.iter().map(|(name, route)| ([("route", (*name).clone())], route.rate_limited)),
    );
}

fn streams(text: &mut Text, app: &App) {
    text.gauge("zaro_streams_open", "Open event streams.", [([], app.streams().open_now())]);
    let ended = app.streams().ended();
    text.counter(
        "zaro_streams_ended_total",
        "Event streams that ended, by what ended them.",
        ended.into_iter().map(|(why, count)| ([("why", why.name().to_owned())], count)),
    );
}

fn pool(text: &mut Text, app: &App) {
    let pool = app.ctx.db.pool_use();
    let states = [("idle", pool.idle), ("used", pool.used), ("unopened", pool.unopened)];
    text.gauge(
        "zaro_db_pool_connections",
        "Connections to the database.",
        states.map(|(state, count)| ([("state", state.to_owned())], count)),
    );
}

/// What is read from the database, and so the same for every process on it.
fn stored(text: &mut Text, vitals: &Vitals) {
    text.gauge(
        "zaro_maintenance",
        "1 while the operator keeps everybody from writing.",
        [([], u8::from(vitals.maintenance))],
    );
    let outboxes = [("mail", vitals.mail_overdue), ("search", vitals.search_overdue)];
    text.gauge(
        "zaro_outbox_overdue_seconds",
        "For how long the oldest row of an outbox has been due.",
        outboxes.map(|(outbox, overdue)| ([("outbox", outbox.to_owned())], overdue.num_seconds())),
    );
    let jobs = || vitals.last_runs.iter();
    text.gauge(
        "zaro_job_last_start_timestamp_seconds",
        "When the last run of a job began.",
        jobs().map(|run| ([("job", run.job.clone()), ("state", run.state.to_string())], run.started_at.seconds())),
    );
    text.gauge(
        "zaro_job_last_rows",
        "What the last run of a job did to how many rows.",
        jobs().flat_map(|run| {
            [("planned", run.planned), ("applied", run.applied), ("skipped", run.skipped), ("failed", run.failed)]
                .map(|(what, rows)| ([("job", run.job.clone()), ("what", what.to_owned())], rows))
        }),
    );
}
