//! `zaro-ctl backup …`

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use zaro_core::Error;
use zaro_core::clock::{Clock as _, SystemClock};
use zaro_core::config::Config;
use zaro_core::db::{Backend, migrate};
use zaro_core::service::backup::{self, Manifest, Places, Progress, Watch};

use super::order;
use crate::cli::backup::{BackupRestore, BackupVerb};
use crate::confirm::{Confirmed, Consent, confirm};
use crate::exit::{Exit, Failure};
use crate::output::{Printer, number, table};
use crate::session;

pub(super) fn run(config: &Config, verb: &BackupVerb, printer: Printer) -> Result<Exit, Failure> {
    match verb {
        BackupVerb::Create { file } => create(config, file, printer),
        BackupVerb::Verify { file } => verify(file, printer),
        BackupVerb::Restore(wanted) => restore(config, wanted, printer),
    }
}

/// The file of the database; a server's is copied by its own tools.
fn database(config: &Config) -> Result<PathBuf, Failure> {
    match Backend::of(&config.database.url) {
        Some(Backend::Sqlite { path }) => Ok(path.into()),
        _ => Err(Failure::new(
            Exit::Usage,
            format!("{} is no file, and only files are backed up here", config.database.redacted()),
            "use `mysqldump --single-transaction` for the database, and copy the folder of the images",
        )),
    }
}

/// Bytes on a bar, and Ctrl-C.
fn watched<T>(
    printer: Printer,
    work: impl FnOnce(&mut Watch<'_>) -> zaro_core::Result<T>,
) -> Result<Option<T>, Failure> {
    let stop: std::sync::Arc<AtomicBool> = session::stop_flag()?;
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::hidden());
    if printer.has_terminal() {
        bar.set_draw_target(ProgressDrawTarget::stderr());
    }
    let style = ProgressStyle::with_template("{msg:20} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}");
    bar.set_style(
        style.map_err(|error| Failure::new(Exit::Usage, format!("the progress bar: {error}"), "report this"))?,
    );
    let mut progress = |at: Progress| {
        bar.set_message(at.stage);
        bar.set_length(at.total);
        bar.set_position(at.done);
    };
    let done = work(&mut Watch { stop: &stop, progress: &mut progress });
    bar.finish_and_clear();
    match done {
        Err(error) if backup::is_stop(&error) => {
            Printer::alarm("interrupted; nothing is left of it, and the same command begins anew");
            Ok(None)
        }
        other => Ok(Some(other.map_err(too_full)?)),
    }
}

/// `VACUUM INTO` has its own words for a full disk.
fn too_full(error: Error) -> Failure {
    match error {
        Error::Database(error) if error.to_string().contains("full") => Failure::new(
            Exit::Refused,
            format!("the backup cannot be written: {error}"),
            "make room, or use another disk",
        ),
        other => other.into(),
    }
}

fn create(config: &Config, file: &Path, printer: Printer) -> Result<Exit, Failure> {
    database(config)?;
    let db = session::open_db(config, false)?;
    migrate::status(&db)?.refuse_newer()?;
    let made = watched(printer, |watch| backup::create(&db, &config.storage.dir, file, SystemClock.now(), watch))?;
    let Some(made) = made else { return Ok(Exit::Interrupted) };
    printer.data(&made, || {
        format!(
            "{} holds {} row(s) and {} image(s) in {} bytes\nprove it with `zaro-ctl backup verify {}`",
            made.file.display(),
            number(made.manifest.tables.values().sum()),
            number(i64::try_from(made.images).unwrap_or(i64::MAX)),
            number(i64::try_from(made.bytes).unwrap_or(i64::MAX)),
            made.file.display()
        )
    });
    Ok(Exit::Done)
}

fn verify(file: &Path, printer: Printer) -> Result<Exit, Failure> {
    let Some(proved) = watched(printer, |watch| backup::verify(file, watch))? else { return Ok(Exit::Interrupted) };
    printer.data(&proved, || {
        let images = i64::try_from(proved.images).unwrap_or(i64::MAX);
        format!(
            "{}\n\nwhole: restored, {} row(s) and {} image(s) are as they were",
            describe(&proved.manifest),
            number(proved.rows),
            number(images)
        )
    });
    Ok(Exit::Done)
}

fn describe(manifest: &Manifest) -> String {
    let mut rows = vec![
        ["made".to_owned(), manifest.made_at.clone()],
        ["on".to_owned(), manifest.host.clone()],
        ["release".to_owned(), manifest.release.clone()],
        ["schema".to_owned(), manifest.schema.clone()],
    ];
    rows.extend(
        manifest.tables.iter().filter(|(_, rows)| **rows > 0).map(|(name, rows)| [name.clone(), number(*rows)]),
    );
    table(["backup", ""], rows)
}

fn restore(config: &Config, wanted: &BackupRestore, printer: Printer) -> Result<Exit, Failure> {
    let database = database(config)?;
    let places = Places { database: &database, images: &config.storage.dir, search: &config.search.dir };
    let manifest = backup::manifest(&wanted.file)?;
    if let Some(obstacle) = backup::obstacle(places) {
        return Err(Failure::new(
            Exit::Refused,
            obstacle,
            "a restore fills an empty place only; name another `--data-dir`, or move the old one away",
        ));
    }
    let plan = format!(
        "{}\n\ninto {} and {}; mail stays off until `zaro-ctl mail on`",
        describe(&manifest),
        database.display(),
        config.storage.dir.display()
    );
    if wanted.signed.consents.dry_run {
        printer.data(&manifest, || plan);
        return Ok(Exit::Done);
    }
    printer.say(&plan);
    let consent = if wanted.signed.consents.yes { Consent::Yes } else { Consent::Ask };
    let Some(confirmed) = confirm(consent, "Restore it?")? else {
        printer.say("nothing was changed");
        return Ok(Exit::Refused);
    };
    apply(wanted, places, &confirmed, printer)
}

fn apply(wanted: &BackupRestore, places: Places<'_>, _: &Confirmed, printer: Printer) -> Result<Exit, Failure> {
    let by = order::by(&wanted.signed);
    let done = watched(printer, |watch| backup::restore(&wanted.file, places, &by, SystemClock.now(), watch))?;
    let Some(done) = done else { return Ok(Exit::Interrupted) };
    printer.data(&done, || {
        format!(
            "{} row(s) and {} image(s) are back in {}",
            number(done.rows),
            number(i64::try_from(done.images).unwrap_or(i64::MAX)),
            done.database.display()
        )
    });
    Printer::alarm("outgoing mail is off; look at `zaro-ctl mail queue`, then `zaro-ctl mail on`");
    Ok(Exit::Done)
}
