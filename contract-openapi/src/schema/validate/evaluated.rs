//! The members and elements evaluated by a schema (JSON Schema 2020-12, section 11).

use std::collections::BTreeSet;

/// The evaluated parts of one value.
#[derive(Debug, Clone, Default)]
pub(super) struct Evaluated {
    members: BTreeSet<String>,
    all_members: bool,
    elements: BTreeSet<usize>,
    all_elements: bool,
}

impl Evaluated {
    pub(super) fn member(&mut self, name: &str) {
        self.members.insert(name.to_owned());
    }

    pub(super) fn element(&mut self, index: usize) {
        self.elements.insert(index);
    }

    pub(super) fn all_members(&mut self) {
        self.all_members = true;
    }

    pub(super) fn all_elements(&mut self) {
        self.all_elements = true;
    }

    pub(super) fn has_member(&self, name: &str) -> bool {
        self.all_members || self.members.contains(name)
    }

    pub(super) fn has_element(&self, index: usize) -> bool {
        self.all_elements || self.elements.contains(&index)
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.members.extend(other.members);
        self.elements.extend(other.elements);
        self.all_members |= other.all_members;
        self.all_elements |= other.all_elements;
    }
}
