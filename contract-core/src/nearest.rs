//! "Did you mean …": the known name nearest to an unknown one.

use strsim::osa_distance;

/// Maximum number of characters of a name: the comparison takes as many steps as the product of two lengths.
const LONGEST: usize = 100;

/// Returns the candidate that differs least from `name`, if it is near enough to be a typing error: at most a
/// third of the longer name's characters differ, ignoring case. Two characters that changed places differ once. Names of
/// more than 100 characters are not compared.
///
/// ```
/// use contract_core::report::nearest;
///
/// assert_eq!(nearest("prodcution", ["production", "staging"]), Some("production"));
/// assert_eq!(nearest("somewhere", ["production", "staging"]), None);
/// ```
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let is_short = |name: &str| name.chars().nth(LONGEST).is_none();
    if !is_short(name) {
        return None;
    }
    let name = name.to_lowercase();
    let differing = |candidate: &&str| osa_distance(&name, &candidate.to_lowercase());
    let is_near = |candidate: &&str| {
        let longer = name.chars().count().max(candidate.chars().count());
        differing(candidate) <= longer.div_ceil(3)
    };
    candidates
        .into_iter()
        .filter(|candidate| is_short(candidate))
        .filter(is_near)
        .min_by_key(differing)
}

/// Returns `; did you mean "…"?`, or an empty text if no candidate is near enough.
#[cfg(any(feature = "provider", feature = "broker"))]
pub(crate) fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, candidates).map_or_else(String::new, |nearest| format!("; did you mean {nearest:?}?"))
}

/// Returns ` (did you mean "…"?)` for the middle of a sentence, or an empty text if no candidate is near enough.
#[cfg(any(feature = "provider", feature = "broker"))]
pub(crate) fn hint_within<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, candidates).map_or_else(String::new, |nearest| format!(" (did you mean {nearest:?}?)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        let known = [
            "user exists",
            "no users",
            "the cart is full",
            "broker-url",
            "webhook.retry_schedule",
        ];
        for (name, expected) in [
            ("user exist", Some("user exists")),
            ("brokr-url", Some("broker-url")),
            ("broker_url", Some("broker-url")),
            ("WEBHOOK.RETRY_SCHEDUEL", Some("webhook.retry_schedule")),
            ("colour", None),
            ("User Exists", Some("user exists")),
            ("users exists", Some("user exists")),
            ("no user", Some("no users")),
            ("an invoice was paid", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, known), expected, "{name}");
        }
        assert_eq!(nearest("bnid", ["bind"]), Some("bind"));
        // Names come from files and from others.
        let long = "user exists".repeat(10);
        assert_eq!(nearest(&long, [long.as_str()]), None);
    }
}
