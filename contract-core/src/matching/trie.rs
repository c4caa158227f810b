//! A trie of the rule paths of one document.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::contract::{Path, Token};

/// A node of a [`Trie`].
pub(crate) type NodeId = u32;

/// Numbers at the ends of paths.
#[derive(Debug, Clone)]
pub(crate) struct Trie {
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, Default)]
struct Node {
    /// By name: the cost of a lookup does not grow with the number of children.
    fields: HashMap<Box<str>, NodeId, BuildHasherDefault<NameHasher>>,
    /// Sorted by index.
    indexes: Vec<(usize, NodeId)>,
    star: Option<NodeId>,
    star_index: Option<NodeId>,
    value: u32,
}

impl Trie {
    /// The node of the empty path.
    pub(crate) const ROOT: NodeId = 0;

    pub(crate) fn new() -> Self {
        Self {
            nodes: vec![Node::default()],
        }
    }

    /// Sets the number at the end of a path, replacing an earlier one.
    pub(crate) fn insert(&mut self, path: &Path, value: u32) {
        let mut node = Self::ROOT;
        for token in path.tokens() {
            node = match self.exact_child(node, token) {
                Some(child) => child,
                None => self.add_child(node, token),
            };
        }
        self.node_mut(node).value = value;
    }

    /// Returns the number at the end of exactly this path; 0 if there is none.
    #[cfg(test)]
    pub(crate) fn get(&self, path: &Path) -> u32 {
        let mut node = Self::ROOT;
        for token in path.tokens() {
            match self.exact_child(node, token) {
                Some(child) => node = child,
                None => return 0,
            }
        }
        self.value(node)
    }

    /// Returns the number at a node; 0 if there is none.
    pub(crate) fn value(&self, node: NodeId) -> u32 {
        self.node(node).value
    }

    /// Returns whether a node has children.
    pub(crate) fn has_children(&self, node: NodeId) -> bool {
        let node = self.node(node);
        !node.fields.is_empty()
            || !node.indexes.is_empty()
            || node.star.is_some()
            || node.star_index.is_some()
    }

    /// Returns whether a node has a child for an index.
    pub(crate) fn has_index(&self, node: NodeId) -> bool {
        !self.node(node).indexes.is_empty()
    }

    /// Calls `found` for each child that matches a member with this name.
    ///
    /// A name that looks like an index also matches an index: other implementations write `$[100]` for the member
    /// `100`. The member `007` does not match index 7.
    pub(crate) fn member(&self, node: NodeId, name: &str, mut found: impl FnMut(NodeId)) {
        let node = self.node(node);
        if let Some(child) = node.fields.get(name).copied() {
            found(child);
        }
        if !node.indexes.is_empty()
            && let Some(index) = as_index(name)
            && let Some(child) = node.index(index)
        {
            found(child);
        }
        if let Some(child) = node.star {
            found(child);
        }
    }

    /// Calls `found` for each child that matches an element with this index.
    pub(crate) fn element(&self, node: NodeId, index: usize, mut found: impl FnMut(NodeId)) {
        let node = self.node(node);
        if let Some(child) = node.index(index) {
            found(child);
        }
        if let Some(child) = node.star_index {
            found(child);
        }
        if let Some(child) = node.star {
            found(child);
        }
    }

    /// Returns whether a node has a child with exactly this name.
    #[cfg(feature = "xml")]
    pub(crate) fn has_field(&self, node: NodeId, name: &str) -> bool {
        self.node(node).fields.contains_key(name)
    }

    /// Calls `found` for each child that matches an index: the index itself and `[*]`, but not `.*`.
    #[cfg(feature = "xml")]
    pub(crate) fn position(&self, node: NodeId, index: usize, mut found: impl FnMut(NodeId)) {
        let node = self.node(node);
        if let Some(child) = node.index(index) {
            found(child);
        }
        if let Some(child) = node.star_index {
            found(child);
        }
    }

    fn exact_child(&self, node: NodeId, token: &Token) -> Option<NodeId> {
        let node = self.node(node);
        match token {
            Token::Field(name) => node.fields.get(name.as_str()).copied(),
            Token::Index(index) => node.index(*index),
            Token::Star => node.star,
            Token::StarIndex => node.star_index,
        }
    }

    fn add_child(&mut self, node: NodeId, token: &Token) -> NodeId {
        let child = NodeId::try_from(self.nodes.len()).expect("a contract has fewer than 2^32 path steps");
        self.nodes.push(Node::default());
        let node = self.node_mut(node);
        match token {
            Token::Field(name) => {
                node.fields.insert(name.as_str().into(), child);
            }
            Token::Index(index) => {
                let at = node.indexes.partition_point(|(present, _)| present < index);
                node.indexes.insert(at, (*index, child));
            }
            Token::Star => node.star = Some(child),
            Token::StarIndex => node.star_index = Some(child),
        }
        child
    }

    fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id as usize]
    }
}

/// Returns the index that a name looks like: digits without leading zeros.
pub(crate) fn as_index(name: &str) -> Option<usize> {
    let is_written_so =
        name.bytes().all(|byte| byte.is_ascii_digit()) && (name == "0" || !name.starts_with('0'));
    if is_written_so { name.parse().ok() } else { None }
}

impl Node {
    fn index(&self, index: usize) -> Option<NodeId> {
        let at = self
            .indexes
            .binary_search_by_key(&index, |(present, _)| *present)
            .ok()?;
        Some(self.indexes[at].1)
    }
}

/// Multiply and rotate, eight bytes at a time. Collisions only cost speed: names with equal hashes are still compared.
#[derive(Debug, Default, Clone, Copy)]
struct NameHasher(u64);

impl Hasher for NameHasher {
    fn write(&mut self, bytes: &[u8]) {
        const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(FACTOR);
        }
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trie(paths: &[&str]) -> Trie {
        let mut trie = Trie::new();
        for (index, path) in paths.iter().enumerate() {
            trie.insert(&path.parse().unwrap(), u32::try_from(index).unwrap() + 1);
        }
        trie
    }

    fn values_at(trie: &Trie, step: impl Fn(&Trie, NodeId, &mut dyn FnMut(NodeId))) -> Vec<u32> {
        let mut found = Vec::new();
        step(trie, Trie::ROOT, &mut |child| found.push(trie.value(child)));
        found
    }

    #[test]
    fn a_member_is_found_by_name_and_star_but_not_by_star_index() {
        let trie = trie(&["$.a", "$.*", "$[*]", "$[7]"]);
        assert_eq!(values_at(&trie, |t, n, f| t.member(n, "a", f)), [1, 2]);
        assert_eq!(values_at(&trie, |t, n, f| t.member(n, "b", f)), [2]);
        assert_eq!(values_at(&trie, |t, n, f| t.member(n, "7", f)), [4, 2]);
        for name in ["007", "+7", "07", "7.0", ""] {
            assert_eq!(values_at(&trie, |t, n, f| t.member(n, name, f)), [2], "{name}");
        }
    }

    #[test]
    fn an_element_is_found_by_index_and_both_wildcards() {
        let trie = trie(&["$.a", "$.*", "$[*]", "$[7]"]);
        assert_eq!(values_at(&trie, |t, n, f| t.element(n, 7, f)), [4, 3, 2]);
        assert_eq!(values_at(&trie, |t, n, f| t.element(n, 0, f)), [3, 2]);
    }

    #[test]
    fn paths_share_their_beginnings_and_hold_their_own_number() {
        let trie = trie(&["$.a.b", "$.a", "$['a'].c"]);
        for (path, value) in [("$.a.b", 1), ("$.a", 2), ("$.a.c", 3), ("$", 0), ("$.x", 0)] {
            assert_eq!(trie.get(&path.parse().unwrap()), value, "{path}");
        }
        assert_eq!(trie.nodes.len(), 4);
    }
}
