//! Takes a multipart body apart (RFC 2046, section 5.1; RFC 7578).

use std::borrow::Cow;
#[cfg(any(feature = "consumer", feature = "provider"))]
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::contract::ContentType;

/// Bodies with more parts than this are refused.
const PART_LIMIT: usize = 10_000;

/// Parts with more header fields than this are refused.
const HEADER_LIMIT: usize = 100;

/// One part of a multipart body.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part<'b> {
    pub(super) name: Option<String>,
    pub(super) content_type: Option<ContentType>,
    /// All header fields, as they were written.
    pub(super) headers: Vec<(String, String)>,
    /// The content, decoded.
    pub(super) content: Cow<'b, [u8]>,
}

/// Takes a body apart.
///
/// # Errors
///
/// What is wrong with the body.
pub(super) fn parts<'b>(body: &'b [u8], content_type: &ContentType) -> Result<Vec<Part<'b>>, String> {
    let delimiter = delimiter(body, content_type)?;
    let mut parts = Vec::new();
    let mut start = None;
    for line in lines(body) {
        let Some(rest) = body[line..].strip_prefix(delimiter.as_slice()) else {
            continue;
        };
        let Some(is_last) = ends(rest) else {
            continue;
        };
        if let Some(start) = start {
            parts.push(part(without_line_end(&body[start..line]))?);
            if parts.len() > PART_LIMIT {
                return Err(format!("it has more than {PART_LIMIT} parts"));
            }
        }
        if is_last {
            return Ok(parts);
        }
        let line_length = rest
            .iter()
            .position(|&byte| byte == b'\n')
            .map_or(rest.len(), |at| at + 1);
        start = Some(line + delimiter.len() + line_length);
    }
    Err(match start {
        None => "its boundary does not come in it".to_owned(),
        Some(_) => "its last part does not end with the boundary and two hyphens".to_owned(),
    })
}

/// Returns the multipart type with the boundary that the body really has; `None` if it names that one, or if the type is
/// not multipart or the body cannot be taken apart.
#[cfg(any(feature = "consumer", feature = "provider"))]
pub(crate) fn with_real_boundary(content_type: &ContentType, body: &[u8]) -> Option<String> {
    if !content_type.is_multipart() || body.is_empty() {
        return None;
    }
    let delimiter = String::from_utf8(delimiter(body, content_type).ok()?).ok()?;
    let boundary = delimiter.strip_prefix("--")?;
    if content_type.parameter("boundary") == Some(boundary) {
        return None;
    }
    let mut corrected = content_type.essence();
    let others = content_type.parameters().filter(|(name, _)| *name != "boundary");
    for (name, value) in others.chain([("boundary", boundary)]) {
        let _ = write!(corrected, "; {name}=\"{value}\"");
    }
    Some(corrected)
}

/// Returns what is behind a delimiter: whether it is the last one; `None` if the line goes on, so that it is no delimiter.
fn ends(rest: &[u8]) -> Option<bool> {
    if rest.starts_with(b"--") {
        return Some(true);
    }
    let padding = rest
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count();
    matches!(rest.get(padding), None | Some(b'\r' | b'\n')).then_some(false)
}

/// Two hyphens and the boundary: the content type's where it comes in the body, else what the body begins with.
fn delimiter(body: &[u8], content_type: &ContentType) -> Result<Vec<u8>, String> {
    let declared = content_type
        .parameter("boundary")
        .filter(|boundary| !boundary.is_empty())
        .map(|boundary| format!("--{boundary}").into_bytes());
    if let Some(delimiter) = declared
        && lines(body).any(|line| {
            body[line..]
                .strip_prefix(&*delimiter)
                .is_some_and(|rest| ends(rest).is_some())
        })
    {
        return Ok(delimiter);
    }
    let first = lines(body)
        .map(|line| {
            body[line..]
                .split(|&byte| byte == b'\n')
                .next()
                .unwrap_or_default()
        })
        .map(<[u8]>::trim_ascii_end)
        .find(|line| !line.is_empty());
    match first {
        Some(line) if line.starts_with(b"--") && line.len() > 2 => Ok(line.to_vec()),
        _ => Err("it begins with no boundary".to_owned()),
    }
}

/// Returns where lines begin.
fn lines(body: &[u8]) -> impl Iterator<Item = usize> {
    let ends = body.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    std::iter::once(0).chain(ends.map(|(at, _)| at + 1))
}

fn without_line_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

fn part(bytes: &[u8]) -> Result<Part<'_>, String> {
    let mut headers: Vec<(String, String)> = Vec::new();
    let mut rest = bytes;
    loop {
        let end = rest
            .iter()
            .position(|&byte| byte == b'\n')
            .map_or(rest.len(), |at| at + 1);
        let (line, behind) = rest.split_at(end);
        rest = behind;
        let line = without_line_end(line);
        if line.is_empty() {
            break;
        }
        let text = String::from_utf8_lossy(line);
        if let (true, Some((_, value))) = (text.starts_with([' ', '\t']), headers.last_mut()) {
            value.push(' ');
            value.push_str(text.trim());
        } else if let Some((name, value)) = text.split_once(':') {
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        } else {
            return Err(format!("a part has the header line {text:?}, which has no colon"));
        }
        if headers.len() > HEADER_LIMIT {
            return Err(format!("a part has more than {HEADER_LIMIT} header fields"));
        }
    }
    let header = |name: &str| {
        let found = headers.iter().find(|(field, _)| field.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    };
    let encoding = header("content-transfer-encoding").unwrap_or_default();
    let content = if encoding.eq_ignore_ascii_case("base64") {
        let digits: Vec<u8> = rest
            .iter()
            .copied()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect();
        let decoded = STANDARD.decode(digits);
        Cow::Owned(
            decoded.map_err(|error| format!("a part says that it is base64, which it is not: {error}"))?,
        )
    } else {
        Cow::Borrowed(rest)
    };
    Ok(Part {
        name: header("content-disposition").and_then(|value| parameter(value, "name")),
        content_type: header("content-type").and_then(|value| value.parse().ok()),
        headers,
        content,
    })
}

/// Returns a parameter of a header field: `form-data; name="a; \"b\""`.
fn parameter(field: &str, wanted: &str) -> Option<String> {
    let mut rest = field.split_once(';')?.1;
    loop {
        let (name, behind) = rest.split_once('=')?;
        let behind = behind.trim_start();
        let (value, after) = if let Some(quoted) = behind.strip_prefix('"') {
            unquote(quoted)
        } else {
            let end = behind.find(';').unwrap_or(behind.len());
            (behind[..end].trim().to_owned(), &behind[end..])
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = after.split_once(';')?.1;
    }
}

/// Returns the text up to the closing quote, and what is behind it.
fn unquote(quoted: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, &quoted[at + 1..]),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    (value, "")
}
