//! The built binary in a pseudo-terminal, and what a person would see there.

use std::io::{Read as _, Write};
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// For what a terminal shows; a machine that builds something beside us is slow.
const PATIENCE: Duration = Duration::from_mins(1);

struct Shown {
    parser: vt100::Parser,
    raw: Vec<u8>,
    ended: bool,
}

pub(crate) struct Terminal {
    shown: Arc<(Mutex<Shown>, Condvar)>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    /// Keys that were pressed.
    pub(crate) keys: usize,
}

impl Terminal {
    /// Runs `zaro-ctl` with these variables, in a terminal of so many columns and rows.
    pub(crate) fn run(variables: &[(&str, String)], arguments: &[&str], (cols, rows): (u16, u16)) -> Self {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_zaro-ctl"));
        command.args(arguments);
        for setting in zaro_core::config::SETTINGS {
            command.env_remove(setting.env);
        }
        command.env_remove("NO_COLOR");
        command.env("TERM", "xterm-256color");
        for (name, value) in variables {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).expect("the binary starts");
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let writer = pair.master.take_writer().expect("a writer");
        let parser = vt100::Parser::new(rows, cols, 0);
        let shown = Arc::new((Mutex::new(Shown { parser, raw: Vec::new(), ended: false }), Condvar::new()));
        let theirs = Arc::clone(&shown);
        std::thread::spawn(move || {
            let mut bytes = [0; 8192];
            loop {
                let read = reader.read(&mut bytes).unwrap_or(0);
                let mut shown = theirs.0.lock().expect("the screen");
                shown.ended = read == 0;
                shown.parser.process(&bytes[..read]);
                shown.raw.extend_from_slice(&bytes[..read]);
                theirs.1.notify_all();
                if read == 0 {
                    break;
                }
            }
        });
        Self { shown, writer, child, master: pair.master, keys: 0 }
    }

    /// Presses keys, one for each character.
    pub(crate) fn press(&mut self, keys: &str) {
        self.keys += keys.chars().count();
        self.writer.write_all(keys.as_bytes()).expect("keys are taken");
        self.writer.flush().expect("keys are taken");
    }

    /// Waits until the screen shows what is wanted.
    pub(crate) fn wait_for(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        let (lock, changed) = &*self.shown;
        let waits = |shown: &mut Shown| !wanted(&shown.parser.screen().contents()) && !shown.ended;
        let shown = lock.lock().expect("the screen");
        let (shown, _) = changed.wait_timeout_while(shown, PATIENCE, waits).expect("the screen");
        let contents = shown.parser.screen().contents();
        assert!(wanted(&contents), "never shown: {what}\n{contents}");
        contents
    }

    /// Waits for a text.
    pub(crate) fn wait_for_text(&self, text: &str) -> String {
        self.wait_for(text, |screen| screen.contains(text))
    }

    /// Makes the terminal larger or smaller.
    pub(crate) fn resize(&self, cols: u16, rows: u16) {
        self.shown.0.lock().expect("the screen").parser.screen_mut().set_size(rows, cols);
        self.master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).expect("another size");
    }

    /// The process.
    pub(crate) fn process_id(&self) -> Option<u32> {
        self.child.process_id()
    }

    /// Sends a signal by name.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.process_id().expect("a process").to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().expect("kill").success());
    }

    /// Waits for the end: exit code, and everything that was ever written.
    pub(crate) fn end(mut self) -> (u32, String, vt100::Screen) {
        let status = self.child.wait().expect("an end");
        drop(self.master);
        let (lock, changed) = &*self.shown;
        let shown = lock.lock().expect("the screen");
        let (shown, _) = changed.wait_timeout_while(shown, PATIENCE, |shown| !shown.ended).expect("the screen");
        (status.exit_code(), String::from_utf8_lossy(&shown.raw).into_owned(), shown.parser.screen().clone())
    }
}

/// That the terminal is as it was before the screens.
pub(crate) fn assert_restored(raw: &str, screen: &vt100::Screen) {
    assert!(raw.contains("\u{1b}[?1049h"), "the screens were shown: {raw}");
    assert!(!screen.alternate_screen(), "the shell's own screen is back");
    assert!(!screen.hide_cursor(), "the cursor is back");
    assert!(!screen.bracketed_paste(), "pastes are plain again");
    assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "the mouse is the terminal's again");
}
