//! Reports, and what operators do to members.

use super::text_enum::text_enum;

text_enum! {
    /// Why something is reported.
    ReportReason {
        /// Advertising, flooding.
        Spam = "SPAM",
        /// Insults, hatred.
        Insult = "INSULT",
        /// Out of place.
        Inappropriate = "INAPPROPRIATE",
        /// Fraud.
        Fraud = "FRAUD",
        /// Sexual content.
        Sexual = "SEXUAL",
        /// Violence.
        Violence = "VIOLENCE",
        /// Against the law.
        Illegal = "ILLEGAL",
        /// Something else, told in words.
        Etc = "ETC",
    }
}
