//! What the screen that is shown lacks, and is not being waited for yet.

use chrono::TimeDelta;
use zaro_core::service::desk::QueueFilter;
use zaro_core::types::{MailState, ReportReason, Status, Target, Time, UserId};

use crate::tui::effect::{Effect, Query, Slot};
use crate::tui::state::{Listing, Screen, State, Waiting, Weight};
use crate::tui::window::{Row, Side};

/// How old the numbers of the dashboard become.
const FRESH: TimeDelta = TimeDelta::seconds(5);
/// The same while another screen is shown, for the numbers beside its name.
const FRESH_ENOUGH: TimeDelta = TimeDelta::seconds(30);

/// A page that is wanted.
struct Wanted<T: Row> {
    side: Side,
    from: Option<T::Cursor>,
    limit: usize,
}

/// Questions for whatever the screen lacks.
pub(super) fn what_is_missing(state: &mut State) -> Vec<Effect> {
    let mut effects = Vec::new();
    overview(state, &mut effects);
    match state.screen {
        Screen::Dashboard => {}
        Screen::Reports => reports(state, &mut effects),
        Screen::Members => members(state, &mut effects),
        Screen::Appeals => appeals(state, &mut effects),
        Screen::Sweeps => sweeps(state, &mut effects),
        Screen::Mail => mail(state, &mut effects),
        Screen::Search => search(state, &mut effects),
        Screen::Audit => audit(state, &mut effects),
    }
    effects
}

fn overview(state: &mut State, effects: &mut Vec<Effect>) {
    let most = if state.screen == Screen::Dashboard { FRESH } else { FRESH_ENOUGH };
    if state.overview_read_at.is_none_or(|at| state.now.since(at) >= most) {
        let asked = ask(state, effects, Slot::Rows(Screen::Dashboard), None, Query::Overview);
        if asked {
            state.overview_read_at = Some(state.now);
        }
    }
}

fn reports(state: &mut State, effects: &mut Vec<Effect>) {
    let slot = Slot::Rows(Screen::Reports);
    // While something is being decided, the queue is between two states.
    if state.writing.is_empty()
        && let Some(Wanted { side, from, limit }) = page(state, slot, |state| &mut state.reports.list)
    {
        match queue_filter(&state.reports.list.filter, state.now) {
            Ok(filter) => {
                // All that was decided from here is written: what is read from now on shows how things stand.
                state.reports.gone.clear();
                let query = Query::Queue { filter: Box::new(filter), after: from, limit };
                ask_page(state, effects, slot, (side, limit), query);
            }
            Err(word) => {
                state.blocked.insert(slot);
                state.say(
                    Weight::Alarm,
                    format!("`{word}`? filters are kind= reason-kind= author= reporter= weight-below= older-than=7d"),
                );
            }
        }
    }
    let shown = state.reports.case.as_ref().map(|case| case.target);
    match state.reports.list.rows.selected().map(|item| item.target) {
        Some(target) if shown != Some(target) => {
            // Posts and comments may have the same number.
            let about = target.id() * if matches!(target, Target::Post(_)) { 1 } else { -1 };
            ask(state, effects, Slot::Detail(Screen::Reports), Some(about), Query::Case(target));
        }
        _ => {}
    }
}

/// Filters with the names that they have on the command line: `reason-kind=SPAM`, or `--reason-kind SPAM`.
///
/// # Errors
/// The word that is none.
pub(super) fn queue_filter(text: &str, now: Time) -> Result<QueueFilter, String> {
    let mut filter = QueueFilter::default();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        let name = word.trim_start_matches("--");
        let (name, value) = match name.split_once('=') {
            Some(pair) => pair,
            None if name != word => (name, words.next().unwrap_or_default()),
            None => return Err(word.to_owned()),
        };
        narrow(&mut filter, (name, value), now).ok_or_else(|| word.to_owned())?;
    }
    Ok(filter)
}

fn narrow(filter: &mut QueueFilter, (name, value): (&str, &str), now: Time) -> Option<()> {
    match name {
        "kind" => filter.kind = Some(["POST", "COMMENT"].into_iter().find(|kind| kind.eq_ignore_ascii_case(value))?),
        "reason-kind" => filter.reason = Some(ReportReason::parse(&value.to_uppercase())?),
        "author" => filter.author = Some(UserId(value.parse().ok()?)),
        "reporter" => filter.reporter = Some(UserId(value.parse().ok()?)),
        "weight-at-least" => filter.weight_at_least = Some(value.parse().ok()?),
        "weight-below" => filter.weight_below = Some(value.parse().ok()?),
        "older-than" => filter.before = Some(now.minus(days(value)?)),
        "newer-than" => filter.since = Some(now.minus(days(value)?)),
        _ => return None,
    }
    Some(())
}

fn days(text: &str) -> Option<TimeDelta> {
    let days: u16 = text.strip_suffix('d')?.parse().ok()?;
    Some(TimeDelta::days(days.into()))
}

fn members(state: &mut State, effects: &mut Vec<Effect>) {
    let slot = Slot::Rows(Screen::Members);
    if let Some(Wanted { side, from, limit }) = page(state, slot, |state| &mut state.members) {
        let (status, text) = member_filter(&state.members.filter);
        ask_page(state, effects, slot, (side, limit), Query::Members { status, text, after: from, limit });
    }
    let shown = state.member.as_ref().map(|member| member.dossier.user.id);
    match state.members.rows.selected().map(|user| user.id) {
        Some(id) if shown != Some(id) => {
            ask(state, effects, Slot::Detail(Screen::Members), Some(id.0), Query::Dossier(id));
        }
        _ => {}
    }
}

fn appeals(state: &mut State, effects: &mut Vec<Effect>) {
    let slot = Slot::Rows(Screen::Appeals);
    if let Some(Wanted { side, from, limit }) = page(state, slot, |state| &mut state.appeals) {
        ask_page(state, effects, slot, (side, limit), Query::Appeals { after: from, limit });
    }
    let shown = state.appellant.as_ref().map(|member| member.dossier.user.id);
    match state.appeals.rows.selected().map(|appeal| appeal.user_id) {
        Some(id) if shown != Some(id) => {
            ask(state, effects, Slot::Detail(Screen::Appeals), Some(id.0), Query::Dossier(id));
        }
        _ => {}
    }
}

fn sweeps(state: &mut State, effects: &mut Vec<Effect>) {
    if (state.sweeps.status.is_none() || state.sweeps.stale)
        && ask(state, effects, Slot::Rows(Screen::Sweeps), None, Query::Sweeps)
    {
        state.sweeps.stale = false;
    }
    if state.sweeps.plan_wanted && ask(state, effects, Slot::Detail(Screen::Sweeps), None, Query::Plan) {
        state.sweeps.plan_wanted = false;
    }
}

fn mail(state: &mut State, effects: &mut Vec<Effect>) {
    let slot = Slot::Rows(Screen::Mail);
    if let Some(Wanted { side, from, limit }) = page(state, slot, |state| &mut state.mail) {
        let only = MailState::parse(&state.mail.filter.trim().to_uppercase());
        ask_page(state, effects, slot, (side, limit), Query::Mail { state: only, before: from, limit });
    }
}

fn search(state: &mut State, effects: &mut Vec<Effect>) {
    if state.search.page.is_none() && !state.search.words.trim().is_empty() {
        let query = Query::Search(state.search.words.clone());
        ask(state, effects, Slot::Rows(Screen::Search), None, query);
    }
}

fn audit(state: &mut State, effects: &mut Vec<Effect>) {
    let slot = Slot::Rows(Screen::Audit);
    if let Some(Wanted { side, from, limit }) = page(state, slot, |state| &mut state.audit) {
        ask_page(state, effects, slot, (side, limit), Query::Audit { before: from, limit });
    }
    if let Some(entry) = state.undo_wanted
        && ask(state, effects, Slot::Detail(Screen::Audit), Some(entry), Query::UndoPlan(entry))
    {
        state.undo_wanted = None;
    }
    if state.verify_wanted && ask(state, effects, Slot::Detail(Screen::Audit), None, Query::Verify) {
        state.verify_wanted = false;
    }
}

/// Words like `status=DORMANT` apart from what is looked for in names and addresses.
pub(super) fn member_filter(text: &str) -> (Option<Status>, Option<String>) {
    let mut status = None;
    let mut words = Vec::new();
    for word in text.split_whitespace() {
        match word.strip_prefix("status=").and_then(|word| Status::parse(&word.to_uppercase())) {
            Some(found) => status = Some(found),
            None => words.push(word),
        }
    }
    (status, (!words.is_empty()).then(|| words.join(" ")))
}

/// The page that a list lacks, if nobody is waiting for one.
fn page<T: Row>(state: &mut State, slot: Slot, listing: impl Fn(&mut State) -> &mut Listing<T>) -> Option<Wanted<T>> {
    if state.waiting.contains_key(&slot) || state.blocked.contains(&slot) {
        return None;
    }
    let listing = listing(state);
    let side = match listing.rows.wants() {
        Some(Side::Fresh) => Side::Fresh,
        _ if listing.stale => Side::Again,
        wanted => wanted?,
    };
    listing.stale = false;
    let (from, limit) = listing.rows.from(side);
    Some(Wanted { side, from, limit })
}

fn ask_page(state: &mut State, effects: &mut Vec<Effect>, slot: Slot, (side, wanted): (Side, usize), query: Query) {
    push(state, effects, slot, (None, side, wanted), query);
}

/// Asks, unless somebody waits for the same already or gave it up; whether it was asked.
fn ask(state: &mut State, effects: &mut Vec<Effect>, slot: Slot, about: Option<i64>, query: Query) -> bool {
    let waits = state.waiting.get(&slot).is_some_and(|waiting| waiting.about == about);
    if waits || state.blocked.contains(&slot) {
        return false;
    }
    push(state, effects, slot, (about, Side::Fresh, 0), query);
    true
}

fn push(
    state: &mut State,
    effects: &mut Vec<Effect>,
    slot: Slot,
    (about, side, wanted): (Option<i64>, Side, usize),
    query: Query,
) {
    let ticket = state.next_ticket;
    state.next_ticket += 1;
    state.waiting.insert(slot, Waiting { ticket, about, side, wanted, since: state.ticks });
    effects.push(Effect::Read { ticket, slot, query });
}
