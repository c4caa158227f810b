//! The compiled rules of a document.

use std::borrow::Cow;
use std::sync::Arc;

use crate::json::Value;

use super::list;
use super::matching_rule::{CompiledRule, Role};
use super::set::{RuleSet, SetId};
use crate::contract::{Combine, Matcher, Path, Rule, RuleList, Token};
use crate::matching::precedence;
use crate::matching::trie::Trie;
use crate::{Error, ErrorKind};

/// The rules of a document by path: a trie whose numbers are ranks of rule sets.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    trie: Trie,
    /// By rank: the set with id 1 first.
    sets: Vec<RuleSet>,
    /// The rules that search for elements of the example, with their paths.
    contains: Vec<PlacedRule>,
}

/// A rule and its path.
#[derive(Debug, Clone)]
struct PlacedRule {
    path: Path,
    rule: CompiledRule,
}

/// A rule list before it becomes a [`RuleSet`].
struct Pending<'a> {
    path: Cow<'a, Path>,
    /// The order among those with the same path.
    order: u32,
    combine: Combine,
    rules: Cow<'a, [Rule]>,
    /// Whether the trie leads to it; the others are reached from a set.
    in_trie: bool,
    each: Option<usize>,
    alternatives: Vec<usize>,
}

impl Rules {
    /// Compiles rule lists by path. A list without rules is ignored, as is `eachKey` without rules. Lists whose paths
    /// are written differently but lead to one place (`$.a`, `$['a']`) must all match.
    ///
    /// # Errors
    ///
    /// If a rule cannot be compiled, or lists for one place cannot be combined; the message names the path.
    pub(crate) fn compile<'a>(
        lists: impl IntoIterator<Item = (&'a Path, &'a RuleList)>,
    ) -> Result<Self, Error> {
        Self::compile_all(lists.into_iter().collect())
    }

    fn compile_all(lists: Vec<(&Path, &RuleList)>) -> Result<Self, Error> {
        let lists = Lists::of(lists)?;
        let mut pending = Vec::with_capacity(lists.by_steps.len());
        for (path, list) in &lists.by_steps {
            let list = Pending::new(Cow::Borrowed(*path), list.combine, Cow::Borrowed(&list.rules));
            add(&mut pending, &lists, list);
        }

        let mut order: Vec<usize> = (0..pending.len()).collect();
        order.sort_by(|&left, &right| {
            let (left, right) = (&pending[left], &pending[right]);
            precedence::compare(&left.path, &right.path).then(left.order.cmp(&right.order))
        });
        let mut ids = vec![0; pending.len()];
        for (rank, &index) in order.iter().enumerate() {
            ids[index] = SetId::try_from(rank + 1).expect("a contract has fewer than 2^32 rules");
        }

        let mut trie = Trie::new();
        let mut sets = Vec::with_capacity(pending.len());
        let mut contains = Vec::new();
        for &index in &order {
            let pending = &pending[index];
            if pending.in_trie {
                trie.insert(&pending.path, ids[index]);
            }
            let rules = compile_rules(&pending.path, &pending.rules)?;
            let looking_for_elements = rules
                .iter()
                .filter(|rule| matches!(rule.role(), Role::ArrayContains(_)));
            contains.extend(looking_for_elements.map(|rule| PlacedRule {
                path: pending.path.clone().into_owned(),
                rule: Arc::clone(rule),
            }));
            let mut set = RuleSet::new(pending.path.as_str().to_owned(), pending.combine, rules);
            set.each = pending.each.map_or(0, |each| ids[each]);
            set.alternatives = pending
                .alternatives
                .iter()
                .map(|&alternative| ids[alternative])
                .collect();
            sets.push(set);
        }
        Ok(Self { trie, sets, contains })
    }

    /// Returns an empty set of rules: every value must equal its example.
    pub(crate) fn none() -> Self {
        Self {
            trie: Trie::new(),
            sets: Vec::new(),
            contains: Vec::new(),
        }
    }

    /// Compiles one rule list at the root.
    pub(crate) fn compile_one(list: &RuleList) -> Result<Self, Error> {
        Self::compile([(&Path::root(), list)])
    }

    /// Uses examples to choose the dialect of ambiguous patterns (see [`regex`](crate::matching::regex)). `example`
    /// returns the text at a path as written in the contract.
    pub(crate) fn fit<'e>(&mut self, example: impl Fn(&str) -> Option<Cow<'e, str>>) {
        for (index, set) in self.fitted(example) {
            self.sets[index] = set;
        }
    }

    /// Like [`fit`](Self::fit), for rules that others may share: they are copied if a set changes.
    pub(crate) fn fit_shared<'e>(self: &mut Arc<Self>, example: impl Fn(&str) -> Option<Cow<'e, str>>) {
        for (index, set) in self.fitted(example) {
            Arc::make_mut(self).sets[index] = set;
        }
    }

    /// Returns the sets with a pattern that has to be read in another dialect, by index.
    fn fitted<'e>(&self, example: impl Fn(&str) -> Option<Cow<'e, str>>) -> Vec<(usize, RuleSet)> {
        let with_pattern = self.sets.iter().enumerate().filter(|(_, set)| set.has_pattern());
        with_pattern
            .filter_map(|(index, set)| Some((index, set.fitted(&example(&set.path)?)?)))
            .collect()
    }

    /// Checks that each element searched for by an `arrayContains` rule is in the example or has rules. `example` is
    /// the one at the root, if any.
    ///
    /// # Errors
    ///
    /// If an element has neither: the rule would accept any.
    pub(crate) fn check_variants(&self, example: Option<&Value>) -> Result<(), Error> {
        for PlacedRule { path, rule } in &self.contains {
            let Role::ArrayContains(contains) = rule.role() else {
                continue;
            };
            let mut arrays = Vec::new();
            if let Some(example) = example {
                arrays_at(example, path.tokens(), &mut arrays);
            }
            contains
                .check_variants(&arrays)
                .map_err(|error| error.context(format_args!("matching rule arrayContains at {path}")))?;
        }
        Ok(())
    }

    /// Returns whether a rule searches for elements of the example.
    #[cfg(feature = "xml")]
    pub(crate) fn searches_elements(&self) -> bool {
        !self.contains.is_empty()
    }

    /// Renames the root, which is `$` by default: rules of a query parameter are named after it.
    pub(crate) fn rename(&mut self, root: &str) {
        for set in &mut self.sets {
            set.path.replace_range(..1, root);
        }
    }

    pub(crate) fn trie(&self) -> &Trie {
        &self.trie
    }

    /// Returns the set with this id; `None` for 0.
    pub(crate) fn set(&self, id: SetId) -> Option<&RuleSet> {
        self.sets.get(usize::try_from(id).ok()?.checked_sub(1)?)
    }

    /// Returns the number of rule sets.
    pub(crate) fn len(&self) -> usize {
        self.sets.len()
    }

    /// Returns whether there are no rules.
    pub(crate) fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }
}

/// Returns the arrays that a path leads to. Each step leads one level deeper, so the document bounds the recursion.
fn arrays_at<'v>(value: &'v Value, steps: &[Token], found: &mut Vec<&'v [Value]>) {
    let Some((step, rest)) = steps.split_first() else {
        found.extend(value.as_array().map(Vec::as_slice));
        return;
    };
    match (step, value) {
        (Token::Field(name), Value::Object(members)) => {
            if let Some(member) = members.get(name) {
                arrays_at(member, rest, found);
            }
        }
        (Token::Index(index), Value::Object(members)) => {
            if let Some(member) = members.get(&index.to_string()) {
                arrays_at(member, rest, found);
            }
        }
        (Token::Index(index), Value::Array(elements)) => {
            if let Some(element) = elements.get(*index) {
                arrays_at(element, rest, found);
            }
        }
        (Token::Star, Value::Object(members)) => {
            for member in members.values() {
                arrays_at(member, rest, found);
            }
        }
        (Token::Star | Token::StarIndex, Value::Array(elements)) => {
            for element in elements {
                arrays_at(element, rest, found);
            }
        }
        _ => {}
    }
}

/// The lists with rules, one for each place.
struct Lists<'a> {
    /// Sorted by the steps of their paths.
    by_steps: Vec<(&'a Path, Cow<'a, RuleList>)>,
}

impl<'a> Lists<'a> {
    /// Joins the lists for one place.
    fn of(lists: Vec<(&'a Path, &'a RuleList)>) -> Result<Self, Error> {
        let mut sorted: Vec<(&Path, Cow<'_, RuleList>)> = lists
            .into_iter()
            .map(|(path, list)| (path, with_something_said(list)))
            .filter(|(_, list)| !list.rules.is_empty())
            .collect();
        sorted.sort_by(|(left, _), (right, _)| {
            let by_steps = left.tokens().cmp(right.tokens());
            by_steps.then_with(|| left.cmp(right))
        });
        let mut by_steps: Vec<(&Path, Cow<'_, RuleList>)> = Vec::with_capacity(sorted.len());
        for (path, list) in sorted {
            match by_steps.last_mut() {
                Some((first, joined)) if first.tokens() == path.tokens() => {
                    if !join(joined, &list) {
                        return Err(Error::new(
                            ErrorKind::Invalid,
                            format!(
                                "two lists of matching rules for one place, {first} and {path}: merge them into one"
                            ),
                        ));
                    }
                }
                _ => by_steps.push((path, list)),
            }
        }
        Ok(Self { by_steps })
    }

    /// Returns the list for a place.
    fn at(&self, steps: &[Token]) -> Option<&RuleList> {
        let at = self
            .by_steps
            .binary_search_by(|(path, _)| path.tokens().cmp(steps));
        Some(&self.by_steps[at.ok()?].1)
    }
}

/// Adds the rules of another list for the same place, where all must match. Returns false if one matching rule would be
/// enough in either.
fn join(joined: &mut Cow<'_, RuleList>, list: &RuleList) -> bool {
    if joined.combine == list.combine && joined.rules == list.rules {
        return true;
    }
    if joined.combine == Combine::Or || list.combine == Combine::Or {
        return false;
    }
    let joined = joined.to_mut();
    for rule in &list.rules {
        if !joined.rules.contains(rule) {
            joined.rules.push(rule.clone());
        }
    }
    true
}

/// Returns the list without rules that have no effect. If one rule is enough none can be removed: those are rejected
/// later.
fn with_something_said(list: &RuleList) -> Cow<'_, RuleList> {
    let says_nothing = |rule: &Rule| matches!(&rule.matcher, Matcher::EachKey(each) if each.rules.is_empty());
    if list.combine == Combine::Or || !list.rules.iter().any(says_nothing) {
        return Cow::Borrowed(list);
    }
    let mut said = list.clone();
    said.rules.retain(|rule| !says_nothing(rule));
    Cow::Owned(said)
}

impl<'a> Pending<'a> {
    /// Returns a list with an entry of its own in the trie.
    fn new(path: Cow<'a, Path>, combine: Combine, rules: Cow<'a, [Rule]>) -> Self {
        Self {
            path,
            order: 0,
            combine,
            rules,
            in_trie: true,
            each: None,
            alternatives: Vec::new(),
        }
    }

    /// Returns a list that is reached from the set of another one.
    fn derived(path: Cow<'a, Path>, rules: Cow<'a, [Rule]>, order: u32) -> Self {
        Self {
            order,
            in_trie: false,
            ..Self::new(path, Combine::And, rules)
        }
    }
}

/// Adds a rule list and those derived from it; returns its index.
fn add<'a>(pending: &mut Vec<Pending<'a>>, lists: &Lists<'_>, mut list: Pending<'a>) -> usize {
    if list.combine == Combine::Or && list.rules.len() > 1 && list.rules.iter().any(treats_members) {
        for (rule, order) in list.rules.iter().zip(list.order + 1..) {
            let alternative = Pending::derived(list.path.clone(), vec![rule.clone()].into(), order);
            list.alternatives.push(add(pending, lists, alternative));
        }
    } else {
        let inner: Vec<Rule> = list
            .rules
            .iter()
            .filter_map(inner_rules)
            .flatten()
            .cloned()
            .collect();
        if !inner.is_empty() {
            let values = list.path.join(Token::Star);
            // A rule list for the values themselves applies in addition to the inner rules.
            let inner = match lists.at(values.tokens()) {
                Some(beside) if beside.combine == Combine::And => [beside.rules.clone(), inner].concat(),
                _ => inner,
            };
            let each = Pending::derived(Cow::Owned(values), inner.into(), list.order + 1);
            list.each = Some(add(pending, lists, each));
        }
    }
    pending.push(list);
    pending.len() - 1
}

fn treats_members(rule: &Rule) -> bool {
    matches!(
        rule.matcher,
        Matcher::Values | Matcher::EachKey(_) | Matcher::EachValue(_)
    )
}

fn inner_rules(rule: &Rule) -> Option<&Vec<Rule>> {
    match &rule.matcher {
        Matcher::EachValue(each) => Some(&each.rules),
        _ => None,
    }
}

fn compile_rules(path: &Path, rules: &[Rule]) -> Result<Vec<CompiledRule>, Error> {
    rules
        .iter()
        .map(|rule| {
            list::compile(&rule.matcher).map_err(|error| {
                error.context(format_args!("matching rule {} at {path}", rule.matcher.name()))
            })
        })
        .collect()
}
