//! Text from clients in log lines.

/// Returns text from a client for the log: its first `most` characters in one line. Characters that could
/// start a new line, control a terminal or change the text direction are escaped as in Rust (`\n`, `\u{1b}`).
pub(crate) fn bounded(text: &str, most: usize) -> String {
    let mut shown = String::with_capacity(text.len().min(most));
    for (count, c) in text.chars().enumerate() {
        if count == most {
            shown.push('…');
            break;
        }
        if matches!(c, '"' | '\'' | '\\') {
            shown.push(c);
        } else {
            shown.extend(c.escape_debug());
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_a_line_whatever_a_client_sends() {
        for (text, shown) in [
            ("/pacts/ü", "/pacts/ü"),
            ("a\"b\\c'", "a\"b\\c'"),
            ("a\r\nb\u{1b}[31m\u{0}", "a\\r\\nb\\u{1b}[31m\\0"),
            ("\u{202e}x\u{2028}y", "\\u{202e}x\\u{2028}y"),
            ("0123456789ab", "0123456789ab"),
            ("0123456789abc", "0123456789ab…"),
        ] {
            assert_eq!(bounded(text, 12), shown, "{text:?}");
        }
    }
}
