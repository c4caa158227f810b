//! Masks the URL of a webhook for logs.

use super::{
    MASK, Values, is_parameters,
    redact::{ShownPath, shown_parts},
    render_url,
};

/// Returns the URL of a request with the values of its parameters and without potential secrets: those masked by
/// [`super::shown_url`], and path segments that look like tokens, as used by chat services. Segments that consist of
/// parameters are shown.
pub(crate) fn masked_url(template: &str, values: &Values) -> String {
    render_url(&shown_parts(template, ShownPath::Less(secrets)), values)
}

/// Masks the path segments that look like tokens.
fn secrets(path: &str) -> String {
    let parts: Vec<&str> = path
        .split('/')
        .map(|segment| {
            if is_parameters(segment) || !looks_secret(segment) {
                segment
            } else {
                MASK
            }
        })
        .collect();
    parts.join("/")
}

/// Returns whether a path segment may be a token: long, with digits and letters, or with upper- and lower-case letters.
fn looks_secret(segment: &str) -> bool {
    let has = |is: fn(char) -> bool| segment.chars().any(is);
    let mixed = has(|c| c.is_ascii_lowercase()) && has(|c| c.is_ascii_uppercase());
    let letters = has(char::is_alphabetic);
    (segment.len() >= 12 && letters && has(|c| c.is_ascii_digit()))
        || (segment.len() >= 20 && (mixed || segment.contains("${")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_secret_is_masked_and_parameters_are_shown() {
        let mut values = Values::default();
        values.set("consumerVersionNumber", "0123456789abcdef");
        values.set("consumerName", "web shop");
        for (url, shown) in [
            (
                "https://ci.example.org/jobs/build",
                "https://ci.example.org/jobs/build",
            ),
            ("https://ci.example.org", "https://ci.example.org"),
            (
                "https://ci.example.org/job/x/buildWithParameters?token=abc&v=${pactbroker.consumerVersionNumber}",
                "https://ci.example.org/job/x/buildWithParameters?token=**********&v=0123456789abcdef",
            ),
            ("https://x/y?secret", "https://x/y?**********"),
            (
                "https://x/y?a=x${pactbroker.consumerName}&b=#frag",
                "https://x/y?a=**********&**********#**********",
            ),
            (
                "https://hooks.example.org/services/T01/B02/x8Yz0123456789abcdefAB",
                "https://hooks.example.org/services/T01/B02/**********",
            ),
            (
                "https://hooks.example.org/aBcDefGhIjKlMnOpQrStUv",
                "https://hooks.example.org/**********",
            ),
            (
                "https://api.example.org/repos/${pactbroker.consumerName}/statuses/${pactbroker.consumerVersionNumber}",
                "https://api.example.org/repos/web%20shop/statuses/0123456789abcdef",
            ),
            (
                "https://x/token-${pactbroker.consumerName}",
                "https://x/**********",
            ),
            ("https://u:swordfish@x/y", "https://**********@x/y"),
            ("nonsense", "nonsense"),
        ] {
            assert_eq!(masked_url(url, &values), shown, "{url}");
        }
    }
}
