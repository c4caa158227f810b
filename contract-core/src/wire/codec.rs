//! The codings, implemented by crates without C code.

use std::io::Read;
#[cfg(any(feature = "consumer", feature = "provider"))]
use std::io::Write;

#[cfg(any(feature = "consumer", feature = "provider"))]
use flate2::Compression;

use crate::report::value::counted;

/// Why a body cannot be decoded.
#[derive(Debug, PartialEq)]
pub(super) enum Failure {
    /// The decoded body exceeds the limit.
    TooLarge,
    /// The bytes are invalid or truncated.
    Broken(String),
}

/// Concatenated gzip members are one body (RFC 1952, section 2.2). Zeros behind a member are padding, as for `gzip`.
pub(super) fn gzip(body: &[u8], limit: usize) -> Result<Vec<u8>, Failure> {
    const MAGIC: [u8; 2] = [0x1f, 0x8b];
    let mut decoded = Vec::new();
    let mut rest = body;
    loop {
        let mut member = flate2::bufread::GzDecoder::new(rest);
        decoded.append(&mut read(&mut member, limit - decoded.len())?);
        let behind = member.into_inner();
        let padding = behind.iter().take_while(|byte| **byte == 0).count();
        rest = &behind[padding..];
        if rest.is_empty() {
            return Ok(decoded);
        }
        if !rest.starts_with(&MAGIC) {
            return Err(Failure::Broken(trailing(rest)));
        }
    }
}

/// Says what is behind the end of a body: `3 bytes follow its end: 0a 0b 0c`.
fn trailing(rest: &[u8]) -> String {
    const SHOWN: usize = 8;
    let verb = if rest.len() == 1 { "follows" } else { "follow" };
    let shown: Vec<String> = rest
        .iter()
        .take(SHOWN)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let more = if rest.len() > SHOWN { " …" } else { "" };
    format!(
        "{} {verb} its end: {}{more}",
        counted(rest.len(), "byte"),
        shown.join(" ")
    )
}

/// Decodes the zlib format, or raw deflate, which some senders use.
pub(super) fn deflate(body: &[u8], limit: usize) -> Result<Vec<u8>, Failure> {
    inflate(flate2::Decompress::new(has_zlib_header(body)), body, limit)
}

/// Compression method 8 and a header that is divisible by 31 (RFC 1950, section 2.2).
fn has_zlib_header(body: &[u8]) -> bool {
    matches!(body, [method, flags, ..]
        if method & 0x0f == 8 && u16::from_be_bytes([*method, *flags]).is_multiple_of(31))
}

/// flate2's readers treat the end of the input as the end of the stream, which would accept a truncated body.
fn inflate(mut stream: flate2::Decompress, body: &[u8], limit: usize) -> Result<Vec<u8>, Failure> {
    let mut decoded = Vec::with_capacity(body.len().saturating_mul(4).min(limit).max(64));
    loop {
        let taken = usize::try_from(stream.total_in()).unwrap_or(usize::MAX);
        let before = decoded.len();
        let status = stream
            .decompress_vec(
                body.get(taken..).unwrap_or_default(),
                &mut decoded,
                flate2::FlushDecompress::None,
            )
            .map_err(|error| Failure::Broken(error.to_string()))?;
        if decoded.len() > limit {
            return Err(Failure::TooLarge);
        }
        let is_full = decoded.len() == decoded.capacity();
        match status {
            flate2::Status::StreamEnd => return Ok(decoded),
            _ if is_full => decoded.reserve(decoded.len()),
            _ if decoded.len() == before && stream.total_in() == taken as u64 => {
                return Err(Failure::Broken("it ends before its last block".to_owned()));
            }
            _ => {}
        }
    }
}

pub(super) fn brotli(body: &[u8], limit: usize) -> Result<Vec<u8>, Failure> {
    const BUFFER: usize = 4096;
    read(brotli_decompressor::Decompressor::new(body, BUFFER), limit)
}

/// Concatenated frames are one body; a skippable frame contributes nothing (RFC 8878, section 3.1).
pub(super) fn zstd(body: &[u8], limit: usize) -> Result<Vec<u8>, Failure> {
    use ruzstd::decoding::StreamingDecoder;
    use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};

    let mut decoded = Vec::new();
    let mut rest = body;
    while !rest.is_empty() {
        match StreamingDecoder::new(&mut rest) {
            Ok(frame) => {
                let left = limit - decoded.len();
                decoded.append(&mut read(frame, left)?);
            }
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length, ..
            })) => {
                let length = usize::try_from(length).unwrap_or(usize::MAX);
                rest = rest
                    .get(length..)
                    .ok_or_else(|| Failure::Broken("it ends in a skippable frame".to_owned()))?;
            }
            Err(error) => return Err(Failure::Broken(error.to_string())),
        }
    }
    Ok(decoded)
}

/// Reads to the end, or to the first byte beyond the limit.
fn read(reader: impl Read, limit: usize) -> Result<Vec<u8>, Failure> {
    let mut decoded = Vec::new();
    let one_more = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    reader
        .take(one_more)
        .read_to_end(&mut decoded)
        .map_err(|error| Failure::Broken(error.to_string()))?;
    if decoded.len() > limit {
        return Err(Failure::TooLarge);
    }
    Ok(decoded)
}

#[cfg(any(feature = "consumer", feature = "provider"))]
pub(super) fn to_gzip(body: &[u8]) -> Vec<u8> {
    let encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::default());
    written(encoder, body, flate2::write::GzEncoder::finish)
}

#[cfg(any(feature = "consumer", feature = "provider"))]
pub(super) fn to_deflate(body: &[u8]) -> Vec<u8> {
    let encoder = flate2::write::ZlibEncoder::new(Vec::new(), Compression::default());
    written(encoder, body, flate2::write::ZlibEncoder::finish)
}

#[cfg(any(feature = "consumer", feature = "provider"))]
fn written<E: Write>(
    mut encoder: E,
    body: &[u8],
    finish: impl FnOnce(E) -> std::io::Result<Vec<u8>>,
) -> Vec<u8> {
    let done = encoder.write_all(body).and_then(|()| finish(encoder));
    done.expect("writing into memory does not fail")
}

/// Writes the body as meta-blocks that are not compressed (RFC 7932, section 9.2): every decoder reads them. Bodies of contracts are
/// small, and an encoder that compresses costs each consumer's first build about 4 seconds of processor time.
#[cfg(any(feature = "consumer", feature = "provider"))]
pub(super) fn to_brotli(body: &[u8]) -> Vec<u8> {
    /// The most bytes of a meta-block whose length has four digits of four bits.
    const LONGEST: usize = 1 << 16;
    /// A last, empty meta-block: the bits ISLAST and ISLASTEMPTY.
    const LAST: u8 = 0b11;

    let mut encoded = Vec::with_capacity(body.len() + 8);
    // The stream begins with one bit: a window of 16 bits.
    let mut begun = 1;
    for block in body.chunks(LONGEST) {
        // ISLAST 0, MNIBBLES 0 (four digits), MLEN - 1 in 16 bits, ISUNCOMPRESSED 1, and zeros up to the next byte.
        let length = u32::try_from(block.len() - 1).unwrap_or_default();
        let header = ((length << 3) | (1 << 19)) << begun;
        encoded.extend_from_slice(&header.to_le_bytes()[..3]);
        encoded.extend_from_slice(block);
        begun = 0;
    }
    encoded.push(LAST << begun);
    encoded
}

#[cfg(any(feature = "consumer", feature = "provider"))]
pub(super) fn to_zstd(body: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(body, ruzstd::encoding::CompressionLevel::Fastest)
}

#[cfg(all(test, any(feature = "consumer", feature = "provider")))]
mod tests {
    use super::*;

    #[test]
    fn brotli_without_compression_is_read_again() {
        for length in [0, 1, 2, 0xFFFF, 0x1_0000, 0x1_0001, 200_000] {
            let body: Vec<u8> = (0..=250).cycle().take(length).collect();
            let encoded = to_brotli(&body);
            assert!(encoded.len() <= body.len() + 16, "{length}");
            assert!(brotli(&encoded, body.len()) == Ok(body), "{length}");
        }
    }
}
