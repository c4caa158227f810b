//! Names in lists.

use std::borrow::Cow;

/// Returns the text with its control characters and line separators escaped: a name of a contract stays in its line, and does
/// nothing to a terminal.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    let is_escaped = |character: char| character.is_control() || matches!(character, '\u{2028}' | '\u{2029}');
    if !text.contains(is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_escaped(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped_and_letters_are_not() {
        assert_eq!(
            one_line("a user \u{1b}[2J\n::error::"),
            "a user \\u{1b}[2J\\n::error::"
        );
        let plain = "日本 \u{1f469}\u{200d}\u{1f4bb} \"é\"";
        assert!(matches!(one_line(plain), Cow::Borrowed(text) if text == plain));
    }
}
