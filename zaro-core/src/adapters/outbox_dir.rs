//! Mail as files, one a message: the embedded default.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lettre::message::Mailbox;

use super::message;
use crate::clock::Clock;
use crate::policy::mail::Delivery;
use crate::ports::{Mailer, OutgoingMail};

/// Writes `<number>-<address>.eml` into a folder, by rename, so that a reader never sees half a mail.
pub struct OutboxDir {
    folder: PathBuf,
    from: Mailbox,
    clock: Arc<dyn Clock>,
}

impl OutboxDir {
    /// The folder is made with the first mail.
    pub fn new(folder: &Path, from: Mailbox, clock: Arc<dyn Clock>) -> Self {
        Self { folder: folder.to_owned(), from, clock }
    }

    /// Where a mail is put; the same mail tried again is the same file.
    fn path(&self, mail: &OutgoingMail) -> PathBuf {
        let name: String =
            mail.to.chars().map(|c| if c.is_ascii_alphanumeric() || "@.-_+".contains(c) { c } else { '_' }).collect();
        self.folder.join(format!("{:08}-{name}.eml", mail.id))
    }

    fn write(&self, mail: &OutgoingMail, bytes: &[u8]) -> std::io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let path = self.path(mail);
        let part = path.with_extension("part");
        let mut file = fs::File::create(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(part, path)
    }
}

impl Mailer for OutboxDir {
    fn send(&self, mail: &OutgoingMail) -> Delivery {
        let message = match message::build(&self.from, mail, self.clock.now()) {
            Ok(message) => message,
            Err(why) => return Delivery::Refused(why),
        };
        match self.write(mail, &message.formatted()) {
            Ok(()) => Delivery::Accepted { message_id: mail.message_id.clone() },
            Err(error) => Delivery::NotNow(format!("the outbox folder cannot be written: {error}")),
        }
    }

    fn check(&self) -> Result<(), String> {
        if !self.folder.exists() {
            // Made with the first mail.
            return Ok(());
        }
        let probe = self.folder.join(".probe");
        fs::write(&probe, b"").and_then(|()| fs::remove_file(&probe)).map_err(|error| error.to_string())
    }

    fn describe(&self) -> String {
        format!("files in {}", self.folder.display())
    }
}
