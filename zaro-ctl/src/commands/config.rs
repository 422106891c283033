//! `zaro-ctl config …`

use serde_json::{Value, json};
use zaro_core::config::{Config, Origin, SETTINGS, Setting, Sources};

use crate::cli::config::ConfigVerb;
use crate::exit::{Exit, Failure};
use crate::output::{Printer, table};

pub(super) fn run(sources: &Sources, verb: &ConfigVerb, printer: Printer) -> Result<Exit, Failure> {
    match verb {
        ConfigVerb::Show { origin } => show(sources, *origin, printer),
        ConfigVerb::Check => {
            let config = Config::read(sources)?;
            let data = json!({ "data_dir": config.data_dir, "database": config.database.redacted() });
            printer.data(&data, || "the configuration is good".to_owned());
        }
    }
    Ok(Exit::Done)
}

/// A setting as it holds.
struct Held {
    setting: &'static Setting,
    value: String,
    origin: Option<Origin>,
}

impl Held {
    fn of(sources: &Sources, setting: &'static Setting) -> Self {
        let given = sources.get(setting.key);
        Self {
            setting,
            value: given.as_ref().map_or_else(|| setting.default.to_owned(), |given| shown(setting, &given.text)),
            origin: given.map(|given| given.origin),
        }
    }

    fn origin(&self) -> String {
        self.origin.as_ref().map_or_else(|| "default".to_owned(), ToString::to_string)
    }

    fn kind(&self) -> &'static str {
        match self.origin {
            Some(Origin::Flag(_)) => "flag",
            Some(Origin::Env(_)) => "env",
            Some(Origin::File(..)) => "file",
            None => "default",
        }
    }
}

/// A value for people's eyes: keys never, addresses without user and password.
fn shown(setting: &Setting, text: &str) -> String {
    if setting.key.ends_with("_key") {
        return "(set, not shown)".to_owned();
    }
    match text.split_once("://") {
        Some((scheme, rest)) => match rest.rsplit_once('@') {
            Some((_, host)) => format!("{scheme}://…@{host}"),
            None => text.to_owned(),
        },
        // Without a scheme an address is none, and all of it may be a password.
        None if matches!(setting.key, "database.url" | "mail.url") => "(no address, not shown)".to_owned(),
        None => text.to_owned(),
    }
}

fn show(sources: &Sources, with_origin: bool, printer: Printer) {
    let all: Vec<Held> = SETTINGS.iter().map(|setting| Held::of(sources, setting)).collect();
    let data: Vec<Value> = all.iter().map(|held| {
        json!({
            "key": held.setting.key, "env": held.setting.env, "value": held.value, "origin": held.kind(), "where": held.origin(),
        })
    }).collect();
    printer.data(&data, || {
        if with_origin {
            let rows = all.iter().map(|held| [held.setting.key.to_owned(), held.value.clone(), held.origin()]);
            table(["setting", "value", "given in"], rows)
        } else {
            table(["setting", "value"], all.iter().map(|held| [held.setting.key.to_owned(), held.value.clone()]))
        }
    });
}
