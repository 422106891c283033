//! Carries effects out: reads on a thread of their own, by the services that the commands call.

use std::collections::VecDeque;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use zaro_core::context::Context;
use zaro_core::error::Error;
use zaro_core::fault;
use zaro_core::models::mail;
use zaro_core::models::moderation_log as log;
use zaro_core::models::user::UserFilter;
use zaro_core::policy::search::request::{SearchParams, SearchRequest};
use zaro_core::service::desk::{self, Act, Item, QueueFilter};
use zaro_core::service::moderation_log::By;
use zaro_core::service::sweep::{self, Rule, Shard};
use zaro_core::service::{appeal, moderation_log, overview, roster, search};
use zaro_core::types::{Via, fold};

use super::decision::{Decision, as_seen};
use super::effect::{Answer, Problem, Query, Slot, Ticket, Work};
use super::event::Event;
use crate::exit::Failure;

/// Hits of a search that are shown.
const HITS: &str = "50";

/// Takes events of the worker, on any thread; false when nobody listens any more.
pub type Tell = Arc<dyn Fn(Event) -> bool + Send + Sync>;

/// A question that waits.
struct Job {
    ticket: Ticket,
    slot: Slot,
    query: Query,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    closed: bool,
}

/// The questions of one reading thread.
#[derive(Default)]
struct Desk {
    queue: Mutex<Queue>,
    bell: Condvar,
}

impl Desk {
    /// Puts a question in line, in place of an earlier one for the same place.
    fn ask(&self, job: Job) {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.jobs.retain(|other| other.slot != job.slot);
        queue.jobs.push_back(job);
        drop(queue);
        self.bell.notify_one();
    }

    /// The next question; none when there will be no more.
    fn next(&self) -> Option<Job> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = |queue: &mut Queue| queue.jobs.is_empty() && !queue.closed;
        let mut queue = self.bell.wait_while(queue, waits).unwrap_or_else(PoisonError::into_inner);
        if queue.closed { None } else { queue.jobs.pop_front() }
    }

    fn close(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        self.bell.notify_one();
    }
}

/// What is to be written, in order.
type Orders = Sender<(Ticket, Work)>;

/// The threads.
pub struct Worker {
    ctx: Context,
    tell: Tell,
    reader: Arc<Desk>,
    /// None once the screens end.
    orders: Option<Orders>,
    writes: Option<JoinHandle<()>>,
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker").field("ctx", &self.ctx).finish_non_exhaustive()
    }
}

impl Worker {
    /// Starts them.
    ///
    /// # Errors
    /// When the system has no thread left.
    pub fn start(ctx: Context, actor: &str, tell: Tell) -> std::io::Result<Self> {
        let reader = reader(&ctx, &tell)?;
        let (orders, writes) = writer(&ctx, actor, &tell)?;
        Ok(Self { ctx, tell, reader, orders: Some(orders), writes: Some(writes) })
    }

    /// Carries an order out, after those that were given before.
    pub fn write(&self, ticket: Ticket, work: Work) {
        // The thread ends only after this sender, or with a panic, which ends the screens.
        let _ = self.orders.as_ref().map(|orders| orders.send((ticket, work)));
    }

    /// Reads what is asked, soon.
    pub fn read(&self, ticket: Ticket, slot: Slot, query: Query) {
        self.reader.ask(Job { ticket, slot, query });
    }

    /// Leaves what is being read to itself: whatever it waits for, the next question does not wait for it.
    ///
    /// # Errors
    /// When the system has no thread left.
    pub fn abandon(&mut self) -> std::io::Result<()> {
        self.reader.close();
        self.reader = reader(&self.ctx, &self.tell)?;
        Ok(())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.reader.close();
        // What was decided is decided: what is still to be written is written before the process ends.
        self.orders = None;
        let _ = self.writes.take().map(JoinHandle::join);
    }
}

fn reader(ctx: &Context, tell: &Tell) -> std::io::Result<Arc<Desk>> {
    let desk = Arc::<Desk>::default();
    let (ctx, tell, theirs) = (ctx.clone(), Arc::clone(tell), Arc::clone(&desk));
    thread::Builder::new().name("reads".to_owned()).spawn(move || {
        while let Some(Job { ticket, query, .. }) = theirs.next() {
            fault::panic_point("tui.read");
            if !tell(Event::Answer { ticket, answer: answer(&ctx, &query) }) {
                break;
            }
        }
    })?;
    Ok(desk)
}

fn writer(ctx: &Context, actor: &str, tell: &Tell) -> std::io::Result<(Orders, JoinHandle<()>)> {
    let (orders, work) = mpsc::channel::<(Ticket, Work)>();
    let (ctx, tell, by) = (ctx.clone(), Arc::clone(tell), By::operator(actor, Via::Tui));
    let writes = thread::Builder::new().name("writes".to_owned()).spawn(move || {
        for (ticket, work) in work {
            // Whether or not anybody still looks.
            tell(Event::Answer { ticket, answer: carry_out(&ctx, &by, &work) });
        }
    })?;
    Ok((orders, writes))
}

/// Carries an order out.
///
/// # Errors
/// What failed, for the line above the keys; of several items each has its own answer.
pub fn carry_out(ctx: &Context, by: &By, work: &Work) -> Result<Answer, Problem> {
    match work {
        Work::Decide { items, decision, message } => {
            let each = items.iter().map(|item| decide(ctx, by, item, *decision, message.as_deref()));
            Ok(Answer::Decided(each.map(|done| done.map_err(Problem::from)).collect()))
        }
        Work::Act(acts) => Ok(Answer::Acted(perform(ctx, by, acts)?)),
        Work::Undo(entries) => {
            let (mut warnings, mut done) = (Vec::new(), Vec::new());
            for entry in entries {
                // What belongs to the same act went with it.
                if !done.contains(entry) {
                    let undone = desk::undo(ctx, by, *entry, None)?;
                    done.extend(undone.entries);
                    warnings.extend(undone.warnings);
                }
            }
            Ok(Answer::Undone(warnings))
        }
    }
}

fn decide(ctx: &Context, by: &By, item: &Item, decision: Decision, message: Option<&str>) -> Result<Vec<i64>, Error> {
    let case = as_seen(desk::case_of(ctx, item.target)?, item);
    let acts = desk::acts_of(&case, &decision.verdict(message, ctx.now()));
    if acts.is_empty() {
        return Err(Error::Precondition(format!("{} is {} already", item.target, decision.past())));
    }
    perform(ctx, by, &acts)
}

fn perform(ctx: &Context, by: &By, acts: &[Act]) -> Result<Vec<i64>, Error> {
    Ok(desk::perform(ctx, by, acts, None)?.into_iter().filter_map(|step| step.entry).collect())
}

/// Reads what is asked.
///
/// # Errors
/// What failed, for the line above the keys.
pub fn answer(ctx: &Context, query: &Query) -> Result<Answer, Problem> {
    read(ctx, query).map_err(Problem::from)
}

fn read(ctx: &Context, query: &Query) -> Result<Answer, Error> {
    Ok(match query {
        Query::Overview => Answer::Overview(Box::new(overview::overview(ctx)?)),
        Query::Queue { filter, after, limit } => {
            let filter = QueueFilter { after: *after, limit: rows(*limit), ..(**filter).clone() };
            Answer::Queue(desk::queue(ctx, &filter)?)
        }
        Query::Case(target) => match desk::case_of(ctx, *target) {
            Ok(case) => Answer::Case(Some(Box::new(case))),
            Err(Error::Precondition(_)) => Answer::Case(None),
            Err(error) => return Err(error),
        },
        Query::UndoPlan(entry) => Answer::UndoPlan(Box::new(desk::undo_plan(ctx, *entry)?)),
        Query::Members { status, text, after, limit } => {
            let contains = text.as_deref().map(fold);
            let filter =
                UserFilter { status: *status, contains, inactive_since: None, after: *after, limit: rows(*limit) };
            Answer::Members(roster::list(ctx, &filter)?)
        }
        Query::Dossier(id) => Answer::Dossier(roster::dossier(ctx, &id.to_string())?.map(|dossier| {
            let why = dossier.why(&ctx.policy.lifecycle);
            Box::new((dossier, why))
        })),
        Query::Appeals { after, limit } => Answer::Appeals(appeal::open(ctx, *after, rows(*limit))?),
        Query::Sweeps => Answer::Sweeps(Box::new(sweep::status(ctx)?)),
        Query::Plan => {
            let quick: Vec<Rule> = Rule::ALL.into_iter().filter(|rule| !rule.reads_everything()).collect();
            Answer::Plan(Box::new(sweep::plan(ctx, &quick, Shard::WHOLE, None, ctx.now())?))
        }
        Query::Mail { state, before, limit } => {
            Answer::Mail(ctx.db.read(|connection| mail::before(connection, *before, *state, rows(*limit)))?)
        }
        Query::Search(words) => {
            let params = SearchParams { keyword: Some(words), size: Some(HITS), ..SearchParams::default() };
            Answer::Search(Box::new(search::search(ctx, &SearchRequest::read(&params)?)?))
        }
        Query::Audit { before, limit } => {
            Answer::Audit(ctx.db.read(|connection| log::before(connection, *before, rows(*limit)))?)
        }
        Query::Verify => Answer::Verified(moderation_log::first_broken(ctx)?),
    })
}

fn rows(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let is_conflict = matches!(error, Error::Conflict(_));
        let failure = Failure::from(error);
        Self { text: failure.text().to_owned(), hint: failure.hint().map(str::to_owned), is_conflict }
    }
}
