//! What is done to members and appeals.

use chrono::TimeDelta;
use zaro_core::service::desk::Act;
use zaro_core::service::sanction::Measure;
use zaro_core::types::ReportReason;

use super::decide;
use crate::tui::decision::quoted;
use crate::tui::effect::Effect;
use crate::tui::state::State;

/// What a member is told whose appeal was accepted, where the operator writes nothing else.
const ACCEPTED: &str = "이의 제기를 검토한 결과, 조치를 해제했습니다. 불편을 드려 죄송합니다.";
/// The same of an appeal that was rejected.
const REJECTED: &str = "이의 제기를 검토했으나, 기존 조치를 유지하기로 했습니다.";

/// Answers the selected appeal.
pub(super) fn answer(state: &mut State, accept: bool, text: Option<String>) -> Vec<Effect> {
    let Some(appeal) = state.appeals.rows.selected().map(|appeal| appeal.id) else { return Vec::new() };
    let answer = text.unwrap_or_else(|| if accept { ACCEPTED } else { REJECTED }.to_owned());
    let verb = if accept { "accept" } else { "reject" };
    let command = format!("zaro-ctl appeals {verb} {appeal} --text {}", quoted(&answer));
    let act = if accept { Act::AppealAccept { appeal, answer } } else { Act::AppealReject { appeal, answer } };
    decide::act(state, vec![act], (format!("{verb}ed: appeal {appeal}"), command))
}

/// Warns the selected member.
pub(super) fn warn(state: &mut State, message: Option<String>) {
    impose(state, Measure::Warning, ("warn", ""), message);
}

/// Suspends the selected member for so many days.
pub(super) fn suspend(state: &mut State, days: u16, message: Option<String>) {
    let until = Some(state.now.plus(TimeDelta::days(days.into())));
    impose(state, Measure::Suspension { until }, ("suspend", &format!(" --for {days}d")), message);
}

fn impose(state: &mut State, measure: Measure, (verb, options): (&str, &str), message: Option<String>) {
    let Some(user) = state.members.rows.selected() else { return };
    let (member, nickname) = (user.id, user.nickname.clone());
    let text = message.as_deref().map(|text| format!(" --text {}", quoted(text))).unwrap_or_default();
    let command = format!("zaro-ctl members {verb} {member}{options} --reason-kind ETC{text}");
    let act = Act::Impose { member, measure, reason: ReportReason::Etc, message };
    let asked = format!("{verb}{options}: {nickname} (member {member})?");
    decide::ask_for(state, vec![act], (asked, format!("{verb}{options}: {nickname}"), command));
}
