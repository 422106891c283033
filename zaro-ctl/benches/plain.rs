//! What the sweep does, as the best plain SQL: no lease, no batches, no second look, one transaction for everything.

use anyhow::{Context as _, Result};
use chrono::{Datelike as _, TimeDelta};
use diesel::connection::SimpleConnection as _;
use diesel::{QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query};
use serde_json::Value;
use zaro_core::policy::retention::Policy;
use zaro_core::types::Time;

use crate::sample::number;

/// The policy as instants before which something is due.
///
/// Calendar months are taken backwards, which is exact on days that every month has; where it is not, the comparison
/// of the counts says so.
pub(crate) struct Cutoffs {
    /// The instant of the sweep.
    pub(crate) at: Time,
    policy: Policy,
}

impl Cutoffs {
    /// Those of the default policy.
    pub(crate) fn at(at: Time) -> Self {
        Self { at, policy: Policy::default() }
    }

    fn months(&self, months: u32) -> i64 {
        self.at.sub_months(months).micros()
    }

    fn days(&self, days: u32) -> i64 {
        self.at.minus(TimeDelta::days(days.into())).micros()
    }

    /// Each member rule with the query for the members who are due.
    fn members(&self) -> [(&'static str, String); 5] {
        let (life, at) = (&self.policy.lifecycle, self.at.micros());
        let pending = self.days(life.pending_days);
        let (dormant, lead) = (self.months(life.dormant_months), self.days(life.notice_lead_days));
        let (end, anonymise) = (self.months(life.delete_months), self.days(life.anonymise_days));
        let notice = self.months(life.notice_months);
        [
            (
                "due_pending",
                format!(
                    "SELECT u.id FROM users u WHERE u.status = 'PENDING' AND u.created_at <= {pending} \
                     AND NOT EXISTS (SELECT 1 FROM account_tokens t WHERE t.user_id = u.id \
                     AND t.purpose = 'VERIFY_EMAIL' AND t.live_key IS NOT NULL AND t.expires_at > {at})"
                ),
            ),
            (
                "due_dormancy",
                format!(
                    "SELECT u.id FROM users u CROSS JOIN dormancy_notices n WHERE u.status = 'ACTIVE' \
                     AND u.basis_at <= {dormant} AND n.user_id = u.id AND n.last_checked_login_at = u.basis_at \
                     AND n.state = 'ACCEPTED' AND n.handed_over_at <= {lead}"
                ),
            ),
            ("due_end", format!("SELECT u.id FROM users u WHERE u.status = 'DORMANT' AND u.dormant_at <= {end}")),
            (
                "due_anonymise",
                format!(
                    "SELECT u.id FROM users u WHERE u.status = 'DELETED' AND u.anonymized_at IS NULL \
                     AND u.deleted_at <= {anonymise}"
                ),
            ),
            (
                "due_notice",
                format!(
                    "SELECT u.id FROM users u WHERE u.status = 'ACTIVE' AND u.basis_at <= {notice} \
                     AND NOT EXISTS (SELECT 1 FROM dormancy_notices n WHERE n.user_id = u.id \
                     AND n.last_checked_login_at = u.basis_at)"
                ),
            ),
        ]
    }

    /// Each table that old rows are purged from, with the condition for them.
    fn purges(&self) -> [(&'static str, String); 7] {
        let keep = &self.policy.purge;
        let before = |days| self.days(days);
        [
            ("account_tokens", format!("expires_at <= {}", before(keep.link_days))),
            ("sessions", format!("expires_at <= {}", before(keep.session_days))),
            ("mail_outbox", format!("closed_at <= {}", before(keep.mail_days))),
            ("search_outbox", format!("done_at <= {}", before(keep.search_days))),
            ("rank_snapshots", format!("kind = 'HOURLY' AND slot_at <= {}", before(keep.rank_days))),
            ("sweep_runs", format!("started_at <= {} AND state <> 'RUNNING'", before(keep.run_days))),
            ("notifications", format!("created_at <= {}", before(keep.notification_days))),
        ]
    }
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    #[expect(dead_code, reason = "read from the database, as the plan reads its ids")]
    id: i64,
}

/// Finds what is due, and tells how much it is; the ids are read, as the plan reads them.
pub(crate) fn plan(connection: &mut SqliteConnection, cutoffs: &Cutoffs) -> Result<i64> {
    let mut due = 0;
    for (table, condition) in cutoffs.purges() {
        due += number(connection, &format!("SELECT COUNT(*) AS n FROM {table} WHERE {condition}"))?;
    }
    for (name, query) in cutoffs.members() {
        let ids: Vec<Id> = sql_query(query).load(connection).context(name)?;
        due += i64::try_from(ids.len())?;
    }
    Ok(due)
}

/// How many rows a sweep says that it changed.
pub(crate) fn applied(report: &Value) -> Result<i64> {
    let runs = report["runs"].as_array().context("runs")?;
    runs.iter().map(|run| run["applied"].as_i64().context("a count")).sum()
}

/// Does what is due in one transaction, and closes the connection, which folds the log back as a sweep's end does.
pub(crate) fn apply(mut connection: SqliteConnection, cutoffs: &Cutoffs) -> Result<()> {
    connection.batch_execute("BEGIN IMMEDIATE")?;
    for (name, query) in cutoffs.members() {
        let table = format!("CREATE TEMP TABLE {name} (id INTEGER PRIMARY KEY); INSERT INTO {name} {query}");
        connection.batch_execute(&table).context(name)?;
    }
    for (table, condition) in cutoffs.purges() {
        connection.batch_execute(&format!("DELETE FROM {table} WHERE {condition}")).context(table)?;
    }
    connection.batch_execute("DELETE FROM users WHERE id IN (SELECT id FROM due_pending)").context("L3")?;
    connection.batch_execute(&dormancy(cutoffs)).context("L5")?;
    connection.batch_execute(&end_of_dormancy(cutoffs)).context("L7")?;
    connection.batch_execute(&anonymise(cutoffs)).context("L9")?;
    connection.batch_execute(&notices(cutoffs)).context("L4")?;
    connection.batch_execute("COMMIT").context("the commit")?;
    Ok(())
}

fn dormancy(cutoffs: &Cutoffs) -> String {
    let at = cutoffs.at.micros();
    format!(
        "UPDATE users SET status = 'DORMANT', dormant_at = {at}, status_changed_at = {at}, updated_at = {at} \
           WHERE id IN (SELECT id FROM due_dormancy); \
         UPDATE sessions SET revoked_at = {at}, revoked_reason = 'DORMANCY' \
           WHERE user_id IN (SELECT id FROM due_dormancy) AND revoked_at IS NULL AND expires_at > {at};"
    )
}

fn end_of_dormancy(cutoffs: &Cutoffs) -> String {
    let (at, today) = (cutoffs.at.micros(), cutoffs.at.seoul_date());
    let korean = format!("{}년 {}월 {}일", today.year(), today.month(), today.day());
    let days = cutoffs.policy.lifecycle.anonymise_days;
    let now = cutoffs.at.to_utc();
    // Calendar months between two instants, one less where the day and time of the first one is the later one.
    let months = |since: &str, rest: &str| {
        format!(
            "MAX(0, {now_months} - (CAST(strftime('%Y', {since}) AS INTEGER) * 12 \
             + CAST(strftime('%m', {since}) AS INTEGER)) \
             - (CAST(strftime('%d', {since}) AS INTEGER) * 86400000000 + {rest} > {now_rest}))",
            now_months = now.year() * 12 + now.month().cast_signed(),
            now_rest = i64::from(now.day()) * 86_400_000_000 + at.rem_euclid(86_400_000_000),
        )
    };
    let member = months("created_at / 1000000, 'unixepoch'", "created_at % 86400000000");
    let alone = months("live_alone_date", "0");
    let age = format!(
        "({} - CAST(substr(birthday, 1, 4) AS INTEGER) - (substr(birthday, 6) > '{}'))",
        today.year(),
        today.format("%m-%d")
    );
    format!(
        "UPDATE users SET status = 'DELETED', deleted_at = {at}, status_changed_at = {at}, updated_at = {at} \
           WHERE id IN (SELECT id FROM due_end); \
         UPDATE sessions SET revoked_at = {at}, revoked_reason = 'WITHDRAWAL' \
           WHERE user_id IN (SELECT id FROM due_end) AND revoked_at IS NULL AND expires_at > {at}; \
         UPDATE account_tokens SET live_key = NULL, revoked_at = {at} \
           WHERE user_id IN (SELECT id FROM due_end) AND live_key IS NOT NULL; \
         CREATE TEMP TABLE dropped AS SELECT m.id FROM dormancy_notices n CROSS JOIN mail_outbox m \
           WHERE n.user_id IN (SELECT id FROM due_end) AND n.state = 'QUEUED' AND m.id = n.mail_id \
           AND m.closed_at IS NULL AND m.handing_over_at IS NULL; \
         UPDATE mail_outbox SET state = 'DROPPED', payload = NULL, claimed_by = NULL, claimed_until = NULL, \
           closed_at = {at} WHERE id IN (SELECT id FROM dropped); \
         UPDATE dormancy_notices SET state = 'CANCELLED', closed_at = {at} \
           WHERE mail_id IN (SELECT id FROM dropped) AND state = 'QUEUED'; \
         UPDATE users SET follower_count = follower_count - gone.n FROM \
           (SELECT followee_id, COUNT(*) AS n FROM follows WHERE follower_id IN (SELECT id FROM due_end) \
           GROUP BY followee_id) AS gone WHERE users.id = gone.followee_id AND follower_count >= gone.n; \
         UPDATE users SET following_count = following_count - gone.n FROM \
           (SELECT follower_id, COUNT(*) AS n FROM follows WHERE followee_id IN (SELECT id FROM due_end) \
           GROUP BY follower_id) AS gone WHERE users.id = gone.follower_id AND following_count >= gone.n; \
         INSERT INTO withdrawal_history (kind, reason, withdrawn_on, age_band, gender, mbti, provider, months_member, \
           months_alone) SELECT 'DORMANCY', NULL, '{today}', CASE WHEN birthday IS NULL THEN NULL \
           WHEN {age} < 20 THEN '10s' WHEN {age} < 30 THEN '20s' WHEN {age} < 40 THEN '30s' WHEN {age} < 50 THEN '40s' \
           WHEN {age} < 60 THEN '50s' ELSE '60+' END, gender, mbti, provider, {member}, \
           CASE WHEN live_alone_date IS NOT NULL THEN {alone} END \
           FROM users WHERE id IN (SELECT id FROM due_end); \
         INSERT INTO mail_outbox (kind, user_id, recipient, payload, state, next_attempt_at, created_at) \
           SELECT 'WITHDRAWAL_DONE', id, email, json_object('anonymise_days', {days}, 'kind', 'DORMANCY', \
           'nickname', nickname, 'withdrawn_on', '{korean}'), 'QUEUED', {at}, {at} \
           FROM users WHERE id IN (SELECT id FROM due_end);"
    )
}

fn anonymise(cutoffs: &Cutoffs) -> String {
    let at = cutoffs.at.micros();
    let removals: String = [
        ("post_likes", "user_id"),
        ("favorites", "user_id"),
        ("favorite_groups", "user_id"),
        ("follows", "follower_id"),
        ("follows", "followee_id"),
        ("notifications", "user_id"),
        ("notifications", "actor_id"),
        ("sessions", "user_id"),
        ("account_tokens", "user_id"),
        ("exports", "user_id"),
        ("dormancy_notices", "user_id"),
        ("mail_outbox", "user_id"),
    ]
    .map(|(table, column)| format!("DELETE FROM {table} WHERE {column} IN (SELECT id FROM due_anonymise); "))
    .concat();
    format!(
        "UPDATE posts SET like_count = like_count - gone.n FROM (SELECT post_id, COUNT(*) AS n FROM post_likes \
           WHERE user_id IN (SELECT id FROM due_anonymise) GROUP BY post_id) AS gone \
           WHERE posts.id = gone.post_id AND like_count >= gone.n; \
         UPDATE places SET favorite_count = favorite_count - gone.n FROM (SELECT f.place_id, COUNT(*) AS n \
           FROM favorites f JOIN favorite_groups g ON g.id = f.group_id \
           WHERE f.user_id IN (SELECT id FROM due_anonymise) AND g.deleted_at IS NULL AND g.visibility = 'PUBLIC' \
           GROUP BY f.place_id) AS gone WHERE places.id = gone.place_id AND favorite_count >= gone.n; \
         {removals} \
         UPDATE comments SET mentioned_user_id = NULL WHERE mentioned_user_id IN (SELECT id FROM due_anonymise); \
         UPDATE sanctions SET message = NULL WHERE user_id IN (SELECT id FROM due_anonymise); \
         UPDATE appeals SET text = NULL, answer = NULL WHERE user_id IN (SELECT id FROM due_anonymise); \
         UPDATE images SET state = 'REJECTED', detached_at = {at} WHERE owner_id IN (SELECT id FROM due_anonymise) \
           AND (kind = 'PROFILE' OR detached_at IS NOT NULL); \
         UPDATE users SET email = 'deleted-' || id || '@anonymised.invalid', email_key = NULL, nickname = '#' || id, \
           nickname_key = NULL, password_hash = NULL, provider_id = NULL, provider_key = NULL, profile_image = NULL, \
           birthday = NULL, live_alone_date = NULL, gender = NULL, mbti = NULL, last_login_at = NULL, \
           nickname_changed_at = NULL, suspended_until = NULL, follower_count = 0, following_count = 0, \
           anonymized_at = {at}, updated_at = {at} WHERE id IN (SELECT id FROM due_anonymise);"
    )
}

fn notices(cutoffs: &Cutoffs) -> String {
    let (at, life) = (cutoffs.at.micros(), &cutoffs.policy.lifecycle);
    let (dormant, delete) = (life.dormant_months, life.delete_months);
    format!(
        "INSERT INTO mail_outbox (kind, user_id, recipient, payload, dedupe_key, state, next_attempt_at, created_at) \
           SELECT 'DORMANCY_NOTICE', id, email, json_object('nickname', nickname), \
           'dormancy:' || id || ':' || basis_at, 'QUEUED', {at}, {at} \
           FROM users WHERE id IN (SELECT id FROM due_notice); \
         INSERT INTO dormancy_notices (user_id, last_checked_login_at, state, mail_id, dormant_months, delete_months, \
           created_at) SELECT u.id, u.basis_at, 'QUEUED', m.id, {dormant}, {delete}, {at} \
           FROM users u CROSS JOIN mail_outbox m WHERE u.id IN (SELECT id FROM due_notice) \
           AND m.dedupe_key = 'dormancy:' || u.id || ':' || u.basis_at;"
    )
}
