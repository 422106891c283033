//! `/api/auth/…`

mod email;
mod password_reset;
mod refresh;
mod signin;
mod signin_kakao;
mod signout;
mod signup;
