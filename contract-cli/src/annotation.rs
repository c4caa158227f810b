//! Annotations of GitHub Actions: workflow commands in the log.

/// Escapes the message of a workflow command.
pub(crate) fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a workflow command, such as its title or file.
pub(crate) fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_of_annotations_keep_their_colons() {
        assert_eq!(
            property("unknown: not verified yet, 100%\n"),
            "unknown%3A not verified yet%2C 100%25%0A"
        );
    }
}
