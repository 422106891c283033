//! Suggestions (Q10, Q11).

use std::sync::Arc;

use diesel::prelude::*;
use zaro_core::error::Code;
use zaro_core::schema::posts;
use zaro_core::service::{post, search};
use zaro_core::testing::{NoSearch, World};
use zaro_core::types::{PostId, Status};

use super::{edit, write};
use crate::service::post::hide;

fn suggest(world: &World, typed: &str) -> Vec<String> {
    search::suggest(&world.ctx, typed).expect("suggestions").into_iter().map(|found| found.text).collect()
}

fn like(world: &World, id: PostId, likes: i32) {
    let counted = world.ctx.db.write_tx(|connection| {
        Ok(diesel::update(posts::table.find(id)).set(posts::like_count.eq(likes)).execute(connection)?)
    });
    assert_eq!(counted.expect("a write"), 1);
}

#[test]
fn q10_prefixes_of_any_word_unfinished_syllables_and_initials() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    write(&world, kim, "서울 자취방 구하기", "글");
    write(&world, kim, "LG전자 세탁기", "글");
    world.index();
    for typed in [
        "ㅈ",
        "자",
        "자ㅊ",
        "자추",
        "자취",
        "자취바",
        "자취방",
        "구하",
        "ㅈㅊㅂ",
        "ㅈㅊ방",
        "자ㅊㅂ",
        "자취 구",
        "서울자취",
        "ㅅㅇㅈㅊㅂ",
    ] {
        assert!(suggest(&world, typed).contains(&"서울 자취방 구하기".to_owned()), "{typed}");
    }
    for typed in ["lg", "LG전", "전자", "전잦", "세탁"] {
        assert_eq!(suggest(&world, typed) == ["LG전자 세탁기"], typed != "전잦", "{typed}");
    }
    for typed in ["", "  ", "취방", "ㅊㅂ", "서울 부산", "!!", ".*", "[가-힣]"] {
        assert_eq!(suggest(&world, typed), Vec::<String>::new(), "{typed}");
    }
    assert!(suggest(&world, &"ㅈㅊㅂ".repeat(100)).is_empty(), "whatever is typed");
    assert!(suggest(&world, &"가나다라 ".repeat(100)).is_empty());
}

#[test]
fn q10_best_match_first_then_score_at_most_ten() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let ids: Vec<PostId> = (0..12).map(|number| write(&world, kim, &format!("원룸 {number}"), "글")).collect();
    let other = write(&world, kim, "작은 원룸", "글");
    world.index();
    like(&world, ids[3], 5);
    like(&world, ids[7], 9);
    like(&world, other, 100);
    let found = suggest(&world, "원룸");
    assert_eq!((found.len(), &found[..2]), (10, &["원룸 7".to_owned(), "원룸 3".to_owned()][..]));
    assert!(!found.contains(&"작은 원룸".to_owned()), "what begins with it comes first");
}

#[test]
fn q10_only_visible_posts_as_they_are_now() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let [hidden, deleted, edited] = ["하나", "둘", "셋"].map(|n| write(&world, kim, &format!("원룸 {n}"), "글"));
    world.index();
    hide(&world, hidden);
    post::delete(&world.ctx, kim, deleted).expect("a deletion");
    edit(&world, kim, edited, "바뀐 제목", "TIPS");
    assert_eq!(suggest(&world, "원룸"), Vec::<String>::new());
}

#[test]
fn q11_no_suggestions_without_the_index() {
    let mut world = World::new();
    world.ctx.search = Arc::new(NoSearch);
    let refused = search::suggest(&world.ctx, "원룸").expect_err("no index");
    assert_eq!(refused.code(), Code::SearchUnavailable);
    assert_eq!(suggest(&world, " "), Vec::<String>::new(), "nothing to look for needs no index");
}
