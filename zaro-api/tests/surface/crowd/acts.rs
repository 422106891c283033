//! What the crowd does, and what its answers add up to.

use std::collections::BTreeMap;

use axum::http::Method;
use serde_json::{Value, json};
use tokio::task::spawn_blocking;
use zaro_core::Error;
use zaro_core::service::desk::{self, QueueFilter};
use zaro_core::service::moderation_log::By;
use zaro_core::types::{Status, UserId, Via};

use crate::support::{Answer, TestApp, Tokens};

const MEMBERS: usize = 40;
const POSTS: usize = 20;
/// So many of the posts are reported at all, so that some are left to be seen.
const REPORTED: usize = 8;
const PLACES: usize = 20;
/// More reports than wait at any time, so that each is decided as likely as every other.
const WAITING: usize = 100_000;

/// What one can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Act {
    Like,
    Unlike,
    Comment,
    Uncomment,
    Follow,
    Unfollow,
    Save,
    LetGo,
    ShowGroup,
    ReportPost,
    ReportComment,
    /// Of the operators: the undoing of a report.
    Reject,
}

use Act::{
    Comment, Follow, LetGo, Like, Reject, ReportComment, ReportPost, Save, ShowGroup, Uncomment, Unfollow, Unlike,
};

/// All of them, with how often they are done among a hundred.
const WEIGHTS: [(Act, usize); 12] = [
    (Like, 22),
    (Unlike, 12),
    (Comment, 13),
    (Uncomment, 7),
    (Follow, 10),
    (Unfollow, 7),
    (Save, 9),
    (LetGo, 6),
    (ShowGroup, 3),
    (ReportPost, 4),
    (ReportComment, 4),
    (Reject, 3),
];

pub(super) const ALL: [Act; 12] = {
    let mut all = [Like; 12];
    let mut nth = 0;
    while nth < all.len() {
        all[nth] = WEIGHTS[nth].0;
        nth += 1;
    }
    all
};

impl Act {
    /// What it may be refused with; anything else is a failure.
    const fn refusals(self) -> &'static [&'static str] {
        match self {
            Like => &["ALREADY_LIKED", "POST_NOT_FOUND"],
            Unlike => &["LIKE_NOT_POST", "POST_NOT_FOUND"],
            Comment => &["POST_NOT_FOUND"],
            // One's own, once, whoever has hidden it meanwhile.
            Uncomment | ShowGroup | Reject => &[],
            Follow => &["FOLLOW_SELF_NOT_ALLOWED", "FOLLOW_ALREADY_EXISTS"],
            Unfollow => &["FOLLOW_UNFOLLOW_SELF_NOT_ALLOWED", "FOLLOW_NOT_EXIST"],
            Save => &["FAVORITE_ALREADY_EXISTS"],
            LetGo => &["FAVORITE_NOT_FOUND"],
            ReportPost => &["POST_NOT_FOUND", "ALREADY_REPORTED_POST", "CANNOT_REPORT_OWN_POST"],
            ReportComment => &["COMMENT_NOT_FOUND", "ALREADY_REPORTED_COMMENT", "CANNOT_REPORT_OWN_COMMENT"],
        }
    }
}

/// What the answers of a task, or of all, add up to.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// By what it was and how it was answered.
    answers: BTreeMap<(Act, String), usize>,
    pub(super) likes: BTreeMap<i64, i64>,
    pub(super) comments: BTreeMap<i64, i64>,
    pub(super) followers: BTreeMap<i64, i64>,
    pub(super) saved: BTreeMap<i64, i64>,
    pub(super) reports: i64,
    pub(super) rejected: i64,
}

impl Tally {
    pub(super) fn acts(&self) -> usize {
        self.answers.values().sum()
    }

    /// How often this was done.
    pub(super) fn done(&self, act: Act) -> usize {
        self.answers.get(&(act, "SUCCESS".to_owned())).copied().unwrap_or(0)
    }

    pub(super) fn add(&mut self, other: Self) {
        for (answer, count) in other.answers {
            *self.answers.entry(answer).or_default() += count;
        }
        for (ours, theirs) in [
            (&mut self.likes, other.likes),
            (&mut self.comments, other.comments),
            (&mut self.followers, other.followers),
            (&mut self.saved, other.saved),
        ] {
            for (id, count) in theirs {
                *ours.entry(id).or_default() += count;
            }
        }
        self.reports += other.reports;
        self.rejected += other.rejected;
    }

    /// Notes an answer; whether it was done.
    #[track_caller]
    fn note(&mut self, act: Act, answer: &Answer) -> bool {
        let code = answer.code();
        let done = answer.status.is_success();
        assert!(done || act.refusals().contains(&code.as_str()), "{act:?}: {}", answer.text());
        *self.answers.entry((act, code)).or_default() += 1;
        done
    }
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % limit
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    fn act(&mut self) -> Act {
        let mut left = self.below(WEIGHTS.iter().map(|(_, weight)| weight).sum());
        for (act, weight) in WEIGHTS {
            if left < weight {
                return act;
            }
            left -= weight;
        }
        unreachable!("the weights add up")
    }
}

/// An application full of people.
pub(super) struct Crowd {
    pub(super) app: TestApp,
    pub(super) members: Vec<Tokens>,
    pub(super) posts: Vec<i64>,
    /// Two of each member, in their order.
    groups: Vec<[i64; 2]>,
}

impl Crowd {
    pub(super) fn new(app: TestApp) -> Self {
        let members: Vec<Tokens> = (0..MEMBERS).map(|nth| app.member(&format!("crowd{nth}"), Status::Active)).collect();
        // Of the crowd's own, so that everybody is told of what others do while they do something themselves.
        let posts = members.iter().take(POSTS).map(|author| app.post_of(UserId(author.id)).0).collect();
        let groups =
            members.iter().map(|owner| ["하나", "둘"].map(|name| app.group_of(UserId(owner.id), name))).collect();
        Self { app, members, posts, groups }
    }

    /// One task: what it does as one member after the other.
    pub(super) async fn play(&self, seed: u64, acts: usize) -> Tally {
        let mut dice = Dice(seed * 7919 + 1);
        let mut tally = Tally::default();
        // Comments that this task has written and not deleted: by whom, under which post, and which.
        let mut written: Vec<(usize, i64, i64)> = Vec::new();
        for _ in 0..acts {
            let who = dice.below(MEMBERS);
            match dice.act() {
                act @ (Like | Unlike) => {
                    let (post, method) =
                        (*dice.one_of(&self.posts), if act == Like { Method::POST } else { Method::DELETE });
                    let answer = self.ask(who, method, &format!("/api/posts/{post}/like"), Value::Null).await;
                    if tally.note(act, &answer) {
                        *tally.likes.entry(post).or_default() += if act == Like { 1 } else { -1 };
                    }
                }
                Comment => self.comment(who, &mut dice, &mut tally, &mut written).await,
                Uncomment => match written.pop() {
                    None => self.comment(who, &mut dice, &mut tally, &mut written).await,
                    Some((author, post, id)) => {
                        let path = format!("/api/comments/{id}");
                        let answer = self.ask(author, Method::DELETE, &path, Value::Null).await;
                        assert!(tally.note(Uncomment, &answer));
                        *tally.comments.entry(post).or_default() -= 1;
                    }
                },
                act @ (Follow | Unfollow) => {
                    let other = dice.one_of(&self.members).id;
                    let method = if act == Follow { Method::POST } else { Method::DELETE };
                    let answer = self.ask(who, method, &format!("/api/profile/{other}/follow"), Value::Null).await;
                    if tally.note(act, &answer) {
                        *tally.followers.entry(other).or_default() += if act == Follow { 1 } else { -1 };
                    }
                }
                Save => self.save(who, &mut dice, &mut tally).await,
                LetGo => self.let_go(who, &mut dice, &mut tally).await,
                ShowGroup => {
                    let group = dice.one_of(&self.groups[who]);
                    let body = json!({ "visibility": dice.one_of(&["PUBLIC", "PRIVATE"]) });
                    let answer = self.ask(who, Method::PATCH, &format!("/api/group/{group}"), body).await;
                    tally.note(ShowGroup, &answer);
                }
                act @ (ReportPost | ReportComment) => {
                    let path = if act == ReportPost {
                        format!("/api/posts/{}/report", dice.one_of(&self.posts[..REPORTED]))
                    } else {
                        // Whichever it is: of one's own, of others, deleted, hidden, not there yet.
                        format!("/api/comments/{}/report", dice.below(20) + 1)
                    };
                    let answer = self.ask(who, Method::POST, &path, json!({ "reasonType": "SPAM" })).await;
                    tally.reports += i64::from(tally.note(act, &answer));
                }
                Reject => self.reject(&mut dice, &mut tally).await,
            }
        }
        tally
    }

    async fn ask(&self, who: usize, method: Method, path: &str, body: Value) -> Answer {
        let call = self.app.request(method, path).token(&self.members[who].access);
        if body.is_null() { call.send().await } else { call.json(body).send().await }
    }

    async fn comment(&self, who: usize, dice: &mut Dice, tally: &mut Tally, written: &mut Vec<(usize, i64, i64)>) {
        let post = *dice.one_of(&self.posts);
        let path = format!("/api/posts/{post}/comments");
        let answer = self.ask(who, Method::POST, &path, json!({ "content": "댓글" })).await;
        if tally.note(Comment, &answer) {
            *tally.comments.entry(post).or_default() += 1;
            written.push((who, post, answer.body()["data"]["id"].as_i64().expect("an id")));
        }
    }

    async fn save(&self, who: usize, dice: &mut Dice, tally: &mut Tally) {
        let (group, place) = (dice.one_of(&self.groups[who]), dice.below(PLACES) + 1);
        let body = json!({ "kakaoPlaceId": place, "placeName": format!("장소 {place}"), "lat": 37.5, "lng": 127 });
        let path = format!("/api/favorite/groups/{group}/favorites");
        if tally.note(Save, &self.ask(who, Method::POST, &path, body).await) {
            *tally.saved.entry(self.members[who].id).or_default() += 1;
        }
    }

    /// Removes one of the member's favourites, if another task does not do so first.
    async fn let_go(&self, who: usize, dice: &mut Dice, tally: &mut Tally) {
        let path = format!("/api/favorite/{}/items", dice.one_of(&self.groups[who]));
        let items = self.ask(who, Method::GET, &path, Value::Null).await.data();
        let items = items.as_array().expect("a list");
        if items.is_empty() {
            return self.save(who, dice, tally).await;
        }
        let path = format!("/api/favorite/{}", dice.one_of(items)["id"]);
        if tally.note(LetGo, &self.ask(who, Method::DELETE, &path, Value::Null).await) {
            *tally.saved.entry(self.members[who].id).or_default() -= 1;
        }
    }

    /// RP4: an operator rejects an open report, if another one does not decide it first.
    async fn reject(&self, dice: &mut Dice, tally: &mut Tally) {
        let (ctx, nth) = (self.app.world.ctx.clone(), dice.below(WAITING));
        let decided = spawn_blocking(move || {
            let open = desk::queue(&ctx, &QueueFilter { limit: 1_000, ..QueueFilter::default() })?;
            let open: Vec<_> = open.iter().flat_map(|item| &item.reports).collect();
            let Some(report) = open.get(nth % open.len().max(1)) else { return Ok(false) };
            let act = desk::Act::ReportReject { report: report.id, seen: report.version };
            match desk::perform(&ctx, &By::operator("op", Via::Cli), &[act], None) {
                Ok(_) => Ok(true),
                Err(Error::Precondition(_) | Error::Conflict(_)) => Ok(false),
                Err(other) => Err(other),
            }
        });
        let done = decided.await.expect("no panic").unwrap_or_else(|error| panic!("{error:?}"));
        tally.rejected += i64::from(done);
        let answer = if done { "SUCCESS" } else { "none" };
        *tally.answers.entry((Reject, answer.to_owned())).or_default() += 1;
    }
}
