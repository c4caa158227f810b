//! Commands to paste into a shell.

/// Quotes a word for a POSIX shell: unchanged if it is plain, otherwise in single quotes.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@%+,=".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_blanks_and_signs_are_quoted() {
        for (word, shown) in [
            ("orders-web", "orders-web"),
            (
                "http://127.0.0.1:9292/pacts/provider/a%20b",
                "http://127.0.0.1:9292/pacts/provider/a%20b",
            ),
            ("Order API", "'Order API'"),
            ("it's $HOME", r"'it'\''s $HOME'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(word), shown);
        }
    }
}
