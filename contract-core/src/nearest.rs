//! "Did you mean …": the known name nearest to an unknown one.

use strsim::levenshtein;

/// Returns the candidate that differs least from `name`, if it is near enough to be a typing error: at most a
/// third of the longer name's characters differ, ignoring case.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let differing = |candidate: &&str| levenshtein(&name, &candidate.to_lowercase());
    let is_near = |candidate: &&str| {
        let longer = name.chars().count().max(candidate.chars().count());
        differing(candidate) <= longer.div_ceil(3)
    };
    candidates.into_iter().filter(is_near).min_by_key(differing)
}

/// Returns `; did you mean "…"?`, or an empty text if no candidate is near enough.
pub(crate) fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, candidates).map_or_else(String::new, |nearest| format!("; did you mean {nearest:?}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        let known = ["user exists", "no users", "the cart is full"];
        for (name, expected) in [
            ("user exist", Some("user exists")),
            ("User Exists", Some("user exists")),
            ("users exists", Some("user exists")),
            ("no user", Some("no users")),
            ("an invoice was paid", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, known), expected, "{name}");
        }
    }
}
