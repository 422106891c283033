//! What may be uploaded, under which key, and what is left of it (I1 to I3).

mod jpeg;
mod png;
mod webp;

use std::fmt;

use chrono::TimeDelta;

use crate::error::Code;
use crate::types::{ImageKind, UserId};

/// I1: how long an upload address holds.
pub const GRANT_LIFETIME: TimeDelta = TimeDelta::minutes(10);
/// I3: longest image, in bytes.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;
/// I3: largest image, in pixels.
pub const MAX_PIXELS: u64 = 50_000_000;
/// Characters of a UUID with its hyphens.
const UUID_LENGTH: usize = 36;

/// The formats that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JPEG.
    Jpeg,
    /// PNG, also animated.
    Png,
    /// WebP, also animated.
    WebP,
}

impl Format {
    /// I2: the content type of an upload and of the answer that serves it.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
        }
    }

    /// The format of an extension in lower case.
    fn of_extension(extension: &str) -> Option<Self> {
        match extension {
            "jpg" | "jpeg" => Some(Self::Jpeg),
            "png" => Some(Self::Png),
            "webp" => Some(Self::WebP),
            _ => None,
        }
    }
}

/// The key of an image: `images/profile/<userId>-<uuid>.<ext>` or `images/post/<uuid>.<ext>`.
///
/// There is no way to make one with `..`, a further slash or a leading slash in it, so it is safe as a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageKey {
    text: String,
    kind: ImageKind,
    owner: Option<UserId>,
    format: Format,
}

impl ImageKey {
    /// Reads a key; nothing when it is not of our form.
    pub fn parse(text: &str) -> Option<Self> {
        let (folder, file) = text.strip_prefix("images/")?.split_once('/')?;
        let (stem, extension) = file.rsplit_once('.')?;
        let format = Format::of_extension(extension)?;
        let (kind, owner, uuid) = match folder {
            "post" => (ImageKind::Post, None, stem),
            "profile" => {
                let (id, uuid) = stem.split_once('-')?;
                // The number's own text only: `007` and `+7` would be further names of one member.
                let owner = id.parse().ok().filter(|number: &i64| number.to_string() == id && *number >= 0)?;
                (ImageKind::Profile, Some(UserId(owner)), uuid)
            }
            _ => return None,
        };
        let good = uuid.len() == UUID_LENGTH && uuid.bytes().all(|c| c.is_ascii_hexdigit() || c == b'-');
        good.then(|| Self { text: text.to_owned(), kind, owner, format })
    }

    /// The same for a key that may come with a leading slash (S5, I6).
    pub fn parse_lenient(text: &str) -> Option<Self> {
        Self::parse(text.strip_prefix('/').unwrap_or(text))
    }

    /// As stored and sent: without a leading slash.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What the image is for.
    pub const fn kind(&self) -> ImageKind {
        self.kind
    }

    /// Whose profile picture it is; nobody's for a picture of a post.
    pub const fn profile_of(&self) -> Option<UserId> {
        self.owner
    }

    /// What its extension says that it is.
    pub const fn format(&self) -> Format {
        self.format
    }
}

impl fmt::Display for ImageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What a member asks to upload, as it came (I1).
#[derive(Clone, Debug, Default)]
pub struct UploadQuery {
    /// `profile` or `post`.
    pub kind: Option<String>,
    /// Extension, in any case.
    pub extension: Option<String>,
    /// Whose profile.
    pub user_id: Option<UserId>,
}

impl UploadQuery {
    /// I1: the key of the upload, made with these random bytes, if the caller may have it.
    pub fn key(&self, caller: UserId, random: [u8; 16]) -> Result<ImageKey, Code> {
        let folder = match self.kind.as_deref() {
            Some("profile") => "profile",
            Some("post") => "post",
            _ => return Err(Code::InvalidUploadType),
        };
        let extension = self.extension.as_deref().map(str::to_ascii_lowercase);
        let extension = extension
            .filter(|extension| Format::of_extension(extension).is_some())
            .ok_or(Code::InvalidFileExtension)?;
        let mut stem = uuid(random);
        if folder == "profile" {
            let owner = self.user_id.ok_or(Code::InvalidUserId)?;
            if owner != caller {
                return Err(Code::UnauthorizedImageUpload);
            }
            stem = format!("{owner}-{stem}");
        }
        let text = format!("images/{folder}/{stem}.{extension}");
        ImageKey::parse(&text).ok_or(Code::InvalidUserId)
    }
}

/// The text of a version 4 UUID over these random bytes (RFC 9562).
fn uuid(mut random: [u8; 16]) -> String {
    random[6] = random[6] & 0x0f | 0x40;
    random[8] = random[8] & 0x3f | 0x80;
    let mut text = String::with_capacity(UUID_LENGTH);
    for (i, byte) in random.iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for digit in [byte >> 4, byte & 0x0f] {
            text.push(char::from_digit(digit.into(), 16).unwrap_or('0'));
        }
    }
    text
}

/// An image without its metadata, and its size.
struct Clean {
    bytes: Vec<u8>,
    width: u32,
    height: u32,
}

/// I3: checks that the bytes are an image of this format within the limits, and leaves out what they tell about where
/// and with what it was taken.
///
/// Walks over the parts of the file by their lengths and never decodes a pixel, so a picture that claims a huge size
/// costs nothing. What is kept is named; what is not named goes, text behind the end of the picture included.
pub fn clean(format: Format, bytes: &[u8]) -> Result<Vec<u8>, Code> {
    if bytes.len() > MAX_BYTES {
        return Err(Code::PayloadTooLarge);
    }
    let found = match format {
        Format::Jpeg => jpeg::clean(bytes),
        Format::Png => png::clean(bytes),
        Format::WebP => webp::clean(bytes),
    };
    let clean = found.ok_or(Code::InvalidImageData)?;
    let pixels = u64::from(clean.width) * u64::from(clean.height);
    if (1..=MAX_PIXELS).contains(&pixels) { Ok(clean.bytes) } else { Err(Code::InvalidImageData) }
}

/// Cuts this many bytes off the front; nothing when there are fewer.
fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(count)?;
    *rest = tail;
    Some(head)
}

/// The same for a known count.
fn take_array<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, tail) = rest.split_first_chunk()?;
    *rest = tail;
    Some(*head)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::pictures as samples;

    const UUID: &str = "0b0e7a52-8b0f-4d8e-9d0c-0f4c6f1a2b3c";

    #[test]
    fn i1_keys_of_our_form_read_back() {
        let profile = ImageKey::parse(&format!("images/profile/7-{UUID}.jpeg")).expect("a key");
        assert_eq!(
            (profile.kind(), profile.profile_of(), profile.format()),
            (ImageKind::Profile, Some(UserId(7)), Format::Jpeg)
        );
        let post = ImageKey::parse_lenient(&format!("/images/post/{UUID}.webp")).expect("a key");
        assert_eq!((post.kind(), post.profile_of()), (ImageKind::Post, None));
        assert_eq!(post.as_str(), format!("images/post/{UUID}.webp"));
    }

    #[test]
    fn i5_nothing_else_is_a_key() {
        for text in [
            String::new(),
            format!("/images/post/{UUID}.png"),
            format!("//images/post/{UUID}.png"),
            format!("images/post/{UUID}.PNG"),
            format!("images/post/{UUID}.gif"),
            format!("images/post/{UUID}.png.exe"),
            format!("images/post/{UUID}"),
            format!("images/post/../post/{UUID}.png"),
            format!("images/../{UUID}.png"),
            format!("images/post/x{UUID}.png"),
            format!("images/post/{UUID}\0.png"),
            "images/post/../../../../../../../etc/passwd.png".into(),
            "images/post/..................................../.png".into(),
            format!("images/profile/{UUID}.png"),
            format!("images/profile/007-{UUID}.png"),
            format!("images/profile/+7-{UUID}.png"),
            format!("images/profile/-7-{UUID}.png"),
            format!("images/profile/99999999999999999999-{UUID}.png"),
            format!("images/other/{UUID}.png"),
            format!("http://k.kakaocdn.net/images/post/{UUID}.png"),
        ] {
            assert_eq!(ImageKey::parse(&text), None, "{text}");
        }
    }

    #[test]
    fn i1_a_grant_is_refused_by_its_first_fault() {
        let key = |kind: Option<&str>, extension: Option<&str>, user: Option<i64>| {
            let query = UploadQuery {
                kind: kind.map(Into::into),
                extension: extension.map(Into::into),
                user_id: user.map(UserId),
            };
            query.key(UserId(7), [0xff; 16]).map(|key| key.to_string())
        };
        let uuid = "ffffffff-ffff-4fff-bfff-ffffffffffff";
        assert_eq!(key(Some("post"), Some("JpG"), None), Ok(format!("images/post/{uuid}.jpg")));
        assert_eq!(key(Some("profile"), Some("webp"), Some(7)), Ok(format!("images/profile/7-{uuid}.webp")));
        for kind in [None, Some(""), Some("Post"), Some("avatar")] {
            assert_eq!(key(kind, None, None), Err(Code::InvalidUploadType), "{kind:?}");
        }
        for extension in [None, Some(""), Some("gif"), Some("svg+xml"), Some("heic"), Some("avif"), Some(".png")] {
            assert_eq!(key(Some("profile"), extension, None), Err(Code::InvalidFileExtension), "{extension:?}");
        }
        assert_eq!(key(Some("profile"), Some("png"), None), Err(Code::InvalidUserId));
        assert_eq!(key(Some("profile"), Some("png"), Some(8)), Err(Code::UnauthorizedImageUpload));
        assert!(key(Some("post"), Some("png"), Some(8)).is_ok(), "whose profile does not matter for a post");
    }

    #[test]
    fn i3_bytes_must_be_what_their_type_says() {
        let samples = [(Format::Jpeg, samples::jpeg()), (Format::Png, samples::png()), (Format::WebP, samples::webp())];
        for (format, bytes) in &samples {
            assert_eq!(clean(*format, bytes).as_ref(), Ok(bytes), "{format:?} has nothing to remove");
            for other in [Format::Jpeg, Format::Png, Format::WebP] {
                assert_eq!(clean(other, bytes).is_ok(), other == *format, "{format:?} sent as {other:?}");
            }
            for length in 0..bytes.len() {
                assert_eq!(clean(*format, &bytes[..length]), Err(Code::InvalidImageData), "{format:?} cut at {length}");
            }
        }
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
        for format in [Format::Jpeg, Format::Png, Format::WebP] {
            for bytes in [svg.as_slice(), b"GIF89a\x01\0\x01\0\0\0\0;", b"", b"<html></html>"] {
                assert_eq!(clean(format, bytes), Err(Code::InvalidImageData));
            }
        }
    }

    #[test]
    fn i3_what_follows_the_picture_goes() {
        for (format, bytes) in
            [(Format::Jpeg, samples::jpeg()), (Format::Png, samples::png()), (Format::WebP, samples::webp())]
        {
            let mut longer = bytes.clone();
            longer.extend_from_slice(b"<script>GPS 37.5665 126.9780</script>");
            assert_eq!(clean(format, &longer), Ok(bytes), "{format:?}");
        }
    }

    #[test]
    fn i3_sizes_are_read_from_the_headers() {
        for (width, height, good) in
            [(10_000, 5_000, true), (10_000, 5_001, false), (60_000, 60_000, false), (0, 1, false), (1, 0, false)]
        {
            let pictures = [
                (Format::Jpeg, samples::jpeg_of(width, height)),
                (Format::Png, samples::png_of(width, height)),
                (Format::WebP, samples::webp_of(width, height)),
            ];
            for (format, bytes) in pictures {
                assert_eq!(clean(format, &bytes).is_ok(), good, "{format:?} {width}×{height}");
            }
        }
        let over = vec![0; MAX_BYTES + 1];
        assert_eq!(clean(Format::Png, &over), Err(Code::PayloadTooLarge));
    }
}
