//! Every screen at 80×24 and at 140×40.

use chrono::TimeDelta;
use zaro_core::policy::field::Input;
use zaro_core::service::appeal::{self, AppealDraft};
use zaro_core::service::sweep::{self, ApplyOptions, Rule, Shard};
use zaro_ctl::tui::state::{Screen, Settings};
use zaro_ctl::tui::theme::Theme;

use super::community::{Community, community};
use super::desk::Desk;

/// Draws the screen that these keys lead to, in both sizes, each in a community of its own.
fn snapshot(name: &str, make: fn() -> Community, keys: &str) {
    for (width, height) in [(80, 24), (140, 40)] {
        let community = make();
        let mut desk = Desk::open(&community.world.ctx, width, height);
        desk.type_(keys);
        let screen = desk.screen();
        assert!(screen.lines().all(|line| zaro_ctl::tui::text::width(line) <= usize::from(width)), "{screen}");
        let host = zaro_core::context::host();
        insta::with_settings!({ filters => vec![(regex_lite(&host).as_str(), "HOST"), (r"hash +[0-9a-f]{32}", "hash HASH"), ("SQLite|MySQL", "DATABASE")] }, {
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), screen);
        });
    }
}

/// The name of this machine as a pattern that finds it, with what pads it to its column.
fn regex_lite(host: &str) -> String {
    let escaped: String =
        host.chars().flat_map(|c| if c.is_alphanumeric() { vec![c] } else { vec!['\\', c] }).collect();
    format!("{escaped}(:[0-9]+:[0-9a-f]+)?")
}

/// A sweep by hand, for the dashboard and the screen of the sweeps to show.
fn sweep(community: &Community) {
    let ctx = &community.world.ctx;
    let plan = sweep::plan(ctx, &[Rule::PurgePending, Rule::DormancyNotices], Shard::WHOLE, None, ctx.now());
    let mut options = ApplyOptions {
        batch: 1000,
        lease: TimeDelta::seconds(60),
        scheduled_for: None,
        stop: &std::sync::atomic::AtomicBool::new(false),
        progress: &mut |_| {},
    };
    sweep::apply(ctx, &plan.expect("a plan"), &mut options).expect("a sweep");
}

#[test]
fn dashboard() {
    let swept = || {
        let community = community();
        sweep(&community);
        community.world.advance(TimeDelta::days(2));
        community
    };
    snapshot("dashboard", swept, "");
}

#[test]
fn reports() {
    snapshot("reports", community, "2");
    snapshot("reports_decided", community, "2hd");
    snapshot("reports_marked", community, "2  ");
    snapshot("reports_asked", community, "2js");
    snapshot("reports_none", community, "2/reason-kind=violence⏎");
}

/// The author of the first case was suspended and objects.
fn appealed() -> Community {
    let community = community();
    let ctx = &community.world.ctx;
    Desk::open(ctx, 80, 24).type_("2s⏎");
    let draft = AppealDraft {
        sanction_id: Input::Given(1),
        text: "광고가 아니라 나눔이었습니다. 다시 봐 주세요.".into(),
    };
    appeal::file(ctx, community.authors[1], &draft).expect("an appeal");
    community.world.advance(TimeDelta::hours(3));
    community
}

#[test]
fn appeals() {
    snapshot("appeals", appealed, "4");
    snapshot("appeals_answered", appealed, "4r");
}

#[test]
fn audit() {
    snapshot("audit", appealed, "8");
    snapshot("audit_undo", appealed, "8jx");
}

#[test]
fn members() {
    snapshot("members", community, "3jj");
    snapshot("members_filtered", community, "3/status=dormant⏎");
    snapshot("members_none", community, "3/없는사람⏎");
}

#[test]
fn sweeps() {
    let due = || {
        let community = community();
        sweep(&community);
        community.world.advance(TimeDelta::days(30 * 5 + 5));
        community
    };
    snapshot("sweeps", due, "5pjjjjjjjj");
}

#[test]
fn mail() {
    let told = || {
        let community = community();
        Desk::open(&community.world.ctx, 80, 24).type_("2s⏎jw");
        community
    };
    snapshot("mail", told, "6");
}

#[test]
fn search() {
    let indexed = || {
        let community = community();
        community.world.index();
        community
    };
    snapshot("search", indexed, "7/월세⏎");
    snapshot("search_nothing", indexed, "7/없는낱말⏎");
}

#[test]
fn keys_and_prompts() {
    snapshot("keys", community, "3?");
    snapshot("typing_a_filter", community, "3/자취 로망");
    snapshot("typing_a_command", community, "3:members show 2");
}

#[test]
fn a_small_terminal_is_told_what_is_needed() {
    let community = community();
    let mut desk = Desk::open(&community.world.ctx, 60, 20);
    desk.type_("3jjJ?");
    let screen = desk.screen();
    assert!(screen.contains("80 columns and 24 rows; here are 60 and"), "{screen}");
}

#[test]
fn without_colours_everything_is_still_said() {
    let community = community();
    let settings = |theme| Settings { theme, read_only: true, actor: "park".to_owned(), first: Screen::Members };
    let draw = |theme| {
        let mut desk = Desk::with(&community.world.ctx, 100, 30, settings(theme));
        desk.type_("jj");
        desk.screen()
    };
    let dark = draw(Theme::DARK);
    assert_eq!(dark, draw(Theme::MONO));
    assert_eq!(dark, draw(Theme::LIGHT));
    assert!(dark.contains("read-only"), "{dark}");
}
