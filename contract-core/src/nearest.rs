//! "Did you mean …": the known name nearest to an unknown one.

/// The candidate that differs least from `name`, if it is near enough to be a slip: at most a third of the longer
/// name's characters are different, letters compared without regard to case.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name: Vec<char> = name.to_lowercase().chars().collect();
    candidates
        .into_iter()
        .map(|candidate| {
            let letters: Vec<char> = candidate.to_lowercase().chars().collect();
            let bound = name.len().max(letters.len()).div_ceil(3);
            (distance(&name, &letters), bound, candidate)
        })
        .filter(|(distance, bound, _)| distance <= bound)
        .min_by_key(|(distance, _, _)| *distance)
        .map(|(_, _, candidate)| candidate)
}

/// `; did you mean "…"?`, or nothing where no candidate is near.
pub(crate) fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, candidates).map_or_else(String::new, |nearest| format!("; did you mean {nearest:?}?"))
}

/// Levenshtein's distance, one row at a time.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, r) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(l != r);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
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
