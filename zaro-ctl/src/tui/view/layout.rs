//! Where things are on the screen; known to [`update`](crate::tui::update) too, for the mouse and for pages.

use ratatui::layout::{Rect, Size};

use crate::tui::state::Screen;

/// The least terminal that is drawn on.
pub const LEAST: Size = Size { width: 80, height: 24 };
/// From this width on, the detail stands beside the list.
const WIDE: u16 = 110;

/// Where things are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Areas {
    /// Names of the screens.
    pub tabs: Rect,
    /// Heads of the columns.
    pub heads: Rect,
    /// Rows.
    pub list: Rect,
    /// The rule above or beside the detail.
    pub rule: Rect,
    /// What is known of the selected row.
    pub detail: Rect,
    /// What was done.
    pub status: Rect,
    /// Keys, or what is being typed.
    pub footer: Rect,
}

/// Whether the terminal is too small to draw anything but a message.
pub const fn is_too_small(size: Size) -> bool {
    size.width < LEAST.width || size.height < LEAST.height
}

/// Where things are on a terminal of this size.
pub fn areas(size: Size, screen: Screen) -> Areas {
    let Size { width, height } = size;
    let body = height.saturating_sub(3);
    let tabs = Rect::new(0, 0, width, 1);
    let (status, footer) =
        (Rect::new(0, height.saturating_sub(2), width, 1), Rect::new(0, height.saturating_sub(1), width, 1));
    let none = Rect::new(0, 0, 0, 0);
    if screen == Screen::Dashboard {
        return Areas {
            tabs,
            heads: none,
            list: none,
            rule: none,
            detail: Rect::new(0, 1, width, body),
            status,
            footer,
        };
    }
    if width >= WIDE {
        let left = width * 11 / 20;
        return Areas {
            tabs,
            heads: Rect::new(0, 1, left, 1),
            list: Rect::new(0, 2, left, body - 1),
            rule: Rect::new(left, 1, 1, body),
            detail: Rect::new(left + 2, 1, width - left - 2, body),
            status,
            footer,
        };
    }
    let rows = body * 2 / 5;
    Areas {
        tabs,
        heads: Rect::new(0, 1, width, 1),
        list: Rect::new(0, 2, width, rows - 1),
        rule: Rect::new(0, 1 + rows, width, 1),
        detail: Rect::new(0, 2 + rows, width, body - rows - 1),
        status,
        footer,
    }
}

/// Rows of the list that are drawn at once.
pub fn list_height(size: Size, screen: Screen) -> usize {
    if is_too_small(size) { 1 } else { usize::from(areas(size, screen).list.height) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_overlaps_and_nothing_is_outside() {
        for (width, height) in [(80, 24), (109, 25), (110, 24), (140, 40), (500, 200)] {
            let size = Size { width, height };
            for screen in Screen::ALL {
                let areas = areas(size, screen);
                let parts = [areas.tabs, areas.heads, areas.list, areas.rule, areas.detail, areas.status, areas.footer];
                for (index, part) in parts.iter().enumerate() {
                    assert_eq!(part.intersection(Rect::new(0, 0, width, height)), *part, "{screen:?} {size}");
                    for other in parts.iter().skip(index + 1) {
                        assert!(part.is_empty() || !part.intersects(*other), "{screen:?} {size}: {part} {other}");
                    }
                }
            }
        }
    }
}
