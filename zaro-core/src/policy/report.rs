//! What may be reported, what a report weighs, and when it hides something (RP1, RP2, RP4).

use serde::Serialize;

use crate::error::Code;
use crate::types::{HiddenReason, ReportReason, ReportState, Target, UserId, cut};

/// FC: longest description of a reason, in characters.
pub const REASON_TEXT_MAX: usize = 255;
/// RP2: points of a report.
const FULL: i32 = 100;
/// RP2: points of a report by somebody of whose reports half are rejected.
const HALF: i32 = 50;
/// RP2: points at which something is hidden.
pub const HIDE_AT: i32 = 500;
/// RP2: how many decided reports a member is judged by, the latest.
pub const RECORD: usize = 20;
/// RP2: fewer rejected ones than this say nothing.
const RECORD_MIN: usize = 5;
/// The longest evidence that is kept, in characters of its JSON.
const EVIDENCE_MAX: usize = 16_000;

/// How grave a reason is, for the order in which operators look: what can hurt somebody today comes first.
pub const fn severity(reason: ReportReason) -> i32 {
    match reason {
        ReportReason::Illegal => 8,
        ReportReason::Violence => 7,
        ReportReason::Sexual => 6,
        ReportReason::Fraud => 5,
        ReportReason::Insult => 4,
        ReportReason::Inappropriate => 3,
        ReportReason::Spam => 2,
        ReportReason::Etc => 1,
    }
}

/// Checks a description that is not blank.
pub fn check_reason_text(text: &str) -> Result<(), Code> {
    if text.chars().count() <= REASON_TEXT_MAX { Ok(()) } else { Err(Code::ReasonTextTooLong) }
}

/// What decides whether something may be reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TargetFacts {
    /// Who wrote it.
    pub author: UserId,
    /// Whether it is neither deleted nor hidden.
    pub visible: bool,
}

/// RP1: only what is visible, and nothing of one's own.
pub fn may_report(target: Target, facts: Option<TargetFacts>, reporter: UserId) -> Result<(), Code> {
    match (facts, target) {
        (Some(facts), _) if facts.visible && facts.author != reporter => Ok(()),
        (Some(facts), Target::Post(_)) if facts.visible => Err(Code::CannotReportOwnPost),
        (Some(facts), Target::Comment(_)) if facts.visible => Err(Code::CannotReportOwnComment),
        (_, Target::Post(_)) => Err(Code::PostNotFound),
        (_, Target::Comment(_)) => Err(Code::CommentNotFound),
    }
}

/// RP1: what a second report by the same member is answered.
pub const fn already_reported(target: Target) -> Code {
    match target {
        Target::Post(_) => Code::AlreadyReportedPost,
        Target::Comment(_) => Code::AlreadyReportedComment,
    }
}

/// RP2: the points of a report by a member with this record, the latest decisions on their reports.
pub fn weight(record: &[ReportState]) -> i32 {
    let rejected = record.iter().filter(|state| **state == ReportState::Rejected).count();
    if rejected < RECORD_MIN {
        FULL
    } else if rejected * 5 >= record.len() * 4 {
        0
    } else if rejected * 2 >= record.len() {
        HALF
    } else {
        FULL
    }
}

/// RP2: whether these points, the last of which came with one report, hide what is visible.
///
/// Only the report by which they reach the edge: what operators have shown again, although accepted reports keep its
/// points above the edge, is theirs to hide (RP4).
pub const fn hides(before: i32, after: i32) -> bool {
    before < HIDE_AT && after >= HIDE_AT
}

/// RP4: whether something that stands hidden like this comes back at these points.
pub fn comes_back(hidden: Option<HiddenReason>, points: i32) -> bool {
    hidden == Some(HiddenReason::Reports) && points < HIDE_AT
}

/// RP2: title and text of this moment, as JSON, cut.
pub fn evidence(title: Option<&str>, content: &str) -> String {
    #[derive(Serialize)]
    struct Evidence<'a> {
        #[serde(skip_serializing_if = "Option::is_none")]
        title: Option<&'a str>,
        content: &'a str,
    }
    // Texts only: there is nothing in it that could not be written.
    let write = |content: &str| serde_json::to_string(&Evidence { title, content }).unwrap_or_default();
    let whole = write(content);
    let excess = whole.chars().count().saturating_sub(EVIDENCE_MAX);
    if excess == 0 {
        return whole;
    }
    // Every character takes one or more in the JSON, so leaving out so many is enough.
    write(&cut(content, content.chars().count().saturating_sub(excess)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{CommentId, PostId};

    #[test]
    fn rp1_what_may_be_reported() {
        let (post, comment) = (Target::Post(PostId(1)), Target::Comment(CommentId(1)));
        let facts = |author, visible| Some(TargetFacts { author: UserId(author), visible });
        for (target, facts, answer) in [
            (post, facts(2, true), Ok(())),
            (comment, facts(2, true), Ok(())),
            (post, facts(1, true), Err(Code::CannotReportOwnPost)),
            (comment, facts(1, true), Err(Code::CannotReportOwnComment)),
            (post, facts(1, false), Err(Code::PostNotFound)),
            (comment, facts(2, false), Err(Code::CommentNotFound)),
            (post, None, Err(Code::PostNotFound)),
            (comment, None, Err(Code::CommentNotFound)),
        ] {
            assert_eq!(may_report(target, facts, UserId(1)), answer, "{target} {facts:?}");
        }
    }

    #[test]
    fn rp2_what_a_report_weighs_by_the_record() {
        for (accepted, rejected, points) in [
            (0, 0, 100),
            (20, 0, 100),
            (0, 4, 100),
            (1, 4, 100),
            (0, 5, 0),
            (1, 5, 0),
            (2, 5, 50),
            (5, 5, 50),
            (6, 5, 100),
            (11, 9, 100),
            (10, 10, 50),
            (5, 15, 50),
            (4, 16, 0),
        ] {
            let record = [vec![ReportState::Accepted; accepted], vec![ReportState::Rejected; rejected]].concat();
            assert_eq!(weight(&record), points, "{rejected} of {} rejected", record.len());
        }
    }

    #[test]
    fn rp2_rp4_the_edge_is_at_five_ordinary_reports() {
        assert_eq!(
            [(400, 499), (400, 500), (450, 550), (500, 600), (500, 500)].map(|(a, b)| hides(a, b)),
            [false, true, true, false, false]
        );
        assert!(comes_back(Some(HiddenReason::Reports), 499));
        assert!(!comes_back(Some(HiddenReason::Reports), 500));
        assert!(!comes_back(Some(HiddenReason::Operator), 0), "only operators end it");
        assert!(!comes_back(None, 0));
    }

    #[test]
    fn rp2_evidence_fits_its_column() {
        assert_eq!(evidence(Some("제목"), "글\n"), r#"{"title":"제목","content":"글\n"}"#);
        assert_eq!(evidence(None, "댓글"), r#"{"content":"댓글"}"#);
        for content in ["가".repeat(21_845), "\u{1}".repeat(65_535), "\"".repeat(20_000), "a".repeat(65_535)] {
            let written = evidence(Some("제목"), &content);
            assert!(written.chars().count() <= EVIDENCE_MAX);
            let read: serde_json::Value = serde_json::from_str(&written).expect("JSON");
            assert!(content.starts_with(read["content"].as_str().expect("a text")));
        }
    }
}
