//! Shortens version numbers to fit into a line.

use std::borrow::Cow;

/// Minimum number of consecutive hexadecimal digits that count as a hash.
const HASH: usize = 32;
/// Number of digits shown, enough to distinguish the hashes of a repository.
const SHOWN: usize = 10;

/// Shortens each hash in the text to its first digits: a commit hash alone, or as part of a version.
pub(super) fn short(text: &str) -> Cow<'_, str> {
    let mut shown = String::new();
    let mut taken = 0;
    for (start, end) in words(text) {
        let word = &text[start..end];
        if word.len() >= HASH && word.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            shown.push_str(&text[taken..start + SHOWN]);
            shown.push('…');
            taken = end;
        }
    }
    if taken == 0 {
        return Cow::Borrowed(text);
    }
    shown.push_str(&text[taken..]);
    Cow::Owned(shown)
}

/// Returns whether [`short`] shortens the text, so that the whole text is useful as a tooltip.
pub(super) fn is_long(text: &str) -> bool {
    matches!(short(text), Cow::Owned(_))
}

/// Returns the positions of runs of letters and digits.
fn words(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(char::is_alphanumeric)?;
        let end = text[start..]
            .find(|c: char| !c.is_alphanumeric())
            .map_or(text.len(), |length| start + length);
        rest = end;
        Some((start, end))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_shortened_wherever_they_stand() {
        let hash = "0123456789abcdef0123456789abcdef01234567";
        for (text, shown) in [
            (hash.to_owned(), "0123456789…"),
            (hash.to_uppercase(), "0123456789…"),
            (format!("1.2.3+{hash}"), "1.2.3+0123456789…"),
            (format!("{hash}-{hash}.x"), "0123456789…-0123456789….x"),
            (format!("{hash}{}", &hash[..24]), "0123456789…"),
            (format!("{hash}g"), "0123456789abcdef0123456789abcdef01234567g"),
            ("1.2.3".to_owned(), "1.2.3"),
            ("20261128".to_owned(), "20261128"),
            ("é/ü".to_owned(), "é/ü"),
            (String::new(), ""),
        ] {
            assert_eq!(short(&text), shown);
            assert_eq!(is_long(&text), text != shown);
        }
    }
}
