//! Deciding what was reported: one key each, undone, done again, and decided by somebody else meanwhile.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use proptest::prelude::*;
use ratatui::crossterm::event::KeyCode;
use zaro_core::models::moderation_log as log;
use zaro_core::service::desk::Item;
use zaro_core::testing::World;
use zaro_core::types::{HiddenReason, Status, Target};
use zaro_ctl::tui::event::{Event, Key};
use zaro_ctl::tui::state::{Screen, Settings};
use zaro_ctl::tui::theme::Theme;

use super::community::{Community, community, report, write};
use super::desk::Desk;

/// Tables that only grow, or that a worker empties.
const APART: [&str; 4] = ["moderation_log", "mail_outbox", "search_outbox", "withdrawal_history"];

/// What every table holds, but those.
pub(super) fn content(world: &World) -> BTreeMap<String, String> {
    let mut content = world.test_db.content();
    content.retain(|table, _| !APART.contains(&table.as_str()));
    content
}

fn rows(desk: &Desk) -> Vec<Item> {
    desk.state.reports.list.rows.iter().cloned().collect()
}

fn selected(desk: &Desk) -> Target {
    desk.state.reports.list.rows.selected().expect("a row").target
}

fn actions(world: &World) -> Vec<String> {
    let entries = world.ctx.db.read(|connection| log::after(connection, 0, 1000)).expect("the log");
    entries.into_iter().map(|entry| format!("{} {}", entry.actor, entry.action)).collect()
}

fn open() -> (Community, Desk) {
    let community = community();
    let mut desk = Desk::open(&community.world.ctx, 140, 40);
    desk.type_("2");
    (community, desk)
}

#[test]
fn the_queue_is_folded_and_in_order_of_priority() {
    let (community, desk) = open();
    let posts = &community.posts;
    let expected = [
        (Target::Post(posts[1]), 5),
        (Target::Post(posts[5]), 3),
        (Target::Post(posts[3]), 2),
        (Target::Comment(community.comment), 1),
        (Target::Post(posts[2]), 1),
    ];
    let shown: Vec<(Target, usize)> = rows(&desk).iter().map(|item| (item.target, item.reports.len())).collect();
    assert_eq!(shown, expected);
    let case = desk.state.reports.case.as_ref().expect("a case");
    assert_eq!((case.target, case.hidden, case.reports.len()), (expected[0].0, Some(HiddenReason::Reports), 5));
}

#[test]
fn a_key_decides_and_the_next_item_is_selected() {
    let (community, mut desk) = open();
    let all: Vec<Target> = rows(&desk).iter().map(|item| item.target).collect();
    desk.type_("d");
    assert_eq!(selected(&desk), all[1]);
    assert_eq!(desk.state.reports.case.as_ref().map(|case| case.target), Some(all[1]));
    assert_eq!(desk.lines_with("zaro-ctl reports dismiss 1").len(), 1, "{}", desk.screen());
    desk.type_("y");
    assert_eq!(desk.copied, ["zaro-ctl reports dismiss 1"]);
    desk.type_("jh");
    assert_eq!(selected(&desk), all[3], "the one after the one that was decided");
    assert_eq!(rows(&desk).len(), 3);
    let reject = "park REPORT_REJECT".to_owned();
    let expected = [
        &vec![reject; 5][..],
        &["park REPORT_ACCEPT".to_owned(), "park REPORT_ACCEPT".to_owned(), "park POST_HIDE".to_owned()],
    ]
    .concat();
    // The entry before them is the program's own: five reports hid the first post.
    assert_eq!(actions(&community.world)[1..], expected);
}

#[test]
fn only_what_is_destructive_asks_and_only_once() {
    let (community, mut desk) = open();
    let before = content(&community.world);
    desk.type_("s");
    assert_eq!(desk.lines_with("hide, and suspend the author for 7 days?").len(), 1, "{}", desk.screen());
    desk.type_("n");
    desk.type_("x⎋");
    assert_eq!(content(&community.world), before, "no is no");
    desk.type_("x⏎");
    assert_eq!(rows(&desk).len(), 4);
    desk.type_("sy");
    assert_eq!(rows(&desk).len(), 3);
    let suspended = community.world.user(community.authors[4]);
    assert_eq!(suspended.suspended_until, Some(community.world.now().plus(TimeDelta::days(7))));
    desk.type_(":reports suspend --for 30d --text 욕설은 안 됩니다⏎");
    desk.type_("⏎");
    let suspended = community.world.user(community.authors[2]);
    assert_eq!(suspended.suspended_until, Some(community.world.now().plus(TimeDelta::days(30))));
    let command = "zaro-ctl reports suspend 10 --for 30d --text '욕설은 안 됩니다'";
    assert_eq!(desk.state.last_command.as_deref(), Some(command));
}

#[test]
fn undo_and_redo_go_back_and_forth() {
    let (community, mut desk) = open();
    let (before, shown) = (content(&community.world), rows(&desk));
    desk.type_("dhw");
    let after = content(&community.world);
    assert_eq!(rows(&desk).len(), 2);
    desk.type_("uuu");
    assert_eq!(content(&community.world), before);
    assert_eq!(rows(&desk), shown);
    assert_eq!(selected(&desk), shown[0].target, "what came back is selected");
    desk.type_("u");
    assert_eq!(desk.lines_with("nothing to undo").len(), 1);
    for _ in 0..3 {
        desk.press(Key::ctrl('r'));
    }
    assert_eq!(rows(&desk).len(), 2);
    let drop_ids = |content: BTreeMap<String, String>| -> Vec<String> { content.into_keys().collect() };
    assert_eq!(drop_ids(content(&community.world)), drop_ids(after));
    desk.press(Key::ctrl('r'));
    assert_eq!(desk.lines_with("nothing to do again").len(), 1);
    desk.type_("uuu");
    assert_eq!(rows(&desk), shown);
}

#[test]
fn undo_waits_for_what_is_being_done() {
    let (community, mut desk) = open();
    let (before, shown) = (content(&community.world), rows(&desk));
    desk.is_slow = true;
    desk.type_("ddhu");
    assert_eq!(rows(&desk).len(), 2, "keys go on at once");
    assert_eq!(desk.lines_with("3 being done").len(), 1, "{}", desk.screen());
    desk.answer_all();
    assert_eq!(rows(&desk).len(), 3);
    desk.is_slow = false;
    desk.type_("uu");
    assert_eq!((content(&community.world), rows(&desk)), (before, shown));
}

#[test]
fn what_is_typed_ahead_of_an_undo_is_meant_for_what_comes_back() {
    let (community, mut desk) = open();
    let first = selected(&desk);
    desk.is_slow = true;
    desk.type_("duha");
    desk.answer_all();
    assert_eq!(rows(&desk).len(), 3);
    let hidden = desk
        .state
        .done
        .iter()
        .any(|deed| deed.command == "zaro-ctl reports hide 1" && deed.past.contains(&first.to_string()));
    assert!(hidden, "{:?}", desk.state.done);
    assert_eq!(actions(&community.world).iter().filter(|action| action.ends_with("UNDO_REPORT_REJECT")).count(), 5);
}

#[test]
fn marks_are_decided_together() {
    let (community, mut desk) = open();
    let before = content(&community.world);
    desk.type_("  ");
    assert_eq!(desk.lines_with("●").len(), 2);
    desk.type_("d");
    assert_eq!(desk.lines_with("2 things by 2 members").len(), 1, "{}", desk.screen());
    desk.type_("⏎");
    assert_eq!(rows(&desk).len(), 3);
    assert_eq!(desk.state.last_command.as_deref(), Some("zaro-ctl reports dismiss 1 6"));
    desk.type_("u");
    assert_eq!((content(&community.world), rows(&desk).len()), (before, 5));
    desk.type_(" ⎋");
    assert!(desk.state.reports.marks.is_empty());
}

#[test]
fn who_was_faster_is_said_and_nothing_is_decided_twice() {
    let (community, mut mine) = open();
    let settings = Settings { theme: Theme::DARK, read_only: false, actor: "lee".to_owned(), first: Screen::Dashboard };
    let mut theirs = Desk::with(&community.world.ctx, 80, 24, settings);
    theirs.type_("2a");
    let before = content(&community.world);
    mine.type_("h");
    assert_eq!(mine.lines_with("Decided by somebody else").len(), 1, "{}", mine.screen());
    assert_eq!(mine.lines_with("report 1 was accepted by lee meanwhile").len(), 1, "{}", mine.screen());
    assert_eq!(content(&community.world), before);
    mine.type_("⎋");
    assert_eq!(rows(&mine).len(), 4, "what they decided waits no longer");
    mine.type_("u");
    assert_eq!(mine.lines_with("nothing to undo").len(), 1, "what others did is theirs");
}

#[test]
fn a_report_that_came_after_the_look_is_not_decided_unseen() {
    let (community, mut desk) = open();
    let late = community.world.member("늦은사람", Status::Active);
    report(&community.world, late, Target::Post(community.posts[5]), "ILLEGAL");
    desk.type_("jd");
    desk.press(Key::ctrl('l'));
    let left = rows(&desk);
    let again = left.iter().find(|item| item.target == Target::Post(community.posts[5])).expect("it waits again");
    assert_eq!(again.reports.len(), 1);
}

#[test]
fn claims_show_whose_it_is() {
    let (community, mut desk) = open();
    desk.type_("c");
    assert_eq!(desk.lines_with("looked after by park").len(), 5, "{}", desk.screen());
    let settings = Settings { theme: Theme::DARK, read_only: false, actor: "lee".to_owned(), first: Screen::Dashboard };
    let mut theirs = Desk::with(&community.world.ctx, 140, 40, settings);
    theirs.type_("2c");
    assert_eq!(theirs.lines_with("claimed by park").len(), 1, "{}", theirs.screen());
    desk.type_("C");
    assert!(desk.lines_with("looked after by").is_empty(), "{}", desk.screen());
}

#[test]
fn read_only_refuses_every_act() {
    let community = community();
    let settings = Settings { theme: Theme::DARK, read_only: true, actor: "park".to_owned(), first: Screen::Dashboard };
    let mut desk = Desk::with(&community.world.ctx, 140, 40, settings);
    let before = community.world.test_db.content();
    for keys in ["2d", "2h", "2x⏎", "2 c", "2u", "3s⏎", "3w⏎", "4a", "4r", ":reports dismiss⏎"] {
        desk.type_(keys);
    }
    desk.type_("2d");
    assert_eq!(desk.lines_with("read-only: nothing is changed from here").len(), 1, "{}", desk.screen());
    assert_eq!(community.world.test_db.content(), before);
}

#[test]
fn filters_take_the_words_of_the_command_line() {
    let (community, mut desk) = open();
    let mut count = |filter: &str| {
        desk.type_(&format!("/{filter}⏎"));
        let count = rows(&desk).len();
        desk.type_("⎋");
        count
    };
    let author = community.authors[1];
    assert_eq!(count("kind=comment"), 1);
    assert_eq!(count("--reason-kind spam"), 2);
    assert_eq!(count(&format!("author={author}")), 2);
    assert_eq!(count(&format!("author={author} weight-at-least=200")), 1);
    assert_eq!(count("weight-below=200"), 2);
    assert_eq!(count("older-than=1d"), 0);
    assert_eq!(count(""), 5);
    desk.type_("/colour=red⏎");
    assert_eq!(desk.lines_with("`colour=red`? filters are").len(), 1, "{}", desk.screen());
}

#[test]
fn an_entry_of_the_log_is_undone_after_it_was_said_what_that_does() {
    let (community, mut desk) = open();
    let before = content(&community.world);
    desk.type_("jsy");
    desk.type_("8x");
    assert_eq!(desk.lines_with("MEMBER_SUSPEND?").len(), 1, "{}", desk.screen());
    desk.type_("⏎");
    desk.type_(":audit undo 1⏎");
    assert_eq!(desk.lines_with("cannot be undone").len(), 1, "{}", desk.screen());
    desk.type_("⎋gx");
    desk.type_("⎋2");
    assert_ne!(content(&community.world), before, "the rest of the decision stands");
    assert!(community.world.user(community.authors[4]).suspended_until.is_none());
}

#[test]
fn a_long_queue_is_worked_off_without_holding_it() {
    let world = World::new();
    let author = world.member("글쓴이", Status::Active);
    let reporter = world.member("신고자", Status::Active);
    for n in 0..720 {
        let post = write(&world, author, &format!("글 {n}"), "내용");
        report(&world, reporter, Target::Post(post), "SPAM");
    }
    let mut desk = Desk::open(&world.ctx, 80, 24);
    desk.type_("2");
    for n in 0..715 {
        assert_eq!(desk.state.reports.list.rows.selected().map(|item| item.excerpt.clone()), Some(format!("글 {n}")));
        assert!(rows(&desk).len() <= 600);
        desk.type_("j");
    }
    desk.type_("g");
    desk.type_("dddj");
    assert_eq!(desk.state.reports.list.rows.selected().map(|item| item.excerpt.clone()), Some("글 4".to_owned()));
}

/// Keys of an act, with its confirmation.
fn act() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["d", "a", "h", "w", "s⏎", "x⏎", "r", "c", "C", " d⏎", "  h⏎", "j", "k", "G", "g"])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_acts_and_their_undos_restore_what_is_seen(acts in prop::collection::vec(act(), 1..12)) {
        let (community, mut desk) = open();
        let (before, shown, screen) = (content(&community.world), rows(&desk), desk.screen());
        for keys in &acts {
            desk.type_(keys);
            // What was refused, such as a second claim, is closed.
            if desk.state.dialog.is_some() {
                desk.press(Key::of(KeyCode::Esc));
            }
        }
        desk.press(Key::of(KeyCode::Esc));
        while !desk.state.done.is_empty() {
            desk.type_("u");
            prop_assert!(desk.state.dialog.is_none(), "{acts:?}: {}", desk.screen());
        }
        desk.type_("g");
        desk.send(Event::Tick(community.world.now()));
        prop_assert_eq!(rows(&desk), shown);
        prop_assert_eq!(content(&community.world), before);
        // The history of the case has grown; all else looks as before.
        let seen = |screen: &str| -> Vec<String> {
            let lines = screen.lines().take_while(|line| !line.contains("done so far"));
            lines.map(|line| line.trim_end().to_owned()).collect()
        };
        let (was, is) = (seen(&screen), seen(&desk.screen()));
        prop_assert_eq!(&is[..], &was[..is.len()]);
    }
}
