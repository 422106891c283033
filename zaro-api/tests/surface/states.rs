//! H11, H12, Z2: every route in every state of its caller, as a table that anybody can read.
//!
//! What is expected comes from the three marks of the contract (`x-auth`, `x-needs-active-status`,
//! `x-allowed-while-suspended`), and for the few routes that are about accounts themselves from the rules by hand. Every
//! row has members of its own, one for each state, who got their token while they were ACTIVE.

mod rows;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::Value;
use zaro_api::router::routes;
use zaro_core::policy::retention::{Lifecycle, Policy};
use zaro_core::ports::Identity;
use zaro_core::service::desk::Act;
use zaro_core::service::sanction::Measure;
use zaro_core::service::session::{self, KakaoSignInDraft};
use zaro_core::service::sweep::{ApplyOptions, Rule, Shard, apply, plan};
use zaro_core::service::withdrawal::{self, WithdrawalDraft};
use zaro_core::testing::{World, pictures};
use zaro_core::types::{ReportReason, UserId};

use self::rows::{Carries, ROWS, Row};
use crate::support::{Answer, FakeKakao, Neighbour, Owner, Setup, TestApp};

const CONTRACT: &str = include_str!("../contract/openapi.yaml");
const KAKAO: &str = "/api/auth/signin/kakao";

/// Where a member can stand when a request comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Pending,
    Active,
    Suspended,
    Dormant,
    Withdrawn,
    Anonymised,
}

impl State {
    const ALL: [Self; 6] =
        [Self::Pending, Self::Active, Self::Suspended, Self::Dormant, Self::Withdrawn, Self::Anonymised];

    const fn heading(self) -> &'static str {
        match self {
            Self::Pending => "not confirmed",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Dormant => "dormant",
            Self::Withdrawn => "withdrawn",
            Self::Anonymised => "anonymised",
        }
    }

    /// Members who have just got their tokens come into this state.
    fn enter(self, app: &TestApp, members: &[UserId]) {
        let (ctx, now) = (&app.world.ctx, app.world.now());
        for id in members {
            match self {
                Self::Active => {}
                Self::Pending => {
                    app.world
                        .execute(&format!("UPDATE users SET status = 'PENDING', verified_at = NULL WHERE id = {id}"));
                }
                Self::Suspended => {
                    let measure = Measure::Suspension { until: Some(now.plus(TimeDelta::days(1))) };
                    let act = Act::Impose { member: *id, measure, reason: ReportReason::Spam, message: None };
                    app.world.order("op", act).expect("a measure");
                }
                // Past the rule, so that the sessions stay: the state alone must be enough (T11).
                Self::Dormant => {
                    let set = format!("status = 'DORMANT', dormant_at = {}", now.micros());
                    app.world.execute(&format!("UPDATE users SET {set} WHERE id = {id}"));
                }
                Self::Withdrawn | Self::Anonymised => {
                    withdrawal::withdraw(ctx, *id, &WithdrawalDraft::default()).expect("a withdrawal");
                }
            }
        }
        if self == Self::Anonymised {
            let due = plan(ctx, &[Rule::Anonymise], Shard::WHOLE, None, now).expect("a plan");
            let stop = AtomicBool::new(false);
            let mut options = ApplyOptions {
                batch: 1000,
                lease: TimeDelta::seconds(60),
                scheduled_for: None,
                stop: &stop,
                progress: &mut |_| {},
            };
            let done = apply(ctx, &due, &mut options).expect("a sweep").totals().applied;
            assert_eq!(usize::try_from(done), Ok(members.len()));
        }
    }

    fn app(self) -> TestApp {
        // Due as soon as they have withdrawn, while their tokens would still be good.
        let anonymise_days = if self == Self::Anonymised { 0 } else { Lifecycle::default().anonymise_days };
        let lifecycle = Lifecycle { anonymise_days, ..Lifecycle::default() };
        let world = World::with_policy(Policy { lifecycle, ..Policy::default() });
        let kakao = FakeKakao(|token: &str| Ok(Identity { id: token.to_owned(), ..Identity::default() }));
        Setup::over(world).local_images().identity(kakao).build()
    }
}

/// What the contract says of an operation.
struct Marks {
    auth: String,
    needs_active: bool,
    allowed_while_suspended: bool,
    summary: String,
}

impl Marks {
    fn of(contract: &Value, row: &Row) -> Self {
        let operation = &contract["paths"][row.route][row.method.to_lowercase()];
        let text =
            |name: &str| operation[name].as_str().unwrap_or_else(|| panic!("{name} of {}", row.route)).to_owned();
        Self {
            auth: text("x-auth"),
            needs_active: operation["x-needs-active-status"].as_bool().expect("a mark"),
            allowed_while_suspended: operation["x-allowed-while-suspended"].as_bool().unwrap_or(false),
            summary: text("summary"),
        }
    }

    /// H11, H12, Z2, T11.
    fn expected(&self, state: State) -> &'static str {
        match (self.auth.as_str(), state) {
            ("required", State::Dormant | State::Withdrawn | State::Anonymised) => "401 AUTH_REQUIRED",
            ("required", State::Pending) if self.needs_active => "403 MAIL_NOT_VERIFIED",
            ("required", State::Suspended) if self.needs_active && !self.allowed_while_suspended => {
                "403 USER_SUSPENDED"
            }
            ("required" | "optional" | "none" | "lenient" | "signature", _) => "done",
            (other, _) => panic!("{other}: the row must say what comes of it"),
        }
    }
}

/// A member for this row, with as much as it asks for.
async fn owner(app: &TestApp, neighbour: &Neighbour, row: &Row, name: &str) -> Owner {
    if row.route == KAKAO {
        let draft = KakaoSignInDraft { access_token: name.into() };
        let opened = session::sign_in_kakao(&app.world.ctx, &draft, None).expect("a session");
        let mut owner = app.newcomer(&format!("{name}x"));
        owner.tokens.id = opened.user.id.0;
        owner.name("nickname", name);
        return owner;
    }
    if !row.names_something() {
        let owner = app.newcomer(name);
        if row.method == "GET" && row.route.contains("/export") {
            app.give_export(&owner);
        }
        return owner;
    }
    let mut owner = app.owner(name, neighbour);
    if ["Picture}", "{uploadAddress}"].iter().any(|name| row.target.contains(name) || row.body.contains(name)) {
        app.give_pictures(&mut owner).await;
    }
    owner
}

async fn ask(app: &TestApp, row: &Row, owner: &Owner) -> Answer {
    let method = Method::from_bytes(row.method.as_bytes()).expect("a method");
    let token = match row.carries {
        Carries::Access => &owner.tokens.access,
        Carries::Refresh => &owner.tokens.refresh,
    };
    let call = app.request(method, &owner.fill(row.target)).token(token);
    if row.method == "PUT" {
        call.header("content-type", "image/png").body(pictures::png()).send().await
    } else {
        call.body(owner.fill(row.body)).send().await
    }
}

/// What came of it, in words.
fn outcome(row: &Row, answer: &Answer) -> String {
    if answer.status == 302 {
        let to = answer.header("location").expect("a location").trim_start_matches("https://zaro.test");
        return format!("302 {to}");
    }
    if answer.status == row.done { "done".to_owned() } else { format!("{} {}", answer.status.as_u16(), answer.code()) }
}

/// The answers of all rows to members in this state.
async fn answers(state: State) -> Vec<String> {
    let app = state.app();
    let neighbour = app.neighbour().await;
    let mut owners = Vec::new();
    for (nth, row) in ROWS.iter().enumerate() {
        owners.push(owner(&app, &neighbour, row, &format!("m{nth}")).await);
    }
    let members: Vec<UserId> = owners.iter().map(Owner::id).collect();
    state.enter(&app, &members);
    app.world.index();
    let mut answers = Vec::new();
    for (row, owner) in ROWS.iter().zip(&owners) {
        let is_asked = row.said.is_none_or(|said| said[state as usize] != "-");
        answers.push(if is_asked { outcome(row, &ask(&app, row, owner).await) } else { "-".to_owned() });
    }
    answers
}

/// Words for what comes most often.
fn words(outcome: &str) -> &str {
    match outcome {
        "401 AUTH_REQUIRED" => "sign in first",
        "403 MAIL_NOT_VERIFIED" => "confirm first",
        "403 USER_SUSPENDED" => "suspended",
        other => other,
    }
}

fn table(marks: &[Marks], columns: &[Vec<String>]) -> String {
    let mut table = String::from(
        "What members get, by the state of their account (RULES H11, H12, Z2).\n\
         Made by tests/surface/states.rs from the answers of the server; every token was given out while its member was active.\n\n\
         done           it is done or shown\n\
         confirm first  403 MAIL_NOT_VERIFIED: only once the e-mail address is confirmed\n\
         suspended      403 USER_SUSPENDED: not while an operator's suspension lasts\n\
         sign in first  401 AUTH_REQUIRED: the token is not good any more\n\
         -              cannot be\n\
         Anything else is the status and code of the answer, or where a link leads.\n\n",
    );
    let widths: Vec<usize> = State::ALL
        .iter()
        .zip(columns)
        .map(|(state, column)| {
            let longest = column.iter().map(|cell| words(cell).len()).max().unwrap_or(0);
            longest.max(state.heading().len()) + 2
        })
        .collect();
    let mut line = |what: &str, cells: &[&str], route: &str| {
        let cells: String = cells.iter().zip(&widths).fold(String::new(), |mut text, (cell, width)| {
            write!(text, "{cell:<width$}").expect("a string");
            text
        });
        writeln!(table, "{what:<62}{cells}{route}").expect("a string");
    };
    line("", &State::ALL.map(State::heading), "route");
    for (nth, (row, mark)) in ROWS.iter().zip(marks).enumerate() {
        let cells: Vec<&str> = columns.iter().map(|column| words(&column[nth])).collect();
        line(&mark.summary, &cells, &format!("{} {}", row.method, row.route));
    }
    table
}

#[test]
fn every_route_has_its_row() {
    let rows: BTreeSet<_> = ROWS.iter().map(|row| (row.method.to_owned(), row.route)).collect();
    assert_eq!(rows.len(), ROWS.len(), "one is there twice");
    let routes: BTreeSet<_> = routes().into_iter().map(|route| (route.method.to_string(), route.path)).collect();
    assert_eq!(rows, routes);
}

#[tokio::test]
async fn h11_h12_z2_what_members_get_in_every_state() {
    let contract: Value = yaml_serde::from_str(CONTRACT).expect("the contract");
    let marks: Vec<Marks> = ROWS.iter().map(|row| Marks::of(&contract, row)).collect();
    let mut columns = Vec::new();
    for state in State::ALL {
        columns.push(answers(state).await);
    }
    let mut wrong = Vec::new();
    for (state, column) in State::ALL.iter().zip(&columns) {
        for ((row, mark), got) in ROWS.iter().zip(&marks).zip(column) {
            let expected = row.said.map_or_else(|| mark.expected(*state), |said| said[*state as usize]);
            if got != expected {
                wrong.push(format!("{} {} {state:?}: {got} instead of {expected}", row.method, row.route));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    insta::assert_snapshot!("states", table(&marks, &columns));
}
