//! What the worker's answers change.

use zaro_core::service::desk::{Item, UndoPlan};

use crate::tui::effect::{Answer, Problem, Slot, Ticket};
use crate::tui::state::{Dialog, Listing, MemberDetail, Pending, Screen, State, Waiting, Weight};
use crate::tui::view::layout::list_height;
use crate::tui::window::Row;

/// Puts an answer where it belongs, unless nobody waits for it any more.
pub(super) fn take(state: &mut State, ticket: Ticket, answer: Result<Answer, Problem>) {
    let Some((&slot, &waiting)) = state.waiting.iter().find(|(_, waiting)| waiting.ticket == ticket) else { return };
    state.waiting.remove(&slot);
    match answer {
        Ok(answer) => put(state, slot, waiting, answer),
        Err(problem) => {
            // Asked again with the next key, not at once.
            state.blocked.insert(slot);
            state.reports.select = None;
            state.later.clear();
            let hint = problem.hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
            state.say(Weight::Alarm, format!("{}{hint}", problem.text));
        }
    }
}

fn put(state: &mut State, slot: Slot, waiting: Waiting, answer: Answer) {
    let height = match slot {
        Slot::Rows(screen) | Slot::Detail(screen) => list_height(state.size, screen),
    };
    match answer {
        Answer::Overview(overview) => state.overview = Some(overview),
        Answer::Queue(rows) => queue_came(state, waiting, rows, height),
        Answer::Case(case) => {
            if case.is_none() {
                state.blocked.insert(slot);
            }
            state.reports.case = case;
        }
        Answer::UndoPlan(plan) => undo_planned(state, &plan),
        Answer::Decided(_) | Answer::Acted(_) | Answer::Undone(_) => {}
        Answer::Members(rows) => rows_came(&mut state.members, waiting, rows, height),
        Answer::Appeals(rows) => rows_came(&mut state.appeals, waiting, rows, height),
        Answer::Mail(rows) => rows_came(&mut state.mail, waiting, rows, height),
        Answer::Audit(rows) => rows_came(&mut state.audit, waiting, rows, height),
        Answer::Dossier(found) => {
            let detail = found.map(|found| MemberDetail { dossier: found.0, why: found.1 });
            let gone = detail.is_none();
            match slot {
                Slot::Detail(Screen::Appeals) => state.appellant = detail,
                _ => state.member = detail,
            }
            if gone {
                // The row may have gone between the two reads; without this it would be asked for again and again.
                state.blocked.insert(slot);
                state.say(Weight::Info, "this member is gone");
            }
        }
        Answer::Sweeps(status) => state.sweeps.status = Some(status),
        Answer::Plan(plan) => state.sweeps.plan = Some(plan),
        Answer::Search(page) => state.search.page = Some(page),
        Answer::Verified(None) => state.say(Weight::Done, "the log is whole: no entry was altered, none is missing"),
        Answer::Verified(Some(id)) => {
            let text = format!(
                "Entry {id} is not what its hash says: it was altered, or one before it was removed.\n\nWhat comes after \
                 it cannot be relied on either. Compare with a backup."
            );
            state.dialog = Some(Dialog::Message { title: "The log is broken".to_owned(), text });
        }
    }
}

/// Without what was decided from here while the page was being read.
fn queue_came(state: &mut State, waiting: Waiting, mut rows: Vec<Item>, height: usize) {
    let reports = &mut state.reports;
    let came = rows.len();
    rows.retain(|item| {
        let gone = reports.gone.get(&item.target);
        !gone.is_some_and(|gone| item.reports.iter().all(|report| gone.contains(&report.id)))
    });
    // A short page is the last one; one that only we have made short is not.
    let wanted = if came >= waiting.wanted { rows.len().max(1) } else { waiting.wanted };
    reports.list.rows.put(waiting.side, rows, wanted, height);
    if let Some(target) = reports.select.take() {
        if reports.list.rows.select_id(target, height) {
            reports.list.scroll = 0;
        } else {
            // What was typed ahead was meant for it, and not for whatever is selected now.
            state.later.clear();
        }
    }
}

/// What undoing an entry does is said before it is done.
fn undo_planned(state: &mut State, plan: &UndoPlan) {
    let title = format!("#{} {}", plan.entry, plan.action);
    if state.screen != Screen::Audit || state.dialog.is_some() || state.prompt.is_some() {
        // A question must not come up under a key that was meant for something else.
        state.say(Weight::Info, format!("{title}: ask again on the audit screen"));
        return;
    }
    if let Some(why) = &plan.refused {
        state.dialog = Some(Dialog::Message { title, text: why.clone() });
        return;
    }
    let others: Vec<String> =
        plan.entries.iter().filter(|entry| **entry != plan.entry).map(|entry| format!("#{entry}")).collect();
    let with = if others.is_empty() { String::new() } else { format!("\nwith it goes {}", others.join(", ")) };
    let text = [vec![format!("undo {title}?{with}")], plan.warnings.clone()].concat().join("\n");
    state.dialog = Some(Dialog::Confirm { text, then: Pending::UndoEntry(plan.entry) });
}

fn rows_came<T: Row>(listing: &mut Listing<T>, waiting: Waiting, rows: Vec<T>, height: usize) {
    listing.rows.put(waiting.side, rows, waiting.wanted, height);
}
