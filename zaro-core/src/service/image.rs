//! Uploads: granting, receiving, serving, removing, and the profile picture (I1 to I6, S5).

use serde::Deserialize;

use crate::context::Context;
use crate::db::Connection;
use crate::error::{Code, Error, FieldError, Result};
use crate::models::image::{self, Image, NewImage};
use crate::models::user;
use crate::policy::account::WhileSuspended;
use crate::policy::field::Input;
use crate::policy::upload::{self, GRANT_LIFETIME, ImageKey, MAX_BYTES, UploadQuery};
use crate::ports::ObjectStore as _;
use crate::secrets::random;
use crate::service::account::take;
use crate::service::actor::require_active;
use crate::types::{ImageState, UserId};

/// An address for one upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Absolute, for one PUT.
    pub url: String,
    /// What the image is called from now on.
    pub key: ImageKey,
}

/// An upload address as it came back with the PUT.
#[derive(Clone, Copy, Debug)]
pub struct UploadAddress<'a> {
    /// The path below `/media/`.
    pub key: &'a str,
    /// `Content-Type`.
    pub content_type: &'a str,
    /// Unix seconds.
    pub expires: &'a str,
    /// Over all of these.
    pub signature: &'a str,
}

/// Proof that an upload was granted and not made yet; only [`admit`] makes one.
#[derive(Debug)]
pub struct Admitted {
    key: ImageKey,
}

/// Body of a change of picture.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProfileImageDraft {
    /// Key of the grant, with or without a leading slash; null or blank clears.
    pub profile_image: Input,
}

/// I1: grants one upload.
pub fn grant(ctx: &Context, caller: UserId, query: &UploadQuery) -> Result<Grant> {
    let now = ctx.now();
    take(ctx, &format!("uploads:{caller}"), &[ctx.policy.limits.uploads], now)?;
    let key = query.key(caller, random())?;
    let mime = key.format().mime();
    let url = ctx.objects.presign_put(key.as_str(), mime, now, GRANT_LIFETIME)?;
    let row = NewImage {
        image_key: key.to_string(),
        owner_id: Some(caller),
        kind: key.kind(),
        mime,
        state: ImageState::Issued,
        issued_at: now,
        detached_at: Some(now),
    };
    ctx.db.write_tx(|connection| {
        require_active(connection, caller, WhileSuspended::Refused, now)?;
        image::insert(connection, &row)
    })?;
    Ok(Grant { url, key })
}

/// I5: whether an upload may come in; asked before its bytes are read.
///
/// # Errors
/// `UPLOAD_URL_INVALID` for an address that is not ours, too old, or was used before.
pub fn admit(ctx: &Context, address: &UploadAddress<'_>) -> Result<Admitted> {
    let invalid = || Error::from(Code::UploadUrlInvalid);
    let UploadAddress { key, content_type, expires, signature } = *address;
    let media = ctx.media.as_ref().ok_or_else(invalid)?;
    let key = ImageKey::parse(key).ok_or_else(invalid)?;
    if !media.verify_put(key.as_str(), content_type, expires, signature, ctx.now()) {
        return Err(invalid());
    }
    let row = ctx.db.read(|connection| image::find(connection, key.as_str()))?;
    if row.is_some_and(|row| row.state == ImageState::Issued) { Ok(Admitted { key }) } else { Err(invalid()) }
}

/// I3: takes the bytes of an upload in, without what they tell about where and with what the picture was taken.
///
/// Bytes that are refused leave the address as good as it was; of two good uploads the second is refused.
pub fn receive(ctx: &Context, Admitted { key }: Admitted, bytes: &[u8]) -> Result<()> {
    let now = ctx.now();
    let clean = upload::clean(key.format(), bytes)?;
    let length = i64::try_from(clean.len()).unwrap_or(i64::MAX);
    let media = ctx.media.as_ref().ok_or_else(|| Error::from(Code::UploadUrlInvalid))?;
    let staged = media.stage(key.as_str(), &clean)?;
    ctx.db.write_tx(|connection| {
        if !image::store(connection, key.as_str(), length, now)? {
            return Err(Code::UploadUrlInvalid.into());
        }
        // A rename inside the transaction: a stored row without its file would be worse than a file without its row,
        // which the next PUT replaces.
        staged.publish()
    })
}

/// I5: the bytes of an image of the local store.
///
/// # Errors
/// `IMAGE_NOT_FOUND` for everything else.
pub fn serve(ctx: &Context, key: &ImageKey) -> Result<Vec<u8>> {
    let found = match &ctx.media {
        Some(media) => media.load(key.as_str())?,
        None => None,
    };
    found.ok_or_else(|| Code::ImageNotFound.into())
}

/// I6: removes an own upload that nothing uses.
pub fn delete(ctx: &Context, caller: UserId, key: &str) -> Result<()> {
    let now = ctx.now();
    let key = ctx.db.write_tx(|connection| {
        let user = require_active(connection, caller, WhileSuspended::Allowed, now)?;
        let key = ImageKey::parse_lenient(key).ok_or_else(|| Error::from(Code::InvalidRequest))?;
        usable_by(connection, caller, &key)?.ok_or_else(|| Error::from(Code::UnauthorizedImageDelete))?;
        let is_picture = user.profile_image.as_deref() == Some(key.as_str());
        if is_picture || !image::reject(connection, key.as_str())? {
            return Err(Code::ImageInUse.into());
        }
        Ok(key)
    })?;
    remove_rejected(ctx, &key);
    Ok(())
}

/// S5: sets or clears the profile picture; returns it as stored.
pub fn set_profile_image(ctx: &Context, caller: UserId, draft: &ProfileImageDraft) -> Result<Option<String>> {
    let now = ctx.now();
    let wanted = wanted_picture(draft, caller)?;
    if let Some(key) = &wanted {
        confirm_picture(ctx, caller, key)?;
    }
    let wanted = wanted.as_ref().map(ImageKey::as_str);
    let replaced = ctx.db.write_tx(|connection| {
        let user = require_active(connection, caller, WhileSuspended::Refused, now)?;
        if let Some(key) = wanted
            && !image::attach(connection, key)?
        {
            // Removed since it was looked at.
            return Err(invalid_picture());
        }
        user::set_profile_image(connection, caller, wanted, now)?;
        // A picture at Kakao is no key of ours, and an imported one may be shared with another member.
        let old = user.profile_image.filter(|old| Some(old.as_str()) != wanted).and_then(|old| ImageKey::parse(&old));
        let Some(old) = old else { return Ok(None) };
        let own = usable_by(connection, caller, &old)?.is_some();
        if own {
            image::detach(connection, old.as_str(), now)?;
        }
        Ok(own.then_some(old))
    })?;
    if let Some(old) = replaced {
        // The picture is changed already; what cannot be tidied up now is done at night.
        discard(ctx, &old).unwrap_or_else(|error| left_over(&old, &error));
    }
    Ok(wanted.map(str::to_owned))
}

/// The key that a member wants as picture: their own (S5); none to clear (FC).
fn wanted_picture(draft: &ProfileImageDraft, caller: UserId) -> Result<Option<ImageKey>> {
    match &draft.profile_image {
        Input::Absent => Ok(None),
        Input::Wrong => Err(at_fault(Code::InvalidRequest)),
        Input::Given(text) if text.trim().is_empty() => Ok(None),
        Input::Given(text) => ImageKey::parse_lenient(text)
            .filter(|key| key.profile_of() == Some(caller))
            .map(Some)
            .ok_or_else(invalid_picture),
    }
}

fn at_fault(code: Code) -> Error {
    Error::fields(vec![FieldError { field: "profileImage", code }])
}

fn invalid_picture() -> Error {
    at_fault(Code::InvalidProfileImage)
}

/// I4: the upload was granted to the caller, and its object is there and within the limits, or cannot be asked for.
fn confirm_picture(ctx: &Context, caller: UserId, key: &ImageKey) -> Result<()> {
    ctx.db.read(|connection| usable_by(connection, caller, key))?.ok_or_else(invalid_picture)?;
    let good = match ctx.objects.head(key.as_str()) {
        Ok(Some(object)) => usize::try_from(object.bytes).is_ok_and(|bytes| bytes <= MAX_BYTES),
        Ok(None) => false,
        Err(error) => {
            tracing::warn!(error = %error, image.key = %key, "an image is accepted unseen");
            true
        }
    };
    if good { Ok(()) } else { Err(invalid_picture()) }
}

/// The upload with this key, if it was granted to this member and is not being removed.
fn usable_by(connection: &mut Connection, member: UserId, key: &ImageKey) -> Result<Option<Image>> {
    let row = image::find(connection, key.as_str())?;
    Ok(row.filter(|row| row.owner_id == Some(member) && row.state != ImageState::Rejected))
}

/// Removes an upload that nothing refers to, object and row; leaves it alone while something does.
///
/// Where the object cannot be removed now, the row stays, detached and out of use, for the nightly collection (I8).
pub fn discard(ctx: &Context, key: &ImageKey) -> Result<()> {
    if ctx.db.write_tx(|connection| image::reject(connection, key.as_str()))? {
        remove_rejected(ctx, key);
    }
    Ok(())
}

/// Removes object and row of an upload that is out of use; a failure is left to the nightly collection.
fn remove_rejected(ctx: &Context, key: &ImageKey) {
    let removed = ctx
        .objects
        .remove(key.as_str())
        .and_then(|()| ctx.db.write_tx(|connection| image::delete_rejected(connection, key.as_str())));
    if let Err(error) = removed {
        left_over(key, &error);
    }
}

fn left_over(key: &ImageKey, error: &Error) {
    tracing::warn!(error = %error, image.key = %key, "an image is left to the nightly collection");
}
