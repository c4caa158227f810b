//! Splits several cookies in one text.

/// Splits the cookies of a `Set-Cookie` value. Files of versions 1 to 3 have one text for each field, in which a comma
/// and a space separate cookies. The comma of a date is not followed by `name=`, and a cookie's value contains neither
/// comma nor space (RFC 6265, section 4.1.1).
pub(crate) fn lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut start = 0;
    for (at, separator) in text.match_indices(", ") {
        let next = at + separator.len();
        if begins_cookie(&text[next..]) {
            lines.push(&text[start..at]);
            start = next;
        }
    }
    lines.push(&text[start..]);
    lines
}

/// Returns whether the text begins with a token and `=`.
fn begins_cookie(text: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let length = text.bytes().take_while(|byte| is_token(*byte)).count();
    length > 0 && text[length..].starts_with('=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_cookies_are_told_from_commas_within_one() {
        for (text, expected) in [
            ("a=1; Path=/, b=2", &["a=1; Path=/", "b=2"][..]),
            (
                "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT, __Host-b=2",
                &["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "__Host-b=2"],
            ),
            ("a=1,b=2", &["a=1,b=2"]),
            ("a=\"x, y\"", &["a=\"x, y\""]),
            ("", &[""]),
        ] {
            assert_eq!(lines(text), expected);
        }
    }
}
