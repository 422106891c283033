//! PNG (W3C, third edition): a signature and a row of chunks with check sums.

use super::{Clean, take, take_array};

const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";
/// The longest chunk that the format allows.
const MAX_CHUNK: u32 = i32::MAX as u32;

/// What is kept: picture, palette, transparency, colours, density and animation.
///
/// Texts, times and Exif are not among them, nor anything private or unknown.
const KEPT: [&[u8; 4]; 18] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV",
    b"cLLI", b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT",
];

/// Keeps the chunks that draw the picture, as they are.
pub(super) fn clean(bytes: &[u8]) -> Option<Clean> {
    let mut rest = bytes.strip_prefix(SIGNATURE)?;
    let mut kept = Vec::with_capacity(bytes.len());
    kept.extend_from_slice(SIGNATURE);
    let (mut size, mut drawn) = (None, false);
    loop {
        let chunk = chunk(&mut rest)?;
        match (chunk.name, size) {
            (b"IHDR", None) => size = Some(header(chunk.data)?),
            // The header comes first, and once.
            (b"IHDR", Some(_)) | (_, None) => return None,
            (b"IDAT", _) => drawn = true,
            _ => {}
        }
        if KEPT.contains(&chunk.name) {
            if crc(chunk.checked) != chunk.crc {
                return None;
            }
            kept.extend_from_slice(chunk.whole);
        } else if !is_ancillary(*chunk.name) {
            return None;
        }
        if chunk.name == b"IEND" {
            break;
        }
    }
    let (width, height) = size?;
    drawn.then_some(Clean { bytes: kept, width, height })
}

/// One chunk.
struct Chunk<'a> {
    name: &'a [u8; 4],
    data: &'a [u8],
    /// Name and data: what the check sum is over.
    checked: &'a [u8],
    crc: u32,
    /// All of it.
    whole: &'a [u8],
}

fn chunk<'a>(rest: &mut &'a [u8]) -> Option<Chunk<'a>> {
    let start = *rest;
    let length = u32::from_be_bytes(take_array(rest)?);
    if length > MAX_CHUNK {
        return None;
    }
    let checked = take(rest, usize::try_from(length).ok()?.checked_add(4)?)?;
    let crc = u32::from_be_bytes(take_array(rest)?);
    let (name, data) = checked.split_first_chunk()?;
    Some(Chunk { name, data, checked, crc, whole: start.get(..start.len() - rest.len())? })
}

/// Whether a picture can be drawn without this chunk.
fn is_ancillary(name: [u8; 4]) -> bool {
    name[0].is_ascii_lowercase()
}

/// Width and height, if the header is one.
fn header(mut data: &[u8]) -> Option<(u32, u32)> {
    let (width, height) = (u32::from_be_bytes(take_array(&mut data)?), u32::from_be_bytes(take_array(&mut data)?));
    let [depth, colour, compression, filter, interlace] = take_array(&mut data)?;
    let depths: &[u8] = match colour {
        0 => &[1, 2, 4, 8, 16],
        2 | 4 | 6 => &[8, 16],
        3 => &[1, 2, 4, 8],
        _ => return None,
    };
    let good = data.is_empty() && depths.contains(&depth) && compression == 0 && filter == 0 && interlace <= 1;
    good.then_some((width, height))
}

/// The check sum of the format (ISO 3309), eight bits at a time.
fn crc(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = table();
    !bytes.iter().fold(u32::MAX, |sum, byte| TABLE[usize::from(sum.to_le_bytes()[0] ^ byte)] ^ (sum >> 8))
}

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut n = 0;
    while n < 256 {
        let mut sum = n;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 };
            bit += 1;
        }
        table[n as usize] = sum;
        n += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::pictures::{self as samples, png_with};

    #[test]
    fn the_check_sum_is_that_of_the_standard() {
        // The check value of CRC-32/ISO-HDLC, and the sum of every IEND there is.
        assert_eq!(crc(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc(b"IEND"), 0xae42_6082);
    }

    #[test]
    fn i3_texts_times_and_exif_are_removed() {
        let secret: &[u8] = b"Comment\0SECRET-GPS 37.5665";
        let dirty = png_with(&[
            (b"tEXt", secret),
            (b"zTXt", secret),
            (b"iTXt", secret),
            (b"eXIf", secret),
            (b"tIME", secret),
            (b"prVt", secret),
            (b"gAMA", &[0, 0, 0xb1, 0x8f]),
        ]);
        assert!(dirty.windows(10).any(|window| window == b"SECRET-GPS"), "the sample holds it");
        assert_eq!(clean(&dirty).expect("a picture").bytes, png_with(&[(b"gAMA", &[0, 0, 0xb1, 0x8f])]));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let mut damaged = samples::png();
        let at = damaged.windows(4).position(|window| window == b"IDAT").expect("a chunk");
        damaged[at + 5] ^= 1;
        let twice = [samples::png()[..33].to_vec(), samples::png()[8..].to_vec()].concat();
        let undrawn = [&samples::png()[..33], &samples::png()[samples::png().len() - 12..]].concat();
        for (what, bytes) in [
            ("a wrong check sum", damaged),
            ("an impossible depth", samples::png_of_depth(3)),
            ("two headers", twice),
            ("nothing drawn", undrawn),
            ("an unknown chunk that must be understood", png_with(&[(b"XXXX", b"")])),
        ] {
            assert!(clean(&bytes).is_none(), "{what}");
        }
    }
}
