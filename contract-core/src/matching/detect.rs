//! Detects the media type of content from its bytes.
//!
//! Content with a signature (images, documents, archives, audio, video, fonts) is recognised by that signature. Text is
//! classified as JSON, HTML, SVG, XML or plain text. Kinds of text that cannot be recognised from bytes (CSV, YAML,
//! Markdown, JavaScript, …) are reported as plain text; [`is_of_type`] accepts them as the type that they are declared
//! to be.

use serde::de::IgnoredAny;

use crate::contract::ContentType;

/// Bytes at an offset that identify a media type.
struct Signature {
    offset: usize,
    bytes: &'static [u8],
    media_type: &'static str,
}

const fn at(offset: usize, bytes: &'static [u8], media_type: &'static str) -> Signature {
    Signature {
        offset,
        bytes,
        media_type,
    }
}

/// The first matching entry wins.
const SIGNATURES: &[Signature] = &[
    at(0, b"\x89PNG\r\n\x1a\n", "image/png"),
    at(0, b"\xff\xd8\xff", "image/jpeg"),
    at(0, b"GIF87a", "image/gif"),
    at(0, b"GIF89a", "image/gif"),
    at(8, b"WEBP", "image/webp"),
    at(0, b"II*\0", "image/tiff"),
    at(0, b"MM\0*", "image/tiff"),
    at(0, b"8BPS", "image/vnd.adobe.photoshop"),
    at(0, b"\0\0\x01\0", "image/x-icon"),
    at(4, b"ftypheic", "image/heic"),
    at(4, b"ftypheix", "image/heic"),
    at(4, b"ftypmif1", "image/heif"),
    at(4, b"ftypavif", "image/avif"),
    at(4, b"ftypM4A", "audio/mp4"),
    at(4, b"ftypqt", "video/quicktime"),
    at(4, b"ftyp", "video/mp4"),
    at(0, b"%PDF-", "application/pdf"),
    at(0, b"{\\rtf", "application/rtf"),
    at(0, b"%!PS", "application/postscript"),
    at(
        0,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "application/x-ole-storage",
    ),
    at(0, b"PK\x03\x04", "application/zip"),
    at(0, b"PK\x05\x06", "application/zip"),
    at(0, b"\x1f\x8b", "application/gzip"),
    at(0, b"BZh", "application/x-bzip2"),
    at(0, b"\xfd7zXZ\0", "application/x-xz"),
    at(0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    at(0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    at(0, b"Rar!\x1a\x07", "application/vnd.rar"),
    at(257, b"ustar", "application/x-tar"),
    at(0, b"ID3", "audio/mpeg"),
    at(0, b"\xff\xfb", "audio/mpeg"),
    at(0, b"\xff\xf3", "audio/mpeg"),
    at(8, b"WAVE", "audio/wav"),
    at(0, b"fLaC", "audio/flac"),
    at(0, b"OggS", "audio/ogg"),
    at(0, b"MThd", "audio/midi"),
    at(8, b"AVI ", "video/x-msvideo"),
    at(0, b"FLV\x01", "video/x-flv"),
    at(0, b"\0\0\x01\xba", "video/mpeg"),
    at(0, b"wOFF", "font/woff"),
    at(0, b"wOF2", "font/woff2"),
    at(0, b"\0\x01\0\0\0", "font/ttf"),
    at(0, b"OTTO", "font/otf"),
    at(0, b"\0asm", "application/wasm"),
    at(0, b"SQLite format 3\0", "application/vnd.sqlite3"),
    at(0, b"PAR1", "application/vnd.apache.parquet"),
    at(0, b"Obj\x01", "application/vnd.apache.avro"),
    at(0, b"\xca\xfe\xba\xbe", "application/java-vm"),
    at(0, b"\x7fELF", "application/x-executable"),
    at(0, b"MZ\x90", "application/vnd.microsoft.portable-executable"),
];

/// Names of the same type; the first is the one that [`content_type`] returns.
const ALIASES: &[&[&str]] = &[
    &["image/jpeg", "image/jpg", "image/pjpeg"],
    &["image/x-icon", "image/vnd.microsoft.icon"],
    &["image/bmp", "image/x-ms-bmp", "image/x-bmp"],
    &["application/xml", "text/xml"],
    &[
        "application/zip",
        "application/x-zip-compressed",
        "application/x-zip",
    ],
    &["application/gzip", "application/x-gzip"],
    &["application/x-bzip2", "application/x-bzip"],
    &[
        "application/vnd.rar",
        "application/x-rar-compressed",
        "application/x-rar",
    ],
    &["application/rtf", "text/rtf"],
    &["application/vnd.sqlite3", "application/x-sqlite3"],
    &["audio/mpeg", "audio/mp3"],
    &["audio/wav", "audio/x-wav", "audio/vnd.wave", "audio/wave"],
    &["audio/flac", "audio/x-flac"],
    &["audio/mp4", "audio/m4a", "audio/x-m4a"],
    &[
        "font/ttf",
        "application/font-sfnt",
        "font/sfnt",
        "application/x-font-ttf",
    ],
    &["font/otf", "application/x-font-otf"],
    &["font/woff", "application/font-woff"],
];

/// Returns the media type detected from the bytes: `application/octet-stream` for binary content without a known
/// signature, `text/plain` for empty content.
///
/// ```
/// use contract_core::matching::detect;
///
/// assert_eq!(detect::content_type(b"\x89PNG\r\n\x1a\n\0").essence(), "image/png");
/// assert_eq!(detect::content_type(br#"{"a": 1}"#).essence(), "application/json");
/// ```
pub fn content_type(bytes: &[u8]) -> ContentType {
    name(bytes)
        .parse()
        .unwrap_or_else(|_| ContentType::octet_stream())
}

/// Returns whether the content is of this type.
///
/// A type that can be detected from bytes must be detected. Any other text type is accepted for text unless it
/// contradicts `declared`, the type that came with the content; any other type at all is accepted only if it was
/// declared and nothing more specific was detected. Parameters are ignored, a structured suffix counts:
/// `application/hal+json` is JSON.
pub fn is_of_type(bytes: &[u8], expected: &ContentType, declared: Option<&ContentType>) -> bool {
    let wanted = expected.essence();
    if wanted == "application/octet-stream" {
        return true;
    }
    let found = name(bytes);
    let same = |a: &str, b: &str| canonical(a) == canonical(b);
    let declared_as_wanted = declared.is_some_and(|declared| same(&declared.essence(), &wanted));
    if same(found, &wanted) {
        return true;
    }
    if expected.is_json() {
        return text(bytes).is_some_and(is_json);
    }
    if expected.is_xml() {
        return matches!(found, "application/xml" | "image/svg+xml" | "text/html")
            && wanted != "image/svg+xml";
    }
    if SIGNATURES
        .iter()
        .any(|signature| same(signature.media_type, &wanted))
        || wanted == "text/html"
    {
        // Office documents, for example, are also archives.
        return same(&wanted, "application/zip") && bytes.starts_with(b"PK");
    }
    if expected.is_text() {
        let vague = declared.is_none_or(|declared| {
            matches!(
                declared.essence().as_str(),
                "text/plain" | "application/octet-stream"
            )
        });
        return text(bytes).is_some() && (vague || declared_as_wanted || wanted == "text/plain");
    }
    declared_as_wanted && found == "application/octet-stream"
}

fn canonical(essence: &str) -> &str {
    ALIASES
        .iter()
        .find(|names| names.contains(&essence))
        .map_or(essence, |names| names[0])
}

fn name(bytes: &[u8]) -> &'static str {
    let signature = SIGNATURES.iter().find(|signature| {
        bytes
            .get(signature.offset..)
            .is_some_and(|rest| rest.starts_with(signature.bytes))
    });
    match signature.map(|signature| signature.media_type) {
        Some("application/zip") => archive(bytes),
        Some("image/webp" | "audio/wav" | "video/x-msvideo") if !bytes.starts_with(b"RIFF") => of_text(bytes),
        Some(found) => found,
        None if bytes.starts_with(b"BM") && text(bytes).is_none() => "image/bmp",
        None if bytes.starts_with(b"\x1a\x45\xdf\xa3") => {
            if contains(&bytes[..bytes.len().min(64)], b"webm") {
                "video/webm"
            } else {
                "video/x-matroska"
            }
        }
        None => of_text(bytes),
    }
}

/// Returns the type of a document that is a zip archive, from the names of its first entries.
fn archive(bytes: &[u8]) -> &'static str {
    let start = &bytes[..bytes.len().min(8_192)];
    [
        (&b"mimetypeapplication/epub+zip"[..], "application/epub+zip"),
        (
            b"mimetypeapplication/vnd.oasis.opendocument.text",
            "application/vnd.oasis.opendocument.text",
        ),
        (
            b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
            "application/vnd.oasis.opendocument.spreadsheet",
        ),
        (
            b"word/",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            b"xl/",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (
            b"ppt/",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ),
        (b"META-INF/MANIFEST.MF", "application/java-archive"),
    ]
    .into_iter()
    .find(|(mark, _)| contains(start, mark))
    .map_or("application/zip", |(_, found)| found)
}

fn contains(bytes: &[u8], mark: &[u8]) -> bool {
    bytes.windows(mark.len()).any(|window| window == mark)
}

/// Returns the bytes as text if they are UTF-8 without control characters that do not occur in text.
fn text(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let control = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0xC | 0x1B);
    (!text.bytes().any(control)).then_some(text)
}

fn of_text(bytes: &[u8]) -> &'static str {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return "text/plain";
    }
    let Some(text) = text(bytes) else {
        return "application/octet-stream";
    };
    let trimmed = text.trim_start();
    match trimmed.as_bytes() {
        [b'<', ..] => markup(trimmed),
        [b'{' | b'[' | b'"', ..] if is_json(trimmed) => "application/json",
        _ => "text/plain",
    }
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// Returns the type of content that begins with `<`, from its first element after declarations and comments.
fn markup(text: &str) -> &'static str {
    let mut rest = text;
    let mut declared = false;
    while let Some(inside) = rest.strip_prefix('<') {
        let end = if inside.starts_with("!--") {
            "-->"
        } else if inside
            .get(..8)
            .is_some_and(|start| start.eq_ignore_ascii_case("!doctype"))
        {
            if inside[8..]
                .trim_start()
                .get(..4)
                .is_some_and(|name| name.eq_ignore_ascii_case("html"))
            {
                return "text/html";
            }
            declared = true;
            ">"
        } else if inside.starts_with('?') {
            declared |= inside.starts_with("?xml");
            "?>"
        } else {
            return element(inside).unwrap_or(if declared { "application/xml" } else { "text/plain" });
        };
        match inside.find(end) {
            Some(length) => rest = inside[length + end.len()..].trim_start(),
            None => break,
        }
    }
    if declared { "application/xml" } else { "text/plain" }
}

fn element(inside: &str) -> Option<&'static str> {
    let length = inside.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))?;
    let name = &inside[..length];
    let html = ["html", "head", "body", "title", "script"];
    if name == "svg" || name.ends_with(":svg") {
        Some("image/svg+xml")
    } else if html.iter().any(|known| name.eq_ignore_ascii_case(known)) && !inside[length..].contains("xmlns")
    {
        Some("text/html")
    } else if name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        Some("application/xml")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn content_is_told_by_its_bytes() {
        for (bytes, expected) in [
            (&b"\x89PNG\r\n\x1a\n\0\0"[..], "image/png"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
            (b"GIF89a\x01", "image/gif"),
            (b"%PDF-1.4\n", "application/pdf"),
            (b"PK\x03\x04\x14\0\0\0", "application/zip"),
            (
                b"PK\x03\x04..........................word/document.xml",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ),
            (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
            (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
            (b"The WAVE WAVEs", "text/plain"),
            (b"BM\x36\0\0\0", "image/bmp"),
            (b"BMW", "text/plain"),
            (b"<?xml version='1.0'?><a/>", "application/xml"),
            (
                b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- c --><a/>",
                "application/xml",
            ),
            (b"  <a><b/></a>", "application/xml"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
            (b"<!DOCTYPE html><p>", "text/html"),
            (b"<HTML><body>", "text/html"),
            (b"< 3", "text/plain"),
            (b"{\"a\": [1, 2]}", "application/json"),
            (b"[]", "application/json"),
            (b"{not json}", "text/plain"),
            (b"a,b\n1,2\n", "text/plain"),
            ("Zoë".as_bytes(), "text/plain"),
            (b"", "text/plain"),
            (b"\0\x02\x03", "application/octet-stream"),
            (b"\xc3\x28", "application/octet-stream"),
        ] {
            assert_eq!(
                content_type(bytes).essence(),
                expected,
                "{:?}",
                String::from_utf8_lossy(bytes)
            );
        }
    }

    #[test]
    fn a_type_is_accepted_for_what_the_bytes_can_tell() {
        let is = |bytes: &[u8], expected: &str, declared: Option<&str>| {
            let declared = declared.map(|declared| declared.parse().unwrap());
            is_of_type(bytes, &expected.parse().unwrap(), declared.as_ref())
        };
        let csv = b"id,name\n1,Ada\n";
        assert!(is(csv, "text/csv", Some("text/csv; charset=utf-8")));
        assert!(is(csv, "text/csv", None));
        assert!(!is(csv, "text/csv", Some("text/markdown")));
        assert!(!is(b"\x89PNG\r\n\x1a\n", "text/csv", Some("text/csv")));
        assert!(is(csv, "text/plain", Some("text/csv")));
        assert!(is(
            b"\xff\xd8\xff\xe0",
            "image/jpg",
            Some("application/octet-stream")
        ));
        assert!(!is(b"%PDF-1.4", "image/jpeg", Some("image/jpeg")));
        assert!(is(b"42", "application/json", None));
        assert!(is(b"{}", "application/hal+json; charset=utf-8", None));
        assert!(!is(b"{", "application/json", Some("application/json")));
        assert!(is(b"<a/>", "text/xml", None));
        assert!(is(b"<a/>", "application/atom+xml", None));
        assert!(!is(b"a", "application/xml", None));
        assert!(is(b"PK\x03\x04word/", "application/zip", None));
        assert!(is(
            b"\0\x01\x02",
            "application/x-protobuf",
            Some("application/x-protobuf")
        ));
        assert!(!is(b"\0\x01\x02", "application/x-protobuf", None));
        assert!(is(b"anything", "application/octet-stream", None));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "[<!?a-zD\\- >{}\\[\\]\"é]{0,40}") {
            let _ = content_type(&bytes);
            let _ = content_type(text.as_bytes());
            let _ = is_of_type(text.as_bytes(), &content_type(&bytes), None);
        }
    }
}
