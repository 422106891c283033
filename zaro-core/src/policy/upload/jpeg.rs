//! JPEG (ITU-T T.81): a row of marked segments, the scans among them.

use super::{Clean, take, take_array};

const SOI: [u8; 2] = [0xff, 0xd8];
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
const APP2: u8 = 0xe2;
const APP14: u8 = 0xee;

/// Length of a JFIF header without its thumbnail.
const JFIF_LENGTH: usize = 14;
/// Length of Adobe's segment, which tells how colours are coded.
const ADOBE_LENGTH: usize = 12;
/// The tag of the orientation in an Exif directory.
const ORIENTATION: u16 = 0x0112;

/// Keeps picture, colour profile and orientation.
///
/// The orientation is the one thing of Exif that stays, in a segment of our own: without it pictures taken with a
/// turned phone would lie on their side.
pub(super) fn clean(bytes: &[u8]) -> Option<Clean> {
    let mut rest = bytes.strip_prefix(&SOI)?;
    let mut kept = Vec::with_capacity(bytes.len());
    kept.extend_from_slice(&SOI);
    let mut after_header = kept.len();
    let (mut size, mut turned, mut scanned) = (None, None, false);
    loop {
        let marker = marker(&mut rest)?;
        if marker == EOI {
            break;
        }
        let segment = segment(&mut rest)?;
        match marker {
            // Baseline, extended and progressive: what browsers show. A second frame header is no picture of ours.
            0xc0..=0xc2 if size.is_none() => {
                size = Some(frame_size(segment)?);
                push(&mut kept, marker, segment);
            }
            SOS => {
                size?;
                push(&mut kept, marker, segment);
                kept.extend_from_slice(scan(&mut rest)?);
                scanned = true;
            }
            // Huffman and quantisation tables, restart interval.
            0xc4 | 0xdb | 0xdd => push(&mut kept, marker, segment),
            APP0 if kept.len() == SOI.len() && segment.starts_with(b"JFIF\0") && segment.len() >= JFIF_LENGTH => {
                let mut header: [u8; JFIF_LENGTH] = *segment.first_chunk()?;
                // Its thumbnail is a small copy of what the picture may have been before it was cropped.
                header[JFIF_LENGTH - 2..].fill(0);
                push(&mut kept, marker, &header);
                after_header = kept.len();
            }
            APP1 if turned.is_none() && segment.starts_with(b"Exif\0\0") => turned = orientation(segment),
            APP2 if segment.starts_with(b"ICC_PROFILE\0") => push(&mut kept, marker, segment),
            APP14 if segment.starts_with(b"Adobe") && segment.len() >= ADOBE_LENGTH => {
                push(&mut kept, marker, segment.get(..ADOBE_LENGTH)?);
            }
            // Exif, XMP, IPTC, comments, further pictures, makers' own.
            0xe0..=0xef | 0xfe => {}
            _ => return None,
        }
    }
    if !scanned {
        return None;
    }
    kept.extend_from_slice(&[0xff, EOI]);
    if let Some(turned) = turned.filter(|value| *value != 1) {
        kept.splice(after_header..after_header, exif(turned));
    }
    let (width, height) = size?;
    Some(Clean { bytes: kept, width, height })
}

/// The next marker; any number of 0xff may stand before it.
fn marker(rest: &mut &[u8]) -> Option<u8> {
    let [0xff] = take_array(rest)? else { return None };
    loop {
        match take_array(rest)? {
            [0xff] => {}
            [0] => return None,
            [marker] => return Some(marker),
        }
    }
}

/// What follows a marker, without its length.
fn segment<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::from(u16::from_be_bytes(take_array(rest)?));
    take(rest, length.checked_sub(2)?)
}

fn push(kept: &mut Vec<u8>, marker: u8, segment: &[u8]) {
    // A segment that was read or made here is at most 65,533 bytes long.
    let length = u16::try_from(segment.len() + 2).unwrap_or(u16::MAX);
    kept.extend_from_slice(&[0xff, marker]);
    kept.extend_from_slice(&length.to_be_bytes());
    kept.extend_from_slice(segment);
}

/// Width and height of a frame header.
fn frame_size(mut segment: &[u8]) -> Option<(u32, u32)> {
    let [_precision, h1, h2, w1, w2, components] = take_array(&mut segment)?;
    let good = (1..=4).contains(&components) && segment.len() == 3 * usize::from(components);
    good.then(|| (u16::from_be_bytes([w1, w2]).into(), u16::from_be_bytes([h1, h2]).into()))
}

/// The coded data of a scan: up to the next marker that is neither a stuffed 0xff nor a restart.
fn scan<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let mut length = 0;
    loop {
        length += rest.get(length..)?.iter().position(|byte| *byte == 0xff)?;
        match rest.get(length + 1)? {
            0 | 0xd0..=0xd7 => length += 2,
            _ if length == 0 => return None,
            _ => return take(rest, length),
        }
    }
}

/// The orientation, 1 to 8, that an Exif segment states in its first directory.
fn orientation(segment: &[u8]) -> Option<u8> {
    let tiff = segment.get(6..)?;
    let little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |bytes: [u8; 2]| if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) };
    let offset: [u8; 4] = *tiff.get(4..)?.first_chunk()?;
    let offset = if little { u32::from_le_bytes(offset) } else { u32::from_be_bytes(offset) };
    let mut directory = tiff.get(usize::try_from(offset).ok()?..)?;
    for _ in 0..short(take_array(&mut directory)?) {
        let [t1, t2, _, _, _, _, _, _, v1, v2, _, _]: [u8; 12] = take_array(&mut directory)?;
        if short([t1, t2]) == ORIENTATION {
            return u8::try_from(short([v1, v2])).ok().filter(|value| (1..=8).contains(value));
        }
    }
    None
}

/// An Exif segment that states the orientation and nothing else.
fn exif(orientation: u8) -> Vec<u8> {
    let mut body = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    body.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0]);
    let mut segment = Vec::new();
    push(&mut segment, APP1, &body);
    segment
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::pictures::{self as samples, exif_with_gps, jpeg_with};

    /// Whether the bytes contain these.
    fn contains(bytes: &[u8], part: &[u8]) -> bool {
        bytes.windows(part.len()).any(|window| window == part)
    }

    #[test]
    fn i3_where_a_picture_was_taken_is_removed() {
        let icc = [b"ICC_PROFILE\0\x01\x01".as_slice(), &[7; 40]].concat();
        let dirty = jpeg_with(&[
            (0xe1, exif_with_gps(1)),
            (0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>37.5665</x:xmpmeta>".to_vec()),
            (0xed, b"Photoshop 3.0\08BIM city Seoul".to_vec()),
            (0xe2, icc.clone()),
            (0xe2, b"MPF\0second picture".to_vec()),
            (0xfe, b"a comment".to_vec()),
        ]);
        for part in [b"Exif".as_slice(), b"37.5665", b"Seoul", b"MPF", b"a comment", b"SECRET-GPS"] {
            assert!(contains(&dirty, part), "the sample holds it");
        }
        let clean = clean(&dirty).expect("a picture");
        for part in [b"Exif".as_slice(), b"37.5665", b"Seoul", b"MPF", b"a comment", b"SECRET-GPS"] {
            assert!(!contains(&clean.bytes, part), "{}", String::from_utf8_lossy(part));
        }
        assert_eq!(clean.bytes, jpeg_with(&[(0xe2, icc)]), "the colour profile stays, and the picture as it was");
    }

    #[test]
    fn i3_a_turned_picture_stays_turned_and_tells_nothing_else() {
        let clean = clean(&jpeg_with(&[(0xe1, exif_with_gps(6))])).expect("a picture");
        assert!(!contains(&clean.bytes, b"SECRET-GPS"));
        let found = clean.bytes.windows(4).position(|window| window == b"Exif").expect("an Exif segment");
        let length = usize::from(u16::from_be_bytes([clean.bytes[found - 2], clean.bytes[found - 1]]));
        let segment = &clean.bytes[found..found + length - 2];
        assert_eq!((segment.len(), orientation(segment)), (32, Some(6)));
        let again = super::clean(&clean.bytes).expect("a picture");
        assert_eq!(again.bytes, clean.bytes, "cleaning twice changes nothing");
    }

    #[test]
    fn i3_the_thumbnail_in_the_header_goes() {
        let mut dirty = samples::jpeg();
        let thumbnail = [1, 1, b'R', b'G', b'B'];
        // SOI, marker and length, then the JFIF header whose last two bytes are the size of the thumbnail.
        dirty.splice(18..20, thumbnail);
        dirty[5] = 19;
        assert_eq!(clean(&dirty).expect("a picture").bytes, samples::jpeg());
    }

    #[test]
    fn broken_exif_is_no_reason_to_refuse_a_picture() {
        for exif in [b"Exif\0\0".as_slice(), b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\x01"] {
            let clean = clean(&jpeg_with(&[(0xe1, exif.to_vec())])).expect("a picture");
            assert_eq!(clean.bytes, samples::jpeg());
        }
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let no_scan = [SOI.as_slice(), &[0xff, EOI]].concat();
        let lossless = {
            let mut bytes = samples::jpeg();
            let at = bytes.windows(2).position(|window| window == [0xff, 0xc0]).expect("a frame");
            bytes[at + 1] = 0xc3;
            bytes
        };
        for bytes in [no_scan, lossless] {
            assert!(clean(&bytes).is_none());
        }
    }
}
