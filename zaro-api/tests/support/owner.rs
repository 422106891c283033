//! Members who own one of everything, for tables of requests that name what they ask for as `{postId}`.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use zaro_core::models::account_token;
use zaro_core::service::comment::{self, CommentDraft};
use zaro_core::service::desk::Act;
use zaro_core::service::favorite::{self, FavoriteDraft};
use zaro_core::service::group::{self, GroupDraft};
use zaro_core::service::post::{self, PostDraft};
use zaro_core::service::sanction::Measure;
use zaro_core::service::{export, follow, like, notification, session, token};
use zaro_core::types::{GroupId, PostId, ReportReason, Status, TokenPurpose, UserId};

use super::{TestApp, Tokens};

/// A member, and what can be named of theirs and of their neighbour's.
#[derive(Clone, Debug)]
pub(crate) struct Owner {
    pub(crate) tokens: Tokens,
    names: BTreeMap<&'static str, String>,
}

impl Owner {
    pub(crate) fn id(&self) -> UserId {
        UserId(self.tokens.id)
    }

    /// A text with every `{name}` replaced.
    pub(crate) fn fill(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    #[expect(clippy::needless_pass_by_value, reason = "what is named has just been made")]
    pub(crate) fn name(&mut self, name: &'static str, value: impl ToString) {
        self.names.insert(name, value.to_string());
    }
}

impl TestApp {
    /// A member of this name who is just there, with names for their account alone.
    pub(crate) fn newcomer(&self, name: &str) -> Owner {
        let mut owner = Owner { tokens: self.member(name, Status::Active), names: BTreeMap::new() };
        owner.name("userId", owner.tokens.id);
        owner.name("email", format!("{name}@zaro.test"));
        owner.name("nickname", name);
        owner.name("newNickname", format!("{name}x"));
        owner
    }

    /// A member whom others read, like, report and follow.
    pub(crate) async fn neighbour(&self) -> Neighbour {
        let id = self.world.member("neighbour", Status::Active);
        let tokens = self.sign_in("neighbour");
        let [group, _, place] = self.saved_place(&tokens);
        let (post, liked) = (self.post_of(id), self.post_of(id));
        let picture = self.uploaded(&tokens, "post").await;
        let followed = self.world.member("star", Status::Active);
        Neighbour { id, post, liked, comment: self.comment_on(post, id), group, place, picture, followed }
    }

    /// A member of this name with one of everything.
    pub(crate) fn owner(&self, name: &str, neighbour: &Neighbour) -> Owner {
        let ctx = &self.world.ctx;
        let mut owner = self.newcomer(name);
        let id = owner.id();
        // An older session is another device.
        let older = session::list(ctx, id).expect("sessions").remove(0).id;
        owner.tokens = self.sign_in(name);
        owner.name("sessionId", older);
        let post = self.post_of(id);
        owner.name("postId", post);
        owner.name("commentId", self.comment_on(post, id));
        self.comment_on(post, neighbour.id);
        owner.name("notificationId", notification::list(ctx, id).expect("notifications")[0].id);
        let [group, favorite, place] = self.saved_place(&owner.tokens);
        owner.name("groupId", group);
        owner.name("favoriteId", favorite);
        owner.name("placeId", place);
        let (group, favorite) = self.hidden_place(id);
        owner.name("privateGroupId", group);
        owner.name("privateFavoriteId", favorite);
        like::like(ctx, id, neighbour.liked).expect("a like");
        follow::follow(ctx, id, neighbour.followed).expect("a follow");
        let measure = Measure::Warning;
        let warn = Act::Impose { member: id, measure, reason: ReportReason::Spam, message: None };
        let warned = self.world.order("op", warn).expect("a measure");
        owner.name("sanctionId", warned.made.expect("its id"));
        owner.name("verifyLink", self.link_of(id, TokenPurpose::VerifyEmail));
        owner.name("resetLink", self.link_of(id, TokenPurpose::ResetPassword));
        owner.name("otherId", neighbour.id);
        owner.name("otherPostId", neighbour.post);
        owner.name("likedPostId", neighbour.liked);
        owner.name("otherCommentId", neighbour.comment);
        owner.name("otherGroupId", neighbour.group);
        owner.name("otherPlaceId", neighbour.place);
        owner.name("otherPicture", &neighbour.picture);
        owner.name("followedId", neighbour.followed);
        owner
    }

    /// Unused uploads of this member, and an address for one more.
    pub(crate) async fn give_pictures(&self, owner: &mut Owner) {
        owner.name("postPicture", self.uploaded(&owner.tokens, "post").await);
        owner.name("profilePicture", self.uploaded(&owner.tokens, "profile").await);
        let (address, _) = self.grant(&owner.tokens, "post", "png").await;
        owner.name("uploadAddress", address);
    }

    /// A finished export of this member.
    pub(crate) fn give_export(&self, owner: &Owner) {
        export::request(&self.world.ctx, owner.id()).expect("an export");
        assert!(export::work(&self.world.ctx, &AtomicBool::new(false)).expect("a round"));
    }

    pub(crate) fn post_of(&self, author: UserId) -> PostId {
        let draft = PostDraft {
            title: "제목".into(),
            content: "글".into(),
            category: "TOGETHER".into(),
            tag: "SHARING".into(),
            ..PostDraft::default()
        };
        post::create(&self.world.ctx, author, &draft).expect("a post").post.id
    }

    pub(crate) fn comment_on(&self, post: PostId, author: UserId) -> i64 {
        let draft = CommentDraft { content: "댓글".into(), ..CommentDraft::default() };
        comment::create(&self.world.ctx, author, post, &draft, 10).expect("a comment").0.id.0
    }

    pub(crate) fn group_of(&self, owner: UserId, name: &str) -> i64 {
        let draft = GroupDraft { group_name: name.into(), ..GroupDraft::default() };
        group::create(&self.world.ctx, owner, &draft).expect("a group").id.0
    }

    /// A group that only its owner sees, and a place saved in it.
    fn hidden_place(&self, owner: UserId) -> (GroupId, i64) {
        let ctx = &self.world.ctx;
        let draft = GroupDraft { group_name: "비밀".into(), visibility: "PRIVATE".into() };
        let group = group::create(ctx, owner, &draft).expect("a group").id;
        let body = serde_json::json!({ "kakaoPlaceId": 2, "placeName": "비밀 장소", "lat": 37.6, "lng": 127 });
        let draft: FavoriteDraft = serde_json::from_value(body).expect("any object is a draft");
        favorite::add(ctx, owner, group, &draft).expect("a favourite");
        (group, favorite::items(ctx, Some(owner), group).expect("items").remove(0).id.0)
    }

    /// The secret of a new mailed link.
    fn link_of(&self, user: UserId, purpose: TokenPurpose) -> String {
        let (secret, now) = (token::link_secret(), self.world.now());
        let end = self.world.ctx.policy.link_end(now);
        let made =
            self.world.ctx.db.write_tx(|connection| {
                account_token::insert(connection, user, purpose, &token::hash(&secret), now, end)
            });
        made.expect("a link");
        secret
    }
}

/// A member whom others read, like, report and follow.
#[derive(Clone, Debug)]
pub(crate) struct Neighbour {
    pub(crate) id: UserId,
    post: PostId,
    liked: PostId,
    comment: i64,
    group: i64,
    place: i64,
    picture: String,
    followed: UserId,
}
