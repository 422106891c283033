//! Ties state, worker and terminal together.

use std::io::{self, BufWriter, Stdout, Write as _, stdout};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, Once, OnceLock, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::event::{
    self as term, DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{self, EnterAlternateScreen, LeaveAlternateScreen};
use ratatui::crossterm::{cursor, style};
use zaro_core::context::Context;
use zaro_core::fault;

use super::effect::Effect;
use super::event::Event;
use super::state::{Settings, State};
use super::update::update;
use super::view;
use super::worker::Worker;

/// Between two ticks while an answer is waited for: the spinner turns.
const WAITING: Duration = Duration::from_millis(100);
/// Between two ticks otherwise: ages grow.
const RESTING: Duration = Duration::from_secs(1);
/// Events that are taken in before the next frame.
const BETWEEN_FRAMES: usize = 64;

/// Whether some thread has panicked: the terminal is as it was before, and must not be drawn on any more.
static PANICKED: AtomicBool = AtomicBool::new(false);

/// How the screens ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The operator left.
    Left,
    /// A signal ended them.
    Stopped,
    /// A thread of ours panicked.
    Panicked,
}

/// What wakes the main thread.
enum Message {
    Event(Event),
    Stop,
}

/// Shows the screens until the operator leaves.
///
/// # Errors
/// When the terminal cannot be used as one.
pub fn run(ctx: &Context, settings: Settings) -> io::Result<End> {
    let (sender, messages) = mpsc::channel();
    stop_by_signal(&sender)?;
    let mut screen = Guard::take()?;
    read_terminal(&sender)?;
    let events = sender.clone();
    let tell = Arc::new(move |event| events.send(Message::Event(event)).is_ok());
    let mut worker = Worker::start(ctx.clone(), &settings.actor, tell)?;
    let mut state = State::new(settings, screen.terminal.size()?, ctx.now());
    // The hook has said what it was; the process ends as after any other fault of ours.
    let shown = catch_unwind(AssertUnwindSafe(|| show(ctx, &mut state, &mut screen, &mut worker, &messages)));
    shown.unwrap_or(Ok(End::Panicked))
}

/// Events to state, state to effects and frames, until it is time to end.
fn show(
    ctx: &Context,
    state: &mut State,
    screen: &mut Guard,
    worker: &mut Worker,
    messages: &Receiver<Message>,
) -> io::Result<End> {
    let mut events = vec![Event::Tick(ctx.now())];
    loop {
        for event in events.drain(..) {
            for effect in update(state, event) {
                match effect {
                    Effect::Read { ticket, slot, query } => worker.read(ticket, slot, query),
                    Effect::Write { ticket, work } => worker.write(ticket, work),
                    Effect::Abandon => worker.abandon()?,
                    Effect::Copy(text) => copy(&text)?,
                    Effect::Quit => return Ok(End::Left),
                }
            }
        }
        {
            let _held = hold_terminal();
            if PANICKED.load(Ordering::SeqCst) {
                return Ok(End::Panicked);
            }
            screen.terminal.draw(|frame| view::draw(state, frame))?;
        }
        fault::panic_point("tui.frame");
        let patience = if state.waiting.is_empty() { RESTING } else { WAITING };
        if !gather(messages, patience, &mut events) {
            return Ok(End::Stopped);
        }
        events.insert(0, Event::Tick(ctx.now()));
    }
}

/// Waits for something to happen, and takes in what else has happened by then; false when it is time to end.
fn gather(messages: &Receiver<Message>, patience: Duration, events: &mut Vec<Event>) -> bool {
    let mut next = messages.recv_timeout(patience);
    loop {
        match next {
            Ok(Message::Event(event)) => events.push(event),
            Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
            Err(RecvTimeoutError::Timeout) => return true,
        }
        if events.len() >= BETWEEN_FRAMES {
            return true;
        }
        next = messages.recv_timeout(Duration::ZERO);
    }
}

fn stop_by_signal(sender: &Sender<Message>) -> io::Result<()> {
    let sender = sender.clone();
    let handler = move || {
        // Nobody listens when the screens have ended already.
        let _ = sender.send(Message::Stop);
    };
    ctrlc::set_handler(handler).map_err(io::Error::other)
}

/// Reads keys for as long as the process lives: there is no way to wake a thread that reads a terminal.
fn read_terminal(sender: &Sender<Message>) -> io::Result<()> {
    let sender = sender.clone();
    let read = move || {
        while let Ok(event) = term::read() {
            let Some(event) = Event::of_terminal(event) else { continue };
            if sender.send(Message::Event(event)).is_err() {
                return;
            }
        }
        // A terminal that went away.
        let _ = sender.send(Message::Stop);
    };
    thread::Builder::new().name("keys".to_owned()).spawn(read).map(drop)
}

/// OSC 52: the terminal puts the text into the clipboard of the machine that it runs on, also through ssh and tmux.
fn copy(text: &str) -> io::Result<()> {
    let mut out = stdout().lock();
    execute!(out, style::Print(format!("\u{1b}]52;c;{}\u{7}", BASE64_STANDARD.encode(text))))
}

/// Held while a frame is drawn, and while another thread restores the terminal and says why it panicked: a frame after
/// that would wipe it out.
static TERMINAL: Mutex<()> = Mutex::new(());
/// The thread that draws.
static DRAWS: OnceLock<ThreadId> = OnceLock::new();

fn hold_terminal() -> MutexGuard<'static, ()> {
    TERMINAL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The terminal, which becomes what it was before when this goes.
struct Guard {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
}

impl Guard {
    fn take() -> io::Result<Self> {
        DRAWS.get_or_init(|| thread::current().id());
        restore_on_panic();
        let guard = Self { terminal: Terminal::new(CrosstermBackend::new(BufWriter::new(stdout())))? };
        terminal::enable_raw_mode()?;
        execute!(stdout(), EnterAlternateScreen, EnableMouseCapture, EnableBracketedPaste, cursor::Hide)?;
        Ok(guard)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if !PANICKED.load(Ordering::SeqCst) {
            restore();
        }
    }
}

/// Whatever of this fails, the rest is tried: the operator needs the terminal afterwards.
fn restore() {
    let mut out = stdout();
    let _ = execute!(out, DisableMouseCapture, DisableBracketedPaste, LeaveAlternateScreen, cursor::Show);
    let _ = terminal::disable_raw_mode();
    let _ = out.flush();
}

/// Before anything is said about a panic, the terminal is made able to show it.
fn restore_on_panic() {
    static SET: Once = Once::new();
    SET.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            // Who draws may hold it itself.
            let draws = DRAWS.get() == Some(&thread::current().id());
            let _held = (!draws).then(hold_terminal);
            if !PANICKED.swap(true, Ordering::SeqCst) {
                restore();
            }
            before(panic);
        }));
    });
}
