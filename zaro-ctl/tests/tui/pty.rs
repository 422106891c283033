//! The real binary in a pseudo-terminal.

use zaro_core::models::moderation_log as log;

use super::community::community;
use super::terminal;
use super::terminal::assert_restored;
use crate::command::{bare, on, run};

const SIZE: (u16, u16) = (100, 30);

#[test]
fn bare_zaro_ctl_shows_the_screens_at_a_terminal_and_help_elsewhere() {
    let community = community();
    let mut terminal = terminal(&community.world.test_db, &[], SIZE, &[]);
    terminal.wait_for_text("1 dashboard");
    terminal.press("3");
    terminal.wait_for_text("자취왕");
    terminal.press("q");
    let (code, raw, screen) = terminal.end();
    assert_eq!(code, 0);
    assert_restored(&raw, &screen);

    let answer = run(bare(&[]));
    assert_eq!(answer.code, Some(2));
    assert!(answer.stderr.contains("Usage: zaro-ctl"), "{}", answer.stderr);
    let answer = run(on(&community.world.test_db, &["tui"]));
    assert_eq!(answer.code, Some(2));
    assert!(answer.stderr.contains("the screens need a terminal"), "{}", answer.stderr);
}

#[test]
fn the_terminal_is_restored_however_it_ends() {
    let community = community();
    for (ends_by, fault, code) in
        [("Ctrl-C", "", 0), ("TERM", "", 130), ("HUP", "", 130), ("panic", "tui.frame", 2), ("panic", "tui.read", 2)]
    {
        let fault: &[(&'static str, &str)] = if fault.is_empty() { &[] } else { &[("ZARO_PANIC", fault)] };
        let mut terminal = terminal(&community.world.test_db, &["tui"], SIZE, fault);
        match ends_by {
            "panic" => {}
            "Ctrl-C" => {
                terminal.wait_for_text("queues");
                terminal.press("\u{3}");
            }
            signal => {
                terminal.wait_for_text("queues");
                terminal.signal(signal);
            }
        }
        let (ended, raw, screen) = terminal.end();
        assert_eq!(ended, code, "{ends_by} {fault:?}: {raw}");
        assert_restored(&raw, &screen);
        if ends_by == "panic" {
            assert!(screen.contents().contains("the fault `tui."), "the panic can be read: {}", screen.contents());
            assert!(screen.contents().contains("the screens broke"), "{}", screen.contents());
        }
    }
}

#[test]
fn it_follows_the_size_of_the_terminal() {
    let community = community();
    let mut terminal = terminal(&community.world.test_db, &["tui", "--theme", "light"], (70, 20), &[]);
    terminal.wait_for_text("80 columns and 24 rows");
    terminal.resize(120, 40);
    terminal.wait_for_text("latest runs");
    terminal.press("q");
    assert_eq!(terminal.end().0, 0);
}

#[test]
fn copying_reaches_the_clipboard_of_the_operators_own_terminal() {
    let community = community();
    let mut terminal = terminal(&community.world.test_db, &["tui"], SIZE, &[("NO_COLOR", "1")]);
    terminal.press("3");
    terminal.wait_for_text("자취왕");
    terminal.press("y");
    terminal.wait_for_text("copied: zaro-ctl members show 1");
    terminal.press("q");
    let (_, raw, _) = terminal.end();
    // `zaro-ctl members show 1` in base64, as OSC 52 has it.
    assert!(raw.contains("\u{1b}]52;c;emFyby1jdGwgbWVtYmVycyBzaG93IDE=\u{7}"), "{raw:?}");
    assert!(!raw.contains("[38;5") && !raw.contains("[48;5"), "NO_COLOR: {raw:?}");
}

#[test]
fn a_database_that_is_held_up_blocks_no_key() {
    let community = community();
    let mut terminal = terminal(&community.world.test_db, &["tui"], SIZE, &[]);
    terminal.press("2");
    terminal.wait_for_text("1/5");
    let held = community.world.ctx.db.write_tx(|connection| {
        log::hold_end(connection)?;
        // Somebody else writes all this time, so the decision waits.
        terminal.press("d");
        terminal.wait_for_text("1 being done");
        terminal.press("j");
        terminal.wait_for_text("2/4");
        terminal.press("3");
        terminal.wait_for_text("혼밥러");
        Ok(())
    });
    held.expect("the database is let go of");
    terminal.wait_for_text("dismissed: post 2");
    terminal.press("q");
    assert_eq!(terminal.end().0, 0);
}
