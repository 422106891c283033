//! Mail.

use ratatui::buffer::Buffer;
use ratatui::style::Style;
use zaro_core::types::MailState;

use super::layout::Areas;
use super::sheet::Sheet;
use super::table::{fixed, nothing, number, rest, table};
use crate::tui::state::State;
use crate::tui::text::{age, minute};
use crate::tui::theme::Theme;

pub(super) fn style(theme: &Theme, state: MailState) -> Style {
    match state {
        MailState::Accepted => theme.good,
        MailState::Queued | MailState::Sending => theme.text,
        MailState::Bounced => theme.warn,
        MailState::Unknown => theme.alarm,
        _ => theme.muted,
    }
}

pub(super) fn rows(state: &State, buffer: &mut Buffer, areas: &Areas) {
    let list = &state.mail.rows;
    let theme = state.settings.theme;
    let columns =
        [number("id", 7), fixed("state", 9), fixed("kind", 15), rest("to"), number("tries", 5), number("age", 4)];
    let cells = list.iter().skip(list.offset()).map(|mail| {
        [
            (mail.id.to_string(), theme.muted),
            (mail.state.to_string(), style(&theme, mail.state)),
            (mail.kind.to_string(), theme.text),
            (mail.recipient.clone(), theme.text),
            (mail.attempts.to_string(), theme.muted),
            (age(mail.created_at, state.now), theme.muted),
        ]
    });
    table(state, buffer, areas, &columns, cells, list.selected_index().wrapping_sub(list.offset()));
    if list.is_loaded() && list.is_empty() {
        nothing(state, buffer, areas, "no mail; a state such as `bounced` can be filtered for");
    }
}

pub(super) fn detail(state: &State, sheet: &mut Sheet) {
    let Some(mail) = state.mail.rows.selected() else { return };
    let theme = sheet.theme;
    sheet.pieces(vec![(format!("{}  ", mail.kind), theme.accent), (mail.state.to_string(), style(&theme, mail.state))]);
    sheet.field("to", &mail.recipient);
    if let Some(member) = mail.user_id {
        sheet.field("member", &member.to_string());
    }
    sheet.field("written", &minute(mail.created_at));
    match mail.closed_at {
        Some(at) => sheet.field("ended", &minute(at)),
        None => sheet.field("due", &minute(mail.next_attempt_at)),
    }
    sheet.field("tries", &mail.attempts.to_string());
    if let Some(worker) = &mail.claimed_by {
        sheet.field("worker", worker);
    }
    if let Some(error) = &mail.last_error {
        sheet.marked("last error", error, theme.warn);
    }
    if mail.state == MailState::Unknown {
        sheet.marked(
            "meaning",
            "the server died between the mail server's yes and our note of it; it is never sent again by itself",
            theme.alarm,
        );
    }
}
