//! A window over a list that may be far longer than memory should hold.
//!
//! Pages are read forward by keyset. Where each page begins is remembered (one cursor a page), so that a page which was
//! let go of can be read again when the operator comes back to it.

use std::collections::VecDeque;
use std::fmt::Debug;

/// Rows of a page.
pub const PAGE: usize = 100;
/// Rows that are held. Counted in rows: pages from which most rows are gone would else push each other out for ever.
const HELD: usize = 6 * PAGE;
/// With so many rows or fewer left to the end of what is held, the next page is read.
const AHEAD: usize = PAGE / 2;

/// What a list is of.
pub trait Row {
    /// Names a row.
    type Id: Copy + Ord + Debug;
    /// Where the page after a row begins.
    type Cursor: Clone + Debug;
    /// This row's name.
    fn id(&self) -> Self::Id;
    /// Where the page after this row begins.
    fn cursor(&self) -> Self::Cursor;
}

/// Which page is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The first one, in place of all that is held.
    Fresh,
    /// The ones that are held, again, in place of them.
    Again,
    /// The one after them.
    After,
    /// The one before them.
    Before,
}

/// Pages of rows, one of which is selected.
#[derive(Clone, Debug)]
pub struct Window<T: Row> {
    pages: VecDeque<Vec<T>>,
    /// Where each page known so far begins; the first at the beginning of the list.
    starts: Vec<Option<T::Cursor>>,
    /// Which of them is the first that is held.
    first: usize,
    /// Rows before those that are held, as they were when they were let go of.
    above: Vec<usize>,
    /// Whether there is anything after them.
    more: bool,
    selected: usize,
    offset: usize,
    loaded: bool,
}

impl<T: Row> Default for Window<T> {
    fn default() -> Self {
        Self {
            pages: VecDeque::new(),
            starts: vec![None],
            first: 0,
            above: Vec::new(),
            more: false,
            selected: 0,
            offset: 0,
            loaded: false,
        }
    }
}

impl<T: Row> Window<T> {
    /// Rows that are held.
    pub fn len(&self) -> usize {
        self.pages.iter().map(Vec::len).sum()
    }

    /// Whether none is held.
    pub fn is_empty(&self) -> bool {
        self.pages.iter().all(Vec::is_empty)
    }

    /// Whether a page has come at all.
    pub const fn is_loaded(&self) -> bool {
        self.loaded
    }

    /// Whether there are rows after those that are held.
    pub const fn has_more(&self) -> bool {
        self.more
    }

    /// The held rows, in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.pages.iter().flatten()
    }

    /// The held rows, in order, to be changed in place.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.pages.iter_mut().flatten()
    }

    /// The row that keys act on.
    pub fn selected(&self) -> Option<&T> {
        self.iter().nth(self.selected)
    }

    /// Its place among the held rows.
    pub const fn selected_index(&self) -> usize {
        self.selected
    }

    /// Its place in the list, one first, as far as is known.
    pub fn position(&self) -> usize {
        self.above.iter().sum::<usize>() + self.selected + 1
    }

    /// The first row to be drawn.
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Selects a row by its place among the held ones, and keeps it in view.
    pub fn select(&mut self, index: usize, height: usize) {
        self.selected = index.min(self.len().saturating_sub(1));
        self.keep_in_view(height);
    }

    /// Selects a row by name; false when it is not held.
    pub fn select_id(&mut self, id: T::Id, height: usize) -> bool {
        let found = self.iter().position(|row| row.id() == id);
        if let Some(index) = found {
            self.select(index, height);
        }
        found.is_some()
    }

    /// Selects the first row of the list, which has to be read again where it was let go of.
    pub fn top(&mut self, height: usize) {
        if self.first > 0 {
            *self = Self::default();
        }
        self.select(0, height);
    }

    /// Moves the selection by so many rows.
    pub fn step(&mut self, by: isize, height: usize) {
        self.select(self.selected.saturating_add_signed(by), height);
    }

    /// Scrolls until the selected row is drawn, and no further down than needed to fill the pane.
    pub fn keep_in_view(&mut self, height: usize) {
        let height = height.max(1);
        if self.selected < self.offset {
            self.offset = self.selected;
        } else if self.selected >= self.offset + height {
            self.offset = self.selected + 1 - height;
        }
        self.offset = self.offset.min(self.len().saturating_sub(height));
    }

    /// What has to be read, if anything, for the rows around the selected one to be there.
    pub fn wants(&self) -> Option<Side> {
        if !self.loaded {
            Some(Side::Fresh)
        } else if self.more && self.len() - self.selected.min(self.len()) <= AHEAD {
            Some(Side::After)
        } else if self.first > 0 && self.selected <= AHEAD {
            Some(Side::Before)
        } else {
            None
        }
    }

    /// Where a page begins, and how many rows to ask for.
    pub fn from(&self, side: Side) -> (Option<T::Cursor>, usize) {
        let start = |index: usize| self.starts.get(index).cloned().flatten();
        match side {
            Side::Fresh => (None, PAGE),
            Side::Again => (start(self.first), self.len().div_ceil(PAGE).max(1) * PAGE),
            Side::After => (start(self.first + self.pages.len()), PAGE),
            Side::Before => (start(self.first.saturating_sub(1)), PAGE),
        }
    }

    /// Takes rows that were read; `wanted` is how many were asked for.
    pub fn put(&mut self, side: Side, rows: Vec<T>, wanted: usize, height: usize) {
        let held = self.selected().map(Row::id);
        let full = rows.len() >= wanted;
        match side {
            Side::Fresh => {
                *self = Self::default();
                self.append(rows, full);
            }
            Side::Again => {
                self.starts.truncate(self.first + 1);
                self.pages.clear();
                let mut rows = rows.into_iter();
                loop {
                    let page: Vec<T> = rows.by_ref().take(PAGE).collect();
                    if page.is_empty() && !self.pages.is_empty() {
                        break;
                    }
                    self.append(page, full);
                }
            }
            Side::After => {
                self.append(rows, full);
                while self.len() > HELD {
                    let gone = self.pages.pop_front().map_or(0, |page| page.len());
                    self.above.push(gone);
                    self.first += 1;
                    self.offset = self.offset.saturating_sub(gone);
                    self.selected = self.selected.saturating_sub(gone);
                }
            }
            Side::Before => {
                // Where rows have gone meanwhile, the page reaches into those that are held.
                let mut rows = rows;
                rows.retain(|row| self.iter().all(|held| held.id() != row.id()));
                let came = rows.len();
                self.pages.push_front(rows);
                self.first = self.first.saturating_sub(1);
                self.above.pop();
                self.offset += came;
                self.selected += came;
                while self.len() > HELD {
                    self.pages.pop_back();
                    self.starts.truncate(self.first + self.pages.len() + 1);
                    self.more = true;
                }
            }
        }
        self.loaded = true;
        if !held.is_some_and(|id| self.select_id(id, height)) {
            self.select(self.selected, height);
        }
    }

    fn append(&mut self, rows: Vec<T>, full: bool) {
        let end = self.first + self.pages.len() + 1;
        self.starts.truncate(end);
        self.more = full;
        if let Some(last) = rows.last() {
            self.starts.push(Some(last.cursor()));
        }
        self.pages.push_back(rows);
    }

    /// Takes a row out; whichever comes to stand in its place is selected if it was the selected one.
    pub fn remove(&mut self, id: T::Id, height: usize) -> Option<T> {
        let mut before = 0;
        let mut removed = None;
        for (number, page) in self.pages.iter_mut().enumerate() {
            if let Some(index) = page.iter().position(|row| row.id() == id) {
                removed = Some(page.remove(index));
                before += index;
                if page.is_empty() && number + 1 < self.pages.len() {
                    self.pages.remove(number);
                    // The list begins where it began; any other page where it began itself.
                    self.starts.remove((self.first + number).max(1));
                }
                break;
            }
            before += page.len();
        }
        if removed.is_some() && before < self.selected {
            self.selected -= 1;
        }
        self.select(self.selected, height);
        removed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug)]
    struct Number(u32);

    impl Row for Number {
        type Id = u32;
        type Cursor = u32;
        fn id(&self) -> u32 {
            self.0
        }
        fn cursor(&self) -> u32 {
            self.0
        }
    }

    /// The list 0, 1, 2 … up to `total`, read as a database would be.
    fn read(window: &mut Window<Number>, side: Side, total: u32) {
        let (from, wanted) = window.from(side);
        let from = from.map_or(0, |last| last + 1);
        let rows = (from..total).take(wanted).map(Number).collect();
        window.put(side, rows, wanted, 20);
    }

    fn settle(window: &mut Window<Number>, total: u32) {
        while let Some(side) = window.wants() {
            read(window, side, total);
        }
    }

    #[test]
    fn going_down_and_up_a_long_list_shows_every_row_once_and_holds_few() {
        let total = 2_345;
        let mut window = Window::default();
        settle(&mut window, total);
        for expected in 0..total {
            assert_eq!(window.selected().map(|row| row.0), Some(expected));
            assert_eq!(window.position(), expected as usize + 1);
            assert!(window.len() <= HELD);
            assert!((window.offset()..window.offset() + 20).contains(&window.selected_index()));
            window.step(1, 20);
            settle(&mut window, total);
        }
        for expected in (0..total).rev() {
            assert_eq!(window.selected().map(|row| row.0), Some(expected));
            assert!(window.len() <= HELD);
            window.step(-1, 20);
            settle(&mut window, total);
        }
    }

    #[test]
    fn a_row_that_goes_gives_its_place_to_the_next() {
        let mut window = Window::default();
        settle(&mut window, 250);
        window.select(10, 20);
        assert_eq!(window.remove(10, 20).map(|row| row.0), Some(10));
        assert_eq!(window.selected().map(|row| row.0), Some(11));
        window.remove(3, 20);
        assert_eq!(window.selected().map(|row| row.0), Some(11), "the selection stays with its row");
        assert!(window.remove(3, 20).is_none());
        for id in (0..250).filter(|id| *id != 7) {
            window.remove(id, 20);
            settle(&mut window, 250);
        }
        assert_eq!(window.iter().map(|row| row.0).collect::<Vec<_>>(), [7]);
        assert_eq!(window.selected().map(|row| row.0), Some(7), "the last row has none after it");
    }

    #[test]
    fn a_list_that_is_worked_off_from_the_top_never_shows_a_row_twice() {
        let mut left: Vec<u32> = (0..2_000).collect();
        let mut window = Window::default();
        while !left.is_empty() {
            while let Some(side) = window.wants() {
                let (from, wanted) = window.from(side);
                let rows = left.iter().filter(|id| from.is_none_or(|from| **id > from));
                window.put(side, rows.take(wanted).copied().map(Number).collect(), wanted, 20);
            }
            let mut held: Vec<u32> = window.iter().map(|row| row.0).collect();
            assert_eq!(window.selected().map(|row| row.0), left.first().copied());
            held.dedup();
            assert_eq!(held.len(), window.len());
            let done = left.remove(0);
            window.remove(done, 20);
        }
        assert!(window.is_empty() && window.wants().is_none());
    }

    #[test]
    fn reading_again_keeps_the_selected_row_and_the_place() {
        let mut window = Window::default();
        settle(&mut window, 1_000);
        for _ in 0..700 {
            window.step(1, 20);
            settle(&mut window, 1_000);
        }
        let before: Vec<u32> = window.iter().map(|row| row.0).collect();
        read(&mut window, Side::Again, 1_000);
        assert_eq!(window.selected().map(|row| row.0), Some(700));
        assert_eq!(window.iter().map(|row| row.0).collect::<Vec<_>>(), before);
        read(&mut window, Side::Again, 705);
        settle(&mut window, 705);
        assert_eq!(window.selected().map(|row| row.0), Some(700));
        assert!(!window.has_more());
    }
}
