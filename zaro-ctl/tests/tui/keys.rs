//! Replayed sessions: keys and mouse in, frames out.

use chrono::TimeDelta;
use ratatui::crossterm::event::KeyCode;
use zaro_core::testing::World;
use zaro_core::types::Status;
use zaro_ctl::tui::event::{Event, Key};
use zaro_ctl::tui::state::Screen;

use super::community::community;
use super::desk::Desk;

fn members(count: usize) -> World {
    let world = World::new();
    for n in 0..count {
        world.member(&format!("회원{n}"), Status::Active);
    }
    world
}

/// Nickname of the selected member.
fn selected(desk: &Desk) -> String {
    desk.state.members.rows.selected().expect("a member").nickname.clone()
}

#[test]
fn numbers_and_tab_go_through_all_screens() {
    let community = community();
    let mut desk = Desk::open(&community.world.ctx, 80, 24);
    for screen in Screen::ALL.into_iter().skip(1).chain([Screen::Dashboard]) {
        desk.press(Key::of(KeyCode::Tab));
        assert_eq!(desk.state.screen, screen);
    }
    desk.press(Key::of(KeyCode::BackTab));
    assert_eq!(desk.state.screen, Screen::Audit);
    for (key, screen) in ('1'..='8').zip(Screen::ALL) {
        desk.press(Key::char(key));
        assert_eq!(desk.state.screen, screen);
    }
    desk.type_(":members⏎");
    assert_eq!(desk.state.screen, Screen::Members);
    desk.type_(":nowhere⏎");
    assert_eq!(desk.lines_with("there is no `nowhere`").len(), 1);
}

#[test]
fn a_long_list_is_read_as_it_is_gone_through() {
    let world = members(350);
    let mut desk = Desk::open(&world.ctx, 80, 24);
    desk.type_("3");
    for n in 0..350 {
        assert_eq!(selected(&desk), format!("회원{n}"));
        assert!(desk.lines_with(&format!("회원{n} ")).len() > 1, "in the list and beside it");
        desk.type_("j");
    }
    assert_eq!(selected(&desk), "회원349");
    desk.type_("g");
    assert_eq!(selected(&desk), "회원0");
    desk.press(Key::of(KeyCode::PageDown));
    assert_eq!(selected(&desk), "회원6");
    desk.press(Key::of(KeyCode::PageUp));
    assert_eq!(selected(&desk), "회원0");
}

#[test]
fn the_mouse_selects_scrolls_and_shows_screens() {
    let world = members(50);
    let mut desk = Desk::open(&world.ctx, 80, 24);
    desk.send(Event::Click { column: 27, row: 0 });
    assert_eq!(desk.state.screen, Screen::Members, "{}", desk.screen());
    desk.send(Event::Click { column: 10, row: 5 });
    assert_eq!(selected(&desk), "회원3");
    desk.send(Event::Wheel { column: 10, row: 5, down: true });
    assert_eq!(selected(&desk), "회원6");
    desk.send(Event::Wheel { column: 10, row: 5, down: false });
    assert_eq!(selected(&desk), "회원3");
    desk.send(Event::Click { column: 10, row: 23 });
    assert_eq!(selected(&desk), "회원3", "the last line is no row");
}

#[test]
fn a_resized_terminal_keeps_the_selected_row_in_view() {
    let world = members(50);
    let mut desk = Desk::open(&world.ctx, 140, 40);
    desk.type_("3");
    desk.press(Key::of(KeyCode::End));
    for (width, height) in [(80, 24), (110, 25), (200, 60), (79, 10), (80, 24)] {
        desk.send(Event::Resize { width, height });
        if width >= 80 {
            assert!(desk.lines_with("회원49 ").len() > 1, "{width}×{height}: {}", desk.screen());
        }
    }
}

#[test]
fn hangul_keys_are_the_keys_they_stand_on() {
    let world = members(5);
    let mut desk = Desk::open(&world.ctx, 80, 24);
    desk.type_("3ㅓㅓ");
    assert_eq!(selected(&desk), "회원2");
    desk.type_("ㅂ");
    assert!(desk.left);
}

#[test]
fn a_slow_database_blocks_no_key() {
    let world = members(150);
    let mut desk = Desk::open(&world.ctx, 80, 24);
    desk.is_slow = true;
    desk.type_("3");
    assert!(desk.lines_with("reading").is_empty(), "what comes at once needs no spinner");
    for _ in 0..3 {
        desk.send(Event::Tick(world.now()));
    }
    assert_eq!(desk.lines_with("reading; Esc goes on without").len(), 1, "{}", desk.screen());
    desk.type_("?");
    assert_eq!(desk.lines_with("next row").len(), 1, "keys go on working");
    desk.type_("⎋⎋");
    assert_eq!(desk.abandoned, 1);
    assert!(desk.lines_with("no longer waited for").len() == 1, "{}", desk.screen());
    desk.answer_all();
    assert!(desk.state.members.rows.is_empty(), "an answer that nobody waits for changes nothing");
    desk.is_slow = false;
    desk.type_("k");
    assert_eq!(selected(&desk), "회원0", "the next key asks again");
}

#[test]
fn only_the_last_answer_for_a_place_counts() {
    let world = members(20);
    let mut desk = Desk::open(&world.ctx, 80, 24);
    desk.type_("3");
    desk.is_slow = true;
    desk.type_("jjj/회원1⏎");
    desk.answer_all();
    assert_eq!(selected(&desk), "회원1", "the page of the list before the filter was dropped");
    assert_eq!(desk.state.members.rows.len(), 11);
    let shown = desk.state.member.as_ref().expect("a detail").dossier.user.nickname.clone();
    assert_eq!(shown, "회원1");
}

#[test]
fn a_failed_read_is_said_and_asked_again_by_the_next_key() {
    let world = members(3);
    let mut desk = Desk::open(&world.ctx, 80, 24);
    desk.type_("7/a⏎");
    desk.type_("3");
    assert_eq!(selected(&desk), "회원0");
    world.advance(TimeDelta::minutes(1));
    desk.type_(":frobnicate the posts⏎");
    assert_eq!(desk.lines_with("is not run in here").len(), 1);
}

#[test]
fn commands_in_the_words_of_the_command_line() {
    let world = members(30);
    let mut desk = Desk::open(&world.ctx, 80, 24);
    desk.type_(":members list --find 회원2 --status active⏎");
    assert_eq!(desk.state.members.rows.len(), 11, "{}", desk.screen());
    desk.type_("y");
    assert_eq!(desk.copied, ["zaro-ctl members show 3"]);
    desk.type_(":sweep plan⏎");
    assert_eq!(desk.lines_with("plan of").len(), 1, "{}", desk.screen());
    desk.type_(":audit verify⏎");
    assert_eq!(desk.lines_with("the log is whole").len(), 1, "{}", desk.screen());
    desk.type_(":q⏎");
    assert!(desk.left);
}
