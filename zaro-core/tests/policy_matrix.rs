//! The member lifecycle as a table that anybody can read: status × day, one second either side of each edge.

use std::fmt::Write as _;

use chrono::TimeDelta;
use zaro_core::policy::account::{AccountDecision, MemberFacts, NoticeFacts, decide};
use zaro_core::policy::retention::Lifecycle;
use zaro_core::types::{NoticeState, Status, Time};

fn at(text: &str) -> Time {
    Time::parse(text).expect("an instant")
}

fn facts(status: Status, basis: Option<Time>) -> MemberFacts {
    MemberFacts {
        status,
        created_at: at("2026-01-10T09:00:00Z"),
        basis_at: basis,
        notice: None,
        link_until: None,
        dormant_at: None,
        deleted_at: None,
        anonymized_at: None,
    }
}

fn word(decision: AccountDecision) -> &'static str {
    match decision {
        AccountDecision::Keep => "-",
        AccountDecision::Purge => "remove the row",
        AccountDecision::SendDormancyNotice => "send the notice",
        AccountDecision::MakeDormant => "ACTIVE -> DORMANT",
        AccountDecision::SoftDelete => "DORMANT -> DELETED",
        AccountDecision::Anonymise => "anonymise",
    }
}

/// One block of the table: a kind of member, and what is due around each edge.
fn block(table: &mut String, title: &str, facts: MemberFacts, edges: &[(&str, Time)]) {
    let rules = Lifecycle::default();
    writeln!(table, "\n{title}").expect("a string");
    for (name, edge) in edges {
        for (side, seconds) in [("1 s before", -1), ("exactly at", 0), ("1 s after", 1)] {
            let now = edge.plus(TimeDelta::seconds(seconds));
            let decided = word(decide(&facts, &rules, now));
            writeln!(table, "  {now}  {side:<10} {name:<38} {decided}").expect("a string");
        }
    }
}

fn matrix() -> String {
    let mut table = String::from(
        "What is due for a member, by status and time (RULES L2; DESIGN section 3).\n\
         Made by tests/policy_matrix.rs from policy/account.rs; - means: nothing.\n",
    );
    let signed_up = at("2026-01-10T09:00:00Z");
    let day = |n| signed_up.plus(TimeDelta::days(n));
    let pending = facts(Status::Pending, None);
    block(&mut table, "PENDING, signed up 2026-01-10 09:00, link expired", pending, &[("1 day after sign-up", day(1))]);
    let link = day(1).plus(TimeDelta::minutes(20));
    let linked = MemberFacts { link_until: Some(link), ..pending };
    let edges = [("1 day after sign-up", day(1)), ("end of the newest link", link)];
    block(&mut table, "PENDING, asked for a new link just before the day was over", linked, &edges);

    // 31 August: six months later is the last day of February.
    let basis = at("2026-08-31T10:00:00Z");
    let active = facts(Status::Active, Some(basis));
    let (five, six) =
        (("5 months after the basis", basis.add_months(5)), ("6 months after the basis", basis.add_months(6)));
    block(&mut table, "ACTIVE, last seen 2026-08-31 10:00, no notice yet", active, &[five, six]);
    let notice = |state, handed_over_at| MemberFacts { notice: Some(NoticeFacts { state, handed_over_at }), ..active };
    let early = basis.add_months(5);
    let early_lead = ("30 days after hand-over", early.plus(TimeDelta::days(30)));
    let noticed = notice(NoticeState::Accepted, Some(early));
    block(&mut table, "ACTIVE, notice handed over at 5 months", noticed, &[early_lead, six]);
    let late = basis.add_months(9);
    let late_lead = ("30 days after hand-over", late.plus(TimeDelta::days(30)));
    let noticed_late = notice(NoticeState::Accepted, Some(late));
    block(&mut table, "ACTIVE, notice handed over only at 9 months (after an outage)", noticed_late, &[six, late_lead]);
    for state in [NoticeState::Queued, NoticeState::Bounced, NoticeState::Unknown] {
        let title = format!("ACTIVE, notice {state}: not handed over, so nothing ever follows by itself");
        block(&mut table, &title, notice(state, None), &[six, ("12 months after the basis", basis.add_months(12))]);
    }

    let dormant_at = at("2027-02-28T18:30:00Z");
    let dormant = MemberFacts { dormant_at: Some(dormant_at), ..facts(Status::Dormant, Some(basis)) };
    block(&mut table, "DORMANT since 2027-02-28 18:30", dormant, &[("6 months of dormancy", dormant_at.add_months(6))]);

    let deleted_at = at("2027-09-01T00:00:00Z");
    let deleted = MemberFacts { deleted_at: Some(deleted_at), ..facts(Status::Deleted, Some(basis)) };
    let month = ("30 days after withdrawal", deleted_at.plus(TimeDelta::days(30)));
    block(&mut table, "DELETED since 2027-09-01 00:00", deleted, &[month]);
    let emptied = MemberFacts { anonymized_at: Some(month.1), ..deleted };
    block(&mut table, "DELETED and anonymised: the end of the road", emptied, &[month]);
    table
}

#[test]
fn the_matrix_is_what_the_policy_says() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/policy_matrix.txt");
    let made = matrix();
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    if made != written {
        let new = path.with_extension("txt.new");
        std::fs::write(&new, &made).expect("the new matrix is written");
        panic!("the policy changed; compare {} with {} and rename it if that is meant", new.display(), path.display());
    }
}
