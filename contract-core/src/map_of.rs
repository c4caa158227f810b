//! Maps made entry by entry.

use std::collections::BTreeMap;

/// Returns a map of these entries; of several with one key, the last.
///
/// `collect` and `BTreeMap::from` sort their entries first, and each call compiles a sort of its own: 2,000 lines of LLVM's
/// code. Where maps are small that is paid in every user's first build and gains nothing.
pub(crate) fn map_of<K: Ord, V>(entries: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in entries {
        map.insert(key, value);
    }
    map
}
