//! Mails and notices as tables.

use zaro_core::models::dormancy_notice::Notice;
use zaro_core::models::mail::MailRow;
use zaro_core::service::mail::desk::{Bounces, Queue, Shown};
use zaro_core::types::Time;

use crate::output::{number, table};

fn or_dash(at: Option<Time>) -> String {
    at.map_or_else(|| "-".to_owned(), |at| at.to_string())
}

fn mails(mails: &[MailRow]) -> String {
    let rows = mails.iter().map(|mail| {
        [
            mail.id.to_string(),
            mail.kind.to_string(),
            mail.state.to_string(),
            mail.recipient.clone(),
            mail.attempts.to_string(),
            mail.closed_at.unwrap_or(mail.next_attempt_at).to_string(),
            mail.last_error.clone().unwrap_or_default(),
        ]
    });
    table(["mail", "kind", "state", "to", "tries", "due or closed", "reason"], rows)
}

pub(super) fn notices(notices: &[Notice]) -> String {
    let rows = notices.iter().map(|notice| {
        [
            notice.id.to_string(),
            notice.user_id.to_string(),
            notice.state.to_string(),
            notice.basis_at.to_string(),
            notice.mail_id.map_or_else(|| "-".to_owned(), |id| id.to_string()),
            or_dash(notice.closed_at),
        ]
    });
    table(["notice", "member", "state", "about the basis", "mail", "closed"], rows)
}

/// Whether mail is on, and how much stands where.
pub(super) fn counts(queue: &Queue) -> String {
    let mut lines = vec![match &queue.off {
        Some(lease) => {
            format!("mail is OFF since {} by {}; switch it on with `zaro-ctl mail on`", lease.acquired_at, lease.holder)
        }
        None => "mail is on".to_owned(),
    }];
    lines
        .push(table(["state", "mails"], queue.counts.iter().map(|(state, count)| [state.to_string(), number(*count)])));
    lines.push(format!("oldest unsent  {}", or_dash(queue.oldest)));
    if queue.notices_to_settle > 0 {
        let count = number(queue.notices_to_settle);
        lines.push(format!("{count} dormancy notice(s) to settle: `zaro-ctl mail bounces`"));
    }
    lines.join("\n")
}

pub(super) fn queue(queue: &Queue) -> String {
    if queue.waiting.is_empty() { counts(queue) } else { format!("{}\n\n{}", counts(queue), mails(&queue.waiting)) }
}

pub(super) fn one(shown: &Shown) -> String {
    let mail = &shown.mail;
    let lines = [
        ("mail", format!("{}  {}  {}", mail.id, mail.kind, mail.state)),
        ("to", mail.recipient.clone()),
        ("member", mail.user_id.map_or_else(|| "-".to_owned(), |id| id.to_string())),
        ("written", mail.created_at.to_string()),
        ("due", mail.next_attempt_at.to_string()),
        ("useless after", or_dash(mail.not_after)),
        ("tries", mail.attempts.to_string()),
        ("handed over", or_dash(mail.handing_over_at)),
        ("closed", or_dash(mail.closed_at)),
        ("message id", mail.message_id.clone().unwrap_or_else(|| "-".to_owned())),
        ("reason", mail.last_error.clone().unwrap_or_else(|| "-".to_owned())),
    ];
    let text = lines.map(|(name, value)| format!("{name:<15}{value}")).join("\n");
    match &shown.notice {
        Some(notice) => format!("{text}\n\n{}", notices(std::slice::from_ref(notice))),
        None => text,
    }
}

pub(super) fn bounces(bounces: &Bounces) -> String {
    if bounces.notices.is_empty() {
        return format!("{}\n\nno dormancy notice is to be settled", mails(&bounces.mails));
    }
    format!(
        "{}\n\nto settle with `zaro-ctl mail resolve NOTICE --accepted` or `--lost`:\n{}",
        mails(&bounces.mails),
        notices(&bounces.notices)
    )
}
