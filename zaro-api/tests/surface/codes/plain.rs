//! Codes that one request reaches, among a few members with one of everything.

use zaro_core::Code;

/// Who asks: kim has one of everything, lee has nothing.
#[derive(Clone, Copy, Debug)]
pub(super) enum Who {
    Nobody,
    Kim,
    Lee,
}

/// Who, how, for what, with what; `{name}` is something of kim's.
pub(super) type Request = (Who, &'static str, &'static str, &'static str);

use Who::{Kim, Lee, Nobody};

const SIGN_UP: &str = "/api/auth/signup";
const RESET: &str = "/api/auth/password-reset";
const POSTS: &str = "/api/posts";
const COMMENTS: &str = "/api/posts/{otherPostId}/comments";
const COMMENT: &str = "/api/comments/{commentId}";
const REPORT: &str = "/api/posts/{otherPostId}/report";
const PASSWORD: &str = "/api/users/me/password";
const PROFILE: &str = "/api/users/me/profile";
const NICKNAME: &str = "/api/users/me/nickname";
const APPEALS: &str = "/api/users/me/appeals";
const GROUP: &str = "/api/group/{groupId}";
const FAVORITE: &str = "/api/favorite/{favoriteId}";
const SAVE: &str = "/api/favorite/groups/{groupId}/favorites";
/// A picture that was never granted.
const PICTURE: &str = "/media/images/post/0b0e7a52-8b0f-4d8e-9d0c-0f4c6f1a2b3c.png";

/// The request for a code, if a single one reaches it.
#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn request(code: Code) -> Option<Request> {
    let get = |who, path| (who, "GET", path, "");
    let post = |who, path, body| (who, "POST", path, body);
    let patch = |who, path, body| (who, "PATCH", path, body);
    let delete = |who, path| (who, "DELETE", path, "");
    Some(match code {
        Code::InvalidRequest => post(Nobody, SIGN_UP, "{"),
        Code::TypeMismatch => get(Kim, "/api/posts/x"),
        Code::InvalidEnum => patch(Kim, PROFILE, r#"{"gender":"male"}"#),
        Code::AuthRequired => get(Nobody, "/api/users/my"),
        Code::RouteNotFound => get(Nobody, "/api/nothing"),
        Code::MethodNotAllowed => (Nobody, "PUT", "/health", ""),

        Code::EmailRequired => post(Nobody, SIGN_UP, "{}"),
        Code::InvalidEmailFormat => post(Nobody, SIGN_UP, r#"{"email":"x"}"#),
        Code::EmailAlreadyExisted => {
            post(Nobody, SIGN_UP, r#"{"email":"{email}","password":"Zaro-test1","nickname":"newone"}"#)
        }
        Code::PasswordRequired => post(Nobody, SIGN_UP, r#"{"email":"new@zaro.test"}"#),
        Code::InvalidPasswordFormat => post(Nobody, SIGN_UP, r#"{"email":"new@zaro.test","password":"x"}"#),
        Code::NicknameRequired => post(Nobody, SIGN_UP, r#"{"email":"new@zaro.test","password":"Zaro-test1"}"#),
        Code::InvalidNicknameFormat => {
            post(Nobody, SIGN_UP, r#"{"email":"new@zaro.test","password":"Zaro-test1","nickname":"x"}"#)
        }
        Code::NicknameAlreadyExisted => {
            post(Nobody, SIGN_UP, r#"{"email":"new@zaro.test","password":"Zaro-test1","nickname":"{nickname}"}"#)
        }
        Code::IncorrectPassword => post(Nobody, "/api/auth/signin", r#"{"email":"{email}","password":"x"}"#),
        Code::InvalidOauthToken => post(Nobody, "/api/auth/signin/kakao", r#"{"accessToken":"refused"}"#),
        Code::OauthUpstreamError => post(Nobody, "/api/auth/signin/kakao", r#"{"accessToken":"silence"}"#),
        Code::InternalServerError => post(Nobody, "/api/auth/signin/kakao", r#"{"accessToken":"bug"}"#),
        Code::InvalidRefreshToken => post(Nobody, "/api/auth/refresh", ""),
        Code::ResetTokenNotFound => post(Nobody, RESET, r#"{"token":"x","newPassword":"Brand-new2"}"#),

        Code::UserNotFound => get(Kim, "/api/profile/0"),
        Code::CurrentPasswordRequired => patch(Kim, PASSWORD, r#"{"newPassword":"Brand-new2"}"#),
        Code::CurrentPasswordWrong => patch(Kim, PASSWORD, r#"{"currentPassword":"x","newPassword":"Brand-new2"}"#),
        Code::CurrentPasswordEqualsNewPassword => {
            patch(Kim, PASSWORD, r#"{"currentPassword":"Zaro-test1","newPassword":"Zaro-test1"}"#)
        }
        Code::NewNicknameRequired => patch(Kim, NICKNAME, "{}"),
        Code::NewNicknameEqualsOriginalNickname => patch(Kim, NICKNAME, r#"{"newNickname":"{nickname}"}"#),
        Code::InvalidProfileImage => patch(Kim, "/api/users/me/profileImage", r#"{"profileImage":"x"}"#),
        Code::SessionNotFound => delete(Lee, "/api/users/me/sessions/{sessionId}"),
        Code::ExportNotFound => get(Lee, "/api/users/me/export"),
        Code::SanctionNotFound => post(Lee, APPEALS, r#"{"sanctionId":{sanctionId},"text":"이의"}"#),
        Code::AppealTextRequired => post(Kim, APPEALS, r#"{"sanctionId":{sanctionId}}"#),
        Code::AppealTextTooLong => post(Kim, APPEALS, r#"{"sanctionId":{sanctionId},"text":"{long}"}"#),

        Code::TitleRequired => post(Kim, POSTS, r#"{"content":"글","category":"TOGETHER","tag":"SHARING"}"#),
        Code::TitleTooLong => {
            post(Kim, POSTS, r#"{"title":"{long}","content":"글","category":"TOGETHER","tag":"SHARING"}"#)
        }
        Code::ContentRequired => post(Kim, POSTS, r#"{"title":"제목","category":"TOGETHER","tag":"SHARING"}"#),
        Code::ContentTooLong => {
            post(Kim, POSTS, r#"{"title":"제목","content":"{longest}","category":"TOGETHER","tag":"SHARING"}"#)
        }
        Code::InvalidCategory => get(Nobody, "/api/posts?category=x"),
        Code::InvalidTag => get(Nobody, "/api/posts?category=TOGETHER&tag=x"),
        Code::InvalidTagForCategory => get(Nobody, "/api/posts?category=TOGETHER&tag=TIPS"),
        Code::ImageRequiredForRandomBuy => {
            post(Kim, POSTS, r#"{"title":"제목","content":"글","category":"RANDOM_BUY","tag":"TREASURE"}"#)
        }
        Code::ThumbnailNotInImageList => post(
            Kim,
            POSTS,
            r#"{"title":"제목","content":"글","category":"TOGETHER","tag":"SHARING","thumbnailImage":"{postPicture}"}"#,
        ),
        Code::PostNotFound => get(Kim, "/api/posts/0"),
        Code::InvalidPostOwner => delete(Lee, "/api/posts/{postId}"),
        Code::AlreadyLiked => post(Kim, "/api/posts/{likedPostId}/like", ""),
        Code::LikeNotPost => delete(Lee, "/api/posts/{likedPostId}/like"),
        Code::SearchKeywordRequired => get(Nobody, "/api/search"),
        Code::CannotReportOwnPost => post(Kim, "/api/posts/{postId}/report", r#"{"reasonType":"SPAM"}"#),
        Code::CannotReportOwnComment => post(Kim, "/api/comments/{commentId}/report", r#"{"reasonType":"SPAM"}"#),
        Code::ReasonTypeRequired => post(Kim, REPORT, "{}"),
        Code::ReasonTextRequiredForEtc => post(Kim, REPORT, r#"{"reasonType":"ETC"}"#),
        Code::ReasonTextTooLong => post(Kim, REPORT, r#"{"reasonType":"ETC","reasonText":"{long}"}"#),

        Code::CommentNotFound => delete(Kim, "/api/comments/0"),
        Code::CommentContentBlank => post(Kim, COMMENTS, r#"{"content":" "}"#),
        Code::CommentTooLong => post(Kim, COMMENTS, r#"{"content":"{long}"}"#),
        Code::NotCommentOwner => delete(Lee, COMMENT),
        Code::FollowSelfNotAllowed => post(Kim, "/api/profile/{userId}/follow", ""),
        Code::FollowAlreadyExists => post(Kim, "/api/profile/{followedId}/follow", ""),
        Code::FollowUnfollowSelfNotAllowed => delete(Kim, "/api/profile/{userId}/follow"),
        Code::FollowNotExist => delete(Lee, "/api/profile/{userId}/follow"),

        Code::GroupNotFound => delete(Kim, "/api/group/0"),
        Code::GroupAlreadyExist => post(Kim, "/api/group", r#"{"groupName":"그룹"}"#),
        Code::GroupNameRequired => post(Kim, "/api/group", "{}"),
        Code::GroupNameTooLong => post(Kim, "/api/group", r#"{"groupName":"{long}"}"#),
        Code::UnauthorizedGroupUpdate => patch(Lee, GROUP, r#"{"groupName":"x"}"#),
        Code::UnauthorizedGroupDelete => delete(Lee, GROUP),
        Code::FavoriteAlreadyExists => post(Kim, SAVE, r#"{"kakaoPlaceId":1,"placeName":"장소","lat":37.5,"lng":127}"#),
        Code::FavoriteNotFound => delete(Kim, "/api/favorite/0"),
        Code::UnauthorizedFavoriteUpdate => patch(Lee, FAVORITE, r#"{"memo":"x"}"#),
        Code::UnauthorizedFavoriteDelete => delete(Lee, FAVORITE),
        Code::MemoTooLong => patch(Kim, FAVORITE, r#"{"memo":"{long}"}"#),
        Code::PlaceNotFound => get(Kim, "/api/map/place/0"),

        Code::NotificationNotFound => patch(Kim, "/api/notifications/0", ""),
        Code::InvalidUploadType => get(Kim, "/api/presigned-url?type=x&ext=png"),
        Code::InvalidUserId => get(Kim, "/api/presigned-url?type=profile&ext=png"),
        Code::InvalidFileExtension => get(Kim, "/api/presigned-url?type=post&ext=gif"),
        Code::UnauthorizedImageUpload => get(Lee, "/api/presigned-url?type=profile&ext=png&userId={userId}"),
        Code::UnauthorizedImageDelete => delete(Lee, "/api/image?key={postPicture}"),
        Code::ImageNotFound => get(Nobody, PICTURE),
        Code::UploadUrlInvalid => (Nobody, "PUT", PICTURE, ""),
        _ => return None,
    })
}
