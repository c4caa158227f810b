//! Masking values that must not end up in a log.

use std::borrow::Cow;

use crate::json::Value;

use crate::matching::{Mismatch, Part};

const MASK: &str = "***";

/// Whether a header field of this name carries a secret.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let name = name.split_once('[').map_or(name.as_str(), |(name, _)| name);
    matches!(
        name,
        "authorization" | "proxy-authorization" | "cookie" | "set-cookie" | "authentication"
    ) || ["token", "secret", "password", "api-key", "apikey", "signature"]
        .iter()
        .any(|part| name.contains(part))
}

/// The value with its secret part masked; an authentication scheme stays: `Bearer ***`.
pub(super) fn masked(value: &str) -> String {
    match value.split_once(' ') {
        Some((scheme, _))
            if scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') =>
        {
            format!("{scheme} {MASK}")
        }
        _ => MASK.to_owned(),
    }
}

/// The mismatch as it may be shown: unchanged, or without the secret where it is about a header that carries one.
pub(super) fn shown(mismatch: &Mismatch) -> Cow<'_, Mismatch> {
    if !matches!(mismatch.part, Part::Header | Part::Metadata) || !is_secret(&mismatch.path) {
        return Cow::Borrowed(mismatch);
    }
    let mut masked_mismatch = mismatch.clone();
    for value in [&mismatch.expected, &mismatch.actual].into_iter().flatten() {
        for text in texts(value) {
            let mask = masked(text);
            masked_mismatch.expectation = masked_mismatch.expectation.replace(text, &mask);
            masked_mismatch.description = masked_mismatch.description.replace(text, &mask);
        }
    }
    masked_mismatch.expected = mismatch.expected.as_ref().map(mask_value);
    masked_mismatch.actual = mismatch.actual.as_ref().map(mask_value);
    Cow::Owned(masked_mismatch)
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) if !text.is_empty() => vec![text],
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

fn mask_value(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(masked(text)),
        Value::Array(values) => values.iter().map(mask_value).collect(),
        _ => Value::String(MASK.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_carry_secrets() {
        for (name, secret) in [
            ("Authorization", true),
            ("authorization[0]", true),
            ("X-Api-Key", true),
            ("x-csrf-token", true),
            ("Set-Cookie", true),
            ("accept", false),
            ("content-type", false),
        ] {
            assert_eq!(is_secret(name), secret, "{name}");
        }
    }

    #[test]
    fn the_scheme_stays_readable() {
        assert_eq!(masked("Bearer abc.def"), "Bearer ***");
        assert_eq!(masked("abcdef"), "***");
        assert_eq!(masked("session=1; id=2"), "***");
    }
}
