//! Reads response bodies.

use bytes::Bytes;

/// The default maximum size of a response that contains contracts: 256 MiB.
pub(crate) const CONTRACT_LIMIT: usize = 256 * 1024 * 1024;

/// The body of a response.
#[derive(Debug)]
pub(crate) enum Answer {
    /// The whole body.
    Whole(Bytes),
    /// It exceeds the limit; the rest was not read.
    TooLarge,
}

/// Reads a body in chunks, at most `limit` bytes.
pub(crate) async fn read(mut response: reqwest::Response, limit: usize) -> Result<Answer, reqwest::Error> {
    let Some(first) = response.chunk().await? else {
        return Ok(Answer::Whole(Bytes::new()));
    };
    if first.len() > limit {
        return Ok(Answer::TooLarge);
    }
    let Some(second) = response.chunk().await? else {
        return Ok(Answer::Whole(first));
    };
    let mut body = Vec::from(first);
    let mut next = Some(second);
    while let Some(chunk) = next {
        if chunk.len() > limit - body.len() {
            return Ok(Answer::TooLarge);
        }
        body.extend_from_slice(&chunk);
        next = response.chunk().await?;
    }
    Ok(Answer::Whole(Bytes::from(body)))
}
