//! Finds names in a list.

use std::collections::HashMap;

/// Longer lists use a hash table.
const FEW: usize = 16;

/// The positions of names in a list. Short lists are searched linearly, long ones through a hash table, so that reading
/// a list takes linear time.
#[derive(Debug, Clone, Default)]
pub(super) struct NameIndex {
    /// `None` while the list is short. Boxed, because every list has an index and few have a table.
    #[expect(clippy::box_collection, reason = "an absent table should take one word")]
    places: Option<Box<HashMap<String, usize>>>,
}

impl NameIndex {
    /// Returns the position of the name. `fold` normalises names that count as equal.
    pub(super) fn find<T>(
        &self,
        name: &str,
        list: &[(String, T)],
        is_same: impl Fn(&str, &str) -> bool,
        fold: impl Fn(&str) -> String,
    ) -> Option<usize> {
        match &self.places {
            Some(places) => places.get(&fold(name)).copied(),
            None => list.iter().position(|(present, _)| is_same(present, name)),
        }
    }

    /// Records the name that was appended to the list.
    pub(super) fn added<T>(&mut self, list: &[(String, T)], fold: impl Fn(&str) -> String) {
        match (&mut self.places, list.last()) {
            (Some(places), Some((name, _))) => {
                places.insert(fold(name), list.len() - 1);
            }
            (None, Some(_)) if list.len() > FEW => {
                let place = |(place, (name, _)): (usize, &(String, T))| (fold(name), place);
                self.places = Some(Box::new(list.iter().enumerate().map(place).collect()));
            }
            _ => {}
        }
    }
}
