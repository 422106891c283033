//! Measures against members, and their appeals.

use super::text_enum::text_enum;

text_enum! {
    /// What operators do to a member (Z1).
    SanctionKind {
        /// To be seen, without effect.
        Warning = "WARNING",
        /// No writing until it ends (Z2).
        Suspension = "SUSPENSION",
    }
}
text_enum! {
    /// Where a measure stands (Z3); follows from its times and is not stored.
    SanctionState {
        /// In force.
        Active = "ACTIVE",
        /// Ended by itself.
        Expired = "EXPIRED",
        /// Ended by an operator.
        Lifted = "LIFTED",
    }
}
text_enum! {
    /// Where an appeal stands (Z5).
    AppealState {
        /// Nobody has decided.
        Open = "OPEN",
        /// The measure was lifted.
        Accepted = "ACCEPTED",
        /// The measure stays.
        Rejected = "REJECTED",
    }
}
