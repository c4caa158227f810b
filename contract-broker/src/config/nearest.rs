//! Suggests the known name nearest to an unknown one.

use strsim::osa_distance;

/// Maximum number of characters of a name: the comparison takes as many steps as the product of two lengths.
const LONGEST: usize = 100;

/// Returns the candidate with the fewest edits from `name` (transpositions count as one), ignoring case, if it is near
/// enough to be a likely typo. A name of more than 100 characters has none.
pub(crate) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    if length > LONGEST {
        return None;
    }
    let limit = (length / 3).max(2);
    let name = name.to_lowercase();
    candidates
        .map(|candidate| (osa_distance(&name, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, candidate)| (*distance, *candidate))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_slips_and_refuses_strangers() {
        let known = ["bind", "base_url", "database.url", "webhook.retry_schedule"];
        for (slip, expected) in [
            ("bnid", Some("bind")),
            ("baseurl", Some("base_url")),
            ("database_url", Some("database.url")),
            ("WEBHOOK.RETRY_SCHEDUEL", Some("webhook.retry_schedule")),
            ("colour", None),
        ] {
            assert_eq!(nearest(slip, known.iter().copied()), expected, "{slip}");
        }
        // Who sends a name decides how long it is.
        let long = "bind".repeat(30);
        assert_eq!(nearest(&long, [long.as_str()].into_iter()), None);
    }
}
