//! The screens without a terminal: events go in, effects are carried out at once or held back, frames come out.

use std::collections::VecDeque;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::KeyCode;
use ratatui::layout::Size;
use zaro_core::context::Context;
use zaro_core::service::moderation_log::By;
use zaro_core::types::Via;
use zaro_ctl::tui::effect::{Effect, Query, Ticket, Work};
use zaro_ctl::tui::event::{Event, Key};
use zaro_ctl::tui::state::{Screen, Settings, State};
use zaro_ctl::tui::theme::Theme;
use zaro_ctl::tui::update::update;
use zaro_ctl::tui::{view, worker};

pub(crate) struct Desk {
    ctx: Context,
    pub(crate) state: State,
    /// What was put into the clipboard.
    pub(crate) copied: Vec<String>,
    /// Whether the operator has left.
    pub(crate) left: bool,
    /// How often a read was left to itself.
    pub(crate) abandoned: usize,
    /// Whether the database answers nothing until it is let.
    pub(crate) is_slow: bool,
    waiting: VecDeque<(Ticket, Query)>,
    orders: VecDeque<(Ticket, Work)>,
}

impl Desk {
    pub(crate) fn open(ctx: &Context, width: u16, height: u16) -> Self {
        let settings =
            Settings { theme: Theme::DARK, read_only: false, actor: "park".to_owned(), first: Screen::Dashboard };
        Self::with(ctx, width, height, settings)
    }

    pub(crate) fn with(ctx: &Context, width: u16, height: u16, settings: Settings) -> Self {
        let state = State::new(settings, Size { width, height }, ctx.now());
        let mut desk = Self {
            ctx: ctx.clone(),
            state,
            copied: Vec::new(),
            left: false,
            abandoned: 0,
            is_slow: false,
            waiting: VecDeque::new(),
            orders: VecDeque::new(),
        };
        desk.send(Event::Tick(ctx.now()));
        desk
    }

    /// Lets an event happen, and everything that follows from it.
    pub(crate) fn send(&mut self, event: Event) {
        let effects = update(&mut self.state, event);
        self.carry_out(effects);
        if !self.is_slow {
            self.answer_all();
        }
    }

    /// Answers everything that waits.
    pub(crate) fn answer_all(&mut self) {
        loop {
            let (ticket, answer) = if let Some((ticket, work)) = self.orders.pop_front() {
                let by = By::operator(&self.state.settings.actor, Via::Tui);
                (ticket, worker::carry_out(&self.ctx, &by, &work))
            } else if let Some((ticket, query)) = self.waiting.pop_front() {
                (ticket, worker::answer(&self.ctx, &query))
            } else {
                break;
            };
            let effects = update(&mut self.state, Event::Answer { ticket, answer });
            self.carry_out(effects);
        }
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Read { ticket, query, .. } => self.waiting.push_back((ticket, query)),
                Effect::Write { ticket, work } => self.orders.push_back((ticket, work)),
                Effect::Abandon => self.abandoned += 1,
                Effect::Copy(text) => self.copied.push(text),
                Effect::Quit => self.left = true,
            }
        }
    }

    /// Types text; `⏎` is Enter, `⎋` is Escape.
    pub(crate) fn type_(&mut self, text: &str) {
        for c in text.chars() {
            self.press(match c {
                '⏎' => Key::of(KeyCode::Enter),
                '⎋' => Key::of(KeyCode::Esc),
                c => Key::char(c),
            });
        }
    }

    pub(crate) fn press(&mut self, key: Key) {
        self.send(Event::Key(key));
    }

    /// The frame as text.
    pub(crate) fn screen(&self) -> String {
        let Size { width, height } = self.state.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal");
        terminal.draw(|frame| view::draw(&self.state, frame)).expect("a frame");
        let buffer = terminal.backend().buffer();
        let mut text = String::new();
        for y in 0..height {
            let (mut line, mut x) = (String::new(), 0);
            while x < width {
                let symbol = buffer[(x, y)].symbol();
                line.push_str(symbol);
                x += u16::try_from(zaro_ctl::tui::text::width(symbol).max(1)).expect("a cell");
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// The rows of the frame that hold this text.
    pub(crate) fn lines_with(&self, text: &str) -> Vec<String> {
        self.screen().lines().filter(|line| line.contains(text)).map(str::to_owned).collect()
    }
}
