//! The codings, implemented by crates without C code.

use std::io::Read;
#[cfg(any(feature = "consumer", feature = "provider"))]
use std::io::{Cursor, Write};

#[cfg(any(feature = "consumer", feature = "provider"))]
use flate2::Compression;

/// Why a body cannot be decoded.
#[derive(Debug, PartialEq)]
pub(super) enum Failure {
    /// The decoded body exceeds the limit.
    TooLarge,
    /// The bytes are invalid or truncated.
    Broken(String),
}

/// Concatenated gzip members are one body (RFC 1952, section 2.2).
pub(super) fn gzip(body: &[u8], limit: usize) -> Result<Vec<u8>, Failure> {
    read(flate2::bufread::MultiGzDecoder::new(body), limit)
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
    read(brotli::Decompressor::new(body, BUFFER), limit)
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

#[cfg(any(feature = "consumer", feature = "provider"))]
pub(super) fn to_brotli(body: &[u8]) -> Vec<u8> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 5,
        ..Default::default()
    };
    let mut encoded = Vec::new();
    brotli::BrotliCompress(&mut Cursor::new(body), &mut encoded, &parameters)
        .expect("writing into memory does not fail");
    encoded
}

#[cfg(any(feature = "consumer", feature = "provider"))]
pub(super) fn to_zstd(body: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(body, ruzstd::encoding::CompressionLevel::Fastest)
}
