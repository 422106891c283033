//! `zaro-ctl maintenance …` (H18)

use serde_json::json;
use zaro_core::config::Config;
use zaro_core::models::lease::Lease;
use zaro_core::service::maintenance;

use crate::cli::MaintenanceVerb;
use crate::confirm::{Consent, confirm};
use crate::exit::{Exit, Failure};
use crate::output::Printer;
use crate::session;

pub(super) fn run(config: &Config, verb: &MaintenanceVerb, printer: Printer) -> Result<Exit, Failure> {
    let ctx = session::open(config)?;
    match verb {
        MaintenanceVerb::Status => show(maintenance::find(&ctx)?.as_ref(), printer),
        MaintenanceVerb::On(consents) => {
            let found = maintenance::find(&ctx)?;
            if found.is_some() || consents.dry_run {
                show(found.as_ref(), printer);
                return Ok(Exit::Done);
            }
            let consent = if consents.yes { Consent::Yes } else { Consent::Ask };
            if confirm(consent, "Refuse everything that members write, until it is switched off?")?.is_none() {
                printer.say("nothing was changed");
                return Ok(Exit::Refused);
            }
            show(Some(&maintenance::begin(&ctx)?), printer);
        }
        MaintenanceVerb::Off => {
            if !maintenance::end(&ctx)? {
                printer.say("it was off already");
            }
            show(None, printer);
        }
    }
    Ok(Exit::Done)
}

fn show(found: Option<&Lease>, printer: Printer) {
    let data = json!({
        "on": found.is_some(),
        "since": found.map(|lease| lease.acquired_at),
        "by": found.map(|lease| &lease.holder),
    });
    printer.data(&data, || match found {
        Some(lease) => format!("maintenance is on since {} by {}", lease.acquired_at.wire(), lease.holder),
        None => "maintenance is off".to_owned(),
    });
}
