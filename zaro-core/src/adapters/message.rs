//! A mail as the bytes that go over the wire, the same for a file and for a mail server.

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};

use crate::ports::OutgoingMail;
use crate::types::Time;

/// Builds the message: text first, HTML as its alternative.
///
/// # Errors
/// In words, when the address or the sender is none.
pub(super) fn build(from: &Mailbox, mail: &OutgoingMail, date: Time) -> Result<Message, String> {
    let to: lettre::Address = mail.to.parse().map_err(|error| format!("the address cannot be written to: {error}"))?;
    let part = |kind: ContentType, body: &str| SinglePart::builder().header(kind).body(body.to_owned());
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(mail.subject.clone())
        .message_id(Some(mail.message_id.clone()))
        .date(std::time::SystemTime::from(date.to_utc()))
        .multipart(
            MultiPart::alternative()
                .singlepart(part(ContentType::TEXT_PLAIN, &mail.text))
                .singlepart(part(ContentType::TEXT_HTML, &mail.html)),
        )
        .map_err(|error| format!("the message cannot be built: {error}"))
}
