//! Names under which secrets are kept.

use crate::report::secret::is_secret;

/// Returns whether a header field with this name contains a secret.
pub(super) fn is_secret_header(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    if matches!(&*lower, "idempotency-key" | "sec-websocket-key") {
        return false;
    }
    is_secret(name)
        || ["-key", "-token", "-secret"]
            .iter()
            .any(|end| lower.ends_with(end))
        || lower.starts_with("x-goog-")
        || lower == "x-amz-credential"
}

/// Returns whether a query parameter or form field with this name contains a secret.
pub(super) fn is_secret_parameter(name: &str) -> bool {
    const NAMES: [&str; 8] = [
        "key",
        "code",
        "sig",
        "signature",
        "xamzsignature",
        "xamzcredential",
        "xamzsecuritytoken",
        "accesskey",
    ];
    NAMES.contains(&plain(name).as_str()) || is_secret_member(name)
}

/// Returns whether a member of a document with this name contains a secret.
pub(super) fn is_secret_member(name: &str) -> bool {
    const NAMES: [&str; 20] = [
        "token",
        "auth",
        "credential",
        "credentials",
        "passphrase",
        "apikey",
        "passwd",
        "pwd",
        "secret",
        "sessiontoken",
        "authtoken",
        "csrftoken",
        "authorization",
        "pin",
        "cvv",
        "cardnumber",
        "privatekey",
        "secretkey",
        "session",
        "sessionid",
    ];
    const ENDS: [&str; 5] = [
        "password",
        "accesstoken",
        "refreshtoken",
        "idtoken",
        "clientsecret",
    ];
    let plain = plain(name);
    NAMES.contains(&plain.as_str()) || ENDS.iter().any(|end| plain.ends_with(end))
}

/// Returns `accesstoken` for `access_token`, `access-token` and `accessToken`.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '_' | '-' | '.'));
    letters.collect::<String>().to_ascii_lowercase()
}
