//! Codes that need something to happen first, or a part that does not work.

use std::sync::mpsc;

use axum::http::Method;
use serde_json::{Value, json};
use zaro_core::adapters::in_process::InProcessTokenStore;
use zaro_core::context::Context;
use zaro_core::db::Db;
use zaro_core::policy::retention::Limit;
use zaro_core::ports::TokenStore;
use zaro_core::service::desk::Act;
use zaro_core::service::maintenance;
use zaro_core::service::withdrawal::{self, WithdrawalDraft};
use zaro_core::testing::{NoSearch, PASSWORD, execute};
use zaro_core::types::{CommentId, SanctionId, Status, Target, Time, UserId};
use zaro_core::{Code, Result};

use super::Stage;
use crate::support::{Answer, Owner, Setup, TestApp};

/// How often a member may ask for what is asked for again and again.
const TWICE: usize = 2;

impl Stage {
    /// Somebody new, for what cannot be undone.
    fn fresh(&self, name: &str) -> Owner {
        self.app.newcomer(name)
    }

    /// The last answer to the same request, sent so often.
    async fn again(&self, times: usize, method: Method, path: &str, who: Option<&Owner>, body: Value) -> Answer {
        let ask = || {
            let call = self.app.request(method.clone(), &self.kim.fill(path));
            let call = if let Some(who) = who { call.token(&who.tokens.access) } else { call };
            call.json(body.clone()).send()
        };
        for _ in 1..times {
            let answer = ask().await;
            assert!(answer.status.is_success() || answer.status == 409, "{path}: {}", answer.text());
        }
        ask().await
    }

    /// The answer that this code stands in.
    #[expect(clippy::too_many_lines, reason = "a table")]
    pub(super) async fn reach(&self, code: Code) -> Answer {
        let (app, ctx) = (&self.app, &self.app.world.ctx);
        let (post, patch) = (Method::POST, Method::PATCH);
        let spam = json!({ "reasonType": "SPAM" });
        match code {
            Code::PayloadTooLarge => app.post("/api/auth/signup").body(vec![b' '; 1024 * 1024 + 1]).send().await,
            Code::RateLimited => {
                let body = json!({ "email": "limited@zaro.test" });
                self.again(TWICE, post, "/api/auth/email/resend", None, body).await
            }
            Code::ServiceUnavailable => {
                maintenance::begin(ctx).expect("on");
                let answer = app.post("/api/auth/signup").send().await;
                maintenance::end(ctx).expect("off");
                answer
            }
            Code::DbConnectionFailed => without_database().await,
            Code::SearchUnavailable => {
                Setup::new().search(NoSearch).build().get("/api/search/suggest?q=x").send().await
            }

            Code::AlreadySignedUpNotVerifiedYet => {
                let body = json!({ "email": "twice@zaro.test", "password": PASSWORD, "nickname": "twice" });
                self.again(TWICE, post, "/api/auth/signup", None, body).await
            }
            Code::UserAlreadyDeleted => {
                let gone = self.fresh("gone");
                withdrawal::withdraw(ctx, gone.id(), &WithdrawalDraft::default()).expect("a withdrawal");
                let body = json!({ "email": "gone@zaro.test", "password": PASSWORD });
                app.post("/api/auth/signin").json(body).send().await
            }
            Code::ResetTokenAlreadyUsed => {
                let reset = app.owner("reset", &self.neighbour);
                let body = json!({ "token": reset.fill("{resetLink}"), "newPassword": PASSWORD });
                self.again(TWICE, post, "/api/auth/password-reset", None, body).await
            }
            Code::ResetTokenExpired => {
                let body = json!({ "email": self.park.fill("{email}") });
                app.post("/api/auth/email/password").json(body).send().await.data();
                let replaced = json!({ "token": self.park.fill("{resetLink}"), "newPassword": PASSWORD });
                app.post("/api/auth/password-reset").json(replaced).send().await
            }
            Code::MailNotVerified => {
                let pending = app.member("pending", Status::Pending);
                app.post("/api/group").token(&pending.access).send().await
            }
            Code::UserSuspended => {
                let suspended = self.fresh("suspended");
                app.world.suspend(suspended.id(), app.world.now().plus(chrono::TimeDelta::days(1)));
                self.again(1, post, "/api/group", Some(&suspended), json!({})).await
            }
            Code::DormantUser => {
                meanwhile(|ctx, id| {
                    let changed = format!("UPDATE users SET status = 'DORMANT', dormant_at = 1 WHERE id = {id}");
                    assert_eq!(execute(&ctx.db, &changed), 1);
                })
                .await
            }
            Code::DeletedUser => {
                meanwhile(|ctx, id| {
                    withdrawal::withdraw(ctx, id, &WithdrawalDraft::default()).expect("a withdrawal");
                })
                .await
            }

            Code::NicknameUpdateCooldown => {
                let who = self.fresh("renamed");
                let renaming = "/api/users/me/nickname";
                self.again(1, patch.clone(), renaming, Some(&who), json!({ "newNickname": "once" })).await.data();
                self.again(1, patch, renaming, Some(&who), json!({ "newNickname": "again" })).await
            }
            Code::ExportNotReady => {
                let who = self.fresh("exporting");
                app.post("/api/users/me/export").token(&who.tokens.access).send().await;
                app.get("/api/users/me/export/download").token(&who.tokens.access).send().await
            }
            Code::AppealAlreadyExists => {
                let id: i64 = self.kim.fill("{sanctionId}").parse().expect("a number");
                let body = json!({ "sanctionId": id, "text": "이의" });
                self.again(TWICE, post, "/api/users/me/appeals", Some(&self.kim), body).await
            }
            Code::AppealClosed => {
                let id = SanctionId(self.park.fill("{sanctionId}").parse().expect("a number"));
                app.world.order("op", Act::Lift { sanction: id }).expect("a lifted measure");
                let body = json!({ "sanctionId": id, "text": "이의" });
                self.again(1, post, "/api/users/me/appeals", Some(&self.park), body).await
            }

            Code::AlreadyReportedPost => {
                self.again(TWICE, post, "/api/posts/{otherPostId}/report", Some(&self.kim), spam).await
            }
            Code::AlreadyReportedComment => {
                self.again(TWICE, post, "/api/comments/{otherCommentId}/report", Some(&self.kim), spam).await
            }
            Code::CommentReportedCannotEdit => {
                let id: i64 = self.park.fill("{commentId}").parse().expect("a number");
                app.world.order("op", Act::Hide { target: Target::Comment(CommentId(id)) }).expect("hidden");
                let body = json!({ "content": "다른 말" });
                self.again(1, patch, &format!("/api/comments/{id}"), Some(&self.park), body).await
            }

            Code::GroupAlreadyDelete => {
                let group = self.park.fill("/api/group/{groupId}");
                self.again(TWICE, Method::DELETE, &group, Some(&self.park), json!({})).await
            }
            Code::GroupLimitReached => {
                let who = self.fresh("collector");
                for n in 0..100 {
                    app.group_of(who.id(), &format!("group{n}"));
                }
                self.again(1, post, "/api/group", Some(&who), json!({ "groupName": "하나 더" })).await
            }
            Code::FavoriteLimitReached => {
                let who = self.fresh("saver");
                let group = app.group_of(who.id(), "가득");
                let full = format!("UPDATE favorite_groups SET favorite_count = 1000 WHERE id = {group}");
                assert_eq!(app.world.execute(&full), 1);
                let body = json!({ "kakaoPlaceId": 9, "placeName": "장소", "lat": 37.5, "lng": 127 });
                self.again(1, post, &format!("/api/favorite/groups/{group}/favorites"), Some(&who), body).await
            }

            Code::ImageInUse => {
                let body = json!({ "profileImage": self.kim.fill("{profilePicture}") });
                self.again(1, patch, "/api/users/me/profileImage", Some(&self.kim), body).await.data();
                self.again(1, Method::DELETE, "/api/image?key={profilePicture}", Some(&self.kim), json!({})).await
            }
            Code::InvalidImageData => app.put(&self.kim.fill("{uploadAddress}"), "image/png", "no picture").await,
            other => panic!("no request of the tables reaches {other}"),
        }
    }
}

/// The only connection is in somebody else's hands, for longer than anybody waits.
async fn without_database() -> Answer {
    let mut setup = Setup::new();
    let db = Db::open(setup.world.test_db.url(), 1).expect("a pool");
    setup.world.ctx.db = db.clone();
    let app = setup.build();
    let (held, is_held) = mpsc::channel();
    let (let_go, wait) = mpsc::channel::<()>();
    let holder = std::thread::spawn(move || {
        db.read(|_| {
            held.send(()).expect("somebody waits");
            // Ends when the other side is dropped.
            let _ = wait.recv();
            Ok(())
        })
    });
    is_held.recv().expect("the connection is held");
    let answer = app.get("/health/db").send().await;
    drop(let_go);
    holder.join().expect("the holder ends").expect("a read");
    answer
}

/// A token store that lets something happen as it counts a like: between the look at the token, when the member was
/// still ACTIVE, and the transaction.
struct Meanwhile {
    ctx: Context,
    happens: fn(&Context, UserId),
    counts: InProcessTokenStore,
}

impl TokenStore for Meanwhile {
    fn take(&self, key: &str, limits: &[Limit], now: Time) -> Result<Option<u64>> {
        if let Some(id) = key.strip_prefix("likes:") {
            (self.happens)(&self.ctx, UserId(id.parse().expect("a member")));
        }
        self.counts.take(key, limits, now)
    }

    fn clear(&self, key: &str) -> Result<()> {
        self.counts.clear(key)
    }

    fn mark(&self, keys: &[String], seconds: u32, now: Time) -> Result<()> {
        self.counts.mark(keys, seconds, now)
    }

    fn is_marked(&self, key: &str, now: Time) -> Result<bool> {
        self.counts.is_marked(key, now)
    }
}

/// H12: the answer to a like while this happens.
async fn meanwhile(happens: fn(&Context, UserId)) -> Answer {
    let setup = Setup::new();
    let ctx = setup.world.ctx.clone();
    let app: TestApp = setup.limits(Meanwhile { ctx, happens, counts: InProcessTokenStore::default() }).build();
    let kim = app.member("kim", Status::Active);
    let post = app.post_of(UserId(kim.id));
    let answer = app.post(&format!("/api/posts/{post}/like")).token(&kim.access).send().await;
    assert_eq!(app.world.count("post_likes"), 0);
    answer
}
