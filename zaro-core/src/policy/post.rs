//! What a post may be and who may change it (P1 to P5, P10, P11).

pub mod list;

use super::upload::ImageKey;
use crate::error::Code;
use crate::types::{Category, ImageKind, Tag, UserId};

/// P3: longest title, in characters.
pub const TITLE_MAX: usize = 255;
/// P3: longest text, in bytes of UTF-8.
pub const CONTENT_MAX: usize = 65_535;
/// P4: most pictures of a post.
pub const IMAGES_MAX: usize = 50;
/// P1: the tags of a board.
pub const fn tags(category: Category) -> &'static [Tag] {
    match category {
        Category::Together => &[Tag::GroupBuy, Tag::Sharing, Tag::Exchange],
        Category::DailyLife => &[Tag::Tips, Tag::Questions],
        Category::RandomBuy => &[Tag::Treasure, Tag::Regret],
    }
}

/// P2: whether the tag is one of the board's.
pub fn check_tag(category: Category, tag: Tag) -> Result<(), Code> {
    if tags(category).contains(&tag) { Ok(()) } else { Err(Code::InvalidTagForCategory) }
}

/// P3: the title with its ends cut.
pub fn parse_title(text: &str) -> Result<String, Code> {
    let title = text.trim();
    if title.chars().count() <= TITLE_MAX { Ok(title.to_owned()) } else { Err(Code::TitleTooLong) }
}

/// P3: checks a text that is not blank.
pub fn check_content(text: &str) -> Result<(), Code> {
    if text.len() <= CONTENT_MAX { Ok(()) } else { Err(Code::ContentTooLong) }
}

/// P4: what can be a picture of a post, in order, each once; whether it is one of ours the rows and the store know.
pub fn wanted_images(sent: &[String]) -> Vec<String> {
    let mut wanted: Vec<String> = Vec::new();
    for key in sent.iter().filter(|key| is_image_key(key)) {
        if !wanted.contains(key) {
            wanted.push(key.clone());
        }
    }
    wanted
}

fn is_image_key(key: &str) -> bool {
    ImageKey::parse(key).is_some_and(|key| key.kind() == ImageKind::Post)
}

/// P2: the thumbnail is one of the pictures as they were sent.
pub fn check_thumbnail(thumbnail: &str, sent: &[String]) -> Result<(), Code> {
    if sent.iter().any(|key| key == thumbnail) { Ok(()) } else { Err(Code::ThumbnailNotInImageList) }
}

/// P5: the thumbnail that was sent if it is still there, else the first picture.
pub fn choose_thumbnail<'a>(sent: Option<&str>, images: &'a [String]) -> Option<&'a str> {
    images.iter().find(|key| Some(key.as_str()) == sent).or(images.first()).map(String::as_str)
}

/// P2: `RANDOM_BUY` shows what was bought; `images` are those left after P4.
pub fn require_images(category: Category, images: &[String]) -> Result<(), Code> {
    match category {
        Category::RandomBuy if images.is_empty() => Err(Code::ImageRequiredForRandomBuy),
        _ => Ok(()),
    }
}

/// What decides about a change of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostFacts {
    /// Who wrote it.
    pub author: UserId,
    /// Whether it is neither deleted nor hidden.
    pub visible: bool,
    /// Its board.
    pub category: Category,
}

/// P7, P10, P11: the facts of a post that this member may edit and delete.
///
/// A hidden post is gone for everybody, its author too.
pub fn may_change(facts: Option<PostFacts>, actor: UserId) -> Result<PostFacts, Code> {
    match facts {
        Some(facts) if facts.visible && facts.author == actor => Ok(facts),
        Some(facts) if facts.visible => Err(Code::InvalidPostOwner),
        _ => Err(Code::PostNotFound),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn p1_every_tag_belongs_to_one_board() {
        for tag in Tag::ALL {
            assert_eq!(Category::ALL.iter().filter(|board| check_tag(**board, *tag).is_ok()).count(), 1, "{tag}");
        }
        assert_eq!(check_tag(Category::Together, Tag::Tips), Err(Code::InvalidTagForCategory));
    }

    #[test]
    fn p3_lengths_are_characters_for_the_title_and_bytes_for_the_text() {
        assert_eq!(parse_title(&format!(" {}\n", "가".repeat(255))), Ok("가".repeat(255)));
        assert_eq!(parse_title(&"가".repeat(256)), Err(Code::TitleTooLong));
        assert_eq!(check_content(&"가".repeat(21_845)), Ok(()));
        assert_eq!(check_content(&format!("{}a", "가".repeat(21_845))), Err(Code::ContentTooLong));
    }

    #[test]
    fn p4_foreign_keys_and_repeats_are_left_out() {
        let [a, b] = ["a", "b"].map(|c| format!("images/post/0b9c2d1e-1111-4222-8333-00000000000{c}.webp"));
        let sent = [a.as_str(), "https://elsewhere.kr/x.png", &b, &a, "/images/post/x.png", "images/profile/1-x.png"];
        assert_eq!(wanted_images(&keys(&sent)), [a.clone(), b]);
        for bad in [a.replace(".webp", ""), format!("{a}/.."), a.replace("0b9c", "0g9c")] {
            assert!(!is_image_key(&bad), "{bad}");
        }
    }

    #[test]
    fn p5_the_thumbnail_sent_else_the_first() {
        let images = keys(&["a", "b"]);
        assert_eq!(choose_thumbnail(Some("b"), &images), Some("b"));
        assert_eq!(choose_thumbnail(Some("left out"), &images), Some("a"));
        assert_eq!(choose_thumbnail(None, &images), Some("a"));
        assert_eq!(choose_thumbnail(Some("a"), &[]), None);
        assert_eq!(check_thumbnail("c", &images), Err(Code::ThumbnailNotInImageList));
    }

    #[test]
    fn p2_only_random_buy_needs_a_picture() {
        assert_eq!(require_images(Category::RandomBuy, &[]), Err(Code::ImageRequiredForRandomBuy));
        assert_eq!(require_images(Category::RandomBuy, &keys(&["a"])), Ok(()));
        assert_eq!(require_images(Category::Together, &[]), Ok(()));
    }

    #[test]
    fn p10_p11_who_may_change_a_post() {
        let facts = PostFacts { author: UserId(1), visible: true, category: Category::Together };
        assert_eq!(may_change(Some(facts), UserId(1)), Ok(facts));
        assert_eq!(may_change(Some(facts), UserId(2)), Err(Code::InvalidPostOwner));
        let gone = PostFacts { visible: false, ..facts };
        assert_eq!(may_change(Some(gone), UserId(1)), Err(Code::PostNotFound), "hidden and deleted, the author too");
        assert_eq!(may_change(None, UserId(1)), Err(Code::PostNotFound));
    }
}
