//! The one table of status and text for each code (RULES section EC).
//!
//! H15: Korean, written by us, shown to members as it is. Only the text of `AUTH_REQUIRED` may contain 로그인, and none
//! may contain the digits 401, because the web frontend searches messages for both.

use axum::http::StatusCode;
use chrono::NaiveDate;
use zaro_core::Code;

/// Status and standing text of a code.
#[expect(clippy::too_many_lines, reason = "one line a code; splitting it would hide a missing one")]
pub const fn standing(code: Code) -> (StatusCode, &'static str) {
    use StatusCode as S;
    match code {
        Code::InvalidRequest => (S::BAD_REQUEST, "요청 내용이 올바르지 않습니다."),
        Code::TypeMismatch => (S::BAD_REQUEST, "요청 값의 형식이 올바르지 않습니다."),
        Code::InvalidEnum => (S::BAD_REQUEST, "선택할 수 없는 값입니다."),
        Code::AuthRequired => (S::UNAUTHORIZED, "로그인이 필요합니다."),
        Code::RouteNotFound => (S::NOT_FOUND, "요청하신 주소를 찾을 수 없습니다."),
        Code::MethodNotAllowed => (S::METHOD_NOT_ALLOWED, "이 주소에서 지원하지 않는 요청 방식입니다."),
        Code::PayloadTooLarge => (S::PAYLOAD_TOO_LARGE, "보내신 내용이 너무 큽니다."),
        Code::RateLimited => (S::TOO_MANY_REQUESTS, "요청이 너무 많습니다. 잠시 후 다시 시도해 주세요."),
        Code::InternalServerError => (S::INTERNAL_SERVER_ERROR, "문제가 발생했습니다. 잠시 후 다시 시도해 주세요."),
        Code::ServiceUnavailable => {
            (S::SERVICE_UNAVAILABLE, "지금은 서비스를 이용할 수 없습니다. 잠시 후 다시 시도해 주세요.")
        }
        Code::DbConnectionFailed => (S::SERVICE_UNAVAILABLE, "데이터베이스가 응답하지 않습니다."),

        Code::EmailRequired => (S::BAD_REQUEST, "이메일을 입력해 주세요."),
        Code::InvalidEmailFormat => (S::BAD_REQUEST, "이메일 형식이 올바르지 않습니다."),
        Code::EmailAlreadyExisted => (S::CONFLICT, "이미 사용 중인 이메일입니다."),
        Code::PasswordRequired => (S::BAD_REQUEST, "비밀번호를 입력해 주세요."),
        Code::InvalidPasswordFormat => (
            S::BAD_REQUEST,
            "비밀번호는 8자 이상 64자 이하로, 영문 대문자와 소문자, 숫자, 특수문자를 모두 포함해야 합니다.",
        ),
        Code::NicknameRequired => (S::BAD_REQUEST, "닉네임을 입력해 주세요."),
        Code::InvalidNicknameFormat => {
            (S::BAD_REQUEST, "닉네임은 2자 이상 12자 이하의 한글, 영문, 숫자, -, _만 사용할 수 있습니다.")
        }
        Code::NicknameAlreadyExisted => (S::CONFLICT, "이미 사용 중인 닉네임입니다."),
        Code::AlreadySignedUpNotVerifiedYet => (S::CONFLICT, "이미 가입된 계정입니다. 인증 메일을 다시 보냈습니다."),
        Code::IncorrectPassword => (S::BAD_REQUEST, "이메일 또는 비밀번호가 올바르지 않습니다."),
        Code::UserAlreadyDeleted => (S::BAD_REQUEST, "이미 탈퇴한 계정입니다."),
        Code::InvalidOauthToken => (S::UNAUTHORIZED, "카카오 계정을 확인할 수 없습니다."),
        Code::OauthUpstreamError => (S::BAD_GATEWAY, "카카오가 응답하지 않습니다. 잠시 후 다시 시도해 주세요."),
        Code::InvalidRefreshToken => (S::UNAUTHORIZED, "접속이 끝났습니다. 다시 인증해 주세요."),
        Code::ResetTokenNotFound => (S::NOT_FOUND, "올바르지 않은 비밀번호 재설정 링크입니다."),
        Code::ResetTokenAlreadyUsed => (S::BAD_REQUEST, "이미 사용한 비밀번호 재설정 링크입니다."),
        Code::ResetTokenExpired => (S::BAD_REQUEST, "만료된 비밀번호 재설정 링크입니다. 메일을 다시 요청해 주세요."),
        Code::MailNotVerified => (S::FORBIDDEN, "이메일 인증을 먼저 완료해 주세요."),
        Code::DormantUser => (S::FORBIDDEN, "휴면 상태인 계정입니다."),
        Code::DeletedUser => (S::FORBIDDEN, "탈퇴한 계정입니다."),
        Code::UserSuspended => (S::FORBIDDEN, "이용이 제한되어 글을 쓰거나 고칠 수 없는 계정입니다."),

        Code::UserNotFound => (S::NOT_FOUND, "존재하지 않는 회원입니다."),
        Code::CurrentPasswordRequired => (S::BAD_REQUEST, "현재 비밀번호를 입력해 주세요."),
        Code::CurrentPasswordWrong => (S::BAD_REQUEST, "현재 비밀번호가 올바르지 않습니다."),
        Code::CurrentPasswordEqualsNewPassword => (S::BAD_REQUEST, "새 비밀번호는 현재 비밀번호와 달라야 합니다."),
        Code::NewNicknameRequired => (S::BAD_REQUEST, "새 닉네임을 입력해 주세요."),
        Code::NewNicknameEqualsOriginalNickname => (S::BAD_REQUEST, "현재 사용 중인 닉네임과 같습니다."),
        Code::NicknameUpdateCooldown => (S::CONFLICT, "닉네임을 바꾼 지 얼마 되지 않아 아직 바꿀 수 없습니다."),
        Code::InvalidProfileImage => (S::BAD_REQUEST, "프로필 사진으로 사용할 수 없는 이미지입니다."),
        Code::SessionNotFound => (S::NOT_FOUND, "존재하지 않는 접속입니다."),
        Code::ExportNotFound => (S::NOT_FOUND, "내보낸 자료가 없습니다."),
        Code::ExportNotReady => (S::CONFLICT, "자료를 아직 준비하고 있습니다."),
        Code::SanctionNotFound => (S::NOT_FOUND, "존재하지 않는 조치입니다."),
        Code::AppealAlreadyExists => (S::CONFLICT, "이미 이의를 제기했습니다."),
        Code::AppealClosed => (S::CONFLICT, "더 이상 이의를 제기할 수 없습니다."),
        Code::AppealTextRequired => (S::BAD_REQUEST, "이의를 제기하는 이유를 입력해 주세요."),
        Code::AppealTextTooLong => (S::BAD_REQUEST, "이의 내용은 1,000자까지 입력할 수 있습니다."),

        Code::TitleRequired => (S::BAD_REQUEST, "제목을 입력해 주세요."),
        Code::TitleTooLong => (S::BAD_REQUEST, "제목은 255자까지 입력할 수 있습니다."),
        Code::ContentRequired => (S::BAD_REQUEST, "내용을 입력해 주세요."),
        Code::ContentTooLong => (S::BAD_REQUEST, "내용이 너무 깁니다."),
        Code::InvalidCategory => (S::BAD_REQUEST, "존재하지 않는 게시판입니다."),
        Code::InvalidTag => (S::BAD_REQUEST, "존재하지 않는 태그입니다."),
        Code::InvalidTagForCategory => (S::BAD_REQUEST, "이 게시판에서 쓸 수 없는 태그입니다."),
        Code::ImageRequiredForRandomBuy => (S::BAD_REQUEST, "이 게시판에는 사진을 한 장 이상 올려 주세요."),
        Code::ThumbnailNotInImageList => (S::BAD_REQUEST, "대표 사진은 올린 사진 중에서 골라 주세요."),
        Code::PostNotFound => (S::NOT_FOUND, "존재하지 않는 게시글입니다."),
        Code::InvalidPostOwner => (S::FORBIDDEN, "작성자만 할 수 있습니다."),
        Code::AlreadyLiked => (S::BAD_REQUEST, "이미 좋아요를 누른 게시글입니다."),
        Code::LikeNotPost => (S::NOT_FOUND, "좋아요를 누르지 않은 게시글입니다."),
        Code::SearchKeywordRequired => (S::BAD_REQUEST, "검색어를 입력해 주세요."),
        Code::SearchUnavailable => (S::SERVICE_UNAVAILABLE, "지금은 검색할 수 없습니다. 잠시 후 다시 시도해 주세요."),
        Code::AlreadyReportedPost => (S::CONFLICT, "이미 신고한 게시글입니다."),
        Code::CannotReportOwnPost => (S::BAD_REQUEST, "본인의 게시글은 신고할 수 없습니다."),
        Code::AlreadyReportedComment => (S::CONFLICT, "이미 신고한 댓글입니다."),
        Code::CannotReportOwnComment => (S::BAD_REQUEST, "본인의 댓글은 신고할 수 없습니다."),
        Code::ReasonTypeRequired => (S::BAD_REQUEST, "신고 사유를 선택해 주세요."),
        Code::ReasonTextRequiredForEtc => (S::BAD_REQUEST, "신고 사유를 입력해 주세요."),
        Code::ReasonTextTooLong => (S::BAD_REQUEST, "신고 사유는 255자까지 입력할 수 있습니다."),

        Code::CommentNotFound => (S::NOT_FOUND, "존재하지 않는 댓글입니다."),
        Code::CommentContentBlank => (S::BAD_REQUEST, "댓글을 입력해 주세요."),
        Code::CommentTooLong => (S::BAD_REQUEST, "댓글은 500자까지 입력할 수 있습니다."),
        Code::NotCommentOwner => (S::FORBIDDEN, "댓글을 쓴 사람만 할 수 있습니다."),
        Code::CommentReportedCannotEdit => (S::BAD_REQUEST, "신고로 가려진 댓글은 수정할 수 없습니다."),
        Code::FollowSelfNotAllowed => (S::BAD_REQUEST, "본인은 팔로우할 수 없습니다."),
        Code::FollowAlreadyExists => (S::CONFLICT, "이미 팔로우한 회원입니다."),
        Code::FollowUnfollowSelfNotAllowed => (S::BAD_REQUEST, "본인은 언팔로우할 수 없습니다."),
        Code::FollowNotExist => (S::NOT_FOUND, "팔로우하지 않은 회원입니다."),

        Code::GroupNotFound => (S::NOT_FOUND, "존재하지 않는 그룹입니다."),
        Code::GroupAlreadyDelete => (S::NOT_FOUND, "이미 삭제된 그룹입니다."),
        Code::GroupAlreadyExist => (S::CONFLICT, "같은 이름의 그룹이 이미 있습니다."),
        Code::GroupNameRequired => (S::BAD_REQUEST, "그룹 이름을 입력해 주세요."),
        Code::GroupNameTooLong => (S::BAD_REQUEST, "그룹 이름은 50자까지 입력할 수 있습니다."),
        Code::GroupLimitReached => (S::CONFLICT, "그룹을 더 만들 수 없습니다."),
        Code::UnauthorizedGroupUpdate => (S::FORBIDDEN, "본인의 그룹만 수정할 수 있습니다."),
        Code::UnauthorizedGroupDelete => (S::FORBIDDEN, "본인의 그룹만 삭제할 수 있습니다."),
        Code::FavoriteAlreadyExists => (S::CONFLICT, "이미 저장한 장소입니다."),
        Code::FavoriteNotFound => (S::NOT_FOUND, "저장하지 않은 장소입니다."),
        Code::FavoriteLimitReached => (S::CONFLICT, "이 그룹에는 장소를 더 저장할 수 없습니다."),
        Code::UnauthorizedFavoriteUpdate => (S::FORBIDDEN, "본인이 저장한 장소만 수정할 수 있습니다."),
        Code::UnauthorizedFavoriteDelete => (S::FORBIDDEN, "본인이 저장한 장소만 삭제할 수 있습니다."),
        Code::MemoTooLong => (S::BAD_REQUEST, "메모는 255자까지 입력할 수 있습니다."),
        Code::PlaceNotFound => (S::NOT_FOUND, "존재하지 않는 장소입니다."),

        Code::NotificationNotFound => (S::NOT_FOUND, "존재하지 않는 알림입니다."),
        Code::InvalidUploadType => (S::BAD_REQUEST, "올릴 수 없는 종류입니다."),
        Code::InvalidUserId => (S::BAD_REQUEST, "사진을 바꿀 회원이 올바르지 않습니다."),
        Code::InvalidFileExtension => (S::BAD_REQUEST, "jpg, jpeg, png, webp 이미지만 올릴 수 있습니다."),
        Code::UnauthorizedImageUpload => (S::FORBIDDEN, "본인의 프로필 사진만 올릴 수 있습니다."),
        Code::UnauthorizedImageDelete => (S::FORBIDDEN, "본인이 올린 이미지만 삭제할 수 있습니다."),
        Code::ImageInUse => (S::CONFLICT, "사용 중인 이미지는 삭제할 수 없습니다."),
        Code::ImageNotFound => (S::NOT_FOUND, "존재하지 않는 이미지입니다."),
        Code::UploadUrlInvalid => (S::FORBIDDEN, "올바르지 않거나 만료된 업로드 주소입니다."),
        Code::InvalidImageData => (S::BAD_REQUEST, "올바른 이미지 파일이 아닙니다."),
    }
}

/// The text of one answer: the standing one, or the one that names a date (S2).
pub(crate) fn message(code: Code, date: Option<NaiveDate>) -> String {
    match (code, date) {
        (Code::NicknameUpdateCooldown, Some(date)) => format!("닉네임은 {date}부터 다시 바꿀 수 있습니다."),
        _ => standing(code).1.to_owned(),
    }
}
