//! The ZIP file: one document, and the member's own images (E3).

use std::fs::File;
use std::io::{BufWriter, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::document;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::types::UserId;

/// Name of the document in the file.
const DOCUMENT: &str = "zaro.json";

/// Writes everything of a member into the file; `pulse` is called between the pieces and ends it by an error.
///
/// Rows go through in pages and images one by one, so that no more than a piece is in memory.
pub(super) fn write(ctx: &Context, user: UserId, file: &File, pulse: &mut dyn FnMut() -> Result<()>) -> Result<()> {
    let mut zip = ZipWriter::new(BufWriter::new(file));
    // Whose document is larger than 4 GiB has a right to it, too.
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true);
    zip.start_file(DOCUMENT, packed).map_err(|error| unwritable(&error))?;
    let mut text = BufWriter::new(&mut zip);
    let now = ctx.now();
    let images = ctx.db.snapshot(|connection| document::write(connection, user, now, &mut text, pulse))?;
    text.flush().map_err(|error| unwritable(&error))?;
    drop(text);
    // They are packed already.
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for key in images {
        pulse()?;
        // A granted upload that never came, or a picture replaced since the snapshot.
        let Some(bytes) = ctx.objects.load(&key)? else { continue };
        zip.start_file(key, stored).map_err(|error| unwritable(&error))?;
        zip.write_all(&bytes).map_err(|error| unwritable(&error))?;
    }
    let mut rest = zip.finish().map_err(|error| unwritable(&error))?;
    rest.flush().map_err(|error| unwritable(&error))
}

pub(super) fn unwritable(error: &dyn std::error::Error) -> Error {
    Error::Unavailable { what: "the export folder", why: error.to_string() }
}
