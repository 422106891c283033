//! What an operator can order.

use serde::Serialize;

use crate::service::place::Correction;
use crate::service::sanction::Measure;
use crate::types::{AppealId, PlaceId, ReportId, ReportReason, SanctionId, Target, UserId};

/// An order of an operator. `seen` is the version of a report as the operator saw it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "act", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Act {
    /// Look after an open report.
    ReportClaim {
        /// Which.
        report: ReportId,
        /// As seen.
        seen: i32,
    },
    /// Leave it to others again.
    ReportRelease {
        /// Which.
        report: ReportId,
        /// As seen.
        seen: i32,
    },
    /// The report is wrong: its points are taken back (RP4).
    ReportReject {
        /// Which.
        report: ReportId,
        /// As seen.
        seen: i32,
    },
    /// The report is right: a hiding by reports becomes the operators' own (RP4).
    ReportAccept {
        /// Which.
        report: ReportId,
        /// As seen.
        seen: i32,
    },
    /// Hide it until an operator shows it again.
    Hide {
        /// What.
        #[serde(flatten)]
        target: Target,
    },
    /// Show it again and reject its open reports, so that one more does not hide it again (RP4).
    Unhide {
        /// What.
        #[serde(flatten)]
        target: Target,
    },
    /// Delete it as its author could.
    Delete {
        /// What.
        #[serde(flatten)]
        target: Target,
    },
    /// Take a deletion back, by whomever.
    Undelete {
        /// What.
        #[serde(flatten)]
        target: Target,
    },
    /// Warn or suspend a member, who gets a mail (Z1).
    Impose {
        /// Whom.
        member: UserId,
        /// What.
        measure: Measure,
        /// Why.
        reason: ReportReason,
        /// Text for the member.
        #[serde(skip_serializing)]
        message: Option<String>,
    },
    /// End a measure before its time (Z1).
    Lift {
        /// Which.
        sanction: SanctionId,
    },
    /// Lift the measure that is appealed, and tell the member (Z5).
    AppealAccept {
        /// Which.
        appeal: AppealId,
        /// Text for the member.
        #[serde(skip_serializing)]
        answer: String,
    },
    /// Let the measure stand, and tell the member (Z5).
    AppealReject {
        /// Which.
        appeal: AppealId,
        /// Text for the member.
        #[serde(skip_serializing)]
        answer: String,
    },
    /// End a membership (L8, L10).
    MemberWithdraw {
        /// Whose.
        member: UserId,
    },
    /// Make a withdrawn member ACTIVE again until anonymisation (L16).
    MemberRestore {
        /// Whom.
        member: UserId,
    },
    /// Confirm a PENDING member's address in their place.
    MemberVerify {
        /// Whose.
        member: UserId,
    },
    /// Give a member another nickname.
    MemberRename {
        /// Whom.
        member: UserId,
        /// The new one.
        #[serde(skip_serializing)]
        nickname: String,
    },
    /// End all sessions of a member.
    MemberSignOut {
        /// Whose.
        member: UserId,
    },
    /// Correct a place and settle what was disputed (FV9).
    PlaceCorrect {
        /// Which.
        place: PlaceId,
        /// What it shall be.
        #[serde(flatten)]
        to: Correction,
    },
    /// Make a place answer as another one, and move its favourites there (FV9).
    PlaceMerge {
        /// The one that goes.
        from: PlaceId,
        /// The one that stays.
        into: PlaceId,
    },
}

impl Act {
    /// What it is done to, as the log names it.
    pub const fn target(&self) -> (&'static str, i64) {
        match self {
            Self::ReportClaim { report, .. }
            | Self::ReportRelease { report, .. }
            | Self::ReportReject { report, .. }
            | Self::ReportAccept { report, .. } => ("REPORT", report.0),
            Self::Hide { target } | Self::Unhide { target } | Self::Delete { target } | Self::Undelete { target } => {
                (target.kind(), target.id())
            }
            Self::Impose { member, .. }
            | Self::MemberWithdraw { member }
            | Self::MemberRestore { member }
            | Self::MemberVerify { member }
            | Self::MemberRename { member, .. }
            | Self::MemberSignOut { member } => ("MEMBER", member.0),
            Self::Lift { sanction } => ("SANCTION", sanction.0),
            Self::AppealAccept { appeal, .. } | Self::AppealReject { appeal, .. } => ("APPEAL", appeal.0),
            Self::PlaceCorrect { place, .. } | Self::PlaceMerge { from: place, .. } => ("PLACE", place.0),
        }
    }

    /// Its name in the log: kind and verb.
    pub fn name(&self) -> String {
        let verb = match self {
            Self::ReportClaim { .. } => "CLAIM",
            Self::ReportRelease { .. } => "RELEASE",
            Self::ReportReject { .. } | Self::AppealReject { .. } => "REJECT",
            Self::ReportAccept { .. } | Self::AppealAccept { .. } => "ACCEPT",
            Self::Hide { .. } => "HIDE",
            Self::Unhide { .. } => "UNHIDE",
            Self::Delete { .. } => "DELETE",
            Self::Undelete { .. } => "UNDELETE",
            Self::Impose { measure: Measure::Warning, .. } => "WARN",
            Self::Impose { measure: Measure::Suspension { .. }, .. } => "SUSPEND",
            Self::Lift { .. } => "LIFT",
            Self::MemberWithdraw { .. } => "WITHDRAW",
            Self::MemberRestore { .. } => "RESTORE",
            Self::MemberVerify { .. } => "VERIFY",
            Self::MemberRename { .. } => "RENAME",
            Self::MemberSignOut { .. } => "SIGN_OUT",
            Self::PlaceCorrect { .. } => "CORRECT",
            Self::PlaceMerge { .. } => "MERGE",
        };
        format!("{}_{verb}", self.target().0)
    }

    /// Why this can never be undone, where it cannot.
    pub(super) const fn forever(&self) -> Option<&'static str> {
        match self {
            Self::MemberVerify { .. } => Some("a membership that has begun is ended by withdrawal"),
            Self::MemberRename { .. } => Some("names are not kept here; rename the member again"),
            Self::MemberSignOut { .. } => Some("sessions that were ended stay ended"),
            Self::MemberRestore { .. } => Some("the thirty days would not begin anew; withdraw the member again"),
            Self::PlaceMerge { .. } => Some("its favourites were moved, and doubles dropped"),
            _ => None,
        }
    }
}
