//! Mails without a member: what a template looks like, and whether mail arrives at all.

use serde_json::{Value, json};

use super::korean_date;
use crate::context::Context;
use crate::policy::account::dormant_on;
use crate::policy::mail::Delivery;
use crate::ports::OutgoingMail;
use crate::types::MailKind;

/// Who the samples are addressed to.
const NICKNAME: &str = "자취왕";

/// A made-up payload for a template, with the numbers and addresses in force.
pub fn sample(ctx: &Context, kind: MailKind) -> Value {
    let (now, rules, minutes) = (ctx.now(), &ctx.policy.lifecycle, ctx.policy.session.link_minutes);
    let link = |path: &str| format!("{}{path}?token=EXAMPLE", ctx.frontend_url);
    match kind {
        MailKind::VerifyEmail => json!({ "nickname": NICKNAME, "link": link("/verify"), "minutes": minutes }),
        MailKind::ResetPassword => json!({ "nickname": NICKNAME, "link": link("/reset"), "minutes": minutes }),
        MailKind::DormancyNotice => json!({
            "nickname": NICKNAME,
            "absence_months": rules.notice_months,
            "dormant_months": rules.dormant_months,
            "delete_months": rules.delete_months,
            "dormant_on": korean_date(dormant_on(now.sub_months(rules.notice_months), now, rules).seoul_date()),
            "login_link": format!("{}/login", ctx.frontend_url),
        }),
        MailKind::WithdrawalDone => json!({
            "nickname": NICKNAME,
            "withdrawn_on": korean_date(now.seoul_date()),
            "anonymise_days": rules.anonymise_days,
            "kind": "SELF",
        }),
        MailKind::SanctionNotice => json!({
            "nickname": NICKNAME,
            "kind": "SUSPENSION",
            "reason": "욕설",
            "message": "",
            "ends_at": format!("{} 09:30", korean_date(now.seoul_date())),
        }),
        MailKind::AppealAnswer => json!({ "nickname": NICKNAME, "outcome": "ACCEPTED", "answer": "답변입니다." }),
    }
}

/// Sends a mail that says it is a test, past the outbox; what the mail server made of it.
pub fn send_test(ctx: &Context, address: &str) -> Delivery {
    let now = ctx.now();
    let host = ctx.frontend_url.split("://").nth(1).unwrap_or_default().split([':', '/']).next().unwrap_or("zaro");
    let text = "이 메일이 보이면 자취의 로망의 메일 발송이 잘 되고 있는 것입니다.";
    ctx.mailer.send(&OutgoingMail {
        id: 0,
        to: address.to_owned(),
        subject: "[ZARO] 메일 발송 시험".to_owned(),
        text: format!("{text}\n"),
        html: format!("<!doctype html><html lang=\"ko\"><body><p>{text}</p></body></html>"),
        message_id: format!("<zaro-test-{}@{host}>", now.micros()),
    })
}
