//! A request for each route that an ACTIVE member's state lets through; `{name}` is something of the member's own.

/// How the request says who it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carries {
    Access,
    Refresh,
}

/// A request, and what comes of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) method: &'static str,
    /// The route.
    pub(super) route: &'static str,
    /// What is asked for.
    pub(super) target: &'static str,
    pub(super) body: &'static str,
    pub(super) carries: Carries,
    /// The status when it is done.
    pub(super) done: u16,
    /// Where the rules say more than the three marks of the contract: what comes in each state.
    pub(super) said: Option<[&'static str; 6]>,
}

impl Row {
    const fn at(self, target: &'static str) -> Self {
        Self { target, ..self }
    }

    const fn with(self, body: &'static str) -> Self {
        Self { body, ..self }
    }

    const fn done(self, done: u16) -> Self {
        Self { done, ..self }
    }

    const fn carries(self, carries: Carries) -> Self {
        Self { carries, ..self }
    }

    /// In the order of the states.
    const fn said(self, said: [&'static str; 6]) -> Self {
        Self { said: Some(said), ..self }
    }

    /// Whether it needs a member with things, or just one.
    pub(super) fn names_something(&self) -> bool {
        let account = ["{email}", "{nickname}", "{newNickname}"];
        let text = account.iter().fold(format!("{}{}", self.target, self.body), |text, name| text.replace(name, ""));
        text.split('{').skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
    }
}

const fn row(method: &'static str, route: &'static str) -> Row {
    Row { method, route, target: route, body: "", carries: Carries::Access, done: 200, said: None }
}

const fn get(route: &'static str) -> Row {
    row("GET", route)
}

const fn post(route: &'static str) -> Row {
    row("POST", route)
}

const fn patch(route: &'static str) -> Row {
    row("PATCH", route)
}

const fn delete(route: &'static str) -> Row {
    row("DELETE", route)
}

const OK: &str = "done";
const TAKEN: &str = "409 EMAIL_ALREADY_EXISTED";
const REFUSED: &str = "401 INVALID_REFRESH_TOKEN";
const SPAM: &str = r#"{"reasonType":"SPAM"}"#;
const POST: &str = r#"{"title":"제목","content":"글","category":"TOGETHER","tag":"SHARING"}"#;

/// One for each route, in the order of the router.
pub(super) const ROWS: &[Row] = &[
    // A5 to A7: the address is held until the member is anonymised.
    post("/api/auth/signup")
        .with(r#"{"email":"{email}","password":"Zaro-test1","nickname":"{nickname}"}"#)
        .done(201)
        .said(["409 ALREADY_SIGNED_UP_NOT_VERIFIED_YET", TAKEN, TAKEN, TAKEN, TAKEN, OK]),
    // A8, L6.
    post("/api/auth/signin").with(r#"{"email":"{email}","password":"Zaro-test1"}"#).said([
        OK,
        OK,
        OK,
        OK,
        "400 USER_ALREADY_DELETED",
        "400 INCORRECT_PASSWORD",
    ]),
    // K2, K3: nobody who comes from Kakao is PENDING, and who was anonymised is somebody new.
    post("/api/auth/signin/kakao").with(r#"{"accessToken":"{nickname}"}"#).said([
        "-",
        OK,
        OK,
        OK,
        "400 USER_ALREADY_DELETED",
        OK,
    ]),
    // T4.
    post("/api/auth/refresh").carries(Carries::Refresh).said([OK, OK, OK, REFUSED, REFUSED, REFUSED]),
    post("/api/auth/signout"),
    // V3, V4: a link touches nobody who is not PENDING; L8: withdrawing revokes it.
    get("/api/auth/email/verify").at("/api/auth/email/verify?token={verifyLink}").done(302).said([
        "302 /login",
        "302 /login?status=error",
        "302 /login?status=error",
        "302 /login?status=error",
        "302 /login?status=expired",
        "302 /login?status=error",
    ]),
    post("/api/auth/email/resend").with(r#"{"email":"{email}"}"#),
    post("/api/auth/email/password").with(r#"{"email":"{email}"}"#),
    // R3, L8, L9.
    post("/api/auth/password-reset").with(r#"{"token":"{resetLink}","newPassword":"Brand-new2"}"#).said([
        OK,
        OK,
        OK,
        OK,
        "400 RESET_TOKEN_EXPIRED",
        "404 RESET_TOKEN_NOT_FOUND",
    ]),
    get("/api/users/my"),
    delete("/api/users/me"),
    patch("/api/users/me/nickname").with(r#"{"newNickname":"{newNickname}"}"#),
    patch("/api/users/me/profile").with("{}"),
    patch("/api/users/me/password").with(r#"{"currentPassword":"Zaro-test1","newPassword":"Brand-new2"}"#),
    patch("/api/users/me/profileImage").with(r#"{"profileImage":"{profilePicture}"}"#),
    get("/api/users/me/sessions"),
    delete("/api/users/me/sessions"),
    delete("/api/users/me/sessions/{sessionId}"),
    post("/api/users/me/export").done(202),
    get("/api/users/me/export"),
    get("/api/users/me/export/download"),
    get("/api/users/me/sanctions"),
    post("/api/users/me/appeals").with(r#"{"sanctionId":{sanctionId},"text":"이의"}"#).done(201),
    get("/api/users/me/appeals"),
    post("/api/posts").with(POST),
    get("/api/posts"),
    get("/api/posts/home"),
    get("/api/posts/rank"),
    get("/api/posts/{postId}"),
    patch("/api/posts/{postId}").with(r#"{"title":"제목","content":"글","tag":"SHARING"}"#),
    delete("/api/posts/{postId}"),
    post("/api/posts/{postId}/comments").with(r#"{"content":"댓글"}"#).done(201),
    get("/api/posts/{postId}/comments"),
    patch("/api/comments/{commentId}").with(r#"{"content":"댓글"}"#),
    delete("/api/comments/{commentId}"),
    post("/api/posts/{postId}/like"),
    delete("/api/posts/{postId}/like").at("/api/posts/{likedPostId}/like"),
    get("/api/posts/{postId}/like"),
    post("/api/posts/{postId}/report").at("/api/posts/{otherPostId}/report").with(SPAM),
    post("/api/comments/{commentId}/report").at("/api/comments/{otherCommentId}/report").with(SPAM),
    get("/api/feed"),
    get("/api/profile/{userId}").at("/api/profile/{otherId}"),
    get("/api/profile/{userId}/posts").at("/api/profile/{otherId}/posts"),
    get("/api/profile/{userId}/likes").at("/api/profile/{otherId}/likes"),
    get("/api/profile/{userId}/comments").at("/api/profile/{otherId}/comments"),
    post("/api/profile/{userId}/follow").at("/api/profile/{otherId}/follow"),
    delete("/api/profile/{userId}/follow").at("/api/profile/{followedId}/follow"),
    get("/api/profile/{userId}/followings").at("/api/profile/{otherId}/followings"),
    get("/api/profile/{userId}/followers").at("/api/profile/{otherId}/followers"),
    get("/api/group/user/{userId}/group").at("/api/group/user/{otherId}/group"),
    get("/api/group"),
    post("/api/group").with(r#"{"groupName":"새 그룹"}"#),
    patch("/api/group/{groupId}").with(r#"{"groupName":"다른 이름"}"#),
    delete("/api/group/{groupId}"),
    post("/api/favorite/groups/{groupId}/favorites")
        .with(r#"{"kakaoPlaceId":3,"placeName":"카페","lat":37.5,"lng":127}"#),
    get("/api/favorite/check").at("/api/favorite/check?placeId={otherPlaceId}"),
    get("/api/favorite/{groupId}/items").at("/api/favorite/{otherGroupId}/items"),
    patch("/api/favorite/{favoriteId}").with(r#"{"memo":"조용함"}"#),
    delete("/api/favorite/{favoriteId}"),
    get("/api/map/place").at("/api/map/place?lat=37.5&lng=127&distanceKm=1"),
    get("/api/map/place/{placeId}").at("/api/map/place/{otherPlaceId}"),
    get("/api/notifications"),
    patch("/api/notifications/bulk"),
    get("/api/notifications/subscribe"),
    patch("/api/notifications/{notificationId}"),
    get("/api/search/es").at("/api/search/es?keyword=x"),
    get("/api/search").at("/api/search?keyword=x"),
    get("/api/search/suggest").at("/api/search/suggest?q=x"),
    get("/api/presigned-url").at("/api/presigned-url?type=post&ext=png"),
    delete("/api/image").at("/api/image?key={postPicture}"),
    get("/media/images/{kind}/{file}").at("/media/{otherPicture}"),
    // I1, L9: whoever was granted the address may use it, until the grant goes with the member's data.
    row("PUT", "/media/images/{kind}/{file}").at("{uploadAddress}").said([
        OK,
        OK,
        OK,
        OK,
        OK,
        "403 UPLOAD_URL_INVALID",
    ]),
    get("/health"),
    get("/health/db"),
    get("/livez"),
    get("/readyz"),
];
