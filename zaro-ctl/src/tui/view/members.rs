//! Members.

use ratatui::buffer::Buffer;
use ratatui::style::Style;
use zaro_core::models::user::User;
use zaro_core::types::{Status, Time};

use super::layout::Areas;
use super::sheet::Sheet;
use super::table::{fixed, nothing, number, rest, table};
use crate::tui::state::{MemberDetail, State};
use crate::tui::text::{age, minute};
use crate::tui::theme::Theme;

pub(super) fn rows(state: &State, buffer: &mut Buffer, areas: &Areas) {
    let list = &state.members.rows;
    let columns = [number("id", 7), fixed("state", 9), rest("nickname"), rest("e-mail"), number("seen", 5)];
    let theme = state.settings.theme;
    let cells = list.iter().skip(list.offset()).map(|user| {
        [
            (user.id.to_string(), theme.muted),
            (word(user, state.now), style(&theme, user, state.now)),
            (user.nickname.clone(), theme.text),
            (user.email.clone(), theme.muted),
            (user.basis_at.map(|at| age(at, state.now)).unwrap_or_default(), theme.muted),
        ]
    });
    table(state, buffer, areas, &columns, cells, list.selected_index().wrapping_sub(list.offset()));
    if list.is_loaded() && list.is_empty() {
        nothing(state, buffer, areas, "no member fits; `status=DORMANT` and words can be filtered for");
    }
}

fn word(user: &User, now: Time) -> String {
    if user.suspended_until.is_some_and(|until| until > now) {
        "suspended".to_owned()
    } else if user.anonymized_at.is_some() {
        "gone".to_owned()
    } else {
        user.status.to_string()
    }
}

fn style(theme: &Theme, user: &User, now: Time) -> Style {
    match user.status {
        _ if user.suspended_until.is_some_and(|until| until > now) => theme.alarm,
        Status::Active => theme.good,
        Status::Pending | Status::Dormant => theme.warn,
        Status::Deleted => theme.muted,
    }
}

pub(super) fn detail(state: &State, sheet: &mut Sheet) {
    let shown = state
        .member
        .as_ref()
        .filter(|member| state.members.rows.selected().is_some_and(|user| user.id == member.dossier.user.id));
    if let Some(member) = shown {
        about(member, state.now, sheet);
    }
}

/// Everything about a member.
pub(super) fn about(member: &MemberDetail, now: Time, sheet: &mut Sheet) {
    let dossier = &member.dossier;
    let user = &dossier.user;
    let theme = sheet.theme;
    sheet.pieces(vec![
        (format!("{}  ", user.nickname), theme.accent),
        (format!("{}  ", word(user, now)), style(&theme, user, now)),
        (format!("member {}", user.id), theme.muted),
    ]);
    sheet.field("e-mail", &user.email);
    let mut at = |label: &str, at: Option<Time>| {
        if let Some(at) = at {
            sheet.field(label, &format!("{} ({})", minute(at), relative(at, now)));
        }
    };
    at("signed up", Some(user.created_at));
    at("confirmed", user.verified_at);
    at("last seen", user.last_login_at);
    at("suspended to", user.suspended_until);
    at("dormant", user.dormant_at);
    at("withdrawn", user.deleted_at);
    at("anonymised", user.anonymized_at);
    sheet.field("next", &member.why);
    sheet.field(
        "has",
        &format!(
            "{} post(s), {} comment(s), {} live session(s), {} account",
            dossier.posts, dossier.comments, dossier.sessions, user.provider
        ),
    );
    if !dossier.notices.is_empty() {
        sheet.heading("dormancy notices");
        for notice in &dossier.notices {
            sheet.field(&notice.state.to_string(), &format!("for the basis {}", minute(notice.basis_at)));
        }
    }
    if !dossier.mails.is_empty() {
        sheet.heading("mail");
        for mail in &dossier.mails {
            let why = mail.last_error.as_deref().map(|error| format!(": {error}")).unwrap_or_default();
            sheet.field(mail.state.as_str(), &format!("{} {}{why}", minute(mail.created_at), mail.kind));
        }
    }
}

/// How far away an instant is, to either side.
fn relative(at: Time, now: Time) -> String {
    if at > now { format!("in {}", age(now, at)) } else { format!("{} ago", age(at, now)) }
}
