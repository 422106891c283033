//! What operators look up about members: the list, and everything about one, with why and when what acts next.

use diesel::prelude::*;
use serde::Serialize;

use crate::context::Context;
use crate::db::Connection;
use crate::error::Result;
use crate::models::dormancy_notice::{self, Notice};
use crate::models::session;
use crate::models::user::{self, User, UserFilter};
use crate::policy::account::{AccountDecision, MemberFacts, NextStep, WaitsFor, next};
use crate::policy::credential::fold_email;
use crate::policy::retention::Lifecycle;
use crate::schema::{comments, mail_outbox, posts};
use crate::service::sweep::facts_of_members;
use crate::types::{MailKind, MailState, Status, Time, UserId};

/// A mail as operators see it.
#[derive(Clone, Debug, Queryable, Serialize)]
pub struct MailLine {
    /// Number.
    pub id: i64,
    /// What it is.
    pub kind: MailKind,
    /// Where it stands.
    pub state: MailState,
    /// When it was written.
    pub created_at: Time,
    /// When it ended.
    pub closed_at: Option<Time>,
    /// Why it was not taken.
    pub last_error: Option<String>,
}

/// Everything about one member.
#[derive(Clone, Debug)]
pub struct Dossier {
    /// The row.
    pub user: User,
    /// Live sessions.
    pub sessions: usize,
    /// Visible and other posts that were not deleted.
    pub posts: i64,
    /// Comments that were not deleted.
    pub comments: i64,
    /// All dormancy notices, newest first.
    pub notices: Vec<Notice>,
    /// The latest mails, newest first.
    pub mails: Vec<MailLine>,
    /// What the lifecycle goes by.
    pub facts: MemberFacts,
    /// What acts next, when, and after what.
    pub next: Option<NextStep>,
}

impl Dossier {
    /// Why that acts next, in one sentence.
    pub fn why(&self, rules: &Lifecycle) -> String {
        why(&self.facts, self.next, rules)
    }
}

/// The member with this id or address, whichever the text is.
pub fn dossier(ctx: &Context, who: &str) -> Result<Option<Dossier>> {
    let now = ctx.now();
    ctx.db.read(|connection| {
        let found = match who.trim().parse() {
            Ok(id) => user::find(connection, UserId(id))?,
            Err(_) => user::find_by_email(connection, &fold_email(who))?,
        };
        let Some(user) = found else { return Ok(None) };
        match facts_of_members(connection, &[user.id])?.pop() {
            Some((_, facts)) => complete(connection, ctx, user, facts, now).map(Some),
            None => Ok(None),
        }
    })
}

fn complete(connection: &mut Connection, ctx: &Context, user: User, facts: MemberFacts, now: Time) -> Result<Dossier> {
    let id = user.id;
    let own_posts = posts::table.filter(posts::user_id.eq(id)).filter(posts::deleted_at.is_null());
    let own_comments = comments::table.filter(comments::user_id.eq(id)).filter(comments::deleted_at.is_null());
    let mails =
        mail_outbox::table.filter(mail_outbox::user_id.eq(id)).order(mail_outbox::id.desc()).limit(10).select((
            mail_outbox::id,
            mail_outbox::kind,
            mail_outbox::state,
            mail_outbox::created_at,
            mail_outbox::closed_at,
            mail_outbox::last_error,
        ));
    Ok(Dossier {
        sessions: session::live(connection, id, now)?.len(),
        posts: own_posts.count().get_result(connection)?,
        comments: own_comments.count().get_result(connection)?,
        notices: dormancy_notice::of_user(connection, id)?,
        mails: mails.load(connection)?,
        next: next(&facts, &ctx.policy.lifecycle),
        facts,
        user,
    })
}

/// Members by id, as filtered.
pub fn list(ctx: &Context, filter: &UserFilter) -> Result<Vec<User>> {
    ctx.db.read(|connection| user::list(connection, filter))
}

/// How many members stand where.
pub fn counts(ctx: &Context) -> Result<Vec<(Status, i64)>> {
    ctx.db.read(user::count_by_status)
}

fn why(facts: &MemberFacts, next: Option<NextStep>, rules: &Lifecycle) -> String {
    let Some(next) = next else {
        return "nothing: the account is anonymised and stays so".to_owned();
    };
    let due = next.due_at.map_or_else(|| "no date yet".to_owned(), |due| due.to_string());
    let basis = facts.basis_at.map_or_else(|| "none".to_owned(), |basis| basis.to_string());
    match (next.decision, next.waits_for) {
        (AccountDecision::Purge, _) => {
            format!("removed at {due}: unconfirmed for {} day(s), and no live link", rules.pending_days)
        }
        (AccountDecision::SendDormancyNotice, _) => {
            format!("dormancy notice at {due}: {} months after the basis {basis}", rules.notice_months)
        }
        (AccountDecision::MakeDormant, WaitsFor::NoticeHandOver) => {
            "dormancy waits: the notice for this basis is queued and not handed over yet".to_owned()
        }
        (AccountDecision::MakeDormant, WaitsFor::Operator) => {
            "dormancy waits for an operator: the notice for this basis bounced or its fate is unknown".to_owned()
        }
        (AccountDecision::MakeDormant, WaitsFor::Nothing) => format!(
            "DORMANT at {due}: {} months after the basis {basis}, and {} days after the notice was handed over",
            rules.dormant_months, rules.notice_lead_days
        ),
        (AccountDecision::SoftDelete, _) => format!("DELETED at {due}: {} months of dormancy", rules.delete_months),
        (AccountDecision::Anonymise, _) => {
            format!("anonymised at {due}: {} days after withdrawal", rules.anonymise_days)
        }
        (AccountDecision::Keep, _) => "nothing".to_owned(),
    }
}
