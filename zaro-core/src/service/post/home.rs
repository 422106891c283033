//! The newest posts of each board (P12).

use crate::context::Context;
use crate::error::Result;
use crate::models::post::{self, ListFilter};
use crate::policy::post::list::NEWEST_FIRST;
use crate::service::author;
use crate::service::post::PostPreview;
use crate::types::Category;

/// P12: posts of each board.
const EACH: i64 = 5;

/// The three lists of the home page, each newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Home {
    /// TOGETHER.
    pub together: Vec<PostPreview>,
    /// `DAILY_LIFE`.
    pub daily_life: Vec<PostPreview>,
    /// `RANDOM_BUY`.
    pub random_buy: Vec<PostPreview>,
}

/// P12: the five newest visible posts of each board.
pub fn home(ctx: &Context) -> Result<Home> {
    ctx.db.read(|connection| {
        let mut ids = Vec::new();
        for category in Category::ALL {
            let board = ListFilter { category: Some(*category), tag: None, sort: NEWEST_FIRST };
            ids.extend(post::ids(connection, board, 0, EACH)?);
        }
        let mut home = Home::default();
        for (post, author) in post::previews(connection, &ids)? {
            let list = match post.category {
                Category::Together => &mut home.together,
                Category::DailyLife => &mut home.daily_life,
                Category::RandomBuy => &mut home.random_buy,
            };
            list.push(PostPreview { post, author: author::shown(author) });
        }
        Ok(home)
    })
}
