//! Every code: its status as RULES section EC has it, and a text that the web frontend can show (H15).

use std::collections::BTreeMap;

use zaro_api::error::table::standing;
use zaro_core::Code;

/// RULES section EC, by status.
#[rustfmt::skip]
const CONTRACT: &[(u16, &[&str])] = &[
    (400, &[
        "INVALID_REQUEST",
        "TYPE_MISMATCH",
        "INVALID_ENUM",
        "EMAIL_REQUIRED",
        "INVALID_EMAIL_FORMAT",
        "PASSWORD_REQUIRED",
        "INVALID_PASSWORD_FORMAT",
        "NICKNAME_REQUIRED",
        "INVALID_NICKNAME_FORMAT",
        "INCORRECT_PASSWORD",
        "USER_ALREADY_DELETED",
        "RESET_TOKEN_ALREADY_USED",
        "RESET_TOKEN_EXPIRED",
        "CURRENT_PASSWORD_REQUIRED",
        "CURRENT_PASSWORD_WRONG",
        "CURRENT_PASSWORD_EQUALS_NEW_PASSWORD",
        "NEW_NICKNAME_REQUIRED",
        "NEW_NICKNAME_EQUALS_ORIGINAL_NICKNAME",
        "INVALID_PROFILE_IMAGE",
        "APPEAL_TEXT_REQUIRED",
        "APPEAL_TEXT_TOO_LONG",
        "TITLE_REQUIRED",
        "TITLE_TOO_LONG",
        "CONTENT_REQUIRED",
        "CONTENT_TOO_LONG",
        "INVALID_CATEGORY",
        "INVALID_TAG",
        "INVALID_TAG_FOR_CATEGORY",
        "IMAGE_REQUIRED_FOR_RANDOM_BUY",
        "THUMBNAIL_NOT_IN_IMAGE_LIST",
        "ALREADY_LIKED",
        "SEARCH_KEYWORD_REQUIRED",
        "CANNOT_REPORT_OWN_POST",
        "CANNOT_REPORT_OWN_COMMENT",
        "REASON_TYPE_REQUIRED",
        "REASON_TEXT_REQUIRED_FOR_ETC",
        "REASON_TEXT_TOO_LONG",
        "COMMENT_CONTENT_BLANK",
        "COMMENT_TOO_LONG",
        "COMMENT_REPORTED_CANNOT_EDIT",
        "FOLLOW_SELF_NOT_ALLOWED",
        "FOLLOW_UNFOLLOW_SELF_NOT_ALLOWED",
        "GROUP_NAME_REQUIRED",
        "GROUP_NAME_TOO_LONG",
        "MEMO_TOO_LONG",
        "INVALID_UPLOAD_TYPE",
        "INVALID_USER_ID",
        "INVALID_FILE_EXTENSION",
        "INVALID_IMAGE_DATA",
    ]),
    (401, &[
        "AUTH_REQUIRED",
        "INVALID_OAUTH_TOKEN",
        "INVALID_REFRESH_TOKEN",
    ]),
    (403, &[
        "MAIL_NOT_VERIFIED",
        "DORMANT_USER",
        "DELETED_USER",
        "USER_SUSPENDED",
        "INVALID_POST_OWNER",
        "NOT_COMMENT_OWNER",
        "UNAUTHORIZED_GROUP_UPDATE",
        "UNAUTHORIZED_GROUP_DELETE",
        "UNAUTHORIZED_FAVORITE_UPDATE",
        "UNAUTHORIZED_FAVORITE_DELETE",
        "UNAUTHORIZED_IMAGE_UPLOAD",
        "UNAUTHORIZED_IMAGE_DELETE",
        "UPLOAD_URL_INVALID",
    ]),
    (404, &[
        "ROUTE_NOT_FOUND",
        "RESET_TOKEN_NOT_FOUND",
        "USER_NOT_FOUND",
        "SESSION_NOT_FOUND",
        "EXPORT_NOT_FOUND",
        "SANCTION_NOT_FOUND",
        "POST_NOT_FOUND",
        "LIKE_NOT_POST",
        "COMMENT_NOT_FOUND",
        "FOLLOW_NOT_EXIST",
        "GROUP_NOT_FOUND",
        "GROUP_ALREADY_DELETE",
        "FAVORITE_NOT_FOUND",
        "PLACE_NOT_FOUND",
        "NOTIFICATION_NOT_FOUND",
        "IMAGE_NOT_FOUND",
    ]),
    (405, &[
        "METHOD_NOT_ALLOWED",
    ]),
    (409, &[
        "EMAIL_ALREADY_EXISTED",
        "NICKNAME_ALREADY_EXISTED",
        "ALREADY_SIGNED_UP_NOT_VERIFIED_YET",
        "NICKNAME_UPDATE_COOLDOWN",
        "EXPORT_NOT_READY",
        "APPEAL_ALREADY_EXISTS",
        "APPEAL_CLOSED",
        "ALREADY_REPORTED_POST",
        "ALREADY_REPORTED_COMMENT",
        "FOLLOW_ALREADY_EXISTS",
        "GROUP_ALREADY_EXIST",
        "GROUP_LIMIT_REACHED",
        "FAVORITE_ALREADY_EXISTS",
        "FAVORITE_LIMIT_REACHED",
        "IMAGE_IN_USE",
    ]),
    (413, &[
        "PAYLOAD_TOO_LARGE",
    ]),
    (429, &[
        "RATE_LIMITED",
    ]),
    (500, &[
        "INTERNAL_SERVER_ERROR",
    ]),
    (502, &[
        "OAUTH_UPSTREAM_ERROR",
    ]),
    (503, &[
        "SERVICE_UNAVAILABLE",
        "DB_CONNECTION_FAILED",
        "SEARCH_UNAVAILABLE",
    ]),
];

#[test]
fn ec_every_code_has_the_status_of_the_contract() {
    let contract: BTreeMap<&str, u16> =
        CONTRACT.iter().flat_map(|(status, codes)| codes.iter().map(|code| (*code, *status))).collect();
    let ours: BTreeMap<&str, u16> = Code::ALL.iter().map(|code| (code.as_str(), standing(*code).0.as_u16())).collect();
    assert_eq!(ours, contract);
}

#[test]
fn h15_every_text_can_be_shown() {
    for code in Code::ALL {
        let text = standing(*code).1;
        assert!(text.chars().any(|c| ('가'..='힣').contains(&c)), "{code}: not Korean");
        assert!(text.ends_with('.'), "{code}: one tone, whole sentences");
        assert_eq!(text.contains("로그인"), *code == Code::AuthRequired, "{code}: {text}");
        assert!(!text.contains("401"), "{code}: {text}");
    }
    assert!(!standing(Code::RateLimited).1.contains(|c: char| c.is_ascii_digit()), "names no number");
}
