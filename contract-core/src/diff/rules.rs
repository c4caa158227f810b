//! Finds which rule of a document applies at each place. The rules form a trie over the steps of their paths; the sets
//! of nodes that a place leads to are computed once and numbered, so that a step costs the same regardless of the
//! number of rules.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::contract::{Matcher, Path, RuleList, Token};

/// A node of the trie.
type NodeId = usize;
/// A set of nodes that some place in a document leads to.
pub(super) type PlaceId = usize;

/// The rules of one document.
pub(super) struct Rules<'r> {
    nodes: Vec<Node<'r>>,
    places: Vec<Place<'r>>,
    known: HashMap<Reached, PlaceId>,
    /// What a rule on the type passes on to nested places.
    kind: RuleList,
}

#[derive(Default)]
struct Node<'r> {
    members: HashMap<&'r str, NodeId>,
    elements: HashMap<usize, NodeId>,
    /// `.*`
    any: Option<NodeId>,
    /// `[*]`
    any_element: Option<NodeId>,
    rule: Option<Rule<'r>>,
}

/// A rule at the end of a path. Among several for one place the one with the fewest wildcards applies, then the last by
/// path text.
#[derive(Clone, Copy)]
struct Rule<'r> {
    list: &'r RuleList,
    wildcards: usize,
    order: usize,
}

/// What distinguishes places.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Reached {
    nodes: Vec<NodeId>,
    /// Whether a rule above is inherited here.
    inherits: bool,
}

struct Place<'r> {
    reached: Reached,
    own: Option<&'r RuleList>,
    /// Whether a rule here or above is inherited by nested places.
    passes_on: bool,
    /// The places of the members and elements named by a path.
    members: HashMap<Box<str>, PlaceId>,
    elements: HashMap<usize, PlaceId>,
    /// The place of all others.
    other_member: Option<PlaceId>,
    other_element: Option<PlaceId>,
    names: Names<'r>,
}

/// The members and elements of a place that are named by a path: looked up in each node until collecting them all is
/// cheaper.
#[derive(Default)]
struct Names<'r> {
    collected: Option<(HashSet<&'r str>, HashSet<usize>)>,
    /// Number of nodes visited so far.
    looked_at: usize,
}

impl<'r> Rules<'r> {
    /// The place of the whole document.
    pub(super) const ROOT: PlaceId = 0;

    /// Numbers the rules. A list without rules is ignored.
    pub(super) fn new(rules: &'r BTreeMap<Path, RuleList>) -> Self {
        let mut tree = Self {
            nodes: vec![Node::default()],
            places: Vec::new(),
            known: HashMap::new(),
            kind: RuleList::one(Matcher::TYPE),
        };
        let given = rules.iter().filter(|(_, list)| !list.rules.is_empty());
        for (order, (path, list)) in given.enumerate() {
            tree.insert(path, list, order);
        }
        tree.place(Reached {
            nodes: vec![0],
            inherits: false,
        });
        tree
    }

    fn insert(&mut self, path: &'r Path, list: &'r RuleList, order: usize) {
        let mut node = 0;
        let mut wildcards = 0;
        for token in path.tokens() {
            let next = self.nodes.len();
            let here = &mut self.nodes[node];
            node = match token {
                Token::Field(name) => *here.members.entry(name).or_insert(next),
                Token::Index(index) => *here.elements.entry(*index).or_insert(next),
                Token::Star => *here.any.get_or_insert(next),
                Token::StarIndex => *here.any_element.get_or_insert(next),
            };
            wildcards += usize::from(matches!(token, Token::Star | Token::StarIndex));
            if node == next {
                self.nodes.push(Node::default());
            }
        }
        self.nodes[node].rule = Some(Rule {
            list,
            wildcards,
            order,
        });
    }

    /// Returns the rules that apply at a place: its own, otherwise the inherited ones.
    pub(super) fn governing(&self, place: PlaceId) -> Option<&RuleList> {
        let place = &self.places[place];
        place.own.or(place.reached.inherits.then_some(&self.kind))
    }

    /// Returns whether a place has rules of its own.
    pub(super) fn has_own(&self, place: PlaceId) -> bool {
        self.places[place].own.is_some()
    }

    /// Returns the place of a member.
    pub(super) fn member(&mut self, place: PlaceId, name: &str) -> PlaceId {
        if let Some(known) = self.places[place].members.get(name) {
            return *known;
        }
        // As in matching, a numeric name is also looked up as an index.
        let index = name.parse().ok();
        let named = self.names_any(
            place,
            |node| {
                node.members.contains_key(name)
                    || index.is_some_and(|index| node.elements.contains_key(&index))
            },
            |(members, elements)| {
                members.contains(name) || index.is_some_and(|index| elements.contains(&index))
            },
        );
        if !named && let Some(known) = self.places[place].other_member {
            return known;
        }
        let next = self.step(place, |node, reached| {
            reached.extend(node.members.get(name));
            reached.extend(index.and_then(|index| node.elements.get(&index)));
            reached.extend(node.any);
        });
        if named {
            self.places[place].members.insert(name.into(), next);
        } else {
            self.places[place].other_member = Some(next);
        }
        next
    }

    /// Returns the place of an element.
    pub(super) fn element(&mut self, place: PlaceId, index: usize) -> PlaceId {
        if let Some(known) = self.places[place].elements.get(&index) {
            return *known;
        }
        let named = self.names_any(
            place,
            |node| node.elements.contains_key(&index),
            |(_, elements)| elements.contains(&index),
        );
        if !named && let Some(known) = self.places[place].other_element {
            return known;
        }
        let next = self.step(place, |node, reached| {
            reached.extend(node.elements.get(&index));
            reached.extend(node.any_element);
            reached.extend(node.any);
        });
        if named {
            self.places[place].elements.insert(index, next);
        } else {
            self.places[place].other_element = Some(next);
        }
        next
    }

    /// Returns whether a path continues from a place with exactly this name or index.
    fn names_any(
        &mut self,
        place: PlaceId,
        is_in: impl Fn(&Node<'r>) -> bool,
        is_among: impl Fn(&(HashSet<&'r str>, HashSet<usize>)) -> bool,
    ) -> bool {
        let Self { nodes, places, .. } = self;
        let Place { reached, names, .. } = &mut places[place];
        let reached = || reached.nodes.iter().map(|node| &nodes[*node]);
        if let Some(collected) = &names.collected {
            return is_among(collected);
        }
        names.looked_at += reached().len();
        let all: usize = reached()
            .map(|node| node.members.len() + node.elements.len())
            .sum();
        if names.looked_at > all {
            let members = reached().flat_map(|node| node.members.keys().copied()).collect();
            let elements = reached().flat_map(|node| node.elements.keys().copied()).collect();
            names.collected = Some((members, elements));
        }
        reached().any(is_in)
    }

    fn step(&mut self, place: PlaceId, children: impl Fn(&Node<'r>, &mut Vec<NodeId>)) -> PlaceId {
        let from = &self.places[place];
        let mut nodes = Vec::new();
        for node in &from.reached.nodes {
            children(&self.nodes[*node], &mut nodes);
        }
        nodes.sort_unstable();
        nodes.dedup();
        let inherits = from.passes_on;
        self.place(Reached { nodes, inherits })
    }

    /// Returns the number of a place, assigning one if it is new.
    fn place(&mut self, reached: Reached) -> PlaceId {
        if let Some(known) = self.known.get(&reached) {
            return *known;
        }
        let rules = || reached.nodes.iter().filter_map(|node| self.nodes[*node].rule);
        let own = rules().max_by_key(|rule| (std::cmp::Reverse(rule.wildcards), rule.order));
        let passes_on = reached.inherits || rules().any(|rule| cascades(rule.list));
        let place = self.places.len();
        self.places.push(Place {
            own: own.map(|rule| rule.list),
            passes_on,
            reached: reached.clone(),
            members: HashMap::new(),
            elements: HashMap::new(),
            other_member: None,
            other_element: None,
            names: Names::default(),
        });
        self.known.insert(reached, place);
        place
    }
}

/// Returns whether rules are inherited by nested values, as a rule on the type is.
fn cascades(list: &RuleList) -> bool {
    list.rules
        .iter()
        .all(|rule| matches!(rule.matcher, Matcher::Type { .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(paths: &[(&str, Matcher)]) -> BTreeMap<Path, RuleList> {
        paths
            .iter()
            .map(|(path, matcher)| (path.parse().unwrap(), RuleList::one(matcher.clone())))
            .collect()
    }

    #[test]
    fn the_most_exact_rule_holds_and_types_are_passed_on() {
        let rules = rules(&[
            ("$.items[*].id", Matcher::Integer),
            ("$.items[0].id", Matcher::Decimal),
            ("$.items", Matcher::TYPE),
            ("$.*[*].name", Matcher::Boolean),
            ("$.codes.7", Matcher::Number),
        ]);
        let mut tree = Rules::new(&rules);
        let mut at = |steps: &[&str]| {
            let place = steps.iter().fold(Rules::ROOT, |place, step| match step.parse() {
                Ok(index) if !step.starts_with('0') || *step == "0" => tree.element(place, index),
                _ => tree.member(place, step),
            });
            tree.governing(place).map(|list| list.rules[0].matcher.clone())
        };
        for (steps, expected) in [
            (&["items", "1", "id"][..], Some(Matcher::Integer)),
            (&["items", "0", "id"], Some(Matcher::Decimal)),
            (&["items", "5", "name"], Some(Matcher::Boolean)),
            (&["items", "5", "other"], Some(Matcher::TYPE)),
            (&["items"], Some(Matcher::TYPE)),
            (&["others", "3", "name"], Some(Matcher::Boolean)),
            (&["others", "3", "id"], None),
            (&[], None),
        ] {
            assert_eq!(at(steps), expected, "{steps:?}");
        }
    }

    /// The number of places is bounded by the rules, not by the size of the document.
    #[test]
    fn places_are_found_once_however_large_the_document_is() {
        let mut paths = Vec::new();
        for number in 0..500 {
            paths.push(format!("$[*].m{number}"));
            paths.push(format!("$.*['a b {number}'][*]"));
        }
        let paths: Vec<(&str, Matcher)> = paths.iter().map(|path| (path.as_str(), Matcher::TYPE)).collect();
        let rules = rules(&paths);
        let mut tree = Rules::new(&rules);
        for index in 0..10_000 {
            let element = tree.element(Rules::ROOT, index);
            for name in ["m1", "m499", "a b 3", "none", "others", "77"] {
                let member = tree.member(element, name);
                tree.element(member, index);
            }
        }
        assert!(tree.places.len() < 20, "{}", tree.places.len());
    }
}
