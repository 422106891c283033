//! What can go wrong: a refusal with a wire code, or a part that failed.
//!
//! A source stands either in `source()` or in the text, never in both; the whole chain is logged once, at the boundary.

use crate::types::Time;
use crate::types::text_enum::text_enum;

text_enum! {
    /// Every code of the wire contract (RULES section EC). Status and text are the API's business.
    Code {
        /// The request cannot be read, a value is missing, of the wrong JSON type or out of range, and no code of its own exists (H8).
        InvalidRequest = "INVALID_REQUEST",
        /// A path or query value is not of its declared type.
        TypeMismatch = "TYPE_MISMATCH",
        /// Gender, MBTI, report reason or visibility not in its list.
        InvalidEnum = "INVALID_ENUM",
        /// No usable access token where one is required (H11, N10).
        AuthRequired = "AUTH_REQUIRED",
        /// No such route.
        RouteNotFound = "ROUTE_NOT_FOUND",
        /// Route exists, method does not.
        MethodNotAllowed = "METHOD_NOT_ALLOWED",
        /// Body over 1 MiB, image over 10 MiB.
        PayloadTooLarge = "PAYLOAD_TOO_LARGE",
        /// Section RL; `Retry-After` says when.
        RateLimited = "RATE_LIMITED",
        /// Anything unforeseen.
        InternalServerError = "INTERNAL_SERVER_ERROR",
        /// Database away, maintenance, hashing pool full, time-out.
        ServiceUnavailable = "SERVICE_UNAVAILABLE",
        /// `/health/db` only.
        DbConnectionFailed = "DB_CONNECTION_FAILED",
        /// E-mail missing or blank.
        EmailRequired = "EMAIL_REQUIRED",
        /// A2.
        InvalidEmailFormat = "INVALID_EMAIL_FORMAT",
        /// A5, K3: e-mail held by a member.
        EmailAlreadyExisted = "EMAIL_ALREADY_EXISTED",
        /// Password or new password missing or blank.
        PasswordRequired = "PASSWORD_REQUIRED",
        /// A4.
        InvalidPasswordFormat = "INVALID_PASSWORD_FORMAT",
        /// Nickname missing or blank at sign-up.
        NicknameRequired = "NICKNAME_REQUIRED",
        /// A3.
        InvalidNicknameFormat = "INVALID_NICKNAME_FORMAT",
        /// A5, S2: nickname held or reserved.
        NicknameAlreadyExisted = "NICKNAME_ALREADY_EXISTED",
        /// A6.
        AlreadySignedUpNotVerifiedYet = "ALREADY_SIGNED_UP_NOT_VERIFIED_YET",
        /// A8.
        IncorrectPassword = "INCORRECT_PASSWORD",
        /// A8, K2: right credentials of a withdrawn account; L8: lost race.
        UserAlreadyDeleted = "USER_ALREADY_DELETED",
        /// K1: Kakao refuses the token, or it belongs to another app.
        InvalidOauthToken = "INVALID_OAUTH_TOKEN",
        /// K1: Kakao does not answer properly.
        OauthUpstreamError = "OAUTH_UPSTREAM_ERROR",
        /// T4.
        InvalidRefreshToken = "INVALID_REFRESH_TOKEN",
        /// R3.
        ResetTokenNotFound = "RESET_TOKEN_NOT_FOUND",
        /// R3.
        ResetTokenAlreadyUsed = "RESET_TOKEN_ALREADY_USED",
        /// R3: older than 30 minutes or replaced.
        ResetTokenExpired = "RESET_TOKEN_EXPIRED",
        /// H12: PENDING.
        MailNotVerified = "MAIL_NOT_VERIFIED",
        /// H12: became DORMANT meanwhile.
        DormantUser = "DORMANT_USER",
        /// H12: became DELETED meanwhile.
        DeletedUser = "DELETED_USER",
        /// H12, Z2.
        UserSuspended = "USER_SUSPENDED",
        /// PF1, FO1, FO2, FO3, FV1: the member asked about does not exist for the caller.
        UserNotFound = "USER_NOT_FOUND",
        /// S4.
        CurrentPasswordRequired = "CURRENT_PASSWORD_REQUIRED",
        /// S4.
        CurrentPasswordWrong = "CURRENT_PASSWORD_WRONG",
        /// S4.
        CurrentPasswordEqualsNewPassword = "CURRENT_PASSWORD_EQUALS_NEW_PASSWORD",
        /// S2.
        NewNicknameRequired = "NEW_NICKNAME_REQUIRED",
        /// S2.
        NewNicknameEqualsOriginalNickname = "NEW_NICKNAME_EQUALS_ORIGINAL_NICKNAME",
        /// S2.
        NicknameUpdateCooldown = "NICKNAME_UPDATE_COOLDOWN",
        /// S5.
        InvalidProfileImage = "INVALID_PROFILE_IMAGE",
        /// T9.
        SessionNotFound = "SESSION_NOT_FOUND",
        /// E2.
        ExportNotFound = "EXPORT_NOT_FOUND",
        /// E2.
        ExportNotReady = "EXPORT_NOT_READY",
        /// Z4.
        SanctionNotFound = "SANCTION_NOT_FOUND",
        /// Z4.
        AppealAlreadyExists = "APPEAL_ALREADY_EXISTS",
        /// Z4: lifted already, or ended more than 30 days ago.
        AppealClosed = "APPEAL_CLOSED",
        /// FC.
        AppealTextRequired = "APPEAL_TEXT_REQUIRED",
        /// FC: over 1,000 characters.
        AppealTextTooLong = "APPEAL_TEXT_TOO_LONG",
        /// FC.
        TitleRequired = "TITLE_REQUIRED",
        /// FC: over 255 characters.
        TitleTooLong = "TITLE_TOO_LONG",
        /// FC.
        ContentRequired = "CONTENT_REQUIRED",
        /// FC: over 65,535 bytes.
        ContentTooLong = "CONTENT_TOO_LONG",
        /// Unknown or missing board; tag filter without board (P8).
        InvalidCategory = "INVALID_CATEGORY",
        /// Unknown or missing tag.
        InvalidTag = "INVALID_TAG",
        /// P2, P8.
        InvalidTagForCategory = "INVALID_TAG_FOR_CATEGORY",
        /// P2.
        ImageRequiredForRandomBuy = "IMAGE_REQUIRED_FOR_RANDOM_BUY",
        /// P2.
        ThumbnailNotInImageList = "THUMBNAIL_NOT_IN_IMAGE_LIST",
        /// Post absent, deleted or hidden.
        PostNotFound = "POST_NOT_FOUND",
        /// P10, P11.
        InvalidPostOwner = "INVALID_POST_OWNER",
        /// LK2.
        AlreadyLiked = "ALREADY_LIKED",
        /// LK2.
        LikeNotPost = "LIKE_NOT_POST",
        /// Q1.
        SearchKeywordRequired = "SEARCH_KEYWORD_REQUIRED",
        /// Q11.
        SearchUnavailable = "SEARCH_UNAVAILABLE",
        /// RP1.
        AlreadyReportedPost = "ALREADY_REPORTED_POST",
        /// RP1.
        CannotReportOwnPost = "CANNOT_REPORT_OWN_POST",
        /// RP1.
        AlreadyReportedComment = "ALREADY_REPORTED_COMMENT",
        /// RP1.
        CannotReportOwnComment = "CANNOT_REPORT_OWN_COMMENT",
        /// FC.
        ReasonTypeRequired = "REASON_TYPE_REQUIRED",
        /// FC.
        ReasonTextRequiredForEtc = "REASON_TEXT_REQUIRED_FOR_ETC",
        /// FC: over 255 characters.
        ReasonTextTooLong = "REASON_TEXT_TOO_LONG",
        /// Comment absent or deleted; hidden, when reporting; on a post that is not visible, when editing.
        CommentNotFound = "COMMENT_NOT_FOUND",
        /// C2.
        CommentContentBlank = "COMMENT_CONTENT_BLANK",
        /// C2.
        CommentTooLong = "COMMENT_TOO_LONG",
        /// C7.
        NotCommentOwner = "NOT_COMMENT_OWNER",
        /// C7.
        CommentReportedCannotEdit = "COMMENT_REPORTED_CANNOT_EDIT",
        /// FO1.
        FollowSelfNotAllowed = "FOLLOW_SELF_NOT_ALLOWED",
        /// FO1.
        FollowAlreadyExists = "FOLLOW_ALREADY_EXISTS",
        /// FO2.
        FollowUnfollowSelfNotAllowed = "FOLLOW_UNFOLLOW_SELF_NOT_ALLOWED",
        /// FO2.
        FollowNotExist = "FOLLOW_NOT_EXIST",
        /// FV4 to FV7.
        GroupNotFound = "GROUP_NOT_FOUND",
        /// FV5.
        GroupAlreadyDelete = "GROUP_ALREADY_DELETE",
        /// FV3.
        GroupAlreadyExist = "GROUP_ALREADY_EXIST",
        /// FV3, FV4.
        GroupNameRequired = "GROUP_NAME_REQUIRED",
        /// FV3.
        GroupNameTooLong = "GROUP_NAME_TOO_LONG",
        /// FV2.
        GroupLimitReached = "GROUP_LIMIT_REACHED",
        /// FV4, FV7.
        UnauthorizedGroupUpdate = "UNAUTHORIZED_GROUP_UPDATE",
        /// FV5.
        UnauthorizedGroupDelete = "UNAUTHORIZED_GROUP_DELETE",
        /// FV7.
        FavoriteAlreadyExists = "FAVORITE_ALREADY_EXISTS",
        /// FV10, FV11.
        FavoriteNotFound = "FAVORITE_NOT_FOUND",
        /// FV2.
        FavoriteLimitReached = "FAVORITE_LIMIT_REACHED",
        /// FV10.
        UnauthorizedFavoriteUpdate = "UNAUTHORIZED_FAVORITE_UPDATE",
        /// FV11.
        UnauthorizedFavoriteDelete = "UNAUTHORIZED_FAVORITE_DELETE",
        /// FC: over 255 characters.
        MemoTooLong = "MEMO_TOO_LONG",
        /// FV13, FV15.
        PlaceNotFound = "PLACE_NOT_FOUND",
        /// N5.
        NotificationNotFound = "NOTIFICATION_NOT_FOUND",
        /// I1.
        InvalidUploadType = "INVALID_UPLOAD_TYPE",
        /// I1: profile without userId.
        InvalidUserId = "INVALID_USER_ID",
        /// I1.
        InvalidFileExtension = "INVALID_FILE_EXTENSION",
        /// I1.
        UnauthorizedImageUpload = "UNAUTHORIZED_IMAGE_UPLOAD",
        /// I6.
        UnauthorizedImageDelete = "UNAUTHORIZED_IMAGE_DELETE",
        /// I6.
        ImageInUse = "IMAGE_IN_USE",
        /// I5.
        ImageNotFound = "IMAGE_NOT_FOUND",
        /// I5.
        UploadUrlInvalid = "UPLOAD_URL_INVALID",
        /// I3.
        InvalidImageData = "INVALID_IMAGE_DATA",
    }
}

/// A request field at fault, by its name in the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Name as in the request.
    pub field: &'static str,
    /// What is wrong with it.
    pub code: Code,
}

/// A request that was understood and is not granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The top-level code: that of the first field at fault, where fields are.
    pub code: Code,
    /// All fields at fault, in the order of the request schema (H7).
    pub fields: Vec<FieldError>,
    /// Whole seconds after which trying again makes sense (429 and 503).
    pub retry_after: Option<u64>,
    /// A Seoul date that the text names (S2).
    pub date: Option<chrono::NaiveDate>,
}

/// What somebody else did meanwhile to what an operator was about to act on.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Conflict {
    /// What it is, e.g. `report 7`.
    pub what: String,
    /// What was done, e.g. `accepted`.
    pub done: &'static str,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Option<Time>,
}

impl std::fmt::Display for Conflict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { what, done, by, at } = self;
        write!(f, "{what} was {done} by {by} meanwhile")?;
        at.map_or(Ok(()), |at| write!(f, " ({at})"))
    }
}

/// Any failure of a service.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller gets this code.
    #[error("refused with {}", .0.code)]
    Refused(Box<Refusal>),
    /// A statement failed.
    #[error("a database statement failed")]
    Database(#[source] diesel::result::Error),
    /// No connection to the database could be had in time.
    #[error("the database cannot be reached")]
    Pool(#[source] r2d2::Error),
    /// A part beside the database did not answer; trying again later makes sense.
    #[error("{what} is not available: {why}")]
    Unavailable {
        /// Which part.
        what: &'static str,
        /// Its own words.
        why: String,
    },
    /// The lease was lost to somebody else; nothing more was written (J2).
    #[error("lost the lease `{0}` to another holder")]
    LeaseLost(String),
    /// What was asked for cannot be done as things stand; the text says why and, after `hint:`, what to do.
    #[error("{0}")]
    Precondition(String),
    /// Somebody else was faster.
    #[error("{0}")]
    Conflict(Box<Conflict>),
    /// Something that should not happen.
    #[error("{0}")]
    Internal(String),
}

/// The result of nearly everything here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A refusal for the limit that is used up; `seconds` until the next try makes sense.
    pub fn rate_limited(seconds: u64) -> Self {
        Self::Refused(Box::new(Refusal { retry_after: Some(seconds.max(1)), ..Refusal::from(Code::RateLimited) }))
    }

    /// A refusal for the fields at fault; the first one gives the top-level code.
    ///
    /// Without any field this is `INVALID_REQUEST`.
    pub fn fields(fields: Vec<FieldError>) -> Self {
        let code = fields.first().map_or(Code::InvalidRequest, |first| first.code);
        Self::Refused(Box::new(Refusal { fields, ..Refusal::from(code) }))
    }

    /// The wire code that this failure becomes.
    pub fn code(&self) -> Code {
        match self {
            Self::Refused(refusal) => refusal.code,
            Self::Pool(_) | Self::Unavailable { .. } => Code::ServiceUnavailable,
            Self::Database(error) if is_connection_trouble(error) => Code::ServiceUnavailable,
            Self::Precondition(_) | Self::Conflict(_) => Code::InvalidRequest,
            Self::Database(_) | Self::LeaseLost(_) | Self::Internal(_) => Code::InternalServerError,
        }
    }
}

/// Whether the database was away or busy, so that the same statement may succeed later.
fn is_connection_trouble(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind, Error as Diesel};
    match error {
        Diesel::BrokenTransactionManager | Diesel::DatabaseError(DatabaseErrorKind::ClosedConnection, _) => true,
        Diesel::DatabaseError(_, info) => {
            let text = info.message();
            // SQLite says so when another process holds the write lock beyond our patience; MySQL on a lost link.
            text.contains("database is locked") || text.contains("gone away") || text.contains("Lost connection")
        }
        _ => false,
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self { code, fields: Vec::new(), retry_after: None, date: None }
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::Refused(Box::new(code.into()))
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error)
    }
}

impl From<r2d2::Error> for Error {
    fn from(error: r2d2::Error) -> Self {
        Self::Pool(error)
    }
}
