//! JSON Pointers (RFC 6901).

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// Returns a name as a token of a JSON Pointer: `~` is written `~0` and `/` is written `~1` (RFC 6901, section 3).
///
/// ```
/// use contract_openapi::document::escape;
///
/// assert_eq!(escape("/users/{id}"), "~1users~1{id}");
/// ```
pub fn escape(name: &str) -> Cow<'_, str> {
    if name.contains(['~', '/']) {
        Cow::Owned(name.replace('~', "~0").replace('/', "~1"))
    } else {
        Cow::Borrowed(name)
    }
}

/// Returns the name represented by a token of a JSON Pointer.
///
/// ```
/// use contract_openapi::document::unescape;
///
/// assert_eq!(unescape("~1users~1{id}"), "/users/{id}");
/// ```
pub fn unescape(token: &str) -> Cow<'_, str> {
    if token.contains('~') {
        Cow::Owned(token.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(token)
    }
}

/// Returns the names of a pointer in the fragment of a URI (RFC 6901, section 6), percent-decoded first.
/// `None` if it is not a pointer: it is neither empty nor begins with `/`.
pub(crate) fn fragment_tokens(fragment: &str) -> Option<Vec<String>> {
    if fragment.is_empty() {
        return Some(Vec::new());
    }
    let tokens = fragment.strip_prefix('/')?;
    let names = tokens.split('/').map(|token| {
        let decoded = percent_decode_str(token).decode_utf8_lossy();
        unescape(&decoded).into_owned()
    });
    Some(names.collect())
}

#[cfg(test)]
mod tests {
    use super::fragment_tokens;

    #[test]
    fn fragments_are_decoded() {
        let tokens = fragment_tokens("/paths/~1a%7Bid%7D/get").unwrap();
        assert_eq!(tokens, ["paths", "/a{id}", "get"]);
        assert_eq!(fragment_tokens("").unwrap(), Vec::<String>::new());
        assert_eq!(fragment_tokens("/").unwrap(), [""]);
        assert!(fragment_tokens("anchor").is_none());
    }
}
