//! Shows where two texts differ if this is hard to see: they are long, or look alike.

use std::fmt::Write as _;

use super::value::{grouped, quoted};
use crate::matching::Mismatch;

/// Excerpts of two texts around their first difference, with its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference {
    /// The expected text around the difference, as a JSON string.
    pub(super) expected: String,
    /// The actual text around the difference, as a JSON string.
    pub(super) actual: String,
    /// `differs at character 5,001: expected "a" U+0061, got "а" U+0430 (Cyrillic)`
    pub(super) place: String,
}

/// Characters shown before the difference in a long text.
const BEFORE: usize = 24;
/// Maximum number of code points shown on each side.
const POINTS: usize = 4;

/// Returns the difference of a mismatch that expects exactly one text.
pub(super) fn of_mismatch(mismatch: &Mismatch, width: usize) -> Option<Difference> {
    let (expected, actual) = (mismatch.expected.as_ref()?, mismatch.actual.as_ref()?);
    let is_literal = match &mismatch.rule {
        // Other expectations are in words: "an XML document".
        None => mismatch.expectation.starts_with('"') || mismatch.expectation == expected.as_str()?,
        Some(rule) => rule.name == "equality",
    };
    if !is_literal {
        return None;
    }
    of(expected.as_str()?, actual.as_str()?, width)
}

/// Returns the difference if it is hard to see: one text is longer than `width` characters, or they differ in
/// characters that look alike or are invisible.
pub(super) fn of(expected: &str, actual: &str, width: usize) -> Option<Difference> {
    if expected == actual {
        return None;
    }
    let (characters, at) = common_prefix(expected, actual);
    let pieces = (piece(&expected[at..]), piece(&actual[at..]));
    let is_long = [expected, actual]
        .iter()
        .any(|text| text.chars().nth(width).is_some());
    if !is_long && is_plain_to_see(pieces.0, pieces.1) {
        return None;
    }
    let window = |text: &str| {
        if is_long {
            window(text, at, width)
        } else {
            visible(text)
        }
    };
    Some(Difference {
        expected: window(expected),
        actual: window(actual),
        place: format!(
            "differs at character {}: expected {}, got {}",
            grouped(characters + 1),
            described(pieces.0),
            described(pieces.1)
        ),
    })
}

/// Returns the length of the common prefix in characters and bytes. A letter is not separated from its combining marks,
/// nor CR from LF.
fn common_prefix(expected: &str, actual: &str) -> (usize, usize) {
    let (mut characters, mut bytes) = (0, 0);
    let mut last = None;
    for (one, other) in expected.chars().zip(actual.chars()) {
        if one != other {
            break;
        }
        characters += 1;
        bytes += one.len_utf8();
        last = Some(one);
    }
    let next_combines = [expected, actual]
        .iter()
        .any(|text| text[bytes..].chars().next().is_some_and(is_combining));
    if next_combines && let Some(last) = last {
        return (characters - 1, bytes - last.len_utf8());
    }
    (characters, bytes)
}

/// Returns the first user-perceived character: with its combining marks, and CR LF together. Empty at the end.
fn piece(text: &str) -> &str {
    let mut characters = text.char_indices();
    let Some((_, first)) = characters.next() else {
        return "";
    };
    for (at, character) in characters {
        let is_joined = is_combining(character) || (first == '\r' && character == '\n' && at == 1);
        if !is_joined {
            return &text[..at];
        }
    }
    text
}

/// Returns whether the two look different.
fn is_plain_to_see(one: &str, other: &str) -> bool {
    let (one, other) = match (single(one), single(other)) {
        (Some(one), Some(other)) => (one, other),
        // One text ends here: the rest of the other is visible, unless it is blank.
        (Some(more), None) if other.is_empty() => return is_visible(more),
        (None, Some(more)) if one.is_empty() => return is_visible(more),
        _ => return false,
    };
    if [one, other].iter().any(|c| !is_visible(*c) && *c != ' ') || look_alike(one, other) {
        return false;
    }
    one.is_ascii() && other.is_ascii() || (script(one).is_some() && script(one) == script(other))
}

fn single(piece: &str) -> Option<char> {
    let mut characters = piece.chars();
    characters.next().filter(|_| characters.next().is_none())
}

fn is_visible(character: char) -> bool {
    !character.is_whitespace() && !character.is_control() && name(character).is_none()
}

/// Returns whether many fonts draw two ASCII characters alike.
fn look_alike(one: char, other: char) -> bool {
    let same = |group: &str| group.contains(one) && group.contains(other);
    same("0O") || same("1lI|")
}

/// Returns the script of a letter if its letters look like those of others.
fn script(character: char) -> Option<&'static str> {
    match character {
        'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{24f}' => Some("Latin"),
        '\u{370}'..='\u{3ff}' => Some("Greek"),
        '\u{400}'..='\u{52f}' => Some("Cyrillic"),
        '\u{530}'..='\u{58f}' => Some("Armenian"),
        '\u{3040}'..='\u{30ff}' => Some("kana"),
        '\u{4e00}'..='\u{9fff}' => Some("Han"),
        '\u{ac00}'..='\u{d7a3}' => Some("Hangul"),
        '\u{ff01}'..='\u{ff5e}' => Some("fullwidth"),
        _ => None,
    }
}

fn is_combining(character: char) -> bool {
    matches!(
        character,
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}'
    )
}

/// Returns the name of a character that is invisible or easily confused with another.
fn name(character: char) -> Option<&'static str> {
    Some(match character {
        '\0' => "null",
        '\t' => "tab",
        '\n' => "line feed",
        '\r' => "carriage return",
        '\u{1b}' => "escape",
        ' ' => "space",
        '\u{a0}' => "no-break space",
        '\u{ad}' => "soft hyphen",
        '\u{2000}'..='\u{200a}' => "typographic space",
        '\u{200b}' => "zero-width space",
        '\u{200c}' => "zero-width non-joiner",
        '\u{200d}' => "zero-width joiner",
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "direction mark",
        '\u{2010}'..='\u{2015}' => "typographic hyphen or dash",
        '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}' => "typographic quotation mark",
        '\u{202f}' => "narrow no-break space",
        '\u{2028}' => "line separator",
        '\u{2029}' => "paragraph separator",
        '\u{205f}' => "mathematical space",
        '\u{2060}' => "word joiner",
        '\u{2212}' => "minus sign",
        '\u{3000}' => "ideographic space",
        '\u{feff}' => "byte order mark",
        '\u{fffd}' => "replacement character",
        character if is_combining(character) => "combining mark",
        _ => return None,
    })
}

/// Describes a character, `"é" U+0065 U+0301 (Latin, combining mark)`, or the end of the text.
fn described(piece: &str) -> String {
    if piece.is_empty() {
        return "the end of the text".to_owned();
    }
    let points: Vec<String> = piece
        .chars()
        .take(POINTS)
        .map(|character| format!("U+{:04X}", u32::from(character)))
        .collect();
    let mut names: Vec<&str> = Vec::new();
    for character in piece.chars().take(POINTS) {
        let known = name(character).or_else(|| script(character).filter(|_| !character.is_ascii()));
        names.extend(known.filter(|known| !names.contains(known)));
    }
    let names = if names.is_empty() {
        String::new()
    } else {
        format!(" ({})", names.join(", "))
    };
    let shown: String = piece.chars().take(POINTS).collect();
    format!("{} {}{names}", visible(&shown), points.join(" "))
}

/// Returns the text as a JSON string in which every character is visible.
fn visible(text: &str) -> String {
    // The quotes and escapes of JSON are all visible.
    escape_hidden(&quoted(text))
}

/// Escapes invisible characters except blanks.
pub(super) fn escape_hidden(text: &str) -> String {
    let mut shown = String::new();
    for character in text.chars() {
        if character.is_control() {
            shown.extend(character.escape_default());
        } else if character != ' ' && (character.is_whitespace() || is_format(character)) {
            let _ = write!(shown, "\\u{:04x}", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Returns whether a character has no visible shape.
fn is_format(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

/// Returns `width` characters of the text around the difference.
fn window(text: &str, at: usize, width: usize) -> String {
    let start = text[..at]
        .char_indices()
        .rev()
        .nth(BEFORE - 1)
        .map_or(0, |(start, _)| start);
    let end = text[start..]
        .char_indices()
        .nth(width)
        .map_or(text.len(), |(end, _)| start + end);
    let quoted = visible(&text[start..end]);
    let inner = &quoted[1..quoted.len() - 1];
    let (before, after) = (
        if start > 0 { "…" } else { "" },
        if end < text.len() { "…" } else { "" },
    );
    format!("\"{before}{inner}{after}\"")
}

#[cfg(test)]
#[expect(clippy::unicode_not_nfc, reason = "tests texts that look alike")]
mod tests {
    use super::*;

    fn place(expected: &str, actual: &str) -> Option<String> {
        of(expected, actual, 60).map(|difference| difference.place)
    }

    #[test]
    fn what_can_be_seen_needs_no_words() {
        for (expected, actual) in [
            ("Ada", "Grace"),
            ("Ada", "Adam"),
            ("", "x"),
            ("naïve", "naive"),
            ("Дом", "Том"),
            ("a b", "a-b"),
            ("same", "same"),
        ] {
            assert_eq!(place(expected, actual), None, "{expected} {actual}");
        }
    }

    #[test]
    fn characters_that_look_alike_are_named() {
        let cases = [
            ("12\u{a0}km", "12 km"),
            ("Anna", "\u{410}nna"),
            ("caf\u{e9}", "cafe\u{301}"),
            ("ab", "a\u{200b}b"),
            ("open", "open "),
            ("a\r\nb", "a\nb"),
            ("a\tb", "a b"),
            ("O1", "01"),
            ("\u{feff}x", "x"),
            ("don't", "don\u{2019}t"),
            ("x-1", "x\u{2212}1"),
            ("A", "\u{ff21}"),
            ("1\u{308}", "1"),
        ];
        let said: Vec<String> = cases
            .iter()
            .map(|(expected, actual)| {
                let found = of(expected, actual, 60).unwrap();
                format!("{} | {} | {}", found.expected, found.actual, found.place)
            })
            .collect();
        insta::assert_snapshot!(said.join("\n"), @r#"
        "12\u00a0km" | "12 km" | differs at character 3: expected "\u00a0" U+00A0 (no-break space), got " " U+0020 (space)
        "Anna" | "Аnna" | differs at character 1: expected "A" U+0041, got "А" U+0410 (Cyrillic)
        "café" | "café" | differs at character 4: expected "é" U+00E9 (Latin), got "é" U+0065 U+0301 (combining mark)
        "ab" | "a\u200bb" | differs at character 2: expected "b" U+0062, got "\u200b" U+200B (zero-width space)
        "open" | "open " | differs at character 5: expected the end of the text, got " " U+0020 (space)
        "a\r\nb" | "a\nb" | differs at character 2: expected "\r\n" U+000D U+000A (carriage return, line feed), got "\n" U+000A (line feed)
        "a\tb" | "a b" | differs at character 2: expected "\t" U+0009 (tab), got " " U+0020 (space)
        "O1" | "01" | differs at character 1: expected "O" U+004F, got "0" U+0030
        "\ufeffx" | "x" | differs at character 1: expected "\ufeff" U+FEFF (byte order mark), got "x" U+0078
        "don't" | "don’t" | differs at character 4: expected "'" U+0027, got "’" U+2019 (typographic quotation mark)
        "x-1" | "x−1" | differs at character 2: expected "-" U+002D, got "−" U+2212 (minus sign)
        "A" | "Ａ" | differs at character 1: expected "A" U+0041, got "Ａ" U+FF21 (fullwidth)
        "1̈" | "1" | differs at character 1: expected "1̈" U+0031 U+0308 (combining mark), got "1" U+0031
        "#);
    }

    #[test]
    fn long_texts_are_cut_around_the_difference() {
        let text = |middle: char| format!("{}{middle}{}", "x".repeat(5_000), "x".repeat(5_000));
        let found = of(&text('a'), &text('b'), 60).unwrap();
        insta::assert_snapshot!(format!("{}\n{}\n{}", found.expected, found.actual, found.place), @r#"
        "…xxxxxxxxxxxxxxxxxxxxxxxxaxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"
        "…xxxxxxxxxxxxxxxxxxxxxxxxbxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"
        differs at character 5,001: expected "a" U+0061, got "b" U+0062
        "#);
        // One text is a prefix of the other.
        let found = of(&"y".repeat(100), &"y".repeat(101), 60).unwrap();
        insta::assert_snapshot!(format!("{}\n{}\n{}", found.expected, found.actual, found.place), @r#"
        "…yyyyyyyyyyyyyyyyyyyyyyyy"
        "…yyyyyyyyyyyyyyyyyyyyyyyyy"
        differs at character 101: expected the end of the text, got "y" U+0079
        "#);
    }
}
