//! Data on stdout as a table or as JSON, talk on stderr.

use std::io::{BufWriter, IsTerminal as _, Write as _};

use serde::Serialize;
use serde_json::json;
use unicode_width::UnicodeWidthStr;

use crate::exit::Failure;

/// A result with `--json`.
#[derive(Serialize)]
struct Done<'a, T> {
    data: &'a T,
    ok: bool,
}

/// Writes what a command has to say.
///
/// With `--json`, stdout gets one object: `{"ok": true, "data": …}`, or `{"ok": false, "error", "hint", "exit"}`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Printer {
    json: bool,
    quiet: bool,
}

impl Printer {
    /// As the global flags say.
    pub(crate) const fn new(json: bool, quiet: bool) -> Self {
        Self { json, quiet }
    }

    /// Whether `--json` was given.
    pub(crate) const fn is_json(self) -> bool {
        self.json
    }

    /// Whether a person looks at stderr, where bars are drawn.
    pub(crate) fn has_terminal(self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }

    /// The result: `data` with `--json`, else what `text` makes for people.
    pub(crate) fn data(self, data: &impl Serialize, text: impl FnOnce() -> String) {
        if self.json {
            Self::json(&Done { data, ok: true });
        } else if !self.quiet {
            Self::stdout(text().trim_end());
        }
    }

    /// Bytes as they are, for another program to read.
    pub(crate) fn raw(bytes: &[u8]) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        Ok(out.write_all(bytes).and_then(|()| out.flush())?)
    }

    /// Talk for people; not with `--quiet`.
    pub(crate) fn say(self, text: &str) {
        if !self.quiet {
            Self::stderr(text);
        }
    }

    /// Something a person must act on; also with `--quiet`.
    pub(crate) fn alarm(text: &str) {
        Self::stderr(&format!("attention: {text}"));
    }

    /// Why the command ended early.
    pub(crate) fn failure(self, failure: &Failure) {
        if self.json {
            Self::json(
                &json!({ "ok": false, "error": failure.text(), "hint": failure.hint(), "exit": failure.exit().code() }),
            );
        }
        Self::stderr(&format!("error: {}", failure.text()));
        if let Some(hint) = failure.hint() {
            Self::stderr(&format!("\nhint: {hint}"));
        }
    }

    /// Written as it is made: the plan of a large community would be larger as text than the rest of the process.
    fn json(body: &impl Serialize) {
        let mut out = BufWriter::new(std::io::stdout().lock());
        // See `stdout`; what cannot be written as JSON is no type of ours.
        let _ = serde_json::to_writer(&mut out, body).map_err(std::io::Error::from).and_then(|()| writeln!(out));
        let _ = out.flush();
    }

    fn stdout(text: &str) {
        // A reader that went away (`| head`) is no failure of ours.
        let _ = writeln!(std::io::stdout().lock(), "{text}");
    }

    fn stderr(text: &str) {
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }
}

/// Rows under heads, columns as wide as their widest text on a terminal (Hangul is two cells wide).
pub(crate) fn table<const N: usize>(heads: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let rows: Vec<[String; N]> = rows.into_iter().collect();
    let mut widths = heads.map(UnicodeWidthStr::width);
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let line = |cells: [&str; N]| {
        let mut text = String::new();
        for (index, (cell, width)) in cells.iter().zip(widths).enumerate() {
            let is_number = !cell.is_empty() && cell.bytes().all(|c| c.is_ascii_digit() || c == b',');
            let pad = " ".repeat(width - cell.width());
            let (left, right) = if is_number { (pad.as_str(), *cell) } else { (*cell, pad.as_str()) };
            text.extend([if index == 0 { "" } else { "  " }, left, right]);
        }
        text.trim_end().to_owned()
    };
    let mut lines = vec![line(heads)];
    lines.extend(rows.iter().map(|row| line(row.each_ref().map(String::as_str))));
    lines.join("\n")
}

/// A number with its thousands apart.
pub(crate) fn number(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    format!("{}{}", if value < 0 { "-" } else { "" }, groups.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hangul_is_two_cells_wide() {
        let rows = [["자취".to_owned(), "1,000".to_owned()], ["ab".to_owned(), "7".to_owned()]];
        assert_eq!(table(["name", "count"], rows), "name  count\n자취  1,000\nab        7");
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([0, 999, 1000, -1_234_567].map(number), ["0", "999", "1,000", "-1,234,567"]);
    }
}
