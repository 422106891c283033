//! WebP (RFC 9649): a RIFF container of chunks.

use super::{Clean, take, take_array};

/// VP8X: the file holds Exif.
const HAS_EXIF: u8 = 0x08;
/// VP8X: the file holds XMP.
const HAS_XMP: u8 = 0x04;
/// VP8X: the file is animated.
const ANIMATED: u8 = 0x02;
/// Bytes of an animation frame before its chunks.
const FRAME_HEADER: usize = 16;

/// Keeps the picture or the frames, transparency and colour profile, and says in the header that there is no more.
pub(super) fn clean(bytes: &[u8]) -> Option<Clean> {
    let mut rest = bytes.strip_prefix(b"RIFF")?;
    let length = usize::try_from(u32::from_le_bytes(take_array(&mut rest)?)).ok()?;
    let mut body = take(&mut rest, length)?.strip_prefix(b"WEBP")?;
    let mut kept = Vec::with_capacity(bytes.len());
    kept.extend_from_slice(b"WEBP");

    let (mut canvas, mut frame) = (None, None);
    let mut first = true;
    while !body.is_empty() {
        let (name, data) = chunk(&mut body)?;
        match &name {
            b"VP8X" if first => {
                let mut header: [u8; 10] = *data.first_chunk()?;
                header[0] &= !(HAS_EXIF | HAS_XMP);
                canvas = Some((header[0] & ANIMATED != 0, canvas_size(header)));
                push(&mut kept, name, &header);
            }
            b"VP8 " | b"VP8L" if frame.is_none() => {
                frame = Some(bitstream_size(name, data)?);
                push(&mut kept, name, data);
            }
            b"ANMF" => {
                let (true, canvas) = canvas? else { return None };
                let cleaned = animation_frame(data, canvas)?;
                frame = Some(canvas);
                push(&mut kept, name, &cleaned);
            }
            b"ALPH" | b"ANIM" | b"ICCP" if canvas.is_some() => push(&mut kept, name, data),
            // A second header, picture or profile out of place.
            b"VP8X" | b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ICCP" => return None,
            // Exif, XMP and whatever we do not know.
            _ => {}
        }
        first = false;
        if canvas.is_none() {
            // The plain form is this one chunk; what follows is not looked at by anyone.
            break;
        }
    }
    let (width, height) = frame?;
    if canvas.is_some_and(|(_, size)| size != (width, height)) {
        return None;
    }
    let mut whole = b"RIFF".to_vec();
    whole.extend_from_slice(&u32::try_from(kept.len()).ok()?.to_le_bytes());
    whole.append(&mut kept);
    Some(Clean { bytes: whole, width, height })
}

/// Name and data of the next chunk; a chunk of odd length is followed by one byte of padding.
fn chunk<'a>(rest: &mut &'a [u8]) -> Option<([u8; 4], &'a [u8])> {
    let name = take_array(rest)?;
    let length = usize::try_from(u32::from_le_bytes(take_array(rest)?)).ok()?;
    let data = take(rest, length)?;
    if length % 2 == 1 {
        // Some writers leave it out at the very end.
        *rest = rest.get(1..).unwrap_or_default();
    }
    Some((name, data))
}

fn push(kept: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    kept.extend_from_slice(&name);
    kept.extend_from_slice(&u32::try_from(data.len()).unwrap_or(u32::MAX).to_le_bytes());
    kept.extend_from_slice(data);
    if data.len() % 2 == 1 {
        kept.push(0);
    }
}

/// Three bytes, least first, that hold one less than they mean.
fn one_based([a, b, c]: [u8; 3]) -> u32 {
    u32::from_le_bytes([a, b, c, 0]) + 1
}

fn canvas_size([_, _, _, _, w1, w2, w3, h1, h2, h3]: [u8; 10]) -> (u32, u32) {
    (one_based([w1, w2, w3]), one_based([h1, h2, h3]))
}

/// Width and height as the coded picture itself states them.
fn bitstream_size(name: [u8; 4], mut data: &[u8]) -> Option<(u32, u32)> {
    if &name == b"VP8L" {
        let [0x2f] = take_array(&mut data)? else { return None };
        let bits = u32::from_le_bytes(take_array(&mut data)?);
        let version = bits >> 29;
        // 14 bits each, and some coded data behind them.
        return (version == 0 && !data.is_empty()).then_some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1));
    }
    let [t1, t2, t3, 0x9d, 0x01, 0x2a, w1, w2, h1, h2] = take_array(&mut data)? else { return None };
    let tag = u32::from_le_bytes([t1, t2, t3, 0]);
    let (key_frame, first_part) = (tag & 1 == 0, usize::try_from(tag >> 5).ok()?);
    let size = |bytes| u32::from(u16::from_le_bytes(bytes) & 0x3fff);
    (key_frame && first_part > 0 && first_part <= data.len()).then_some((size([w1, w2]), size([h1, h2])))
}

/// A frame with only its picture in it, if it lies on the canvas.
fn animation_frame(data: &[u8], canvas: (u32, u32)) -> Option<Vec<u8>> {
    let (header, mut body) = data.split_at_checked(FRAME_HEADER)?;
    let [x1, x2, x3, y1, y2, y3, w1, w2, w3, h1, h2, h3, ..]: [u8; FRAME_HEADER] = *header.first_chunk()?;
    let (left, top) = (2 * (one_based([x1, x2, x3]) - 1), 2 * (one_based([y1, y2, y3]) - 1));
    let size = (one_based([w1, w2, w3]), one_based([h1, h2, h3]));
    if left + size.0 > canvas.0 || top + size.1 > canvas.1 {
        return None;
    }
    let mut kept = header.to_vec();
    let mut drawn = false;
    while !body.is_empty() {
        let (name, data) = chunk(&mut body)?;
        match &name {
            b"VP8 " | b"VP8L" if !drawn && bitstream_size(name, data)? == size => drawn = true,
            b"VP8 " | b"VP8L" => return None,
            b"ALPH" => {}
            _ => continue,
        }
        push(&mut kept, name, data);
    }
    drawn.then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::pictures::{self as samples, webp_with};

    #[test]
    fn i3_exif_and_xmp_are_removed_and_the_header_says_so() {
        let dirty = webp_with(
            0x20 | HAS_EXIF | HAS_XMP,
            &[(b"ICCP", b"colours")],
            &[(b"EXIF", b"SECRET-GPS"), (b"XMP ", b"<x:xmpmeta>37.5665</x:xmpmeta>"), (b"ABCD", b"own")],
        );
        assert_eq!(clean(&dirty).expect("a picture").bytes, webp_with(0x20, &[(b"ICCP", b"colours")], &[]));
    }

    #[test]
    fn i3_frames_of_an_animation_are_cleaned_too() {
        let frame = |extra: &[u8]| {
            let mut data = vec![0; FRAME_HEADER];
            data.extend_from_slice(&samples::webp()[12..]);
            data.extend_from_slice(extra);
            data
        };
        let animated = |frame: &[u8]| samples::webp_frames(&[(b"ANIM", &[0; 6]), (b"ANMF", frame)]);
        let cleaned = clean(&animated(&frame(b"EXIF\x0a\0\0\0SECRET-GPS"))).expect("an animation");
        assert_eq!(cleaned.bytes, animated(&frame(b"")));
        let mut outside = frame(b"");
        outside[0] = 1;
        assert!(clean(&animated(&outside)).is_none(), "a frame beside the canvas");
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let mut canvas = webp_with(0, &[], &[]);
        canvas[24] = 9;
        let mut tag = samples::webp();
        tag[23] = 0;
        for (what, bytes) in [
            ("a canvas of another size than its picture", canvas),
            ("a picture that does not say what it is", tag),
            ("no picture", samples::webp_frames(&[])),
            ("two headers", samples::webp_frames(&[(b"VP8X", &[0; 10])])),
        ] {
            assert!(clean(&bytes).is_none(), "{what}");
        }
    }
}
