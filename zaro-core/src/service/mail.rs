//! Writing mail into the outbox, and delivering it (M1 to M5).

mod deliver;
pub mod desk;
mod render;
mod sample;
pub mod switch;

use chrono::{Datelike, NaiveDate};

pub use deliver::{Delivered, deliver_due, run_worker};
pub use render::{Rendered, render};
pub use sample::{sample, send_test};

use crate::models::mail::NewMail;
use crate::policy::credential::{fold_email, is_nobodys};
use crate::types::{MailKind, MailState, Time, UserId};

/// A mail for the outbox; closed as BOUNCED at once when its address belongs to nobody (M5).
pub(crate) fn compose(
    kind: MailKind,
    user: Option<UserId>,
    recipient: &str,
    payload: &serde_json::Value,
    now: Time,
) -> NewMail {
    let nobody = is_nobodys(&fold_email(recipient));
    NewMail {
        kind,
        user_id: user,
        recipient: recipient.to_owned(),
        payload: (!nobody).then(|| payload.to_string()),
        dedupe_key: None,
        state: if nobody { MailState::Bounced } else { MailState::Queued },
        next_attempt_at: now,
        not_after: None,
        created_at: now,
        closed_at: nobody.then_some(now),
    }
}

/// A date as a Korean reader writes it.
pub(crate) fn korean_date(date: NaiveDate) -> String {
    format!("{}년 {}월 {}일", date.year(), date.month(), date.day())
}
