//! Everything that the screens show.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use ratatui::layout::Size;
use zaro_core::models::appeal::Appeal;
use zaro_core::models::mail::MailLine;
use zaro_core::models::moderation_log::LogEntry;
use zaro_core::models::user::User;
use zaro_core::service::desk::{Act, Case, Item, Place};
use zaro_core::service::overview::Overview;
use zaro_core::service::roster::Dossier;
use zaro_core::service::search::{SearchHit, SearchPage};
use zaro_core::service::sweep::{Plan, SweepStatus};
use zaro_core::types::{AppealId, ReportId, Target, Time, UserId};

use super::decision::Decision;
use super::effect::{Slot, Ticket};
use super::theme::Theme;
use super::window::{Row, Side, Window};

/// The screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Screen {
    /// How everything stands.
    Dashboard,
    /// What members reported.
    Reports,
    /// Members.
    Members,
    /// What members say against a measure.
    Appeals,
    /// What is due, and past runs.
    Sweeps,
    /// Mail.
    Mail,
    /// The search index.
    Search,
    /// What operators did.
    Audit,
}

impl Screen {
    /// All of them, in the order of their keys.
    pub const ALL: [Self; 8] = [
        Self::Dashboard,
        Self::Reports,
        Self::Members,
        Self::Appeals,
        Self::Sweeps,
        Self::Mail,
        Self::Search,
        Self::Audit,
    ];

    /// Its name, which `:` takes too.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dashboard => "dashboard",
            Self::Reports => "reports",
            Self::Members => "members",
            Self::Appeals => "appeals",
            Self::Sweeps => "sweeps",
            Self::Mail => "mail",
            Self::Search => "search",
            Self::Audit => "audit",
        }
    }
}

impl Row for Item {
    type Id = Target;
    type Cursor = Place;
    fn id(&self) -> Target {
        self.target
    }
    fn cursor(&self) -> Place {
        self.place()
    }
}

impl Row for User {
    type Id = UserId;
    type Cursor = UserId;
    fn id(&self) -> UserId {
        self.id
    }
    fn cursor(&self) -> UserId {
        self.id
    }
}

impl Row for Appeal {
    type Id = AppealId;
    type Cursor = (Time, AppealId);
    fn id(&self) -> AppealId {
        self.id
    }
    fn cursor(&self) -> (Time, AppealId) {
        (self.created_at, self.id)
    }
}

impl Row for MailLine {
    type Id = i64;
    type Cursor = i64;
    fn id(&self) -> i64 {
        self.id
    }
    fn cursor(&self) -> i64 {
        self.id
    }
}

impl Row for LogEntry {
    type Id = i64;
    type Cursor = i64;
    fn id(&self) -> i64 {
        self.id
    }
    fn cursor(&self) -> i64 {
        self.id
    }
}

/// A list with what narrows it.
#[derive(Debug)]
pub struct Listing<T: Row> {
    /// The rows.
    pub rows: Window<T>,
    /// What was typed after `/`.
    pub filter: String,
    /// Lines that the detail is scrolled by.
    pub scroll: u16,
    /// Whether the rows are to be read again.
    pub stale: bool,
}

impl<T: Row> Default for Listing<T> {
    fn default() -> Self {
        Self { rows: Window::default(), filter: String::new(), scroll: 0, stale: false }
    }
}

/// Rows that keys go through, with a detail that they scroll.
pub trait Pane {
    /// Moves the selection by so many rows in a pane of this height.
    fn step(&mut self, by: isize, height: usize);
    /// Selects a row by its place among those that are held.
    fn select(&mut self, index: usize, height: usize);
    /// Keeps the selected row in view, in a pane of this height.
    fn step_in_place(&mut self, height: usize) {
        self.step(0, height);
    }
    /// Selects the first row of all.
    fn top(&mut self, height: usize) {
        self.select(0, height);
    }
    /// The first row that is drawn.
    fn offset(&self) -> usize;
    /// Rows that are held.
    fn len(&self) -> usize;
    /// Whether none is held.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Lines that the detail is scrolled by.
    fn scroll(&mut self) -> &mut u16;
    /// What was typed after `/`.
    fn filter(&self) -> &str;
    /// Asks for the rows anew.
    fn reload(&mut self);
    /// Narrows the rows down.
    fn set_filter(&mut self, text: String);
}

impl<T: Row> Pane for Listing<T> {
    fn step(&mut self, by: isize, height: usize) {
        self.rows.step(by, height);
        self.scroll = 0;
    }
    fn select(&mut self, index: usize, height: usize) {
        self.rows.select(index, height);
        self.scroll = 0;
    }
    fn step_in_place(&mut self, height: usize) {
        self.rows.keep_in_view(height);
    }
    fn top(&mut self, height: usize) {
        self.rows.top(height);
        self.scroll = 0;
    }
    fn offset(&self) -> usize {
        self.rows.offset()
    }
    fn len(&self) -> usize {
        self.rows.len()
    }
    fn scroll(&mut self) -> &mut u16 {
        &mut self.scroll
    }
    fn filter(&self) -> &str {
        &self.filter
    }
    fn reload(&mut self) {
        self.stale = true;
    }
    fn set_filter(&mut self, text: String) {
        *self = Self { filter: text, ..Self::default() };
    }
}

/// What members reported.
#[derive(Debug, Default)]
pub struct Reports {
    /// What waits.
    pub list: Listing<Item>,
    /// The selected one.
    pub case: Option<Box<Case>>,
    /// What is marked, as it was seen.
    pub marks: BTreeMap<Target, Item>,
    /// What was decided from here, with its reports: a page that was read before does not bring it back.
    pub(super) gone: BTreeMap<Target, BTreeSet<ReportId>>,
    /// What is to be selected once it has been read again.
    pub(super) select: Option<Target>,
}

/// What was done.
#[derive(Clone, Debug, PartialEq)]
pub enum Done {
    /// A decision about something reported.
    Decision {
        /// As it was seen.
        items: Vec<Item>,
        /// Which.
        decision: Decision,
        /// Text for the author.
        message: Option<String>,
    },
    /// Other acts.
    Acts(Vec<Act>),
    /// The undoing of an entry that was not made from here.
    Entry(i64),
}

/// Something that was done, and can be undone.
#[derive(Clone, Debug, PartialEq)]
pub struct Deed {
    /// What.
    pub what: Done,
    /// The same in words.
    pub past: String,
    /// The command that does the same.
    pub command: String,
    /// Its entries in the log.
    pub entries: Vec<i64>,
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// For the first time.
    Do,
    /// Back.
    Undo,
    /// Once more, after it was taken back.
    Again,
}

/// What has to wait for what is being done.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Later {
    /// Undoing, or doing again.
    Step(Mode),
    /// A decision, with a text for the author.
    Decide(Decision, Option<String>),
}

/// What follows a yes.
#[derive(Clone, Debug, PartialEq)]
pub enum Pending {
    /// This is done.
    Do(Deed),
    /// An entry of the log is undone.
    UndoEntry(i64),
}

/// What is known of a member, beside the list.
#[derive(Debug)]
pub struct MemberDetail {
    /// Everything.
    pub dossier: Dossier,
    /// What acts next, in a sentence.
    pub why: String,
}

/// The sweeps.
#[derive(Debug, Default)]
pub struct Sweeps {
    /// How they stand.
    pub status: Option<Box<SweepStatus>>,
    /// What was due when somebody asked.
    pub plan: Option<Box<Plan>>,
    /// Which rule is selected.
    pub selected: usize,
    /// The first rule that is drawn.
    pub offset: usize,
    /// Lines that the detail is scrolled by.
    pub scroll: u16,
    /// Whether they are to be read again.
    pub stale: bool,
    /// Whether somebody asked for the plan.
    pub plan_wanted: bool,
}

/// The search screen.
#[derive(Debug, Default)]
pub struct Search {
    /// What was looked for.
    pub words: String,
    /// What was found.
    pub page: Option<Box<SearchPage>>,
    /// Which hit is selected.
    pub selected: usize,
    /// The first hit that is drawn.
    pub offset: usize,
    /// Lines that the detail is scrolled by.
    pub scroll: u16,
}

/// The first row to be drawn, so that the selected one is.
const fn in_view(offset: usize, selected: usize, height: usize) -> usize {
    let height = if height == 0 { 1 } else { height };
    if selected < offset {
        selected
    } else if selected >= offset + height {
        selected + 1 - height
    } else {
        offset
    }
}

impl Pane for Sweeps {
    fn step(&mut self, by: isize, height: usize) {
        self.select(self.selected.saturating_add_signed(by), height);
    }
    fn select(&mut self, index: usize, height: usize) {
        self.selected = index.min(self.len().saturating_sub(1));
        self.scroll = 0;
        self.offset = in_view(self.offset, self.selected, height);
    }
    fn offset(&self) -> usize {
        self.offset
    }
    fn len(&self) -> usize {
        self.status.as_ref().map_or(0, |status| status.rules.len())
    }
    fn scroll(&mut self) -> &mut u16 {
        &mut self.scroll
    }
    fn filter(&self) -> &'static str {
        ""
    }
    fn reload(&mut self) {
        self.stale = true;
    }
    fn set_filter(&mut self, _text: String) {}
}

impl Pane for Search {
    fn step(&mut self, by: isize, height: usize) {
        self.select(self.selected.saturating_add_signed(by), height);
    }
    fn select(&mut self, index: usize, height: usize) {
        self.selected = index.min(self.len().saturating_sub(1));
        self.scroll = 0;
        self.offset = in_view(self.offset, self.selected, height);
    }
    fn offset(&self) -> usize {
        self.offset
    }
    fn len(&self) -> usize {
        self.hits().len()
    }
    fn scroll(&mut self) -> &mut u16 {
        &mut self.scroll
    }
    fn filter(&self) -> &str {
        &self.words
    }
    fn reload(&mut self) {
        self.page = None;
    }
    fn set_filter(&mut self, text: String) {
        *self = Self { words: text, ..Self::default() };
    }
}

impl Search {
    /// The hits.
    pub fn hits(&self) -> &[SearchHit] {
        self.page.as_ref().map_or(&[], |page| &page.hits)
    }
}

/// What is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// What for.
    pub kind: PromptKind,
    /// So far.
    pub text: String,
}

/// What something is typed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptKind {
    /// A filter, or words to search for.
    Filter,
    /// A command.
    Command,
}

/// What lies over everything else and takes the keys.
#[derive(Clone, Debug, PartialEq)]
pub enum Dialog {
    /// The keys.
    Help {
        /// Lines that it is scrolled by.
        scroll: u16,
    },
    /// A question.
    Confirm {
        /// What is asked.
        text: String,
        /// What follows a yes.
        then: Pending,
    },
    /// Something to be read and closed.
    Message {
        /// What it is about.
        title: String,
        /// What it says.
        text: String,
    },
}

/// How weighty the line above the keys is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Said in passing.
    Info,
    /// Something was done.
    Done,
    /// Something failed.
    Alarm,
}

/// The line above the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// What it says.
    pub text: String,
    /// How weighty it is.
    pub weight: Weight,
}

/// What an answer is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The question.
    pub ticket: Ticket,
    /// Of which row, where it is about one.
    pub about: Option<i64>,
    /// Which page was asked for.
    pub side: Side,
    /// How many rows were asked for.
    pub wanted: usize,
    /// Since which tick.
    pub since: u64,
}

/// What stays the same while the screens are open.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Colours.
    pub theme: Theme,
    /// Whether everything that changes something is refused.
    pub read_only: bool,
    /// Who acts.
    pub actor: String,
    /// Which screen is shown first.
    pub first: Screen,
}

/// Everything that the screens show.
#[derive(Debug)]
pub struct State {
    /// What stays the same.
    pub settings: Settings,
    /// The terminal.
    pub size: Size,
    /// What time it is.
    pub now: Time,
    /// Counts ticks, for the spinner.
    pub ticks: u64,
    /// Which screen is shown.
    pub screen: Screen,
    /// What is being typed.
    pub prompt: Option<Prompt>,
    /// What lies over everything else.
    pub dialog: Option<Dialog>,
    /// The line above the keys.
    pub status: Option<Status>,
    /// What answers are waited for.
    pub waiting: BTreeMap<Slot, Waiting>,
    /// How everything stands.
    pub overview: Option<Box<Overview>>,
    /// What members reported.
    pub reports: Reports,
    /// What was done from here, latest last.
    pub done: Vec<Deed>,
    /// What was taken back, latest last.
    pub undone: Vec<Deed>,
    /// What is being done.
    pub writing: BTreeMap<Ticket, (Deed, Mode)>,
    /// The command that does the same as what was done last.
    pub last_command: Option<String>,
    /// Members.
    pub members: Listing<User>,
    /// The selected one.
    pub member: Option<MemberDetail>,
    /// Appeals.
    pub appeals: Listing<Appeal>,
    /// The member of the selected one.
    pub appellant: Option<MemberDetail>,
    /// Sweeps.
    pub sweeps: Sweeps,
    /// Mail.
    pub mail: Listing<MailLine>,
    /// The search index.
    pub search: Search,
    /// What operators did.
    pub audit: Listing<LogEntry>,
    /// What failed or was given up, and is not asked again by itself.
    pub(super) blocked: BTreeSet<Slot>,
    pub(super) next_ticket: Ticket,
    pub(super) overview_read_at: Option<Time>,
    pub(super) verify_wanted: bool,
    /// Whether somebody asked what undoing this entry would do.
    pub(super) undo_wanted: Option<i64>,
    /// What was typed ahead and has to wait.
    pub(super) later: VecDeque<Later>,
}

impl State {
    /// Nothing read yet, on a terminal of this size.
    pub fn new(settings: Settings, size: Size, now: Time) -> Self {
        let screen = settings.first;
        Self {
            settings,
            size,
            now,
            ticks: 0,
            screen,
            prompt: None,
            dialog: None,
            status: None,
            waiting: BTreeMap::new(),
            overview: None,
            reports: Reports::default(),
            done: Vec::new(),
            undone: Vec::new(),
            writing: BTreeMap::new(),
            last_command: None,
            members: Listing::default(),
            member: None,
            appeals: Listing::default(),
            appellant: None,
            sweeps: Sweeps::default(),
            mail: Listing::default(),
            search: Search::default(),
            audit: Listing::default(),
            blocked: BTreeSet::new(),
            next_ticket: 1,
            overview_read_at: None,
            verify_wanted: false,
            undo_wanted: None,
            later: VecDeque::new(),
        }
    }

    /// The rows of the screen that is shown; none on the dashboard.
    pub fn pane_mut(&mut self) -> Option<&mut dyn Pane> {
        match self.screen {
            Screen::Dashboard => None,
            Screen::Reports => Some(&mut self.reports.list),
            Screen::Members => Some(&mut self.members),
            Screen::Appeals => Some(&mut self.appeals),
            Screen::Sweeps => Some(&mut self.sweeps),
            Screen::Mail => Some(&mut self.mail),
            Screen::Search => Some(&mut self.search),
            Screen::Audit => Some(&mut self.audit),
        }
    }

    /// Says something in the line above the keys.
    pub(super) fn say(&mut self, weight: Weight, text: impl Into<String>) {
        self.status = Some(Status { text: text.into(), weight });
    }
}
