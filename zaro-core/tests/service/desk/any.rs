//! Any sequence of acts, undone latest first, leaves everything as it was.

use chrono::TimeDelta;
use proptest::prelude::*;
use zaro_core::policy::place::Point;
use zaro_core::service::desk::Act;
use zaro_core::service::moderation_log::first_broken;
use zaro_core::service::place::Correction;
use zaro_core::service::sanction::Measure;
use zaro_core::types::{ReportId, ReportReason, SanctionId, Target};

use super::{Town, ids};

/// An act by numbers, so that whatever they are there is one.
#[derive(Clone, Debug)]
struct Nth {
    act: u8,
    which: usize,
    seen: i32,
    later: i64,
}

fn nth() -> impl Strategy<Value = Nth> {
    (0..16_u8, 0..8_usize, 0..3_i32, prop_oneof![Just(0), Just(1), Just(86_400), Just(700_000)])
        .prop_map(|(act, which, seen, later)| Nth { act, which, seen, later })
}

fn act(town: &Town, nth: &Nth) -> Act {
    let report = town.reports.get(nth.which).copied().unwrap_or(ReportId(1));
    let target = if nth.which.is_multiple_of(2) { Target::Post(town.post) } else { Target::Comment(town.comment) };
    let member = if nth.which == 0 { town.gone } else { town.author };
    let (seen, reason) = (nth.seen, ReportReason::Insult);
    let message = (nth.which > 4).then(|| "그만".to_owned());
    let sanction = if nth.which < 4 { town.sanction } else { SanctionId(i64::try_from(nth.which - 2).expect("small")) };
    let days = TimeDelta::days(i64::try_from(nth.which + 1).expect("small"));
    let until = (nth.which < 7).then(|| town.world.now().plus(days));
    match nth.act {
        0 => Act::ReportClaim { report, seen },
        1 => Act::ReportRelease { report, seen },
        2 => Act::ReportReject { report, seen },
        3 => Act::ReportAccept { report, seen },
        4 => Act::Hide { target },
        5 => Act::Unhide { target },
        6 => Act::Delete { target },
        7 => Act::Undelete { target },
        8 => Act::Impose { member, measure: Measure::Warning, reason, message },
        9 | 10 => Act::Impose { member, measure: Measure::Suspension { until }, reason, message },
        11 => Act::Lift { sanction },
        12 => Act::AppealAccept { appeal: town.appeal, answer: "네".to_owned() },
        13 => Act::AppealReject { appeal: town.appeal, answer: String::new() },
        14 => Act::MemberWithdraw { member },
        _ => Act::PlaceCorrect {
            place: town.place,
            to: Correction {
                name: format!("이름{}", nth.which),
                address: String::new(),
                category: "CE7".to_owned(),
                point: Point { lat: 35.1 + f64::from(nth.seen) / 7.0, lng: 129.0 },
            },
        },
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn acts_and_their_undos_leave_every_table_as_it_was(sequence in prop::collection::vec(nth(), 1..30)) {
        let town = Town::new();
        let before = town.state();
        let mut entries = Vec::new();
        for nth in &sequence {
            // Whatever cannot be done as things stand is refused, and changes nothing.
            if let Ok(steps) = town.perform(&[act(&town, nth)]) {
                entries.extend(ids(&steps));
            }
            town.world.advance(TimeDelta::seconds(nth.later));
        }
        for entry in entries.iter().rev() {
            let undone = town.undo(*entry);
            prop_assert!(undone.is_ok(), "#{entry}: {undone:?}");
        }
        prop_assert_eq!(town.state(), before);
        prop_assert_eq!(first_broken(&town.world.ctx).expect("a log"), None);
    }
}
