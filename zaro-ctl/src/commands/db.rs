//! `zaro-ctl db …`

use zaro_core::config::Config;
use zaro_core::db::migrate::{self, SchemaStatus};

use crate::cli::{Consents, DbVerb};
use crate::confirm::{Consent, confirm};
use crate::exit::{Exit, Failure};
use crate::output::Printer;
use crate::session;

pub(super) fn run(config: &Config, verb: &DbVerb, printer: Printer) -> Result<Exit, Failure> {
    match verb {
        DbVerb::Status => show(config, printer),
        DbVerb::Migrate(consents) => migrate(config, *consents, printer),
    }
}

fn show(config: &Config, printer: Printer) -> Result<Exit, Failure> {
    let status = migrate::status(&session::open_db(config, false)?)?;
    printer.data(&status, || describe(config, &status));
    Ok(if status.unknown.is_empty() { Exit::Done } else { Exit::Refused })
}

fn migrate(config: &Config, consents: Consents, printer: Printer) -> Result<Exit, Failure> {
    let db = session::open_db(config, !consents.dry_run)?;
    let status = migrate::status(&db)?;
    status.refuse_newer()?;
    if status.pending.is_empty() || consents.dry_run {
        printer.data(&status, || describe(config, &status));
        return Ok(Exit::Done);
    }
    // An empty database has nothing that could be harmed, so there is nothing to ask.
    let consent = if consents.yes || status.applied.is_empty() { Consent::Yes } else { Consent::Ask };
    printer.say(&describe(config, &status));
    if confirm(consent, &format!("Apply {} migration(s)?", status.pending.len()))?.is_none() {
        printer.say("nothing was changed");
        return Ok(Exit::Refused);
    }
    let applied = migrate::migrate(&db)?;
    printer.data(&migrate::status(&db)?, || format!("applied {}", applied.join(", ")));
    Ok(Exit::Done)
}

fn describe(config: &Config, status: &SchemaStatus) -> String {
    let list = |numbers: &[String]| if numbers.is_empty() { "none".to_owned() } else { numbers.join(", ") };
    format!(
        "database  {}\nschema    {}\npending   {}\nunknown   {}",
        config.database.redacted(),
        status.number(),
        list(&status.pending),
        list(&status.unknown)
    )
}
