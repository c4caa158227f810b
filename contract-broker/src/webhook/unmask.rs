//! Replaces masks sent back by a client with the stored secrets.
//!
//! A stored secret is only sent to the address that it was stored for: otherwise users who may write webhooks but do
//! not know their secrets could have them sent to themselves.

use std::collections::BTreeMap;

use reqwest::Url;

use super::{
    MASK, RequestTemplate,
    definition::Faults,
    redact::{Piece, UrlParts},
};

/// Returns whether a value represents the stored one.
pub(super) fn is_mask(text: &str) -> bool {
    text == MASK
}

/// Replaces each mask by the stored value. An omitted password next to a user name (`keeps_password`) counts as a mask,
/// so that a client can send back what it read.
///
/// # Errors
/// By member: masks without a stored value, or whose stored value belongs to another scheme, host or port.
pub(super) fn unmask(
    sent: &mut RequestTemplate,
    keeps_password: bool,
    stored: Option<&RequestTemplate>,
) -> Result<(), Faults> {
    let mut stored_values = Stored {
        moved: stored.is_some_and(|stored| !is_same_address(&stored.url, &sent.url)),
        faults: Vec::new(),
    };
    let before = stored.map(|stored| UrlParts::of(&stored.url));
    if let Some(url) = unmasked_url(&sent.url, before, &mut stored_values) {
        sent.url = url;
    }
    for (name, value) in &mut sent.headers {
        if is_mask(value) {
            let before = stored.and_then(|stored| stored_header(&stored.headers, name));
            stored_values.put(&format!("request.headers.{name}"), value, before);
        }
    }
    if let Some(username) = sent.username.as_mut().filter(|username| is_mask(username)) {
        let before = stored.and_then(|stored| stored.username.as_ref());
        stored_values.put("request.username", username, before);
    }
    let before = stored.and_then(|stored| stored.password.as_ref());
    if keeps_password && before.is_some() {
        sent.password = Some(MASK.to_owned());
    }
    if let Some(password) = sent.password.as_mut().filter(|password| is_mask(password)) {
        stored_values.put("request.password", password, before);
    }
    if let Some(body) = sent.body.as_mut().filter(|body| body.as_str() == Some(MASK)) {
        let before = stored.and_then(|stored| stored.body.as_ref());
        stored_values.put("request.body", body, before);
    }
    if stored_values.faults.is_empty() {
        Ok(())
    } else {
        Err(stored_values.faults)
    }
}

/// Returns the stored value of a header. Names are case-insensitive; an exact match is preferred.
fn stored_header<'s>(headers: &'s BTreeMap<String, String>, name: &str) -> Option<&'s String> {
    let alike = || headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    headers.get(name).or_else(|| alike().map(|(_, value)| value))
}

struct Stored {
    /// Whether the webhook has another address than its stored secrets.
    moved: bool,
    faults: Faults,
}

impl Stored {
    fn put<T: Clone>(&mut self, field: &str, value: &mut T, stored: Option<&T>) {
        match stored {
            _ if self.moved => self.fault(field, ANOTHER_ADDRESS),
            Some(stored) => value.clone_from(stored),
            None => self.fault(field, NOTHING_STORED),
        }
    }

    fn fault(&mut self, field: &str, message: &str) {
        let fault = (field.to_owned(), message.to_owned());
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }
}

const ANOTHER_ADDRESS: &str = "must be sent again: the URL has another scheme, host or port than before, and a stored \
                               secret is never sent to another address";
const NOTHING_STORED: &str = "is masked, and no value is stored for it: send the value itself";

/// Returns whether two templates have the same scheme, host and port.
fn is_same_address(one: &str, other: &str) -> bool {
    match (Url::parse(one), Url::parse(other)) {
        (Ok(one), Ok(other)) => one.origin() == other.origin(),
        _ => false,
    }
}

/// Returns the URL with masks replaced by stored values; `None` if it has no masks. If several values have one name,
/// they are matched in order.
fn unmasked_url(sent: &str, stored: Option<UrlParts<'_>>, values: &mut Stored) -> Option<String> {
    const FIELD: &str = "request.url";
    let parts = UrlParts::of(sent);
    let pieces: Vec<Piece<'_>> = parts.pieces().collect();
    let fragment = parts.fragment.map(Piece::of);
    let hides_path = parts.path.len() > 1 && Piece::of(&parts.path[1..]).is_masked();
    if !hides_path && !pieces.iter().chain(&fragment).any(|piece| piece.is_masked()) {
        return None;
    }
    let mut url = parts.scheme.to_owned();
    if let Some(account) = parts.account {
        url.push_str(account);
        url.push('@');
    }
    url.push_str(parts.host);
    let mut path = parts.path.to_owned();
    if hides_path {
        let stored = stored.map(|stored| stored.path.to_owned());
        values.put(FIELD, &mut path, stored.as_ref());
    }
    url.push_str(&path);
    let known: Vec<Piece<'_>> = stored.iter().flat_map(UrlParts::pieces).collect();
    for (place, piece) in pieces.iter().enumerate() {
        let mut text = piece.to_string();
        if piece.is_masked() {
            let same_name = |list: &[Piece<'_>]| -> Vec<String> {
                let list = list.iter().filter(|one| one.name == piece.name);
                list.map(ToString::to_string).collect()
            };
            let earlier = same_name(&pieces[..place]).len();
            values.put(FIELD, &mut text, same_name(&known).get(earlier));
        }
        url.push(if place == 0 { '?' } else { '&' });
        url.push_str(&text);
    }
    if let Some(fragment) = parts.fragment {
        let mut text = fragment.to_owned();
        if Piece::of(fragment).is_masked() {
            let stored = stored.and_then(|stored| stored.fragment).map(str::to_owned);
            values.put(FIELD, &mut text, stored.as_ref());
        }
        url.push('#');
        url.push_str(&text);
    }
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored() -> RequestTemplate {
        RequestTemplate {
            method: "POST".to_owned(),
            url: "https://ci.example.org/a?key=one&key=two&bare&to=${pactbroker.consumerName}".to_owned(),
            headers: [("X-Auth-Key".to_owned(), "three".to_owned())].into(),
            body: Some(serde_json::Value::from("four")),
            username: Some("five".to_owned()),
            password: Some("six".to_owned()),
        }
    }

    /// Returns the webhook as a client sends it back, with another URL.
    fn sent(url: &str) -> RequestTemplate {
        let mask = || Some(MASK.to_owned());
        RequestTemplate {
            url: url.to_owned(),
            headers: [("x-auth-key".to_owned(), MASK.to_owned())].into(),
            body: Some(serde_json::Value::from(MASK)),
            username: mask(),
            password: mask(),
            ..stored()
        }
    }

    const SHOWN: &str =
        "https://ci.example.org/a?key=**********&key=**********&**********&to=${pactbroker.consumerName}";

    #[test]
    fn masks_stand_for_what_is_stored_at_the_same_address() {
        for (url, expected) in [
            (SHOWN, stored().url),
            (
                "https://CI.example.org:443/other?key=%2A%2A%2A%2A%2A%2A%2A%2A%2A%2A",
                "https://CI.example.org:443/other?key=one".to_owned(),
            ),
            (
                "https://ci.example.org/**********?to=1#x",
                "https://ci.example.org/a?to=1#x".to_owned(),
            ),
            (
                "https://ci.example.org/a?new=1&key=own&key=**********",
                "https://ci.example.org/a?new=1&key=own&key=two".to_owned(),
            ),
        ] {
            let mut request = sent(url);
            unmask(&mut request, false, Some(&stored())).expect("the address is the same");
            assert_eq!(request.url, expected);
            assert_eq!(request.headers["x-auth-key"], "three");
            assert_eq!(request.body, stored().body);
            assert_eq!(
                (request.username, request.password),
                (stored().username, stored().password)
            );
        }
        let mut left_out = RequestTemplate {
            password: None,
            ..sent(SHOWN)
        };
        unmask(&mut left_out, true, Some(&stored())).expect("the address is the same");
        assert_eq!(left_out.password, stored().password);
    }

    fn fields(
        mut request: RequestTemplate,
        keeps_password: bool,
        stored: Option<&RequestTemplate>,
    ) -> Vec<String> {
        let faults = unmask(&mut request, keeps_password, stored).expect_err("a secret is missing");
        let text = format!("{faults:?} {request:?}");
        assert!(
            !["one", "two", "three", "four", "five", "six"]
                .iter()
                .any(|secret| text.contains(&format!("\"{secret}"))),
            "{text}"
        );
        faults.into_iter().map(|(field, _)| field).collect()
    }

    #[test]
    fn another_scheme_host_or_port_needs_every_secret_anew() {
        for url in [
            SHOWN.replace("https", "http"),
            SHOWN.replace("ci.example.org", "evil.example.org"),
            SHOWN.replace("ci.example.org", "ci.example.org.evil.org"),
            SHOWN.replace("ci.example.org", "ci.example.org:8443"),
            SHOWN.replace("ci.example.org", "ci.example.org@evil.org"),
            SHOWN.replace("ci.example.org/", "evil.org\\@ci.example.org/"),
            SHOWN.replace("https://ci.example.org", "https:evil.org"),
            SHOWN.replace("https://ci.example.org", "//evil.org"),
        ] {
            let found = fields(sent(&url), false, Some(&stored()));
            for field in [
                "request.url",
                "request.headers.x-auth-key",
                "request.username",
                "request.password",
                "request.body",
            ] {
                assert!(
                    found.iter().any(|one| one == field),
                    "{url}: {field} is missing in {found:?}"
                );
            }
        }
        let left_out = RequestTemplate {
            url: "https://evil.example.org/".to_owned(),
            headers: [].into(),
            body: None,
            username: Some("me".to_owned()),
            password: None,
            ..stored()
        };
        assert_eq!(
            fields(left_out.clone(), true, Some(&stored())),
            ["request.password"]
        );
        // No stored value is used.
        unmask(&mut left_out.clone(), false, Some(&stored())).expect("no mask");
    }

    #[test]
    fn a_mask_for_which_nothing_is_stored_is_refused() {
        assert_eq!(fields(sent("https://h/"), false, None).len(), 4);
        let bare = RequestTemplate {
            method: "POST".to_owned(),
            url: "https://ci.example.org/".to_owned(),
            ..RequestTemplate::default()
        };
        assert_eq!(
            fields(sent("https://ci.example.org/"), false, Some(&bare)).len(),
            4
        );
        let renamed = RequestTemplate {
            headers: [("X-Other".to_owned(), MASK.to_owned())].into(),
            ..stored()
        };
        assert_eq!(
            fields(renamed, false, Some(&stored())),
            ["request.headers.X-Other"]
        );
        let more = RequestTemplate {
            url: "https://ci.example.org/a?key=1&key=2&key=**********".to_owned(),
            ..stored()
        };
        assert_eq!(fields(more, false, Some(&stored())), ["request.url"]);
    }
}
