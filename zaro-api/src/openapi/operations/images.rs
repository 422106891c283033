//! Uploads and the local image store (I1 to I8).

use serde_json::{Value, json};
use zaro_core::Code as C;
use zaro_core::policy::account::WhileSuspended;

use crate::openapi::operation::{Operation, delete, get, put};
use crate::openapi::parameter::{needed, query, segment};
use crate::openapi::payload::{nothing, one};
use crate::openapi::value::{binary, text, word};
use crate::views::PresignedUrl;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        get("/api/presigned-url", "presign", "Get an address for uploading one image", "I1 to I3, F18")
            .note("A GET that grants something: treated as a write.")
            .with(needed("type", kind(), ""))
            .with(needed("ext", json!({ "type": "string", "pattern": "^([jJ][pP][eE]?[gG]|[pP][nN][gG]|[wW][eE][bB][pP])$" }), "jpg, jpeg, png or webp, in any case"))
            .with(query("userId", json!({ "type": "integer", "format": "int64" }), "mandatory for profile, must be the caller"))
            .writes(WhileSuspended::Refused)
            .ok("Address and key", one::<PresignedUrl>())
            .refuses(&[C::InvalidUploadType, C::InvalidFileExtension, C::InvalidUserId, C::UnauthorizedImageUpload, C::RateLimited]),
        delete("/api/image", "deleteImage", "Delete an own, unused upload", "I6")
            .with(needed("key", json!({ "type": "string", "pattern": "^/?images/(profile/[0-9]+-|post/)[0-9a-fA-F-]{36}\\.(jpg|jpeg|png|webp)$" }), "with or without leading slash"))
            .writes(WhileSuspended::Allowed)
            .ok("Deleted", nothing())
            .refuses(&[C::InvalidRequest, C::UnauthorizedImageDelete, C::ImageInUse]),
        get("/media/images/{kind}/{file}", "getMedia", "An image of the local store", "I5")
            .note("Exists only while images are stored locally.")
            .with(segment("kind", kind(), ""))
            .with(segment("file", text(), ""))
            .file("Bytes", "image/*", binary())
            .header("Cache-Control", "", &text())
            .header("X-Content-Type-Options", "", &json!({ "type": "string", "const": "nosniff" }))
            .refuses(&[C::ImageNotFound]),
        put("/media/images/{kind}/{file}", "putMedia", "Upload to the local store", "I2, I3, I5")
            .note("Exists only while images are stored locally. The body is the image, Content-Type as granted.")
            .with(segment("kind", kind(), ""))
            .with(segment("file", text(), ""))
            .with(needed("expires", text(), ""))
            .with(needed("signature", text(), ""))
            .takes_file(&["image/jpeg", "image/png", "image/webp"])
            .ok("Stored", nothing())
            .refuses(&[C::InvalidImageData, C::UploadUrlInvalid, C::PayloadTooLarge]),
    ]
}

fn kind() -> Value {
    word(["profile", "post"])
}
