//! Where names are in a list.

use std::collections::HashMap;

/// Lists that are longer are looked up in a table.
const FEW: usize = 16;

/// The places of the names of a list. Few names are looked at one by one, many are found in a table, so that reading a
/// list costs as much as it is long.
#[derive(Debug, Clone, Default)]
pub(super) struct NameIndex {
    /// `None` while there are few. Boxed, because every list has an index and hardly one has a table.
    #[expect(clippy::box_collection, reason = "an absent table should take one word")]
    places: Option<Box<HashMap<String, usize>>>,
}

impl NameIndex {
    /// Where the name is. `fold` makes names alike that count as one.
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

    /// Takes in the name that was added at the list's end.
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
