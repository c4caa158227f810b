//! Content negotiation.

use http::{HeaderMap, StatusCode, header};

use super::error::Failure;

/// Returns the media types of all `Accept` headers with their weights, in the given order.
fn accepted(headers: &HeaderMap) -> Vec<(String, f32)> {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|part| {
            let mut pieces = part.split(';').map(str::trim);
            let media = pieces
                .next()
                .filter(|media| !media.is_empty())?
                .to_ascii_lowercase();
            let weight = pieces
                .find_map(|piece| piece.strip_prefix("q="))
                .and_then(|q| q.parse().ok())
                .unwrap_or(1.0);
            Some((media, weight))
        })
        .collect()
}

/// Returns whether errors should be sent as problem details.
pub(crate) fn accepts_problem_details(headers: &HeaderMap) -> bool {
    accepted(headers)
        .iter()
        .any(|(media, weight)| media == "application/problem+json" && *weight > 0.0)
}

/// Returns whether the client is a browser that wants a page: it accepts HTML explicitly, and no media type
/// of the API.
pub(crate) fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = accepted(headers);
    accepted
        .iter()
        .any(|(media, weight)| media == "text/html" && *weight > 0.0)
        && !accepted.iter().any(|(media, _)| {
            [
                "hal+json",
                "problem+json",
                "application/json",
                "csv",
                "yaml",
                "text/plain",
            ]
            .iter()
            .any(|api| media.contains(api))
        })
}

/// Returns the first of `offered` that matches the media type with the highest weight; the first one if the
/// client accepts anything; `None` if nothing matches.
pub(crate) fn choose<'o>(headers: &HeaderMap, offered: &[&'o str]) -> Option<&'o str> {
    let mut accepted = accepted(headers);
    if accepted.is_empty() {
        return offered.first().copied();
    }
    accepted.sort_by(|a, b| b.1.total_cmp(&a.1));
    accepted
        .iter()
        .filter(|(_, weight)| *weight > 0.0)
        .find_map(|(media, _)| {
            let exact = offered.iter().copied().find(|offer| media == offer);
            exact.or_else(|| {
                offered.iter().copied().find(|offer| {
                    media == "*/*"
                        || media
                            .strip_suffix("/*")
                            .is_some_and(|kind| offer.split('/').next() == Some(kind))
                        || (media == "application/problem+json" && offer.contains("json"))
                        || (media == "application/json" && *offer == "application/hal+json")
                })
            })
        })
}

/// Returns the refusal of a request that accepts none of the offered types.
pub(crate) fn refused(offered: &[&str]) -> Failure {
    Failure::Status(
        StatusCode::NOT_ACCEPTABLE,
        format!(
            "none of the accepted types is available here: choose {}",
            offered.join(" or ")
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(accept: &[&'static str]) -> HeaderMap {
        accept
            .iter()
            .map(|value| (header::ACCEPT, http::HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn the_best_offer_wins() {
        let offered = &["application/hal+json", "text/plain"];
        for (accept, expected) in [
            (&[][..], Some("application/hal+json")),
            (&["*/*"], Some("application/hal+json")),
            (&["text/plain"], Some("text/plain")),
            (&["text/*;q=0.5, application/hal+json;q=0.4"], Some("text/plain")),
            (
                &["application/hal+json, application/json", "application/hal+json"],
                Some("application/hal+json"),
            ),
            (&["application/problem+json"], Some("application/hal+json")),
            (&["image/png"], None),
            (&["text/plain;q=0"], None),
        ] {
            assert_eq!(choose(&headers(accept), offered), expected, "{accept:?}");
        }
    }

    #[test]
    fn browsers_get_pages_and_clients_do_not() {
        assert!(wants_page(&headers(&[
            "text/html,application/xhtml+xml,*/*;q=0.8"
        ])));
        assert!(!wants_page(&headers(&["application/hal+json, text/html"])));
        assert!(!wants_page(&headers(&["*/*"])));
        assert!(!wants_page(&headers(&[])));
    }
}
