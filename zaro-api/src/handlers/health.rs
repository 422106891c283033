//! Whether the process lives, and whether it can serve (O1 to O3).

use std::collections::BTreeMap;
use std::future::{Ready, ready as at_once};

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use serde::Serialize;
use utoipa::ToSchema;
use zaro_core::Code;
use zaro_core::context::Context;
use zaro_core::db::migrate;
use zaro_core::models::mail;

use super::Answer;
use crate::app::App;
use crate::envelope::{Success, json};

/// O1: who answers, so that a switch can be proved through the proxy.
pub const X_ZARO_INSTANCE: HeaderName = HeaderName::from_static("x-zaro-instance");
/// O2: a mail that is due for longer than this shows that nobody delivers.
const MAIL_OVERDUE: TimeDelta = TimeDelta::minutes(10);

/// `GET /health`.
pub fn health(State(app): State<App>) -> Ready<impl IntoResponse + use<>> {
    at_once(([(X_ZARO_INSTANCE, app.instance())], Success::ok("서비스 중입니다.", ())))
}

/// `GET /livez`.
pub fn alive() -> Ready<Success> {
    at_once(Success::ok("서비스 중입니다.", ()))
}

/// `GET /health/db`.
pub async fn database(State(app): State<App>) -> Answer {
    if let Err(error) = app.blocking(|ctx| ctx.db.ping()).await {
        error.log();
        return Err(Code::DbConnectionFailed.into());
    }
    Ok(Success::ok("데이터베이스가 응답합니다.", ()))
}

/// How a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Part {
    Ok,
    Degraded,
    Down,
}

/// `Readiness`; for machines, so outside the envelope.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Readiness {
    ready: bool,
    draining: bool,
    parts: BTreeMap<&'static str, Part>,
}

/// `GET /readyz`.
pub async fn ready(State(app): State<App>) -> Response {
    // Without a slot even this cannot be asked, and neither can anything else.
    let parts = app.blocking(|ctx| Ok(look(ctx))).await;
    let parts = parts.unwrap_or_else(|_| BTreeMap::from([("database", Part::Down)]));
    let draining = app.is_draining();
    let ready = !draining && !parts.values().any(|part| *part == Part::Down);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json(status, &Readiness { ready, draining, parts });
    ([(X_ZARO_INSTANCE, app.instance())], body).into_response()
}

/// A part by its name, and how it is found out how it is.
type Look = (&'static str, fn(&Context) -> Part);

/// Parts beside the database; without them something is slower or missing, but we serve.
const BESIDE: [Look; 3] = [
    ("tokenStore", |ctx| or_degraded(ctx.limits.is_marked("readyz", ctx.now()).is_ok())),
    ("search", |ctx| or_degraded(ctx.search.documents().is_ok_and(|documents| documents.is_some()))),
    ("imageStore", |ctx| or_degraded(ctx.objects.head("readyz").is_ok())),
];
/// Parts that are asked through the database, and how they are without it.
const THROUGH: [(Look, Part); 2] = [(("schema", schema), Part::Down), (("mail", mail), Part::Degraded)];

/// Asks every part; only database and schema can be down, the others merely degrade (O2).
fn look(ctx: &Context) -> BTreeMap<&'static str, Part> {
    let database = if ctx.db.ping().is_ok() { Part::Ok } else { Part::Down };
    let mut parts = BTreeMap::from([("database", database)]);
    parts.extend(BESIDE.map(|(name, look)| (name, look(ctx))));
    // Without a database each question to it would take as long as the first one.
    parts.extend(THROUGH.map(|((name, look), without)| (name, if database == Part::Ok { look(ctx) } else { without })));
    parts
}

const fn or_degraded(good: bool) -> Part {
    if good { Part::Ok } else { Part::Degraded }
}

fn schema(ctx: &Context) -> Part {
    match migrate::status(&ctx.db) {
        Ok(status) if !status.pending.is_empty() => Part::Down,
        // A newer release has widened the schema beside us; it narrows it only when we are gone.
        Ok(status) => or_degraded(status.unknown.is_empty()),
        Err(_) => Part::Down,
    }
}

fn mail(ctx: &Context) -> Part {
    let overdue = ctx.now().minus(MAIL_OVERDUE);
    or_degraded(ctx.db.read(mail::next_due).is_ok_and(|due| due.is_none_or(|due| due > overdue)))
}

/// `GET /metrics`, on the operator listener only (O4).
pub async fn metrics(State(app): State<App>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], crate::metrics::render(&app).await)
}
