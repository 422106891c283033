//! Searching (Q1 to Q7).

use chrono::TimeDelta;
use diesel::prelude::*;
use zaro_core::policy::search::request::{SearchParams, SearchRequest};
use zaro_core::schema::posts;
use zaro_core::service::post;
use zaro_core::service::search::{self, SearchPage};
use zaro_core::testing::World;
use zaro_core::types::Status;

use super::{edit, find, found, write};
use crate::service::post::hide;

fn page(world: &World, params: SearchParams<'_>) -> SearchPage {
    search::search(&world.ctx, &SearchRequest::read(&params).expect("a search")).expect("a page")
}

#[test]
fn q1_all_terms_must_match_in_title_or_content() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let both = write(&world, kim, "자취방 구하기", "월세와 보증금을 봅니다.");
    let title = write(&world, kim, "자취방 꾸미기", "조명을 바꿨어요.");
    world.index();
    assert_eq!(found(&world, "자취방 보증금"), [both]);
    assert_eq!(found(&world, "자취방 조명"), [title]);
    assert_eq!(found(&world, "보증금 조명"), []);
    assert_eq!(found(&world, "자취방").len(), 2);
}

#[test]
fn q2_title_before_content_whole_word_before_part_newer_before_older() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let content = write(&world, kim, "오늘의 이야기", "원룸 하나를 봤어요.");
    let content_part = write(&world, kim, "오늘의 이야기", "원룸텔 하나를 봤어요.");
    let title = write(&world, kim, "원룸 이야기", "오늘 하나를 봤어요.");
    let title_part = write(&world, kim, "원룸텔 이야기", "오늘 하나를 봤어요.");
    world.advance(TimeDelta::minutes(1));
    let newer = write(&world, kim, "원룸 이야기", "오늘 하나를 봤어요.");
    world.index();
    let order = found(&world, "원룸");
    let place = |id| order.iter().position(|found| *found == id).expect("it is found");
    assert_eq!((&order[..2], order.len()), (&[newer, title][..], 5));
    assert!(place(title_part) < place(content_part) && place(content) < place(content_part), "{order:?}");
}

#[test]
fn q2_what_was_written_far_into_a_text_is_found() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let long = format!("{} 끝에 나오는 **무선충전기** 이야기", "가나다라 마바사 ".repeat(2_000));
    let id = write(&world, kim, "긴 글", &long);
    world.index();
    assert_eq!(found(&world, "무선충전기"), [id]);
    let shown = find(&world, "무선충전기").hits.remove(0).highlight_preview.expect("a passage");
    assert!(shown.contains("<mark>무선충전기</mark>"), "{shown}");
}

#[test]
fn q2_marks_and_addresses_are_not_found() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    write(&world, kim, "그림", "![설명문구](images/post/x.png) [보기](https://hidden.example/path)");
    world.index();
    for keyword in ["설명문구", "hidden", "images"] {
        assert_eq!(found(&world, keyword), [], "{keyword}");
    }
    assert_eq!(found(&world, "보기").len(), 1);
}

#[test]
fn q3_filters_are_exact_and_unknown_ones_find_nothing() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let id = write(&world, kim, "자취방", "글");
    world.index();
    let with = |category: &str, tag: &str| {
        let page = page(
            &world,
            SearchParams {
                keyword: Some("자취방"),
                category: Some(category),
                tag: Some(tag),
                ..SearchParams::default()
            },
        );
        (page.hits.iter().map(|hit| hit.post.id).collect::<Vec<_>>(), page.total)
    };
    for (category, tag) in [("", ""), ("DAILY_LIFE", ""), ("", "TIPS"), ("DAILY_LIFE", "TIPS")] {
        assert_eq!(with(category, tag), (vec![id], 1), "{category} {tag}");
    }
    for (category, tag) in [("TOGETHER", ""), ("", "QUESTIONS"), ("null", ""), ("", "tips"), ("DAILY", "TIPS")] {
        assert_eq!(with(category, tag), (vec![], 0), "{category} {tag}");
    }
    edit(&world, kim, id, "자취방", "QUESTIONS");
    assert_eq!(with("", "TIPS"), (vec![], 0), "the database knows before the index does");
    world.index();
    assert_eq!(with("", "QUESTIONS"), (vec![id], 1));
}

#[test]
fn q4_typing_errors_are_forgiven_in_latin_words_only() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let latin = write(&world, kim, "Netflix 계정", "airfryer 이야기");
    write(&world, kim, "자취방 2024", "LG 세탁기");
    world.index();
    for keyword in ["netfilx", "netflx", "nettflix", "airfyerr", "airfreyr"] {
        assert_eq!(found(&world, keyword), [latin], "{keyword}");
    }
    for keyword in ["netf1ix", "nxtfly", "자츼방", "2025", "lh"] {
        assert_eq!(found(&world, keyword), [], "{keyword}");
    }
}

#[test]
fn q5_pages_end_in_emptiness_not_in_errors() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    for number in 0..12 {
        write(&world, kim, &format!("자취방 {number}"), "글");
        world.advance(TimeDelta::seconds(1));
    }
    world.index();
    let at = |number: &str, size: &str| {
        let params =
            SearchParams {
                keyword: Some("자취방"), page: Some(number), size: Some(size), ..SearchParams::default()
            };
        let page = page(&world, params);
        (page.hits.len(), page.total, page.total_pages, page.number)
    };
    assert_eq!(at("0", "5"), (5, 12, 3, 0));
    assert_eq!(at("2", "5"), (2, 12, 3, 2));
    assert_eq!(at("3", "5"), (0, 12, 3, 3));
    assert_eq!(at("2147483647", "100"), (0, 12, 1, 2_147_483_647));
    assert_eq!(find(&world, "없는말").total, 0);
    assert_eq!(find(&world, "!!! 👍").total, 0);
    // Pages neither repeat nor skip.
    let mut seen: Vec<_> = (0..3)
        .flat_map(|number| {
            let number = number.to_string();
            let params = SearchParams {
                keyword: Some("자취방"),
                page: Some(&number),
                size: Some("5"),
                ..SearchParams::default()
            };
            page(&world, params).hits.into_iter().map(|hit| hit.post.id)
        })
        .collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 12);
}

#[test]
fn q6_previews_and_highlights() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let content = format!("<b>곰팡이</b> & **습기** {}", "이야기는 이어집니다. ".repeat(10));
    write(&world, kim, "벽지 <곰팡이> 제거", &content);
    world.index();
    let hit = find(&world, "곰팡이가").hits.remove(0);
    assert_eq!(hit.highlight_title.as_deref(), Some("벽지 &lt;<mark>곰팡이</mark>&gt; 제거"));
    let passage = hit.highlight_preview.expect("a passage");
    assert!(passage.starts_with("<mark>곰팡이</mark> &amp; 습기"), "{passage}");
    assert_eq!((hit.preview.chars().count(), hit.preview.ends_with("...")), (53, true));
    let hit = find(&world, "벽지").hits.remove(0);
    assert_eq!(hit.highlight_preview, None, "nothing in the content matched");
}

#[test]
fn q7_what_is_shown_is_what_the_database_says_now() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let [shown, hidden, deleted, edited] =
        ["하나", "둘", "셋", "넷"].map(|n| write(&world, kim, &format!("자취방 {n}"), "글"));
    world.index();
    hide(&world, hidden);
    post::delete(&world.ctx, kim, deleted).expect("a deletion");
    edit(&world, kim, edited, "바뀐 제목", "TIPS");
    let counted = world.ctx.db.write_tx(|connection| {
        Ok(diesel::update(posts::table.find(shown)).set(posts::like_count.eq(7)).execute(connection)?)
    });
    assert_eq!(counted.expect("a write"), 1);
    // The index knows nothing of it yet.
    let page = find(&world, "자취방");
    let mut hits: Vec<_> =
        page.hits.iter().map(|hit| (hit.post.id, hit.post.title.as_str(), hit.post.like_count)).collect();
    hits.sort_unstable();
    assert_eq!((hits, page.total), (vec![(shown, "자취방 하나", 7), (edited, "바뀐 제목", 0)], 2));
}
