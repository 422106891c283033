//! Commands of the last line, in the words of `zaro-ctl`; and the other way round, what the screen shows as a command.

use super::{acts, decide, prompt, show};
use crate::tui::decision::{DAYS, Decision, Verb};
use crate::tui::effect::Effect;
use crate::tui::keymap::Command;
use crate::tui::state::{Screen, State, Weight};

/// Runs what was typed after `:`.
pub(super) fn typed(state: &mut State, text: &str) -> Vec<Effect> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let rest = |from: usize| words.get(from..).unwrap_or_default().join(" ");
    match words.as_slice() {
        [] => {}
        ["q" | "quit" | "exit"] => return vec![Effect::Quit],
        ["reports", verb, options @ ..] if Verb::parse(verb).is_some() => {
            return Verb::parse(verb).map(|verb| reports(state, verb, options)).unwrap_or_default();
        }
        ["appeals", verb @ ("accept" | "reject"), options @ ..] => return appeals(state, *verb == "accept", options),
        ["members", verb @ ("warn" | "suspend"), options @ ..] => members(state, verb, options),
        ["audit", "undo", id] => match id.trim_start_matches('#').parse() {
            Ok(id) => {
                show(state, Screen::Audit);
                state.undo_wanted = Some(id);
            }
            Err(_) => state.say(Weight::Alarm, format!("`{id}` is no entry of the log")),
        },
        ["help"] => return super::run(state, Command::Help),
        ["members", "list", ..] => narrowed(state, Screen::Members, &members_filter(&words)),
        ["members", "show", ..] => narrowed(state, Screen::Members, &rest(2)),
        ["sweep"] | ["sweep", "status"] => show(state, Screen::Sweeps),
        ["sweep", "plan"] => {
            show(state, Screen::Sweeps);
            state.sweeps.plan_wanted = true;
        }
        ["mail", "queue"] => narrowed(state, Screen::Mail, "queued"),
        ["mail", "bounces"] => narrowed(state, Screen::Mail, "bounced"),
        ["search", "query", ..] => narrowed(state, Screen::Search, &rest(2)),
        ["audit", "log"] => show(state, Screen::Audit),
        ["audit", "verify"] => {
            show(state, Screen::Audit);
            state.verify_wanted = true;
        }
        [name] | [name, "list" | "status"] => match Screen::ALL.into_iter().find(|screen| screen.name() == *name) {
            Some(screen) => show(state, screen),
            None => state.say(Weight::Alarm, format!("there is no `{name}`; ? shows the keys")),
        },
        _ => state.say(Weight::Alarm, format!("`{}` is not run in here; leave with q and run it", text.trim())),
    }
    Vec::new()
}

/// Options of an act, with the names that they have on the command line.
#[derive(Default)]
struct Options {
    hide: bool,
    warn: bool,
    days: Option<u16>,
    text: Option<String>,
}

/// Reads options; an id must be that of the selected row, so that nothing is decided unseen.
fn options(words: &[&str], selected: &[String]) -> Result<Options, String> {
    let mut options = Options::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "--hide" => options.hide = true,
            "--warn" => options.warn = true,
            "--for" | "--suspend" => {
                let days = words.next().and_then(|days| days.strip_suffix('d')?.parse().ok());
                options.days = Some(days.filter(|days| *days > 0).ok_or_else(|| format!("give days: `{word} 30d`"))?);
            }
            "--text" => {
                let text = words.by_ref().copied().collect::<Vec<_>>().join(" ");
                options.text = Some(text.trim_matches(['\'', '"']).to_owned());
            }
            id if selected.iter().any(|selected| selected == id) => {}
            id if id.parse::<i64>().is_ok() => return Err(format!("{id} is not selected: select it first")),
            other => return Err(format!("`{other}`? in here: --hide --warn --for 7d --suspend 7d --text TEXT")),
        }
    }
    Ok(options)
}

/// Whether what an order is for is before the operator's eyes; else its screen is shown.
fn seen(state: &mut State, screen: Screen) -> Result<(), &'static str> {
    if state.screen == screen {
        return Ok(());
    }
    show(state, screen);
    Err("look at what is selected here first, then give the order again")
}

fn reports(state: &mut State, verb: Verb, words: &[&str]) -> Vec<Effect> {
    let selected: Vec<String> =
        decide::chosen(state).iter().flat_map(|item| item.reports.iter().map(|report| report.id.to_string())).collect();
    if let Err(why) = seen(state, Screen::Reports) {
        state.say(Weight::Alarm, why);
        return Vec::new();
    }
    let punishes = matches!(verb, Verb::Accept | Verb::Hide | Verb::Warn | Verb::Suspend | Verb::Delete);
    match options(words, &selected) {
        Ok(Options { hide, warn, days, .. }) if !punishes && (hide || warn || days.is_some()) => {
            state.say(Weight::Alarm, "--hide, --warn and --suspend go with a report that is right");
            Vec::new()
        }
        Ok(Options { hide, warn, days, text }) => {
            let verb =
                if hide && matches!(verb, Verb::Accept | Verb::Warn | Verb::Suspend) { Verb::Hide } else { verb };
            let plain = Decision::only(verb);
            decide::decide(state, Decision { warn, days: days.or(plain.days), ..plain }, text)
        }
        Err(why) => {
            state.say(Weight::Alarm, why);
            Vec::new()
        }
    }
}

fn appeals(state: &mut State, accept: bool, words: &[&str]) -> Vec<Effect> {
    let selected: Vec<String> = state.appeals.rows.selected().map(|appeal| appeal.id.to_string()).into_iter().collect();
    if let Err(why) = seen(state, Screen::Appeals) {
        state.say(Weight::Alarm, why);
        return Vec::new();
    }
    match options(words, &selected) {
        Ok(options) => acts::answer(state, accept, options.text),
        Err(why) => {
            state.say(Weight::Alarm, why);
            Vec::new()
        }
    }
}

fn members(state: &mut State, verb: &str, words: &[&str]) {
    let selected: Vec<String> = state.members.rows.selected().map(|user| user.id.to_string()).into_iter().collect();
    if let Err(why) = seen(state, Screen::Members) {
        return state.say(Weight::Alarm, why);
    }
    match options(words, &selected) {
        Ok(options) if verb == "warn" => acts::warn(state, options.text),
        Ok(options) => acts::suspend(state, options.days.unwrap_or(DAYS), options.text),
        Err(why) => state.say(Weight::Alarm, why),
    }
}

/// `--find X --status Y` as the filter has it.
fn members_filter(words: &[&str]) -> String {
    let after = |flag: &str| {
        let at = words.iter().position(|word| *word == flag)?;
        words.get(at + 1).copied()
    };
    let status = after("--status").map(|status| format!("status={}", status.to_uppercase()));
    [status, after("--find").map(str::to_owned)].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn narrowed(state: &mut State, screen: Screen, filter: &str) {
    show(state, screen);
    prompt::filter(state, filter.to_owned());
}

/// The command that does what was done last, or else shows what the screen shows.
pub(super) fn line(state: &State) -> Option<String> {
    if let Some(command) = &state.last_command {
        return Some(command.clone());
    }
    let line = match state.screen {
        Screen::Reports => format!("reports show {}", state.reports.list.rows.selected()?.reports.first()?.id),
        Screen::Members => format!("members show {}", state.members.rows.selected()?.id),
        Screen::Appeals => format!("appeals show {}", state.appeals.rows.selected()?.id),
        Screen::Audit => "audit log".to_owned(),
        Screen::Sweeps if state.sweeps.plan.is_some() => "sweep plan".to_owned(),
        Screen::Sweeps => "sweep status".to_owned(),
        _ => return None,
    };
    Some(format!("zaro-ctl {line}"))
}
