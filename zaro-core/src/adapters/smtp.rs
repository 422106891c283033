//! Mail through a mail server.

use std::sync::Arc;
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp::{Error as SmtpError, PoolConfig};
use lettre::{SmtpTransport, Transport};

use super::message;
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::policy::mail::Delivery;
use crate::ports::{Mailer, OutgoingMail};

/// How long one command may take; a message of ours is small.
const PATIENCE: Duration = Duration::from_secs(20);
/// Connections kept open to the mail server.
const CONNECTIONS: u32 = 4;

/// A pool of connections to one mail server.
pub struct Smtp {
    transport: SmtpTransport,
    from: Mailbox,
    host: String,
    clock: Arc<dyn Clock>,
}

impl Smtp {
    /// Reads `smtp://…` or `smtps://…`; connects only when the first mail is sent.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the URL cannot be read.
    pub fn new(url: &str, from: Mailbox, clock: Arc<dyn Clock>) -> Result<Self> {
        let wrong = |why: String| Error::Unavailable { what: "the mail server", why };
        let transport = SmtpTransport::from_url(url)
            .map_err(|error| wrong(format!("`ZARO_MAIL_URL` cannot be read: {error}")))?
            .timeout(Some(PATIENCE))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS))
            .build();
        let host =
            url.rsplit('@').next().unwrap_or_default().trim_start_matches("smtps://").trim_start_matches("smtp://");
        Ok(Self { transport, from, host: host.to_owned(), clock })
    }
}

impl Mailer for Smtp {
    fn send(&self, mail: &OutgoingMail) -> Delivery {
        let message = match message::build(&self.from, mail, self.clock.now()) {
            Ok(message) => message,
            Err(why) => return Delivery::Refused(why),
        };
        // A greeting first: whatever fails here, the message has certainly not gone out.
        if let Err(why) = self.check() {
            return Delivery::NotNow(why);
        }
        match self.transport.send(&message) {
            Ok(_) => Delivery::Accepted { message_id: mail.message_id.clone() },
            Err(error) if error.is_permanent() && is_about_recipient(&error) => Delivery::Refused(words(&error)),
            Err(error) if error.is_permanent() || error.is_transient() => Delivery::NotNow(words(&error)),
            Err(error) => Delivery::Unclear(words(&error)),
        }
    }

    fn check(&self) -> Result<(), String> {
        match self.transport.test_connection() {
            Ok(true) => Ok(()),
            Ok(false) => Err("the mail server does not answer".to_owned()),
            Err(error) => Err(words(&error)),
        }
    }

    fn describe(&self) -> String {
        format!("the mail server {}", self.host)
    }
}

/// M3: whether a 5xx answer means the recipient. One about us (not signed in, sender not allowed, quota, policy) would
/// otherwise close a whole day's mail for good; it is tried again, and gives up after three days.
fn is_about_recipient(error: &SmtpError) -> bool {
    let code = error.status().map_or(0, u16::from);
    let text = error.to_string();
    matches!(code, 550 | 551 | 553 | 556) && !text.contains("5.7.") && !text.contains("5.3.")
}

/// The error's own words with its cause, without addresses (H16).
fn words(error: &SmtpError) -> String {
    let mut text = error.to_string();
    if let Some(source) = std::error::Error::source(error) {
        text = format!("{text}: {source}");
    }
    text.split_whitespace()
        .map(|word| if word.contains('@') { "<address>" } else { word })
        .collect::<Vec<_>>()
        .join(" ")
}
