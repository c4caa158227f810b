//! The rules that apply at a place: the trie nodes that its path leads to, and the rules inherited from above.

use super::place::{Place, Step};
use super::rule::{Applied, RuleSet, Rules, SetId};
use super::trie::{NodeId, Trie};
use super::{AppliedRule, OverriddenRule};

/// The rules at one place of a document. Each step down creates a new scope without allocating.
#[derive(Debug, Clone)]
pub(crate) struct Scope<'r> {
    rules: &'r Rules,
    /// The nodes that the path leads to.
    active: Active,
    /// The set that applies here; 0 for none.
    winner: SetId,
    /// Whether the applied set belongs to a place above.
    cascaded: bool,
    /// The set inherited from above.
    inherited: SetId,
    /// The set inherited by nested values.
    handed_down: SetId,
}

impl<'r> Scope<'r> {
    /// Returns the rules at the root.
    pub(crate) fn root(rules: &'r Rules) -> Self {
        let mut scope = Self::above(rules, 0);
        if !rules.is_empty() {
            scope.enter(Trie::ROOT);
        }
        scope
    }

    /// Returns the rules at the member with this name.
    pub(crate) fn member(&self, name: &str) -> Self {
        self.member_with(name, 0)
    }

    /// Like [`member`](Self::member), with one more set that applies there (`eachValue`); 0 for none.
    pub(crate) fn member_with(&self, name: &str, each: SetId) -> Self {
        let mut scope = Self::above(self.rules, self.handed_down);
        for &node in self.active.nodes() {
            self.rules.trie().member(node, name, |child| scope.enter(child));
        }
        scope.stand(each);
        scope
    }

    /// Returns the rules at the element with this index. `each` is one more set that applies there (`eachValue`); 0 for
    /// none.
    pub(crate) fn element(&self, index: usize, each: SetId) -> Self {
        let mut scope = Self::above(self.rules, self.handed_down);
        for &node in self.active.nodes() {
            self.rules.trie().element(node, index, |child| scope.enter(child));
        }
        scope.stand(each);
        scope
    }

    /// Returns the rules at an XML element, given the ways in which paths may write it: with or without its index among
    /// elements of the same name. Rules about single values judge the element's text; only `type` and `equality` are
    /// inherited by nested values.
    #[cfg(feature = "xml")]
    pub(crate) fn named_element<'n>(&self, written: impl Iterator<Item = &'n str>, index: usize) -> Self {
        self.named_element_with(written, index, 0)
    }

    /// Like [`named_element`](Self::named_element), with one more set that applies there (`eachValue`); 0 for none.
    #[cfg(feature = "xml")]
    pub(crate) fn named_element_with<'n>(
        &self,
        written: impl Iterator<Item = &'n str>,
        index: usize,
        each: SetId,
    ) -> Self {
        let mut scope = self.named(written);
        let named = scope.active.clone();
        for &node in named.nodes() {
            self.rules
                .trie()
                .position(node, index, |child| scope.enter_once(child));
        }
        scope.stand(each);
        let goes_down = |id| self.rules.set(id).is_some_and(RuleSet::is_structural);
        if scope.handed_down != scope.inherited && !goes_down(scope.handed_down) {
            scope.handed_down = scope.inherited;
        }
        scope
    }

    /// Returns the rules at a member, given the ways in which paths may write it.
    #[cfg(feature = "xml")]
    pub(crate) fn named<'n>(&self, written: impl Iterator<Item = &'n str>) -> Self {
        let mut scope = Self::above(self.rules, self.handed_down);
        if self.is_leaf() {
            return scope;
        }
        for name in written {
            for &node in self.active.nodes() {
                self.rules
                    .trie()
                    .member(node, name, |child| scope.enter_once(child));
            }
        }
        scope
    }

    /// Returns whether the path of a rule continues with exactly this name.
    #[cfg(feature = "xml")]
    pub(crate) fn leads_to(&self, name: &str) -> bool {
        let nodes = self.active.nodes().iter();
        nodes.copied().any(|node| self.rules.trie().has_field(node, name))
    }

    /// Adds a node unless another way already led to it.
    #[cfg(feature = "xml")]
    fn enter_once(&mut self, node: NodeId) {
        if !self.active.nodes().contains(&node) {
            self.enter(node);
        }
    }

    /// Returns a scope of which only the inherited rules are known.
    fn above(rules: &'r Rules, inherited: SetId) -> Self {
        Self {
            rules,
            active: Active::default(),
            winner: inherited,
            cascaded: true,
            inherited,
            handed_down: inherited,
        }
    }

    /// Adds a node that the path leads to. Only nodes with rules further down are kept.
    fn enter(&mut self, node: NodeId) {
        self.stand(self.rules.trie().value(node));
        if self.rules.trie().has_children(node) {
            self.active.push(node);
        }
    }

    /// Applies a set that belongs to this place.
    fn stand(&mut self, id: SetId) {
        if id > self.winner {
            self.winner = id;
            self.cascaded = false;
        }
        if id > self.handed_down && self.rules.set(id).is_some_and(RuleSet::cascades) {
            self.handed_down = id;
        }
    }

    /// Returns the same place under another set: one of several alternatives.
    pub(crate) fn under(&self, alternative: SetId) -> Self {
        let cascades = self.rules.set(alternative).is_some_and(RuleSet::cascades);
        Self {
            winner: alternative,
            cascaded: false,
            handed_down: if cascades { alternative } else { self.inherited },
            ..self.clone()
        }
    }

    /// Returns the set that applies here.
    pub(crate) fn applied(&self) -> Option<Applied<'r>> {
        let set = self.rules.set(self.winner)?;
        Some(Applied {
            set,
            id: self.winner,
            cascaded: self.cascaded,
        })
    }

    /// Returns whether a rule applies to individual elements that do not exist.
    pub(crate) fn tells_elements_apart(&self) -> bool {
        let nodes = self.active.nodes().iter();
        nodes.copied().any(|node| self.rules.trie().has_index(node))
    }

    /// Returns this scope detached from its rules; `None` if too many paths lead here.
    pub(crate) fn keep(&self) -> Option<KeptScope> {
        match &self.active {
            Active::Many(_) => None,
            Active::Few { nodes, len } => Some(KeptScope {
                nodes: *nodes,
                len: *len,
                winner: self.winner,
                cascaded: self.cascaded,
                inherited: self.inherited,
                handed_down: self.handed_down,
            }),
        }
    }

    /// Returns a detached scope of the same rules.
    pub(crate) fn kept(&self, kept: &KeptScope) -> Self {
        Self {
            rules: self.rules,
            active: Active::Few {
                nodes: kept.nodes,
                len: kept.len,
            },
            winner: kept.winner,
            cascaded: kept.cascaded,
            inherited: kept.inherited,
            handed_down: kept.handed_down,
        }
    }

    /// Returns whether no rule is below this place.
    pub(crate) fn is_leaf(&self) -> bool {
        self.active.nodes().is_empty()
    }

    /// Returns the rule for a report: the one that applied and those with less weight. `root_depth` is the depth of the
    /// place that is the root of these rules.
    pub(crate) fn explain(
        &self,
        applied: Applied<'_>,
        rule: String,
        place: &Place<'_>,
        root_depth: usize,
    ) -> AppliedRule {
        let mut nodes = vec![Trie::ROOT];
        let mut candidates = vec![self.rules.trie().value(Trie::ROOT)];
        for step in place.steps().into_iter().skip(root_depth) {
            let mut next = Vec::new();
            for node in nodes {
                match step {
                    Step::Name(name) => self.rules.trie().member(node, name, |child| next.push(child)),
                    Step::Index(index) => self.rules.trie().element(node, index, |child| next.push(child)),
                }
            }
            candidates.extend(next.iter().map(|&node| self.rules.trie().value(node)));
            nodes = next;
        }
        candidates.sort_unstable();
        candidates.dedup();
        let overridden = candidates.into_iter().filter(|&id| id < applied.id);
        let overridden = overridden.filter_map(|id| {
            let set = self.rules.set(id)?;
            let cascaded = Applied {
                set,
                id,
                cascaded: false,
            };
            Some(OverriddenRule {
                path: set.path.clone(),
                name: cascaded.names(),
            })
        });
        AppliedRule {
            path: applied.set.path.clone(),
            name: rule,
            overridden: overridden.collect(),
        }
    }
}

/// A scope detached from its rules.
#[derive(Debug)]
pub(crate) struct KeptScope {
    nodes: [NodeId; FEW],
    len: usize,
    winner: SetId,
    cascaded: bool,
    inherited: SetId,
    handed_down: SetId,
}

/// A small set of nodes: rarely do more than three rule paths with different wildcards lead to one place.
#[derive(Debug, Clone)]
enum Active {
    Few { nodes: [NodeId; FEW], len: usize },
    Many(Vec<NodeId>),
}

const FEW: usize = 6;

impl Default for Active {
    fn default() -> Self {
        Self::Few {
            nodes: [0; FEW],
            len: 0,
        }
    }
}

impl Active {
    fn nodes(&self) -> &[NodeId] {
        match self {
            Self::Few { nodes, len } => &nodes[..*len],
            Self::Many(nodes) => nodes,
        }
    }

    fn push(&mut self, node: NodeId) {
        match self {
            Self::Few { nodes, len } if *len < FEW => {
                nodes[*len] = node;
                *len += 1;
            }
            Self::Few { nodes, .. } => {
                let mut many = nodes.to_vec();
                many.push(node);
                *self = Self::Many(many);
            }
            Self::Many(nodes) => nodes.push(node),
        }
    }
}
