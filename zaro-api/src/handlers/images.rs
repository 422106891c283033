//! Uploads, the local image store and the profile picture (I1 to I6, S5).

use std::future::poll_fn;
use std::pin::pin;

use axum::body::{Body as RawBody, HttpBody as _};
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::IntoResponse;
use zaro_core::policy::account::WhileSuspended;
use zaro_core::policy::upload::{ImageKey, MAX_BYTES, UploadQuery};
use zaro_core::service::image::{self, ProfileImageDraft, UploadAddress};
use zaro_core::types::UserId;
use zaro_core::{Code, Result as CoreResult};

use super::Answer;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::envelope::Success;
use crate::error::ApiError;
use crate::extract::{Body, Params, Path};
use crate::views::{PresignedUrl, UpdateProfileImageResult, profile_image};

/// I5: an image never changes under its key.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// How much of a body that is refused is read and thrown away, in bytes.
///
/// A browser that is still sending when the connection closes reports a network error instead of our answer.
const DRAIN_MAX: usize = 4 * MAX_BYTES;

/// `GET /api/presigned-url` (I1): a GET that grants something, so treated as a write.
pub async fn presign(State(app): State<App>, user: CurrentUser, params: Params) -> Answer<PresignedUrl> {
    let user_id = params.typed("userId")?.map(UserId);
    user.require_active(WhileSuspended::Refused)?;
    let text = |name| params.raw(name).map(str::to_owned);
    let query = UploadQuery { kind: text("type"), extension: text("ext"), user_id };
    let grant = app.blocking(move |ctx| image::grant(ctx, user.id(), &query)).await?;
    Ok(Success::ok("업로드 주소를 만들었습니다.", grant.into()))
}

/// `DELETE /api/image?key=` (I6).
pub async fn delete(State(app): State<App>, user: CurrentUser, params: Params) -> Answer {
    user.require_active(WhileSuspended::Allowed)?;
    let key = params.raw("key").unwrap_or_default().to_owned();
    app.blocking_slow(move |ctx| image::delete(ctx, user.id(), &key)).await?;
    Ok(Success::ok("이미지를 삭제했습니다.", ()))
}

/// `PATCH /api/users/me/profileImage` (S5).
pub async fn change_profile_image(
    State(app): State<App>,
    user: CurrentUser,
    body: Body<ProfileImageDraft>,
) -> Answer<UpdateProfileImageResult> {
    user.require_active(WhileSuspended::Refused)?;
    let draft = body.read()?;
    // It may ask a store on another machine (I4).
    let stored = app.blocking_slow(move |ctx| image::set_profile_image(ctx, user.id(), &draft)).await?;
    let profile_image = profile_image(stored.as_deref());
    Ok(Success::ok("프로필 사진을 바꿨습니다.", UpdateProfileImageResult { profile_image }))
}

/// `GET /media/images/{kind}/{file}` (I5).
pub async fn serve(
    State(app): State<App>,
    Path((kind, file)): Path<(String, String)>,
) -> Result<impl IntoResponse, ApiError> {
    let key = ImageKey::parse(&key_text(&kind, &file)).ok_or(Code::ImageNotFound)?;
    let mime = key.format().mime();
    let bytes = app.blocking(move |ctx| image::serve(ctx, &key)).await?;
    Ok(([(CONTENT_TYPE, mime), (CACHE_CONTROL, FOR_EVER), (X_CONTENT_TYPE_OPTIONS, "nosniff")], bytes))
}

/// `PUT /media/images/{kind}/{file}` (I2, I3, I5): the address is checked before the image is read.
pub async fn receive(
    State(app): State<App>,
    Path((kind, file)): Path<(String, String)>,
    params: Params,
    request: Request,
) -> Answer {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or_default().to_owned();
    let admitted = app
        .blocking(move |ctx| {
            let text = |name| params.raw(name).unwrap_or_default();
            image::admit(
                ctx,
                &UploadAddress {
                    key: &key_text(&kind, &file),
                    content_type: &content_type,
                    expires: text("expires"),
                    signature: text("signature"),
                },
            )
        })
        .await;
    let admitted = match admitted {
        Ok(admitted) => admitted,
        Err(refused) => {
            read(request.into_body(), 0).await.ok();
            return Err(refused);
        }
    };
    let bytes = read(request.into_body(), MAX_BYTES).await?;
    // Writing an image through to the disk takes longer than a query.
    app.blocking_slow(move |ctx| image::receive(ctx, admitted, &bytes)).await?;
    Ok(Success::ok("이미지를 올렸습니다.", ()))
}

/// The key below `/media/`; whether it is one, the core decides.
fn key_text(kind: &str, file: &str) -> String {
    format!("images/{kind}/{file}")
}

/// A body of at most `max` bytes; of a longer one the rest is read, too, within reason, and thrown away.
async fn read(body: RawBody, max: usize) -> CoreResult<Vec<u8>> {
    let mut body = pin!(body);
    let (mut bytes, mut length) = (Vec::new(), 0_usize);
    while let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        let frame = frame.map_err(|_| Code::InvalidRequest)?;
        let Ok(data) = frame.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length <= max {
            bytes.extend_from_slice(&data);
        } else if length <= DRAIN_MAX {
            bytes = Vec::new();
        } else {
            break;
        }
    }
    if length <= max { Ok(bytes) } else { Err(Code::PayloadTooLarge.into()) }
}
