//! The caller's own account (S1 to S6, T9).

use serde_json::{Value, json};
use zaro_core::Code as C;
use zaro_core::policy::account::WhileSuspended;
use zaro_core::types::{Gender, MBTI};

use crate::openapi::operation::{Operation, delete, get, patch};
use crate::openapi::parameter::segment;
use crate::openapi::payload::{list, nothing, one};
use crate::openapi::value::{date, fields, new_password, nickname, optional_text, or_blank, text, word};
use crate::views::{
    ProfileData, RevokedSessions, SessionView, UpdateNicknameResult, UpdateProfileImageResult, UserInfo,
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        get("/api/users/my", "getMe", "Account of the caller", "S1").ok("Account", one::<UserInfo>()),
        patch("/api/users/me/profileImage", "updateProfileImage", "Set or clear the profile picture", "S5, I4")
            .takes("UpdateProfileImageRequest", profile_image())
            .writes(WhileSuspended::Refused)
            .ok("Stored value", one::<UpdateProfileImageResult>())
            .refuses(&[C::InvalidProfileImage]),
        patch("/api/users/me/nickname", "updateNickname", "Change the nickname (once in 14 days)", "S2, A3")
            .takes("UpdateNicknameRequest", new_nickname())
            .writes(WhileSuspended::Refused)
            .ok("New nickname", one::<UpdateNicknameResult>())
            .refuses(&[
                C::NewNicknameRequired,
                C::InvalidNicknameFormat,
                C::NewNicknameEqualsOriginalNickname,
                C::NicknameUpdateCooldown,
                C::NicknameAlreadyExisted,
            ]),
        patch(
            "/api/users/me/profile",
            "updateProfile",
            "Replace birthday, start of living alone, gender and MBTI",
            "S3",
        )
        .takes("UpdateProfileRequest", profile())
        .writes(WhileSuspended::Refused)
        .ok("Stored values", one::<ProfileData>())
        .refuses(&[C::InvalidEnum]),
        patch("/api/users/me/password", "updatePassword", "Change the password", "S4, A4, H13")
            .takes("UpdatePasswordRequest", password())
            .writes(WhileSuspended::Allowed)
            .ok("Changed; other sessions ended", nothing())
            .refuses(&[
                C::CurrentPasswordRequired,
                C::PasswordRequired,
                C::InvalidPasswordFormat,
                C::CurrentPasswordWrong,
                C::CurrentPasswordEqualsNewPassword,
                C::RateLimited,
            ]),
        delete("/api/users/me", "withdraw", "Withdraw the account", "L8, L10")
            .note("The body may be missing.")
            .may_take("WithdrawalRequest", withdrawal())
            .ok("Withdrawn; all sessions ended", nothing())
            .refuses(&[C::UserAlreadyDeleted]),
        get("/api/users/me/sessions", "listSessions", "Live sessions of the caller", "T9")
            .ok("Most recently used first", list::<SessionView>()),
        delete("/api/users/me/sessions", "revokeOtherSessions", "End all sessions but the current one", "T5, T9")
            .ok("How many ended", one::<RevokedSessions>()),
        delete("/api/users/me/sessions/{sessionId}", "revokeSession", "End one own session", "T5, T9")
            .with(segment("sessionId", text(), "sessionId of the list"))
            .ok("Ended", nothing())
            .refuses(&[C::SessionNotFound]),
    ]
}

fn profile_image() -> Value {
    let image = json!({
        "type": ["string", "null"],
        "maxLength": 255,
        "description": "\"/\" + key of the grant; null or absent clears",
    });
    fields(&[], json!({ "profileImage": image }))
}

fn new_nickname() -> Value {
    fields(&["newNickname"], json!({ "newNickname": nickname() }))
}

/// A full replacement: what is absent, null or empty is cleared.
fn profile() -> Value {
    let members = json!({
        "birthday": or_blank(date()),
        "liveAloneDate": or_blank(date()),
        "gender": or_blank(word(Gender::ALL.iter().map(|gender| gender.as_str()))),
        "mbti": or_blank(word(MBTI)),
    });
    fields(&[], members)
}

fn password() -> Value {
    let members = json!({ "currentPassword": text(), "newPassword": new_password() });
    fields(&["currentPassword", "newPassword"], members)
}

fn withdrawal() -> Value {
    fields(&[], json!({ "reason": optional_text() }))
}
