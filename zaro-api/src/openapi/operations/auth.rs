//! Signing up and in, mailed links, tokens (A, K, T, V, R).

use serde_json::{Value, json};
use zaro_core::Code as C;

use crate::openapi::operation::{Operation, get, post};
use crate::openapi::parameter::query;
use crate::openapi::payload::{nothing, one};
use crate::openapi::value::{email, fields, new_password, nickname, text};
use crate::views::{EmailEcho, RefreshResult, SignInResult, SignUpResult};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        post("/api/auth/signup", "signUp", "Create a LOCAL member in PENDING and mail a verification link", "A1 to A7, H7")
            .note("409 ALREADY_SIGNED_UP_NOT_VERIFIED_YET is an answer with an effect: a new working link has been mailed and the password replaced (A6).")
            .takes("SignUpRequest", sign_up())
            .answers(201, "Created; no session is opened", one::<SignUpResult>())
            .refuses(&[C::EmailRequired, C::InvalidEmailFormat, C::PasswordRequired, C::InvalidPasswordFormat, C::NicknameRequired, C::InvalidNicknameFormat, C::AlreadySignedUpNotVerifiedYet, C::EmailAlreadyExisted, C::NicknameAlreadyExisted, C::RateLimited]),
        post("/api/auth/signin", "signIn", "Sign in with e-mail and password", "A8 to A11, T2")
            .note("PENDING members may sign in; DORMANT ones wake up.")
            .takes("SignInRequest", sign_in())
            .ok("Tokens of a new session", one::<SignInResult>())
            .refuses(&[C::EmailRequired, C::PasswordRequired, C::IncorrectPassword, C::UserAlreadyDeleted, C::RateLimited]),
        post("/api/auth/signin/kakao", "signInKakao", "Sign in or register with a Kakao access token", "K1 to K6")
            .takes("KakaoSignInRequest", kakao_sign_in())
            .ok("Tokens of a new session", one::<SignInResult>())
            .refuses(&[C::UserAlreadyDeleted, C::InvalidOauthToken, C::EmailAlreadyExisted, C::RateLimited, C::OauthUpstreamError]),
        post("/api/auth/refresh", "refreshAccessToken", "Get a new access token for the session of the refresh token", "T3, T4")
            .note("No body. The refresh token travels in Authorization, with or without \"Bearer \".")
            .ok("New access token; the refresh token stays the same and stays valid", one::<RefreshResult>())
            .refuses(&[C::InvalidRefreshToken, C::RateLimited]),
        post("/api/auth/signout", "signOut", "End the session of the access token", "T8")
            .ok("Always, whatever the token", nothing()),
        get("/api/auth/email/verify", "verifyEmail", "Target of the link in the verification mail", "V1 to V4")
            .with(query("token", text(), "from the mail; missing or unknown leads to status=error"))
            .redirects("To <frontend>/login, or /login?status=expired, already-verified or error"),
        post("/api/auth/email/resend", "resendVerification", "Mail a new verification link", "V5, V6")
            .takes("EmailRequest", address())
            .ok("The same for every address; message is shown to the user", nothing())
            .refuses(&[C::EmailRequired, C::InvalidEmailFormat, C::RateLimited]),
        post("/api/auth/email/password", "requestPasswordReset", "Mail a password-reset link", "R1, R2")
            .takes("EmailRequest", address())
            .ok("The same for every address; message is shown to the user", one::<EmailEcho>())
            .refuses(&[C::EmailRequired, C::InvalidEmailFormat, C::RateLimited]),
        post("/api/auth/password-reset", "resetPassword", "Set a new password with a mailed link", "R3, A4")
            .takes("PasswordResetRequest", password_reset())
            .ok("Changed; all sessions ended; message is shown to the user", nothing())
            .refuses(&[C::PasswordRequired, C::InvalidPasswordFormat, C::ResetTokenAlreadyUsed, C::ResetTokenExpired, C::ResetTokenNotFound]),
    ]
}

fn sign_up() -> Value {
    let members = json!({ "email": email(), "password": new_password(), "nickname": nickname() });
    fields(&["email", "password", "nickname"], members)
}

fn sign_in() -> Value {
    fields(&["email", "password"], json!({ "email": text(), "password": text() }))
}

fn kakao_sign_in() -> Value {
    let token = json!({ "type": "string", "minLength": 1, "description": "access token given out by Kakao" });
    fields(&["accessToken"], json!({ "accessToken": token }))
}

fn address() -> Value {
    fields(&["email"], json!({ "email": email() }))
}

fn password_reset() -> Value {
    fields(&["token", "newPassword"], json!({ "token": text(), "newPassword": new_password() }))
}
