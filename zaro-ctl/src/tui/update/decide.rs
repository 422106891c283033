//! Deciding, undoing and doing again.

use zaro_core::service::desk::{Act, Item};
use zaro_core::types::Target;

use crate::tui::decision::{Decision, Verb};
use crate::tui::effect::{Answer, Effect, Problem, Ticket, Work};
use crate::tui::state::{Deed, Dialog, Done, Later, Mode, Pending, Screen, State, Weight};
use crate::tui::view::layout::list_height;

/// Decides about the marked items, or the selected one; asks first where that is due.
///
/// What is typed ahead of an undo waits for it: it is meant for what comes back.
pub(super) fn decide(state: &mut State, decision: Decision, message: Option<String>) -> Vec<Effect> {
    if refused(state) {
        return Vec::new();
    }
    if !state.later.is_empty() || is_going_back(state) {
        state.later.push_back(Later::Decide(decision, message));
        return Vec::new();
    }
    decide_now(state, decision, message)
}

/// Whether something is being taken back, or has not been selected again yet.
fn is_going_back(state: &State) -> bool {
    state.reports.select.is_some() || state.writing.values().any(|(_, mode)| *mode == Mode::Undo)
}

/// Does what was typed ahead, as far as it need not wait any longer.
pub(super) fn go_on(state: &mut State) -> Vec<Effect> {
    let mut effects = Vec::new();
    loop {
        let is_next = match state.later.front() {
            Some(Later::Step(_)) => state.writing.is_empty(),
            Some(Later::Decide(..)) => !is_going_back(state) && state.dialog.is_none(),
            None => false,
        };
        match if is_next { state.later.pop_front() } else { None } {
            Some(Later::Step(mode)) => effects.extend(step_now(state, mode)),
            Some(Later::Decide(decision, message)) => effects.extend(decide_now(state, decision, message)),
            None => return effects,
        }
    }
}

fn decide_now(state: &mut State, decision: Decision, message: Option<String>) -> Vec<Effect> {
    let items = chosen(state);
    match items.as_slice() {
        [] => {
            state.say(Weight::Info, "there is nothing to decide about");
            Vec::new()
        }
        [item] if !decision.is_destructive() && state.reports.marks.is_empty() => {
            let deed = deed(vec![item.clone()], decision, message);
            start(state, deed, Mode::Do)
        }
        _ => {
            let text = question(&items, decision);
            let deed = deed(items, decision, message);
            state.dialog = Some(Dialog::Confirm { text, then: Pending::Do(deed) });
            Vec::new()
        }
    }
}

/// Carries other acts out after a question.
pub(super) fn ask_for(state: &mut State, acts: Vec<Act>, (text, past, command): (String, String, String)) {
    if !refused(state) {
        let deed = Deed { what: Done::Acts(acts), past, command, entries: Vec::new() };
        state.dialog = Some(Dialog::Confirm { text, then: Pending::Do(deed) });
    }
}

/// Carries other acts out.
pub(super) fn act(state: &mut State, acts: Vec<Act>, (past, command): (String, String)) -> Vec<Effect> {
    if refused(state) {
        return Vec::new();
    }
    start(state, Deed { what: Done::Acts(acts), past, command, entries: Vec::new() }, Mode::Do)
}

/// Goes on after a question was answered with yes.
pub(super) fn confirmed(state: &mut State, pending: Pending) -> Vec<Effect> {
    match pending {
        Pending::Do(deed) => start(state, deed, Mode::Do),
        Pending::UndoEntry(entry) => {
            let deed = Deed {
                what: Done::Entry(entry),
                past: format!("undone #{entry}"),
                command: format!("zaro-ctl audit undo {entry}"),
                entries: vec![entry],
            };
            start(state, deed, Mode::Undo)
        }
    }
}

fn refused(state: &mut State) -> bool {
    if state.settings.read_only {
        state.say(Weight::Alarm, "read-only: nothing is changed from here");
    }
    state.settings.read_only
}

/// The marked items, or the selected one.
pub(super) fn chosen(state: &State) -> Vec<Item> {
    let reports = &state.reports;
    if reports.marks.is_empty() {
        reports.list.rows.selected().cloned().into_iter().collect()
    } else {
        reports.marks.values().cloned().collect()
    }
}

fn deed(items: Vec<Item>, decision: Decision, message: Option<String>) -> Deed {
    let ids: Vec<String> = items.iter().filter_map(|item| Some(item.reports.first()?.id.to_string())).collect();
    let command = decision.command(&ids, message.as_deref());
    let past = match items.as_slice() {
        [item] => format!("{}: {} of {}", decision.past(), item.target, item.nickname),
        many => format!("{}: {} things", decision.past(), many.len()),
    };
    Deed { what: Done::Decision { items, decision, message }, past, command, entries: Vec::new() }
}

fn question(items: &[Item], decision: Decision) -> String {
    let what = match items {
        [item] => format!("{} of {}: {}", item.target, item.nickname, item.excerpt),
        many => format!("{} things by {} members", many.len(), authors(many)),
    };
    format!("{what}\n\n{}", decision.question())
}

fn authors(items: &[Item]) -> usize {
    items.iter().map(|item| item.author).collect::<std::collections::BTreeSet<_>>().len()
}

/// Orders it, and takes what it settles out of the list: the next item is selected.
fn start(state: &mut State, deed: Deed, mode: Mode) -> Vec<Effect> {
    let work = match (&deed.what, mode) {
        (_, Mode::Undo) => Work::Undo(deed.entries.iter().rev().copied().collect()),
        (Done::Decision { items, decision, message }, _) => {
            Work::Decide { items: items.clone(), decision: *decision, message: message.clone() }
        }
        (Done::Acts(acts), _) => Work::Act(acts.clone()),
        (Done::Entry(_), _) => return Vec::new(),
    };
    if let (Done::Decision { items, decision, .. }, Mode::Do | Mode::Again) = (&deed.what, mode) {
        let height = list_height(state.size, Screen::Reports);
        state.reports.marks.clear();
        for item in items.iter().filter(|_| decision.settles()) {
            let reports = item.reports.iter().map(|report| report.id).collect();
            state.reports.gone.insert(item.target, reports);
            state.reports.list.rows.remove(item.target, height);
        }
        state.reports.list.scroll = 0;
    }
    let ticket = state.next_ticket;
    state.next_ticket += 1;
    state.writing.insert(ticket, (deed, mode));
    vec![Effect::Write { ticket, work }]
}

/// Takes the latest deed back, or does the one that was taken back last again; behind what is still being done.
pub(super) fn step(state: &mut State, mode: Mode) -> Vec<Effect> {
    if refused(state) {
        return Vec::new();
    }
    state.later.push_back(Later::Step(mode));
    go_on(state)
}

fn step_now(state: &mut State, mode: Mode) -> Vec<Effect> {
    let deed = if mode == Mode::Undo { state.done.pop() } else { state.undone.pop() };
    if let Some(deed) = deed {
        return start(state, deed, mode);
    }
    state.say(Weight::Info, if mode == Mode::Undo { "nothing to undo" } else { "nothing to do again" });
    Vec::new()
}

/// Notes what became of an order.
pub(super) fn ended(state: &mut State, ticket: Ticket, answer: Result<Answer, Problem>) -> Option<Vec<Effect>> {
    let (deed, mode) = state.writing.remove(&ticket)?;
    match answer {
        Ok(Answer::Decided(each)) => decided(state, deed, mode, each),
        Ok(Answer::Acted(entries)) => {
            let deed = Deed { entries, ..deed };
            state.reports.case = None;
            succeeded(state, &deed, mode, &[]);
            state.done.push(deed);
            if mode == Mode::Do {
                state.undone.clear();
            }
        }
        Ok(Answer::Undone(warnings)) => {
            come_back(state, &deed);
            succeeded(state, &deed, mode, &warnings);
            if !matches!(deed.what, Done::Entry(_)) {
                state.undone.push(deed);
            }
        }
        Ok(_) => {}
        Err(problem) => failed(state, deed, mode, problem),
    }
    stale(state);
    Some(go_on(state))
}

fn decided(state: &mut State, deed: Deed, mode: Mode, each: Vec<Result<Vec<i64>, Problem>>) {
    let Done::Decision { items, decision, message } = deed.what else { return };
    let (mut kept, mut entries, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for (item, done) in items.into_iter().zip(each) {
        match done {
            Ok(of_item) => {
                entries.extend(of_item);
                if decision.verb == Verb::Restore {
                    // What was only deleted has its reports still open.
                    state.reports.gone.remove(&item.target);
                    state.reports.list.stale = true;
                }
                kept.push(item);
            }
            Err(problem) => {
                state.reports.gone.remove(&item.target);
                state.reports.list.stale = true;
                problems.push(problem);
            }
        }
    }
    if !decision.settles() {
        state.reports.list.stale = true;
        state.reports.case = None;
    }
    // What is known of an author has changed with what was done to them.
    if state.reports.case.as_ref().is_some_and(|case| kept.iter().any(|item| item.author == case.author.id)) {
        state.reports.case = None;
    }
    if !kept.is_empty() {
        let deed = Deed { what: Done::Decision { items: kept, decision, message }, entries, ..deed };
        succeeded(state, &deed, mode, &[]);
        state.done.push(deed);
        if mode == Mode::Do {
            state.undone.clear();
        }
    }
    if !problems.is_empty() {
        refuse(state, &problems);
    }
}

/// Somebody else was faster, or it cannot be done as things stand: the operator has to see that.
///
/// What was typed ahead meant a state of things that is not there.
fn refuse(state: &mut State, problems: &[Problem]) {
    state.later.clear();
    let conflict = problems.iter().any(|problem| problem.is_conflict);
    let title = if conflict { "Decided by somebody else" } else { "Not done" };
    let lines: Vec<String> = problems.iter().map(line).collect();
    state.dialog = Some(Dialog::Message { title: title.to_owned(), text: lines.join("\n") });
}

fn line(problem: &Problem) -> String {
    let hint = problem.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
    format!("{}{hint}", problem.text)
}

fn failed(state: &mut State, deed: Deed, mode: Mode, problem: Problem) {
    if let Done::Decision { items, .. } = &deed.what
        && mode != Mode::Undo
    {
        for item in items {
            state.reports.gone.remove(&item.target);
        }
    }
    state.reports.list.stale = true;
    state.reports.case = None;
    refuse(state, &[problem]);
    match mode {
        // What could not be taken back stays done, and is not offered again.
        Mode::Do | Mode::Undo => {}
        Mode::Again => state.undone.push(deed),
    }
}

fn succeeded(state: &mut State, deed: &Deed, mode: Mode, warnings: &[String]) {
    let again = match mode {
        Mode::Do => "",
        Mode::Undo => "undone; ",
        Mode::Again => "again ",
    };
    let command = match mode {
        Mode::Undo => undoing(&deed.entries),
        Mode::Do | Mode::Again => deed.command.clone(),
    };
    let told = [&[format!("{again}{}", deed.past)], warnings].concat().join("; ");
    state.say(Weight::Done, format!("{told} · {command}"));
    state.last_command = Some(command);
}

/// The command that undoes these entries.
fn undoing(entries: &[i64]) -> String {
    let entries: Vec<String> = match entries {
        // The entries of one act follow each other.
        [first, .., last] if usize::try_from(last - first + 1) == Ok(entries.len()) => vec![format!("{first}-{last}")],
        entries => entries.iter().map(ToString::to_string).collect(),
    };
    format!("zaro-ctl audit undo {}", entries.join(" "))
}

/// What was taken back waits again, and is selected.
fn come_back(state: &mut State, deed: &Deed) {
    state.reports.case = None;
    let Done::Decision { items, .. } = &deed.what else {
        state.reports.list.stale = true;
        state.reports.gone.clear();
        return;
    };
    for item in items {
        state.reports.gone.remove(&item.target);
    }
    state.reports.list.stale = true;
    state.reports.select = items.first().map(|item| item.target);
}

/// Lists that an act may have changed are read again when they are shown.
fn stale(state: &mut State) {
    state.members.stale = true;
    state.appeals.stale = true;
    state.audit.stale = true;
    state.mail.stale = true;
    state.member = None;
    state.appellant = None;
}

/// Marks the selected item or takes the mark away, and goes on to the next.
pub(super) fn mark(state: &mut State) {
    let height = list_height(state.size, Screen::Reports);
    let Some(item) = state.reports.list.rows.selected() else { return };
    let target: Target = item.target;
    if state.reports.marks.remove(&target).is_none() {
        state.reports.marks.insert(target, item.clone());
    }
    state.reports.list.rows.step(1, height);
}
