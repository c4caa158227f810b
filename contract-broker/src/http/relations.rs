//! Documentation of link relations.

use std::{collections::BTreeMap, sync::LazyLock};

/// Every link relation without its prefix, by name: one or two sentences each.
const TEXT: &str = include_str!("relations.toml");

static MEANINGS: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| toml::from_str(TEXT).expect("the file is part of the program, and a test reads it"));

/// Returns the meaning of a relation, with its prefix (`pb:`, `beta:`, `pf:`) or without.
pub(crate) fn meaning(relation: &str) -> Option<&'static str> {
    let name = relation
        .split_once(':')
        .filter(|(prefix, _)| ["pb", "beta", "pf"].contains(prefix))
        .map_or(relation, |(_, name)| name);
    MEANINGS.get(name).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    /// Collects the relations that the sources under a directory add to responses.
    fn written(directory: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(directory).expect("the sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                written(&path, found);
                continue;
            }
            let source = fs::read_to_string(&path).expect("a source");
            for text in source.split(['"', '\'']) {
                let name = ["pb:", "beta:", "pf:"]
                    .iter()
                    .find_map(|prefix| text.strip_prefix(prefix));
                let is_name = |c: char| c.is_ascii_lowercase() || c == '-' || c == '_';
                found.extend(
                    name.filter(|name| name.contains(is_name) && name.chars().all(is_name))
                        .map(str::to_owned),
                );
            }
        }
    }

    #[test]
    fn every_relation_is_explained_once_and_in_order() {
        let mut used = BTreeSet::new();
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/resource");
        written(&sources, &mut used);
        assert!(used.len() > 80, "{used:?}");
        let explained: BTreeSet<String> = MEANINGS.keys().cloned().collect();
        assert_eq!(explained, used);
        let names = TEXT.lines().filter_map(|line| line.split_once(" = "));
        assert!(names.map(|(name, _)| name).is_sorted());
        assert_eq!(meaning("pb:logs"), meaning("logs"));
        assert_eq!(meaning("xx:logs"), None);
    }
}
