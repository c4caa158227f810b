//! Keeping secrets out of answers and logs.

use std::collections::BTreeMap;

use super::has_parameter;
use crate::config::Secret;

/// What is shown in place of a secret, and means "leave it as it is" when a client sends it back.
pub(crate) const MASK: &str = Secret::MASK;

/// Whether a header carries a secret by its name.
pub(crate) fn is_sensitive(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [
        "authorization",
        "token",
        "secret",
        "password",
        "api-key",
        "apikey",
        "cookie",
    ]
    .iter()
    .any(|part| name.contains(part))
}

/// Headers as they may be shown. A template of a sensitive header shows its parameter, not a secret.
pub(crate) fn redacted_headers(headers: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    headers
        .iter()
        .map(|(name, value)| {
            let shown = if is_sensitive(name) && !has_parameter(value) {
                MASK
            } else {
                value
            };
            (name.clone(), shown.to_owned())
        })
        .collect()
}

/// The value to keep when a client changes a webhook: a mask stands for the value that is stored.
pub(crate) fn keep_stored(sent: Option<String>, stored: Option<&String>) -> Option<String> {
    match sent {
        Some(text) if text == MASK => stored.cloned(),
        sent => sent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_and_masks_keep_what_is_stored() {
        let headers = [
            ("Authorization", "Bearer x"),
            ("X-Auth-Token", "${pactbroker.consumerName}"),
            ("Accept", "text/plain"),
        ];
        let headers = headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        let shown = redacted_headers(&headers);
        assert_eq!(shown["Authorization"], MASK);
        assert_eq!(shown["X-Auth-Token"], "${pactbroker.consumerName}");
        assert_eq!(shown["Accept"], "text/plain");

        let stored = "old".to_owned();
        assert_eq!(
            keep_stored(Some(MASK.to_owned()), Some(&stored)).as_deref(),
            Some("old")
        );
        assert_eq!(
            keep_stored(Some("new".to_owned()), Some(&stored)).as_deref(),
            Some("new")
        );
        assert_eq!(keep_stored(None, Some(&stored)), None);
    }
}
