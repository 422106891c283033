//! A written shift: 100 reports decided by the real binary in a pseudo-terminal, and all of it undone.

use chrono::TimeDelta;
use zaro_core::service::overview;
use zaro_core::testing::World;
use zaro_core::types::{Status, Target};

use super::community::{report, write};
use super::deciding::content;
use super::terminal;

/// What an operator decides, in order, with the keys of each: reading on, scrolling and second thoughts included.
const SHIFT: [(&str, usize); 8] = [
    // Obvious spam, one after the other.
    ("h", 30),
    // A look at the rest of a long text, then nothing is wrong with it.
    ("Jd", 20),
    ("d", 15),
    // Insults: a warning.
    ("w", 12),
    // Fraud: a week of silence, confirmed.
    ("s\r", 8),
    // Illegal: gone, confirmed.
    ("x\r", 5),
    ("a", 6),
    // A wrong key, taken back, and the right one.
    ("dua", 4),
];

#[test]
fn a_hundred_reports_in_little_more_than_a_hundred_keys_and_all_of_it_undone() {
    let world = World::new();
    let authors: Vec<_> = (0..20).map(|n| world.member(&format!("글쓴이{n}"), Status::Active)).collect();
    let reporters: Vec<_> = (0..3).map(|n| world.member(&format!("신고자{n}"), Status::Active)).collect();
    for n in 0..110_usize {
        let post = write(&world, authors[n % 20], &format!("자취 이야기 {n}"), &"긴 글입니다. ".repeat(40));
        world.advance(TimeDelta::minutes(1));
        for reporter in reporters.iter().take(1 + n % 3) {
            report(&world, *reporter, Target::Post(post), ["SPAM", "INSULT", "FRAUD"][n % 3]);
        }
    }
    let before = content(&world);
    let mut terminal = terminal(&world.test_db, &["tui", "reports"], (120, 40), &[]);
    // By points: three reports, two, one; then by age.
    let order: Vec<usize> = [2, 1, 0].into_iter().flat_map(|rest| (0..110).filter(move |n| n % 3 == rest)).collect();
    let shown = |place: usize| format!("post {} of ", order[place] + 1);
    terminal.wait_for_text(&shown(0));
    let mut decided = 0;
    for (keys, times) in SHIFT {
        for _ in 0..times {
            terminal.press(keys);
            decided += 1;
            // A person reads before the next key: the next case is on the screen.
            let next = shown(decided);
            let is_done = |screen: &str| !screen.contains("being done") && !screen.contains("sure?");
            terminal.wait_for(&next, |screen| screen.contains(&next) && is_done(screen));
        }
    }
    assert_eq!(decided, 100);
    assert!(terminal.keys * 10 <= 22 * decided, "{} keys for {decided} decisions", terminal.keys);
    assert_eq!(waiting(&world), 10);
    for place in (0..100).rev() {
        terminal.press("u");
        let back = shown(place);
        terminal.wait_for(&back, |screen| screen.matches(&back).count() == 2 && screen.contains("undone; "));
    }
    assert_eq!(waiting(&world), 110);
    terminal.press("q");
    assert_eq!(terminal.end().0, 0);
    assert_eq!(content(&world), before, "as if nothing had been decided");
}

/// Things that wait.
fn waiting(world: &World) -> usize {
    let filter = zaro_core::service::desk::QueueFilter::default();
    let queue = zaro_core::service::desk::queue(&world.ctx, &filter).expect("the queue");
    assert!(overview::overview(&world.ctx).expect("an overview").reports.waiting >= 10);
    queue.len()
}
