//! Small real pictures, and what may be wrong with them.

/// A grey JPEG of one pixel, with nothing to remove.
pub fn jpeg() -> Vec<u8> {
    jpeg_with(&[])
}

/// The same with these segments (marker and content) behind its header.
pub fn jpeg_with(segments: &[(u8, Vec<u8>)]) -> Vec<u8> {
    jpeg_parts(1, 1, segments)
}

/// The same, claiming another size.
pub fn jpeg_of(width: u32, height: u32) -> Vec<u8> {
    jpeg_parts(width, height, &[])
}

fn jpeg_parts(width: u32, height: u32, segments: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8];
    let mut push = |marker: u8, data: &[u8]| {
        bytes.extend_from_slice(&[0xff, marker]);
        bytes.extend_from_slice(&u16::try_from(data.len() + 2).expect("a short segment").to_be_bytes());
        bytes.extend_from_slice(data);
    };
    push(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    for (marker, data) in segments {
        push(*marker, data);
    }
    push(0xdb, &[&[0][..], &[1; 64]].concat());
    let [.., w1, w2] = width.to_be_bytes();
    let [.., h1, h2] = height.to_be_bytes();
    push(0xc0, &[8, h1, h2, w1, w2, 1, 1, 0x11, 0]);
    // One code of one bit in each table: no difference, end of block.
    let table = |class: u8| [&[class, 1][..], &[0; 16]].concat();
    push(0xc4, &table(0x00));
    push(0xc4, &table(0x10));
    push(0xda, &[1, 1, 0, 0, 63, 0]);
    bytes.extend_from_slice(&[0x3f, 0xff, 0xd9]);
    bytes
}

/// An Exif segment that states an orientation and the text `SECRET-GPS` as a place.
pub fn exif_with_gps(orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec();
    exif.extend_from_slice(&[0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    // The pointer to the GPS directory, which is one text.
    exif.extend_from_slice(&[0x25, 0x88, 4, 0, 1, 0, 0, 0, 38, 0, 0, 0, 0, 0, 0, 0]);
    exif.extend_from_slice(b"\x01\0\x1b\0\x02\0\x0b\0\0\0\x34\0\0\0\0\0\0\0SECRET-GPS\0");
    exif
}

/// A grey PNG of one pixel, with nothing to remove.
pub fn png() -> Vec<u8> {
    png_with(&[])
}

/// The same with these chunks behind its header.
pub fn png_with(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    png_parts(1, 1, 8, chunks)
}

/// The same, claiming another size.
pub fn png_of(width: u32, height: u32) -> Vec<u8> {
    png_parts(width, height, 8, &[])
}

/// The same, claiming another number of bits a pixel.
pub fn png_of_depth(depth: u8) -> Vec<u8> {
    png_parts(1, 1, depth, &[])
}

fn png_parts(width: u32, height: u32, depth: u8, chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, 0, 0, 0, 0]].concat();
    // One stored block: a filter byte and a pixel.
    let pixel = [0x78, 1, 1, 2, 0, 0xfd, 0xff, 0, 0x80, 0, 0x82, 0, 0x81];
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let all = [(b"IHDR", &header[..])].into_iter().chain(chunks.iter().copied());
    for (name, data) in all.chain([(b"IDAT", &pixel[..]), (b"IEND", &[])]) {
        bytes.extend_from_slice(&u32::try_from(data.len()).expect("a short chunk").to_be_bytes());
        bytes.extend_from_slice(name);
        bytes.extend_from_slice(data);
        bytes.extend_from_slice(&crc(&[name, data].concat()).to_be_bytes());
    }
    bytes
}

/// CRC-32 bit by bit: on purpose another way than the one it tests.
fn crc(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 };
        }
    }
    !sum
}

/// A lossy WebP of one pixel, with nothing to remove.
pub fn webp() -> Vec<u8> {
    riff(&[(b"VP8 ", &vp8(1, 1))])
}

/// A lossless WebP of one pixel.
pub fn webp_lossless() -> Vec<u8> {
    riff(&[(b"VP8L", &[0x2f, 0, 0, 0, 0x10, 7, 0x10, 0x11, 0x11, 0x88, 0x88, 0xfe, 7])])
}

/// The same in the extended form with these flags, and these chunks before and behind the picture.
pub fn webp_with(flags: u8, before: &[(&[u8; 4], &[u8])], behind: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let picture = vp8(1, 1);
    let header = [flags, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let mut chunks: Vec<(&[u8; 4], &[u8])> = vec![(b"VP8X", &header)];
    chunks.extend_from_slice(before);
    chunks.push((b"VP8 ", &picture));
    chunks.extend_from_slice(behind);
    riff(&chunks)
}

/// An animation of one pixel made of these chunks.
pub fn webp_frames(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    webp_canvas(1, 1, chunks)
}

/// The same as [`webp`], claiming another size; beyond what the plain form can say it is an animation.
pub fn webp_of(width: u32, height: u32) -> Vec<u8> {
    if width.max(height) < 1 << 14 {
        return riff(&[(b"VP8 ", &vp8(width, height))]);
    }
    let frame = [&[0; 16][..], &webp()[12..]].concat();
    webp_canvas(width, height, &[(b"ANIM", &[0; 6]), (b"ANMF", &frame)])
}

fn webp_canvas(width: u32, height: u32, chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let ([w1, w2, w3, _], [h1, h2, h3, _]) = ((width - 1).to_le_bytes(), (height - 1).to_le_bytes());
    let header = [2, 0, 0, 0, w1, w2, w3, h1, h2, h3];
    let mut all: Vec<(&[u8; 4], &[u8])> = vec![(b"VP8X", &header)];
    all.extend_from_slice(chunks);
    riff(&all)
}

fn vp8(width: u32, height: u32) -> Vec<u8> {
    let ([w1, w2, ..], [h1, h2, ..]) = (width.to_le_bytes(), height.to_le_bytes());
    let head = [0x30, 1, 0, 0x9d, 1, 0x2a, w1, w2, h1, h2];
    [&head[..], &[0x0e, 0xc0, 0xfe, 0x25, 0xa4, 0, 3, 0x70, 0, 0, 0, 0]].concat()
}

fn riff(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (name, data) in chunks {
        body.extend_from_slice(*name);
        body.extend_from_slice(&u32::try_from(data.len()).expect("a short chunk").to_le_bytes());
        body.extend_from_slice(data);
        if data.len() % 2 == 1 {
            body.push(0);
        }
    }
    [&b"RIFF"[..], &u32::try_from(body.len()).expect("a short file").to_le_bytes(), &body].concat()
}
