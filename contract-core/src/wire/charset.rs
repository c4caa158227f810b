//! Detects the encoding of bytes and decodes them as text.

use std::borrow::Cow;

use crate::contract::ContentType;

/// The mark at the beginning of a text that identifies its encoding.
pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';

/// A text encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Charset {
    /// ASCII is a subset.
    Utf8,
    Utf16 {
        big_endian: bool,
    },
    /// Named as such and not read: nobody may send JSON in it (RFC 8259, section 8.1), and hardly anybody does XML.
    Utf32,
    /// Any other, by the name that the sender uses.
    Named(String),
}

/// The source of the encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// A byte order mark of this many bytes.
    Mark(usize),
    /// The `charset` parameter.
    Parameter,
    /// The XML declaration.
    Declaration,
    /// The zero bytes of the first character, which is ASCII in JSON and XML.
    Zeros,
    /// None.
    Nobody,
}

/// Decodes bytes of this content type, without their byte order mark.
///
/// The encoding is determined by the first of: a byte order mark, the `charset` parameter, in XML the declaration, in
/// JSON and XML the zero bytes of UTF-16 (RFC 7303, section 3; RFC 4627, section 3). The default is UTF-8.
///
/// # Errors
///
/// The end of a sentence that names the encoding, its source, and the problem: an unknown encoding, one that needs the
/// feature `encodings`, or invalid bytes.
pub(crate) fn decode<'b>(
    bytes: &'b [u8],
    content_type: Option<&ContentType>,
) -> Result<Cow<'b, str>, String> {
    let (charset, says) = charset_of(bytes, content_type);
    let bytes = match says {
        Says::Mark(length) => &bytes[length..],
        _ => bytes,
    };
    match charset {
        Charset::Utf16 { big_endian } => utf_16(bytes, big_endian).map(Cow::Owned),
        Charset::Utf32 => Err(format!("it is UTF-32, which is not supported ({})", says.words())),
        // A reader of XML refuses a document whose declaration names an encoding that it does not know (XML 1.0, section
        // 4.3.3), whatever its bytes are.
        Charset::Named(name) if !is_ascii(bytes) || matches!(says, Says::Declaration) && !is_known(&name) => {
            named(&name, bytes)
                .map(Cow::Owned)
                .map_err(|problem| format!("{problem} ({})", says.words()))
        }
        Charset::Utf8 | Charset::Named(_) => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(error) => Err(not_utf_8(bytes, error.valid_up_to(), says)),
        },
    }
}

/// Returns whether all characters are ASCII, which every other encoding writes the same way, and none switches
/// character sets.
fn is_ascii(bytes: &[u8]) -> bool {
    const ESCAPE: u8 = 0x1b;
    bytes.is_ascii() && !bytes.contains(&ESCAPE)
}

/// Encodes a text for its content type: by the `charset` parameter, or the declaration of an XML document.
/// `charset=utf-16` gets a byte order mark, since it does not specify the byte order.
///
/// # Errors
///
/// See [`decode`]; also if the encoding lacks a character.
#[cfg(any(feature = "consumer", feature = "provider"))]
pub(crate) fn encode<'t>(text: &'t str, content_type: Option<&ContentType>) -> Result<Cow<'t, [u8]>, String> {
    let (charset, _) = charset_of(text.as_bytes(), content_type);
    match charset {
        Charset::Utf8 => Ok(Cow::Borrowed(text.as_bytes())),
        Charset::Utf16 { big_endian } => {
            let label = content_type.and_then(|content_type| content_type.parameter("charset"));
            let says_order = label.is_some_and(|label| label.len() > "utf-16".len());
            let mark = (!says_order).then_some(0xfeff);
            let units = mark.into_iter().chain(text.encode_utf16());
            let bytes = units.flat_map(|unit| {
                if big_endian {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            });
            Ok(Cow::Owned(bytes.collect()))
        }
        Charset::Utf32 => Err("UTF-32 is not supported".to_owned()),
        Charset::Named(_) if is_ascii(text.as_bytes()) => Ok(Cow::Borrowed(text.as_bytes())),
        Charset::Named(name) => to_named(&name, text),
    }
}

impl Charset {
    fn of_label(label: &str, bytes: &[u8]) -> Self {
        match label.trim().to_ascii_lowercase().as_str() {
            "" | "utf-8" | "utf8" | "us-ascii" | "ascii" => Self::Utf8,
            "utf-32" | "utf32" | "utf-32le" | "utf-32be" => Self::Utf32,
            "utf-16le" => Self::Utf16 { big_endian: false },
            "utf-16be" => Self::Utf16 { big_endian: true },
            // Without a mark it is big-endian (RFC 2781, section 4.3), unless the zero bytes indicate otherwise.
            "utf-16" | "utf16" => Self::Utf16 {
                big_endian: !matches!(bytes, [first, 0, ..] if *first != 0),
            },
            _ => Self::Named(label.trim().to_owned()),
        }
    }
}

impl Says {
    fn words(self) -> &'static str {
        match self {
            Self::Mark(_) => "according to its byte order mark",
            Self::Parameter => "according to the charset parameter of its content type",
            Self::Declaration => "according to its XML declaration",
            Self::Zeros => "according to its zero bytes",
            Self::Nobody => "its content type names no charset",
        }
    }
}

fn charset_of(bytes: &[u8], content_type: Option<&ContentType>) -> (Charset, Says) {
    let by_mark = match bytes {
        [0xef, 0xbb, 0xbf, ..] => Some((Charset::Utf8, 3)),
        // Bytes without a type may begin this way by chance.
        _ if content_type.is_none() => None,
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Some((Charset::Utf32, 4)),
        [0xfe, 0xff, ..] => Some((Charset::Utf16 { big_endian: true }, 2)),
        [0xff, 0xfe, ..] => Some((Charset::Utf16 { big_endian: false }, 2)),
        _ => None,
    };
    if let Some((charset, length)) = by_mark {
        return (charset, Says::Mark(length));
    }
    if let Some(label) = content_type.and_then(|content_type| content_type.parameter("charset")) {
        return (Charset::of_label(label, bytes), Says::Parameter);
    }
    let is_xml = content_type.is_some_and(ContentType::is_xml);
    if is_xml || content_type.is_some_and(ContentType::is_json) {
        match bytes {
            [first, 0, 0, 0, ..] if *first != 0 => return (Charset::Utf32, Says::Zeros),
            [0, 0, 0, last, ..] if *last != 0 => return (Charset::Utf32, Says::Zeros),
            [first, 0, ..] if *first != 0 => return (Charset::Utf16 { big_endian: false }, Says::Zeros),
            [0, second, ..] if *second != 0 => return (Charset::Utf16 { big_endian: true }, Says::Zeros),
            _ => {}
        }
    }
    if (is_xml || content_type.is_none())
        && let Some(label) = declared(bytes)
    {
        return match Charset::of_label(&label, bytes) {
            // The declaration was readable as ASCII, so it is not UTF-16 and the declaration is outdated.
            Charset::Utf16 { .. } | Charset::Utf32 => (Charset::Utf8, Says::Nobody),
            charset => (charset, Says::Declaration),
        };
    }
    (Charset::Utf8, Says::Nobody)
}

/// Returns the encoding in an XML declaration: `<?xml version="1.0" encoding="ISO-8859-1"?>`.
fn declared(bytes: &[u8]) -> Option<String> {
    /// Maximum length of a declaration.
    const MOST: usize = 200;
    let start = bytes.trim_ascii_start().strip_prefix(b"<?xml")?;
    let start = &start[..start.len().min(MOST)];
    let end = start.windows(2).position(|two| two == b"?>")?;
    let declaration = std::str::from_utf8(&start[..end]).ok()?;
    let (_, behind) = declaration.split_once("encoding")?;
    let value = behind.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value[1..].split_once(quote).map(|(label, _)| label.to_owned())
}

fn not_utf_8(bytes: &[u8], at: usize, says: Says) -> String {
    let byte = bytes.get(at).copied().unwrap_or_default();
    format!(
        "it is not valid UTF-8: byte 0x{byte:02X} at offset {at} ({})",
        says.words()
    )
}

fn utf_16(bytes: &[u8], big_endian: bool) -> Result<String, String> {
    let name = if big_endian { "UTF-16BE" } else { "UTF-16LE" };
    let (units, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(format!("it is not valid {name}: the number of its bytes is odd"));
    }
    let units = units.iter().map(|&unit| {
        if big_endian {
            u16::from_be_bytes(unit)
        } else {
            u16::from_le_bytes(unit)
        }
    });
    let text: Result<String, _> = char::decode_utf16(units).collect();
    text.map_err(|half| {
        format!(
            "it is not valid {name}: it holds {:#06X}, half of a surrogate pair",
            half.unpaired_surrogate()
        )
    })
}

#[cfg(feature = "encodings")]
fn named(name: &str, bytes: &[u8]) -> Result<String, String> {
    let encoding = known(name)?;
    match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok(text.into_owned()),
        None => Err(format!("it is not valid {name}")),
    }
}

#[cfg(all(feature = "encodings", any(feature = "consumer", feature = "provider")))]
fn to_named<'t>(name: &str, text: &'t str) -> Result<Cow<'t, [u8]>, String> {
    let encoding = known(name)?;
    let (bytes, _, has_unmappable) = encoding.encode(text);
    if has_unmappable {
        return Err(format!("it holds characters that {name} does not have"));
    }
    Ok(bytes)
}

#[cfg(feature = "encodings")]
fn known(name: &str) -> Result<&'static encoding_rs::Encoding, String> {
    encoding_rs::Encoding::for_label_no_replacement(name.as_bytes())
        .ok_or_else(|| format!("the charset {name:?} is unknown"))
}

#[cfg(feature = "encodings")]
fn is_known(name: &str) -> bool {
    known(name).is_ok()
}

/// Without the feature, it is not known which encodings there are.
#[cfg(not(feature = "encodings"))]
fn is_known(_name: &str) -> bool {
    true
}

#[cfg(not(feature = "encodings"))]
fn named(name: &str, _bytes: &[u8]) -> Result<String, String> {
    Err(lacking(name))
}

#[cfg(all(not(feature = "encodings"), any(feature = "consumer", feature = "provider")))]
fn to_named<'t>(name: &str, _text: &'t str) -> Result<Cow<'t, [u8]>, String> {
    Err(lacking(name))
}

#[cfg(not(feature = "encodings"))]
fn lacking(name: &str) -> String {
    format!("the charset {name:?} needs the feature `encodings` of contract-core; enable it")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], content_type: &str) -> Result<String, String> {
        let content_type: ContentType = content_type.parse().unwrap();
        decode(bytes, Some(&content_type)).map(Cow::into_owned)
    }

    fn utf_16(text: &str, big_endian: bool) -> Vec<u8> {
        let bytes = |unit: u16| {
            if big_endian {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        };
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn unicode_is_decoded_by_mark_parameter_or_zero_bytes() {
        for big_endian in [true, false] {
            let label = if big_endian { "utf-16be" } else { "utf-16le" };
            for (text, content_type) in [
                ("\u{feff}{\"é\": 1}", "application/json"),
                ("\u{feff}<a>é𝄞</a>", "application/xml"),
                ("\u{feff}né", "text/plain"),
                ("\u{feff}né", "text/plain; charset=utf-8"),
                ("{\"é\": 1}", "application/json"),
                ("<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>é</a>", "text/xml"),
                ("né", &format!("text/plain; charset={label}")),
                ("né", &format!("text/plain; charset=\"{}\"", label.to_uppercase())),
            ] {
                let bytes = utf_16(text, big_endian);
                let expected = text.trim_start_matches(BYTE_ORDER_MARK);
                assert_eq!(decoded(&bytes, content_type).unwrap(), expected, "{content_type}");
            }
        }
        assert_eq!(decoded(b"\xef\xbb\xbf{}", "application/json").unwrap(), "{}");
        assert_eq!(
            decoded(b"\xef\xbb\xbfn\xc3\xa9", "text/plain; charset=iso-8859-1").unwrap(),
            "né"
        );
        assert_eq!(decoded("né".as_bytes(), "text/csv").unwrap(), "né");
        // Outdated: what can be read as ASCII is not UTF-16.
        let leftover = "<?xml version='1.0' encoding='utf-16'?><a>é</a>";
        assert_eq!(decoded(leftover.as_bytes(), "application/xml").unwrap(), leftover);
        // Big-endian, unless the zero bytes indicate otherwise.
        assert_eq!(
            decoded(&utf_16("né", true), "text/plain; charset=utf-16").unwrap(),
            "né"
        );
        assert_eq!(
            decoded(&utf_16("né", false), "text/plain; charset=UTF-16").unwrap(),
            "né"
        );
    }

    #[test]
    fn bytes_of_no_type_are_text_only_as_utf_8_or_declared_xml() {
        assert!(decode(b"\xff\xfea\x00", None).is_err());
        assert!(decode(b"\x01\x00\x02\x80", None).is_err());
        assert_eq!(decode(b"\xef\xbb\xbfa", None).unwrap(), "a");
    }

    #[cfg(all(feature = "encodings", any(feature = "consumer", feature = "provider")))]
    #[test]
    fn other_charsets_are_decoded_and_encoded() {
        let declared = |label: &str| format!("<?xml version=\"1.0\" encoding=\"{label}\" ?>\n<a>");
        for (text, bytes, content_type) in [
            ("né €", &b"n\xe9 \x80"[..], "text/plain; charset=windows-1252"),
            ("né", b"n\xe9", "text/plain; charset=iso-8859-1"),
            ("né", b"n\xe9", "text/plain;charset=\"Latin1\""),
            ("žluť", b"\xbelu\xbb", "text/plain; charset=ISO-8859-2"),
            (
                "привет",
                b"\xef\xf0\xe8\xe2\xe5\xf2",
                "text/plain; charset=windows-1251",
            ),
            ("日本", b"\x93\xfa\x96\x7b", "text/html; charset=Shift_JIS"),
            (
                "{\"é\":1}",
                b"{\"\xe9\":1}",
                "application/json; charset=iso-8859-15",
            ),
        ] {
            assert_eq!(decoded(bytes, content_type).unwrap(), text, "{content_type}");
            let content_type = content_type.parse().unwrap();
            assert_eq!(
                encode(text, Some(&content_type)).unwrap(),
                bytes,
                "{content_type}"
            );
        }
        for (label, byte, character) in [("ISO-8859-1", 0xe9, 'é'), ("windows-1250", 0x9e, 'ž')] {
            let bytes = [declared(label).as_bytes(), &[byte], b"</a>"].concat();
            let text = format!("{}{character}</a>", declared(label));
            assert_eq!(decoded(&bytes, "application/xml").unwrap(), text);
            assert_eq!(
                encode(&text, Some(&"application/xml".parse().unwrap())).unwrap(),
                bytes
            );
            // The parameter takes precedence over the declaration (RFC 7303, section 3).
            assert!(decoded(&bytes, "application/xml; charset=utf-8").is_err());
        }
    }

    #[test]
    fn what_cannot_be_decoded_names_the_encoding_and_who_said_so() {
        for (bytes, content_type, words) in [
            (
                &b"n\xe9"[..],
                "text/plain",
                "it is not valid UTF-8: byte 0xE9 at offset 1 (its content type names no charset)",
            ),
            (
                b"n\xe9",
                "text/plain; charset=us-ascii",
                "byte 0xE9 at offset 1 (according to the charset parameter of its content type)",
            ),
            (
                b"\xef\xbb\xbf\xff",
                "application/json",
                "(according to its byte order mark)",
            ),
            (
                b"\xfe\xff\x00",
                "text/plain",
                "not valid UTF-16BE: the number of its bytes is odd",
            ),
            (
                b"\xff\xfe\x00\xd8",
                "text/plain",
                "not valid UTF-16LE: it holds 0xD800",
            ),
            (b"n\xe9", "text/plain; charset=klingon", "\"klingon\""),
        ] {
            let problem = decoded(bytes, content_type).unwrap_err();
            assert!(problem.contains(words), "{problem}");
        }
        // ASCII is the same everywhere.
        assert_eq!(decoded(b"ne", "text/plain; charset=klingon").unwrap(), "ne");
    }

    #[test]
    fn utf_32_is_named_with_and_without_a_mark() {
        let wide =
            |text: &str| -> Vec<u8> { text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect() };
        let big = |text: &str| -> Vec<u8> { text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect() };
        let (mark, zeros) = ("its byte order mark", "its zero bytes");
        for (bytes, content_type, source) in [
            (wide("\u{feff}{\"a\": 1}"), "application/json", mark),
            (big("\u{feff}<a/>"), "application/xml", mark),
            (big("\u{feff}a"), "text/plain", mark),
            (wide("{\"a\": 1}"), "application/json", zeros),
            (big("<a/>"), "text/xml", zeros),
            (
                wide("a"),
                "text/plain; charset=UTF-32",
                "the charset parameter of its content type",
            ),
        ] {
            assert_eq!(
                decoded(&bytes, content_type).unwrap_err(),
                format!("it is UTF-32, which is not supported (according to {source})")
            );
        }
    }

    #[cfg(feature = "encodings")]
    #[test]
    fn an_unknown_encoding_of_an_xml_declaration_is_named_even_if_the_document_is_ascii() {
        let declared = |label: &str| format!("<?xml version='1.0' encoding='{label}'?><a/>");
        assert_eq!(
            decoded(declared("x-klingon").as_bytes(), "application/xml").unwrap_err(),
            "the charset \"x-klingon\" is unknown (according to its XML declaration)"
        );
        for label in ["ISO-8859-1", "windows-1252", "UTF-8", "us-ascii"] {
            assert!(
                decoded(declared(label).as_bytes(), "application/xml").is_ok(),
                "{label}"
            );
        }
    }

    #[cfg(any(feature = "consumer", feature = "provider"))]
    #[test]
    fn utf_16_is_written_with_a_mark_where_its_name_leaves_the_order_open() {
        let encoded = |label: &str| {
            let content_type = format!("text/plain; charset={label}").parse().unwrap();
            encode("é", Some(&content_type)).unwrap().into_owned()
        };
        assert_eq!(encoded("utf-16"), b"\xfe\xff\x00\xe9");
        assert_eq!(encoded("utf-16le"), b"\xe9\x00");
        assert_eq!(encoded("utf-16be"), b"\x00\xe9");
        assert_eq!(encoded("utf-8"), "é".as_bytes());
    }
}
