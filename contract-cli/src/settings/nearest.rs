//! "Did you mean …": suggests the known name most similar to an unknown one.

/// Returns the most similar name, if it is similar enough to be a likely typo.
pub(super) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let similarity = |known: &str| strsim::jaro_winkler(name, known);
    known
        .into_iter()
        .filter(|known| similarity(known) > 0.8)
        .max_by(|one, other| similarity(one).total_cmp(&similarity(other)))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        let known = ["broker-url", "broker-token", "output"];
        for (slip, expected) in [
            ("brokr-url", Some("broker-url")),
            ("broker_url", Some("broker-url")),
            ("ouput", Some("output")),
            ("colour", None),
        ] {
            assert_eq!(nearest(slip, known), expected, "{slip}");
        }
    }
}
