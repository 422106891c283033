//! What somebody else gets who names a thing that is not theirs: every route by which one can name one.

use std::collections::BTreeSet;

use axum::http::Method;
use serde_json::{Value, json};
use zaro_api::router::routes;
use zaro_core::testing::pictures;

use crate::support::{Answer, Owner, TestApp};

/// Routes by which nobody can name a thing that somebody owns: they are about the caller, about everybody, or by a
/// secret of the caller's own.
const NAMES_NOTHING: [&str; 38] = [
    "POST /api/auth/signup",
    "POST /api/auth/signin",
    "POST /api/auth/signin/kakao",
    "POST /api/auth/refresh",
    "POST /api/auth/signout",
    "GET /api/auth/email/verify",
    "POST /api/auth/email/resend",
    "POST /api/auth/email/password",
    "POST /api/auth/password-reset",
    "GET /api/users/my",
    "DELETE /api/users/me",
    "PATCH /api/users/me/nickname",
    "PATCH /api/users/me/profile",
    "PATCH /api/users/me/password",
    "GET /api/users/me/sessions",
    "DELETE /api/users/me/sessions",
    "POST /api/users/me/export",
    "GET /api/users/me/export",
    "GET /api/users/me/export/download",
    "GET /api/users/me/sanctions",
    "GET /api/users/me/appeals",
    "GET /api/posts",
    "GET /api/posts/home",
    "GET /api/posts/rank",
    "GET /api/feed",
    "GET /api/group",
    "POST /api/group",
    "GET /api/map/place",
    "GET /api/notifications",
    "PATCH /api/notifications/bulk",
    // The id says from where on; what comes is the caller's own (tests/sse.rs).
    "GET /api/notifications/subscribe",
    "GET /api/search/es",
    "GET /api/search",
    "GET /api/search/suggest",
    "GET /health",
    "GET /health/db",
    "GET /livez",
    "GET /readyz",
];

/// A request for a thing of the owner's.
#[derive(Clone, Copy, Debug)]
struct Row {
    method: &'static str,
    route: &'static str,
    target: &'static str,
    body: &'static str,
    /// What the stranger gets.
    stranger: &'static str,
    /// What the owner gets who asks the same.
    owner: &'static str,
}

impl Row {
    const fn at(self, target: &'static str) -> Self {
        Self { target, ..self }
    }

    const fn with(self, body: &'static str) -> Self {
        Self { body, ..self }
    }

    /// The owner, too, is refused.
    const fn owner(self, owner: &'static str) -> Self {
        Self { owner, ..self }
    }
}

/// Only the owner may.
const fn refused(method: &'static str, route: &'static str, stranger: &'static str) -> Row {
    Row { method, route, target: route, body: "", stranger, owner: OK }
}

/// Everybody may.
const fn open(method: &'static str, route: &'static str) -> Row {
    Row { method, route, target: route, body: "", stranger: OK, owner: OK }
}

const OK: &str = "200 SUCCESS";
const MADE: &str = "201 SUCCESS";
const COMMENT: &str = r#"{"content":"댓글"}"#;
const SPAM: &str = r#"{"reasonType":"SPAM"}"#;
const EDIT: &str = r#"{"title":"남의 글","content":"글","tag":"SHARING"}"#;
const RENAME: &str = r#"{"groupName":"남의 그룹"}"#;
const PLACE: &str = r#"{"kakaoPlaceId":3,"placeName":"카페","lat":37.5,"lng":127}"#;
const MEMO: &str = r#"{"memo":"남의 메모"}"#;
const GROUP: &str = "/api/group/{groupId}";
const FAVORITE: &str = "/api/favorite/{favoriteId}";
const SAVE: &str = "/api/favorite/groups/{groupId}/favorites";
const ITEMS: &str = "/api/favorite/{groupId}/items";
const FOLLOW: &str = "/api/profile/{userId}/follow";

/// What is refused, in an order in which the owner can do it all afterwards.
const REFUSED: &[Row] = &[
    refused("DELETE", "/api/users/me/sessions/{sessionId}", "404 SESSION_NOT_FOUND"),
    refused("POST", "/api/users/me/appeals", "404 SANCTION_NOT_FOUND")
        .with(r#"{"sanctionId":{sanctionId},"text":"이의"}"#)
        .owner(MADE),
    refused("PATCH", "/api/posts/{postId}", "403 INVALID_POST_OWNER").with(EDIT),
    refused("PATCH", "/api/comments/{commentId}", "403 NOT_COMMENT_OWNER").with(COMMENT),
    refused("DELETE", "/api/comments/{commentId}", "403 NOT_COMMENT_OWNER"),
    // Its author likes it; what a stranger could take back is a like of their own.
    refused("DELETE", "/api/posts/{postId}/like", "404 LIKE_NOT_POST"),
    refused("DELETE", "/api/posts/{postId}", "403 INVALID_POST_OWNER"),
    refused("DELETE", FOLLOW, "404 FOLLOW_NOT_EXIST").at("/api/profile/{followedId}/follow"),
    refused("POST", SAVE, "403 UNAUTHORIZED_GROUP_UPDATE").with(PLACE),
    refused("PATCH", FAVORITE, "403 UNAUTHORIZED_FAVORITE_UPDATE").with(MEMO),
    refused("DELETE", FAVORITE, "403 UNAUTHORIZED_FAVORITE_DELETE"),
    refused("PATCH", GROUP, "403 UNAUTHORIZED_GROUP_UPDATE").with(RENAME),
    refused("DELETE", GROUP, "403 UNAUTHORIZED_GROUP_DELETE"),
    // FV6: what is PRIVATE does not exist.
    refused("GET", ITEMS, "404 GROUP_NOT_FOUND").at("/api/favorite/{privateGroupId}/items"),
    refused("POST", SAVE, "404 GROUP_NOT_FOUND")
        .at("/api/favorite/groups/{privateGroupId}/favorites")
        .with(r#"{"kakaoPlaceId":4,"placeName":"카페","lat":37.5,"lng":127}"#),
    refused("PATCH", FAVORITE, "404 FAVORITE_NOT_FOUND").at("/api/favorite/{privateFavoriteId}").with(MEMO),
    refused("DELETE", FAVORITE, "404 FAVORITE_NOT_FOUND").at("/api/favorite/{privateFavoriteId}"),
    refused("PATCH", GROUP, "404 GROUP_NOT_FOUND").at("/api/group/{privateGroupId}").with(r#"{"groupName":"또"}"#),
    refused("DELETE", GROUP, "404 GROUP_NOT_FOUND").at("/api/group/{privateGroupId}"),
    refused("PATCH", "/api/notifications/{notificationId}", "404 NOTIFICATION_NOT_FOUND"),
    refused("GET", "/api/presigned-url", "403 UNAUTHORIZED_IMAGE_UPLOAD")
        .at("/api/presigned-url?type=profile&ext=png&userId={userId}"),
    refused("PATCH", "/api/users/me/profileImage", "400 INVALID_PROFILE_IMAGE")
        .with(r#"{"profileImage":"{profilePicture}"}"#),
    refused("DELETE", "/api/image", "403 UNAUTHORIZED_IMAGE_DELETE").at("/api/image?key={postPicture}"),
    // An address is for the one picture it was made for, whoever holds it.
    refused("PUT", "/media/images/{kind}/{file}", "403 UPLOAD_URL_INVALID")
        .at("/media/{postPicture}?{uploadQuery}")
        .owner("403 UPLOAD_URL_INVALID"),
];

/// What everybody may, whoever it belongs to.
const OPEN: &[Row] = &[
    open("GET", "/api/posts/{postId}"),
    open("GET", "/api/posts/{postId}/comments"),
    open("GET", "/api/posts/{postId}/like"),
    open("GET", "/api/profile/{userId}"),
    open("GET", "/api/profile/{userId}/posts"),
    open("GET", "/api/profile/{userId}/likes"),
    open("GET", "/api/profile/{userId}/comments"),
    open("GET", "/api/profile/{userId}/followings"),
    open("GET", "/api/profile/{userId}/followers"),
    open("GET", "/api/group/user/{userId}/group"),
    open("GET", ITEMS),
    open("GET", "/api/favorite/check").at("/api/favorite/check?placeId={placeId}"),
    open("GET", "/api/map/place/{placeId}"),
    open("GET", "/media/images/{kind}/{file}").at("/media/{postPicture}"),
    // P4: a picture of another's may be shown; it stays theirs.
    open("POST", "/api/posts").with(
        r#"{"title":"제목","content":"글","category":"TOGETHER","tag":"SHARING","postImageList":["{postPicture}"]}"#,
    ),
    Row { stranger: MADE, ..open("POST", "/api/posts/{postId}/comments").with(COMMENT).owner(MADE) },
    open("POST", "/api/posts/{postId}/like"),
    open("POST", "/api/posts/{postId}/report").with(SPAM).owner("400 CANNOT_REPORT_OWN_POST"),
    open("POST", "/api/comments/{commentId}/report").with(SPAM).owner("400 CANNOT_REPORT_OWN_COMMENT"),
    open("POST", FOLLOW).owner("400 FOLLOW_SELF_NOT_ALLOWED"),
];

/// An owner of one of everything, and somebody else.
struct Scene {
    app: TestApp,
    owner: Owner,
    stranger: Owner,
}

impl Scene {
    async fn new() -> Self {
        let app = TestApp::with_images();
        let neighbour = app.neighbour().await;
        let mut owner = app.owner("kim", &neighbour);
        app.give_pictures(&mut owner).await;
        let query = owner.fill("{uploadAddress}").split_once('?').expect("a query").1.to_owned();
        owner.name("uploadQuery", query);
        let stranger = app.newcomer("lee");
        Self { app, owner, stranger }
    }

    async fn ask(&self, row: &Row, who: &Owner) -> Answer {
        let method = Method::from_bytes(row.method.as_bytes()).expect("a method");
        let call = self.app.request(method, &self.owner.fill(row.target)).token(&who.tokens.access);
        if row.method == "PUT" {
            call.header("content-type", "image/png").body(pictures::png()).send().await
        } else {
            call.body(self.owner.fill(row.body)).send().await
        }
    }

    /// Everything that the owner sees of what is theirs.
    async fn seen_by_owner(&self) -> Vec<Value> {
        let mut seen = Vec::new();
        for path in [
            "/api/users/my",
            "/api/users/me/sessions",
            "/api/users/me/sanctions",
            "/api/users/me/appeals",
            "/api/posts/{postId}",
            "/api/posts/{postId}/comments",
            "/api/posts/{postId}/like",
            "/api/posts/{likedPostId}/like",
            "/api/profile/{userId}",
            "/api/profile/{userId}/followings",
            "/api/profile/{userId}/followers",
            "/api/group",
            "/api/favorite/{groupId}/items",
            "/api/favorite/{privateGroupId}/items",
            "/api/favorite/check?placeId={placeId}",
            "/api/map/place/{placeId}",
            "/api/notifications",
        ] {
            seen.push(self.app.get(&self.owner.fill(path)).token(&self.owner.tokens.access).send().await.data());
        }
        for key in ["{postPicture}", "{profilePicture}"] {
            seen.push(json!(self.app.picture(&self.owner.fill(key)).await.bytes.to_vec()));
        }
        seen
    }
}

/// Status and code; an image is a success without words.
fn outcome(answer: &Answer) -> String {
    let is_image = answer.header("content-type").is_some_and(|kind| kind.starts_with("image/"));
    let code = if is_image { "SUCCESS".to_owned() } else { answer.code() };
    format!("{} {code}", answer.status.as_u16())
}

#[test]
fn every_route_is_in_one_of_the_lists() {
    let rows: BTreeSet<String> =
        REFUSED.iter().chain(OPEN).map(|row| format!("{} {}", row.method, row.route)).collect();
    let others: BTreeSet<String> = NAMES_NOTHING.iter().map(|route| (*route).to_owned()).collect();
    let both: Vec<_> = rows.intersection(&others).collect();
    assert!(both.is_empty(), "{both:?}");
    let routes: BTreeSet<String> = routes().iter().map(|route| format!("{} {}", route.method, route.path)).collect();
    assert_eq!(rows.union(&others).cloned().collect::<BTreeSet<_>>(), routes);
    let bare = others.iter().filter(|route| route.contains('{')).collect::<Vec<_>>();
    assert!(bare.is_empty(), "an id in the path names something: {bare:?}");
}

#[tokio::test]
async fn h6_what_is_anothers_is_refused_and_stays_as_it_was() {
    let scene = Scene::new().await;
    let like = open("POST", "/api/posts/{postId}/like");
    scene.ask(&like, &scene.owner).await.data();
    let before = scene.seen_by_owner().await;
    for row in REFUSED {
        let answer = scene.ask(row, &scene.stranger).await;
        assert_eq!(outcome(&answer), row.stranger, "{} {}", row.method, row.target);
        assert_eq!(scene.seen_by_owner().await, before, "{} {}", row.method, row.target);
    }
    // So it was refused for whom it came from, and for nothing else.
    for row in REFUSED {
        let answer = scene.ask(row, &scene.owner).await;
        assert_eq!(outcome(&answer), row.owner, "{} {}: {}", row.method, row.target, answer.text());
    }
}

#[tokio::test]
async fn what_belongs_to_nobody_alone_is_open_to_everybody() {
    let scene = Scene::new().await;
    for row in OPEN {
        for (who, expected) in [(&scene.stranger, row.stranger), (&scene.owner, row.owner)] {
            let answer = scene.ask(row, who).await;
            assert_eq!(outcome(&answer), expected, "{} {}", row.method, row.target);
        }
    }
}

#[tokio::test]
async fn what_is_the_callers_own_is_shown_to_nobody_else() {
    let scene = Scene::new().await;
    let get = async |path: &str, who: &Owner| {
        scene.app.get(&scene.owner.fill(path)).token(&who.tokens.access).send().await.data()
    };
    let of_stranger = async |path: &str| get(path, &scene.stranger).await;
    for path in ["/api/notifications", "/api/users/me/sanctions", "/api/users/me/appeals", "/api/group"] {
        assert_eq!(of_stranger(path).await, json!([]), "{path}");
    }
    let sessions = of_stranger("/api/users/me/sessions").await;
    assert_eq!(sessions.as_array().map(Vec::len), Some(1), "their own");
    assert_eq!(of_stranger("/api/favorite/check?placeId={placeId}").await, json!(false));
    assert_eq!(get("/api/favorite/check?placeId={placeId}", &scene.owner).await, json!(true));
    let groups = "/api/group/user/{userId}/group";
    let count = |list: &Value| list.as_array().map(Vec::len);
    let (theirs, own) = (of_stranger(groups).await, get(groups, &scene.owner).await);
    assert_eq!((count(&theirs), count(&own)), (Some(1), Some(2)), "a PRIVATE group is in its owner's list alone");
    // Who likes the post is the owner; the answer is about whoever asks.
    assert_eq!(of_stranger("/api/posts/{likedPostId}/like").await, json!(false));
    assert_eq!(get("/api/posts/{likedPostId}/like", &scene.owner).await, json!(true));
}
