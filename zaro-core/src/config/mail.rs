//! Section `mail`.

use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::{ConfigError, Sources};

/// How mail leaves.
#[derive(Clone, Debug)]
pub struct MailConfig {
    /// Folder or mail server.
    pub target: MailTarget,
    /// Sender of every mail, `Name <address>`.
    pub from: String,
}

/// Folder or mail server.
#[derive(Clone, Debug)]
pub enum MailTarget {
    /// One file a message.
    Outbox(PathBuf),
    /// `smtp://` or `smtps://`; can hold a password.
    Smtp(SecretString),
}

impl MailConfig {
    pub(super) fn read(sources: &Sources, data_dir: &Path) -> Result<Self, ConfigError> {
        let hint = "use outbox://FOLDER, smtp://USER:PASSWORD@HOST:587?tls=required or smtps://USER:PASSWORD@HOST";
        let target = match sources.get("mail.url") {
            None => MailTarget::Outbox(data_dir.join("outbox")),
            Some(value) => match value.text.split_once("://") {
                Some(("outbox", "")) => return Err(value.wrong("names no folder", hint)),
                Some(("outbox", folder)) => MailTarget::Outbox(folder.into()),
                Some(("smtp" | "smtps", "")) => return Err(value.wrong("names no server", hint)),
                #[cfg(feature = "smtp")]
                Some(("smtp" | "smtps", _)) => match lettre::SmtpTransport::from_url(&value.text) {
                    Ok(_) => MailTarget::Smtp(value.text.into()),
                    // The driver's words could repeat the password.
                    Err(_) => return Err(value.wrong("cannot be read as an address of a mail server", hint)),
                },
                #[cfg(not(feature = "smtp"))]
                Some(("smtp" | "smtps", _)) => {
                    return Err(value.wrong(
                        "names a mail server, which this build leaves out",
                        "build with `--features production`",
                    ));
                }
                Some((scheme, _)) => return Err(value.wrong(format!("has the scheme `{scheme}`"), hint)),
                None => return Err(value.wrong("has no scheme", hint)),
            },
        };
        let from = match sources.get("mail.from") {
            None => "자취의 로망 <no-reply@zaro.example>".to_owned(),
            Some(value) => {
                if value.text.parse::<lettre::message::Mailbox>().is_err() {
                    return Err(value.wrong(
                        format!("is `{}`, not a sender", value.text),
                        "e.g. 자취의 로망 <no-reply@zaro.example>",
                    ));
                }
                value.text
            }
        };
        Ok(Self { target, from })
    }
}
