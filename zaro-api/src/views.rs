//! What goes over the wire, name by name as `openapi.yaml` has it.

mod comment;
mod export;
mod front;
mod notification;
mod place;
mod post;
mod profile;
mod report;
mod sanction;
mod search;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use zaro_core::models::session::Session;
use zaro_core::models::user::{ProfilePatch, User};
use zaro_core::service::account::SignedUp;
use zaro_core::service::image::Grant;
use zaro_core::service::session::SignedIn;
use zaro_core::types::{Gender, Mbti, Provider, Status, Time, UserId};

pub use comment::{CommentPage, CommentView};
pub use export::ExportJob;
pub use front::{HomePosts, RankedPosts};
pub use notification::NotificationView;
pub use place::{FavoriteAddResult, FavoriteView, GroupView, PlaceDetail, PlaceList};
pub use post::{PostCursorPage, PostDetail, PostListing, PostPage};
pub use profile::{FollowUser, UserComment, UserPage, UserPost, UserProfile};
pub use report::ReportResult;
pub use sanction::{AppealView, SanctionView};
pub use search::{SearchPage, Suggestion};

/// A profile picture as clients expect it: an absolute address, or "/" and the key (S5, F17).
pub fn profile_image(stored: Option<&str>) -> Option<String> {
    stored.map(|key| if key.starts_with("http://") { key.to_owned() } else { format!("/{key}") })
}

/// `SignUpResult`.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignUpResult {
    id: UserId,
    email: String,
    nickname: String,
}

impl From<SignedUp> for SignUpResult {
    fn from(made: SignedUp) -> Self {
        Self { id: made.id, email: made.email, nickname: made.nickname }
    }
}

/// `SignInResult`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignInResult {
    access_token: String,
    refresh_token: String,
    user_id: UserId,
    email: String,
    nickname: String,
    profile_image: Option<String>,
    provider: Provider,
}

impl From<SignedIn> for SignInResult {
    fn from(SignedIn { access, refresh, user }: SignedIn) -> Self {
        Self {
            access_token: access,
            refresh_token: refresh,
            user_id: user.id,
            profile_image: profile_image(user.profile_image.as_deref()),
            email: user.email,
            nickname: user.nickname,
            provider: user.provider,
        }
    }
}

/// `RefreshResult`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefreshResult {
    /// New access token of the same session.
    pub access_token: String,
}

/// `EmailEcho`.
#[derive(Debug, Serialize, ToSchema)]
pub struct EmailEcho {
    /// As sent.
    pub email: String,
}

/// `UserInfo`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserInfo {
    user_id: UserId,
    email: String,
    nickname: String,
    profile_image: Option<String>,
    #[serde(flatten)]
    profile: ProfileData,
    created_at: Time,
    updated_at: Time,
    last_login_at: Time,
    provider: Provider,
    is_validated: bool,
    status: Status,
}

impl From<User> for UserInfo {
    fn from(user: User) -> Self {
        Self {
            user_id: user.id,
            profile_image: profile_image(user.profile_image.as_deref()),
            email: user.email,
            nickname: user.nickname,
            profile: ProfileData {
                birthday: user.birthday,
                live_alone_date: user.live_alone_date,
                gender: user.gender,
                mbti: user.mbti,
            },
            created_at: user.created_at,
            updated_at: user.updated_at,
            // Whoever holds a token has signed in; an import may not tell when.
            last_login_at: user.last_login_at.unwrap_or(user.created_at),
            provider: user.provider,
            is_validated: user.status != Status::Pending,
            status: user.status,
        }
    }
}

/// `ProfileData`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProfileData {
    birthday: Option<NaiveDate>,
    live_alone_date: Option<NaiveDate>,
    gender: Option<Gender>,
    #[schema(value_type = Option<Mbti>)]
    mbti: Option<String>,
}

impl From<ProfilePatch> for ProfileData {
    fn from(stored: ProfilePatch) -> Self {
        Self {
            birthday: stored.birthday,
            live_alone_date: stored.live_alone_date,
            gender: stored.gender,
            mbti: stored.mbti,
        }
    }
}

/// `UpdateNicknameResult`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateNicknameResult {
    /// The new one.
    pub nickname: String,
    /// Seoul date from which it can be changed again.
    pub next_available_change_date: NaiveDate,
}

/// `UpdateProfileImageResult`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateProfileImageResult {
    /// As every later answer gives it.
    pub profile_image: Option<String>,
}

/// `PresignedUrl`.
#[derive(Debug, Serialize, ToSchema)]
pub struct PresignedUrl {
    #[schema(format = "uri")]
    url: String,
    key: String,
}

impl From<Grant> for PresignedUrl {
    fn from(Grant { url, key }: Grant) -> Self {
        Self { url, key: key.to_string() }
    }
}

/// `Session`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Session)]
pub struct SessionView {
    session_id: String,
    current: bool,
    user_agent: Option<String>,
    created_at: Time,
    last_used_at: Time,
    expires_at: Time,
}

impl SessionView {
    /// A live session, as seen from the session `current`.
    pub fn new(session: Session, current: &str) -> Self {
        Self {
            current: session.id == current,
            session_id: session.id,
            user_agent: session.user_agent,
            created_at: session.created_at,
            last_used_at: session.last_used_at,
            expires_at: session.expires_at,
        }
    }
}

/// `RevokedSessions`.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevokedSessions {
    /// How many ended.
    pub revoked: usize,
}
