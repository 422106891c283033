//! The index after crashes at every step (Q8, Q9).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use chrono::TimeDelta;
use zaro_core::adapters::embedded::EmbeddedIndex;
use zaro_core::fault::{Struck, panic_at};
use zaro_core::service::{post, search};
use zaro_core::testing::{NoSearch, World};
use zaro_core::types::{PostId, Status, UserId};

use super::{edit, found, write};

const POINTS: [&str; 6] =
    ["search.claimed", "search.written", "search.committed", "search.noted", "search.built", "search.swapped"];

/// A post, and the words that find it, each of one version; nothing finds one that was deleted.
struct Known {
    id: PostId,
    word: Option<String>,
    old: Vec<String>,
}

/// A word that no other one begins or ends with.
fn word(number: usize) -> String {
    let digits = number.to_string().into_bytes().into_iter().map(|digit| usize::from(digit - b'0'));
    let syllables: String = digits.filter_map(|digit| "영일이삼사오육칠팔구".chars().nth(digit)).collect();
    format!("낱말{syllables}끝")
}

fn change(world: &World, kim: UserId, posts: &mut Vec<Known>, number: usize) {
    let new = word(number);
    if number.is_multiple_of(3) || posts.is_empty() {
        let id = write(world, kim, &new, "글");
        posts.push(Known { id, word: Some(new), old: Vec::new() });
        return;
    }
    let at = number * 7 % posts.len();
    let known = &mut posts[at];
    let Some(old) = known.word.take() else { return };
    known.old.push(old);
    if number % 3 == 1 {
        edit(world, kim, known.id, &new, "TIPS");
        known.word = Some(new);
    } else {
        post::delete(&world.ctx, kim, known.id).expect("a deletion");
    }
}

/// A process that died and came back: whatever was open is closed, and claims have run out.
fn restart(world: &mut World) {
    world.ctx.search = Arc::new(NoSearch);
    world.ctx.search = Arc::new(EmbeddedIndex::new(&world.test_db.folder().join("search")));
    world.advance(TimeDelta::minutes(2));
}

#[test]
fn q8_the_index_equals_the_database_after_a_crash_anywhere() {
    for (round, point) in POINTS.iter().enumerate() {
        let mut world = World::new();
        let kim = world.member("kim", Status::Active);
        let mut posts = Vec::new();
        let mut number = round * 100;
        world.index();
        for nth in 1..=3 {
            for _ in 0..4 {
                number += 1;
                change(&world, kim, &mut posts, number);
            }
            panic_at(Some((point, nth)));
            let crashed = catch_unwind(AssertUnwindSafe(|| {
                for _ in 0..8 {
                    search::work_due(&world.ctx).expect("work");
                    number += 1;
                    change(&world, kim, &mut posts, number);
                    search::rebuild(&world.ctx).expect("a rebuild");
                }
            }));
            panic_at(None);
            let struck = crashed.expect_err("the fault strikes");
            assert_eq!(struck.downcast_ref::<Struck>(), Some(&Struck((*point).to_owned())));
            restart(&mut world);
            world.index();
            for known in &posts {
                for old in &known.old {
                    assert_eq!(found(&world, old), [], "{point} {nth}: {old}");
                }
                if let Some(word) = &known.word {
                    assert_eq!(found(&world, word), [known.id], "{point} {nth}: {word}");
                }
            }
            let visible = posts.iter().filter(|known| known.word.is_some()).count();
            assert_eq!(world.ctx.search.documents().expect("an index"), u64::try_from(visible).ok());
        }
    }
}
