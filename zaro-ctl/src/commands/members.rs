//! `zaro-ctl members …`

mod act;

use std::fmt::Write as _;

use serde_json::{Value, json};
use zaro_core::config::Config;
use zaro_core::context::Context;
use zaro_core::models::user::{User, UserFilter};
use zaro_core::service::roster::{self, Dossier};
use zaro_core::types::{Time, UserId, fold};

use crate::cli::{MembersList, MembersVerb};
use crate::exit::{Exit, Failure};
use crate::output::{Printer, number, table};
use crate::session;

pub(super) fn run(config: &Config, verb: &MembersVerb, printer: Printer) -> Result<Exit, Failure> {
    let ctx = session::open(config)?;
    match verb {
        MembersVerb::Show { who } => show(&ctx, who, printer),
        MembersVerb::List(list) => members(&ctx, list, printer),
        MembersVerb::Act(order) => act::run(config, &ctx, order, printer),
    }
}

/// Everything about the member with this id or address.
fn find(ctx: &Context, who: &str) -> Result<Dossier, Failure> {
    roster::dossier(ctx, who)?.ok_or_else(|| {
        Failure::new(
            Exit::Refused,
            format!("there is no member `{who}`"),
            "find one with `zaro-ctl members list --find TEXT`",
        )
    })
}

fn show(ctx: &Context, who: &str, printer: Printer) -> Result<Exit, Failure> {
    let dossier = find(ctx, who)?;
    let why = dossier.why(&ctx.policy.lifecycle);
    printer.data(&as_json(&dossier, &why), || as_text(&dossier, &why));
    Ok(Exit::Done)
}

fn user_json(user: &User) -> Value {
    json!({
        "id": user.id, "email": user.email, "nickname": user.nickname, "status": user.status,
        "provider": user.provider, "created_at": user.created_at, "verified_at": user.verified_at,
        "last_login_at": user.last_login_at, "basis_at": user.basis_at, "status_changed_at": user.status_changed_at,
        "suspended_until": user.suspended_until, "dormant_at": user.dormant_at, "deleted_at": user.deleted_at,
        "anonymized_at": user.anonymized_at,
    })
}

fn as_json(dossier: &Dossier, why: &str) -> Value {
    json!({
        "member": user_json(&dossier.user), "sessions": dossier.sessions, "posts": dossier.posts,
        "comments": dossier.comments, "notices": dossier.notices, "mails": dossier.mails,
        "next": dossier.next, "why": why,
    })
}

fn as_text(dossier: &Dossier, why: &str) -> String {
    let user = &dossier.user;
    let mut text = format!("{}  {}  {}  <{}>\n\n", user.id, user.status, user.nickname, user.email);
    // Writing to a string cannot fail.
    let mut line = |name: &str, at: Option<Time>| {
        if let Some(at) = at {
            let _ = writeln!(text, "{name:<12}{at}");
        }
    };
    line("signed up", Some(user.created_at));
    line("confirmed", user.verified_at);
    line("last seen", user.last_login_at);
    line("suspended", user.suspended_until);
    line("dormant", user.dormant_at);
    line("withdrawn", user.deleted_at);
    line("anonymised", user.anonymized_at);
    let _ = writeln!(text, "{:<12}{why}", "next");
    let _ = writeln!(
        text,
        "{:<12}{} post(s), {} comment(s), {} live session(s), {} account",
        "has",
        number(dossier.posts),
        number(dossier.comments),
        dossier.sessions,
        user.provider
    );
    if !dossier.notices.is_empty() {
        let rows = dossier.notices.iter().map(|notice| {
            [
                notice.basis_at.to_string(),
                notice.state.to_string(),
                notice.created_at.to_string(),
                or_dash(notice.handed_over_at),
            ]
        });
        let _ = writeln!(
            text,
            "
{}",
            table(["notice for basis", "state", "queued", "handed over"], rows)
        );
    }
    if !dossier.mails.is_empty() {
        let rows = dossier.mails.iter().map(|mail| {
            [
                mail.id.to_string(),
                mail.kind.to_string(),
                mail.state.to_string(),
                mail.created_at.to_string(),
                mail.last_error.clone().unwrap_or_default(),
            ]
        });
        let _ = writeln!(
            text,
            "
{}",
            table(["mail", "kind", "state", "written", "reason"], rows)
        );
    }
    text
}

fn or_dash(at: Option<Time>) -> String {
    at.map_or_else(|| "-".to_owned(), |at| at.to_string())
}

fn members(ctx: &Context, list: &MembersList, printer: Printer) -> Result<Exit, Failure> {
    let filter = UserFilter {
        status: list.status,
        contains: list.find.as_deref().map(fold),
        inactive_since: list.inactive_since,
        after: list.after.map(UserId),
        limit: list.limit,
    };
    let found = roster::list(ctx, &filter)?;
    printer.data(&found.iter().map(user_json).collect::<Vec<_>>(), || {
        let rows = found.iter().map(|user| {
            [
                user.id.to_string(),
                user.status.to_string(),
                user.nickname.clone(),
                user.email.clone(),
                or_dash(user.basis_at),
            ]
        });
        table(["id", "status", "nickname", "e-mail", "last seen or confirmed"], rows)
    });
    if let Some(last) = found.last().filter(|_| i64::try_from(found.len()) == Ok(list.limit)) {
        printer.say(&format!("more with --after {}", last.id));
    }
    Ok(Exit::Done)
}
