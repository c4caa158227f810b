//! Which rules apply at a place: the trie's nodes that the place's path leads to, and what comes down from above.

use super::place::{Place, Step};
use super::rule::{Applied, RuleSet, Rules, SetId};
use super::trie::{NodeId, Trie};
use super::{AppliedRule, OverriddenRule};

/// The rules at one place of a document. Going one step down gives a new scope; nothing is allocated.
#[derive(Debug, Clone)]
pub(crate) struct Scope<'r> {
    rules: &'r Rules,
    /// The nodes that the path leads to.
    active: Active,
    /// The set that decides here; 0 for none.
    winner: SetId,
    /// Whether it is above this place.
    cascaded: bool,
    /// The set that came down from above.
    inherited: SetId,
    /// The set that goes down from here.
    handed_down: SetId,
}

impl<'r> Scope<'r> {
    /// The rules at the root.
    pub(crate) fn root(rules: &'r Rules) -> Self {
        let mut scope = Self::above(rules, 0);
        if !rules.is_empty() {
            scope.enter(Trie::ROOT);
        }
        scope
    }

    /// The rules at the member of this name.
    pub(crate) fn member(&self, name: &str) -> Self {
        self.member_with(name, 0)
    }

    /// As [`member`](Self::member), with one more set that applies there (`eachValue`); 0 for none.
    pub(crate) fn member_with(&self, name: &str, each: SetId) -> Self {
        let mut scope = Self::above(self.rules, self.handed_down);
        for &node in self.active.nodes() {
            self.rules.trie().member(node, name, |child| scope.enter(child));
        }
        scope.stand(each);
        scope
    }

    /// The rules at the element of this index. `each` is one more set that applies there (`eachValue`); 0 for none.
    pub(crate) fn element(&self, index: usize, each: SetId) -> Self {
        let mut scope = Self::above(self.rules, self.handed_down);
        for &node in self.active.nodes() {
            self.rules.trie().element(node, index, |child| scope.enter(child));
        }
        scope.stand(each);
        scope
    }

    /// The rules at an XML element that paths may write in these ways, with its index among those of its name or
    /// without. Rules about one value judge the element's text; `type` and `equality` alone go down from there.
    #[cfg(feature = "xml")]
    pub(crate) fn named_element<'n>(&self, written: impl Iterator<Item = &'n str>, index: usize) -> Self {
        let mut scope = self.named(written);
        let named = scope.active.clone();
        for &node in named.nodes() {
            self.rules
                .trie()
                .position(node, index, |child| scope.enter_once(child));
        }
        let goes_down = |id| self.rules.set(id).is_some_and(RuleSet::is_structural);
        if scope.handed_down != scope.inherited && !goes_down(scope.handed_down) {
            scope.handed_down = scope.inherited;
        }
        scope
    }

    /// The rules at a member that paths may write in these ways.
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

    /// Whether a rule's path goes on with this very name.
    #[cfg(feature = "xml")]
    pub(crate) fn leads_to(&self, name: &str) -> bool {
        let nodes = self.active.nodes().iter();
        nodes.copied().any(|node| self.rules.trie().has_field(node, name))
    }

    /// Takes in a node that several ways may lead to.
    #[cfg(feature = "xml")]
    fn enter_once(&mut self, node: NodeId) {
        if !self.active.nodes().contains(&node) {
            self.enter(node);
        }
    }

    /// A place of which only is known what comes down to it.
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

    /// Takes in a node that the path leads to. Only those with rules further down stay of interest.
    fn enter(&mut self, node: NodeId) {
        self.stand(self.rules.trie().value(node));
        if self.rules.trie().has_children(node) {
            self.active.push(node);
        }
    }

    /// Takes in a set that stands at this place.
    fn stand(&mut self, id: SetId) {
        if id > self.winner {
            self.winner = id;
            self.cascaded = false;
        }
        if id > self.handed_down && self.rules.set(id).is_some_and(RuleSet::cascades) {
            self.handed_down = id;
        }
    }

    /// The same place under another set: one alternative of several.
    pub(crate) fn under(&self, alternative: SetId) -> Self {
        let cascades = self.rules.set(alternative).is_some_and(RuleSet::cascades);
        Self {
            winner: alternative,
            cascaded: false,
            handed_down: if cascades { alternative } else { self.inherited },
            ..self.clone()
        }
    }

    /// The set that decides here.
    pub(crate) fn applied(&self) -> Option<Applied<'r>> {
        let set = self.rules.set(self.winner)?;
        Some(Applied {
            set,
            id: self.winner,
            cascaded: self.cascaded,
        })
    }

    /// Whether a rule stands at some element that does not stand at all.
    pub(crate) fn tells_elements_apart(&self) -> bool {
        let nodes = self.active.nodes().iter();
        nodes.copied().any(|node| self.rules.trie().has_index(node))
    }

    /// This scope to be kept beside its rules; `None` if too many paths lead here.
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

    /// A scope of the same rules that was kept.
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

    /// Whether no rule is below this place.
    pub(crate) fn is_leaf(&self) -> bool {
        self.active.nodes().is_empty()
    }

    /// The rule for a report: what decided, and what would have applied with less weight. `root_depth` tells at which
    /// depth of the place these rules have their root.
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

/// A scope without its rules.
#[derive(Debug)]
pub(crate) struct KeptScope {
    nodes: [NodeId; FEW],
    len: usize,
    winner: SetId,
    cascaded: bool,
    inherited: SetId,
    handed_down: SetId,
}

/// A small set of nodes: how many rules' paths with different wildcards lead to one place is rarely more than three.
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
