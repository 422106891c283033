//! The newest posts of each board (P12).

use chrono::TimeDelta;
use zaro_core::policy::credential::UNKNOWN_AUTHOR;
use zaro_core::policy::field::Input;
use zaro_core::service::post::{self, PostDraft, PostPreview, home};
use zaro_core::testing::World;
use zaro_core::types::{Category, ImageState, PostId, Status, UserId};

use super::images::granted;
use super::{draft, hide, withdraw, write};

/// Writes a post a second later; where the board asks for a picture, this one.
fn on(world: &World, author: UserId, category: Category, title: &str, picture: &str) -> PostId {
    world.advance(TimeDelta::seconds(1));
    let (tag, pictures) = match category {
        Category::Together => ("SHARING", vec![]),
        Category::DailyLife => ("TIPS", vec![]),
        Category::RandomBuy => ("REGRET", vec![picture.to_owned()]),
    };
    let (category, post_image_list) = (category.as_str().into(), Input::Given(pictures));
    write(world, author, &PostDraft { category, tag: tag.into(), post_image_list, ..draft(title) })
}

fn titles(list: &[PostPreview]) -> Vec<&str> {
    list.iter().map(|entry| entry.post.title.as_str()).collect()
}

#[test]
fn p12_five_of_each_board_newest_first() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let picture = granted(&world, kim, 1, ImageState::Stored);
    for nth in 1..=6 {
        for category in Category::ALL {
            on(&world, kim, *category, &format!("{category} {nth}"), &picture);
        }
    }
    let home = home(&world.ctx).expect("a home page");
    for (list, category) in
        [(&home.together, "TOGETHER"), (&home.daily_life, "DAILY_LIFE"), (&home.random_buy, "RANDOM_BUY")]
    {
        assert_eq!(titles(list), [6, 5, 4, 3, 2].map(|nth| format!("{category} {nth}")));
    }
    assert!(home.random_buy.iter().all(|entry| entry.post.thumbnail_key.is_some()));
}

#[test]
fn p12_what_is_gone_makes_room_and_withdrawn_authors_are_masked() {
    let world = World::new();
    let (kim, lee) = (world.member("kim", Status::Active), world.member("lee", Status::Active));
    let write = |nth: usize| on(&world, [kim, lee][nth % 2], Category::Together, &nth.to_string(), "");
    let ids: Vec<PostId> = (1..=7).map(write).collect();
    hide(&world, ids[6]);
    post::delete(&world.ctx, kim, ids[5]).expect("a deletion");
    withdraw(&world, lee);
    let home = home(&world.ctx).expect("a home page");
    assert_eq!(titles(&home.together), ["5", "4", "3", "2", "1"]);
    let names: Vec<&str> = home.together.iter().map(|entry| entry.author.nickname.as_str()).collect();
    assert_eq!(names, [UNKNOWN_AUTHOR, "kim", UNKNOWN_AUTHOR, "kim", UNKNOWN_AUTHOR]);
    assert_eq!((home.daily_life.len(), home.random_buy.len()), (0, 0));
}
